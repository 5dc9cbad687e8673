"""What a comment keeps behind a fold: assumptions, what has no price, what is fixed or only moved, and the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from costlint.model.differences import Diff, FindingDelta
from costlint.reports.amounts import counted, dollars
from costlint.reports.diff import cause

if TYPE_CHECKING:
    from costlint.reports.comment import Manner

_MOST_FOLDED = 15
_MOST_OPEN = 3


def details(diff: Diff, findings: Sequence[FindingDelta], manner: Manner) -> str:
    """The sections that have something to say, in a fold where the platform has one. `findings` are those that are
    shown."""
    sections = [
        ("Without a price", "without a price", _unpriced(diff, manner)),
        ("Assumed", "assumptions", _assumptions(diff, findings, manner)),
        ("Fixed", "fixed", _fixed(diff, manner)),
        ("At the same cost", "at the same cost", _moves(diff, manner)),
        ("Not checked", "not checked", [f"- {manner.prose(rail.unchecked)}" for rail in diff.rails if rail.unchecked]),
        ("Input", "about the input", _input(diff, manner)),
    ]
    told = [(title, short, lines) for title, short, lines in sections if lines]
    if not told:
        return ""
    most = _MOST_FOLDED if manner.dialect.html else _MOST_OPEN
    parts = [f"**{title}**\n\n" + "\n".join(_first(lines, most)) for title, _, lines in told]
    if not manner.dialect.html:
        return "\n\n".join(parts)
    head = " · ".join(f"{len(lines):,} {_singular(short, len(lines))}" for _, short, lines in told)
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


def _unpriced(diff: Diff, manner: Manner) -> list[str]:
    found = [one for one in diff.resources if one.status != "moved" and (one.unpriced or one.unpriced_before)]
    return [
        f"- {manner.code(one.address)} {manner.prose('; '.join([cause(one), *(one.unpriced or one.unpriced_before)]))}"
        for one in found
    ]


def _assumptions(diff: Diff, findings: Sequence[FindingDelta], manner: Manner) -> list[str]:
    told = [text for one in (*diff.drivers, *diff.by_usage) for text in one.assumptions]
    told += [text for finding in findings for text in finding.assumptions]
    return [f"- {manner.prose(text)}" for text in dict.fromkeys(told)]


def _fixed(diff: Diff, manner: Manner) -> list[str]:
    return [
        f"- {manner.prose(dollars(one.gain) + '/mo ' + (one.message or one.title))} {manner.code(one.rule)}"
        for one in diff.of_status("fixed")
    ]


def _moves(diff: Diff, manner: Manner) -> list[str]:
    found = [one for one in diff.resources if one.status in ("moved", "changed") and one.comparable and not one.free]
    found = [one for one in found if not round(one.delta.likely, 2) and not one.unpriced]
    return [f"- {manner.code(one.address)} {manner.prose(cause(one))}" for one in found]


def _input(diff: Diff, manner: Manner) -> list[str]:
    order = ("error", "warning")
    told = [one for one in diff.diagnostics if one.severity in order]
    lines = []
    for one in sorted(told, key=lambda one: (order.index(one.severity), one.side != "head")):
        place = manner.place(one.file, one.line) if one.side == "head" else manner.code(one.file) if one.file else ""
        side = "" if one.side == "head" else " before"
        lines.append(f"- **{one.severity}**{side} {place + ': ' if place else ''}{manner.prose(one.message)}")
    return lines + [f"- {manner.prose(note)}" for note in diff.notes]


def _first(lines: Sequence[str], most: int) -> list[str]:
    rest = len(lines) - most
    return [*lines[:most], f"- and {rest:,} more"] if rest > 0 else list(lines)


def _singular(text: str, number: int) -> str:
    return counted(number, "assumption").partition(" ")[2] if text == "assumptions" else text
