"""`costlint prices`: what people and programs read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from costlint.updating.collecting import Collected
from costlint.updating.snapshots import write_snapshot

Run = Callable[..., Any]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with one fetched price."""
    monkeypatch.setenv("COSTLINT_CACHE_DIR", str(tmp_path / "cache"))
    one = Collected("AmazonEC2-eu-west-1", "AWS Price List API, AmazonEC2 eu-west-1, version 7", "2099-01-01")
    one.add("machine", "eu-west-1", "m7i.large", "hour", 0.5)
    write_snapshot(tmp_path / "cache" / "prices", "aws", [one], "2099-01-01T00:00:00Z")
    return tmp_path / "cache"


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_machine_is_shown_with_every_way_to_buy_it(run_costlint: Run) -> None:
    shown = run_costlint("prices", "show", "M7i.LARGE", "--region", "eu-west-1").out
    assert shown.startswith("m7i.large  2 vCPU, 8 GiB  aws eu-west-1\n")
    for what in ("on-demand", "spot", "standard 1y, no upfront", "standard 3y, no upfront"):
        assert f"  {what} " in shown


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (("db.r6g.large",), "RDS db.r6g.large"),
        (("ebs.gp3.*", "--region", "eu-*"), "ebs.gp3.storage"),
        (("nat-gateway", "--region", "eu-west-1"), "nat-gateway.data-processed"),
        (("aws_nat_gateway",), "nat-gateway.hour"),
        (("aws_instance",), "Most of the price is the instance_type"),
        (("aws_iam_role",), "aws_iam_role carries no charge of its own."),
        (("google_compute_address",), "network."),
        (("n2-standard-4", "--provider", "gcp"), "cud 3y, monthly"),
        (("Standard_D4s_v5", "--region", "West Europe"), "azure westeurope"),
        (("L4",), "g2-standard"),
    ],
)
def test_whatever_has_a_price_can_be_asked_for(run_costlint: Run, what: tuple[str, ...], expected: str) -> None:
    outcome = run_costlint("prices", "show", *what)
    assert outcome.code == 0
    assert expected in outcome.out


@pytest.mark.parametrize(
    ("what", "answer"),
    [
        (("m7i.lrge",), 'did you mean "m7i.large"'),
        (("aws_nat_gatway",), 'did you mean "aws_nat_gateway"'),
        (("m7i.large", "--region", "eu-wst-1"), 'no region is called "eu-wst-1"; did you mean "eu-west-1"'),
        (("p5.48xlarge", "--region", "eu-west-3"), "p5.48xlarge has no price in eu-west-3; it has one in"),
        (("ebs.gp3.storage", "--provider", "gcp"), "no price is known by the name"),
        (("tpu-v5e",), 'did you mean "tpu.v5e"'),
        (("tpu.v5p", "--region", "us-east4"), "tpu.v5p has no price in us-east4; it has one in europe-west1"),
        (("api-management.api-management-basicv2",), "has no price in the reference regions; it has one in"),
        (("TPU-v4",), "no price is known by the name"),
        (("\x1b[31m",), "no price is known by the name"),
        (("",), "no price is known by the name"),
    ],
)
def test_what_nobody_knows_is_answered_with_what_was_probably_meant(
    run_costlint: Run, what: tuple[str, ...], answer: str
) -> None:
    outcome = run_costlint("prices", "show", *what)
    assert (outcome.code, outcome.out) == (4, "")
    assert answer in outcome.err


def test_inferred_prices_carry_a_tilde(run_costlint: Run) -> None:
    assert "~$" in run_costlint("prices", "show", "c6gd.2xlarge", "--region", "af-south-1").out


def test_machines_are_compared_by_price_and_large_enough(run_costlint: Run) -> None:
    outcome = run_costlint("prices", "compare", "--gpu", "h100", "--min-gpus", "8", "--all", "--format", "json")
    offers = json.loads(outcome.out)
    assert [one["usd"] for one in offers] == sorted(one["usd"] for one in offers)
    assert {one["gpu"] for one in offers} == {"H100"}
    assert {one["provider"] for one in offers} == {"aws", "azure", "gcp"}
    assert all(one["gpus"] >= 8 and one["offered"] is not False for one in offers)
    assert all(one["gpu_hour_usd"] == pytest.approx(one["usd"] / one["gpus"]) for one in offers)


