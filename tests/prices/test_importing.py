"""What was paid, read from exports of costs: commitments, discounts, sums, and what is no export."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner
from exports import TABLES, cur, family_of, focus, gathered, legacy, table
from hypothesis import given
from hypothesis import strategies as st

from costlint.cli.failures import run
from costlint.cli.prices import command
from costlint.config import ConfigError
from costlint.prices import read_prices
from costlint.prices.importing.gathering import gather
from costlint.prices.importing.mapping import Key
from costlint.prices.importing.writing import written

RESERVED = [
    cur("EU-BoxUsage:m5.xlarge", 240, 51.36),
    cur(
        "EU-BoxUsage:m5.xlarge",
        480,
        0,
        line_item_line_item_type="DiscountedUsage",
        pricing_public_on_demand_cost=102.72,
        reservation_effective_cost=61.632,
    ),
    cur(
        "EU-BoxUsage:c5.xlarge",
        240,
        46.08,
        line_item_line_item_type="SavingsPlanCoveredUsage",
        pricing_public_on_demand_cost=46.08,
        savings_plan_savings_plan_effective_cost=33.6,
        savings_plan_offering_type="ComputeSavingsPlans",
    ),
    cur(
        "EU-BoxUsage:r5.xlarge",
        240,
        0,
        line_item_line_item_type="SavingsPlanCoveredUsage",
        pricing_public_on_demand_cost=67.2,
        savings_plan_savings_plan_effective_cost=40.32,
        savings_plan_offering_type="EC2InstanceSavingsPlans",
    ),
    cur("EU-BoxUsage:m5.xlarge", 0, -5.136, line_item_line_item_type="EdpDiscount"),
    cur("", 1, 20, line_item_line_item_type="Tax"),
    cur("EU-HeavyUsage:m5.xlarge", 480, 61.632, line_item_line_item_type="RIFee"),
    cur("ComputeSP:1yrNoUpfront", 240, 33.6, line_item_line_item_type="SavingsPlanRecurringFee"),
    cur("EU-BoxUsage:c5.xlarge", 240, -46.08, line_item_line_item_type="SavingsPlanNegation"),
]


@pytest.mark.parametrize("form", ["2.0", "legacy"])
def test_commitments_and_discounts_of_a_cost_and_usage_report(tmp_path: Path, form: str) -> None:
    found = gathered(tmp_path, *(map(legacy, RESERVED) if form == "legacy" else RESERVED))
    sums = found.sums[Key("aws", "eu-west-1", "m5.xlarge", "hour")]
    assert sums.price == pytest.approx((51.36 - 5.136) / 240)
    assert sums.effective / sums.units == pytest.approx((51.36 - 5.136 + 61.632) / 720)
    assert sums.listed / sums.units == pytest.approx(0.214)
    assert found.skipped == {"tax": 1, "ri fee": 1, "savings plan recurring fee": 1, "savings plan negation": 1}
    file = tmp_path / "prices.yaml"
    file.write_text(written(found))
    book = read_prices([str(file)])
    assert {
        (one.kind, one.sku or one.family, one.region): (one.count or one.hourly, one.discount)
        for one in book.commitments
    } == {
        ("reservation", "m5.xlarge", "eu-west-1"): (2, 40),
        ("savings-plan", "", "*"): (0.14, pytest.approx(27.08)),
        ("savings-plan", "r5", "eu-west-1"): (0.168, 40),
    }


def test_discounts_are_not_taken_twice_from_net_costs(tmp_path: Path) -> None:
    rows = [
        cur("EU-BoxUsage:m5.xlarge", 10, 2, line_item_net_unblended_cost=1.8),
        cur("EU-BoxUsage:m5.xlarge", 0, -0.2, line_item_line_item_type="EdpDiscount", line_item_net_unblended_cost=0),
    ]
    found = gathered(tmp_path, *rows)
    assert found.sums[Key("aws", "eu-west-1", "m5.xlarge", "hour")].price == pytest.approx(0.18)


def test_commitments_of_a_focus_export(tmp_path: Path) -> None:
    used = {"CommitmentDiscountStatus": "Used", "CommitmentDiscountId": "x"}
    found = gathered(
        tmp_path,
        focus("EU-BoxUsage:m5.xlarge", 240, 51.36, ListCost=51.36, ContractedCost=48.0, EffectiveCost=48.0),
        focus("EU-BoxUsage:m5.xlarge", 240, 30, ListCost=51.36, CommitmentDiscountCategory="Usage", **used),
        focus("EU-BoxUsage:c5.xlarge", 240, 24, ListCost=48, CommitmentDiscountCategory="Spend", **used),
        focus("EU-BoxUsage:c5.xlarge", 0, 7, CommitmentDiscountStatus="Unused", CommitmentDiscountCategory="Spend"),
        focus("", 0, 100, ChargeCategory="Tax"),
    )
    assert found.sums[Key("aws", "eu-west-1", "m5.xlarge", "hour")].price == pytest.approx(0.2)
    assert found.skipped == {"commitment nobody used": 1, "tax": 1}
    assert [covers.units for covers in found.covers.values()] == [240, 240]
    text = written(found)
    assert "kind: reservation, sku: m5.xlarge, region: eu-west-1, count: 1, discount: 41.59" in text
    assert "kind: savings-plan, hourly: 0.1, discount: 50" in text


def test_unit_prices_stand_in_for_costs(tmp_path: Path) -> None:
    row = focus("EU-BoxUsage:m5.xlarge", 10, 1.5, ListUnitPrice=0.2, ContractedUnitPrice=0.19)
    del row["ListCost"], row["ContractedCost"]
    sums = gathered(tmp_path, row).sums[Key("aws", "eu-west-1", "m5.xlarge", "hour")]
    assert (sums.price, sums.listed / sums.units, sums.effective / sums.units) == pytest.approx((0.19, 0.2, 0.15))


@pytest.mark.parametrize("start", ["", "yesterday", "2026-07-01\nx: 1", "2026-13-05", "20260701"])
def test_without_times_nobody_says_how_many_were_reserved(tmp_path: Path, start: str) -> None:
    rows = [row | {"line_item_usage_start_date": start, "line_item_usage_end_date": ""} for row in RESERVED]
    found = gathered(tmp_path, *rows)
    file = tmp_path / "prices.yaml"
    file.write_text(written(found))
    assert read_prices([str(file)]).commitments == ()
    assert found.sums


@given(name=st.text(min_size=1, max_size=30))
def test_no_name_in_an_export_breaks_the_price_file(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("export")
    usage = f"EU-BoxUsage:{name}".replace("\x00", "").encode(errors="replace").decode()
    found = gathered(folder, cur("EU-BoxUsage:m5.xlarge", 1, 1), cur(usage, 1, 1, line_item_product_code=usage))
    (folder / "prices.yaml").write_text(written(found))
    assert [row.own.sku for row in read_prices([str(folder / "prices.yaml")]).rows] == ["m5.xlarge"]


def test_a_compressed_export_reads_the_same(tmp_path: Path) -> None:
    whole = gather([table(tmp_path, RESERVED)], TABLES, family_of)
    assert gather([table(tmp_path, RESERVED, "export.csv.gz")], TABLES, family_of) == whole


def test_memory_does_not_grow_with_the_export(tmp_path: Path) -> None:
    file = table(tmp_path, [cur("EU-BoxUsage:m5.xlarge", 1, 0.2, line_item_resource_id="i-" + "0" * 200)] * 8_000)
    gather([file], TABLES, family_of)
    tracemalloc.start()
    found = gather([file], TABLES, family_of)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.lines == 8_000
    assert peak < Path(file).stat().st_size / 4


@given(parts=st.lists(st.tuples(st.floats(0.01, 1e4), st.floats(0.001, 10)), min_size=1, max_size=20))
def test_the_price_is_what_all_lines_came_to(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[float, float]]
) -> None:
    rows = [cur("EU-BoxUsage:m5.xlarge", quantity, quantity * price) for quantity, price in parts]
    found = gathered(tmp_path_factory.mktemp("export"), *rows)
    sums = found.sums[Key("aws", "eu-west-1", "m5.xlarge", "hour")]
    assert sums.price * sums.units == pytest.approx(sum(quantity * price for quantity, price in parts))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("e.csv", b"", "neither a FOCUS export nor an AWS Cost and Usage Report in CSV: it is empty"),
        ("e.csv", b"a,b\n1,2\n", "its columns begin a, b"),
        ("e.csv", b"PAR1xxxx", "in Parquet, which costlint does not read"),
        ("e.csv.gz", b"no gzip", "cannot read the export"),
        ("e.csv", b"\xff\xfe\x00", "not UTF-8 text"),
        (
            "e.csv",
            b"ChargeCategory,EffectiveCost,PricingQuantity\nUsage,1,1\nUsage,one,1\n",
            "e.csv:3:1: this line of the export cannot be read",
        ),
        (
            "e.csv",
            b"ChargeCategory,EffectiveCost,BillingCurrency\nUsage,1,USD\nUsage,1,EUR\n",
            "e.csv:3:1: this line of the export cannot be read: it is in EUR, lines before it in USD",
        ),
        (
            "e.csv",
            b"ChargeCategory,EffectiveCost\nUsage,nan\n",
            "e.csv:2:1: this line of the export cannot be read: nan is",
        ),
        ("e.csv", b'ChargeCategory,EffectiveCost,BillingCurrency\nUsage,1,"E\nx: y"\n', "is no currency"),
        ("e.csv", b"ChargeCategory,EffectiveCost\n" + b"x" * 200_000, "e.csv:2:1: the export is not CSV: field larger"),
    ],
)
def test_what_is_no_export_is_a_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        gather([str(tmp_path / name)], TABLES, family_of)
    assert said in str(caught.value)


def test_an_export_in_another_currency_needs_its_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    table(tmp_path, [focus("EU-BoxUsage:m5.xlarge", 10, 1.84, BillingCurrency="EUR")])
    assert run(command, ["import", "export.csv"]) == 2
    assert "how many of it are one USD" in capsys.readouterr().err
    assert run(command, ["import", "export.csv", "--rate", "0.92", "--rate-date", "2026-11-01", "-o", "p.yaml"]) == 0
    book = read_prices(["p.yaml"])
    assert book.rows[0].price == pytest.approx(0.2)
    assert book.currency.code == "EUR"


def test_a_price_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("mine")
    export = table(tmp_path, RESERVED)
    result = CliRunner().invoke(command, ["import", export, "--output", str(tmp_path / "p.yaml")])
    assert result.exit_code == 2
    assert (tmp_path / "p.yaml").read_text() == "mine"


def test_an_export_without_a_price_of_costlint_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = table(tmp_path, [focus("x", 1, 1, ProviderName="Snowflake")])
    assert run(command, ["import", export]) == 4
    assert "1 lines worth 1.00 USD have no price of costlint" in capsys.readouterr().err
