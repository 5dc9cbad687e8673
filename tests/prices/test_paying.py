"""Whole runs with prices and commitments of one's own: findings, totals, thresholds and reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from costlint.catalog import Catalog
from costlint.cli import costlint
from costlint.cli.failures import run
from costlint.config import Commitment, Config
from costlint.model import Report
from costlint.pipeline import estimate, scan
from costlint.reports import estimate as estimate_text
from costlint.reports import estimate_json, text
from costlint.reports import json as report_json
from costlint.reports.explain import explain_place

FLEET = """
provider "aws" {
  region = "us-east-1"
}

resource "aws_instance" "api" {
  count         = %d
  ami           = "ami-0abcdef1234567890"
  instance_type = "m5.2xlarge"
}

resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 2000
  type              = "gp2"
}
"""
RESERVED = Commitment("aws", "reservation", count=4, sku="m5.2xlarge", region="us-east-1", discount=40)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(FLEET % 6)
    return tmp_path


def config(**more: Any) -> Config:
    settings: dict[str, Any] = {"environment": "prod", "profile": "audit", "min_saving": 0}
    return Config(as_of=date(2026, 11, 22), **(settings | more))


def prices(folder: Path, written: str) -> Config:
    (folder / "prices.yaml").write_text(written)
    return config(prices_file=("prices.yaml",))


def amounts(value: object, path: str = "") -> Iterator[tuple[str, float]]:
    """Every amount of money in a JSON report, by where it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from amounts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from amounts(inner, f"{path}[{index}]")
    elif isinstance(value, float) and "change" not in path and "rate" not in path and "quantity" not in path:
        yield path, value


def findings(report: Report) -> dict[tuple[str, str], float]:
    return {(f.rule.id, f.addresses[0]): f.saving.likely for f in report.findings if f.saving and f.addresses}


def test_an_empty_price_file_changes_no_number(here: Path) -> None:
    plain, with_file = scan(["."], config()), scan(["."], prices(here, "prices: []\n"))
    assert [f.saving for f in plain.findings] == [f.saving for f in with_file.findings]
    assert [f.fingerprint for f in plain.findings] == [f.fingerprint for f in with_file.findings]
    assert (plain.totals.current, plain.totals.saving) == (with_file.totals.current, with_file.totals.saving)
    assert text.render(plain) == text.render(with_file)
    assert json.loads(report_json.render(plain))["totals"]["list_current"] is None


@pytest.mark.parametrize("percent", [10, 35, 100])
def test_a_discount_scales_every_saving_before_and_after_alike(here: Path, percent: float) -> None:
    plain = scan(["."], config(select=("STO001",)))
    report = scan(["."], prices(here, f"discounts: [{{percent: {percent}}}]").override(select=("STO001",)))
    assert report.totals.current.likely == pytest.approx(plain.totals.current.likely * (1 - percent / 100))
    assert report.totals.list_current is not None
    assert report.totals.list_current.likely == pytest.approx(plain.totals.current.likely)
    if percent < 100:
        (before,), (after,) = plain.findings, report.findings
        assert before.saving is not None
        assert after.saving is not None
        assert after.list_saving is not None
        assert after.saving.likely == pytest.approx(before.saving.likely * (1 - percent / 100))
        assert after.list_saving.likely == pytest.approx(before.saving.likely)
        assert after.cash_saving is None


def test_capacity_under_a_reservation_saves_list_and_no_cash(here: Path) -> None:
    """The other vendor's machines are not what is reserved: that part goes on being paid for."""
    chosen = config(select=("CMP003", "STO001"))
    reserved = Commitment("aws", "reservation", count=1, sku="m5.large", region="us-east-1")
    plain, report = scan(["."], chosen), scan(["."], chosen.override(commitments=(reserved,)))
    assert findings(report) == findings(plain)
    by_rule = {finding.rule.id: finding for finding in report.findings}
    assert by_rule["STO001"].cash_saving == by_rule["STO001"].saving
    twin = by_rule["CMP003"]
    assert twin.saving is not None
    assert twin.cash_saving is not None
    assert twin.list_saving == twin.saving
    assert twin.cash_saving.likely == pytest.approx(twin.saving.likely - 0.096 * 730)
    assert f"list ${twin.saving.likely:,.0f} · cash ${twin.cash_saving.likely:,.2f}" in text.render(report, width=140)


