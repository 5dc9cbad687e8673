"""Cutting a file at its definitions: to read large files in sections, and to lose as little as possible of
broken ones.

The grammar's own error recovery loses later blocks in most typical errors (a missing brace swallows the rest
of the file), so the definitions of a broken section are parsed one by one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import pairwise

from tree_sitter import Node

from costlint.readers.terraform.syntax import grammar as g
from costlint.readers.terraform.syntax.ast import Problem

SECTION = 1 << 15
"""Sections of about this many bytes are parsed at a time: a tree takes some 70 times its source."""

MOST_PARTS = 500_000
_PATIENCE = 10.0  # seconds of parsing what turns out broken
_MOST_UNCLOSED = 20  # searches for an end that is not there would take quadratic time in hostile files
_MOST_CONFLICTS = 100

_KEYWORDS = (
    rb"(?:resource|data|module|variable|output|locals|provider|terraform|moved|import|removed|check|ephemeral|action)"
)
_HEADER = rb"^" + _KEYWORDS + rb'(?=[ \t]*[{"])'
_CUT = re.compile(rb"\n(?=" + _KEYWORDS + rb'[ \t]*[{"])')
_COMMENT = rb"^[ \t]*(?:#|//)[^\n]*|^[ \t]*/\*"
_HEREDOC = rb"<<-?([A-Za-z_][A-Za-z0-9_-]*)[ \t]*\r?\n"
_NOTHING = re.compile(rb"(?:[ \t\n]+|#[^\n]*\n|//[^\n]*\n)*")
_DEFINITION = re.compile(_HEADER, re.MULTILINE)
_DEFINITIONS = re.compile(_HEADER + rb"|" + _COMMENT + rb"|" + _HEREDOC, re.MULTILINE)
_ANY_HEADER = rb'^[A-Za-z_"(][^\n=]*=(?!=)|^[A-Za-z_][A-Za-z0-9_-]*(?:[ \t]+"[^"\n]*")*[ \t]*\{'
_ANY_DEFINITIONS = re.compile(_ANY_HEADER + rb"|" + _COMMENT + rb"|" + _HEREDOC, re.MULTILINE)
_CONFLICT = re.compile(rb"^<{7} [^\n]*\n?", re.MULTILINE)
_CONFLICT_END = re.compile(rb"^>{7}(?: [^\n]*)?$\n?", re.MULTILINE)
_EXPONENT = re.compile(rb"(?<![A-Za-z0-9_.])(?<![A-Za-z0-9_]-)[0-9]+[eE][+-]?[0-9]+(?![A-Za-z0-9_.])")


def readable(data: bytes) -> tuple[bytes, list[Problem]]:
    """The data as UTF-8 of the same length; bytes that are not become "?" and one problem."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        problem = Problem(error.start, f"not UTF-8 text: byte 0x{data[error.start]:02X}")
        text = data.decode(errors="surrogateescape")
        return "".join("?" if "\udc80" <= c <= "\udcff" else c for c in text).encode(), [problem]
    return data, []


