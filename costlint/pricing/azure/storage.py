"""Storage accounts: what they hold is assumed; tier, replication and management policy decide what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from costlint.model import Resource
from costlint.pricing.ageing import Step, class_shares
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product
from costlint.pricing.sections import section, sections

_POLICY = "azurerm_storage_management_policy"
_MOVES = {
    "cool": "tier_to_cool_after_days_since_modification_greater_than",
    "cold": "tier_to_cold_after_days_since_modification_greater_than",
    "archive": "tier_to_archive_after_days_since_modification_greater_than",
    "": "delete_after_days_since_modification_greater_than",
}
_COLD = ("cool", "cold", "archive")


@estimates("azurerm_storage_account")
def account(resource: Resource, bill: Bill) -> None:
    kind = resource.text("account_kind").lower()
    tier = resource.text("account_tier").lower()
    redundancy = resource.text("account_replication_type").lower().replace("-", "")
    access = resource.text("access_tier").lower()
    if kind == "filestorage":
        bill.free()
        return
    stored = bill.assume("azure.storage.stored-gb")
    span = bill.assume("azure.storage.span-days")
    policies = bill.referring(_POLICY)
    steps = [step for policy in policies for step in _steps(policy)] if tier == "standard" else []
    shares = class_shares(access, steps, span.quantity.likely)
    basis = (stored, span) if steps else (stored,)
    for level, share in shares.items():
        sku = _capacity(bill, kind, tier, redundancy, level)
        quantity = stored.quantity.times(share)
        bill.assumed(f"{level} storage ({redundancy.upper()})", sku, "gb-month", quantity, *basis)
        if level in _COLD:
            read = bill.assume("azure.storage.cold-read-share")
            retrieved = product(quantity, read.quantity)
            bill.assumed(f"{level} retrieval", f"storage.data-retrieval-{level}", "gb", retrieved, *basis, read)
    if resource.flag("blob_properties.versioning_enabled"):
        expiring = any(rule.blocks("actions.version") for policy in policies for rule in sections(policy, "rule"))
        old = bill.assume(f"azure.storage.noncurrent-share{'-expiring' if expiring else ''}")
        quantity = product(stored.quantity, old.quantity)
        bill.assumed("old versions", _capacity(bill, kind, tier, redundancy, access), "gb-month", quantity, stored, old)
    for operation in ("write", "read"):
        sku = _first_priced(bill, "operation", _names(f"{operation}-operations", kind, tier, redundancy, access))
        bill.usage(f"{operation} operations", sku, "operation", f"azure.storage.{operation}-operations")


@estimates(_POLICY)
def management_policy(resource: Resource, bill: Bill) -> None:
    """Changes what the account costs; free itself."""
    bill.free()


@estimates("azurerm_storage_share")
def share(resource: Resource, bill: Bill) -> None:
    accounts = bill.referred("azurerm_storage_account")
    if not accounts:
        bill.unpriced("its storage account is not in the stack")
        return
    redundancy = accounts[0].text("account_replication_type").lower()
    level = resource.text("access_tier").lower()
    if accounts[0].text("account_tier").lower() == "premium":
        quota = resource.number("quota")
        bill.add("provisioned storage", f"storage-share.data-at-rest-premium-{redundancy}", "gb-month", quota)
        return
    sku = f"storage-share.data-at-rest-{level}-{redundancy}"
    bill.usage("storage", sku, "gb-month", "azure.storage.share-stored-gb")


@estimates("azurerm_storage_queue")
def queue(resource: Resource, bill: Bill) -> None:
    sku = f"storage-queue.capacity-storagev2-standard-{_redundancy(bill)}"
    bill.usage("storage", sku, "gb-month", "azure.storage.queue-gb")


@estimates("azurerm_storage_table")
def table(resource: Resource, bill: Bill) -> None:
    bill.usage("storage", f"storage-table.capacity-{_redundancy(bill)}", "gb-month", "azure.storage.table-gb")


def _redundancy(bill: Bill) -> str:
    """How the account is replicated; locally redundant if it is not in the stack."""
    accounts = bill.referred("azurerm_storage_account")
    return accounts[0].text("account_replication_type").lower().replace("-", "") if accounts else "lrs"


def _steps(policy: Resource) -> Iterator[Step]:
    """What enabled rules over whole accounts do to blobs by age."""
    for rule in sections(policy, "rule"):
        filters = section(rule, "filters")
        if not rule.flag("enabled", True) or (filters is not None and filters.values("prefix_match")):
            continue
        for to, path in _MOVES.items():
            if rule.get(f"actions.base_blob.{path}") is not None:
                yield Step(rule.number(f"actions.base_blob.{path}"), to)


def _capacity(bill: Bill, kind: str, tier: str, redundancy: str, level: str) -> str:
    names = [
        *_names("capacity-first-50tb", kind, tier, redundancy, level),
        *_names("capacity", kind, tier, redundancy, level),
    ]
    if tier == "premium":
        return _first_priced(bill, "gb-month", names)
    return _first_priced(bill, "gb-month", [name for name in names if name.endswith(f"-{level}")])


def _names(what: str, kind: str, tier: str, redundancy: str, level: str) -> list[str]:
    return [f"storage.{what}-{kind}-{tier}-{redundancy}-{level}", f"storage.{what}-{kind}-{tier}-{redundancy}"]


def _first_priced(bill: Bill, unit: str, skus: list[str]) -> str:
    """The first SKU the catalog prices here, else the first (which is then said to be unpriced)."""
    return next((sku for sku in skus if bill.price(sku, unit) is not None), skus[0])