def test_a_change_that_makes_the_invoice_dearer_is_left_out(here: Path) -> None:
    report = scan(["."], config(select=("CMP003",), commitments=(RESERVED,)))
    assert report.findings == ()
    assert report.left_out.smaller == 1


def test_the_invoice_adds_up_from_fees_and_what_nothing_covers(here: Path) -> None:
    report = estimate(["."], config(commitments=(RESERVED,)))
    plain = estimate(["."], config())
    machine = 0.384 * 730
    expected = plain.totals.current.likely - 4 * machine + 4 * machine * 0.6
    assert report.totals.cash_current is not None
    assert report.totals.cash_current.likely == pytest.approx(expected)
    assert report.totals.list_current == plain.totals.current


def test_totals_in_cash_never_beat_the_fees(here: Path) -> None:
    totals = scan(["."], config(commitments=(RESERVED,))).totals
    assert totals.cash_current is not None
    assert totals.cash_saving is not None
    assert totals.cash_current.likely - totals.cash_saving.likely >= 4 * 0.384 * 730 * 0.6 - 0.01


def test_two_stacks_share_one_commitment(here: Path) -> None:
    """Three machines each under four reserved: one stack's change alone is worth at most what is not covered."""
    (here / "main.tf").unlink()
    for name in ("one", "two"):
        (here / name).mkdir()
        (here / name / "main.tf").write_text(FLEET % 3)
    report = scan(["."], config(commitments=(RESERVED,)))
    alone = [result.totals.cash_saving for result in report.stacks]
    assert report.totals.cash_saving is not None
    assert None not in alone
    assert report.totals.cash_saving.likely <= sum(one.likely for one in alone if one) + 0.01


@pytest.mark.parametrize(("written", "code"), [("[]", 1), ("[{provider: aws, kind: reservation, percent: 100}]", 0)])
def test_a_threshold_compares_cash(here: Path, written: str, code: int) -> None:
    worth = max(f.worth for f in scan(["."], config(select=("CMP003",))).findings if not f.inferred)
    assert worth > 20
    (here / ".costlint.yaml").write_text(f"environment: prod\nselect: [CMP003]\ncommitments: {written}\n")
    assert run(costlint, ["scan", ".", "--fail-on", f"${worth - 1:.0f}", "--quiet"]) == code


def test_the_least_saving_compares_cash(here: Path) -> None:
    whole = Commitment("aws", "reservation", percent=100)
    assert [f.rule.id for f in scan(["."], config(min_saving=5, select=("CMP003",))).findings] == ["CMP003"]
    report = scan(["."], config(commitments=(whole,), min_saving=5, select=("CMP003",)))
    assert report.findings == ()
    assert report.left_out.smaller == 1


def test_all_money_is_shown_in_the_currency(here: Path) -> None:
    rate = "currency: {code: EUR, rate: 0.5, date: 2026-11-01}\n"
    chosen = ("STO", "CMP")
    dollars = scan(["."], prices(here, "prices: []").override(select=chosen))
    euros = scan(["."], prices(here, rate).override(select=chosen))
    first, second = json.loads(report_json.render(dollars)), json.loads(report_json.render(euros))
    assert second["currency"] == {"code": "EUR", "rate": 0.5, "date": "2026-11-01"}
    assert second["totals"]["current"]["currency"] == "EUR"
    before, after = dict(amounts(first)), dict(amounts(second))
    money = {path for path in before if "left_out.min_saving" not in path}
    assert before.keys() == after.keys()
    assert {path: pytest.approx(before[path] / 2, abs=1e-4) for path in money} == {path: after[path] for path in money}
    shown = text.render(euros, everything=True)
    assert "€" in shown
    assert "$" not in shown


def test_an_estimate_says_what_is_list_and_what_is_paid(here: Path) -> None:
    from costlint.catalog import Catalog

    own = prices(here, "discounts: [{percent: 25, service: ec2}]\ncurrency: {code: CHF, rate: 0.8, date: 2026-11-01}\n")
    report = estimate(["."], own)
    out = json.loads(estimate_json.render(report, Catalog()))
    assert out["currency"]["code"] == "CHF"
    assert out["list_monthly"]["likely"] > out["cost"]["monthly"]["likely"]
    machine = out["stacks"][0]["resources"][0]["components"][0]
    assert machine["unit_price"] == pytest.approx(0.384 * 0.75 * 0.8)
    assert machine["list_price"] == pytest.approx(0.384 * 0.8)
    assert "25 % off (prices.yaml:1)" in machine["source"]


