"""Hand-computed monthly costs in us-central1: quantity × list price, 730 hours."""

from __future__ import annotations

import pytest
from stack_of import monthly, resource

from costlint.model import Reference, Resource

H = 730
SUD_N1 = 1 - 0.30
SUD_N2 = 1 - 0.20


def machine(**attributes: object) -> Resource:
    return resource("google_compute_instance.m", **attributes)


def pool(*, location: str = "us-central1", **attributes: object) -> tuple[Resource, Resource]:
    cluster = resource("google_container_cluster.c", location=location, remove_default_node_pool=True)
    link = Reference("google_container_cluster.c", "name")
    return resource("google_container_node_pool.p", cluster=link, **attributes), cluster


MACHINES = [
    ("e2-standard-4", {}, 0.134023 * H),
    ("n1-standard-4", {}, 0.189999 * H * SUD_N1),
    ("n2-standard-128", {}, 6.215552 * H * SUD_N2),
    ("g2-standard-4", {}, 0.706832 * H),
    ("g2-standard-4", {"guest_accelerator": [{"type": "nvidia-l4", "count": 1}]}, 0.706832 * H),
    ("a2-highgpu-1g", {}, 3.673385 * H),
    ("a3-highgpu-8g", {}, 88.49 * H),
    ("g2-standard-4", {"scheduling": [{"provisioning_model": "SPOT"}]}, 0.397336 * H),
    ("n1-standard-4", {"scheduling": [{"preemptible": True}]}, 0.06701 * H),
    (
        "n1-standard-4",
        {"guest_accelerator": [{"type": "nvidia-tesla-t4", "count": 2}]},
        (0.189999 + 2 * 0.35) * H * SUD_N1,
    ),
    ("e2-standard-4", {"scratch_disk": [{}, {}]}, 0.134023 * H + 2 * 375 * 0.08),
    ("e2-standard-4", {"network_interface": [{"access_config": [{}]}]}, 0.134023 * H + 0.005 * H),
    (
        "e2-standard-4",
        {"boot_disk": [{"initialize_params": [{"size": 50, "type": "pd-ssd"}]}]},
        0.134023 * H + 50 * 0.17,
    ),
    ("e2-standard-4", {"boot_disk": [{}]}, 0.134023 * H + 10 * 0.04),
    ("e2-standard-4", {"desired_status": "TERMINATED", "boot_disk": [{}]}, 10 * 0.04),
]


@pytest.mark.parametrize(("machine_type", "attributes", "expected"), MACHINES)
def test_machines_cost_their_hours_with_what_is_attached(
    machine_type: str, attributes: dict[str, object], expected: float
) -> None:
    assert monthly(machine(machine_type=machine_type, **attributes)) == pytest.approx(expected)


def test_an_e2_custom_machine_costs_what_its_vcpus_and_memory_cost_in_predefined_ones() -> None:
    expected = 0.134023 * 2  # 8 vCPU and 32 GiB are twice e2-standard-4
    assert monthly(machine(machine_type="e2-custom-8-32768")) == pytest.approx(expected * H, rel=1e-3)


def test_an_n1_custom_machine_costs_five_percent_more_than_the_predefined_one() -> None:
    assert monthly(machine(machine_type="custom-4-15360")) == pytest.approx(0.189999 * 1.05 * H * SUD_N1, rel=1e-3)


DISKS = [
    ("google_compute_disk", {"type": "pd-standard", "size": 200}, 200 * 0.04),
    ("google_compute_disk", {"type": "pd-balanced", "size": 200}, 200 * 0.10),
    ("google_compute_disk", {"type": "pd-ssd", "size": 200}, 200 * 0.17),
    ("google_compute_disk", {"size": 200}, 200 * 0.04),
    ("google_compute_disk", {"type": "hyperdisk-balanced", "size": 100, "provisioned_iops": 3000}, 100 * 0.08),
    (
        "google_compute_disk",
        {"type": "pd-extreme", "size": 1000, "provisioned_iops": 20000},
        1000 * 0.125 + 20000 * 0.065,
    ),
    ("google_compute_region_disk", {"type": "pd-ssd", "size": 100}, 100 * 0.34),
]


