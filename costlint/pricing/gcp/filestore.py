"""Filestore instances, billed for the capacity provisioned."""

from __future__ import annotations

from costlint.model import Money, Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import sections

ONE = Money.exactly(1)

_SMALL = "filestore.basic-hdd-small-instance"
_ALSO_CALLED = {"STANDARD": "basic-hdd", "PREMIUM": "basic-ssd"}


def bill_capacity(bill: Bill, name: str, kind: str, gib: float, count: Money = ONE) -> None:
    """Bill `count` instances of a tier (as the price list calls it) for their capacity in GiB."""
    called = f"{name} (Filestore {kind})" if name else f"{kind} capacity"
    bill.add(called, f"filestore.{kind}", "gib-month", count.times(gib))
    if kind == "basic-hdd" and gib < bill.constant("gcp.filestore.small-gib"):
        bill.add(f"{name}: small instance" if name else "small instance", _SMALL, "month", count)


@estimates("google_filestore_instance")
def filestore(resource: Resource, bill: Bill) -> None:
    """A small Basic HDD instance pays a fee beside its capacity; provisioned performance is billed apart."""
    tier = resource.text("tier").upper()
    kind = _ALSO_CALLED.get(tier, tier.lower().replace("_", "-"))
    gib = sum(share.number("capacity_gb") for share in sections(resource, "file_shares"))
    if not gib:
        bill.unpriced("the capacity of its file share is not stated")
        return
    bill_capacity(bill, "", kind, gib)
    if resource.blocks("performance_config"):
        bill.unpriced("provisioned performance of Filestore has no price in the catalog")
