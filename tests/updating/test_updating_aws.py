"""AWS offer files: what their rows mean here, and what is left out."""

from __future__ import annotations

import hashlib

import pytest
from loopback import LoopbackServer, Reply
from updating.conftest import Updating
from updating.price_lists import COLUMNS, PLAN_COLUMNS, Amazon, box, offer_file, plan, ranged, reserved, row

from costlint.catalog.updates import POINTER
from costlint.updating import UpdateError

LIST = [
    box("m7i.large", "0.1"),
    box("m7i.large", "0.19", operation="RunInstances:0002", operatingsystem="Windows"),
    box("m7i.large", "0.13", tenancy="Dedicated"),
    box("m7i.large", "0.1", capacitystatus="UnusedCapacityReservation"),
    reserved("m7i.large", "0.063"),
    reserved("m7i.large", "0.07", kind="convertible"),
    reserved("m7i.large", "0.02", option="Partial Upfront"),
    reserved("m7i.large", "0.043", term="3yr"),
    row("EU-EBS:VolumeUsage.gp3", "0.085", "GB-Mo"),
    row("EU-EBS:VolumeP-Throughput.gp3", "45.056", "GiBps-mo"),
    row("EU-NatGateway-Hours", "0.049", operation="NatGateway"),
    row("EU-NatGateway-Hours", "0.09", operation="RegionalNatGateway"),
    row("EU-DataTransfer-Somewhere", "0.02", "GB"),
    row("EU-EBS:VolumeUsage.sc1", "0", "GB-Mo"),
]


@pytest.fixture
def amazon(server: LoopbackServer) -> Amazon:
    return Amazon(server)


def test_a_list_of_ec2_prices_machines_disks_and_gateways(updating: Updating, amazon: Amazon) -> None:
    amazon.serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", LIST, version="20261118"))
    outcome = updating("aws", "eu-west-1", services=("AmazonEC2",))
    shape = updating.catalog.shape("aws", "eu-west-1", "m7i.large")
    assert shape is not None
    assert shape.on_demand is not None
    assert (shape.on_demand.amount, shape.on_demand.date, shape.on_demand.inferred) == (0.1, "2026-11-23", False)
    assert shape.on_demand.source == "AWS Price List API, AmazonEC2 eu-west-1, version 20261118"
    prices = {
        (sku, unit): updating.catalog.price("aws", "eu-west-1", sku, unit)
        for sku, unit in (
            ("ebs.gp3.storage", "gb-month"),
            ("ebs.gp3.throughput", "mibps-month"),
            ("nat-gateway.hour", "hour"),
        )
    }
    assert [price and price.amount for price in prices.values()] == [0.085, 0.044, 0.049]
    assert outcome.read == len(LIST)
    assert outcome.regions == ("eu-west-1",)


def test_rows_without_a_name_here_are_counted_by_reason(updating: Updating, amazon: Amazon) -> None:
    amazon.serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", LIST))
    outcome = updating("aws", "eu-west-1", services=("AmazonEC2",))
    assert outcome.unmapped == {"no name here": 5, "free": 1}


def test_reserved_prices_without_upfront_become_discounts(updating: Updating, amazon: Amazon) -> None:
    amazon.serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", LIST))
    updating("aws", "eu-west-1", services=("AmazonEC2",))
    found = {
        (kind, term): updating.catalog.commitment("aws", "eu-west-1", "m7i", kind, term)
        for kind, term in (("standard", "1y"), ("convertible", "1y"), ("standard", "3y"))
    }
    assert [one and one.percent for one in found.values()] == [37, 30, 57]
    assert {one.date for one in found.values() if one} == {"2026-11-23"}


def test_savings_plans_are_held_against_the_prices_fetched_with_them(updating: Updating, amazon: Amazon) -> None:
    amazon.serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", LIST[:1]))
    rows = [plan("m7i.large", "0.06"), plan("m7i.large", "0.072", "ComputeSavingsPlans"), plan("x9.large", "0.1")]
    amazon.serve("AWSComputeSavingsPlan", "eu-west-1", offer_file("AWSComputeSavingsPlan", rows, PLAN_COLUMNS))
    updating("aws", "eu-west-1", services=("AmazonEC2", "AWSComputeSavingsPlan"))
    standard = updating.catalog.commitment("aws", "eu-west-1", "m7i", "standard", "1y")
    compute = updating.catalog.commitment("aws", "eu-west-1", "m7i", "convertible", "1y")
    assert (standard and standard.percent, compute and compute.percent) == (40, 28)