@pytest.mark.parametrize(("kind", "attributes", "expected"), DISKS)
def test_disks_cost_their_gib_and_provisioned_iops(kind: str, attributes: dict[str, object], expected: float) -> None:
    assert monthly(resource(f"{kind}.d", **attributes)) == pytest.approx(expected)


POOLS = [
    ("us-central1", {"node_count": 2, "node_config": [{"machine_type": "g2-standard-8"}]}, 6, 0.853624),
    ("us-central1-a", {"node_count": 2, "node_config": [{"machine_type": "g2-standard-8"}]}, 2, 0.853624),
    (
        "us-central1",
        {"node_count": 1, "node_locations": ["a", "b"], "node_config": [{"machine_type": "g2-standard-8"}]},
        2,
        0.853624,
    ),
    ("us-central1-a", {"node_count": 3, "node_config": [{"machine_type": "g2-standard-8", "spot": True}]}, 3, 0.479872),
    (
        "us-central1",
        {
            "initial_node_count": 1,
            "autoscaling": [{"min_node_count": 1, "max_node_count": 4}],
            "node_config": [{"machine_type": "g2-standard-8"}],
        },
        3,
        0.853624,
    ),
    (
        "us-central1",
        {
            "autoscaling": [{"total_min_node_count": 2, "total_max_node_count": 8}],
            "node_config": [{"machine_type": "g2-standard-8"}],
        },
        2,
        0.853624,
    ),
]


@pytest.mark.parametrize(("location", "attributes", "nodes", "hourly"), POOLS)
def test_node_pools_count_nodes_in_every_zone(
    location: str, attributes: dict[str, object], nodes: int, hourly: float
) -> None:
    expected = nodes * (hourly * H + 100 * 0.10)  # each node has 100 GiB of pd-balanced
    assert monthly(*pool(location=location, **attributes)) == pytest.approx(expected)


def test_a_cluster_pays_its_management_fee_and_its_default_pool_in_three_zones() -> None:
    cluster = resource("google_container_cluster.c", location="us-central1", initial_node_count=1)
    assert monthly(cluster) == pytest.approx(0.10 * H + 3 * (0.033506 * H + 100 * 0.10))


def test_a_cluster_without_its_default_pool_pays_the_fee_alone() -> None:
    assert monthly(pool()[1]) == pytest.approx(73.0)


def sql(**settings: object) -> Resource:
    return resource("google_sql_database_instance.d", database_version="POSTGRES_15", settings=[settings])


SQL = [
    (sql(tier="db-custom-4-16384", disk_size=100), (4 * 0.0413 + 16 * 0.007) * H + 100 * 0.17),
    (
        sql(tier="db-custom-4-16384", disk_size=100, availability_type="REGIONAL"),
        (4 * 0.0826 + 16 * 0.014) * H + 100 * 0.34,
    ),
    (sql(tier="db-n1-standard-4"), (4 * 0.0413 + 15 * 0.007) * H + 10 * 0.17),
    (sql(tier="db-f1-micro"), 0.0105 * H + 10 * 0.17),
    (sql(tier="db-g1-small", disk_type="PD_HDD", disk_size=50), 0.035 * H + 50 * 0.09),
    (
        sql(tier="db-perf-optimized-N-4", edition="ENTERPRISE_PLUS"),
        (4 * 0.0537 + 32 * 0.0091) * H + 10 * 0.17,
    ),
    (sql(tier="db-custom-4-16384", activation_policy="NEVER"), 10 * 0.17),
]


@pytest.mark.parametrize(("instance", "expected"), SQL)
def test_cloud_sql_costs_vcpu_memory_and_disk(instance: Resource, expected: float) -> None:
    assert monthly(instance) == pytest.approx(expected)


