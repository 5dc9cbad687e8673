"""What the lifecycle rules of a bucket do to data as it ages.

The stock of a bucket is taken as laid down evenly over an assumed span of days. A transition after d days then holds
in its class whatever is older than d; an expiration after d days leaves d days' worth.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from costlint.model import Resource, is_unknown
from costlint.pricing.estimating import Bill
from costlint.pricing.sections import sections


class Ageing(NamedTuple):
    """Days after which things happen to the data a rule covers; None for never.

    `transitions` are (days, storage class). `whole` False: the rule covers only some prefix or tag.
    """

    whole: bool = True
    transitions: tuple[tuple[float, str], ...] = ()
    expiration: float | None = None
    old_transitions: tuple[tuple[float, str], ...] = ()
    old_expiration: float | None = None
    abort_uploads: float | None = None

    def joined(self, other: Ageing) -> Ageing:
        """Both rules on the same data: the earlier one wins."""
        return Ageing(
            self.whole and other.whole,
            self.transitions + other.transitions,
            _earlier(self.expiration, other.expiration),
            self.old_transitions + other.old_transitions,
            _earlier(self.old_expiration, other.old_expiration),
            _earlier(self.abort_uploads, other.abort_uploads),
        )

    def classes(self, span: float) -> dict[str, float]:
        """Share of the stock in each storage class ("STANDARD" first); what has expired is missing from the sum."""
        return _classes(self.transitions, self.expiration, span)

    def old_classes(self, span: float) -> dict[str, float]:
        """The same for superseded versions."""
        return _classes(self.old_transitions, self.old_expiration, span)

    def uploads_left(self, span: float) -> float:
        """Share of the abandoned upload parts still stored."""
        return 1.0 if self.abort_uploads is None else min(1.0, self.abort_uploads / span)


def lifecycle_of(bucket: Resource, bill: Bill) -> list[Ageing]:
    """The enabled rules of a bucket, inline and from a sibling configuration. Raises UnknownValue."""
    rules = [_inline(rule) for rule in sections(bucket, "lifecycle_rule") if rule.flag("enabled")]
    for sibling in bill.linked("aws_s3_bucket_lifecycle_configuration", of=bucket):
        rules += [_rule(rule) for rule in sections(sibling, "rule") if rule.text("status", "Enabled") == "Enabled"]
    return rules


def join(rules: Iterable[Ageing]) -> Ageing:
    """All the rules on the same data as one."""
    joined = Ageing()
    for rule in rules:
        joined = joined.joined(rule)
    return joined


def _rule(rule: Resource) -> Ageing:
    return Ageing(
        whole=_covers_all(rule, "prefix", "filter.prefix", "filter.tag", "filter.and.prefix", "filter.and.tags"),
        transitions=_transitions(rule, "transition", "days"),
        expiration=_days(rule, "expiration", "days"),
        old_transitions=_transitions(rule, "noncurrent_version_transition", "noncurrent_days"),
        old_expiration=_days(rule, "noncurrent_version_expiration", "noncurrent_days"),
        abort_uploads=_days(rule, "abort_incomplete_multipart_upload", "days_after_initiation"),
    )


def _inline(rule: Resource) -> Ageing:
    abort = rule.number("abort_incomplete_multipart_upload_days")
    return Ageing(
        whole=_covers_all(rule, "prefix", "tags"),
        transitions=_transitions(rule, "transition", "days"),
        expiration=_days(rule, "expiration", "days"),
        old_transitions=_transitions(rule, "noncurrent_version_transition", "days"),
        old_expiration=_days(rule, "noncurrent_version_expiration", "days"),
        abort_uploads=abort or None,
    )


def _covers_all(rule: Resource, *narrowing: str) -> bool:
    """True if no prefix or tag narrows the rule; one that is not known narrows it."""
    return not any(is_unknown(value) or value for value in map(rule.get, narrowing))


def _days(rule: Resource, block: str, path: str) -> float | None:
    found = [b.number(path) for b in sections(rule, block) if b.get(path) is not None]
    return min((days for days in found if days > 0), default=None)


def _transitions(rule: Resource, block: str, path: str) -> tuple[tuple[float, str], ...]:
    blocks = [b for b in sections(rule, block) if b.get("date") is None]
    return tuple((b.number(path), b.text("storage_class")) for b in blocks)


def _earlier(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _classes(transitions: tuple[tuple[float, str], ...], expiration: float | None, span: float) -> dict[str, float]:
    end = span if expiration is None else min(span, expiration)
    shares: dict[str, float] = {"STANDARD": 0.0}
    since, current = 0.0, "STANDARD"
    for days, storage_class in sorted(transitions):
        until = min(max(days, since), end)
        shares[current] = shares.get(current, 0.0) + (until - since) / span
        since, current = until, storage_class
    shares[current] = shares.get(current, 0.0) + (end - since) / span
    return shares
