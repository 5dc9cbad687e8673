"""Containers, functions, messaging and analytics on Azure: what is billed, what is free, and what is said otherwise."""

from __future__ import annotations

import pytest
from stack_of import estimate_of, estimates_of, resource

from costlint.model import UNKNOWN, Reference, Resource

H = 730


def fixed(*resources: Resource) -> float:
    """Likely USD/month of the declared components of the first resource."""
    estimate = estimate_of(*resources)
    assert estimate.unpriced == ()
    return sum(part.monthly.likely for part in estimate.components if not part.usage)


def usage(*resources: Resource) -> float:
    return sum(part.monthly.likely for part in estimate_of(*resources).components if part.usage)


EAST = "eastus2"
FIXED = [
    (
        resource(
            "azurerm_kubernetes_cluster_node_pool.w",
            EAST,
            vm_size="Standard_D4s_v5",
            os_type="Windows",
            os_disk_type="Ephemeral",
            node_count=2,
        ),
        2 * (0.192 + 4 * 0.046) * H,
    ),
    (resource("azurerm_windows_virtual_machine.b", EAST, size="Standard_B2ms"), (0.0832 + 2 * 0.004) * H),
    (
        resource("azurerm_container_group.g", EAST, os_type="Windows", container=[{"cpu": 2, "memory": 4}]),
        (2 * (0.0405 + 0.0432) + 4 * 0.00445) * H,
    ),
    (
        resource(
            "azurerm_container_group.g", EAST, container=[{"cpu": 1, "memory": 1, "gpu": [{"count": 1, "sku": "V100"}]}]
        ),
        (0.0405 + 0.00445 + 36 * 0.0793) * H,
    ),
    (resource("azurerm_service_plan.s", EAST, sku_name="D1", os_type="Windows"), 0.013 * H),
    (
        resource("azurerm_service_plan.s", EAST, sku_name="WS1", os_type="Windows", worker_count=1),
        (0.192 + 3.5 * 0.0137) * H,
    ),
    (resource("azurerm_app_service_environment_v3.e", EAST), 0.547 * H),
    (
        resource(
            "azurerm_function_app_flex_consumption.f",
            EAST,
            instance_memory_in_mb=2048,
            always_ready=[{"name": "http", "instance_count": 2}],
        ),
        2 * 2 * 3600 * H * 4e-6,
    ),
    (resource("azurerm_application_gateway.g", EAST, sku=[{"name": "Basic"}]), 0.0225 * H),
    (resource("azurerm_application_gateway.g", EAST, sku=[{"name": "WAF_Medium", "capacity": 2}]), 2 * 0.126 * H),
    (resource("azurerm_firewall.f", EAST, sku_name="AZFW_Hub", sku_tier="Basic"), 0.395 * H),
    (resource("azurerm_cdn_frontdoor_profile.p", EAST, sku_name="Premium_AzureFrontDoor"), 330.0),
    (resource("azurerm_eventhub_cluster.c", EAST, sku_name="Dedicated_2"), 2 * 6.849 * H),
    (
        resource(
            "azurerm_log_analytics_workspace.w", EAST, sku="CapacityReservation", reservation_capacity_in_gb_per_day=100
        ),
        196 * H / 24,
    ),
    (resource("azurerm_fabric_capacity.f", EAST, sku=[{"name": "F8"}]), 8 * 0.18 * H),
    (resource("azurerm_stream_analytics_job.j", EAST, sku_name="StandardV2", streaming_units=3), 0.33 * H / 3),
    (resource("azurerm_mssql_database.d", EAST, sku_name="Basic", max_size_gb=2), 0.161 * H / 24),
    (
        resource("azurerm_kusto_cluster.k", EAST, sku=[{"name": "Dev(No SLA)_Standard_D11_v2", "capacity": 1}]),
        0.149 * H,
    ),
    (resource("azurerm_backup_protected_file_share.s", EAST), 5.0),
    (resource("azurerm_notification_hub_namespace.n", EAST, sku_name="Standard"), 200.0),
    (resource("azurerm_traffic_manager_external_endpoint.e"), 0.00074 * H),
]


@pytest.mark.parametrize(("one", "expected"), FIXED)
def test_what_is_declared_costs_quantity_times_price(one: Resource, expected: float) -> None:
    assert fixed(one) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    "one",
    [
        resource("azurerm_eventhub_cluster.c", EAST, sku_name="Dedicated"),
        resource("azurerm_eventhub_cluster.c", EAST, sku_name="Dedicated_²"),
        resource("azurerm_api_management.a", EAST, sku_name="Developer"),
        resource("azurerm_fabric_capacity.f", EAST, sku=[{"name": "F²"}]),
    ],
)
def test_units_a_name_does_not_count_are_not_guessed(one: Resource) -> None:
    estimate = estimate_of(one)
    assert estimate.components == ()
    assert estimate.unpriced


