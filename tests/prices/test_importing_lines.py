"""Lines of exports of costs: the price each one is about, and those that no table names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from exports import cur, focus, gathered

from costlint.prices.importing.mapping import Key
from costlint.prices.importing.writing import written


@pytest.mark.parametrize(
    ("row", "key", "price"),
    [
        (cur("EU-BoxUsage:m5.xlarge", 10, 2.0), Key("aws", "eu-west-1", "m5.xlarge", "hour"), 0.2),
        (
            cur("EU-SpotUsage:m5.xlarge", 10, 0.7, line_item_operation="RunInstances:SV003"),
            Key("aws", "eu-west-1", "m5.xlarge", "hour", spot=True),
            0.07,
        ),
        (
            cur("EU-EBS:VolumeUsage.gp3", 100, 8.8, line_item_operation="CreateVolume-Gp3", pricing_unit="GB-Mo"),
            Key("aws", "eu-west-1", "ebs.gp3.storage", "gb-month"),
            0.088,
        ),
        (
            cur(
                "EUC1-NatGateway-Hours", 100, 5.2, line_item_operation="NatGateway", product_region_code="eu-central-1"
            ),
            Key("aws", "eu-central-1", "nat-gateway.hour", "hour"),
            0.052,
        ),
        (
            cur(
                "Multi-AZUsage:db.m5.large",
                10,
                3.56,
                line_item_product_code="AmazonRDS",
                line_item_operation="CreateDBInstance:0014",
                product_database_engine="PostgreSQL",
                product_region_code="us-east-1",
            ),
            Key("aws", "us-east-1", "db.m5.large", "hour", "postgresql", "multi-az"),
            0.356,
        ),
        (
            cur(
                "EU-NodeUsage:cache.m5.large",
                10,
                1.7,
                line_item_product_code="AmazonElastiCache",
                line_item_operation="CreateCacheCluster:0002",
                product_cache_engine="Redis",
            ),
            Key("aws", "eu-west-1", "cache.m5.large", "hour", "redis"),
            0.17,
        ),
        (
            cur(
                "EU-Fargate-vCPU-Hours:perCPU",
                10,
                0.4048,
                line_item_product_code="AmazonECS",
                line_item_operation="FargateTask",
                pricing_unit="hours",
            ),
            Key("aws", "eu-west-1", "fargate.vcpu", "vcpu-hour"),
            0.04048,
        ),
        (
            cur("EU-SpotUsage-Fargate-GB-Hours", 100, 0.15, line_item_product_code="AmazonECS"),
            Key("aws", "eu-west-1", "fargate.memory-spot", "gb-hour"),
            0.0015,
        ),
        (
            cur("EU-Fargate-EphemeralStorage-GB-Hours", 1000, 0.122, line_item_product_code="AmazonEKS"),
            Key("aws", "eu-west-1", "fargate.ephemeral-storage", "gb-hour"),
            0.000122,
        ),
        (
            cur("EU-Lambda-Provisioned-Concurrency-ARM", 1e6, 3.3334, line_item_product_code="AWSLambda"),
            Key("aws", "eu-west-1", "lambda.provisioned-concurrency", "gb-second"),
            0.0000033334,
        ),
        (focus("EU-BoxUsage:m5.xlarge", 10, 2.0), Key("aws", "eu-west-1", "m5.xlarge", "hour"), 0.2),
        (
            focus(
                "",
                10,
                2.3,
                ProviderName="Microsoft",
                x_ServiceCode="",
                ServiceName="Virtual Machines",
                RegionId="westeurope",
                x_SkuMeterSubcategory="Virtual Machines Dsv5 Series",
                x_SkuMeterName="D4s v5",
                x_SkuDetails='{"ServiceType": "Standard_D4s_v5", "VCPUs": 4}',
            ),
            Key("azure", "westeurope", "Standard_D4s_v5", "hour"),
            0.23,
        ),
        (
            focus(
                "",
                2,
                270.0,
                ProviderName="Microsoft",
                ServiceName="Storage",
                RegionId="westeurope",
                PricingUnit="1/Month",
                x_SkuMeterSubcategory="Premium SSD Managed Disks",
                x_SkuMeterName="P30 LRS Disk",
            ),
            Key("azure", "westeurope", "managed-disk.p30-lrs", "month"),
            135.0,
        ),
        (
            focus(
                "",
                100,
                18.7,
                ProviderName="Google Cloud",
                ServiceName="Compute Engine",
                RegionId="europe-west1",
                ChargeDescription="SSD backed PD Capacity in Belgium",
                PricingUnit="gibibyte month",
            ),
            Key("gcp", "europe-west1", "disk.pd-ssd", "gib-month"),
            0.187,
        ),
    ],
    ids=lambda value: value.sku if isinstance(value, Key) else "",
)
def test_a_line_becomes_the_price_it_is_about(
    tmp_path: Path, row: Mapping[str, object], key: Key, price: float
) -> None:
    found = gathered(tmp_path, row)
    assert found.sums[key].price == pytest.approx(price)
    assert found.unmapped.total() == 0


@pytest.mark.parametrize(
    ("row", "name", "why"),
    [
        (cur("EU-BoxUsage:m5.xlarge", 1, 1, line_item_operation="RunInstances:0002"), "BoxUsage:m5.xlarge", "platform"),
        (cur("EU-BoxUsage:x99.huge", 1, 1), "BoxUsage:x99.huge", "no SKU of costlint"),
        (cur("EU-HeavyUsage:m5.xlarge", 1, 1), "HeavyUsage:m5.xlarge", "no SKU of costlint"),
        (cur("EU-BoxUsage:m5.xlarge", 1, 1, product_region_code=""), "BoxUsage:m5.xlarge", "no region"),
        (cur("EU-BoxUsage:m5.xlarge", 1, 1, pricing_unit="Seconds"), "BoxUsage:m5.xlarge", "engine|unit"),
        (
            cur(
                "EU-NodeUsage:cache.m5.large",
                1,
                1,
                line_item_product_code="AmazonElastiCache",
                line_item_operation="CreateCacheCluster:0002",
            ),
            "NodeUsage:cache.m5.large",
            "engine",
        ),
        (focus("x", 1, 1, ProviderName="Snowflake"), "x", "no prices of this provider"),
        (
            focus("", 1, 1, ProviderName="Google Cloud", ChargeDescription="N2 Instance Core running in Belgium"),
            "N2 Instance Core",
            "cores and memory are sold apart",
        ),
        (
            focus(
                "",
                1,
                1,
                ProviderName="Microsoft",
                x_SkuMeterSubcategory="Virtual Machines Dsv5 Series Windows",
                x_SkuMeterName="D4s v5",
                x_SkuDetails='{"ServiceType": "Standard_D4s_v5"}',
            ),
            "D4s v5",
            "no SKU of costlint",
        ),
    ],
)
def test_what_no_table_names_is_counted_and_never_guessed(
    tmp_path: Path, row: Mapping[str, object], name: str, why: str
) -> None:
    found = gathered(tmp_path, row)
    assert found.sums == {}
    ((told, reason),) = found.unmapped
    assert name in told
    assert any(word in reason for word in why.split("|"))
    text = written(found)
    assert f"{told}: 1 lines, 1.00 USD; {reason}" in text
