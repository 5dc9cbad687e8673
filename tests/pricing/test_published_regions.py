"""Azure and Google Cloud resources beyond the home regions, at prices somebody else published.

As in test_published_prices: the arithmetic is here, the unit prices are the list's, 730 hours a month; only what the
attributes declare is billed.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from stack_of import estimate_of, resource

from costlint.model import Resource

H = 730
DAYS = 730 / 24

RETAIL = "Azure Retail Prices API, 2026-08-15 (Arturo-Quiroga-MSFT/azure-architecture-diagram-builder@31f894ae)"
RETAIL_VM = (
    "Azure Retail Prices API, 2026-01 to 2026-06 (the same repository's history of virtual_machines.json@31f894ae)"
)
GOOGLE = "Google Cloud price pages, 2026-09-29 (geawilliamsUK/TerraTofuGUi definitions/prices/gcp.toml@e389d7b2)"
TPU = "cloud.google.com/tpu/pricing, 2024-12-23 (dstackai/gpuhunt resources/tpu_pricing.json@3584151)"
NOTE = "cloud.google.com accelerator-optimized list price, quoted in a public note of 2026-09-07 (@google-note)"


class Published(NamedTuple):
    source: str
    one: Resource
    units: list[tuple[float, float]]

    def __str__(self) -> str:
        plain = [str(value) for value in self.one.attributes.values() if isinstance(value, str | int)]
        return " ".join((self.one.type, self.one.region.name, *plain))


def azure(address: str, region: str, units: list[tuple[float, float]], **written: object) -> Published:
    return Published(RETAIL, resource(address, region, **written), units)


def azure_gpu(size: str, region: str, hourly: float) -> Published:
    return Published(RETAIL_VM, resource("azurerm_linux_virtual_machine.g", region, size=size), [(H, hourly)])


def google(address: str, region: str, units: list[tuple[float, float]], **written: object) -> Published:
    return Published(GOOGLE, resource(address, region, **written), units)


def n1_with_t4(region: str, machine: float, gpu: float) -> Published:
    """Four vCPUs of N1 and a T4, both at 30 % less for running all month."""
    accelerator = [{"type": "nvidia-tesla-t4", "count": 1}]
    written = {"machine_type": "n1-standard-4", "guest_accelerator": accelerator}
    return google("google_compute_instance.m", region, [(H, 0.7 * machine), (H, 0.7 * gpu)], **written)


def tpu(kind: str, region: str, chips: float, chip_hour: float) -> Published:
    return Published(TPU, resource("google_tpu_v2_vm.t", region, accelerator_type=kind), [(chips * H, chip_hour)])


AZURE = [
    azure(
        "azurerm_container_group.g",
        "westeurope",
        [(2 * H, 0.0466), (4 * H, 0.00511)],
        os_type="Linux",
        container=[{"cpu": 1.5, "memory": 3}, {"cpu": 0.5, "memory": 1}],
    ),
    azure(
        "azurerm_container_app_environment.e",
        "eastus2",
        [(H, 0.1), (2 * 4 * H, 0.057077), (2 * 16 * H, 0.004978)],
        workload_profile=[
            {"name": "d", "workload_profile_type": "D4", "minimum_count": 2, "maximum_count": 2},
            {"name": "c", "workload_profile_type": "Consumption"},
        ],
    ),
    azure(
        "azurerm_service_plan.p", "swedencentral", [(3 * H, 0.178)], sku_name="P1v3", os_type="Linux", worker_count=3
    ),
    azure("azurerm_service_plan.p", "japaneast", [(H, 0.112)], sku_name="S1", os_type="Linux", worker_count=1),
    azure("azurerm_service_plan.p", "uksouth", [(H, 0.188)], sku_name="B2", os_type="Windows", worker_count=1),
    azure(
        "azurerm_service_plan.p",
        "westeurope",
        [(2 * 2 * H, 0.169), (2 * 7 * H, 0.0121)],
        sku_name="EP2",
        os_type="Linux",
        worker_count=2,
    ),
    azure(
        "azurerm_search_service.s",
        "swedencentral",
        [(4 * H, 0.336)],
        sku="standard",
        replica_count=2,
        partition_count=2,
    ),
    azure("azurerm_search_service.s", "japaneast", [(H, 0.133)], sku="basic", replica_count=1, partition_count=1),
    azure("azurerm_redis_cache.r", "australiaeast", [(2 * H, 0.112)], sku_name="Standard", family="C", capacity=2),
    azure(
        "azurerm_redis_cache.r",
        "westeurope",
        [(4 * H, 0.277)],
        sku_name="Premium",
        family="P",
        capacity=1,
        shard_count=2,
    ),
    azure("azurerm_managed_redis.r", "swedencentral", [(2 * H, 0.331)], sku_name="Balanced_B10"),
    azure("azurerm_mssql_database.d", "northeurope", [(DAYS, 4.8387)], sku_name="S3"),
    azure(
        "azurerm_mssql_database.d",
        "japaneast",
        [(8 * H, 0.172005), (250, 0.138)],
        sku_name="GP_Gen5_8",
        max_size_gb=250,
        license_type="BasePrice",
    ),
    azure("azurerm_mssql_elasticpool.p", "westeurope", [(DAYS, 7.25)], sku=[{"name": "StandardPool", "capacity": 100}]),
    azure(
        "azurerm_postgresql_flexible_server.p",
        "swedencentral",
        [(2 * 4 * H, 0.0935), (2 * 128, 0.1369)],
        sku_name="GP_Standard_D4ds_v5",
        storage_mb=131072,
        high_availability=[{"mode": "ZoneRedundant"}],
    ),
    azure(
        "azurerm_postgresql_flexible_server.p",
        "japaneast",
        [(8 * H, 0.15), (32, 0.138)],
        sku_name="MO_Standard_E8ds_v5",
        storage_mb=32768,
    ),
    azure(
        "azurerm_virtual_network_gateway.v",
        "westeurope",
        [(H, 0.361)],
        type="ExpressRoute",
        sku="ErGw1AZ",
    ),
    azure("azurerm_virtual_network_gateway.v", "japaneast", [(H, 0.54)], type="Vpn", sku="VpnGw2AZ"),
    azure("azurerm_firewall.f", "brazilsouth", [(H, 1.25)], sku_name="AZFW_VNet", sku_tier="Standard"),
    azure(
        "azurerm_application_gateway.g",
        "westeurope",
        [(H, 0.26), (20 * H, 0.008)],
        sku=[{"name": "Standard_v2", "capacity": 2}],
    ),
    azure(
        "azurerm_application_gateway.g",
        "uksouth",
        [(H, 0.45), (20 * H, 0.0144)],
        sku=[{"name": "WAF_v2", "capacity": 2}],
    ),
    azure(
        "azurerm_managed_disk.d",
        "swedencentral",
        [(512 * H, 0.00011), (1000 * H, 7e-6), (75 * H, 5.5e-5)],
        storage_account_type="PremiumV2_LRS",
        disk_size_gb=512,
        disk_iops_read_write=4000,
        disk_mbps_read_write=200,
    ),
    azure(
        "azurerm_cognitive_deployment.d",
        "swedencentral",
        [(50 * H, 2.2)],
        sku=[{"name": "ProvisionedManaged", "capacity": 50}],
        model=[{"name": "gpt-4o"}],
    ),
    azure("azurerm_eventhub_namespace.e", "japaneast", [(H, 1.49)], sku="Premium", capacity=1),
    azure("azurerm_servicebus_namespace.s", "westeurope", [(2 * H, 0.9275)], sku="Premium", capacity=2),
    azure("azurerm_api_management.a", "westeurope", [(2 * H, 0.9589)], sku_name="StandardV2_2"),
    azure("azurerm_iothub.i", "southeastasia", [(2, 25.0)], sku=[{"name": "S1", "capacity": 2}]),
    azure("azurerm_synapse_sql_pool.p", "northeurope", [(H, 6.95)], sku_name="DW500c"),
    azure("azurerm_synapse_spark_pool.p", "westeurope", [(3 * 8 * H, 0.15456)], node_size="Medium", node_count=3),
    azure("azurerm_signalr_service.s", "westeurope", [(2 * DAYS, 1.61)], sku=[{"name": "Standard_S1", "capacity": 2}]),
    azure("azurerm_stream_analytics_job.j", "westeurope", [(6 * H, 0.12)], streaming_units=6),
    azure_gpu("Standard_NC4as_T4_v3", "eastus2", 0.526),
    azure_gpu("Standard_NC8as_T4_v3", "australiaeast", 0.978),
    azure_gpu("Standard_NC16as_T4_v3", "brazilsouth", 2.046),
    azure_gpu("Standard_NC64as_T4_v3", "canadacentral", 4.82),
    azure_gpu("Standard_NC48ads_A100_v4", "eastus2", 7.346),
    azure_gpu("Standard_NC96ads_A100_v4", "swedencentral", 19.1),
    azure_gpu("Standard_ND96isrf_H100_v5", "eastus2", 98.32),
    azure_gpu("Standard_ND96isr_H200_v5", "mexicocentral", 93.28),
    azure_gpu("Standard_ND96isr_H200_v5", "southeastasia", 110.24),
    azure_gpu("Standard_ND96isr_MI300X_v5", "canadacentral", 57.6),
    azure_gpu("Standard_NV6ads_A10_v5", "australiaeast", 0.658),
    azure_gpu("Standard_NV36ads_A10_v5", "mexicocentral", 3.532),
    azure_gpu("Standard_NV72ads_A10_v5", "westeurope", 8.476),
    azure_gpu("Standard_NV36adms_A10_v5", "canadacentral", 5.424),
]

GOOGLE_CLOUD = [
    n1_with_t4("us-central1", 0.189999, 0.35),
    n1_with_t4("europe-west1", 0.209007, 0.35),
    n1_with_t4("europe-west2", 0.24479, 0.41),
    google("google_compute_instance.m", "europe-west1", [(H, 0.778293)], machine_type="g2-standard-4"),
    google("google_compute_instance.m", "europe-west2", [(H, 0.804789)], machine_type="g2-standard-4"),
    google("google_compute_instance.m", "us-central1", [(H, 0.853624)], machine_type="g2-standard-8"),
    Published(NOTE, resource("google_compute_instance.m", machine_type="a3-highgpu-8g"), [(H, 88.49)]),
    google(
        "google_filestore_instance.f",
        "us-central1",
        [(2560, 0.30)],
        tier="BASIC_SSD",
        file_shares=[{"capacity_gb": 2560}],
    ),
    google(
        "google_filestore_instance.f",
        "europe-west2",
        [(1024, 0.19)],
        tier="BASIC_HDD",
        file_shares=[{"capacity_gb": 1024}],
    ),
    google(
        "google_compute_security_policy.p", "us-central1", [(1, 5.0), (2, 1.0)], rule=[{"priority": 1}, {"priority": 2}]
    ),
    tpu("v5litepod-8", "us-central1", 8, 1.2),
    tpu("v5litepod-4", "europe-west4", 4, 1.56),
    tpu("v5litepod-1", "us-west4", 1, 1.2),
    tpu("v5litepod-16", "asia-southeast1", 16, 1.56),
    tpu("v6e-8", "us-east5", 8, 2.7),
    tpu("v6e-4", "europe-west4", 4, 2.97),
    tpu("v6e-1", "asia-northeast1", 1, 3.24),
    tpu("v5p-8", "us-east5", 4, 4.2),
    tpu("v3-8", "europe-west4", 4, 2.2),
    tpu("v2-8", "europe-west4", 4, 1.2375),
]


@pytest.mark.parametrize("published", [*AZURE, *GOOGLE_CLOUD], ids=str)
def test_a_resource_in_its_region_costs_what_was_published(published: Published) -> None:
    expected = sum(quantity * price for quantity, price in published.units)
    estimate = estimate_of(published.one)
    assert estimate.unpriced == ()
    declared = [part for part in estimate.components if not part.usage]
    assert sum(part.monthly.likely for part in declared) == pytest.approx(expected, rel=2e-3), estimate.components
    assert not any(part.inferred for part in declared)


@pytest.mark.parametrize("region", ["us-central1", "europe-west4", "asia-southeast1"])
@pytest.mark.parametrize(
    "name", ["a2-highgpu-1g", "a2-ultragpu-8g", "a3-highgpu-8g", "g2-standard-48", "g4-standard-48"]
)
def test_a_machine_with_gpus_is_never_charged_for_them_twice(name: str, region: str) -> None:
    declared = [{"type": "nvidia-l4", "count": 4}]
    plain, repeated = (
        estimate_of(resource("google_compute_instance.m", region, machine_type=name, guest_accelerator=accelerators))
        for accelerators in ([], declared)
    )
    assert plain.priced
    assert repeated.components == plain.components


def test_every_published_price_says_where_and_when_it_was_read() -> None:
    rows = [*AZURE, *GOOGLE_CLOUD]
    assert all("@" in row.source and "20" in row.source for row in rows)
    assert len(rows) >= 60
