"""Cutting a file at its definitions: to read large files in sections, and to lose as little as possible of
broken ones.

The grammar's own error recovery loses later blocks in most typical errors (a missing brace swallows the rest
of the file), so the definitions of a broken section are parsed one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tree_sitter import Node

from costlint.readers.terraform import grammar as g
from costlint.readers.terraform.ast import Problem
from costlint.readers.terraform.mistakes import explain

SECTION = 1 << 16
"""Sections of about this many bytes are parsed at a time: a tree takes some 70 times its source."""

_MOST_UNCLOSED = 20  # searches for an end that is not there would take quadratic time in hostile files
_MOST_CONFLICTS = 100

_KEYWORDS = (
    rb"(?:resource|data|module|variable|output|locals|provider|terraform|moved|import|removed|check|ephemeral|action)"
)
_HEADER = rb"^" + _KEYWORDS + rb'(?=[ \t]*[{"])'
_CUT = re.compile(rb"\n(?=" + _KEYWORDS + rb'[ \t]*[{"])')
_COMMENT = rb"^[ \t]*(?:#|//)[^\n]*|^[ \t]*/\*"
_HEREDOC = rb"<<-?([A-Za-z_][A-Za-z0-9_-]*)[ \t]*\r?\n"
_DEFINITION = re.compile(_HEADER, re.MULTILINE)
_DEFINITIONS = re.compile(_HEADER + rb"|" + _COMMENT + rb"|" + _HEREDOC, re.MULTILINE)
_ANY_HEADER = rb'^[A-Za-z_"(][^\n=]*=(?!=)|^[A-Za-z_][A-Za-z0-9_-]*(?:[ \t]+"[^"\n]*")*[ \t]*\{'
_ANY_DEFINITIONS = re.compile(_ANY_HEADER + rb"|" + _COMMENT + rb"|" + _HEREDOC, re.MULTILINE)
_CONFLICT = re.compile(rb"^<{7} [^\n]*\n?", re.MULTILINE)
_CONFLICT_END = re.compile(rb"^>{7}(?: [^\n]*)?$\n?", re.MULTILINE)
_EXPONENT = re.compile(rb"(?<![A-Za-z0-9_.-])[0-9]+[eE][+-]?[0-9]+(?![A-Za-z0-9_.])")


def readable(data: bytes) -> tuple[bytes, list[Problem]]:
    """The data as UTF-8 of the same length; bytes that are not become "?" and one problem."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        problem = Problem(error.start, f"not UTF-8 text: byte 0x{data[error.start]:02X}")
        text = data.decode(errors="surrogateescape")
        return "".join("?" if "\udc80" <= c <= "\udcff" else c for c in text).encode(), [problem]
    return data, []


def definitions(data: bytes, problems: list[Problem]) -> Iterator[list[Node]]:
    """The attribute and block nodes of a file, section by section; what cannot be read becomes a problem."""
    start = 0
    text = data
    while start < len(data):
        cut = _CUT.search(data, start + SECTION) if len(data) - start > SECTION else None
        end = cut.end() if cut else len(data)
        nodes = _parsed(text, start, end)
        if nodes is None and text is data:
            # The grammar refuses 1e3, which Terraform accepts: find the structure with digits in its place.
            text = _EXPONENT.sub(lambda match: b"1" * len(match[0]), data)
            nodes = _parsed(text, start, end)
        if nodes is not None:
            yield nodes
        else:
            starts = list(_starts(_DEFINITIONS, text, start))
            end = next((s for s in starts if s >= end), len(text))
            yield from _salvaged(text, start, end, [s for s in starts if start < s < end], problems)
        start = end


def _parsed(data: bytes, start: int, end: int) -> list[Node] | None:
    """The definitions between two offsets, None if there is a syntax error."""
    root = g.parse_tree(data, start, end).root_node
    return None if root.has_error else _nodes(root)


def _nodes(root: Node) -> list[Node]:
    return [node for child in root.children if child.kind_id == g.BODY for node in child.children]


