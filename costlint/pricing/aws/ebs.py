"""EBS volumes and snapshots. Formulas: aws.amazon.com/ebs/pricing."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Money, Resource, is_unknown
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import amount, product
from costlint.pricing.sections import sections

_STORAGE = {
    "gp2": "ebs.gp2.storage",
    "gp3": "ebs.gp3.storage",
    "io1": "ebs.io1.storage",
    "io2": "ebs.io2.storage",
    "st1": "ebs.st1.storage",
    "sc1": "ebs.sc1.storage",
    "standard": "ebs.standard",
}


class Volume(NamedTuple):
    """A disk as declared: size in GiB (a range where nobody says), IOPS and MiB/s (0: the type's baseline)."""

    kind: str
    gib: float | Money
    iops: float = 0.0
    mibps: float = 0.0
    assumptions: tuple[str, ...] = ()


def bill_volume(bill: Bill, name: str, volume: Volume, count: float | Money = 1) -> None:
    """Bill `count` such volumes for the month: storage, and what is provisioned beyond the type's baseline."""
    sku = _STORAGE.get(volume.kind)
    if sku is None:
        bill.unpriced(f"{name}: volume type {volume.kind} is not priced")
        return
    number, assumed = amount(count), volume.assumptions
    storage = f"{name} ({volume.kind})"
    bill.add(storage, sku, "gb-month", product(number, volume.gib), assumptions=assumed, usage=bool(assumed))
    if volume.kind == "gp3":
        _beyond(bill, f"{name} IOPS", "ebs.gp3.iops", "iops-month", volume.iops, "aws.ebs.gp3-included-iops", number)
        _beyond(
            bill,
            f"{name} throughput",
            "ebs.gp3.throughput",
            "mibps-month",
            volume.mibps,
            "aws.ebs.gp3-included-mibps",
            number,
        )
    elif volume.kind == "io1":
        bill.add(f"{name} IOPS", "ebs.io1-iops", "iops-month", number.times(volume.iops))
    elif volume.kind == "io2":
        _io2_iops(bill, name, volume.iops, number)
    elif volume.kind == "standard":
        bill.usage(
            f"{name} I/O requests", "ebs.standard-i-o-requests", "request", "aws.ebs.standard-io-requests", number
        )


def declared_volume(disk: Resource, bill: Bill, kind: str = "type", size: str = "size") -> Volume | None:
    """The volume a block or resource declares; None (and said) if its size comes from a snapshot outside the stack.

    `kind` and `size` are the names of the attributes. Raises UnknownValue.
    """
    gib = disk.number(size)
    if not gib:
        source = bill.follow(disk.get("snapshot_id"), "aws_ebs_snapshot", "aws_ebs_snapshot_copy")
        gib = snapshot_gib(source, bill) if source else 0.0
    if not gib:
        bill.unpriced(f"{disk.address}: its size comes from a snapshot or image outside the stack")
        return None
    return Volume(disk.text(kind, "gp2"), gib, disk.number("iops"), disk.number("throughput"))


def snapshot_gib(snapshot: Resource, bill: Bill) -> float:
    """Size of the volume a snapshot was taken from, 0 if that is outside the stack. Raises UnknownValue."""
    written = snapshot.get("volume_size")
    if written is not None and not is_unknown(written):
        return snapshot.number("volume_size")
    of = bill.follow(snapshot.get("volume_id")) or bill.follow(snapshot.get("source_snapshot_id"))
    if of is None:
        return 0.0
    return of.number("size") if of.type == "aws_ebs_volume" else snapshot_gib(of, bill)


@estimates("aws_ebs_volume")
def ebs_volume(resource: Resource, bill: Bill) -> None:
    volume = declared_volume(resource, bill)
    if volume:
        bill_volume(bill, "storage", volume)


@estimates("aws_ebs_snapshot", "aws_ebs_snapshot_copy")
def ebs_snapshot(resource: Resource, bill: Bill) -> None:
    gib = snapshot_gib(resource, bill)
    if not gib:
        bill.unpriced("the volume it is taken from is outside the stack")
        return
    used = bill.assume("aws.ebs.snapshot-used-share")
    archived = resource.text("storage_tier", "standard") == "archive"
    sku = "ebs.snapshot-archive" if archived else "ebs.snapshot.storage"
    bill.assumed("snapshot storage", sku, "gb-month", used.quantity.times(gib), used)


@estimates("aws_ebs_fast_snapshot_restore")
def fast_snapshot_restore(resource: Resource, bill: Bill) -> None:
    bill.add("fast snapshot restore in one zone", "ebs.fast-snapshot-restore", "dsu-hour", bill.hours)


@estimates("aws_ami_from_instance", "aws_ami_copy", "aws_ami")
def machine_image(resource: Resource, bill: Bill) -> None:
    """The snapshots behind an image: the written size of its disks, else that of a usual root disk."""
    used, disk = bill.assume("aws.ebs.snapshot-used-share"), bill.assume("aws.ec2.root-disk-gib")
    written = sum(block.number("volume_size") for block in sections(resource, "ebs_block_device"))
    gib = written or disk.quantity.likely
    bill.assumed("snapshots", "ebs.snapshot.storage", "gb-month", used.quantity.times(gib), used, disk)


def _beyond(bill: Bill, name: str, sku: str, unit: str, declared: float, included: str, count: Money) -> None:
    extra = declared - bill.constant(included)
    if extra > 0:
        bill.add(f"{name} beyond the baseline", sku, unit, count.times(extra))


def _io2_iops(bill: Bill, name: str, iops: float, count: Money) -> None:
    first, second = bill.constant("aws.ebs.io2-first-tier-iops"), bill.constant("aws.ebs.io2-second-tier-iops")
    tiers = (
        ("ebs.io2-iops-first-32000", min(iops, first)),
        ("ebs.io2-iops-32001-64000", min(iops, second) - first),
        ("ebs.io2-iops-above-64000", iops - second),
    )
    for sku, part in tiers:
        if part > 0:
            bill.add(f"{name} IOPS", sku, "iops-month", count.times(part))