def test_a_machine_a_region_does_not_offer_is_never_compared(run_costlint: Run) -> None:
    shown = run_costlint("prices", "show", "a2-highgpu-1g", "--region", "africa-south1").out
    assert "not offered here" in shown
    compared = run_costlint("prices", "compare", "--gpu", "A100", "--regions", "africa-south1", "--format", "csv")
    assert (compared.code, compared.out) == (4, "")


@pytest.mark.parametrize(
    ("how", "least"),
    [
        (("--spot",), "spot"),
        (("--commitment", "3y"), "3y"),
        ((), "on-demand"),
    ],
)
def test_prices_of_the_kind_asked_for_are_compared(run_costlint: Run, how: tuple[str, ...], least: str) -> None:
    needs = ("--vcpus", "16", "--memory", "64", "--providers", "aws", "--regions", "eu-*,us-east-1")
    found = records(run_costlint("prices", "compare", *needs, *how, "--format", "csv").out)
    assert found
    for one in found:
        assert least in one["bought"]
        assert float(one["vcpu"]) >= 16
        assert float(one["memory_gib"]) >= 64
        assert one["gpu"] == ""
        assert one["region"].startswith("eu-") or one["region"] == "us-east-1"


@pytest.mark.parametrize("name", ["tpu", "TPU"])
def test_a_group_of_skus_called_like_the_beginning_of_an_accelerator_is_shown(run_costlint: Run, name: str) -> None:
    assert "tpu.v5e " in run_costlint("prices", "show", name).out


def test_nothing_is_said_to_be_meant_by_its_own_name(run_costlint: Run) -> None:
    assert '"TPU-v5e"' not in run_costlint("prices", "show", "tpu-v5e").err


def test_a_continent_is_the_regions_of_every_provider_there(run_costlint: Run) -> None:
    shown = run_costlint("prices", "compare", "--gpu", "A100", "--regions", "europe", "--all", "--format", "csv").out
    places = {(one["provider"], one["region"]) for one in records(shown)}
    assert {provider for provider, _ in places} == {"aws", "gcp", "azure"}
    assert ("azure", "westeurope") in places
    assert not any(region.startswith("us") for _, region in places)


def test_the_table_names_regions_of_the_same_price_once(run_costlint: Run) -> None:
    shown = run_costlint("prices", "compare", "--gpu", "A10G", "--min-gpus", "1", "--providers", "aws").out
    assert "us-east-1 (+" in shown
    assert "more; --all shows them" in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "say what is needed"),
        (("--gpu", "H10O"), 'no accelerator is called "H10O"; did you mean'),
        (("--gpu", "L4,H10O"), 'no accelerator is called "H10O"; did you mean'),
        (("--gpu", ","), 'no accelerator is called ","; there are'),
        (("--gpu", "H100", "--spot", "--commitment", "1y"), "exclude each other"),
        (("--vcpus", "2", "--providers", "ibm"), '"ibm" is not one of aws, gcp, azure'),
        (("--vcpus", "2", "--regions", "mars"), '--regions: no region is called "mars"'),
        (("--vcpus", "2", "--regions", "eu-*,europ"), '--regions: no region is called "europ"; did you mean "europe"?'),
    ],
)
def test_a_need_that_makes_no_sense_is_a_sentence(run_costlint: Run, options: tuple[str, ...], message: str) -> None:
    outcome = run_costlint("prices", "compare", *options)
    assert outcome.code == 2
    assert message in outcome.err


def test_the_age_of_every_table_is_shown_and_strict_fails_on_old_ones(run_costlint: Run) -> None:
    day = ("--provider", "gcp", "--as-of", "2026-11-22")
    outcome = run_costlint("prices", "check", *day, "--max-age", "12")
    assert outcome.code == 0
    assert "machines, on demand" in outcome.out
    assert "> 12 months" in outcome.out
    assert run_costlint("prices", "check", *day, "--max-age", "1", "--strict").code == 1
    assert run_costlint("prices", "check", *day, "--max-age", "240", "--strict").code == 0


def test_the_age_of_every_service_is_shown_on_request(run_costlint: Run) -> None:
    assert "\n  gcp" not in run_costlint("prices", "check", "--provider", "gcp").out
    found = records(run_costlint("prices", "check", "--provider", "gcp", "--format", "csv").out)
    assert {"disk", "network", "services"} <= {one["table"] for one in found}


