"""RDS instances (MySQL, PostgreSQL, MariaDB). Formulas: aws.amazon.com/rds/pricing; RDS user guide, gp3 storage."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Money, Resource
from costlint.pricing.aws.scaling import fixed, scheduled
from costlint.pricing.aws.support import bill_database_support
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import above, product

INSIGHTS = "rds.database-insights-advanced"
ENGINES = {"mysql": "mysql", "postgres": "postgresql", "mariadb": "mariadb"}


class Database(NamedTuple):
    """A database instance as declared, with what a replica takes over from its source filled in. `version` is "" and
    `gib` None where nobody can know them."""

    resource: Resource
    engine: str
    version: str
    multi_az: bool
    gib: float | None

    @property
    def copies(self) -> int:
        return 2 if self.multi_az else 1

    @property
    def deployment(self) -> str:
        return "multi-az" if self.multi_az else "single-az"


@estimates("aws_db_instance")
def db_instance(resource: Resource, bill: Bill) -> None:
    named = map(resource.get, ("replicate_source_db", "snapshot_identifier"))
    source = next((found for value in named if (found := bill.follow(value, "aws_db_instance"))), None)
    engine = resource.text("engine") or (source.text("engine") if source else "")
    if engine.startswith("aurora"):
        bill.unpriced("Aurora instances are priced as aws_rds_cluster_instance")
        return
    version, gib = "", None
    with bill.part("extended support"):
        version = resource.text("engine_version") or (source.text("engine_version") if source else "")
    with bill.part("storage"):
        gib = resource.number("allocated_storage") or (source.number("allocated_storage") if source else 0.0)
    database = Database(resource, engine, version, resource.flag("multi_az"), gib)
    with bill.part("instance"):
        _bill_instance(database, bill)
    with bill.part("storage"):
        bill_storage(database, bill)
    with bill.part("backup"):
        _bill_backup(database, bill)
    with bill.part("Performance Insights"):
        kept = resource.number("performance_insights_retention_period")
        if kept > bill.constant("aws.rds.performance-insights-free-days") and not insights_are_advanced(resource):
            bill.unpriced("Performance Insights history beyond the free days is not priced")


def _bill_instance(database: Database, bill: Bill) -> None:
    engine = ENGINES.get(database.engine)
    if engine is None:
        what = database.engine or "the engine (not written)"
        bill.unpriced(f"{what} is not priced: its licence is not in the data")
        return
    if not engine_licensed_openly(database.resource):
        bill.unpriced(f"licence model {database.resource.text('license_model')} is not priced")
    name = database.resource.text("instance_class")
    managed = bill.catalog.managed("aws", bill.region, "rds", engine, database.deployment, name)
    if managed is None:
        bill.unpriced(f"no price for {engine} on {name} ({database.deployment}) in {bill.region}")
        return
    running = scheduled(bill, fixed(1))
    label = f"{engine} {name}, {database.deployment}"
    hours = running.number.times(bill.hours)
    bill.add_priced(label, managed.price, hours, sku=name, assumptions=running.assumptions)
    vcpus = hours.times((managed.vcpu or 0) * database.copies)
    if not refuses_extended_support(database.resource):
        bill_database_support(bill, f"rds-{engine}", database.version, vcpus, assumptions=running.assumptions)
    with bill.part("Database Insights"):
        if insights_are_advanced(database.resource):
            bill.add("Database Insights, advanced", INSIGHTS, "vcpu-hour", vcpus, assumptions=running.assumptions)


def insights_are_advanced(resource: Resource) -> bool:
    """Advanced mode is billed by vCPU and brings its own 15 months of history."""
    return resource.text("database_insights_mode") == "advanced"


def refuses_extended_support(resource: Resource) -> bool:
    """Such a database is upgraded by AWS when standard support ends; it is never charged."""
    return resource.text("engine_lifecycle_support") == "open-source-rds-extended-support-disabled"


def engine_licensed_openly(resource: Resource) -> bool:
    model = resource.text("license_model")
    return not model or model in ("general-public-license", "postgresql-license")


def bill_storage(database: Database, bill: Bill) -> None:
    """Allocated storage, twice in a Multi-AZ pair, and IOPS and throughput beyond what gp3 includes."""
    resource, gib, zones = database.resource, database.gib, database.deployment
    if gib is None:
        return
    if not gib:
        bill.unpriced("the allocated storage comes from a snapshot or source outside the stack")
        return
    iops, mibps = resource.number("iops"), resource.number("storage_throughput")
    kind = resource.text("storage_type", "io1" if iops else "gp2")
    if kind in ("gp2", "gp3"):
        bill.add(f"storage ({kind})", f"rds.storage-general-purpose-ssd-{kind}-{zones}", "gb-month", gib)
    elif kind in ("io1", "io2"):
        storage = f"rds.storage-provisioned-iops-ssd-{kind}"
        bill.add(f"storage ({kind})", storage if zones == "single-az" else f"{storage}-multi-az", "gb-month", gib)
        provisioned = "rds.provisioned-iops" if zones == "single-az" else "rds.provisioned-iops-multi-az"
        bill.add("provisioned IOPS", provisioned, "iops-month", iops)
    elif kind == "standard":
        magnetic = "rds.storage-magnetic" if zones == "single-az" else "rds.storage-magnetic-multi-az"
        bill.add("storage (magnetic)", magnetic, "gb-month", gib)
        bill.usage("I/O requests", "rds.i-o-requests", "request", "aws.ebs.standard-io-requests")
    else:
        bill.unpriced(f"storage type {kind} is not priced")
    if kind == "gp3":
        tier = "gp3-striped" if gib >= bill.constant("aws.rds.gp3-striping-gib") else "gp3"
        extra_iops = iops - bill.constant(f"aws.rds.{tier}-included-iops")
        extra_mibps = mibps - bill.constant(f"aws.rds.{tier}-included-mibps")
        if extra_iops > 0:
            bill.add(
                "IOPS beyond the baseline", f"rds.provisioned-gp3-iops-above-12-000-{zones}", "iops-month", extra_iops
            )
        if extra_mibps > 0:
            bill.add("throughput beyond the baseline", f"rds.gp3-throughput-{zones}", "mibps-month", extra_mibps)


def _bill_backup(database: Database, bill: Bill) -> None:
    """Backups beyond the allocated size, which is free: one full copy and the daily changes kept."""
    days = database.resource.number("backup_retention_period")
    if not days or not database.gib:
        return
    used, changed = bill.assume("aws.rds.used-share"), bill.assume("aws.rds.daily-change-share")
    full, changes = used.quantity, product(changed.quantity, days - 1)
    kept = Money(full.low + changes.low, full.likely + changes.likely, full.high + changes.high)
    beyond = above(kept, 1.0).times(database.gib)
    if beyond.high:
        sku = "rds.additional-backup-storage-mariadb"
        bill.assumed("backup storage beyond the free part", sku, "gb-month", beyond, used, changed)


@estimates("aws_db_snapshot")
def db_snapshot(resource: Resource, bill: Bill) -> None:
    source = bill.follow(resource.get("db_instance_identifier"), "aws_db_instance")
    gib = source.number("allocated_storage") if source else 0.0
    if not gib:
        bill.unpriced("the database it is taken from is outside the stack")
        return
    used = bill.assume("aws.rds.used-share")
    bill.assumed("snapshot", "rds.additional-backup-storage-mariadb", "gb-month", used.quantity.times(gib), used)


@estimates("aws_db_proxy")
def db_proxy(resource: Resource, bill: Bill) -> None:
    bill.usage("proxied vCPUs", "rds.proxy", "vcpu-hour", "aws.rds.proxied-vcpus", bill.hours)
