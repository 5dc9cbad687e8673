"""S3 buckets. How much a bucket holds is nowhere in Terraform, so every line rests on named assumptions; what the
configuration does decide is the storage class the data is in, how long it stays, and what piles up beside it."""

from __future__ import annotations

from typing import NamedTuple

from costlint.catalog import Assumption
from costlint.model import Money, Resource
from costlint.pricing.aws.s3_lifecycle import Ageing, join, lifecycle_of
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product, remainder
from costlint.pricing.sections import sections

_DAYS_PER_MONTH = 365 / 12
_MB_PER_GB = 1024


class StorageClass(NamedTuple):
    """SKUs of a storage class; "" where there is no such charge."""

    storage: str
    retrieval: str = ""
    transition: str = ""


_CLASSES = {
    "STANDARD": StorageClass("s3.standard.storage"),
    "STANDARD_IA": StorageClass(
        "s3.standard-infrequent-access-storage",
        "s3.standard-infrequent-access-retrievals",
        "s3.standard-infrequent-access-lifecycle-transition",
    ),
    "ONEZONE_IA": StorageClass(
        "s3.one-zone-infrequent-access-storage",
        "s3.one-zone-infrequent-access-retrievals",
        "s3.one-zone-infrequent-access-lifecycle-transition",
    ),
    "GLACIER_IR": StorageClass(
        "s3.glacier-instant-retrieval-storage",
        "s3.glacier-instant-retrieval-retrievals",
        "s3.glacier-instant-retrieval-lifecycle-transition",
    ),
    "GLACIER": StorageClass(
        "s3.glacier-flexible-retrieval-storage",
        "s3.glacier-flexible-retrieval-retrievals-standard",
        "s3.glacier-flexible-retrieval-lifecycle-transition",
    ),
    "DEEP_ARCHIVE": StorageClass(
        "s3.glacier-deep-archive-storage",
        "s3.glacier-deep-archive-retrievals-standard",
        "s3.glacier-deep-archive-lifecycle-transition",
    ),
}


@estimates("aws_s3_bucket")
def bucket(resource: Resource, bill: Bill) -> None:
    stored = bill.assume("aws.s3.stored-gb")
    versioned = False
    with bill.part("old versions"):
        versioned = _versioned(resource, bill)
    with bill.part("storage"):
        for ageing, data, basis in _parts(lifecycle_of(resource, bill), stored, bill):
            _bill_ageing(ageing, data, basis, bill, versioned)
    bill.usage("PUT, COPY, POST, LIST requests", "s3.standard-put-copy-post-list-requests", "request", "aws.s3.writes")
    bill.usage("GET and other requests", "s3.standard-get-select-and-all-other-requests", "request", "aws.s3.reads")


@estimates("aws_s3_directory_bucket")
def directory_bucket(resource: Resource, bill: Bill) -> None:
    bill.usage("storage, Express One Zone", "s3.express-one-zone-storage", "gb-month", "aws.s3.stored-gb")


@estimates("aws_s3_bucket_replication_configuration")
def replication(resource: Resource, bill: Bill) -> None:
    """Traffic to the other region, and the copy itself where its bucket is not part of this stack."""
    bill.free()
    stored, days = bill.assume("aws.s3.stored-gb"), bill.assume("aws.s3.accumulation-days")
    monthly = stored.quantity.times(_DAYS_PER_MONTH / days.quantity.likely)
    for rule in sections(resource, "rule"):
        if rule.text("status", "Enabled") != "Enabled":
            continue
        for target in sections(rule, "destination"):
            copy = bill.follow(target.get("bucket"), "aws_s3_bucket")
            if copy is None:
                kept = _CLASSES.get(target.text("storage_class", "STANDARD"), _CLASSES["STANDARD"])
                bill.assumed("replicated copy", kept.storage, "gb-month", stored.quantity, stored)
            if copy is None or copy.region.name != bill.region:
                bill.assumed("data replicated", "data-transfer.inter-region", "gb", monthly, stored, days)