OTHERS = [
    (resource("google_redis_instance.r", memory_size_gb=3), 3 * 0.049 * H),
    (resource("google_redis_instance.r", memory_size_gb=16, tier="STANDARD_HA"), 16 * 0.046 * H),
    (resource("google_redis_cluster.r", shard_count=3, replica_count=1), 6 * 0.1923 * H),
    (resource("google_tpu_v2_vm.t", accelerator_type="v6e-8"), 8 * 2.7 * H),
    (resource("google_tpu_v2_vm.t", accelerator_type="v5p-8"), 4 * 4.2 * H),
    (
        resource("google_tpu_v2_vm.t", accelerator_type="v6e-4", scheduling_config=[{"spot": True}]),
        4 * 0.54421 * H,
    ),
    (resource("google_compute_vpn_tunnel.t"), 0.05 * H),
    (resource("google_compute_address.a"), 0.01 * H),
    (resource("google_bigquery_table.t"), 200 * 0.023),
    (resource("google_bigquery_table.t", time_partitioning=[{}]), 200 * (0.3 * 0.023 + 0.7 * 0.016)),
    (resource("google_dns_managed_zone.z"), 0.2 + 1_000_000 * 4e-7),
    (resource("google_kms_crypto_key.k"), 2 * 0.06 + 100_000 * 3e-6),
    (resource("google_secret_manager_secret.s"), 2 * 0.06 + 10_000 * 3e-6),
    (resource("google_pubsub_topic.t"), 0.05 * 40),
    (resource("google_logging_project_bucket_config.l", retention_days=90), 50 * 0.5 + 50 * 2 * 0.01),
    (resource("google_compute_router_nat.n"), 8 * 0.0014 * H + 100 * 0.045 + 0.005 * H),
    (
        resource("google_workbench_instance.w", gce_setup=[{"machine_type": "e2-standard-4", "boot_disk": [{}]}]),
        0.134023 * H + 150 * 0.10,
    ),
    (
        resource("google_cloud_run_v2_service.s", template=[{"containers": [{}]}]),
        100 * 3600 * (1 * 0.000024 + 0.5 * 0.0000025) + 1_000_000 * 4e-7,
    ),
    (
        resource(
            "google_cloud_run_v2_service.s",
            template=[
                {
                    "containers": [{"resources": [{"limits": {"cpu": "2", "memory": "1Gi"}, "cpu_idle": False}]}],
                    "scaling": [{"min_instance_count": 1}],
                }
            ],
        ),
        H * 3600 * (2 * 0.000018 + 1 * 0.000002),
    ),
    (
        resource("google_cloud_run_v2_service.s", region="europe-west3", template=[{"containers": [{}]}]),
        100 * 3600 * (1 * 0.0000336 + 0.5 * 0.0000035) + 1_000_000 * 4e-7,
    ),
]


@pytest.mark.parametrize(("one", "expected"), OTHERS)
def test_other_services_cost_quantity_times_list_price(one: Resource, expected: float) -> None:
    assert monthly(one) == pytest.approx(expected)


def test_a_bucket_costs_what_it_is_assumed_to_hold() -> None:
    bucket = resource(
        "google_storage_bucket.b", location="US-CENTRAL1", soft_delete_policy=[{"retention_duration_seconds": 0}]
    )
    assert monthly(bucket) == pytest.approx(1000 * 0.02 + 100_000 * 5e-6 + 1_000_000 * 4e-7)


def test_a_multi_region_bucket_costs_the_multi_region_rate() -> None:
    bucket = resource("google_storage_bucket.b", location="US", soft_delete_policy=[{"retention_duration_seconds": 0}])
    assert monthly(bucket) == pytest.approx(1000 * 0.026 + 100_000 * 5e-6 + 1_000_000 * 4e-7)


def test_a_snapshot_costs_the_assumed_share_of_its_disk() -> None:
    disk = resource("google_compute_disk.d", size=500)
    snapshot = resource("google_compute_snapshot.s", source_disk=Reference("google_compute_disk.d", "id"))
    assert monthly(snapshot, disk) == pytest.approx(500 * 0.5 * 0.05)