def test_exporting_a_region_gives_what_a_scan_would_use(run_costlint: Run, tmp_path: Path) -> None:
    outcome = run_costlint("prices", "export", "--provider", "aws", "--region", "mx-central-1", "-o", "prices.csv")
    assert outcome.code == 0
    found = records((tmp_path / "prices.csv").read_text())
    assert {"machine", "service", "elasticache"} <= {one["table"] for one in found}
    assert {one["inferred"] for one in found} == {"true", "false"}
    assert {one["region"] for one in found} == {"mx-central-1"}


def test_exporting_a_region_nobody_has_is_a_sentence(run_costlint: Run) -> None:
    outcome = run_costlint("prices", "export", "--region", "mars-1")
    assert (outcome.code, outcome.err) == (4, 'costlint: no region is called "mars-1"\n')


def test_fetched_prices_are_shown_with_their_source_and_can_be_left_out(run_costlint: Run, cache: Path) -> None:
    question = ("prices", "show", "m7i.large", "--region", "eu-west-1")
    shown = run_costlint(*question).out
    assert "$0.50  hour" in shown
    assert "AWS Price List API" in shown
    assert "$0.50  hour" not in run_costlint(*question, "--no-user-prices").out


def test_a_scan_uses_fetched_prices_and_says_where_they_come_from(
    run_costlint: Run, cache: Path, tmp_path: Path
) -> None:
    (tmp_path / "main.tf").write_text(
        'provider "aws" {\n  region = "eu-west-1"\n}\nresource "aws_instance" "a" {\n'
        '  ami           = "ami-1"\n  instance_type = "m7i.large"\n}\n'
    )
    fetched = json.loads(run_costlint("estimate", ".", "--format", "json").out)
    assert "AWS Price List API, AmazonEC2 eu-west-1, version 7" in json.dumps(fetched)
    (tmp_path / ".costlint.yaml").write_text("user_prices: false\n")
    assert "version 7" not in run_costlint("estimate", ".", "--format", "json").out


def test_the_check_counts_what_was_fetched(run_costlint: Run, cache: Path) -> None:
    found = records(run_costlint("prices", "check", "--provider", "aws", "--format", "csv").out)
    assert [one["fetched"] for one in found if one["table"] == "machines, on demand"] == ["1"]


def test_a_damaged_cache_is_a_sentence_and_an_exit_code(run_costlint: Run, cache: Path) -> None:
    (cache / "prices" / "aws" / "current.json").write_text("{")
    outcome = run_costlint("prices", "show", "m7i.large")
    assert outcome.code == 3
    assert "run costlint prices update aws again, or leave them out with --no-user-prices" in outcome.err
    assert run_costlint("prices", "show", "m7i.large", "--no-user-prices").code == 0


def test_an_update_without_a_key_is_a_sentence_and_an_exit_code(
    run_costlint: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("COSTLINT_GOOGLE_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    outcome = run_costlint("prices", "update", "gcp")
    assert outcome.code == 3
    assert "set COSTLINT_GOOGLE_API_KEY" in outcome.err


def test_a_table_is_as_wide_as_it_needs_in_a_pipe_and_as_columns_says(
    run_costlint: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("prices", "show", "p4d.24xlarge", "--region", "us-east-1")
    piped = run_costlint(*command).out
    assert "…" not in piped
    monkeypatch.setenv("COLUMNS", "250")
    assert run_costlint(*command).out == piped


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        (("show", "m5.xlarge"), "€0.096"),
        (("compare", "--vcpus", "2", "--regions", "us-east-1", "--providers", "aws"), "€0.00"),
    ],
)
def test_tables_are_in_the_currency_of_the_price_file(
    run_costlint: Run, tmp_path: Path, question: tuple[str, ...], amount: str
) -> None:
    (tmp_path / "prices.yaml").write_text("currency: {code: EUR, rate: 0.5, date: 2026-11-01}\n")
    (tmp_path / ".costlint.yaml").write_text("prices_file: prices.yaml\n")
    shown = run_costlint("prices", *question).out
    assert amount in shown
    assert "$" not in shown
    assert "usd" in run_costlint("prices", *question, "--format", "csv").out.partition("\n")[0]