@pytest.mark.parametrize(
    ("commitment", "severity", "said"),
    [
        (
            Commitment("aws", "reservation", percent=50, family="m5", until=date(2026, 1, 1)),
            "note",
            "ended on 2026-01-01",
        ),
        (Commitment("aws", "reservation", percent=50, family="c7g"), "note", "covers nothing scanned here"),
        (
            Commitment("azure", "savings-plan", hourly=1.0),
            "warning",
            "the azure savings-plan covers nothing scanned here: $1.00 an hour ($730.00 a month)",
        ),
        (
            Commitment("aws", "savings-plan", hourly=10.0, discount=50),
            "warning",
            "the aws savings-plan is 12% used: $8.85 an hour ($6,459.04 a month) covers nothing scanned here",
        ),
    ],
)
def test_a_commitment_that_comes_to_nothing_is_told(
    here: Path, commitment: Commitment, severity: str, said: str
) -> None:
    diagnostics = estimate(["."], config(commitments=(commitment,))).diagnostics
    assert [d.severity for d in diagnostics if said in d.message] == [severity]


def test_the_estimate_shows_what_a_commitment_covers_and_what_of_it_is_idle(here: Path) -> None:
    idle = Commitment("aws", "savings-plan", hourly=10.0, discount=50)
    report = estimate(["."], config(commitments=(RESERVED, idle)))
    shown = estimate_text.render(report, width=120)
    assert (
        "Commitments cost $7,973/month, used or not, and are part of cash; $7,020 of it covers nothing here\n" in shown
    )
    assert "  the aws savings-plan: $10.00/hour, $7,300/month: 4% used, $9.62/hour ($7,020/month) idle\n" in shown
    assert "    m5.2xlarge in us-east-1: $561/month at list prices, 50% off (your discount)\n" in shown
    assert "the aws reservation for m5.2xlarge in us-east-1: $0.92/hour, $673/month: 100% used\n" in shown


def test_programs_read_commitments_from_the_estimate(here: Path) -> None:
    report = estimate(["."], config(commitments=(RESERVED,)))
    (written,) = json.loads(estimate_json.render(report, Catalog()))["commitments"]
    assert written["used"] == 1
    assert written["idle_monthly"] == 0
    assert written["covers"][0]["list_monthly"] == pytest.approx(4 * 0.384 * 730)
    assert written["covers"][0]["percent"] == 40


def test_explaining_a_machine_shows_the_commitments_that_may_cover_it(here: Path) -> None:
    report = scan(["."], config(commitments=(RESERVED,)))
    assert "Commitments cost $673/month" in explain_place(report, "main.tf", 6)
    assert "Commitments cost" not in explain_place(report, "main.tf", 12)


def test_without_commitments_there_is_no_block(here: Path) -> None:
    assert "Commitments" not in estimate_text.render(estimate(["."], config()))


def test_a_plan_of_unknown_terms_covers_nothing_and_says_so(here: Path) -> None:
    function = 'resource "aws_lambda_function" "f" {\n  function_name = "f"\n  memory_size = 512\n}\n'
    (here / "main.tf").write_text(FLEET.partition("resource")[0] + function)
    report = estimate(["."], config(commitments=(Commitment("aws", "savings-plan", hourly=1.0),)))
    assert any(
        "nobody says what the aws savings-plan takes off lambda.duration" in d.message for d in report.diagnostics
    )
    assert report.totals.cash_current is not None
    assert report.totals.cash_current.likely == pytest.approx(report.totals.current.likely + 730)


def test_what_only_commitments_make_small_is_told_apart(here: Path) -> None:
    whole = Commitment("aws", "reservation", count=6, sku="m5.2xlarge", region="us-east-1", discount=40)
    settings = config(commitments=(whole,), min_saving=20, profile="default")
    left = scan(["."], settings).left_out
    assert left.cashless >= 1
    assert left.cashless_worth > 20 * left.cashless
    shown = text.render(scan(["."], settings), width=300)
    assert "at your prices, but less than $20.00 in cash while commitments last" in shown
