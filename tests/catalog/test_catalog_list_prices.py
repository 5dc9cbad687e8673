"""Figures everybody can look up on the providers' price pages, checked by hand."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog, Price

AWS = "aws.amazon.com"
GCP = "cloud.google.com"
AZURE = "azure.microsoft.com/pricing/details"

SERVICES = [
    ("aws", "us-east-1", "ebs.gp2.storage", "gb-month", 0.10, f"{AWS}/ebs/pricing"),
    ("aws", "us-east-1", "ebs.gp3.storage", "gb-month", 0.08, f"{AWS}/ebs/pricing"),
    ("aws", "us-east-1", "ebs.gp3.iops", "iops-month", 0.005, f"{AWS}/ebs/pricing"),
    ("aws", "us-east-1", "ebs.st1.storage", "gb-month", 0.045, f"{AWS}/ebs/pricing"),
    ("aws", "us-east-1", "ebs.snapshot.storage", "gb-month", 0.05, f"{AWS}/ebs/pricing"),
    ("aws", "us-east-1", "nat-gateway.hour", "hour", 0.045, f"{AWS}/vpc/pricing"),
    ("aws", "us-east-1", "nat-gateway.data-processed", "gb", 0.045, f"{AWS}/vpc/pricing"),
    ("aws", "eu-west-1", "public-ipv4.in-use", "hour", 0.005, f"{AWS}/vpc/pricing"),
    ("aws", "us-east-1", "elbv2.alb.hour", "hour", 0.0225, f"{AWS}/elasticloadbalancing/pricing"),
    ("aws", "us-east-1", "elbv2.alb.lcu", "lcu-hour", 0.008, f"{AWS}/elasticloadbalancing/pricing"),
    ("aws", "eu-central-1", "eks.control-plane.hour", "hour", 0.10, f"{AWS}/eks/pricing"),
    ("aws", "eu-central-1", "eks.control-plane-extended.hour", "hour", 0.60, f"{AWS}/eks/pricing"),
    ("aws", "us-east-1", "s3.standard.storage", "gb-month", 0.023, f"{AWS}/s3/pricing"),
    ("aws", "us-east-1", "s3.standard-infrequent-access-storage", "gb-month", 0.0125, f"{AWS}/s3/pricing"),
    ("aws", "us-east-1", "cloudwatch-logs.ingestion.standard", "gb", 0.50, f"{AWS}/cloudwatch/pricing"),
    ("aws", "us-east-1", "lambda.requests", "request", 0.0000002, f"{AWS}/lambda/pricing"),
    ("aws", "us-east-1", "fargate.vcpu", "vcpu-hour", 0.04048, f"{AWS}/fargate/pricing"),
    ("aws", "us-east-1", "vpc-endpoint.endpoint-interface", "hour", 0.01, f"{AWS}/privatelink/pricing"),
    ("aws", "ap-south-1", "kms-key.customer-master-key", "month", 1.0, f"{AWS}/kms/pricing"),
    ("aws", "us-east-1", "ecr-repository.storage", "gb-month", 0.10, f"{AWS}/ecr/pricing"),
    ("aws", "us-east-1", "rds.storage-general-purpose-ssd-gp3-single-az", "gb-month", 0.115, f"{AWS}/rds/pricing"),
    ("aws", "us-east-1", "rds.extended-support-year-3", "vcpu-hour", 0.20, f"{AWS}/rds/mysql/pricing"),
    ("gcp", "us-central1", "disk.pd-balanced", "gib-month", 0.10, f"{GCP}/compute/disks-image-pricing"),
    ("gcp", "us-central1", "disk.pd-ssd", "gib-month", 0.17, f"{GCP}/compute/disks-image-pricing"),
    ("gcp", "us-central1", "gcs.storage-standard", "gib-month", 0.02, f"{GCP}/storage/pricing"),
    ("gcp", "europe-west4", "gke.cluster.hour", "hour", 0.10, f"{GCP}/kubernetes-engine/pricing"),
    ("azure", "eastus", "managed-disk.p10-lrs", "month", 19.71, f"{AZURE}/managed-disks"),
    ("azure", "westeurope", "aks.uptime-sla.hour", "hour", 0.10, f"{AZURE}/kubernetes-service"),
    ("azure", "westeurope", "nat-gateway.hour", "hour", 0.045, f"{AZURE}/azure-nat-gateway"),
]

SHAPES = [
    ("aws", "us-east-1", "m5.large", 0.096, f"{AWS}/ec2/pricing/on-demand"),
    ("aws", "us-east-1", "t3.medium", 0.0416, f"{AWS}/ec2/pricing/on-demand"),
    ("aws", "us-east-1", "g5.xlarge", 1.006, f"{AWS}/ec2/pricing/on-demand"),
    ("aws", "us-east-1", "p5.48xlarge", 55.04, f"{AWS}/ec2/pricing/on-demand"),
    ("aws", "us-east-1", "p4d.24xlarge", 21.957642, f"{AWS}/ec2/pricing/on-demand"),
    ("gcp", "us-central1", "n2-standard-4", 0.194236, f"{GCP}/compute/vm-instance-pricing"),
    ("gcp", "us-central1", "e2-standard-4", 0.134012, f"{GCP}/compute/vm-instance-pricing"),
    ("azure", "eastus", "Standard_D2s_v5", 0.096, f"{AZURE}/virtual-machines/linux"),
    ("azure", "eastus", "Standard_NC24ads_A100_v4", 3.673, f"{AZURE}/virtual-machines/linux"),
]

NODES = [
    ("us-east-1", "rds", "postgresql", "single-az", "db.m5.large", 0.178, f"{AWS}/rds/postgresql/pricing"),
    ("us-east-1", "rds", "mysql", "single-az", "db.t3.micro", 0.017, f"{AWS}/rds/mysql/pricing"),
    ("us-east-1", "elasticache", "redis", "", "cache.r6g.large", 0.206, f"{AWS}/elasticache/pricing"),
    ("us-east-1", "redshift", "", "", "ra3.4xlarge", 3.26, f"{AWS}/redshift/pricing"),
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog()


def check(price: Price | None, usd: float, page: str) -> None:
    assert price is not None, page
    assert price.amount == pytest.approx(usd, rel=1e-3), page


@pytest.mark.parametrize(("provider", "region", "sku", "unit", "usd", "page"), SERVICES, ids=lambda v: str(v)[:40])
def test_services_cost_what_the_price_page_says(
    catalog: Catalog, provider: str, region: str, sku: str, unit: str, usd: float, page: str
) -> None:
    check(catalog.price(provider, region, sku, unit), usd, page)


@pytest.mark.parametrize(("provider", "region", "name", "usd", "page"), SHAPES, ids=lambda v: str(v)[:40])
def test_instances_cost_what_the_price_page_says(
    catalog: Catalog, provider: str, region: str, name: str, usd: float, page: str
) -> None:
    shape = catalog.shape(provider, region, name)
    assert shape is not None
    check(shape.on_demand, usd, page)


@pytest.mark.parametrize(("region", "service", "engine", "deployment", "name", "usd", "page"), NODES)
def test_managed_nodes_cost_what_the_price_page_says(
    catalog: Catalog, region: str, service: str, engine: str, deployment: str, name: str, usd: float, page: str
) -> None:
    found = catalog.managed("aws", region, service, engine, deployment, name)
    assert found is not None
    check(found.price, usd, page)
