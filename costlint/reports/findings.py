"""One finding in at most four lines, five where its place fills one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from costlint.model import Change, Finding
from costlint.reports.amounts import counted, dollars, three_ways, worth
from costlint.reports.changes import diff, short_change, short_diff
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, Piece, indented, line, wrapped

MOST_LINES = 4
"""Of a finding; one more where its place needs a line of its own."""
_MESSAGE = 2
_ID = 8
SHOWN = 8
"""How much of a fingerprint is shown: enough for costlint ignore to know the finding by."""
_MODULE = re.compile(r"(^|\.)module\.[\w-]+(\[[^\[\]]*\])?$")
_LAST_INDEX = re.compile(r"\[[^\[\]]*\]$")


def finding_lines(finding: Finding, gutter: int, width: int, paint: Paint, *, fingerprint: bool = False) -> list[str]:
    """Saving and message, where to edit, what to change, and if asked for the beginning of its fingerprint. `gutter`
    is the width of the column of amounts."""
    indent: Piece = (" " * (gutter + 2), "plain")
    message = wrapped(printable(finding.message) or printable(finding.rule.title), width - gutter - 2, most=_MESSAGE)
    amount: Piece = (worth(finding).rjust(gutter) + "  ", "amount" if finding.saving else "dim")
    lines = [line([amount, (message[0], "strong")], width, paint)]
    lines += [line([indent, (part, "strong")], width, paint) for part in message[1:]]
    place, *notes = _place(finding, fingerprint)
    room = MOST_LINES - min(len(lines), _MESSAGE) - 1
    if gutter + 2 + len(place[0]) + _ID > width:
        lines.append(indent[0] + paint(*place))
        lines.append(line([indent, *notes[1:]], width, paint))
    else:
        lines.append(line([indent, place, *notes], width, paint))
    for pieces in _changes(finding, room):
        lines.append(line([indent, *pieces], width, paint))
    return lines


def accepted_lines(finding: Finding, width: int) -> list[str]:
    """A finding that is accepted: its fingerprint, rule and place, why, until when, and where that is written."""
    head = f"{finding.fingerprint[:SHOWN]}  {finding.rule.id}  {printable(str(finding.span))}"
    return [f"  {head}", *indented(acceptance(finding), 4, width)]


def acceptance(finding: Finding) -> str:
    """Why a finding is accepted, until when, and where that is written."""
    found = finding.acceptance
    until = f", until {found.until}" if found and found.until else ""
    place = f" ({found.place})" if found and found.place else ""
    return printable(f"{finding.suppressed}{until}{place}")


def _place(finding: Finding, fingerprint: bool) -> list[Piece]:
    pieces: list[Piece] = [(printable(str(finding.span)), "place"), ("  ", "plain")]
    pieces.append((printable(finding.rule.id), finding.severity))
    if fingerprint:
        pieces.append((f"  {printable(finding.fingerprint[:SHOWN])}", "dim"))
    notes: list[str] = []
    if len(finding.addresses) > 1:
        notes.append(f"×{len(finding.addresses)}")
    if finding.environment.name or finding.environment.kind:
        notes.append(printable(finding.environment.name or finding.environment.kind or ""))
    if finding.library:
        notes.append("library")
    elif where := occurring(finding):
        notes.append(where)
    if ways := three_ways(finding.saving, finding.list_saving, finding.cash_saving):
        notes.append(ways)
    if frees := freeing(finding):
        notes.append(frees)
    if finding.usage_based:
        notes.append("assumed")
    if between := spanning(finding):
        notes.append(between)
    if among := sharing(finding):
        notes.append(among)
    if not finding.editable:
        notes.append("its module has no input for it")
    elif finding.changes and _MODULE.search(finding.changes[0].address):
        notes.append(f"to pass to {printable(finding.changes[0].address)}")
    if len(finding.changes) > 1:
        notes.append(counted(len(finding.changes), "edit"))
    if finding.unpriced and finding.saving is None and finding.exposure is None:
        notes.append(printable(finding.unpriced[0]))
    if finding.addresses and _LAST_INDEX.sub("", finding.addresses[0]) not in finding.message:
        notes.append(printable(finding.addresses[0]))
    if notes:
        pieces.append(("  " + " · ".join(notes), "dim"))
    return pieces


def sharing(finding: Finding) -> str:
    """What else the line decides; empty for nothing."""
    if not finding.reaches:
        return "production shares the line" if finding.shared else ""
    others = f" and {len(finding.reaches) - 1} more" if len(finding.reaches) > 1 else ""
    return f"the line decides {printable(finding.reaches[0])}{others}, too"


def spanning(finding: Finding) -> str:
    """The ends of a saving that may turn out smaller: `$0.00–$6,182`; empty for a certain one."""
    saving = finding.saving
    if saving is None or finding.cash_saving is not None or round(saving.low, 2) >= round(saving.likely, 2):
        return ""
    return f"{dollars(saving.low)}–{dollars(saving.high)}"


def freeing(finding: Finding) -> str:
    """Which node pools a change frees a share of, and whether their nodes then go by themselves; empty for none."""
    freed = [one for one in finding.freed if one.amount.likely > 0]
    if not freed:
        return ""
    names = ", ".join(printable(one.pool) for one in freed)
    return f"frees {names}" + (", whose nodes go by themselves" if all(one.scales for one in freed) else "")


def occurring(finding: Finding) -> str:
    """How many of the stacks that share its line a finding is in, and whether any of them counts in the total."""
    stacks = finding.stacks
    words: list[str] = []
    if len(stacks) > 1:
        roots = {one.stack.partition(" [")[0] for one in stacks}
        share = f"{len(stacks)} of {finding.among}" if len(stacks) < finding.among else f"all {len(stacks)}"
        words.append(f"in {share} environments" if len(roots) == 1 else f"in {len(stacks)} stacks")
    if stacks and not any(one.counted for one in stacks):
        words.append("not in the total")
    return ", ".join(words)


def _changes(finding: Finding, room: int) -> list[list[Piece]]:
    if not finding.changes or room < 1:
        return []
    whole = [[piece] for change in finding.changes for piece in diff(change)]
    if len(whole) <= room:
        return whole
    first, *rest = finding.changes
    if not rest:
        return [short_diff(first)]
    also: Piece = ("  also " + ", ".join(map(short_change, rest)) + _elsewhere(finding, rest), "after")
    if room == 1:
        return [[*short_diff(first), also]]
    first_lines = [[piece] for piece in diff(first)]
    return [*(first_lines if len(first_lines) < room else [short_diff(first)]), [also]]


def _elsewhere(finding: Finding, rest: Sequence[Change]) -> str:
    """Where further edits are to be made, if that is another file; of several places the first."""
    places = (one.span for one in rest if one.span is not None)
    span = next((span for span in places if span.file != finding.span.file), None)
    return f" ({printable(span.file)}:{span.line})" if span is not None else ""
