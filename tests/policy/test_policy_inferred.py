"""Findings that rest on inferred prices: marked, at most of medium confidence, and never a reason to fail."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace
from policy_stacks import CATALOG, EVERYTHING, price, resource, rule, stack

from costlint.cli.exits import gates
from costlint.config import parse_threshold
from costlint.graph import View
from costlint.model import Confidence, Estimate, Finding
from costlint.policy import RuleSet, check

GP3 = "resources: {disk: {match: {type: gp2}, change: {type: gp3}}}"


def inferring(view: View, addresses: Iterable[str]) -> dict[str, Estimate]:
    """The usual prices, all of them inferred."""
    found = price(view, addresses)
    return {
        address: replace(one, components=tuple(replace(part, inferred=True) for part in one.components))
        for address, one in found.items()
    }


def finding(confidence: str) -> Finding:
    view = View(stack(resource("disk.a", type="gp2", size=1000)))
    rules = RuleSet([rule(GP3, confidence=confidence)])
    (found,) = check(view, inferring(view, view.resources), rules, inferring, EVERYTHING, CATALOG).findings
    return found


@pytest.mark.parametrize(("stated", "left"), [("high", "medium"), ("medium", "medium"), ("low", "low")])
def test_an_inferred_price_leaves_medium_confidence_at_most(stated: str, left: Confidence) -> None:
    found = finding(stated)
    assert found.inferred
    assert found.confidence == left


@pytest.mark.parametrize("threshold", ["low", "$1"])
def test_an_inferred_price_never_fails_a_run(threshold: str) -> None:
    assert not gates(finding("high"), parse_threshold(threshold))
    assert gates(replace(finding("high"), inferred=False), parse_threshold(threshold))
