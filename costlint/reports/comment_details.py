"""What a comment keeps behind a fold: assumptions, what has no price, what is fixed or only moved, and the input."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from costlint.model.differences import Diff, DiffDiagnostic, FindingDelta, ResourceDelta
from costlint.reports.amounts import dollars
from costlint.reports.comment_edits import shallow
from costlint.reports.diff_words import cause

if TYPE_CHECKING:
    from costlint.reports.comment import Manner

MOST_ERRORS = 5
"""That stand above the fold."""
_MOST_FOLDED = 15
_MOST_OPEN = 3


def details(diff: Diff, findings: Sequence[FindingDelta], manner: Manner) -> str:
    """The sections that have something to say, in a fold where the platform has one. `findings` are those that are
    shown."""
    sections = (
        _Section("Without a price", "without a price", _unpriced(diff), lambda one: _unpriced_line(one, manner)),
        _Section("Assumed", "assumptions", _assumptions(diff, findings), manner.prose),
        _Section("Fixed", "fixed", diff.of_status("fixed"), lambda one: _fixed_line(one, manner)),
        _Section("At the same cost", "at the same cost", _moves(diff), lambda one: _moved_line(one, manner)),
        _Section("Not checked", "not checked", [one.unchecked for one in diff.rails if one.unchecked], manner.prose),
        _Section("Input", "about the input", _input(diff), lambda one: _input_line(one, manner)),
    )
    told = [section for section in sections if section.items]
    if not told:
        return ""
    most = _MOST_FOLDED if manner.dialect.html else _MOST_OPEN
    parts = [f"**{section.title}**\n\n" + "\n".join(_lines(section, most)) for section in told]
    if not manner.dialect.html:
        return "\n\n".join(parts)
    head = " · ".join(f"{len(one.items):,} {_numbered(one.short, len(one.items))}" for one in told)
    return "\n\n".join([f"<details><summary>{head}</summary>", *parts, "</details>"])


def facts(one: FindingDelta, manner: Manner) -> list[str]:
    """Where a finding is, its rule, and how often and how surely it holds."""
    found = [manner.place(one.file, one.line, one.end_line), manner.code(one.rule)]
    if len(one.addresses) > 1:
        found.append(f"×{len(one.addresses):,}")
    if one.environment or one.environment_kind:
        found.append(manner.prose(one.environment or one.environment_kind or ""))
    if one.confidence != "high":
        found.append(f"{one.confidence} confidence")
    return found


def why(one: ResourceDelta, unreadable: Collection[str] = ()) -> str:
    """The cause of a difference; resources beside it without the modules they share. `unreadable` are files that can no
    longer be read."""
    beside = one.address[: one.address.rfind(".", 0, one.address.rfind(".")) + 1]
    changes = tuple(
        replace(
            change,
            before=shallow(change.before),
            after=shallow(change.after),
            address=change.address.removeprefix(beside) if beside else change.address,
        )
        for change in one.changes
    )
    return cause(replace(one, changes=changes), unreadable)


class _Section(NamedTuple):
    """What is told together: `short` counts it, `line` writes one of it."""

    title: str
    short: str
    items: Sequence[Any]
    line: Callable[[Any], str]


def _lines(section: _Section, most: int) -> list[str]:
    rest = len(section.items) - most
    lines = [f"- {section.line(one)}" for one in section.items[:most]]
    return [*lines, f"- and {rest:,} more"] if rest > 0 else lines


def _numbered(text: str, number: int) -> str:
    return text.removesuffix("s") if text == "assumptions" and number == 1 else text


def _unpriced(diff: Diff) -> list[ResourceDelta]:
    return [one for one in diff.resources if one.status != "moved" and (one.unpriced or one.unpriced_before)]


def _unpriced_line(one: ResourceDelta, manner: Manner) -> str:
    return f"{manner.code(one.address)} {manner.prose('; '.join([why(one), *(one.unpriced or one.unpriced_before)]))}"


def _assumptions(diff: Diff, findings: Sequence[FindingDelta]) -> list[str]:
    told = [text for one in (*diff.drivers, *diff.by_usage) for text in one.assumptions]
    return list(dict.fromkeys([*told, *(text for finding in findings for text in finding.assumptions)]))


def _fixed_line(one: FindingDelta, manner: Manner) -> str:
    return f"{manner.prose(dollars(one.gain) + '/mo ' + (one.message or one.title))} {manner.code(one.rule)}"


def _moves(diff: Diff) -> list[ResourceDelta]:
    found = [one for one in diff.resources if one.status in ("moved", "changed") and one.comparable and not one.free]
    return [one for one in found if not round(one.delta.likely, 2) and not one.unpriced]


def _moved_line(one: ResourceDelta, manner: Manner) -> str:
    return f"{manner.code(one.address)} {manner.prose(why(one))}"


def _input(diff: Diff) -> list[DiffDiagnostic | str]:
    order = ("error", "warning")
    above = diff.newly_unreadable[:MOST_ERRORS]
    told = [one for one in diff.diagnostics if one.severity in order and not one.before and one not in above]
    return [*sorted(told, key=lambda one: (order.index(one.severity), one.side != "head")), *diff.notes]


def _input_line(one: DiffDiagnostic | str, manner: Manner) -> str:
    if isinstance(one, str):
        return manner.message(one)
    place = manner.place(one.file, one.line, before=one.side == "base")
    side = "" if one.side == "head" else " before"
    return f"**{one.severity}**{side} {place + ': ' if place else ''}{manner.message(one.message)}"
