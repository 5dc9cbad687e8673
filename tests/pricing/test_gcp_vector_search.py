"""Vertex AI Vector Search: the nodes of a deployed index; figures worked out by hand."""

from __future__ import annotations

import pytest
from stack_of import estimates_of, resource

from costlint.model import Estimate

TYPE = "google_vertex_ai_index_endpoint_deployed_index.i"


def deployed(**attributes: object) -> Estimate:
    return estimates_of(resource(TYPE, **attributes))[TYPE]


def dedicated(machine: str, least: int = 1, most: int | None = None) -> list[dict[str, object]]:
    found: dict[str, object] = {"machine_spec": [{"machine_type": machine}], "min_replica_count": least}
    return [found if most is None else {**found, "max_replica_count": most}]


def test_two_nodes_cost_what_googles_example_says() -> None:
    """Two e2-highmem-16: 2 × 730 × 1.01195 = $1,477 a month."""
    estimate = deployed(dedicated_resources=dedicated("e2-highmem-16", 2))
    assert round(estimate.monthly.likely) == 1477
    assert estimate.inferred


def test_replicas_scale_between_their_bounds() -> None:
    """730 × 0.74932 = $547 for one."""
    monthly = deployed(dedicated_resources=dedicated("e2-standard-16", 1, 4)).monthly
    assert (round(monthly.low), round(monthly.high)) == (547, 2188)


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"automatic_resources": [{"min_replica_count": 1}]}, "Google chooses the machines"),
        ({}, "Google chooses the machines"),
        ({"dedicated_resources": dedicated("n2d-standard-32")}, "vertex-vector-search.n2d-standard-32"),
    ],
)
def test_machines_that_are_not_stated_or_have_no_price_are_said(attributes: dict[str, object], why: str) -> None:
    estimate = deployed(**attributes)
    assert estimate.monthly.high == 0
    assert any(why in reason for reason in estimate.unpriced)


def test_other_regions_follow_the_level_of_machines() -> None:
    here = deployed(dedicated_resources=dedicated("e2-standard-16")).monthly.likely
    there = estimates_of(resource(TYPE, "europe-west3", dedicated_resources=dedicated("e2-standard-16")))[TYPE]
    assert pytest.approx(1.2, abs=0.2) == there.monthly.likely / here
    assert there.inferred
