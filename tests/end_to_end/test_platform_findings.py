"""Every finding on the example platform: it points at text that is there, and its saving is a difference of bills."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from costlint.catalog import Catalog
from costlint.config import Config
from costlint.graph import View
from costlint.model import Change, Finding, Origin, Report, Span, StackResult, is_unknown, total
from costlint.pipeline import scan
from costlint.policy import load_rules
from costlint.pricing import price
from costlint.readers.kustomize.rendering import renderer

ROOT = Path(__file__).parents[2]
renders = pytest.mark.skipif(not renderer(), reason="neither kustomize nor kubectl is installed")
DAY = date(2026, 11, 22)
_CENT = 0.005
_HEADER = re.compile(r'[A-Za-z_][\w-]*(?:\s+"[^"]*")*\s*(?:\{|$)|[\w"-]+\s*[=:]')
_LITERAL = re.compile(r'"[^"]*"|\d+|true|false|null')
_COMPUTED = re.compile(r"\s[-+*/?<>]\s|\(|\[\*\]")


# What these removed resources processed is billed elsewhere, outside any estimate.
_MOVING = {
    source.rule.id
    for source in load_rules().sources
    if any(section.usage == "moves" for _, section, _ in source.rule.sections())
}


@cache
def _report() -> Report:
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        return scan(["fixtures/llm-platform"], Config(profile="audit", as_of=DAY))
    finally:
        os.chdir(before)


def _findings() -> Iterator[tuple[StackResult, Finding]]:
    for result in _report().stacks:
        for finding in result.findings:
            yield result, finding


def _named(value: object) -> str:
    if isinstance(value, Finding):
        return f"{value.rule.id}-{Path(value.stack).name}-{value.addresses[0].rpartition('module.')[2]}"
    return ""


every_finding = pytest.mark.parametrize(("result", "finding"), list(_findings()), ids=_named)


@every_finding
def test_it_stands_on_a_line_that_exists(result: StackResult, finding: Finding) -> None:
    for span in (finding.span, *(step.span for step in finding.chain)):
        assert _text(span).strip(), span


@every_finding
def test_each_change_names_the_literal_or_the_block_it_is_about(result: StackResult, finding: Finding) -> None:
    for change in finding.changes:
        if change.span is None:
            continue
        text = _text(change.span)
        if change.before is None or _is_block(change.before):
            assert _HEADER.match(text), (change, text)
        elif change.path in ("", "count", "for_each"):
            assert _HEADER.match(text) or _LITERAL.fullmatch(text) or _COMPUTED.search(text), (change, text)
        else:
            on_the_way = (_text(step.span) for step in finding.chain)
            assert _holds(text, change) or any(map(_COMPUTED.search, (text, *on_the_way))), (change, text)


def test_a_deployment_is_priced_as_its_share_of_the_node_group_terraform_declares() -> None:
    (prod,) = (result for result in _report().stacks if result.stack.name.endswith("envs/prod"))
    group = 'module.platform.module.eks.aws_eks_node_group.this["chat"]'
    shares = prod.estimates["Deployment/llm-prod/chat"].components
    assert {component.allocated for component in shares} == {group}
    assert 0 < total(component.monthly for component in shares).likely < prod.estimates[group].monthly.likely


@pytest.mark.parametrize(
    ("rule", "file", "text"),
    [
        ("SRV011", "charts/llm-server/values-prod.yaml", "gpus: 2"),
        ("K8S043", "charts/llm-server/values-prod.yaml", "  size: 500Gi"),
        pytest.param("K8S035", "deploy/gateway/overlays/prod/service.yaml", "  type: LoadBalancer", marks=renders),
    ],
)
def test_a_finding_stands_on_the_line_that_gives_the_value(rule: str, file: str, text: str) -> None:
    (finding,) = (finding for _, finding in _findings() if finding.rule.id == rule)
    assert finding.span.file == f"fixtures/llm-platform/{file}"
    assert (ROOT / finding.span.file).read_text(encoding="utf-8").splitlines()[finding.span.line - 1] == text


def test_a_literal_is_found_through_two_modules_and_a_variable_file() -> None:
    chains = [finding.chain for _, finding in _findings() if finding.span.file.endswith(".tfvars")]
    assert any(_modules(chain) >= 2 and chain[-1].span.file.endswith(".tfvars") for chain in chains)


@pytest.mark.parametrize(
    ("result", "finding"),
    [(result, finding) for result, finding in _findings() if finding.saving and finding.rule.id not in _MOVING],
    ids=_named,
)
def test_its_saving_is_the_difference_of_two_bills(result: StackResult, finding: Finding) -> None:
    assert finding.saving is not None
    catalog = Catalog(as_of=DAY)
    view = View(result.stack)
    before, after = (
        total(estimate.allocated if finding.freed else estimate.monthly for estimate in price(each, catalog).values())
        for each in (view, view.patched(finding.patch))
    )
    assert finding.saving.likely == pytest.approx(before.likely - after.likely, abs=_CENT)


def test_all_savings_together_are_no_more_than_is_spent() -> None:
    totals = _report().totals
    assert 0 < totals.saving.likely < totals.current.likely
    assert totals.saving.likely == pytest.approx(totals.current.likely - totals.proposed.likely)
    for result in _report().stacks:
        dearest = max((finding.saving.likely for finding in result.findings if finding.saving), default=0.0)
        assert result.totals.saving.likely >= dearest - _CENT


def _text(span: Span) -> str:
    """What stands at a place, from its column to its end (or the end of its line)."""
    lines = (ROOT / span.file).read_text(encoding="utf-8").splitlines()[span.line - 1 : span.end_line]
    if span.end_column:
        lines[-1] = lines[-1][: span.end_column - 1]
    return "\n".join([lines[0][max(span.column - 1, 0) :], *lines[1:]])


def _holds(text: str, change: Change) -> bool:
    """Whether the text spells the value that is to be changed."""
    before = change.before
    if is_unknown(before):
        return False
    if isinstance(before, bool):
        return text == str(before).lower()
    if isinstance(before, (list, tuple)):
        return all(_spelled(item) in text for item in before)
    return text in (_spelled(before), f'"{before}"', str(before)) or _spelled(before) in text


def _is_block(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _spelled(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _modules(chain: tuple[Origin, ...]) -> int:
    return sum(" argument " in step.what for step in chain)
