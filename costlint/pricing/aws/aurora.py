"""Aurora clusters and their instances, and the DocumentDB and Neptune clusters billed the same way.
Formulas: aws.amazon.com/rds/aurora/pricing (instances, storage, I/O, Serverless v2 capacity units)."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Money, Resource
from costlint.pricing.aws.rds import (
    ENGINES,
    INSIGHTS,
    Database,
    bill_storage,
    insights_are_advanced,
    refuses_extended_support,
)
from costlint.pricing.aws.scaling import Count, fixed, scheduled
from costlint.pricing.aws.support import bill_database_support
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product


class Family(NamedTuple):
    """SKUs of a cluster family; `optimized` is added to them for I/O-Optimized storage."""

    instance: str
    storage: str
    requests: str
    backup: str


_FAMILIES = {
    "aws_rds_cluster": Family(
        "aurora.database-instance-on-demand-", "aurora.storage", "aurora.i-o-requests", "aurora.backup-storage"
    ),
    "aws_docdb_cluster": Family(
        "docdb-cluster-instance.database-instance-on-demand-",
        "docdb-cluster-instance.storage",
        "docdb-cluster-instance.i-o-requests",
        "docdb-cluster.backup-storage",
    ),
    "aws_neptune_cluster": Family(
        "neptune-cluster-instance.database-instance-on-demand-",
        "neptune-cluster.storage",
        "neptune-cluster.i-o-requests",
        "neptune-cluster.backup-storage",
    ),
}
_OPTIMIZED = "-i-o-optimized"
_NODES = 3  # of a Multi-AZ cluster: a writer and two readers


@estimates("aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster")
def cluster(resource: Resource, bill: Bill) -> None:
    if resource.type == "aws_rds_cluster" and resource.text("engine") in ENGINES:
        _multi_az_cluster(resource, bill)
        return
    family = _FAMILIES[resource.type]
    optimized = _is_optimized(resource)
    storage = f"{family.storage}{_OPTIMIZED}" if optimized else family.storage
    bill.usage("storage, I/O-Optimized" if optimized else "storage", storage, "gb-month", "aws.aurora.stored-gb")
    if not optimized:
        bill.usage("I/O requests", family.requests, "request", "aws.aurora.io-requests")
    with bill.part("backup"):
        days = resource.number("backup_retention_period", 1)
        if days > 1:
            stored, changed = bill.assume("aws.aurora.stored-gb"), bill.assume("aws.rds.daily-change-share")
            kept = product(stored.quantity, changed.quantity, days - 1)
            bill.assumed("backup beyond the free day", family.backup, "gb-month", kept, stored, changed)


@estimates("aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance")
def cluster_instance(resource: Resource, bill: Bill) -> None:
    kind = resource.type.removesuffix("_instance")
    owner = bill.follow(resource.get("cluster_identifier"), kind)
    optimized = owner is not None and _is_optimized(owner)
    name = resource.text("instance_class")
    running = scheduled(bill, fixed(1), *([owner] if owner else ()))
    if name == "db.serverless":
        _bill_serverless(owner, optimized, running, bill)
        return
    sku = f"{_FAMILIES[kind].instance}{name}{_OPTIMIZED if optimized else ''}"
    if kind == "aws_neptune_cluster" and not optimized and bill.price(f"{sku}-standard", "hour"):
        sku = f"{sku}-standard"
    bill.hourly(f"instance {name}", sku, running.number, running.assumptions)
    if kind == "aws_rds_cluster":
        shape = bill.catalog.shape("aws", bill.region, name.removeprefix("db."))
        vcpus = shape.vcpu or 0.0 if shape else 0.0
        engine = resource.text("engine") or (owner.text("engine") if owner else "")
        version = resource.text("engine_version") or (owner.text("engine_version") if owner else "")
        hours = running.number.times(bill.hours * vcpus)
        if owner is None or not refuses_extended_support(owner):
            bill_database_support(bill, engine, version, hours, assumptions=running.assumptions)
        if owner is not None and insights_are_advanced(owner):
            bill.add("Database Insights, advanced", INSIGHTS, "vcpu-hour", hours, assumptions=running.assumptions)


def _bill_serverless(owner: Resource | None, optimized: bool, running: Count, bill: Bill) -> None:
    """Average capacity units between the cluster's bounds."""
    path = "serverlessv2_scaling_configuration"
    if owner is None or not owner.blocks(path):
        bill.unknown("the capacity range of the serverless cluster is not known")
        return
    least, most = owner.number(f"{path}.min_capacity"), owner.number(f"{path}.max_capacity")
    load = bill.assume("aws.aurora.serverless-load-share")
    units = Money(*(least + (most - least) * share for share in load.quantity))
    hours = product(units, running.number).times(bill.hours)
    sku = f"aurora.aurora-serverless-v2{_OPTIMIZED if optimized else ''}"
    basis = (*running.assumptions, str(load))
    bill.add("capacity units", sku, "acu-hour", hours, assumptions=basis, usage=True)
    engine, version = owner.text("engine"), owner.text("engine_version")
    if not refuses_extended_support(owner):
        bill_database_support(bill, engine, version, hours, "acu-hour", basis)
    if insights_are_advanced(owner):
        bill.add("Database Insights, advanced", INSIGHTS, "acu-hour", hours, assumptions=basis)


def _multi_az_cluster(resource: Resource, bill: Bill) -> None:
    """A writer and two readable standbys of a plain engine, priced as one deployment."""
    engine, name = ENGINES[resource.text("engine")], resource.text("db_cluster_instance_class")
    managed = bill.catalog.managed("aws", bill.region, "rds", engine, "multi-az-cluster", name)
    if managed is None:
        bill.unpriced(f"no price for a Multi-AZ cluster of {engine} on {name} in {bill.region}")
    else:
        bill.add_priced(f"{engine} {name}, Multi-AZ cluster", managed.price, bill.hours, sku=name)
        vcpus = Money.exactly(bill.hours * (managed.vcpu or 0) * _NODES)
        if not refuses_extended_support(resource):
            bill_database_support(bill, f"rds-{engine}", resource.text("engine_version"), vcpus)
        if insights_are_advanced(resource):
            bill.add("Database Insights, advanced", INSIGHTS, "vcpu-hour", vcpus)
    with bill.part("storage"):
        gib = resource.number("allocated_storage")
        bill_storage(Database(resource, engine, "", True, gib), bill)


def _is_optimized(owner: Resource) -> bool:
    return owner.text("storage_type") in ("aurora-iopt1", "iopt1")


@estimates("aws_db_cluster_snapshot", "aws_docdb_cluster_snapshot", "aws_neptune_cluster_snapshot")
def cluster_snapshot(resource: Resource, bill: Bill) -> None:
    bill.usage("snapshot", "aurora.backup-storage", "gb-month", "aws.aurora.stored-gb")
