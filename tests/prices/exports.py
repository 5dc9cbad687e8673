"""Exports of costs as providers write them, of a few lines each."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from costlint.catalog import Catalog
from costlint.prices.importing.cur import plain
from costlint.prices.importing.gathering import Gathered, gather
from costlint.prices.importing.mapping import Tables

CATALOG = Catalog()
TABLES = Tables(CATALOG)
JULY = {"start": "2026-07-01T00:00:00Z", "end": "2026-07-11T00:00:00Z"}  # ten days: 240 hours


def family_of(provider: str, name: str) -> str:
    family = CATALOG.family(provider, name)
    return family.name if family else ""


def table(folder: Path, rows: Iterable[Mapping[str, object]], name: str = "export.csv") -> str:
    many = list(rows)
    columns = list(dict.fromkeys(column for row in many for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(many)
    file = folder / name
    file.write_bytes(gzip.compress(text.getvalue().encode()) if name.endswith(".gz") else text.getvalue().encode())
    return str(file)


def gathered(folder: Path, *rows: Mapping[str, object]) -> Gathered:
    return gather([table(folder, rows)], TABLES, family_of)


def cur(usage: str, quantity: float, cost: float, **more: object) -> dict[str, object]:
    return {
        "line_item_line_item_type": "Usage",
        "line_item_product_code": "AmazonEC2",
        "line_item_usage_type": usage,
        "line_item_operation": "RunInstances",
        "line_item_usage_amount": quantity,
        "line_item_unblended_cost": cost,
        "line_item_usage_start_date": JULY["start"],
        "line_item_usage_end_date": JULY["end"],
        "line_item_currency_code": "USD",
        "pricing_public_on_demand_cost": cost,
        "pricing_unit": "Hrs",
        "product_region_code": "eu-west-1",
        **more,
    }


def focus(usage: str, quantity: float, effective: float, **more: object) -> dict[str, object]:
    return {
        "ProviderName": "AWS",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "x_ServiceCode": "AmazonEC2",
        "x_UsageType": usage,
        "x_Operation": "RunInstances",
        "ChargeCategory": "Usage",
        "RegionId": "eu-west-1",
        "PricingQuantity": quantity,
        "PricingUnit": "Hours",
        "ListCost": effective,
        "ContractedCost": effective,
        "EffectiveCost": effective,
        "BilledCost": effective,
        "BillingCurrency": "USD",
        "ChargePeriodStart": JULY["start"],
        "ChargePeriodEnd": JULY["end"],
        **more,
    }


def legacy(row: Mapping[str, object]) -> dict[str, object]:
    names = {
        "line_item_line_item_type": "lineItem/LineItemType",
        "line_item_product_code": "lineItem/ProductCode",
        "line_item_usage_type": "lineItem/UsageType",
        "line_item_operation": "lineItem/Operation",
        "line_item_usage_amount": "lineItem/UsageAmount",
        "line_item_unblended_cost": "lineItem/UnblendedCost",
        "line_item_usage_start_date": "lineItem/UsageStartDate",
        "line_item_usage_end_date": "lineItem/UsageEndDate",
        "line_item_currency_code": "lineItem/CurrencyCode",
        "pricing_public_on_demand_cost": "pricing/publicOnDemandCost",
        "pricing_unit": "pricing/unit",
        "product_region_code": "product/regionCode",
        "product_database_engine": "product/databaseEngine",
        "product_cache_engine": "product/cacheEngine",
        "reservation_effective_cost": "reservation/EffectiveCost",
        "savings_plan_savings_plan_effective_cost": "savingsPlan/SavingsPlanEffectiveCost",
        "savings_plan_offering_type": "savingsPlan/OfferingType",
    }
    assert [plain(name) for name in names.values()] == list(names)
    return {names[name]: value for name, value in row.items()}
