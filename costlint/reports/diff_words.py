"""What a comparison says in few words, wherever it is read: the verdict, amounts with their signs, causes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from costlint.model.differences import AttributeChange, Diff, FindingStatus, ResourceDelta
from costlint.reports import limits
from costlint.reports.amounts import counted, dollars
from costlint.reports.escaping import printable

UP, DOWN, EVEN = "▲", "▼", "="
_NOUNS: dict[FindingStatus, str] = {"new": "new finding", "fixed": "fixed"}
_MOST_CHANGES = 3
_LONGEST = 48


def verdict(diff: Diff) -> str:
    """The whole comparison in one line: `▲ +$1,402/mo (+12%) · 3 new findings worth $880/mo · 1 fixed`. What cannot be
    read since is part of it: `▲ at least +$0.00/mo · 1 file could not be read`."""
    parts = [_moved(diff)] if diff.costs_compared else []
    broken = diff.newly_unreadable
    if broken:
        files = len({one.file for one in broken})
        parts.append(f"{counted(files, 'file') if all(one.file for one in broken) else 'some input'} could not be read")
    if round(diff.total.aside.likely, 2) and diff.costs_compared:
        parts.append(f"{signed(diff.total.aside.likely)}/mo not in the total")
    for status, noun in _NOUNS.items():
        found = diff.of_status(status)
        if found:
            worth = sum(one.gain for one in found)
            number = counted(len(found), noun) if status == "new" else f"{len(found):,} {noun}"
            parts.append(number + (f" worth {dollars(worth)}/mo" if round(worth, 2) > 0 else ""))
    if diff.findings_compared and not diff.of_status("new") and not broken:
        parts.append("no new findings")
    crossed = [rail for rail in diff.rails if rail.crossed]
    if crossed:
        parts.append(f"{counted(len(crossed), 'limit')} crossed")
    return " · ".join(parts) or "nothing to compare"


def signed(amount: float) -> str:
    """`+$12.30`, `-$4.00`, `$0.00`."""
    return f"+{dollars(amount)}" if round(amount, 2) > 0 else dollars(amount if round(amount, 2) else 0.0)


def arrow(amount: float) -> str:
    """▲ for more, ▼ for less, = for the same."""
    return UP if round(amount, 2) > 0 else DOWN if round(amount, 2) < 0 else EVEN


def cause(delta: ResourceDelta, unreadable: Collection[str] = ()) -> str:
    """Why a resource costs something else, in a few words: `instance_type t3.large → m5.xlarge`, `new`, `removed`. What
    was in one of the files that are `unreadable` now may still be there."""
    if delta.status == "removed" and delta.file in unreadable:
        return "removed, or in what could not be read"
    words: list[str] = []
    switched = any(change.path == "count" and not change.address for change in delta.changes)
    if delta.status in ("added", "removed") and not switched:
        number = delta.count_after or delta.count_before
        words.append(("new" if delta.status == "added" else "removed") + (f" ×{number}" if number > 1 else ""))
    words += [_change(change) for change in delta.changes[:_MOST_CHANGES]]
    if len(delta.changes) > _MOST_CHANGES:
        words.append(f"{len(delta.changes) - _MOST_CHANGES} more attributes")
    if delta.moved_from:
        words.append(f"moved from {delta.moved_from}")
    return printable(", ".join(words))


def cause_place(delta: ResourceDelta) -> tuple[str, int]:
    """Where the first value that differs is written, else the call of a module that brings the block or took it away,
    else where the block begins: file and line, "" and 0 for none."""
    written = _written(delta)
    if written is not None:
        return written.file, written.line
    return (delta.call_file, delta.call_line) if delta.call_file else (delta.file, delta.line)


def is_told_before(delta: ResourceDelta) -> bool:
    """Whether that place is one of the state before: of what is removed, unless a value that is there says so."""
    return delta.status == "removed" and _written(delta) is None


def stack_beside(stack: str, file: str) -> str:
    """A stack as it is to be named beside a place, "" where the path of the file says it already."""
    return "" if stack == "." or file.startswith(f"{stack}/") else stack


def told_by_usage(diff: Diff) -> list[ResourceDelta]:
    """What moves the part that rests on usage by more than a trifle at either end of its range."""
    return [one for one in diff.by_usage if max(abs(one.usage.low), abs(one.usage.high)) >= limits.TRIFLE]


def least_before_and_after(diff: Diff) -> tuple[str, str]:
    """`at least ` for each of the totals that is a lower bound."""
    partial = (diff.total.partial_before, diff.total.partial or bool(diff.newly_unreadable))
    return "at least " if partial[0] else "", "at least " if partial[1] else ""


def _moved(diff: Diff) -> str:
    delta, sums = diff.total.known, diff.total
    percent = 100 * delta.likely / sums.before.likely if round(sums.before.likely, 2) else 0.0
    share = f" ({percent:+,.0f}%)" if abs(percent) >= 0.5 else ""
    if diff.newly_unreadable and not round(delta.likely, 2):
        return f"{UP} at least +{dollars(0.0)}/mo"
    unsure = diff.newly_unreadable or (sums.partial and _newly_unpriced(diff))
    bound = (" up to" if round(delta.likely, 2) < 0 else " at least") if unsure else ""
    return f"{arrow(delta.likely)}{bound} {signed(delta.likely)}/mo{share}"


def _newly_unpriced(diff: Diff) -> list[ResourceDelta]:
    return [one for one in diff.resources if one.counted and one.status != "removed" and one.unpriced]


def _written(delta: ResourceDelta) -> AttributeChange | None:
    return next((change for change in delta.changes if change.file), None)


def _change(change: AttributeChange) -> str:
    where = f"{change.address} " if change.address else ""
    several = f" (×{change.instances})" if change.instances > 1 and change.path != "count" else ""
    before, after = _value(change.before), _value(change.after)
    return f"{where}{change.path} {f'{before} → {after}' if before != after else 'differs'}{several}"


def _value(value: Any) -> str:
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "unknown" if set(value) == {"unknown"} else f"{{{', '.join(map(str, value))}}}"
    if isinstance(value, list):
        if value and isinstance(value[0], dict):
            return counted(len(value), "block")
        return ", ".join(map(_value, value)) if len(value) <= _MOST_CHANGES else f"{len(value)} items"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
