"""Hand-computed monthly costs in East US: quantity × list price, 730 hours."""

from __future__ import annotations

import pytest
from stack_of import monthly, resource

from costlint.model import Reference, Resource

H = 730
DAYS = 730 / 24
D4S = 0.192
OS_DISK = [{"storage_account_type": "Premium_LRS", "disk_size_gb": 100}]

MACHINES = [
    (resource("azurerm_linux_virtual_machine.m", size="Standard_D4s_v5"), D4S * H),
    (resource("azurerm_linux_virtual_machine.m", size="standard_d4s_v5"), D4S * H),
    (resource("azurerm_linux_virtual_machine.m", size="Standard_D4s_v5", os_disk=OS_DISK), D4S * H + 19.71),
    (
        resource(
            "azurerm_linux_virtual_machine.m",
            size="Standard_D4s_v5",
            os_disk=[{"storage_account_type": "Premium_LRS", "diff_disk_settings": [{"option": "Local"}]}],
        ),
        D4S * H,
    ),
    (
        resource("azurerm_linux_virtual_machine.m", size="Standard_D4s_v5", priority="Spot"),
        D4S * (1 - 0.7) * H,
    ),
    (
        resource("azurerm_linux_virtual_machine_scale_set.s", sku="Standard_NC4as_T4_v3", instances=2, os_disk=OS_DISK),
        2 * (0.526 * H + 19.71),
    ),
    (
        resource("azurerm_windows_virtual_machine.w", size="Standard_D4s_v5", license_type="Windows_Server"),
        D4S * H,
    ),
    (
        resource(
            "azurerm_kubernetes_cluster.k",
            sku_tier="Standard",
            default_node_pool=[{"vm_size": "Standard_D4s_v5", "node_count": 3}],
        ),
        0.10 * H + 3 * (D4S * H + 19.71),  # 4 vCPU: 128 GiB of Premium SSD by default
    ),
    (
        resource(
            "azurerm_kubernetes_cluster.k",
            default_node_pool=[{"vm_size": "Standard_D4s_v5", "node_count": 1, "os_disk_type": "Ephemeral"}],
        ),
        D4S * H,
    ),
    (
        resource(
            "azurerm_kubernetes_cluster_node_pool.g",
            vm_size="Standard_NC24ads_A100_v4",
            node_count=2,
            auto_scaling_enabled=True,
            min_count=1,
            max_count=4,
            os_disk_type="Ephemeral",
        ),
        2 * 3.673 * H,
    ),
]

DISKS = [
    ("Premium_LRS", 4, 0.6),
    ("Premium_LRS", 128, 19.71),
    ("Premium_LRS", 129, 38.012142),
    ("Premium_LRS", 1000, 135.17),
    ("StandardSSD_LRS", 100, 9.6),
    ("StandardSSD_ZRS", 100, 14.4),
    ("Premium_ZRS", 600, 202.73),
]

SERVERS = [
    (
        resource("azurerm_postgresql_flexible_server.p", sku_name="GP_Standard_D4ds_v5", storage_mb=131072),
        4 * 0.089 * H + 128 * 0.115,
    ),
    (
        resource(
            "azurerm_postgresql_flexible_server.p",
            sku_name="GP_Standard_D4ds_v5",
            storage_mb=131072,
            high_availability=[{"mode": "ZoneRedundant"}],
        ),
        2 * (4 * 0.089 * H + 128 * 0.115),
    ),
    (resource("azurerm_postgresql_flexible_server.p", sku_name="B_Standard_B1ms"), 0.017 * H + 32 * 0.115),
    (
        resource(
            "azurerm_mysql_flexible_server.m",
            region="westus",
            sku_name="MO_Standard_E4ds_v4",
            storage=[{"size_gb": 100}],
        ),
        0.5244 * H + 100 * 0.138,
    ),
    (
        resource("azurerm_mssql_database.d", sku_name="GP_Gen5_4", max_size_gb=100),
        4 * (0.15222 + 0.099966) * H + 100 * 0.116,
    ),
    (
        resource("azurerm_mssql_database.d", sku_name="GP_Gen5_4", max_size_gb=100, license_type="BasePrice"),
        4 * 0.15222 * H + 100 * 0.116,
    ),
    (resource("azurerm_mssql_database.d", sku_name="S3"), 0.20162 * H),
    (
        resource("azurerm_mssql_database.d", sku_name="GP_S_Gen5_2", max_size_gb=32),
        2 * 0.25 * 0.52 * H + 32 * 0.116,
    ),
    (resource("azurerm_redis_cache.r", sku_name="Basic", family="C", capacity=0), 16.06),
    (resource("azurerm_redis_cache.r", sku_name="Standard", family="C", capacity=1), 2 * 50.37),
    (
        resource("azurerm_redis_cache.r", sku_name="Premium", family="P", capacity=1, shard_count=2),
        2 * 2 * 202.21,
    ),
]

