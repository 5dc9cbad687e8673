"""Persistent disks, Hyperdisks, snapshots and images."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.counts import ONE, Count, last_segment
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates

_BY_IOPS = ("pd-extreme", "hyperdisk-extreme")
_BEYOND_BASELINE = ("hyperdisk-balanced", "hyperdisk-balanced-high-availability")
_SNAPSHOT_SHARE = "gcp.snapshot.share-of-disk"


@estimates("google_compute_disk")
def disk(resource: Resource, bill: Bill) -> None:
    kind = last_segment(resource.text("type"))
    bill_disk(bill, kind, resource.number("size", default_size(bill)))
    _bill_performance(resource, bill, kind)


@estimates("google_compute_region_disk")
def region_disk(resource: Resource, bill: Bill) -> None:
    kind = last_segment(resource.text("type"))
    bill_disk(bill, kind, resource.number("size", default_size(bill)), regional=True)


@estimates("google_compute_snapshot", "google_compute_region_disk_snapshot")
def snapshot(resource: Resource, bill: Bill) -> None:
    disks = bill.referred("google_compute_disk", "google_compute_region_disk")
    if not disks:
        bill.unpriced("the disk it is taken from is outside the stack")
        return
    size = disks[0].number("size", default_size(bill))
    bill.usage("snapshot storage", "disk.snapshot", "gib-month", _SNAPSHOT_SHARE, times=size)


@estimates("google_compute_image")
def image(resource: Resource, bill: Bill) -> None:
    size = resource.number("disk_size_gb", default_size(bill))
    bill.usage("image storage", "disk.storage", "gb-month", _SNAPSHOT_SHARE, times=size)


@estimates("google_compute_machine_image")
def machine_image(resource: Resource, bill: Bill) -> None:
    bill.usage("image storage", "compute-machine-image.storage", "gb-month", _SNAPSHOT_SHARE, times=default_size(bill))


def bill_disk(
    bill: Bill, kind: str, gib: float, disks: Count = ONE, *, regional: bool = False, name: str = "storage"
) -> None:
    """Bill disks of `gib` GiB each."""
    sku = f"disk.{kind}{'-regional' if regional else ''}"
    bill.add(f"{name} ({kind})", sku, "gib-month", disks.number.times(gib), assumptions=disks.assumptions)


def default_size(bill: Bill) -> float:
    """GiB of a disk whose size comes from its image."""
    return bill.constant("gcp.image-gib")


def _bill_performance(resource: Resource, bill: Bill, kind: str) -> None:
    if kind in _BY_IOPS:
        iops = resource.number("provisioned_iops")
        if iops:
            bill.add("provisioned IOPS", f"disk.provisioned-iops-{kind}", "iops-month", iops)
        else:
            bill.unpriced(f"{kind} bills the IOPS provisioned, which are not stated")
    if kind in _BEYOND_BASELINE:
        for measure, unit in (("iops", "iops-month"), ("throughput", "mibps-month")):
            beyond = resource.number(f"provisioned_{measure}") - bill.constant(f"gcp.hyperdisk-balanced.{measure}")
            if beyond > 0:
                bill.add(f"{measure} beyond the baseline", f"disk.provisioned-{measure}-{kind}", unit, beyond)
