"""Limits: what crosses them, by how much, and whose it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from costlint.config import Config, ConfigError, GuardRail, NewFinding, read_config
from costlint.guardrails import Known, Line, check
from costlint.model import RailResult

_LINES = [
    Line("infra/prod", "production", "prod", {"team": "ml"}, 1000.0, 1400.0),
    Line("infra/prod", "production", "prod", {"team": "data"}, 500.0, 450.0),
    Line("infra/dev", "dev", "nonprod", {"team": "ml"}, 100.0, 100.0),
    Line("infra/new", "dev", "nonprod", {}, 0.0, 50.0),
]
_FINDINGS = [
    Known("STO001", "infra/prod/main.tf", 7, "infra/prod", "production", "prod", "high", 120.0),
    Known("CMP003", "infra/dev/main.tf", 3, "infra/dev", "dev", "nonprod", "medium", 30.0),
]


def _check(rail: GuardRail, compared: bool = True, **settings: Any) -> RailResult:
    (found,) = check(Config(guard_rails=(rail,), **settings), _LINES, _FINDINGS, compared=compared)
    return found


@pytest.mark.parametrize(
    ("rail", "measured", "crossed"),
    [
        (GuardRail(increase=399), 400, True),
        (GuardRail(increase=400), 400, False),
        (GuardRail(increase=0, path="infra/dev"), 0, False),
        (GuardRail(increase=0, path="infra/new"), 50, True),
        (GuardRail(increase=399, tag="team=ml"), 400, True),
        (GuardRail(increase=0, tag="team=data"), -50, False),
        (GuardRail(increase=100, environment="nonprod"), 50, False),
        (GuardRail(increase=300, environment="production"), 350, True),
        (GuardRail(increase_percent=24), 25, True),
        (GuardRail(increase_percent=25), 25, False),
        (GuardRail(increase_percent=0, environment="nonprod"), 50, True),
        (GuardRail(budget=1999), 2000, True),
        (GuardRail(budget=2000), 2000, False),
        (GuardRail(budget=1000, tag="team"), 1950, True),
        (GuardRail(budget=1850, path="infra/prod"), 1850, False),
        (GuardRail(budget=1849, path="infra/p*"), 1850, True),
    ],
)
def test_a_limit_is_crossed_above_it_and_not_at_it(rail: GuardRail, measured: float, crossed: bool) -> None:
    found = _check(rail)
    assert (found.measured, found.crossed) == (pytest.approx(measured), crossed)
    assert bool(found.message) is crossed


@pytest.mark.parametrize(
    ("limit", "where", "crossed"),
    [
        (NewFinding(saving=100), {}, True),
        (NewFinding(saving=121), {}, False),
        (NewFinding(confidence="high"), {"path": "infra/dev"}, False),
        (NewFinding(confidence="medium"), {"path": "infra/dev"}, True),
        (NewFinding(saving=20, confidence="high"), {"environment": "nonprod"}, False),
        (NewFinding(), {"environment": "nonprod"}, True),
    ],
)
def test_new_findings_cross_a_limit_by_what_they_save_and_how_sure_they_are(
    limit: NewFinding, where: dict[str, str], crossed: bool
) -> None:
    assert _check(GuardRail(new_finding=limit, **where)).crossed is crossed


@pytest.mark.parametrize(
    ("rail", "sentence"),
    [
        (GuardRail(increase=150), "the bill grows by $400/mo, $250 more than the $150 that is allowed"),
        (GuardRail(increase=0, path="infra/new"), "infra/new grows by $50.00/mo, and no growth is allowed"),
        (
            GuardRail(increase_percent=10, name="growth"),
            "growth: the bill grows by 25.0% ($1,600 → $2,000/mo), more than the 10% that is allowed",
        ),
        (
            GuardRail(budget=1500, path="infra/prod", tag="team"),
            "infra/prod · team comes to $1,850/mo, $350 above the budget of $1,500",
        ),
        (
            GuardRail(new_finding=NewFinding(saving=100, confidence="high")),
            "1 new finding of high confidence worth $100/mo or more: STO001 at infra/prod/main.tf:7, $120/mo",
        ),
        (
            GuardRail(new_finding=NewFinding(saving=10)),
            "2 new findings worth $10.00/mo or more: STO001 at infra/prod/main.tf:7, $120/mo; "
            "CMP003 at infra/dev/main.tf:3, $30.00/mo",
        ),
    ],
)
def test_the_sentence_says_which_limit_and_by_how_much(rail: GuardRail, sentence: str) -> None:
    assert _check(rail).message == sentence


def test_the_dearest_findings_are_named_and_the_others_counted() -> None:
    many = [_FINDINGS[0]._replace(line=number, worth=float(number)) for number in range(1, 6)]
    rail = GuardRail(new_finding=NewFinding(saving=1))
    (found,) = check(Config(guard_rails=(rail,)), _LINES, many, compared=True)
    place = "STO001 at infra/prod/main.tf"
    assert found.message.endswith(f": {place}:5, $5.00/mo; {place}:4, $4.00/mo; {place}:3, $3.00/mo; and 2 more")


def test_whose_it_is_goes_by_what_grew_most() -> None:
    owners = {"infra/prod": "@acme/platform", "tag:team=ml": ("@acme/ml", "@acme/leads"), "tag:team=data": "@acme/data"}
    assert _check(GuardRail(increase=1), owners=owners).owners == ("@acme/ml", "@acme/leads", "@acme/platform")
    assert "@acme/data" in _check(GuardRail(budget=1), owners=owners).owners
    findings = GuardRail(new_finding=NewFinding(saving=100))
    assert _check(findings, owners=owners).owners == ("@acme/platform",)


def test_a_scan_checks_budgets_and_findings_only() -> None:
    rails = (
        GuardRail(increase=1),
        GuardRail(increase_percent=1),
        GuardRail(budget=1),
        GuardRail(new_finding=NewFinding()),
    )
    found = check(Config(guard_rails=rails), _LINES, _FINDINGS, compared=False)
    assert [rail.kind for rail in found] == ["budget", "new_finding"]


@pytest.mark.parametrize(
    ("rail", "lines", "findings", "why"),
    [
        (GuardRail(increase_percent=1), [Line("a", "", None, {}, 0.0, 9.0)], [], "cost nothing before"),
        (GuardRail(budget=1, tag="team"), [Line("a", "", None, None, 1.0, 9.0)], [], "hold no tags"),
        (GuardRail(new_finding=NewFinding()), [], None, "hold no findings"),
    ],
)
def test_what_cannot_be_measured_is_said_and_crosses_nothing(
    rail: GuardRail, lines: list[Line], findings: list[Known] | None, why: str
) -> None:
    (found,) = check(Config(guard_rails=(rail,)), lines, findings, compared=True)
    assert not found.crossed
    assert why in found.unchecked


def test_a_first_price_is_no_growth() -> None:
    lines = [Line("a", "", None, {}, 10.0, 500.0, comparable=False), Line("a", "", None, {}, 10.0, 12.0)]
    increase, budget = check(
        Config(guard_rails=(GuardRail(increase=5), GuardRail(budget=100))), lines, [], compared=True
    )
    assert (increase.measured, increase.crossed) == (2.0, False)
    assert (budget.measured, budget.crossed) == (512.0, True)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("guard_rails: [{path: infra}]", "not none"),
        ("guard_rails: [{budget: 1, increase: 2}]", "not increase and budget"),
        ("guard_rails: [{new_finding: {saving: 1}, tag: team}]", "not measured by tag"),
        ("guard_rails: [{budget: -1}]", "at least 0"),
        ("guard_rails: [{budgt: 1}]", 'did you mean "budget"?'),
        ("guard_rails: [{budget: 1, action: stop}]", '"stop" is not one of fail, warn'),
    ],
)
def test_a_guard_rail_that_does_not_add_up_is_refused_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / ".costlint.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"\.costlint\.yaml:1:") as error:
        read_config(file)
    assert complaint in str(error.value)
