"""Cosmos DB: request units where they are declared (databases, containers), × the account's regions."""

from __future__ import annotations

from costlint.model import Resource, UnknownValue
from costlint.pricing.counts import autoscaled
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates

_ACCOUNT = "azurerm_cosmosdb_account"
_DATABASES = (
    "azurerm_cosmosdb_sql_database",
    "azurerm_cosmosdb_mongo_database",
    "azurerm_cosmosdb_gremlin_database",
    "azurerm_cosmosdb_cassandra_keyspace",
)
_CONTAINERS = (
    "azurerm_cosmosdb_sql_container",
    "azurerm_cosmosdb_mongo_collection",
    "azurerm_cosmosdb_gremlin_graph",
    "azurerm_cosmosdb_cassandra_table",
    "azurerm_cosmosdb_table",
)
_RUS = 100


@estimates(_ACCOUNT)
def account(resource: Resource, bill: Bill) -> None:
    """Databases and containers carry the charge; continuous backup is billed with the account."""
    bill.free()
    if resource.text("backup.type").lower() == "continuous" and "7" not in resource.text("backup.tier"):
        regions = _regions(resource)
        bill.usage("continuous backup", "cosmosdb.continuous-backup", "gb-month", "azure.cosmosdb.stored-gb", regions)


@estimates(*_DATABASES, *_CONTAINERS)
def throughput(resource: Resource, bill: Bill) -> None:
    owner = _account(bill)
    if owner is None:
        bill.unpriced("its Cosmos DB account is not in the stack")
        return
    regions = _regions(owner)
    writes = regions if owner.flag("multiple_write_locations_enabled") else 1
    factor = regions * (2 if writes > 1 else 1)
    serverless = "EnableServerless" in [block.get("name") for block in owner.blocks("capabilities")]
    if resource.type in _CONTAINERS:
        bill.usage("storage", "cosmosdb.storage", "gb-month", "azure.cosmosdb.stored-gb", regions)
    if serverless:
        bill.usage("serverless requests", "cosmosdb.serverless", "ru", "azure.cosmosdb.serverless-ru")
        return
    most = resource.number("autoscale_settings.max_throughput")
    if most:
        least = most * bill.constant("azure.cosmosdb.autoscale-floor")
        running = autoscaled(bill, least, most, most)
        units = running.number.times(factor * bill.constant("azure.cosmosdb.autoscale-factor") / _RUS)
        bill.add("autoscale throughput", "cosmosdb.100-ru", "100-rus-month", units, assumptions=running.assumptions)
    elif resource.number("throughput"):
        steps = resource.number("throughput") * factor / _RUS
        bill.add("provisioned throughput", "cosmosdb.100-ru", "100-rus-month", steps)
    elif resource.type in _DATABASES:
        bill.free()


def _account(bill: Bill) -> Resource | None:
    """The account of a database, or of the database a container is in."""
    found = bill.referred(_ACCOUNT)
    for parent in () if found else bill.referred(*_DATABASES):
        found = bill.referred(_ACCOUNT, of=parent)
    return found[0] if found else None


def _regions(owner: Resource) -> int:
    regions = len(owner.blocks("geo_location"))
    if not regions:
        raise UnknownValue(f"{owner.address}.geo_location")
    return regions
