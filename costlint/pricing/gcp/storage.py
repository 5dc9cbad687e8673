"""Cloud Storage buckets and registries.

How much a bucket holds is an assumption; what it costs follows from storage class, location and lifecycle rules.
"""

from __future__ import annotations

from costlint.model import Money, Resource
from costlint.pricing.ageing import Step, class_shares
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product
from costlint.pricing.sections import sections

_MULTI = ("US", "EU", "ASIA")
_CLASSES = {
    "STANDARD": "standard",
    "MULTI_REGIONAL": "standard",
    "REGIONAL": "standard",
    "NEARLINE": "nearline",
    "COLDLINE": "coldline",
    "ARCHIVE": "archive",
    "DURABLE_REDUCED_AVAILABILITY": "durable-reduced-availability",
}
_COLD = ("nearline", "coldline", "archive")
_AUTOCLASS_DAYS = {"nearline": "gcp.gcs.autoclass-nearline-days", "archive": "gcp.gcs.autoclass-archive-days"}


@estimates("google_storage_bucket")
def bucket(resource: Resource, bill: Bill) -> None:
    suffix = _place(resource, bill)
    stored = bill.assume("gcp.gcs.stored-gib")
    span = bill.assume("gcp.gcs.span-days")
    shares = class_shares(_class(resource.text("storage_class")), _steps(resource, bill), span.quantity.likely)
    why = (str(stored), str(span)) if len(shares) > 1 or sum(shares.values()) < 1 else (str(stored),)
    for kind, share in shares.items():
        quantity = stored.quantity.times(share)
        bill.add(f"{kind} storage", f"gcs.storage-{kind}{suffix}", "gib-month", quantity, assumptions=why, usage=True)
        if kind in _COLD:
            read = bill.assume("gcp.gcs.cold-read-share")
            retrieved = product(quantity, read.quantity)
            sku = f"gcs.retrieval-{kind}{suffix}"
            bill.add(f"{kind} retrieval", sku, "gib", retrieved, assumptions=(*why, str(read)), usage=True)
    _extra_copies(resource, bill, stored.quantity, suffix)
    for name, sku, key in (
        ("class A operations", "gcs.object-adds-bucket-object-list-class-a-standard", "gcp.gcs.class-a-operations"),
        (
            "class B operations",
            "gcs.object-gets-retrieve-bucket-object-metadata-class-b-standard",
            "gcp.gcs.class-b-operations",
        ),
    ):
        bill.usage(name, sku, "operation", key)


@estimates("google_artifact_registry_repository")
def artifact_registry(resource: Resource, bill: Bill) -> None:
    expiring = bool(resource.blocks("cleanup_policies")) and not resource.flag("cleanup_policy_dry_run")
    key = "gcp.artifact-registry.stored-gb-expiring" if expiring else "gcp.artifact-registry.stored-gb"
    bill.usage("image storage", "artifact-registry-repository.storage", "gb-month", key)


@estimates("google_container_registry")
def container_registry(resource: Resource, bill: Bill) -> None:
    bill.usage("image storage", "container-registry.storage-standard", "gib-month", "gcp.artifact-registry.stored-gb")


def _place(resource: Resource, bill: Bill) -> str:
    """Point the bill at the bucket's location; the suffix its storage SKUs carry there."""
    location = resource.text("location").upper()
    if not location:
        return ""
    if resource.blocks("custom_placement_config"):
        bill.region = {"US": "NAM4", "EU": "EUR4", "ASIA": "ASIA1"}.get(location, location)
        return "-dual"
    if location in _MULTI:
        bill.region = location
        return "-multi"
    if location in ("NAM4", "EUR4", "ASIA1"):
        bill.region = location
        return "-dual"
    bill.region = location.lower()
    return ""


def _class(text: str) -> str:
    return _CLASSES.get(text.upper(), text.lower())


def _steps(resource: Resource, bill: Bill) -> list[Step]:
    steps = []
    for rule in sections(resource, "lifecycle_rule"):
        if _concerns_old_versions(rule) or _concerns_few(rule) or rule.get("condition.age") is None:
            continue
        action = rule.text("action.type")
        if action == "Delete":
            steps.append(Step(rule.number("condition.age"), ""))
        elif action == "SetStorageClass":
            steps.append(Step(rule.number("condition.age"), _class(rule.text("action.storage_class"))))
    if resource.flag("autoclass.enabled"):
        last = _class(resource.text("autoclass.terminal_storage_class", "NEARLINE"))
        for kind in dict.fromkeys(("nearline", last)):
            days = bill.constant(_AUTOCLASS_DAYS[kind])
            steps.append(Step(days, kind))
    return steps


def _concerns_old_versions(rule: Resource) -> bool:
    return (
        rule.text("condition.with_state").upper() == "ARCHIVED"
        or bool(rule.number("condition.num_newer_versions"))
        or bool(rule.number("condition.days_since_noncurrent_time"))
    )


def _concerns_few(rule: Resource) -> bool:
    """A rule for some prefixes or suffixes says nothing about the bucket as a whole."""
    return any(
        rule.values(f"condition.{path}") for path in ("matches_prefix", "matches_suffix", "matches_storage_class")
    )


def _extra_copies(resource: Resource, bill: Bill, stored: Money, suffix: str) -> None:
    """Noncurrent versions, and deleted objects kept for their soft-delete days; both in the bucket's own class."""
    sku = f"gcs.storage-{_class(resource.text('storage_class'))}{suffix}"
    if resource.flag("versioning.enabled"):
        rules = sections(resource, "lifecycle_rule")
        expiring = any(_concerns_old_versions(rule) and rule.text("action.type") == "Delete" for rule in rules)
        share = bill.assume(f"gcp.gcs.noncurrent-share{'-expiring' if expiring else ''}")
        quantity = product(stored, share.quantity)
        bill.add(
            "noncurrent versions",
            sku,
            "gib-month",
            quantity,
            assumptions=(str(bill.assume("gcp.gcs.stored-gib")), str(share)),
            usage=True,
        )
    kept = resource.number("soft_delete_policy.retention_duration_seconds")
    if kept:
        daily = bill.assume("gcp.gcs.deleted-share-per-day")
        days = kept / bill.constant("gcp.seconds-per-day")
        quantity = product(stored, daily.quantity).times(days)
        bill.add(
            "soft-deleted objects",
            sku,
            "gib-month",
            quantity,
            assumptions=(str(bill.assume("gcp.gcs.stored-gib")), str(daily)),
            usage=True,
        )
