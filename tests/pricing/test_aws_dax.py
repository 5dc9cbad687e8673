"""DynamoDB Accelerator: nodes of a cluster; figures worked out by hand."""

from __future__ import annotations

import pytest
from aws_stack import estimate_of, resource


@pytest.mark.parametrize(
    ("node", "hourly"),
    [("dax.r5.large", 0.255), ("dax.r5.12xlarge", 6.117), ("dax.t3.small", 0.04)],
)
def test_every_node_of_a_cluster_is_billed_by_the_hour(node: str, hourly: float) -> None:
    estimate = estimate_of(resource("aws_dax_cluster.d", node_type=node, replication_factor=3))
    assert estimate.monthly.likely == pytest.approx(3 * 730 * hourly)
    assert estimate.inferred


def test_a_node_without_a_price_is_said_to_have_none() -> None:
    estimate = estimate_of(resource("aws_dax_cluster.d", node_type="dax.r4.large", replication_factor=1))
    assert "dax.r4.large" in estimate.unpriced[0]


def test_the_number_of_nodes_is_not_guessed() -> None:
    estimate = estimate_of(resource("aws_dax_cluster.d", node_type="dax.r5.large"))
    assert estimate.components == ()
    assert estimate.unpriced == ("how many nodes it has is not stated",)