def test_operations_of_a_standard_bus_cost_beyond_the_thirteen_million_included() -> None:
    bus = resource("azurerm_servicebus_namespace.s", EAST, sku="Standard")
    assert fixed(bus) == pytest.approx(0.013441 * H)
    operations = next(part for part in estimate_of(bus).components if part.usage)
    assert operations.unit_price == pytest.approx(0.8e-6)
    assert operations.quantity.low == 0


def test_capture_is_billed_for_every_throughput_unit() -> None:
    namespace = resource("azurerm_eventhub_namespace.e", EAST, sku="Standard", capacity=2)
    link = Reference(namespace.address, "name")
    hub = resource("azurerm_eventhub.h", EAST, namespace_name=link, capture_description=[{"enabled": True}])
    assert fixed(namespace, hub) == pytest.approx(2 * (0.03 + 0.1) * H)


def test_tokens_cost_more_where_they_stay_in_a_region_or_a_zone() -> None:
    def deployment(kind: str) -> Resource:
        return resource("azurerm_cognitive_deployment.d", EAST, sku=[{"name": kind}], model=[{"name": "gpt-4o"}])

    everywhere = usage(deployment("GlobalStandard"))
    assert usage(deployment("Standard")) == pytest.approx(1.1 * everywhere)
    assert usage(deployment("DataZoneStandard")) == pytest.approx(1.1 * everywhere)
    assert "batch" in estimate_of(deployment("GlobalBatch")).unpriced[0]


def test_an_app_on_a_dedicated_profile_is_billed_with_its_environment() -> None:
    environment = resource("azurerm_container_app_environment.e", EAST)
    app = resource(
        "azurerm_container_app.a",
        EAST,
        container_app_environment_id=Reference(environment.address, "id"),
        workload_profile_name="gpu",
        template=[{"container": [{"cpu": 1, "memory": "2Gi"}]}],
    )
    assert estimates_of(app, environment)[app.address].free
    assert "environment" in estimate_of(app).unpriced[0]


def test_a_peering_across_regions_costs_more_than_one_within() -> None:
    near, far = (
        [resource("azurerm_virtual_network.a", EAST), resource("azurerm_virtual_network.b", region)]
        for region in (EAST, "westeurope")
    )
    link = {
        "virtual_network_name": Reference("azurerm_virtual_network.a", "name"),
        "remote_virtual_network_id": Reference("azurerm_virtual_network.b", "id"),
    }
    peering = resource("azurerm_virtual_network_peering.p", EAST, **link)
    assert usage(peering, *far) == pytest.approx(3.5 * usage(peering, *near))


def test_an_environment_with_plans_has_no_fee() -> None:
    environment = resource("azurerm_app_service_environment_v3.e", EAST)
    plan = resource("azurerm_service_plan.p", EAST, app_service_environment_id=Reference(environment.address, "id"))
    assert estimates_of(environment, plan)[environment.address].free


def test_a_firewall_policy_is_free_with_one_firewall() -> None:
    policy = resource("azurerm_firewall_policy.p")
    link = Reference(policy.address, "id")
    one, other = (resource(f"azurerm_firewall.{name}", firewall_policy_id=link) for name in ("a", "b"))
    assert estimate_of(policy, one).free
    assert "shared" in estimate_of(policy, one, other).unpriced[0]


def test_a_container_group_that_is_not_restarted_runs_as_long_as_it_is_assumed_to() -> None:
    group = resource("azurerm_container_group.g", EAST, restart_policy="Never", container=[{"cpu": 1, "memory": 2}])
    assert fixed(group) == 0
    assert usage(group) == pytest.approx(30 * (0.0405 + 2 * 0.00445))


UNPRICED = [
    (resource("azurerm_container_group.g", container=[{"cpu": UNKNOWN, "memory": 1}]), "cpu is not known"),
    (resource("azurerm_redis_enterprise_cluster.r", sku_name="Enterprise_E10-2"), "per node or per cluster"),
    (resource("azurerm_fabric_capacity.f", sku=[{"name": "FX"}]), "FX is not read"),
    (resource("azurerm_synapse_spark_pool.p", node_size="Odd"), "node size odd is not read"),
    (resource("azurerm_kusto_cluster.k", sku=[{"name": "Standard_D11_v2", "capacity": 2}]), "Data Explorer markup"),
    (resource("azurerm_cdn_endpoint.e"), "profile that decides its price"),
    (
        resource("azurerm_container_app_environment.e", workload_profile=[{"workload_profile_type": "NC24-A100"}]),
        "NC24-A100 has no price",
    ),
    (resource("azurerm_postgresql_flexible_server.p", sku_name="GP_Standard_Z9"), "vCores of Standard_Z9"),
]


@pytest.mark.parametrize(("one", "reason"), UNPRICED)
def test_what_is_not_known_is_said_and_never_zero(one: Resource, reason: str) -> None:
    estimate = estimate_of(one)
    assert not estimate.priced
    assert any(reason in said for said in estimate.unpriced)
