from __future__ import annotations

import random

from sample_reports import finding

from costlint.model import Money
from costlint.reports.ranking import foremost, ranked


def test_assumed_savings_never_rank_above_certain_ones() -> None:
    certain = finding(saving=Money.exactly(1))
    assumed = finding(saving=Money(1, 5000, 9000), usage_based=True)
    assert ranked([assumed, certain]) == [certain, assumed]


def test_dollars_come_before_exposure_and_exposure_before_the_unpriced() -> None:
    saves = finding(saving=Money.exactly(1))
    exposes = finding(saving=None, exposure=Money.exactly(9000))
    unpriced = finding(saving=None, severity="critical")
    assert ranked([unpriced, exposes, saves]) == [saves, exposes, unpriced]


def test_the_order_does_not_depend_on_the_order_given() -> None:
    findings = [finding(address=f"aws_ebs_volume.v{i}", saving=Money.exactly(i % 3)) for i in range(12)]
    shuffled = random.Random(7).sample(findings, len(findings))
    assert ranked(findings) == ranked(shuffled)


def test_the_largest_assumed_savings_keep_their_places_among_the_first() -> None:
    certain = [finding(address=f"aws_ebs_volume.v{i}", saving=Money.exactly(20 - i)) for i in range(12)]
    assumed = [finding(address=f"aws_x.v{i}", saving=Money(1, 900 - i, 999), usage_based=True) for i in range(6)]
    first = foremost(ranked([*assumed, *certain]), 10)
    assert first == [*certain[:6], *assumed[:4]]


def test_places_nobody_claims_go_to_whoever_is_left() -> None:
    certain = [finding(address=f"aws_ebs_volume.v{i}", saving=Money.exactly(20 - i)) for i in range(3)]
    assumed = [finding(address=f"aws_x.v{i}", saving=Money(1, 900 - i, 999), usage_based=True) for i in range(9)]
    assert foremost(ranked([*assumed, *certain]), 10) == [*certain, *assumed[:7]]
    assert foremost(ranked(certain), 10) == certain
