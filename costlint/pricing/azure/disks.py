"""Managed disks and snapshots. Premium SSD, Standard SSD and Standard HDD are billed by size tier: a disk costs what
the next larger tier costs. Ultra and Premium SSD v2 are billed by GiB, IOPS and throughput."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.counts import ONE, Count
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates

_LETTERS = {"premium": "p", "standardssd": "e", "standard": "s"}
_TIERS = ("1", "2", "3", "4", "6", "10", "15", "20", "30", "40", "50", "60", "70", "80")
_SMALLEST = {"p": 0, "e": 0, "s": 3}


@estimates("azurerm_managed_disk")
def managed_disk(resource: Resource, bill: Bill) -> None:
    kind = resource.text("storage_account_type")
    size = resource.number("disk_size_gb")
    if not size:
        sources = bill.referred("azurerm_managed_disk", "azurerm_snapshot")
        size = sources[0].number("disk_size_gb") if sources else 0
    if not size:
        bill.unpriced("its size comes from an image or snapshot outside the stack")
        return
    if kind.lower() in ("ultrassd_lrs", "premiumv2_lrs"):
        _by_performance(resource, bill, kind.lower(), size)
        return
    bill_disk(bill, kind, size, tier=resource.text("tier"))


@estimates("azurerm_snapshot")
def snapshot(resource: Resource, bill: Bill) -> None:
    size = resource.number("disk_size_gb")
    disks = bill.referred("azurerm_managed_disk")
    if not size and disks:
        size = disks[0].number("disk_size_gb")
    if not size:
        bill.unpriced("the disk it is taken from is outside the stack")
        return
    bill.usage("snapshot storage", "snapshot.storage", "gb-month", "azure.snapshot.share-of-disk", times=size)


@estimates("azurerm_image", "azurerm_shared_image_version")
def image(resource: Resource, bill: Bill) -> None:
    size = resource.number("os_disk.size_gb") or bill.constant("azure.image-gib")
    bill.usage("image storage", "image.storage", "gb-month", "azure.snapshot.share-of-disk", times=size)


def bill_disk(bill: Bill, kind: str, gib: float, disks: Count = ONE, *, tier: str = "", name: str = "storage") -> None:
    """Bill disks of a tiered type ("Premium_LRS") and size each."""
    family, _, redundancy = kind.lower().partition("_")
    letter = _LETTERS.get(family)
    if letter is None:
        bill.unpriced(f"{name}: disk type {kind} is not billed by tier")
        return
    chosen = tier.lower() or f"{letter}{tier_number(bill, letter, gib)}"
    label = f"{name} ({kind} {chosen.upper()})"
    sku = f"managed-disk.{chosen}-{redundancy or 'lrs'}"
    bill.add(label, sku, "month", disks.number, assumptions=disks.assumptions)
    if letter == "s":
        bill.usage(
            f"{name} operations", "managed-disk.disk-operations", "operation", "azure.disk.operations", disks.number
        )


def tier_number(bill: Bill, letter: str, gib: float) -> str:
    """The tier a size is billed as: 100 GiB → "10" (128 GiB). The largest tier for anything beyond it."""
    for number in _TIERS[_SMALLEST[letter] :]:
        if gib <= bill.constant(f"azure.disk-tier-{number}-gib"):
            return number
    return _TIERS[-1]


def _by_performance(resource: Resource, bill: Bill, kind: str, gib: float) -> None:
    ultra = kind == "ultrassd_lrs"
    sku = "managed-disk.storage-ultra" if ultra else "managed-disk.storage-premiumv2"
    bill.add("storage", sku, "gib-month", _ultra_size(bill, gib) if ultra else gib)
    for measure, unit, path in (
        ("provisioned-iops", "iops-month", "disk_iops_read_write"),
        ("throughput", "mibps-month", "disk_mbps_read_write"),
    ):
        included = 0.0 if ultra else bill.constant(f"azure.premiumv2.{measure}")
        beyond = resource.number(path) - included
        if beyond > 0:
            name = f"managed-disk.{measure}" if ultra else f"managed-disk.{measure}-premiumv2"
            bill.add(measure.replace("-", " "), name, unit, beyond)
        elif ultra:
            bill.unpriced(f"{path} is not stated")


def _ultra_size(bill: Bill, gib: float) -> float:
    """Ultra disks are billed by the next size offered: powers of two up to 1 TiB, then whole TiB."""
    tib = bill.constant("azure.disk-tier-30-gib")
    if gib > tib:
        return tib * -(-gib // tib)
    size = bill.constant("azure.disk-tier-1-gib")
    while size < gib:
        size *= 2
    return size