def _starts(pattern: re.Pattern[bytes], data: bytes, start: int, end: int | None = None) -> Iterator[int]:
    """Offsets at which definitions begin in column 1, outside comments and heredocs."""
    stop = len(data) if end is None else end
    unclosed = 0
    while (match := pattern.search(data, start, stop)) is not None:
        start = match.end()
        if match[1]:
            if unclosed < _MOST_UNCLOSED:
                close = re.compile(rb"^[ \t]*" + match[1] + rb"[ \t]*\r?$", re.MULTILINE).search(data, start, stop)
                unclosed += close is None
                start = close.end() if close else start
        elif match[0].endswith(b"/*"):
            if unclosed < _MOST_UNCLOSED:
                close_at = data.find(b"*/", start, stop)
                unclosed += close_at < 0
                start = max(start, close_at)
        elif not match[0].lstrip().startswith((b"#", b"//")):
            yield match.start()


def _salvaged(data: bytes, start: int, end: int, starts: list[int], problems: list[Problem]) -> Iterator[list[Node]]:
    conflicts = _conflicts(data, start, end)
    for conflict_start, _ in conflicts:
        problems.append(Problem(conflict_start, "conflict markers: the merge conflict has to be resolved first"))
    starts = [s for s in starts if not any(a <= s < b for a, b in conflicts)]
    for begin, stop in pairwise([start, *starts, end]):
        nodes = _parsed(data, begin, stop)
        if nodes is not None:
            yield nodes
            continue
        inside = [conflict for conflict in conflicts if begin <= conflict[0] < stop]
        if inside:
            yield from _around_conflicts(data, begin, stop, inside)
        elif _DEFINITION.match(data, begin, stop):
            yield _before_stray_text(data, begin, stop, problems)
        else:
            yield from _loose(data, begin, stop, problems)


def _conflicts(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """The conflicts from their first marker to the end of the last; a marker without an end stands for its line."""
    found: list[tuple[int, int]] = []
    while len(found) < _MOST_CONFLICTS and (match := _CONFLICT.search(data, start, end)) is not None:
        close = _CONFLICT_END.search(data, match.end(), end)
        start = close.end() if close else match.end()
        found.append((match.start(), start))
    return found


def _around_conflicts(data: bytes, start: int, end: int, conflicts: list[tuple[int, int]]) -> Iterator[list[Node]]:
    """Definitions beside conflicts are kept; neither side of a conflict is, nor what it cuts in two."""
    for conflict_start, conflict_end in conflicts:
        before = _parsed(data, start, conflict_start)
        if before is not None:
            yield before
        start = conflict_end
    after = _parsed(data, start, end)
    if after is not None:
        yield after


def _before_stray_text(data: bytes, start: int, end: int, problems: list[Problem]) -> list[Node]:
    """A broken definition is dropped; one that is followed by stray text is kept."""
    root = g.parse_tree(data, start, end).root_node
    problem = explain(data, start, end, root)
    problems.append(problem)
    first = next(iter(_nodes(root)), None)
    if first is None or first.has_error or first.kind_id != g.BLOCK or first.end_byte > problem.start:
        return []
    closes_at_margin = data[first.end_byte - 2 : first.end_byte] == b"\n}"
    one_line = b"\n" not in data[start : first.end_byte]
    stray_brace = data[problem.start : problem.start + 1] == b"}"
    return [first] if (closes_at_margin or one_line) and not stray_brace else []


def _loose(data: bytes, start: int, end: int, problems: list[Problem]) -> Iterator[list[Node]]:
    """Text before the first known header, or a file of variable values: cut at whatever begins in column 1."""
    starts = list(_starts(_ANY_DEFINITIONS, data, start, end))
    bounds = sorted({start, *starts, end})
    position = 0
    while position + 1 < len(bounds):
        here = bounds[position]
        for count in (1, 2, 3):  # a value over several lines may itself begin lines in column 1
            if position + count >= len(bounds):
                continue
            nodes = _parsed(data, here, bounds[position + count])
            if nodes is not None:
                yield nodes
                position += count
                break
        else:
            stop = bounds[position + 1]
            problems.append(explain(data, here, stop, g.parse_tree(data, here, stop).root_node))
            position += 1