@pytest.mark.parametrize(
    ("offer", "rows", "expected"),
    [
        (
            "AmazonRDS",
            [
                row(
                    "EU-Multi-AZUsage:db.m7g.large",
                    "0.4",
                    operation="CreateDBInstance:0014",
                    databaseengine="PostgreSQL",
                    deploymentoption="Multi-AZ",
                    instancetype="db.m7g.large",
                )
            ],
            ("rds", "postgresql", "multi-az", "db.m7g.large", 0.4),
        ),
        (
            "AmazonElastiCache",
            [row("EU-NodeUsage:cache.r7g.large", "0.3", cacheengine="Valkey", instancetype="cache.r7g.large")],
            ("elasticache", "valkey", "", "cache.r7g.large", 0.3),
        ),
        (
            "AmazonES",
            [row("EU-ESInstance:r6g.large", "0.2", operation="ESDomain", instancetype="r6g.large.search")],
            ("opensearch", "", "", "r6g.large.search", 0.2),
        ),
    ],
)
def test_managed_nodes_keep_engine_and_deployment(
    updating: Updating,
    amazon: Amazon,
    offer: str,
    rows: list[dict[str, str]],
    expected: tuple[str, str, str, str, float],
) -> None:
    amazon.serve(offer, "eu-west-1", offer_file(offer, rows))
    updating("aws", "eu-west-1", services=(offer,))
    *which, amount = expected
    found = updating.catalog.managed("aws", "eu-west-1", *which)  # type: ignore[arg-type]
    assert found is not None
    assert found.price.amount == amount


def test_s3_takes_the_first_tier(updating: Updating, amazon: Amazon) -> None:
    rows = [
        row("EU-TimedStorage-ByteHrs", "0.024", "GB-Mo", volumetype="Standard"),
        row("EU-TimedStorage-ByteHrs", "0.022", "GB-Mo", volumetype="Standard", startingrange="51200"),
    ]
    amazon.serve("AmazonS3", "eu-west-1", offer_file("AmazonS3", rows))
    outcome = updating("aws", "eu-west-1", services=("AmazonS3",))
    price = updating.catalog.price("aws", "eu-west-1", "s3.standard.storage", "gb-month")
    assert price is not None
    assert price.amount == 0.024
    assert outcome.unmapped == {"a further tier": 1}


def test_a_price_stated_twice_with_different_figures_is_left_out(updating: Updating, amazon: Amazon) -> None:
    rows = [box("m7i.large", "0.1"), box("m7i.large", "0.2"), box("m7i.xlarge", "0.2"), box("m7i.xlarge", "0.2")]
    amazon.serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", rows))
    outcome = updating("aws", "eu-west-1", services=("AmazonEC2",))
    assert (outcome.mapped, outcome.unmapped) == (1, {"stated twice with different prices": 1})


def test_a_unit_nobody_expected_is_left_out(updating: Updating, amazon: Amazon) -> None:
    rows = [box("m7i.large", "0.1"), row("EU-EBS:VolumeUsage.gp3", "0.085", "TB-Mo")]
    amazon.serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", rows))
    assert updating("aws", "eu-west-1", services=("AmazonEC2",)).unmapped == {"per TB-Mo instead of GB-Mo": 1}


def test_a_download_that_breaks_off_is_gone_on_from(updating: Updating, amazon: Amazon) -> None:
    body = offer_file("AmazonEC2", LIST)
    path = amazon.serve("AmazonEC2", "eu-west-1", body)
    amazon.server.routes[path] = ranged(body, {"ETag": '"one"'}, cuts=(500, 700))
    updating("aws", "eu-west-1", services=("AmazonEC2",))
    asked = [request.headers.get("Range") for request in amazon.server.requests if request.path == path]
    assert asked == [None, "bytes=500-", "bytes=1200-"]
    assert updating.pauses == [1, 2]


def test_the_next_run_goes_on_from_what_the_last_one_left(updating: Updating, amazon: Amazon) -> None:
    body = offer_file("AmazonEC2", LIST)
    path = amazon.serve("AmazonEC2", "eu-west-1", body)
    amazon.server.routes[path] = ranged(body, {"ETag": '"one"'}, cuts=(300, 0, 0, 0, 0))
    with pytest.raises(UpdateError, match="run again to go on from there"):
        updating("aws", "eu-west-1", services=("AmazonEC2",))
    amazon.server.requests.clear()
    amazon.server.routes[path] = ranged(body, {"ETag": '"one"'})
    updating("aws", "eu-west-1", services=("AmazonEC2",))
    asked = [request.headers.get("Range") for request in amazon.server.requests if request.path == path]
    assert asked == ["bytes=300-"]


