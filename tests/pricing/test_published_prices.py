"""Common resources at prices somebody else published: the arithmetic is here, the figures are theirs.

Every row names the unit prices, and the list they were read in together with the day they were read. Quantities are per
month of 730 hours; only what the attributes declare is billed, so no assumption enters.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from aws_stack import estimate_of, ref, resource
from stack_of import resource as elsewhere

from costlint.model import Resource

H = 730
DAYS = 730 / 24

# The three lists read on 2026-09-29, in two or three regions each.
AWS_LIST = "AWS price list API, 2026-09-29 (geawilliamsUK/TerraTofuGUi definitions/prices/aws.toml@3b03db86)"
AZURE_LIST = "Azure Retail Prices API, 2026-09-29 (geawilliamsUK/TerraTofuGUi definitions/prices/azure.toml@0b38cb8b)"
GCP_LIST = "Google Cloud price pages, 2026-09-29 (geawilliamsUK/TerraTofuGUi definitions/prices/gcp.toml@e389d7b2)"
KIRO = "AWS price pages, 2026-06-14 (kirodotdev/powers migration-to-aws/steering/cached-prices.md@2442694c)"


class Published(NamedTuple):
    """Quantity × published unit price for each thing the first resource is billed for."""

    source: str
    stack: list[Resource]
    units: list[tuple[float, float]]

    def __str__(self) -> str:
        first = self.stack[0]
        plain = [str(value) for value in first.attributes.values() if isinstance(value, str | int)]
        return " ".join((first.type, first.region.name, *plain))


def ec2(name: str, region: str, hourly: float, disk: float, kind: str = "gp3") -> Published:
    root = [{"volume_size": 50, "volume_type": kind}]
    of = resource("aws_instance.a", region, instance_type=name, root_block_device=root)
    return Published(AWS_LIST, [of], [(H, hourly), (50, disk)])


def rds(engine: str, name: str, region: str, hourly: float, disk: float) -> Published:
    of = resource(
        "aws_db_instance.d",
        region,
        engine=engine,
        engine_version={"postgres": "17.4", "mysql": "8.4.5"}[engine],
        instance_class=name,
        allocated_storage=100,
        storage_type="gp3",
        backup_retention_period=0,
    )
    return Published(AWS_LIST, [of], [(H, hourly), (100, disk)])


def cache(name: str, region: str, hourly: float) -> Published:
    of = resource("aws_elasticache_cluster.c", region, engine="redis", node_type=name, num_cache_nodes=1)
    return Published(AWS_LIST, [of], [(H, hourly)])


def aws(
    address: str, region: str, units: list[tuple[float, float]], source: str = AWS_LIST, **written: object
) -> Published:
    return Published(source, [resource(address, region, **written)], units)


def azure(address: str, region: str, units: list[tuple[float, float]], **written: object) -> Published:
    return Published(AZURE_LIST, [elsewhere(address, region, **written)], units)


def gcp(address: str, region: str, units: list[tuple[float, float]], **written: object) -> Published:
    return Published(GCP_LIST, [elsewhere(address, region, **written)], units)


def azure_vm(size: str, region: str, hourly: float, disk: float) -> Published:
    root = [{"storage_account_type": "Premium_LRS", "disk_size_gb": 128}]
    return azure("azurerm_linux_virtual_machine.m", region, [(H, hourly), (1, disk)], size=size, os_disk=root)


def gce(name: str, region: str, hourly: float, disk: float) -> Published:
    """N2 runs all month at 20 % less: Google gives the sustained-use discount without being asked."""
    hourly *= 0.8 if name.startswith("n2-") else 1
    boot = [{"initialize_params": [{"size": 50, "type": "pd-balanced"}]}]
    return gcp("google_compute_instance.m", region, [(H, hourly), (50, disk)], machine_type=name, boot_disk=boot)


TASK = resource(
    "aws_ecs_task_definition.t", "eu-west-2", cpu="1024", memory="2048", requires_compatibilities=["FARGATE"]
)
SERVICE = resource(
    "aws_ecs_service.s",
    "eu-west-2",
    launch_type="FARGATE",
    desired_count=2,
    task_definition=ref("aws_ecs_task_definition.t", "arn"),
)

AWS = [
    ec2("t3.micro", "us-east-1", 0.0104, 0.08),
    ec2("t3.micro", "eu-west-1", 0.0114, 0.088),
    ec2("t3.medium", "eu-west-2", 0.0472, 0.0928),
    ec2("m5.large", "us-east-1", 0.096, 0.10, "gp2"),
    ec2("m5.large", "eu-west-1", 0.107, 0.11, "gp2"),
    ec2("m5.large", "eu-west-2", 0.111, 0.116, "gp2"),
    ec2("m6i.large", "us-east-1", 0.096, 0.08),
    ec2("c5.xlarge", "eu-west-1", 0.192, 0.088),
    ec2("g4dn.xlarge", "us-east-1", 0.526, 0.08),
    ec2("g5.2xlarge", "us-east-1", 1.212, 0.08),
    ec2("g5.xlarge", "eu-west-2", 1.277, 0.0928),
    ec2("g6.xlarge", "us-east-1", 0.8048, 0.08),
    ec2("p3.2xlarge", "eu-west-1", 3.305, 0.088),
    rds("postgres", "db.t4g.micro", "us-east-1", 0.016, 0.115),
    rds("postgres", "db.m6i.large", "eu-west-1", 0.197, 0.127),
    rds("postgres", "db.m7g.large", "us-east-1", 0.168, 0.115),
    rds("postgres", "db.r6g.large", "eu-west-2", 0.264, 0.133),
    rds("mysql", "db.m5.large", "us-east-1", 0.171, 0.115),
    rds("mysql", "db.t4g.medium", "eu-west-1", 0.069, 0.127),
    cache("cache.t3.micro", "us-east-1", 0.017),
    cache("cache.t4g.medium", "eu-west-1", 0.068),
    cache("cache.m6g.large", "eu-west-2", 0.171),
    aws("aws_ebs_volume.v", "us-east-1", [(500, 0.08)], size=500, type="gp3"),
    aws("aws_ebs_volume.v", "eu-west-2", [(500, 0.116)], size=500, type="gp2"),
    aws("aws_eip.a", "us-east-1", [(H, 0.005)]),
    aws("aws_kms_key.k", "eu-west-1", [(1, 1.0)]),
    aws("aws_secretsmanager_secret.s", "us-east-1", [(1, 0.40)]),
    aws("aws_eks_cluster.k", "us-east-1", [(H, 0.10)], KIRO, version="1.34"),
    aws("aws_lb.l", "us-east-1", [(H, 0.0225)], KIRO, load_balancer_type="application"),
    aws("aws_nat_gateway.n", "eu-west-1", [(H, 0.048)]),
    aws("aws_nat_gateway.n", "eu-west-2", [(H, 0.05)]),
    aws("aws_vpc_endpoint.e", "us-east-1", [(H, 0.01)], vpc_endpoint_type="Interface", subnet_ids=["s"]),
    aws("aws_vpc_endpoint.e", "eu-west-1", [(2 * H, 0.011)], vpc_endpoint_type="Interface", subnet_ids=["s", "t"]),
    aws("aws_cloudwatch_metric_alarm.a", "eu-west-2", [(1, 0.10)], period=300, metric_name="CPUUtilization"),
    Published(AWS_LIST, [SERVICE, TASK], [(2 * H, 0.04656), (4 * H, 0.00511)]),
]

AZURE = [
    azure_vm("Standard_B1s", "eastus", 0.0104, 19.71),
    azure_vm("Standard_B2s", "westeurope", 0.048, 21.68),
    azure_vm("Standard_D2s_v3", "uksouth", 0.116, 23.848),
    azure_vm("Standard_D4s_v5", "eastus", 0.192, 19.71),
    azure_vm("Standard_D4s_v5", "westeurope", 0.23, 21.68),
    azure_vm("Standard_D4s_v5", "uksouth", 0.222, 23.848),
    azure_vm("Standard_NC4as_T4_v3", "eastus", 0.526, 19.71),
    azure_vm("Standard_NC24ads_A100_v4", "westeurope", 4.775, 21.68),
    azure("azurerm_managed_disk.d", "eastus", [(1, 73.22)], storage_account_type="Premium_LRS", disk_size_gb=512),
    azure(
        "azurerm_managed_disk.d", "westeurope", [(1, 41.811428)], storage_account_type="Premium_LRS", disk_size_gb=256
    ),
    azure("azurerm_managed_disk.d", "uksouth", [(1, 12.3499)], storage_account_type="Premium_LRS", disk_size_gb=64),
    azure("azurerm_public_ip.a", "eastus", [(H, 0.005)], sku="Standard", allocation_method="Static"),
    azure("azurerm_redis_cache.r", "eastus", [(H, 0.055)], sku_name="Basic", family="C", capacity=1),
    azure("azurerm_redis_cache.r", "eastus", [(H, 0.138)], sku_name="Standard", family="C", capacity=1),
    azure("azurerm_redis_cache.r", "uksouth", [(H, 0.113)], sku_name="Basic", family="C", capacity=2),
    azure(
        "azurerm_postgresql_flexible_server.p",
        "westeurope",
        [(H * 2, 0.0398), (64, 0.1369)],
        sku_name="B_Standard_B2s",
        storage_mb=65536,
    ),
    azure(
        "azurerm_mysql_flexible_server.p",
        "eastus",
        [(H * 2, 0.0855), (64, 0.115)],
        sku_name="GP_Standard_D2ds_v4",
        storage=[{"size_gb": 64}],
    ),
    azure("azurerm_nat_gateway.n", "uksouth", [(H, 0.045)], sku_name="Standard"),
    azure("azurerm_private_endpoint.e", "westeurope", [(H, 0.01)]),
    azure("azurerm_dns_zone.z", "eastus", [(1, 0.50)], name="example.org"),
    azure("azurerm_container_registry.r", "eastus", [(DAYS, 0.1666)], sku="Basic"),
    azure("azurerm_container_registry.r", "westeurope", [(DAYS, 1.6666)], sku="Premium"),
    azure(
        "azurerm_kubernetes_cluster.k",
        "eastus",
        [(H, 0.10), (H, 0.192), (1, 19.71)],
        sku_tier="Standard",
        default_node_pool=[{"vm_size": "Standard_D4s_v5", "node_count": 1}],
    ),
]

GCP = [
    gce("e2-micro", "us-central1", 0.008376428, 0.10),
    gce("e2-medium", "europe-west1", 0.036858, 0.10),
    gce("e2-standard-2", "europe-west2", 0.086336, 0.12),
    gce("e2-standard-4", "us-central1", 0.134023, 0.10),
    gce("n2-standard-2", "europe-west1", 0.106834, 0.10),
    gce("n2-standard-4", "us-central1", 0.194236, 0.10),
    gce("g2-standard-4", "us-central1", 0.706832, 0.10),
    gce("g2-standard-8", "europe-west2", 0.971925, 0.12),
    gcp("google_compute_disk.d", "us-central1", [(200, 0.17)], size=200, type="pd-ssd"),
    gcp("google_compute_disk.d", "europe-west2", [(200, 0.048)], size=200, type="pd-standard"),
    gcp("google_compute_disk.d", "europe-west1", [(200, 0.10)], size=200, type="pd-balanced"),
    gcp("google_redis_instance.r", "us-central1", [(4 * H, 0.049)], memory_size_gb=4, tier="BASIC"),
    gcp("google_redis_instance.r", "europe-west1", [(8 * H, 0.032)], memory_size_gb=8, tier="BASIC"),
    gcp("google_redis_instance.r", "europe-west2", [(20 * H, 0.027)], memory_size_gb=20, tier="BASIC"),
    gcp(
        "google_sql_database_instance.s",
        "us-central1",
        [(H, 0.0105), (10, 0.17)],
        database_version="POSTGRES_17",
        settings=[{"tier": "db-f1-micro", "disk_size": 10, "disk_type": "PD_SSD"}],
    ),
    gcp(
        "google_sql_database_instance.s",
        "europe-west2",
        [(2 * H, 0.0496), (7.5 * H, 0.0084), (100, 0.204)],
        database_version="POSTGRES_17",
        settings=[{"tier": "db-custom-2-7680", "disk_size": 100, "disk_type": "PD_SSD"}],
    ),
    gcp("google_dns_managed_zone.z", "us-central1", [(1, 0.20)], dns_name="example.org."),
    gcp("google_container_cluster.k", "us-central1", [(H, 0.10)], remove_default_node_pool=True, initial_node_count=1),
]


@pytest.mark.parametrize("published", [*AWS, *AZURE, *GCP], ids=str)
def test_a_common_resource_costs_what_was_published(published: Published) -> None:
    expected = sum(quantity * price for quantity, price in published.units)
    estimate = estimate_of(*published.stack)
    assert estimate.unpriced == ()
    declared = [part.monthly.likely for part in estimate.components if not part.usage]
    assert sum(declared) == pytest.approx(expected, rel=2e-3), estimate.components


def test_every_published_price_says_where_and_when_it_was_read() -> None:
    assert all("2026-" in row.source and "@" in row.source for row in (*AWS, *AZURE, *GCP))
    assert len([*AWS, *AZURE, *GCP]) >= 60
