"""Cloud SQL, Memorystore and AlloyDB.

Cloud SQL is billed by vCPU and GiB of memory (tiers named after machines have the machine's size); a regional (highly
available) instance pays twice.
"""

from __future__ import annotations

import re

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product

_CUSTOM = re.compile(r"^db-custom-(?P<vcpu>\d+)-(?P<mib>\d+)$")
_MIB_PER_GIB = 1024
_SHARED = ("db-f1-micro", "db-g1-small")
_REDIS_TIERS = ("m1", "m2", "m3", "m4")


@estimates("google_sql_database_instance")
def sql_instance(resource: Resource, bill: Bill) -> None:
    regional = resource.text("settings.availability_type").upper() == "REGIONAL"
    where = "regional" if regional else "zonal"
    _sql_storage(resource, bill, where)
    if resource.text("database_version").upper().startswith("SQLSERVER"):
        bill.unpriced("the SQL Server licence has no price in the catalog")
    if resource.text("settings.activation_policy").upper() == "NEVER":
        return
    tier = resource.text("settings.tier")
    if tier in _SHARED:
        bill.hourly(f"{tier} ({where})", f"sql-database-instance.sql-instance-{tier}-{where}")
        return
    plus = tier.startswith("db-perf-optimized") or resource.text("settings.edition").upper() == "ENTERPRISE_PLUS"
    size = _size(tier, bill)
    if size is None:
        bill.unpriced(f"the size of Cloud SQL tier {tier} is not known")
        return
    vcpu, memory = size
    sku = "sql-database-instance.vcpu-enterprise-plus" if plus else "sql-database-instance.vcpus-1"
    bill.add(f"{vcpu:g} vCPU ({where})", f"{sku}-{where}", "vcpu-hour", vcpu * bill.hours)
    sku = "sql-database-instance.memory-enterprise-plus" if plus else "sql-database-instance.memory-3.75-gb"
    bill.add(f"{memory:g} GiB memory ({where})", f"{sku}-{where}", "gb-hour", memory * bill.hours)


@estimates("google_redis_instance")
def redis(resource: Resource, bill: Bill) -> None:
    memory = resource.number("memory_size_gb")
    tier = "standard" if resource.text("tier").upper() == "STANDARD_HA" else "basic"
    replicas = resource.number("replica_count") if resource.get("replica_count") is not None else 1
    capacity = _redis_tier(memory, bill)
    sku = f"redis-instance.redis-instance-{tier}-{capacity}"
    bill.add(f"{memory:g} GiB {tier} {capacity.upper()}", sku, "gb-hour", memory * bill.hours)
    if tier == "standard" and replicas > 1:
        bill.unpriced(f"{replicas - 1:g} further read replicas have no price in the catalog")


@estimates("google_redis_cluster")
def redis_cluster(resource: Resource, bill: Bill) -> None:
    node = resource.text("node_type").removeprefix("REDIS_").replace("_", "-").lower()
    nodes = resource.number("shard_count") * (1 + resource.number("replica_count"))
    bill.hourly(f"{nodes:g} × {node} nodes", f"redis-cluster.cluster-node-{node}", nodes)


@estimates("google_alloydb_instance")
def alloydb_instance(resource: Resource, bill: Bill) -> None:
    nodes = 1.0
    kind = resource.text("instance_type").upper()
    if kind == "READ_POOL":
        nodes = resource.number("read_pool_config.node_count", 1)
    elif resource.text("availability_type").upper() != "ZONAL":
        nodes = 2.0
    machine = resource.text("machine_config.machine_type")
    shape = bill.catalog.shape("gcp", bill.region, machine) if machine else None
    vcpu = resource.number("machine_config.cpu_count") or (shape.vcpu if shape else 0) or 0
    if not vcpu:
        bill.unpriced("its machine size is not stated")
        return
    per_vcpu = bill.constant("gcp.alloydb.gib-per-vcpu")
    hours = nodes * bill.hours
    bill.add(f"{nodes:g} × {vcpu:g} vCPU", "alloydb.vcpu", "vcpu-hour", vcpu * hours)
    bill.add(f"{nodes:g} × {vcpu * per_vcpu:g} GiB memory", "alloydb.memory", "gb-hour", vcpu * per_vcpu * hours)


@estimates("google_alloydb_cluster")
def alloydb_cluster(resource: Resource, bill: Bill) -> None:
    """Its instances are billed apart. A secondary cluster keeps a copy of its own."""
    stored = bill.assume("gcp.alloydb.stored-gb")
    bill.assumed("storage", "alloydb.storage", "gb-month", stored.quantity, stored)
    if resource.get("automated_backup_policy.enabled") is not False:
        kept = bill.assume("gcp.alloydb.backup-share")
        bill.assumed("backups", "alloydb.backup", "gb-month", product(stored.quantity, kept.quantity), stored, kept)


def _size(tier: str, bill: Bill) -> tuple[float, float] | None:
    """vCPU and GiB of a tier; those named after a machine type have its size."""
    custom = _CUSTOM.match(tier)
    if custom:
        return float(custom["vcpu"]), int(custom["mib"]) / _MIB_PER_GIB
    machine = tier.removeprefix("db-").replace("perf-optimized-N", "n2-highmem")
    shape = bill.catalog.shape("gcp", bill.region, machine)
    if shape is None or shape.vcpu is None or shape.memory_gib is None:
        return None
    return shape.vcpu, shape.memory_gib


def _sql_storage(resource: Resource, bill: Bill, where: str) -> None:
    kind = "hdd" if resource.text("settings.disk_type").upper() == "PD_HDD" else "ssd"
    size = resource.number("settings.disk_size")
    bill.add(f"{kind.upper()} storage", f"sql-database-instance.storage-{kind}-{where}", "gb-month", size)
    if resource.flag("settings.backup_configuration.enabled"):
        kept = bill.assume("gcp.sql.backup-share")
        bill.assumed("backups", "sql-database-instance.backups", "gb-month", kept.quantity.times(size), kept)


def _redis_tier(memory: float, bill: Bill) -> str:
    for tier in _REDIS_TIERS:
        if memory <= bill.constant(f"gcp.redis.{tier}-gib"):
            return tier
    return "m5"
