"""What agents, vector indexes and serverless Spark use: assumed quantities at their prices, worked out by hand."""

from __future__ import annotations

import pytest
from aws_stack import estimate_of, estimates_of, monthly, ref, resource

from costlint.model import UNKNOWN


@pytest.mark.parametrize(
    ("address", "monthly"),
    [
        ("aws_bedrockagentcore_agent_runtime.a", 20 * 0.0895 + 200 * 0.00945),
        ("aws_s3vectors_index.v", 10 * 0.06 + 5 * 0.20 + 1_000_000 / 1000 * 0.0025),
        ("aws_emrserverless_application.e", 200 * 0.052624 + 800 * 0.0057785),
    ],
)
def test_what_usage_decides_is_assumed_and_priced(address: str, monthly: float) -> None:
    estimate = estimate_of(resource(address))
    assert estimate.monthly.likely == pytest.approx(monthly)
    assert estimate.monthly.low < estimate.monthly.likely < estimate.monthly.high
    assert all(part.usage for part in estimate.components)
    assert estimate.unpriced == ()


def test_graviton_workers_are_not_priced_as_others() -> None:
    estimate = estimate_of(resource("aws_emrserverless_application.e", architecture="ARM64"))
    assert estimate.components == ()
    assert "Graviton" in estimate.unpriced[0]


def test_agents_of_the_second_platform_version_are_not_priced_as_of_the_first() -> None:
    named = estimate_of(resource("aws_bedrockagentcore_agent_runtime.a", platform_version="V1"))
    assert named.monthly.likely == pytest.approx(20 * 0.0895 + 200 * 0.00945)
    estimate = estimate_of(resource("aws_bedrockagentcore_agent_runtime.a", platform_version="V2"))
    assert estimate.components == ()
    assert "platform version V2" in estimate.unpriced[0]


@pytest.mark.parametrize(
    ("group", "units"),
    [
        ({}, 2),
        ({"standby_replicas": "DISABLED"}, 1),
        ({"capacity_limits": [{"min_indexing_capacity_in_ocu": 2, "min_search_capacity_in_ocu": 4}]}, 6),
        ({"capacity_limits": [{"max_search_capacity_in_ocu": 8, "min_search_capacity_in_ocu": 4}]}, 5),
    ],
)
def test_a_collection_group_pays_its_minimums_and_no_less_than_the_floor(group: dict[str, object], units: int) -> None:
    assert monthly(resource("aws_opensearchserverless_collection_group.g", **group)) == pytest.approx(
        units * 730 * 0.24
    )


def test_a_group_of_the_second_generation_is_not_priced_as_the_first() -> None:
    estimate = estimate_of(resource("aws_opensearchserverless_collection_group.g", generation="NEXTGEN"))
    assert estimate.components == ()
    assert "second generation" in estimate.unpriced[0]


@pytest.mark.parametrize("name", ["shared", ref("aws_opensearchserverless_collection_group.g", "name")])
def test_collections_in_a_group_pay_for_what_they_store(name: object) -> None:
    grouped = resource("aws_opensearchserverless_collection.c", collection_group_name=name)
    alone = resource("aws_opensearchserverless_collection.alone")
    estimates = estimates_of(grouped, alone)
    assert [part.name for part in estimates[grouped.address].components] == ["stored data"]
    assert estimates[alone.address].fixed.likely == pytest.approx(2 * 730 * 0.24)


def test_whether_a_collection_is_in_a_group_may_not_be_known() -> None:
    estimate = estimate_of(resource("aws_opensearchserverless_collection.c", collection_group_name=UNKNOWN))
    assert [part.name for part in estimate.components] == ["stored data"]
    assert estimate.unknown
    assert "collection_group_name" in estimate.unpriced[0]
