"""Accelerated instance types in three regions and more, against lists that costlint's own rows do not come from
(except where said): an hourly price somebody else published, × 730 hours, and the number of machines."""

from __future__ import annotations

from collections import defaultdict

import pytest
from aws_stack import CATALOG, estimate_of, monthly, resource

from costlint.model import Estimate

SHOP = "ec2.shop on-demand list, 2025-04-05 (yeo/ec2.shop data/ec2@74c9fd8a)"
GPU = "EC2 price list after the cuts of June 2025, 2026-01-21 (tsaol/aws-gpu@77fcd9fe)"
KARPENTER = "EC2 price list of us-east-1 and GovCloud (aws/karpenter-provider-aws zz_generated.pricing)"

PRICES: list[tuple[str, str, dict[str, float]]] = [
    ("g4dn.xlarge", SHOP, {"us-east-1": 0.526, "eu-west-1": 0.587, "ap-northeast-1": 0.71, "sa-east-1": 0.894}),
    ("g4dn.12xlarge", SHOP, {"us-west-2": 3.912, "eu-central-1": 4.89, "ap-south-1": 4.306}),
    ("g5.xlarge", SHOP, {"us-east-1": 1.006, "eu-central-1": 1.258, "ap-southeast-2": 1.308}),
    ("g5.48xlarge", SHOP, {"us-east-2": 16.288, "eu-west-1": 18.18233, "ap-northeast-1": 23.62246}),
    ("g6.xlarge", SHOP, {"us-east-1": 0.8048, "eu-central-1": 1.0064, "ap-northeast-1": 1.1672, "eu-west-2": 1.0216}),
    ("g6.48xlarge", SHOP, {"us-west-2": 13.3504, "eu-north-1": 14.15992, "sa-east-1": 22.69303}),
    ("g6e.xlarge", SHOP, {"us-east-1": 1.861, "eu-central-1": 2.327, "ap-northeast-1": 2.699}),
    ("g6e.48xlarge", SHOP, {"us-west-2": 30.13118, "eu-north-1": 31.96075, "ap-northeast-1": 43.69912}),
    ("inf2.xlarge", SHOP, {"us-east-1": 0.7582, "eu-west-1": 0.94775, "ap-south-1": 0.98566}),
    ("inf2.48xlarge", SHOP, {"us-west-2": 12.98127, "eu-central-1": 19.4719, "sa-east-1": 22.06815}),
    ("trn1.2xlarge", SHOP, {"us-east-1": 1.34375, "us-east-2": 1.34375, "us-west-2": 1.34375}),
    ("trn1.32xlarge", SHOP, {"us-east-1": 21.5, "us-east-2": 21.5, "us-west-2": 21.5}),
    ("trn1n.32xlarge", SHOP, {"us-east-1": 24.78, "us-east-2": 24.78, "us-west-2": 24.78}),
    ("p4d.24xlarge", KARPENTER, {"us-east-1": 21.957642, "us-gov-west-1": 26.3511}),
    ("p4d.24xlarge", GPU, {"eu-west-1": 23.71569, "eu-central-1": 27.43298, "ap-northeast-1": 30.09784}),
    ("p4de.24xlarge", GPU, {"us-west-2": 27.44705, "eu-central-1": 34.29122, "ap-northeast-1": 37.6223}),
    ("p5.48xlarge", KARPENTER, {"us-east-1": 55.04, "us-gov-west-1": 66.048}),
    ("p5.48xlarge", GPU, {"us-west-2": 55.04, "eu-north-1": 58.8928, "ap-northeast-1": 68.8, "eu-west-2": 71.552}),
    ("p5.4xlarge", GPU, {"us-east-2": 6.88, "ap-northeast-1": 8.6, "eu-west-2": 8.944}),
    ("p5en.48xlarge", GPU, {"us-east-2": 63.296, "eu-north-1": 67.72672, "ap-northeast-1": 79.12}),
    ("p6-b200.48xlarge", GPU, {"us-east-1": 113.9328, "us-east-2": 113.9328, "us-west-2": 113.9328}),
    ("p6-b300.48xlarge", GPU, {"us-east-1": 142.416, "us-west-2": 142.416}),
    ("p6-b300.48xlarge", KARPENTER, {"us-gov-east-1": 170.9}),
]

