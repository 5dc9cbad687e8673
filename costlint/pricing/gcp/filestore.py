"""Filestore instances, billed for the capacity provisioned."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill, estimates
from costlint.pricing.sections import sections

_ALSO_CALLED = {"STANDARD": "basic-hdd", "PREMIUM": "basic-ssd"}


@estimates("google_filestore_instance")
def filestore(resource: Resource, bill: Bill) -> None:
    """A small Basic HDD instance pays a fee beside its capacity; provisioned performance is billed apart."""
    tier = resource.text("tier").upper()
    kind = _ALSO_CALLED.get(tier, tier.lower().replace("_", "-"))
    gib = sum(share.number("capacity_gb") for share in sections(resource, "file_shares"))
    if not gib:
        bill.unpriced("the capacity of its file share is not stated")
        return
    bill.add(f"{kind} capacity", f"filestore.{kind}", "gib-month", gib)
    if kind == "basic-hdd" and gib < bill.constant("gcp.filestore.small-gib"):
        bill.add("small instance", "filestore.basic-hdd-small-instance", "month", 1)
    if resource.blocks("performance_config"):
        bill.unpriced("provisioned performance of Filestore has no price in the catalog")
