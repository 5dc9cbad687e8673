"""What a change saves on Google Cloud: the same estimators price the stack as written and as patched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stack_of import estimate_of, estimates_of, monthly, resource, saving

from costlint.model import (
    UNKNOWN,
    AddBlock,
    AddResource,
    Money,
    Patch,
    Reference,
    RemoveResource,
    RemoveValue,
    Resource,
    SetValue,
)

H = 730


def test_moving_a_disk_to_balanced_saves_the_difference_per_gib() -> None:
    disk = resource("google_compute_disk.d", type="pd-ssd", size=100)
    patch = Patch((SetValue(disk.address, ("type",), "pd-balanced"),))
    assert saving(patch, disk) == pytest.approx(100 * (0.17 - 0.10))


def test_moving_a_regional_disk_off_ssd_halves_its_price_twice_over() -> None:
    disk = resource("google_compute_region_disk.d", type="pd-ssd", size=100)
    patch = Patch((SetValue(disk.address, ("type",), "pd-standard"),))
    assert saving(patch, disk) == pytest.approx(100 * (0.34 - 0.08))


def test_a_smaller_machine_type_saves_the_difference_per_hour() -> None:
    machine = resource("google_compute_instance.m", machine_type="e2-standard-16")
    patch = Patch((SetValue(machine.address, ("machine_type",), "e2-standard-4"),))
    assert saving(patch, machine) == pytest.approx((0.536091 - 0.134023) * H)


def test_leaving_n1_for_e2_saves_only_what_the_sustained_use_discount_does_not_give_already() -> None:
    machine = resource("google_compute_instance.m", machine_type="n1-standard-4")
    patch = Patch((SetValue(machine.address, ("machine_type",), "e2-standard-4"),))
    assert saving(patch, machine) == pytest.approx((0.189999 * 0.7 - 0.134023) * H)


@pytest.mark.parametrize(
    ("machine", "hourly", "off"), [("n1-standard-4", 0.189999, 0.10), ("n2-standard-4", 0.194236, 0.2 / 3)]
)
def test_half_a_month_earns_only_the_discount_of_half_a_month(machine: str, hourly: float, off: float) -> None:
    pool = resource(
        "google_container_node_pool.p",
        location="us-central1-a",
        autoscaling=[{"min_node_count": 0, "max_node_count": 1}],
        node_config=[{"machine_type": machine}],
    )
    billed = [part for part in estimate_of(pool).components if part.name.startswith(machine)]
    assert sum(part.monthly.likely for part in billed) == pytest.approx(hourly * H / 2 * (1 - off), rel=1e-4)
    assert "runs 50 % of the month" in billed[1].assumptions[0]


def test_spot_machines_save_against_on_demand() -> None:
    machine = resource("google_compute_instance.m", machine_type="g2-standard-4")
    patch = Patch((AddBlock(machine.address, ("scheduling",), {"provisioning_model": "SPOT", "preemptible": True}),))
    assert saving(patch, machine) == pytest.approx((0.706832 - 0.397336) * H)


def test_a_lifecycle_rule_moves_the_older_part_of_a_bucket() -> None:
    bucket = resource("google_storage_bucket.b", location="US-CENTRAL1")
    rule = {"action": [{"type": "SetStorageClass", "storage_class": "NEARLINE"}], "condition": [{"age": 73}]}
    moved = 1000 * (1 - 73 / 365)
    expected = moved * (0.02 - 0.01) - moved * 0.05 * 0.01
    assert saving(Patch((AddBlock(bucket.address, ("lifecycle_rule",), rule),)), bucket) == pytest.approx(expected)


def test_a_lifecycle_rule_that_deletes_leaves_only_the_younger_part() -> None:
    bucket = resource("google_storage_bucket.b", location="US-CENTRAL1")
    rule = {"action": [{"type": "Delete"}], "condition": [{"age": 73}]}
    expected = 1000 * (1 - 73 / 365) * 0.02
    assert saving(Patch((AddBlock(bucket.address, ("lifecycle_rule",), rule),)), bucket) == pytest.approx(expected)


def test_a_rule_for_one_prefix_says_nothing_about_the_whole_bucket() -> None:
    bucket = resource("google_storage_bucket.b", location="US-CENTRAL1")
    rule = {"action": [{"type": "Delete"}], "condition": [{"age": 73, "matches_prefix": ["tmp/"]}]}
    assert saving(Patch((AddBlock(bucket.address, ("lifecycle_rule",), rule),)), bucket) == 0


def test_deleting_old_versions_saves_most_of_them() -> None:
    bucket = resource("google_storage_bucket.b", location="US-CENTRAL1", versioning=[{"enabled": True}])
    rule = {"action": [{"type": "Delete"}], "condition": [{"num_newer_versions": 3}]}
    expected = 1000 * (0.3 - 0.05) * 0.02
    assert saving(Patch((AddBlock(bucket.address, ("lifecycle_rule",), rule),)), bucket) == pytest.approx(expected)


def test_switching_soft_delete_off_saves_the_days_deleted_objects_are_kept() -> None:
    bucket = resource("google_storage_bucket.b", location="US-CENTRAL1")
    block = {"retention_duration_seconds": 0}
    expected = 1000 * 0.002 * 7 * 0.02
    assert saving(Patch((AddBlock(bucket.address, ("soft_delete_policy",), block),)), bucket) == pytest.approx(expected)


def gpu_pool() -> tuple[Resource, Resource]:
    cluster = resource("google_container_cluster.c", location="us-central1-a", remove_default_node_pool=True)
    pool = resource(
        "google_container_node_pool.p",
        cluster=Reference(cluster.address, "name"),
        initial_node_count=2,
        autoscaling=[{"min_node_count": 2, "max_node_count": 4}],
        node_config=[{"machine_type": "g2-standard-8"}],
    )
    return pool, cluster


def test_a_pool_that_may_scale_to_zero_runs_an_assumed_share_of_the_month() -> None:
    pool, cluster = gpu_pool()
    patch = Patch((SetValue(pool.address, ("autoscaling", 0, "min_node_count"), 0),))
    per_node = 0.853624 * H + 100 * 0.10
    assert saving(patch, pool, cluster) == pytest.approx(per_node * 2 * (1 - 0.5))


def test_the_bounds_of_an_autoscaled_pool_are_the_range_of_its_price() -> None:
    pool, cluster = gpu_pool()
    per_node = 0.853624 * H + 100 * 0.10
    assert estimate_of(pool, cluster).monthly == pytest.approx(Money(2 * per_node, 2 * per_node, 4 * per_node))
    assert not any(component.usage for component in estimate_of(pool, cluster).components)


def test_autoscaling_a_fixed_pool_saves_when_its_size_was_the_peak() -> None:
    cluster = resource("google_container_cluster.c", location="us-central1-a", remove_default_node_pool=True)
    pool = resource(
        "google_container_node_pool.p",
        cluster=Reference(cluster.address, "name"),
        node_count=4,
        node_config=[{"machine_type": "g2-standard-8"}],
    )
    patch = Patch((AddBlock(pool.address, ("autoscaling",), {"min_node_count": 1, "max_node_count": 4}),))
    assert saving(patch, pool, cluster) == pytest.approx((0.853624 * H + 10) * 4 * (1 - 0.6))


def test_one_zone_instead_of_three_runs_a_third_of_the_nodes() -> None:
    cluster = resource("google_container_cluster.c", location="us-central1", remove_default_node_pool=True)
    pool = resource(
        "google_container_node_pool.p",
        cluster=Reference(cluster.address, "name"),
        node_count=1,
        node_config=[{"machine_type": "g2-standard-8"}],
    )
    patch = Patch((SetValue(pool.address, ("node_locations",), ["us-central1-a"]),))
    assert saving(patch, pool, cluster) == pytest.approx(2 * (0.853624 * H + 10))


def test_a_zonal_database_costs_half_a_regional_one() -> None:
    database = resource(
        "google_sql_database_instance.d",
        settings=[{"tier": "db-custom-4-16384", "availability_type": "REGIONAL", "disk_size": 100}],
    )
    patch = Patch((SetValue(database.address, ("settings", 0, "availability_type"), "ZONAL"),))
    assert saving(patch, database) == pytest.approx(monthly(database) / 2)


def test_removing_an_idle_address_saves_its_hours() -> None:
    address = resource("google_compute_address.a")
    assert saving(Patch((RemoveResource(address.address),)), address) == pytest.approx(0.01 * H)


def test_removing_one_of_two_forwarding_rules_saves_its_traffic_but_not_the_shared_minimum() -> None:
    rules = [resource(f"google_compute_forwarding_rule.r{n}") for n in range(2)]
    assert saving(Patch((RemoveResource(rules[0].address),)), *rules) == pytest.approx(100 * 0.008)


def test_a_schedule_added_to_a_machine_leaves_office_hours() -> None:
    machine = resource("google_compute_instance.m", machine_type="g2-standard-4")
    policy = "google_compute_resource_policy.hours"
    patch = Patch(
        (
            AddResource(
                policy,
                "google_compute_resource_policy",
                machine.address,
                {"instance_schedule_policy": [{"time_zone": "UTC"}]},
            ),
            SetValue(machine.address, ("resource_policies",), [Reference(policy, "id")]),
        )
    )
    assert saving(patch, machine) == pytest.approx(0.706832 * H * (1 - 0.36))


def test_a_commitment_covers_the_steady_part_at_its_discount() -> None:
    machine = resource("google_compute_instance.m", machine_type="e2-standard-4")
    kind = "google_compute_region_commitment"
    patch = Patch((AddResource(f"{kind}.c", kind, machine.address, {"plan": "THIRTY_SIX_MONTH"}),))
    assert saving(patch, machine) == pytest.approx(0.134023 * H * 0.7 * 0.55)


def test_a_commitment_replaces_the_sustained_use_discount_on_what_it_covers() -> None:
    machine = resource("google_compute_instance.m", machine_type="n1-standard-4")
    kind = "google_compute_region_commitment"
    patch = Patch((AddResource(f"{kind}.c", kind, machine.address, {"plan": "TWELVE_MONTH"}),))
    assert saving(patch, machine) == pytest.approx(0.189999 * H * 0.7 * (0.37 - 0.30))


def test_a_dataset_lies_in_the_united_states_unless_it_says_so() -> None:
    assert monthly(resource("google_bigquery_dataset.d", region="europe-west4")) == pytest.approx(2 * 6.25)


def test_partitions_let_a_table_age() -> None:
    table = resource("google_bigquery_table.t")
    patch = Patch((AddBlock(table.address, ("time_partitioning",), {"type": "DAY"}),))
    assert saving(patch, table) == pytest.approx(200 * 0.7 * (0.023 - 0.016))


def test_a_group_of_machines_costs_its_template_times_its_size() -> None:
    template = resource(
        "google_compute_instance_template.t",
        machine_type="e2-standard-4",
        disk=[{"disk_size_gb": 50, "disk_type": "pd-balanced"}],
    )
    group = resource(
        "google_compute_instance_group_manager.g",
        target_size=3,
        version=[{"instance_template": Reference(template.address, "id")}],
    )
    scaler = resource(
        "google_compute_autoscaler.a",
        target=Reference(group.address, "id"),
        autoscaling_policy=[{"min_replicas": 2, "max_replicas": 6}],
    )
    each = 0.134023 * H + 50 * 0.10
    assert monthly(group, template) == pytest.approx(3 * each)
    assert estimate_of(group, template, scaler).monthly == pytest.approx(Money(2 * each, 3 * each, 6 * each))
    assert estimates_of(group, template, scaler)[template.address].free
    assert estimates_of(group, template, scaler)[scaler.address].free


UNPRICED = [
    (resource("google_compute_instance.m", machine_type="z9-mega-1"), "no on-demand price for z9-mega-1"),
    (
        resource("google_compute_instance.m", machine_type="a4-highgpu-8g"),
        "no on-demand price for a4-highgpu-8g in us-central1: its prices are for spot and flex-start",
    ),
    (resource("google_compute_instance.m", machine_type="n2-custom-4-65536-ext"), "no on-demand price"),
    (resource("google_compute_disk.d", type="hyperdisk-unheard-of", size=10), "no price for disk.hyperdisk"),
    (resource("google_compute_instance.m", machine_type=UNKNOWN), "machine_type is not known"),
    (resource("google_compute_disk.d", size=UNKNOWN), "size is not known"),
    (resource("google_container_node_pool.p", node_count=1), "location is not known"),
    (resource("google_vertex_ai_endpoint.e", location="us-central1"), "machines of the models deployed to it"),
    (resource("google_tpu_v2_vm.t", accelerator_type="v2-8"), "no price for tpu.v2"),
    (resource("google_tpu_v2_vm.t", accelerator_type="v4-8"), "4 × TPU v4 chips: no price for tpu.v4"),
    (resource("google_tpu_v2_vm.t", accelerator_type="tpu7x-8"), "4 × TPU v7x chips: no price for tpu.v7x"),
    (resource("google_sql_database_instance.d", settings=[{"tier": "db-odd-1"}]), "size of Cloud SQL tier"),
    (resource("google_compute_instance_group_manager.g", target_size=2), "template is not in the stack"),
    (resource("google_filestore_instance.f", tier="BASIC_SSD"), "capacity of its file share is not stated"),
    (resource("google_storage_bucket.b", location="US", storage_class="ODD"), "no price for gcs.storage-odd"),
]


@pytest.mark.parametrize(("one", "reason"), UNPRICED)
def test_what_has_no_price_is_said_and_never_zero(one: Resource, reason: str) -> None:
    estimate = estimate_of(one)
    assert not estimate.priced
    assert any(reason in said for said in estimate.unpriced)


def test_a_licensed_image_is_priced_without_its_licence_and_says_so() -> None:
    machine = resource(
        "google_compute_instance.m",
        machine_type="e2-standard-4",
        boot_disk=[{"initialize_params": [{"image": "windows-cloud/windows-2022"}]}],
    )
    estimate = estimate_of(machine)
    assert estimate.monthly.likely == pytest.approx(0.134023 * H + 10 * 0.04)
    assert "licence" in estimate.unpriced[0]


def test_an_unknown_boot_disk_leaves_the_machine_priced() -> None:
    boot = [{"initialize_params": [{"size": UNKNOWN}]}]
    estimate = estimate_of(resource("google_compute_instance.m", machine_type="e2-standard-4", boot_disk=boot))
    assert estimate.monthly.likely == pytest.approx(0.134023 * H)
    assert estimate.unpriced


def test_prices_of_another_region_are_used_there() -> None:
    disk = resource("google_compute_disk.d", region="southamerica-east1", type="pd-ssd", size=100)
    assert monthly(disk) > 100 * 0.17
    assert not estimate_of(disk).inferred


SIZES = st.integers(min_value=1, max_value=64_000)


@given(SIZES, SIZES)
def test_a_larger_disk_never_costs_less(one: int, other: int) -> None:
    small, large = sorted((one, other))
    cost = [monthly(resource("google_compute_disk.d", type="pd-balanced", size=size)) for size in (small, large)]
    assert cost[0] <= cost[1]


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_low_likely_and_high_of_a_pool_are_in_order(least: int, extra: int, current: int) -> None:
    pool = resource(
        "google_container_node_pool.p",
        location="us-central1-a",
        initial_node_count=current,
        autoscaling=[{"min_node_count": least, "max_node_count": least + extra}],
        node_config=[{"machine_type": "e2-standard-4"}],
    )
    low, likely, high = estimate_of(pool).monthly
    assert 0 <= low <= likely <= high


@given(st.sampled_from(["e2-standard-4", "n1-standard-8", "n2-standard-4", "g2-standard-4", "a2-highgpu-1g"]))
def test_spot_never_costs_more_than_on_demand(machine_type: str) -> None:
    normal = resource("google_compute_instance.m", machine_type=machine_type)
    spot = resource("google_compute_instance.m", machine_type=machine_type, scheduling=[{"preemptible": True}])
    assert monthly(spot) < monthly(normal)


def test_removing_what_a_patch_added_restores_the_price() -> None:
    bucket = resource(
        "google_storage_bucket.b",
        location="US-CENTRAL1",
        lifecycle_rule=[{"action": [{"type": "Delete"}], "condition": [{"age": 30}]}],
    )
    assert saving(Patch((RemoveValue(bucket.address, ("lifecycle_rule",)),)), bucket) < 0
