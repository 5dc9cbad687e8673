"""What a finding of a comparison wants written, as lines."""

from __future__ import annotations

import re

from costlint.model import Change, Span
from costlint.model.differences import FindingDelta, ProposedChange
from costlint.reports.changes import diff
from costlint.reports.edits import TextEdit, text_edit

_ADDED = re.compile(r"[+-] [\w-]+")
_LONGEST = 300
_LONGEST_LINE = 1000
_MOST_CHANGES = 100
_DEEPEST = 6


def edit_lines(one: FindingDelta, most: int) -> list[str]:
    """The lines to take out and to write, whole ones where they are known, at most `most` of them."""
    lines: list[str] = []
    column = 0
    for change in one.change[:_MOST_CHANGES]:
        edit = None if _is_unknown(change) else text_edit(_change(change))
        if edit is not None:
            found = [f"- {edit.line.strip().expandtabs(4)}", f"+ {edit.changed.strip().expandtabs(4)}"]
            column = found[0].find(" = ") + 1
        else:
            found = [_aligned(text, column) for text, _ in diff(_change(change))]
        lines += [each for each in found if each not in lines]
    cut = [line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…" for line in lines]
    if len(cut) > most:
        return [*cut[:most], f"  and {len(cut) - most} more"]
    return cut


def single_edit(one: FindingDelta) -> TextEdit | None:
    """The edit of one line that is the whole change of a finding, None if it is more than that."""
    edits: list[TextEdit] = []
    for change in one.change:
        edit = None if _is_unknown(change) else text_edit(_change(change))
        if edit is None or (edits and edit != edits[0]):
            return None
        edits.append(edit)
    return edits[0] if edits else None


def shallow(value: object, depth: int = _DEEPEST) -> object:
    """A value without what is nested deeper than anybody reads."""
    if isinstance(value, dict):
        return {name: shallow(item, depth - 1) for name, item in value.items()} if depth else "…"
    if isinstance(value, list):
        return [shallow(item, depth - 1) for item in value] if depth else "…"
    return value


def _aligned(line: str, column: int) -> str:
    """A line whose `=` stands where that of the edit beside it does, as `terraform fmt` has it."""
    name, sign, value = line.partition(" = ")
    return f"{name.ljust(column - 1)}{sign}{value}" if sign and _ADDED.fullmatch(name) else line


def _is_unknown(change: ProposedChange) -> bool:
    return any(isinstance(value, dict) and set(value) == {"unknown"} for value in (change.before, change.after))


def _change(one: ProposedChange) -> Change:
    span = Span(one.file, one.line, one.column, one.end_line, one.end_column) if one.file else None
    address, path, name = one.address[:_LONGEST], one.path[:_LONGEST], one.name[:_LONGEST]
    line = one.quoted if len(one.quoted) <= _LONGEST_LINE else ""
    return Change(address, path, _shown(one.before), _shown(one.after), span, name, line)


def _shown(value: object) -> object:
    """What is unknown, in the words it has."""
    if isinstance(value, dict) and set(value) == {"unknown"}:
        return _Words(value["unknown"])
    return shallow(value)


class _Words:
    """Text that is no literal."""

    def __init__(self, text: object) -> None:
        self._text = str(text)

    def __str__(self) -> str:
        return self._text
