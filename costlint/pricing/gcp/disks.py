"""Persistent disks, Hyperdisks, snapshots and images."""

from __future__ import annotations

from costlint.model import Money, Resource
from costlint.pricing.blocks import last_segment
from costlint.pricing.estimating import Bill, estimates

_WITH_IOPS = ("pd-extreme", "hyperdisk-extreme")
_WITH_BASELINE = {"hyperdisk-balanced": ("iops", "throughput"), "hyperdisk-balanced-high-availability": ()}


@estimates("google_compute_disk")
def disk(resource: Resource, bill: Bill) -> None:
    kind = last_segment(resource.text("type"))
    bill_disk(bill, kind, resource.number("size", _image_size(bill)), Money.exactly(1))
    _provisioned(resource, bill, kind)


@estimates("google_compute_region_disk")
def region_disk(resource: Resource, bill: Bill) -> None:
    kind = last_segment(resource.text("type"))
    bill_disk(bill, kind, resource.number("size", _image_size(bill)), Money.exactly(1), regional=True)


@estimates("google_compute_snapshot", "google_compute_region_disk_snapshot")
def snapshot(resource: Resource, bill: Bill) -> None:
    disks = bill.referred("google_compute_disk", "google_compute_region_disk")
    size = disks[0].number("size", _image_size(bill)) if disks else _image_size(bill)
    bill.usage("snapshot storage", "disk.snapshot", "gib-month", "gcp.snapshot.share-of-disk", times=size)


@estimates("google_compute_image")
def image(resource: Resource, bill: Bill) -> None:
    size = resource.number("disk_size_gb", _image_size(bill))
    bill.usage("image storage", "disk.storage", "gb-month", "gcp.snapshot.share-of-disk", times=size)


@estimates("google_compute_machine_image")
def machine_image(resource: Resource, bill: Bill) -> None:
    bill.usage(
        "image storage", "compute-machine-image.storage", "gb-month", "gcp.snapshot.share-of-disk", _image_size(bill)
    )


def bill_disk(bill: Bill, kind: str, gib: float, disks: Money, *, regional: bool = False, name: str = "") -> None:
    """Bill `disks` disks of `gib` GiB each."""
    sku = f"disk.{kind}{'-regional' if regional else ''}"
    bill.add(name or f"{kind} storage", sku, "gib-month", disks.times(gib))


def default_size(bill: Bill) -> float:
    """GiB of a boot disk whose size comes from its image."""
    return _image_size(bill)


def _image_size(bill: Bill) -> float:
    return bill.catalog.assumption("gcp.limit.image-gib").quantity.likely


def _provisioned(resource: Resource, bill: Bill, kind: str) -> None:
    if kind in _WITH_IOPS:
        iops = resource.number("provisioned_iops")
        if iops:
            bill.add("provisioned IOPS", f"disk.provisioned-iops-{kind}", "iops-month", iops)
        else:
            bill.unpriced(f"{kind} bills IOPS by the number provisioned, which is not stated")
    for measure in _WITH_BASELINE.get(kind, ()):
        included = bill.catalog.assumption(f"gcp.limit.{kind}-{measure}").quantity.likely
        above = resource.number(f"provisioned_{measure}") - included
        if above > 0:
            bill.add(f"{measure} above the baseline", f"disk.provisioned-{measure}-{kind}", f"{measure}-month", above)
