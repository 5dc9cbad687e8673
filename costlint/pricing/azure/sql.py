"""Azure SQL: databases, elastic pools and managed instances, by vCore with the licence apart, or by DTU."""

from __future__ import annotations

import re

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product

_VCORE = re.compile(r"^(?P<tier>GP|BC|HS)_(?P<serverless>S_)?(?P<family>[A-Za-z0-9]+?)_(?P<vcores>\d+)$")
_DTU = re.compile(r"^(?:Basic|S\d+|P\d+)$", re.IGNORECASE)
_SERVERLESS = "sql-database.compute-serverless-gp-s-gen5-2"
_SERVERLESS_ZONES = "sql-database.zone-redundancy-serverless-gp-s-gen5-4"
_TIER_NAMES = {"gp": "general-purpose", "bc": "business-critical", "hs": "hyperscale"}


@estimates("azurerm_mssql_database")
def database(resource: Resource, bill: Bill) -> None:
    sku = resource.text("sku_name")
    if sku.lower() == "elasticpool" or bill.referred("azurerm_mssql_elasticpool"):
        bill.free()
        return
    if _DTU.match(sku):
        bill.hourly(f"{sku} DTUs", f"sql-database.compute-{sku.lower()}")
        return
    match = _VCORE.match(sku)
    if match is None:
        bill.unpriced(f"the size {sku} is not read")
        return
    tier, family, vcores = match["tier"].lower(), match["family"].lower(), float(match["vcores"])
    zones = resource.flag("zone_redundant")
    size = resource.number("max_size_gb")
    if match["serverless"]:
        _serverless(resource, bill, vcores, tier)
        if tier == "hs":
            bill.usage("storage", "sql-database.storage-hyperscale", "gb-month", "azure.sql.hyperscale-gb")
        else:
            bill.add("storage", "sql-database.storage-general-purpose-serverless", "gb-month", size)
        return
    _vcores(bill, tier, family, vcores, resource.text("license_type"))
    if zones and tier == "gp":
        bill.add("zone redundancy", "sql-database.zone-redundancy-vcore-gp", "vcore-hour", vcores * bill.hours)
    if tier == "hs":
        bill.usage("storage", "sql-database.storage-hyperscale", "gb-month", "azure.sql.hyperscale-gb")
        replicas = resource.number("read_replica_count")
        if replicas:
            _vcores(bill, tier, family, vcores * replicas, resource.text("license_type"), "read replicas")
    else:
        where = "-zone-redundant" if zones and tier == "gp" else ""
        bill.add("storage", f"sql-database.storage-{_TIER_NAMES[tier]}{where}", "gb-month", size)


@estimates("azurerm_mssql_elasticpool")
def elastic_pool(resource: Resource, bill: Bill) -> None:
    name, capacity = resource.text("sku.name").lower(), resource.number("sku.capacity")
    tier, _, family = name.partition("_")
    if tier.endswith("pool"):
        bill.hourly(f"{capacity:g} DTUs", f"mssql-elasticpool.compute-{tier.removesuffix('pool')}-{capacity:g}-dtus")
        return
    _vcores(bill, tier, family, capacity, resource.text("license_type"))
    sku = f"sql-database.storage-{_TIER_NAMES.get(tier, tier)}"
    bill.add("storage", sku, "gb-month", resource.number("max_size_gb"))


@estimates("azurerm_mssql_managed_instance")
def managed_instance(resource: Resource, bill: Bill) -> None:
    tier, _, family = resource.text("sku_name").lower().partition("_")
    vcores = resource.number("vcores")
    hours = vcores * bill.hours
    bill.add(f"{vcores:g} vCores", f"mssql-managed-instance.vcore-{tier}-{family}", "vcore-hour", hours)
    if resource.text("license_type").lower() == "licenseincluded":
        licence = "mssql-managed-instance.sql-license" if tier == "gp" else "sql-database.sql-license-business-critical"
        bill.add("SQL licence", licence, "vcore-hour", hours)
    beyond = resource.number("storage_size_in_gb") - bill.constant("azure.sql-mi.included-gb")
    if beyond > 0:
        bill.add("storage beyond the included", "mssql-managed-instance.additional-storage", "gb-month", beyond)


def _vcores(bill: Bill, tier: str, family: str, vcores: float, licence: str, name: str = "compute") -> None:
    hours = vcores * bill.hours
    bill.add(f"{name}, {vcores:g} vCores", f"sql-database.vcore-{tier}-{family}", "vcore-hour", hours)
    if licence.lower() == "licenseincluded" and tier in _TIER_NAMES:
        bill.add(f"{name}, SQL licence", f"sql-database.sql-license-{_TIER_NAMES[tier]}", "vcore-hour", hours)


def _serverless(resource: Resource, bill: Bill, vcores: float, tier: str) -> None:
    """Billed by the second for vCores in use, never below the minimum while it is not paused."""
    pauses = resource.number("auto_pause_delay_in_minutes") > 0
    used = bill.assume(f"azure.sql.serverless-share{'' if pauses else '-never-paused'}")
    quantity = product(used.quantity, vcores * bill.hours)
    sku = "sql-database.compute-serverless-hs-s-gen5" if tier == "hs" else _SERVERLESS
    bill.assumed(f"serverless, up to {vcores:g} vCores", sku, "vcore-hour", quantity, used)
    if resource.flag("zone_redundant") and tier == "gp":
        bill.assumed("zone redundancy", _SERVERLESS_ZONES, "vcore-hour", quantity, used)