# On-demand before June 2025 (SHOP): the cut was the same share everywhere, so the regions kept their distances.
BEFORE = [
    (
        "p4d.24xlarge",
        {"us-east-1": 32.7726, "eu-west-1": 35.39655, "eu-central-1": 40.94475, "ap-northeast-1": 44.92215},
    ),
    ("p5.48xlarge", {"us-east-1": 98.32, "eu-north-1": 105.2024, "ap-northeast-1": 123.19496, "sa-east-1": 165.1776}),
    ("p5en.48xlarge", {"us-east-1": 84.8, "ap-northeast-1": 106.0, "ap-south-1": 101.76}),
]

EACH = [(name, region, usd) for name, _, places in PRICES for region, usd in places.items()]


def machine(name: str, region: str) -> Estimate:
    return estimate_of(resource("aws_instance.gpu", region, instance_type=name))


def hourly(name: str, region: str) -> float:
    (part,) = (part for part in machine(name, region).components if part.sku == name)
    assert not part.inferred, part
    return part.monthly.likely / 730


@pytest.mark.parametrize(("name", "region", "usd"), EACH)
def test_an_accelerated_instance_costs_what_was_published(name: str, region: str, usd: float) -> None:
    assert hourly(name, region) == pytest.approx(usd, rel=1e-3)


def test_every_shape_is_checked_in_three_regions() -> None:
    regions: dict[str, set[str]] = defaultdict(set)
    for name, region, _ in EACH:
        regions[name].add(region)
    assert {name: len(found) for name, found in regions.items() if len(found) < 3} == {}
    families = {name.partition(".")[0] for name in regions}
    assert families >= {"g4dn", "g5", "g6", "g6e", "p4d", "p5", "p5en", "p6-b200", "inf2", "trn1"}


@pytest.mark.parametrize(("name", "before"), BEFORE)
def test_regions_kept_their_distances_when_prices_were_cut(name: str, before: dict[str, float]) -> None:
    home = before["us-east-1"]
    for region, usd in before.items():
        assert hourly(name, region) / hourly(name, "us-east-1") == pytest.approx(usd / home, rel=5e-3), region


@pytest.mark.parametrize("name", ["p5e.48xlarge", "p6e-gb200.36xlarge"])
def test_types_sold_as_capacity_blocks_only_have_no_hourly_price(name: str) -> None:
    estimate = machine(name, "us-east-1")
    assert estimate.unpriced == (f"no price for {name} in us-east-1",)
    assert not any(part.sku == name for part in estimate.components)


def test_a_doubtful_list_is_marked_inferred() -> None:
    (part,) = (part for part in machine("trn2.48xlarge", "us-east-2").components if part.sku == "trn2.48xlarge")
    assert part.inferred


def test_a_block_of_capacity_costs_what_is_asked_on_the_day() -> None:
    block = estimate_of(resource("aws_ec2_capacity_block_reservation.b", capacity_block_offering_id="cb-1"))
    assert block.components == ()
    assert block.unknown
    assert "known only when it is bought" in block.unpriced[0]


def test_accelerators_of_a_type_are_part_of_its_price() -> None:
    group = resource(
        "aws_eks_node_group.gpu",
        "eu-west-2",
        instance_types=["p5.48xlarge"],
        scaling_config=[{"min_size": 2, "max_size": 2, "desired_size": 2}],
        disk_size=100,
    )
    assert monthly(group) == pytest.approx(2 * (730 * 71.552 + 100 * 0.0928), rel=1e-3)


@pytest.mark.parametrize("name", ["g5.xlarge", "g6e.48xlarge", "inf2.48xlarge", "p4d.24xlarge", "trn1.32xlarge"])
def test_spot_comes_from_data_and_is_below_on_demand(name: str) -> None:
    spot = estimate_of(resource("aws_spot_instance_request.gpu", instance_type=name))
    (part,) = (part for part in spot.components if part.sku == name)
    shape = CATALOG.shape("aws", "us-east-1", name)
    assert shape is not None
    assert shape.spot is not None
    assert part.unit_price == shape.spot.amount < hourly(name, "us-east-1")
    assert "spot" in part.name
