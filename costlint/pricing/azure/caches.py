"""Azure Cache for Redis and Azure Managed Redis."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates


@estimates("azurerm_redis_cache")
def redis_cache(resource: Resource, bill: Bill) -> None:
    """Basic has one node, Standard two; Premium two in each shard and one more for every further replica."""
    tier = resource.text("sku_name").lower()
    size = f"{resource.text('family').lower()}{resource.number('capacity'):g}"
    nodes = 1.0
    if tier != "basic":
        nodes = 1 + (resource.number("replicas_per_primary") or resource.number("replicas_per_master") or 1)
        nodes *= max(1.0, resource.number("shard_count"))
    bill.add(f"{nodes:g} × {tier} {size.upper()} nodes", f"redis.cache-usage-{tier}-{size}", "nodes-month", nodes)


@estimates("azurerm_managed_redis", "azurerm_redis_enterprise_cluster")
def managed_redis(resource: Resource, bill: Bill) -> None:
    """High availability, on unless switched off, runs two nodes."""
    size = resource.text("sku_name").lower().replace("_", "-")
    if size.startswith("enterprise"):
        bill.unpriced(
            f"{resource.text('sku_name')}: the list does not say whether its price is per node or per cluster"
        )
        return
    nodes = 2 if resource.flag("high_availability_enabled", True) else 1
    bill.hourly(f"{nodes} × {size}", f"redis-managed.cache-usage-{size}", nodes)
