"""Registries and file systems: ECR, EFS, FSx. Prices: aws.amazon.com/{ecr,efs,fsx}/pricing."""

from __future__ import annotations

from costlint.catalog import Assumption
from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import above, product, remainder
from costlint.pricing.sections import sections


@estimates("aws_ecr_repository")
def container_registry(resource: Resource, bill: Bill) -> None:
    """Images pile up until a lifecycle policy expires them."""
    stored = bill.assume("aws.ecr.stored-gb")
    basis: tuple[Assumption, ...] = (stored,)
    kept = stored.quantity
    if bill.linked("aws_ecr_lifecycle_policy"):
        share = bill.assume("aws.ecr.kept-share")
        basis, kept = (stored, share), product(kept, share.quantity)
    bill.assumed("images", "ecr-repository.storage", "gb-month", kept, *basis)


@estimates("aws_efs_file_system")
def elastic_file_system(resource: Resource, bill: Bill) -> None:
    one_zone = resource.get("availability_zone_name") is not None
    storage = "efs.storage-one-zone" if one_zone else "efs.storage-standard"
    stored = bill.assume("aws.efs.stored-gb")
    kept = stored.quantity
    with bill.part("storage"):
        if any(policy.get("transition_to_ia") is not None for policy in sections(resource, "lifecycle_policy")):
            cold = bill.assume("aws.efs.infrequent-share")
            moved = product(kept, cold.quantity)
            bill.assumed("storage, infrequent access", f"{storage}-infrequent-access", "gb-month", moved, stored, cold)
            read = bill.assume("aws.efs.infrequent-read-share")
            back = product(moved, read.quantity)
            bill.assumed("reads, infrequent access", "efs.read-requests-infrequent-access", "gb", back, stored, read)
            kept = product(kept, remainder(cold.quantity))
        bill.assumed("storage", storage, "gb-month", kept, stored)
    with bill.part("throughput"):
        mode = resource.text("throughput_mode", "bursting")
        if mode == "provisioned":
            included = stored.quantity.likely * bill.constant("aws.efs.included-mibps-per-gb")
            extra = max(0.0, resource.number("provisioned_throughput_in_mibps") - included)
            basis = (str(stored),)
            bill.add("provisioned throughput", "efs.provisioned-throughput", "mibps-month", extra, assumptions=basis)
        elif mode == "elastic":
            bill.usage("reads", "efs.elastic-reads", "gb", "aws.efs.read-gb")
            bill.usage("writes", "efs.elastic-writes", "gb", "aws.efs.written-gb")


@estimates("aws_fsx_lustre_file_system")
def lustre(resource: Resource, bill: Bill) -> None:
    kind = resource.text("deployment_type", "SCRATCH_1")
    disk = resource.text("storage_type", "SSD")
    if kind.startswith("SCRATCH"):
        tier = "scratch-2-ssd-storage"
    else:
        speed = f"{resource.number('per_unit_storage_throughput'):g}"
        tier = f"{kind.lower().replace('_', '-')}-{disk.lower()}-storage-{speed}-mb-s-tib"
    gib = _capacity(resource, bill)
    if gib:
        bill.add(f"storage, {kind} {disk}", f"fsx-lustre.{tier}", "gb-month", gib)


@estimates("aws_fsx_windows_file_system")
def windows(resource: Resource, bill: Bill) -> None:
    zones = "multi-az" if resource.text("deployment_type", "SINGLE_AZ_1").startswith("MULTI") else "single-az"
    disk = resource.text("storage_type", "SSD")
    gib = _capacity(resource, bill)
    if gib:
        bill.add(f"storage, {disk} {zones}", f"fsx-windows.{disk.lower()}-storage-{zones}", "gb-month", gib)
    mibps = resource.number("throughput_capacity")
    bill.add("throughput capacity", f"fsx-windows.throughput-capacity-{zones}", "mibps-month", mibps)
    _bill_backup(resource, bill, "fsx-windows.backup-storage-multi-az", gib)


@estimates("aws_fsx_ontap_file_system")
def ontap(resource: Resource, bill: Bill) -> None:
    kind = resource.text("deployment_type")
    zones = "multi-az" if kind.startswith("MULTI") else "single-az"
    gib = _capacity(resource, bill)
    if gib:
        bill.add(f"storage, SSD {zones}", f"fsx-ontap.ssd-storage-{zones}", "gb-month", gib)
    generation = "-2" if kind.endswith("_2") else ""
    mibps = resource.number("throughput_capacity") or resource.number("throughput_capacity_per_ha_pair")
    pairs = resource.number("ha_pairs", 1)
    bill.add("throughput capacity", f"fsx-ontap.throughput-capacity-{zones}{generation}", "mibps-month", mibps * pairs)


@estimates("aws_fsx_openzfs_file_system")
def openzfs(resource: Resource, bill: Bill) -> None:
    if resource.text("deployment_type").startswith("MULTI"):
        bill.unpriced("OpenZFS over several zones is not priced")
        return
    gib = _capacity(resource, bill)
    if gib:
        bill.add("storage, SSD", "fsx-openzfs.ssd-storage", "gb-month", gib)
    bill.add(
        "throughput capacity",
        "fsx-openzfs.throughput-capacity",
        "mibps-month",
        resource.number("throughput_capacity"),
    )
    with bill.part("IOPS"):
        if resource.text("disk_iops_configuration.mode", "AUTOMATIC") == "USER_PROVISIONED":
            extra = resource.number("disk_iops_configuration.iops") - gib * bill.constant("aws.fsx.iops-per-gib")
            if extra > 0:
                bill.add("IOPS beyond the baseline", "fsx-openzfs.provisioned-iops", "iops-month", extra)
    _bill_backup(resource, bill, "fsx-openzfs.backup-storage", gib)


def _capacity(resource: Resource, bill: Bill) -> float:
    gib = resource.number("storage_capacity")
    if not gib:
        bill.unpriced("the storage capacity comes from a backup")
    return gib


def _bill_backup(resource: Resource, bill: Bill, sku: str, gib: float) -> None:
    """Daily backups are incremental: one full copy and the changes of the days kept."""
    with bill.part("backup"):
        days = resource.number("automatic_backup_retention_days")
        if days:
            used, changed = bill.assume("aws.rds.used-share"), bill.assume("aws.rds.daily-change-share")
            kept = product(changed.quantity, days - 1)
            copies = above(type(kept)(*(a + b for a, b in zip(used.quantity, kept, strict=True))), 0)
            bill.assumed("backups", sku, "gb-month", copies.times(gib), used, changed)