def no_text(data: bytes) -> Problem | None:
    """What is wrong with data that holds no text at all, or not in UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Problem(0, "this file is in UTF-16; Terraform reads UTF-8 only")
    return Problem(data.index(b"\0"), "not a text file in UTF-8") if b"\0" in data else None


def is_outsized(data: bytes, start: int, end: int) -> bool:
    """True for a stretch whose tree would take gigabytes: a list of millions of numbers in one definition."""
    return end - start > MOST_PARTS and sum(data.count(mark, start, end) for mark in b",=\n([{$") > MOST_PARTS


def definitions(data: bytes, problems: list[Problem]) -> Iterator[list[Node]]:
    """The attribute and block nodes of a file, section by section; what cannot be read becomes a problem."""
    reader = _Reader(data, problems)
    start = 0
    while start < len(data):
        cut = _CUT.search(data, start + SECTION) if len(data) - start > SECTION else None
        end = cut.end() if cut else len(data)
        if is_outsized(data, start, end):
            problems.append(Problem(start, f"what begins here has more than {MOST_PARTS:,} parts; not read"))
            start = end
            continue
        nodes = reader.nodes(start, end)
        if nodes is not None:
            yield nodes
        elif reader.spent > _PATIENCE:
            problems.append(Problem(start, "too much of this file is broken; the rest of it is not read"))
            return
        else:
            starts = list(_starts(_DEFINITIONS, data, start))
            end = next((s for s in starts if s >= end), len(data))
            yield from reader.salvage(start, end, [s for s in starts if start < s < end])
        start = end


def next_definition(data: bytes, start: int) -> int:
    """Where the definition after the one that follows an offset begins, as far as lines tell."""
    first = _NOTHING.match(data, start)
    cut = _CUT.search(data, first.end() if first else start)
    return cut.end() if cut else len(data)


def sound(data: bytes, start: int, end: int) -> list[Node] | None:
    """The definitions between two offsets, None if anything is wrong there."""
    root = g.parse_tree(data, start, end).root_node
    if root.has_error or any(child.kind_id == g.OBJECT for child in root.children):
        return None
    return _nodes(root)


class _Reader:
    """Parses pieces of a file. `spent` are the seconds that went into pieces that turned out broken."""

    def __init__(self, data: bytes, problems: list[Problem]) -> None:
        self.data = data
        self.problems = problems
        self.spent = 0.0
        self._text = data
        self._masked = False
        self._failed: tuple[int, int, Node] | None = None

    def nodes(self, start: int, end: int) -> list[Node] | None:
        """The definitions between two offsets, None if there is a syntax error."""
        root = self.root(start, end)
        if root.has_error and not self._masked:
            # The grammar refuses 1e3, which Terraform accepts: find the structure with digits in its place.
            self._masked = True
            self._text = _EXPONENT.sub(lambda match: b"1" * len(match[0]), self.data)
            if self._text != self.data:
                self._failed = None
                root = self.root(start, end)
        if root.has_error:
            return None
        for child in root.children:
            if child.kind_id == g.OBJECT:
                message = "expected an argument or a block; JSON belongs into a file named .tf.json"
                self.problems.append(Problem(child.start_byte, message))
        return _nodes(root)

    def root(self, start: int, end: int) -> Node:
        """The tree between two offsets, broken or not."""
        if self._failed is not None and self._failed[:2] == (start, end):
            return self._failed[2]
        began = time.monotonic()
        root = g.parse_tree(self._text, start, end).root_node
        if root.has_error:
            self.spent += time.monotonic() - began
            self._failed = (start, end, root)
        return root

    def salvage(self, start: int, end: int, starts: list[int]) -> Iterator[list[Node]]:
        """What can be read of a broken stretch with definitions at the given offsets."""
        conflicts = _conflicts(self.data, start, end)
        for conflict_start, _ in conflicts:
            message = "conflict markers: the merge conflict has to be resolved first"
            self.problems.append(Problem(conflict_start, message))
        starts = [s for s in starts if not any(a <= s < b for a, b in conflicts)]
        for begin, stop in pairwise([start, *starts, end]):
            if self.spent > _PATIENCE:
                break
            nodes = self.nodes(begin, stop)
            if nodes is not None:
                yield nodes
                continue
            inside = [conflict for conflict in conflicts if begin <= conflict[0] < stop]
            if inside:
                yield from self._around(begin, stop, inside)
            elif _DEFINITION.match(self.data, begin, stop):
                yield self._before_stray_text(begin, stop)
            else:
                yield from self._loose(begin, stop)

    def _around(self, start: int, end: int, conflicts: list[tuple[int, int]]) -> Iterator[list[Node]]:
        """Definitions beside conflicts are kept; neither side of a conflict is, nor what it cuts in two."""
        for conflict_start, conflict_end in [*conflicts, (end, end)]:
            beside = self.nodes(start, conflict_start)
            if beside is not None:
                yield beside
            start = conflict_end

    def _before_stray_text(self, start: int, end: int) -> list[Node]:
        """A broken definition is dropped; one that is followed by stray text is kept."""
        root = self.root(start, end)
        problem = _explained(self.data, start, end, root)
        self.problems.append(problem)
        # Whole is what ends in its first line, or with a brace in column 1, before anything is wrong.
        for mark in (b"\n", b"\n}"):
            whole = self.data.find(mark, start, end) + len(mark)
            if len(mark) <= whole - start <= problem.start - start and (nodes := self.nodes(start, whole)):
                # Before a stray brace, indented text may belong to the block, whose end was then another's.
                stray_brace = self.data[problem.start : problem.start + 1] == b"}"
                indented = self.data[whole : problem.start].lstrip(b"\r\n").startswith((b" ", b"\t"))
                return [] if stray_brace and indented else nodes
        return []

    def _loose(self, start: int, end: int) -> Iterator[list[Node]]:
        """Text before the first known header, or a file of variable values: cut at whatever begins in column 1."""
        bounds = sorted({start, *_starts(_ANY_DEFINITIONS, self.data, start, end), end})
        position = 0
        while position + 1 < len(bounds) and self.spent <= _PATIENCE:
            here = bounds[position]
            for count in (1, 2, 3):  # a value over several lines may itself begin lines in column 1
                nodes = self.nodes(here, bounds[position + count]) if position + count < len(bounds) else None
                if nodes is not None:
                    yield nodes
                    position += count
                    break
            else:
                stop = bounds[position + 1]
                self.problems.append(_explained(self.data, here, stop, self.root(here, stop)))
                position += 1


def _explained(data: bytes, start: int, end: int, root: Node) -> Problem:
    from costlint.readers.terraform.syntax.mistakes import explain  # most files have none

    return explain(data, start, end, root)


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
                from costlint.readers.terraform.syntax.mistakes import heredoc_end

                close_at = heredoc_end(data, match[1], start, stop)
                unclosed += close_at < 0
                start = max(start, close_at)
        elif match[0].endswith(b"/*"):
            if unclosed < _MOST_UNCLOSED:
                close_at = data.find(b"*/", start, stop)
                unclosed += close_at < 0
                start = max(start, close_at)
        elif not match[0].lstrip().startswith((b"#", b"//")):
            yield match.start()


def _conflicts(data: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """The conflicts from their first marker to the end of the last; a marker without an end stands for its line."""
    found: list[tuple[int, int]] = []
    while len(found) < _MOST_CONFLICTS and (match := _CONFLICT.search(data, start, end)) is not None:
        close = _CONFLICT_END.search(data, match.end(), end)
        start = close.end() if close else match.end()
        found.append((match.start(), start))
    return found
