"""Volumes on file systems many pods share: EFS and Azure Files, billed for what is kept on them, whatever a claim asks
for; shares of Azure's Premium tier for their size.

Sources: aws.amazon.com/efs/pricing, azure.microsoft.com/pricing/details/storage/files.
"""

from __future__ import annotations

from costlint.pricing.counts import Count
from costlint.pricing.estimating import Bill

EFS = "efs:"
AZURE_FILES = "files:"

_PREMIUM = "premium_"
_STANDARD = "standard_"


def bill_efs(name: str, count: Count, bill: Bill) -> None:
    """The data of a claim on EFS; nothing where the stack has the file systems themselves, which are billed for it."""
    if bill.of_type("aws_efs_file_system"):
        bill.free()
        return
    bill.usage(f"{name} (EFS)", "efs.storage-standard", "gb-month", "aws.efs.stored-gb", count.number)


def bill_share(name: str, kind: str, tier: str, size: float, count: Count, bill: Bill) -> None:
    """A share of Azure Files for a claim, of a SKU (`standard_lrs`) and an access tier ("": the default)."""
    sku = "storage-share.data-at-rest-{}-{}".format
    if kind.startswith(_PREMIUM):
        amount = count.number.times(max(size, bill.constant("azure.files.premium-least-gib")))
        bill.add(f"{name} (Azure Files)", sku("premium", kind.removeprefix(_PREMIUM)), "gb-month", amount)
        return
    if not kind.startswith(_STANDARD):
        bill.unpriced(f"{name}: shares of the SKU {kind} have no price")
        return
    redundancy = kind.removeprefix(_STANDARD).removeprefix("ra")
    stored = sku(tier.lower() or "transactionoptimized", redundancy)
    bill.usage(f"{name} (Azure Files)", stored, "gb-month", "azure.storage.share-stored-gb", count.number)
