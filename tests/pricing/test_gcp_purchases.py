"""Machines Google sells in other ways than on demand: spot, and flex-start (up to a week, when there is capacity).

Figures per hour: SkyPilot catalogue @006059e0, 8 × B200 (read 2026-11-22); flex-start as a public note of 2026-09-07
has it for us-central1.
"""

from __future__ import annotations

import pytest
from stack_of import estimate_of, monthly, resource

from costlint.model import UNKNOWN

H = 730
A4 = "a4-highgpu-8g"
SPOT = {"us-central1": 32.6064, "us-east1": 32.6064, "europe-west4": 35.8672, "asia-northeast1": 39.128}
FLEX = {"us-central1": 64.44, "us-east4": 64.44, "asia-southeast1": 64.44, "europe-north1": 64.44}


@pytest.mark.parametrize(("region", "hourly"), SPOT.items())
def test_spot_a4_costs_the_spot_price_of_the_region(region: str, hourly: float) -> None:
    machine = resource(
        "google_compute_instance.m", region, machine_type=A4, scheduling=[{"provisioning_model": "SPOT"}]
    )
    assert monthly(machine) == pytest.approx(hourly * H)


@pytest.mark.parametrize(("region", "hourly"), FLEX.items())
def test_flex_start_a4_costs_the_flex_start_price_of_the_region(region: str, hourly: float) -> None:
    machine = resource(
        "google_compute_instance.m", region, machine_type=A4, scheduling=[{"provisioning_model": "FLEX_START"}]
    )
    assert monthly(machine) == pytest.approx(hourly * H)


@pytest.mark.parametrize(
    "asks",
    [
        {"node_config": [{"machine_type": A4, "flex_start": True}]},
        {"node_config": [{"machine_type": A4}], "queued_provisioning": [{"enabled": True}]},
    ],
)
def test_a_pool_may_start_its_nodes_flexibly(asks: dict[str, object]) -> None:
    pool = resource("google_container_node_pool.p", location="us-central1-b", node_count=2, **asks)
    billed = estimate_of(pool).components
    assert billed[0].name == f"{A4}, flex-start"
    assert billed[0].monthly.likely == pytest.approx(2 * 64.44 * H)


def test_a_machine_sold_in_other_ways_only_says_in_which() -> None:
    (reason,) = estimate_of(resource("google_compute_instance.m", machine_type=A4)).unpriced
    assert reason == "no on-demand price for a4-highgpu-8g in us-central1: its prices are for spot and flex-start"


def test_flex_start_is_not_priced_where_no_source_has_its_price() -> None:
    machine = resource(
        "google_compute_instance.m", machine_type="a3-highgpu-8g", scheduling=[{"provisioning_model": "FLEX_START"}]
    )
    (reason,) = estimate_of(machine).unpriced
    assert reason == "no flex-start price for a3-highgpu-8g in us-central1: its prices are for on-demand and spot"


def test_a_way_of_buying_that_is_not_known_is_not_guessed() -> None:
    machine = resource("google_compute_instance.m", machine_type=A4, scheduling=[{"provisioning_model": UNKNOWN}])
    assert "provisioning_model is not known" in " ".join(estimate_of(machine).unpriced)
