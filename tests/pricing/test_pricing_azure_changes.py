"""What a change saves on Azure, and what is said where nothing can be priced."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stack_of import estimate_of, estimates_of, monthly, resource, saving

from costlint.model import (
    UNKNOWN,
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
D4S = 0.192
COOL = "tier_to_cool_after_days_since_modification_greater_than"
ARCHIVE = "tier_to_archive_after_days_since_modification_greater_than"
DELETE = "delete_after_days_since_modification_greater_than"


def account(**attributes: object) -> Resource:
    given = {"account_tier": "Standard", "account_replication_type": "LRS", **attributes}
    return resource("azurerm_storage_account.s", region="eastus2", **given)


def policy(base_blob: dict[str, object], **rule: object) -> Patch:
    rules = [{"enabled": True, "actions": [{"base_blob": [base_blob]}], **rule}]
    attributes = {"storage_account_id": Reference("azurerm_storage_account.s", "id"), "rule": rules}
    kind = "azurerm_storage_management_policy"
    return Patch((AddResource(f"{kind}.p", kind, "azurerm_storage_account.s", attributes),))


def test_a_policy_beside_an_account_moves_its_older_part_to_cool() -> None:
    moved = 1000 * (1 - 73 / 365)
    expected = moved * (0.0184 - 0.01) - moved * 0.05 * 0.01
    assert saving(policy({COOL: 73}), account()) == pytest.approx(expected, rel=0.01)


def test_a_policy_may_cool_archive_and_delete_in_turn() -> None:
    shares = {"hot": 73, "cool": 73, "archive": 146}
    after = sum(
        1000 * shares[tier] / 365 * price
        for tier, price in (("hot", 0.0184), ("cool", 0.01 + 0.05 * 0.01), ("archive", 0.002 + 0.05 * 0.02))
    )
    assert saving(policy({COOL: 73, ARCHIVE: 146, DELETE: 292}), account()) == pytest.approx(18.4 - after, rel=0.01)


def test_a_policy_for_one_container_says_nothing_about_the_account() -> None:
    patch = policy({DELETE: 30}, filters=[{"prefix_match": ["logs/"], "blob_types": ["blockBlob"]}])
    assert saving(patch, account()) == 0


def test_the_policy_itself_is_free() -> None:
    link = Reference("azurerm_storage_account.s", "id")
    sibling = resource("azurerm_storage_management_policy.p", storage_account_id=link)
    assert estimates_of(account(), sibling)[sibling.address].free


def test_local_replication_costs_less_than_geographic() -> None:
    patch = Patch((SetValue("azurerm_storage_account.s", ("account_replication_type",), "LRS"),))
    assert saving(patch, account(account_replication_type="RAGRS")) == pytest.approx(
        1000 * (0.046 - 0.0184) + 100_000 * (10e-6 - 5e-6), rel=0.01
    )


def test_a_standard_disk_saves_against_premium() -> None:
    disk = resource("azurerm_managed_disk.d", storage_account_type="Premium_LRS", disk_size_gb=1000)
    patch = Patch((SetValue(disk.address, ("storage_account_type",), "StandardSSD_LRS"),))
    assert saving(patch, disk) == pytest.approx(135.17 - 76.8)


def test_a_server_without_standby_costs_half() -> None:
    server = resource(
        "azurerm_postgresql_flexible_server.p",
        sku_name="GP_Standard_D4ds_v5",
        high_availability=[{"mode": "ZoneRedundant"}],
    )
    patch = Patch((RemoveValue(server.address, ("high_availability",)),))
    assert saving(patch, server) == pytest.approx(monthly(server) / 2)


def test_a_free_control_plane_saves_the_fee() -> None:
    cluster = resource("azurerm_kubernetes_cluster.k", sku_tier="Standard")
    assert saving(Patch((SetValue(cluster.address, ("sku_tier",), "Free"),)), cluster) == pytest.approx(73.0)


def gpu_pool(**attributes: object) -> Resource:
    return resource(
        "azurerm_kubernetes_cluster_node_pool.g",
        vm_size="Standard_NC24ads_A100_v4",
        os_disk_type="Ephemeral",
        **attributes,
    )


def test_a_pool_that_may_scale_to_zero_runs_an_assumed_share_of_the_month() -> None:
    pool = gpu_pool(auto_scaling_enabled=True, min_count=2, max_count=4, node_count=2)
    patch = Patch((SetValue(pool.address, ("min_count",), 0),))
    assert saving(patch, pool) == pytest.approx(2 * 3.673 * H * (1 - 0.5))


def test_the_bounds_of_a_pool_are_the_range_of_its_price() -> None:
    pool = gpu_pool(enable_auto_scaling=True, min_count=1, max_count=4, node_count=2)
    node = 3.673 * H
    assert estimate_of(pool).monthly == pytest.approx(Money(node, 2 * node, 4 * node))


def test_spot_nodes_save_what_the_spot_price_leaves() -> None:
    pool = gpu_pool(node_count=2)
    patch = Patch((SetValue(pool.address, ("priority",), "Spot"),))
    before, spot = 2 * 3.673 * H, monthly(gpu_pool(node_count=2, priority="Spot"))
    assert spot < before
    assert saving(patch, pool) == pytest.approx(before - spot)


def test_a_spot_price_nobody_lists_is_marked_as_inferred_and_assumed() -> None:
    machine = resource("azurerm_linux_virtual_machine.m", size="Standard_D4s_v5", priority="Spot")
    estimate = estimate_of(machine)
    assert estimate.inferred
    assert any("spot" in text for text in estimate.assumptions)


def test_fewer_replicas_of_a_search_service_save_their_units() -> None:
    search = resource("azurerm_search_service.s", sku="standard2", replica_count=3)
    patch = Patch((SetValue(search.address, ("replica_count",), 1),))
    assert saving(patch, search) == pytest.approx(2 * 1.344 * H)


def test_removing_an_address_saves_its_hours() -> None:
    address = resource("azurerm_public_ip.p", allocation_method="Static")
    assert saving(Patch((RemoveResource(address.address),)), address) == pytest.approx(0.005 * H)


def test_an_insights_component_with_a_workspace_is_billed_there() -> None:
    link = Reference("azurerm_log_analytics_workspace.w", "id")
    assert estimate_of(resource("azurerm_application_insights.a", workspace_id=link)).free


def test_a_windows_machine_pays_a_licence_for_each_vcpu() -> None:
    machine = resource("azurerm_windows_virtual_machine.w", size="Standard_D4s_v5")
    assert monthly(machine) == pytest.approx((D4S + 4 * 0.046) * H)


def test_a_constrained_size_pays_the_licence_of_the_size_it_is_cut_from() -> None:
    whole, cut = (
        estimate_of(resource("azurerm_windows_virtual_machine.w", size=size))
        for size in ("Standard_E16as_v4", "Standard_E16-8as_v4")
    )
    licences = [part.monthly for estimate in (whole, cut) for part in estimate.components if "licence" in part.name]
    assert licences == [Money.exactly(16 * 0.046 * H)] * 2


def test_a_licence_of_ones_own_saves_the_fee() -> None:
    machine = resource("azurerm_windows_virtual_machine.w", size="Standard_D4s_v5")
    patch = Patch((SetValue(machine.address, ("license_type",), "Windows_Server"),))
    assert saving(patch, machine) == pytest.approx(4 * 0.046 * H)


def test_an_old_size_is_priced_without_its_licence_and_says_so() -> None:
    estimate = estimate_of(resource("azurerm_windows_virtual_machine.w", size="Standard_A2"))
    assert "Windows licence of Standard_A2" in estimate.unpriced[0]
    assert not estimate.priced


UNPRICED = [
    (resource("azurerm_linux_virtual_machine.m", size="Standard_Z9"), "no price for Standard_Z9 in eastus"),
    (resource("azurerm_linux_virtual_machine.m", size=UNKNOWN), "size is not known"),
    (resource("azurerm_managed_disk.d", storage_account_type="Premium_LRS"), "outside the stack"),
    (resource("azurerm_managed_disk.d", storage_account_type=UNKNOWN, disk_size_gb=8), "is not known"),
    (resource("azurerm_container_group.g"), "CPU of its containers is not stated"),
    (
        resource("azurerm_cognitive_deployment.d", sku=[{"name": "Standard"}], model=[{"name": "gpt-x"}]),
        "tokens of gpt-x have no price",
    ),
    (account(account_kind="Storage"), "no price for storage.capacity"),
    (resource("azurerm_mssql_database.d", sku_name="ODD_1"), "the size ODD_1 is not read"),
    (resource("azurerm_redis_cache.r", sku_name="Standard", family="C", capacity=9), "no price for redis"),
    (resource("azurerm_cosmosdb_sql_database.d", throughput=400), "account is not in the stack"),
    (resource("azurerm_netapp_volume.n"), "not priced yet"),
    (resource("azurerm_linux_function_app.f"), "plan is not in the stack"),
]


@pytest.mark.parametrize(("one", "reason"), UNPRICED)
def test_what_has_no_price_is_said_and_never_zero(one: Resource, reason: str) -> None:
    estimate = estimate_of(one)
    assert not estimate.priced
    assert any(reason in said for said in estimate.unpriced)


def test_a_region_no_list_was_read_in_is_priced_by_its_level_and_marked() -> None:
    group = resource("azurerm_container_group.g", container=[{"cpu": 1, "memory": 2}])
    assert estimate_of(group).inferred
    assert not estimate_of(resource("azurerm_container_group.g", region="eastus2", container=[{"cpu": 1}])).inferred


SIZES = st.integers(min_value=1, max_value=32_767)


@given(SIZES, SIZES, st.sampled_from(["Premium_LRS", "StandardSSD_LRS", "Premium_ZRS"]))
def test_a_larger_disk_never_costs_less(one: int, other: int, kind: str) -> None:
    small, large = (
        monthly(resource("azurerm_managed_disk.d", storage_account_type=kind, disk_size_gb=size))
        for size in sorted((one, other))
    )
    assert small <= large


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 40))
def test_low_likely_and_high_of_a_pool_are_in_order(least: int, extra: int, current: int) -> None:
    pool = gpu_pool(auto_scaling_enabled=True, min_count=least, max_count=least + extra, node_count=current)
    low, likely, high = estimate_of(pool).monthly
    assert 0 <= low <= likely <= high
