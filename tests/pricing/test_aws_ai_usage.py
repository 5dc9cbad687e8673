"""What agents, vector indexes and serverless Spark use: assumed quantities at their prices, worked out by hand."""

from __future__ import annotations

import pytest
from aws_stack import estimate_of, resource


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