def test_a_list_that_was_read_before_the_interruption_is_not_fetched_again(updating: Updating, amazon: Amazon) -> None:
    done = amazon.serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", LIST))
    path = amazon.serve("AWSELB", "eu-west-1", b"")
    amazon.server.routes[path] = Reply(500)
    with pytest.raises(UpdateError, match="HTTP 500"):
        updating("aws", "eu-west-1", services=("AmazonEC2", "AWSELB"))
    rows = [row("EU-LCUUsage", "0.008", "LCU-Hrs", operation="LoadBalancing:Application")]
    amazon.serve("AWSELB", "eu-west-1", offer_file("AWSELB", rows))
    updating("aws", "eu-west-1", services=("AmazonEC2", "AWSELB"))
    assert [request.path for request in amazon.server.requests].count(done) == 1
    assert list((updating.root / "aws").glob(".partial")) == []


def test_a_wrong_checksum_is_fetched_again_and_then_refused(updating: Updating, amazon: Amazon) -> None:
    body = offer_file("AmazonEC2", LIST)
    wrong = hashlib.md5(b"something else").hexdigest()
    path = amazon.serve("AmazonEC2", "eu-west-1", body, Server="AmazonS3", ETag=f'"{wrong}"')
    with pytest.raises(UpdateError, match="does not match the checksum its server states"):
        updating("aws", "eu-west-1", services=("AmazonEC2",))
    assert [request.path for request in amazon.server.requests].count(path) == 5
    assert not (updating.root / "aws" / POINTER).exists()


def test_a_right_checksum_is_accepted(updating: Updating, amazon: Amazon) -> None:
    body = offer_file("AmazonEC2", LIST)
    amazon.serve("AmazonEC2", "eu-west-1", body, Server="AmazonS3", ETag=f'"{hashlib.md5(body).hexdigest()}"')
    assert updating("aws", "eu-west-1", services=("AmazonEC2",)).mapped


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (offer_file("AmazonEC2", LIST, [c for c in COLUMNS if c != "usageType"]), "has no column usagetype"),
        (b"<html>maintenance</html>\n", "has no table"),
        (b"", "has no table"),
        (offer_file("AmazonEC2", LIST) + b'"one","field"\n', "a row with 2 of 29 fields"),
        (offer_file("AmazonEC2", [box("m7i.large", "cheap")]), '"cheap" stands where a price should'),
        (
            offer_file("AmazonEC2", [row("EU-Other:thing", "1")]),
            "none of the 1 rows of AmazonEC2 in eu-west-1 could be",
        ),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_list_in_another_format_is_a_sentence_and_changes_nothing(
    updating: Updating, amazon: Amazon, body: bytes, message: str
) -> None:
    amazon.serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", LIST))
    updating("aws", "eu-west-1", services=("AmazonEC2",))
    before = (updating.root / "aws" / POINTER).read_bytes()
    amazon.serve("AmazonEC2", "eu-west-1", body, version="2")
    with pytest.raises(UpdateError, match=message):
        updating("aws", "eu-west-1", services=("AmazonEC2",))
    assert (updating.root / "aws" / POINTER).read_bytes() == before
    shape = updating.catalog.shape("aws", "eu-west-1", "m7i.large")
    assert shape is not None
    assert shape.on_demand is not None
    assert shape.on_demand.amount == 0.1


def test_an_index_in_another_format_is_a_sentence(updating: Updating, amazon: Amazon) -> None:
    amazon.server.routes["/offers/v1.0/aws/AmazonEC2/current/region_index.json"] = Reply(body=b'{"places": []}')
    with pytest.raises(UpdateError, match="the index of AmazonEC2 is not what AWS documents"):
        updating("aws", "eu-west-1", services=("AmazonEC2",))


@pytest.mark.parametrize(
    ("regions", "services", "message"),
    [
        (("mars-1",), ("AmazonEC2",), "nothing was found"),
        (("eu-west-1",), ("AmazonEC3",), 'there is no price list "AmazonEC3" to fetch; there are AmazonEC2, '),
    ],
)
def test_what_aws_does_not_have_is_a_sentence(
    updating: Updating, amazon: Amazon, regions: tuple[str, ...], services: tuple[str, ...], message: str
) -> None:
    amazon.serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", LIST))
    with pytest.raises(UpdateError, match=message):
        updating("aws", *regions, services=services)


def test_regions_may_be_globs(updating: Updating, amazon: Amazon) -> None:
    amazon.serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", LIST))
    assert updating("aws", "eu-*", services=("amazonec2",)).regions == ("eu-west-1",)
