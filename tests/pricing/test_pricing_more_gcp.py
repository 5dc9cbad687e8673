"""Databases, analytics, TPUs and serving on Google Cloud: what is billed, how often, and what is said otherwise."""

from __future__ import annotations

import pytest
from stack_of import estimate_of, estimates_of, monthly, resource

from costlint.model import UNKNOWN, Money, Reference, Resource

H = 730


def fixed(*resources: Resource) -> float:
    """Likely USD/month of the declared components of the first resource."""
    estimate = estimate_of(*resources)
    assert estimate.unpriced == ()
    return sum(part.monthly.likely for part in estimate.components if not part.usage)


FIXED = [
    (resource("google_spanner_instance.s", config="regional-us-central1", num_nodes=2), 2 * 0.90 * H),
    (resource("google_spanner_instance.s", config="regional-us-central1", processing_units=300), 0.3 * 0.90 * H),
    (
        resource(
            "google_bigtable_instance.b",
            cluster=[
                {"cluster_id": "a", "zone": "us-central1-a", "num_nodes": 3},
                {"cluster_id": "b", "zone": "us-central1-f", "num_nodes": 1, "storage_type": "HDD"},
            ],
        ),
        4 * 0.65 * H,
    ),
    (
        resource("google_bigquery_reservation.r", location="US", slot_capacity=100, edition="ENTERPRISE"),
        100 * 0.06 * H,
    ),
    (
        resource("google_filestore_instance.f", tier="ZONAL", file_shares=[{"capacity_gb": 1024}]),
        1024 * 0.25,
    ),
    (
        resource("google_filestore_instance.f", tier="BASIC_HDD", file_shares=[{"capacity_gb": 100}]),
        100 * 0.16 + 33.0,
    ),
    (
        resource(
            "google_tpu_v2_queued_resource.q",
            region="us-west4",
            spot=[{}],
            tpu=[{"node_spec": [{"parent": "p", "node": [{"accelerator_type": "v5litepod-8"}]}]}],
        ),
        8 * 0.51 * H,
    ),
    (
        resource(
            "google_dataproc_cluster.d",
            cluster_config=[
                {
                    "master_config": [{"num_instances": 1, "machine_type": "e2-standard-4", "disk_config": [{}]}],
                    "worker_config": [{"num_instances": 2, "machine_type": "e2-standard-4", "disk_config": [{}]}],
                }
            ],
        ),
        3 * (0.134023 + 4 * 0.01) * H,
    ),
    (
        resource(
            "google_vertex_ai_endpoint_with_model_garden_deployment.v",
            deploy_config=[
                {"dedicated_resources": [{"machine_spec": [{"machine_type": "g2-standard-4"}], "min_replica_count": 2}]}
            ],
        ),
        2 * 1.15 * 0.706832 * H,
    ),
    (resource("google_cloud_scheduler_job.j"), 0.10),
    (resource("google_vpc_access_connector.c", min_instances=2, max_instances=2), 2 * 0.008376428 * H),
]


@pytest.mark.parametrize(("one", "expected"), FIXED)
def test_what_is_declared_costs_quantity_times_price(one: Resource, expected: float) -> None:
    assert fixed(one) == pytest.approx(expected, rel=1e-4)


def test_an_autoscaled_database_ranges_between_its_limits() -> None:
    limits = [{"min_nodes": 1, "max_nodes": 4}]
    spanner = resource(
        "google_spanner_instance.s",
        config="regional-us-central1",
        autoscaling_config=[{"autoscaling_limits": limits}],
    )
    nodes = next(part for part in estimate_of(spanner).components if "nodes" in part.name)
    assert nodes.monthly == pytest.approx(Money(0.90 * H, 0.90 * H, 4 * 0.90 * H))


def test_autoscaled_slots_are_usage_beside_the_baseline() -> None:
    slots = resource("google_bigquery_reservation.r", location="US", slot_capacity=0, autoscale=[{"max_slots": 200}])
    parts = estimate_of(slots).components
    assert [part.usage for part in parts] == [True]
    assert parts[0].monthly.likely == pytest.approx(200 * 0.15 * 0.04 * H)


def test_a_commitment_pays_for_the_baseline_of_a_reservation() -> None:
    slots = resource("google_bigquery_reservation.r", location="US", slot_capacity=100)
    commitment = resource("google_bigquery_capacity_commitment.c", location="US", slot_count=100, plan="ANNUAL")
    found = estimates_of(slots, commitment)
    assert found[slots.address].free
    assert found[commitment.address].monthly.likely == pytest.approx(100 * 0.06 * H)
    assert "discount" in found[commitment.address].unpriced[0]


def test_a_gpu_of_cloud_run_is_billed_with_the_instances_kept_warm() -> None:
    service = resource(
        "google_cloud_run_v2_service.s",
        template=[
            {
                "scaling": [{"min_instance_count": 1}],
                "node_selector": [{"accelerator": "nvidia-l4"}],
                "gpu_zonal_redundancy_disabled": True,
                "containers": [{"resources": [{"limits": {"cpu": "4", "memory": "16Gi"}}]}],
            }
        ],
    )
    gpu = next(part for part in estimate_of(service).components if part.name.startswith("nvidia-l4"))
    assert gpu.monthly.likely == pytest.approx(0.0001867 * 3600 * H)
    assert not gpu.usage


def test_pods_of_an_autopilot_cluster_are_assumed_beside_its_fee() -> None:
    cluster = resource("google_container_cluster.c", location="us-central1", enable_autopilot=True)
    assert fixed(cluster) == pytest.approx(0.10 * H)
    assert monthly(cluster) == pytest.approx((0.10 + 8 * 0.0445068493 + 32 * 0.0049178082) * H)


def test_rules_of_a_security_policy_count_wherever_they_are_written() -> None:
    policy = resource("google_compute_security_policy.p", rule=[{"priority": 1}])
    rule = resource("google_compute_security_policy_rule.r", security_policy=Reference(policy.address, "name"))
    assert fixed(policy, rule) == pytest.approx(5 + 2 * 1)
    assert estimates_of(policy, rule)[rule.address].free


UNPRICED = [
    (resource("google_spanner_instance.s", config="nam3", num_nodes=1), "spans regions"),
    (resource("google_spanner_instance.s", config="regional-us-central1"), "are not stated"),
    (
        resource("google_spanner_instance.s", config="regional-us-central1", num_nodes=1, edition="ENTERPRISE"),
        "no price for spanner.node-enterprise",
    ),
    (resource("google_spanner_instance.s", config="regional-us-central1", num_nodes=UNKNOWN), "num_nodes is not known"),
    (resource("google_bigtable_instance.b"), "clusters are not stated"),
    (
        resource("google_filestore_instance.f", tier="ODD", file_shares=[{"capacity_gb": 9}]),
        "no price for filestore.odd",
    ),
    (resource("google_tpu_v2_queued_resource.q"), "nodes are not stated"),
    (resource("google_vertex_ai_endpoint_with_model_garden_deployment.v"), "Google chooses the machine"),
    (resource("google_dataflow_job.j", machine_type="z9-mega-1"), "size of its workers"),
    (resource("google_dataproc_cluster.d"), "machines are not stated"),
]


@pytest.mark.parametrize(("one", "reason"), UNPRICED)
def test_what_is_not_known_is_said_and_never_zero(one: Resource, reason: str) -> None:
    estimate = estimate_of(one)
    assert not estimate.priced
    assert any(reason in said for said in estimate.unpriced)
