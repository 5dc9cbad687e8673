"""PostgreSQL and MySQL flexible servers: billed by vCore within a tier; a standby doubles compute and storage."""

from __future__ import annotations

import re

from costlint.model import Resource
from costlint.pricing.azure.machines import machine_shape
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates

_SERIES = re.compile(r"^Standard_([DE])\d+([a-z]*)_v(\d)$", re.IGNORECASE)
_TIERS = {"B": "b", "GP": "gp", "MO": "mo"}
_MIB_PER_GIB = 1024


@estimates("azurerm_postgresql_flexible_server")
def postgresql(resource: Resource, bill: Bill) -> None:
    copies = 2 if resource.blocks("high_availability") else 1
    gib = resource.number("storage_mb") / _MIB_PER_GIB
    bill.add("storage", "postgresql-flexible-server.storage", "gb-month", gib * copies)
    if resource.text("storage_tier"):
        needed = resource.text("storage_tier").upper()
        bill.unpriced(f"performance tier {needed} above what the size includes has no price in the catalog")
    _compute(resource, bill, "postgresql-flexible-server", copies)


@estimates("azurerm_mysql_flexible_server")
def mysql(resource: Resource, bill: Bill) -> None:
    copies = 2 if resource.blocks("high_availability") else 1
    gib = resource.number("storage.size_gb")
    bill.add("storage", "mysql-flexible-server.storage", "gb-month", gib * copies)
    included = bill.constant("azure.mysql.included-iops") + gib * bill.constant("azure.mysql.included-iops-per-gib")
    beyond = resource.number("storage.iops") - included
    if beyond > 0:
        bill.add("further IOPS", "mysql-flexible-server.additional-iops", "iops-month", beyond)
    _compute(resource, bill, "mysql-flexible-server", copies)


@estimates("azurerm_postgresql_server", "azurerm_mysql_server", "azurerm_mariadb_server")
def single_server(resource: Resource, bill: Bill) -> None:
    """The retired single servers ("GP_Gen5_4")."""
    engine = resource.type.removeprefix("azurerm_").replace("_", "-")
    sku = resource.text("sku_name")
    tier, _, size = sku.lower().partition("_")
    bill.hourly(sku, f"{engine}.compute-{tier}-{size.replace('_', '-')}")
    gib = resource.number("storage_mb") / _MIB_PER_GIB
    if tier == "b":
        bill.add("storage", f"{engine}.storage-basic", "gb-month", gib)
    else:
        bill.add("storage", f"{engine}.storage-general-purpose-memory-optimized", "gb", gib)


def _compute(resource: Resource, bill: Bill, service: str, copies: int) -> None:
    """The list price of the size where there is one, else its vCores × the price per vCore of its series or tier."""
    sku = resource.text("sku_name")
    prefix, _, size = sku.partition("_")
    tier = _TIERS.get(prefix)
    if tier is None:
        bill.unpriced(f"the size {sku} is not read")
        return
    label = f"{copies} × {sku}" if copies > 1 else sku
    listed = f"{service}.compute-{tier}-{size.lower().replace('_', '-')}"
    price = bill.price(listed, "hour")
    if price is not None and (tier == "b" or not price.inferred):
        bill.add_priced(label, price, copies * bill.hours, sku=listed)
        return
    shape = machine_shape(bill, size)
    if shape is None or shape.vcpu is None:
        bill.unpriced(f"the vCores of {size} are not known")
        return
    per_core = _per_core(bill, service, tier, size)
    bill.add(f"{label}, {shape.vcpu:g} vCores", per_core, "vcore-hour", shape.vcpu * copies * bill.hours)


def _per_core(bill: Bill, service: str, tier: str, size: str) -> str:
    """The SKU per vCore: the series' own, else the tier's; one a list states here goes before an inferred one."""
    series = _SERIES.match(size)
    names = [f"{service}.vcore-{tier}"]
    if series:
        names.insert(0, f"{service}.vcore-{series[1]}{series[2]}v{series[3]}".lower())
    prices = {name: bill.price(name, "vcore-hour") for name in names}
    stated = [name for name, price in prices.items() if price is not None and not price.inferred]
    known = [name for name, price in prices.items() if price is not None]
    return next(iter(stated or known), names[-1])