def _parts(rules: list[Ageing], stored: Assumption, bill: Bill) -> list[tuple[Ageing, Money, tuple[Assumption, ...]]]:
    """The stock split by the rules that cover it: all of it, or an assumed share where rules name a prefix or tag."""
    everywhere = join(rule for rule in rules if rule.whole)
    narrowed = [rule for rule in rules if not rule.whole]
    if not narrowed:
        return [(everywhere, stored.quantity, (stored,))]
    covered = bill.assume("aws.s3.filtered-share")
    inside = product(stored.quantity, covered.quantity)
    outside = product(stored.quantity, remainder(covered.quantity))
    basis = (stored, covered)
    return [(join([everywhere, *narrowed]), inside, basis), (everywhere, outside, basis)]


def _bill_ageing(ageing: Ageing, data: Money, basis: tuple[Assumption, ...], bill: Bill, versioned: bool) -> None:
    days = bill.assume("aws.s3.accumulation-days")
    span = days.quantity.likely
    for name, share in ageing.classes(span).items():
        if share > 0:
            _bill_class(name, "", data.times(share), data.times(1 / span), (*basis, days), bill)
    if versioned:
        old = bill.assume("aws.s3.old-versions-share")
        versions = product(data, old.quantity)
        for name, share in ageing.old_classes(span).items():
            if share > 0:
                used = (*basis, old, days)
                _bill_class(name, ", old versions", versions.times(share), versions.times(1 / span), used, bill)
    parts = bill.assume("aws.s3.abandoned-uploads-share")
    left = product(data, parts.quantity, ageing.uploads_left(span))
    bill.assumed("storage, abandoned uploads", "s3.standard.storage", "gb-month", left, *basis, parts)


def _bill_class(name: str, what: str, data: Money, daily: Money, basis: tuple[Assumption, ...], bill: Bill) -> None:
    """Storage in one class, reading from it, and the requests that move new data into it each month."""
    if name == "INTELLIGENT_TIERING":
        _bill_intelligent(what, data, basis, bill)
        return
    kind = _CLASSES.get(name)
    if kind is None:
        bill.unpriced(f"storage class {name} is not priced")
        return
    bill.assumed(f"storage, {name}{what}", kind.storage, "gb-month", data, *basis)
    if kind.retrieval:
        read = bill.assume("aws.s3.cold-read-share")
        bill.assumed(f"retrieval, {name}{what}", kind.retrieval, "gb", product(data, read.quantity), *basis, read)
    if kind.transition:
        size = bill.assume("aws.s3.object-mb")
        moved = daily.times(_DAYS_PER_MONTH * _MB_PER_GB / size.quantity.likely)
        bill.assumed(f"transitions to {name}{what}", kind.transition, "request", moved, *basis, size)


def _bill_intelligent(what: str, data: Money, basis: tuple[Assumption, ...], bill: Bill) -> None:
    idle, size = bill.assume("aws.s3.idle-share"), bill.assume("aws.s3.object-mb")
    quiet, busy = product(data, idle.quantity), product(data, remainder(idle.quantity))
    frequent, infrequent = (f"s3.intelligent-tiering-storage-{tier}-access" for tier in ("frequent", "infrequent"))
    bill.assumed(f"storage, Intelligent-Tiering frequent{what}", frequent, "gb-month", busy, *basis, idle)
    bill.assumed(f"storage, Intelligent-Tiering infrequent{what}", infrequent, "gb-month", quiet, *basis, idle)
    objects = data.times(_MB_PER_GB / size.quantity.likely)
    monitoring = "s3.intelligent-tiering-monitoring-and-automation"
    bill.assumed(f"monitoring, Intelligent-Tiering{what}", monitoring, "object", objects, *basis, size)


def _versioned(resource: Resource, bill: Bill) -> bool:
    if resource.flag("versioning.enabled"):
        return True
    siblings = bill.linked("aws_s3_bucket_versioning", of=resource)
    return any(sibling.text("versioning_configuration.status") == "Enabled" for sibling in siblings)