SERVICES = [
    (resource("azurerm_public_ip.p", allocation_method="Static"), 0.005 * H),
    (resource("azurerm_nat_gateway.n"), 0.045 * H + 100 * 0.045),
    (resource("azurerm_bastion_host.b"), 0.19 * H),
    (resource("azurerm_private_endpoint.p"), 0.01 * H + 2 * 50 * 0.01),
    (resource("azurerm_firewall.f", sku_tier="Premium", sku_name="AZFW_VNet"), 1.75 * H + 500 * 0.016),
    (
        resource(
            "azurerm_application_gateway.g",
            sku=[{"name": "WAF_v2"}],
            autoscale_configuration=[{"min_capacity": 6}],
        ),
        (0.36 + 60 * 0.0144) * H,
    ),
    (
        resource("azurerm_application_gateway.g", sku=[{"name": "Standard_v2", "capacity": 8}]),
        (0.20 + 80 * 0.008) * H,
    ),
    (resource("azurerm_virtual_network_gateway.v", sku="VpnGw1"), 0.19 * H + 50 * 0.035),
    (
        resource("azurerm_container_registry.r", sku="Premium", georeplications=[{"location": "westus"}]),
        2 * 1.6667 * DAYS,
    ),
    (resource("azurerm_container_registry.r", sku="Basic"), 0.1666 * DAYS + (100 - 10) * 0.10),
    (resource("azurerm_search_service.s", sku="standard2", replica_count=2, partition_count=3), 6 * 1.344 * H),
    (
        resource(
            "azurerm_cognitive_deployment.d",
            sku=[{"name": "ProvisionedManaged", "capacity": 50}],
            model=[{"name": "gpt-4o"}],
        ),
        50 * 2.0 * H,
    ),
    (
        resource(
            "azurerm_cognitive_deployment.d",
            sku=[{"name": "GlobalProvisionedManaged", "capacity": 15}],
            model=[{"name": "gpt-4o"}],
        ),
        15 * 1.0 * H,
    ),
    (resource("azurerm_service_plan.p", sku_name="P1v3", os_type="Linux", worker_count=2), 2 * 0.155 * H),
    (resource("azurerm_service_plan.p", sku_name="EP1", os_type="Linux"), (0.173 + 3.5 * 0.0123) * H),
    (resource("azurerm_log_analytics_workspace.l"), 50 * 2.3),
    (resource("azurerm_log_analytics_workspace.l", daily_quota_gb=1), DAYS * 2.3),
    (resource("azurerm_eventhub_namespace.e", sku="Standard", capacity=4), 4 * 21.9 + 50_000_000 * 2.8e-8),
    (resource("azurerm_network_ddos_protection_plan.d"), 4.03226 * H),
    (resource("azurerm_api_management.a", sku_name="Developer_1"), 48.03),
]


@pytest.mark.parametrize(("one", "expected"), MACHINES + SERVERS + SERVICES)
def test_resources_cost_quantity_times_list_price(one: Resource, expected: float) -> None:
    assert monthly(one) == pytest.approx(expected)


@pytest.mark.parametrize(("kind", "size", "expected"), DISKS)
def test_a_disk_costs_the_next_larger_tier(kind: str, size: int, expected: float) -> None:
    disk = resource("azurerm_managed_disk.d", storage_account_type=kind, disk_size_gb=size)
    assert monthly(disk) == pytest.approx(expected)


def test_an_ultra_disk_costs_its_rounded_size_its_iops_and_its_throughput() -> None:
    disk = resource(
        "azurerm_managed_disk.d",
        storage_account_type="UltraSSD_LRS",
        disk_size_gb=1500,
        disk_iops_read_write=5000,
        disk_mbps_read_write=200,
    )
    assert monthly(disk) == pytest.approx(2048 * 0.11972 + 5000 * 0.04964 + 200 * 0.3495)


def test_a_load_balancer_bills_five_rules_together_and_each_further_one() -> None:
    link = Reference("azurerm_lb.l", "id")
    rules = [resource(f"azurerm_lb_rule.r{n}", loadbalancer_id=link) for n in range(7)]
    expected = (0.025 + 2 * 0.01) * H + 100 * 0.005
    assert monthly(resource("azurerm_lb.l"), *rules) == pytest.approx(expected)


def test_cosmos_throughput_is_billed_in_every_region_of_the_account() -> None:
    account = resource("azurerm_cosmosdb_account.a", geo_location=[{"location": "eastus"}, {"location": "westus"}])
    link = Reference("azurerm_cosmosdb_account.a", "name")
    database = resource("azurerm_cosmosdb_sql_database.d", account_name=link, throughput=400)
    assert monthly(database, account) == pytest.approx(2 * 400 / 100 * 5.84)


def test_a_storage_account_costs_what_it_is_assumed_to_hold() -> None:
    account = resource("azurerm_storage_account.s", account_tier="Standard", account_replication_type="LRS")
    assert monthly(account) == pytest.approx(1000 * 0.0208 + 100_000 * 5.5e-6 + 1_000_000 * 4.4e-7, rel=0.01)


def test_a_function_app_is_billed_by_use_on_a_consumption_plan() -> None:
    plan = resource("azurerm_service_plan.p", sku_name="Y1", os_type="Linux")
    app = resource("azurerm_linux_function_app.f", service_plan_id=Reference("azurerm_service_plan.p", "id"))
    assert monthly(app, plan) == pytest.approx(100_000 * 0.000016 + 1_000_000 * 2e-7)


def test_a_shutdown_schedule_leaves_office_hours() -> None:
    machine = resource("azurerm_linux_virtual_machine.m", size="Standard_D4s_v5")
    schedule = resource(
        "azurerm_dev_test_global_vm_shutdown_schedule.s",
        virtual_machine_id=Reference("azurerm_linux_virtual_machine.m", "id"),
    )
    assert monthly(machine, schedule) == pytest.approx(D4S * H * 0.36)


def test_an_autoscale_setting_bounds_a_scale_set() -> None:
    scale_set = resource("azurerm_linux_virtual_machine_scale_set.s", sku="Standard_D4s_v5", instances=2)
    setting = resource(
        "azurerm_monitor_autoscale_setting.a",
        target_resource_id=Reference("azurerm_linux_virtual_machine_scale_set.s", "id"),
        profile=[{"capacity": [{"default": 2, "minimum": 1, "maximum": 5}]}],
    )
    assert monthly(scale_set, setting) == pytest.approx(2 * D4S * H)
