"""What is wrong with a piece of HCL that does not parse, in a sentence.

Brackets, quotes, heredocs and comments are followed from the start of the piece, which explains most
mistakes better than a parser's error node; only the others are described by where the parser gave up.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tree_sitter import Node

from costlint.readers.terraform.ast import Problem

_CODE = re.compile(
    rb"""(?P<comment>\#[^\n]*|//[^\n]*)
    |(?P<long>/\*)
    |(?P<heredoc><<-?(?P<mark>[A-Za-z_][A-Za-z0-9_-]*)[ \t]*\r?\n)
    |(?P<open>[{(\[])
    |(?P<close>[])}])
    |(?P<quote>")""",
    re.VERBOSE,
)
_QUOTED = re.compile(rb'(?P<escape>\\.|[$%](?P<twice>[$%])\{)|(?P<mark>[$%]\{)|(?P<close>")|(?P<newline>\r?\n)')
_PAIRS = {b"{": b"}", b"(": b")", b"[": b"]"}
_NAMES = {b"{": "brace", b"(": "parenthesis", b"[": "bracket"}
_LINE = re.compile(rb"[^\n]*")
_HEADER = re.compile(rb'[ \t]*[A-Za-z_][A-Za-z0-9_-]*(?:[ \t]+(?:"[^"\n]*"|[A-Za-z_][A-Za-z0-9_-]*))*[ \t]*$')


class _Open(NamedTuple):
    mark: bytes
    offset: int


def explain(data: bytes, start: int, end: int, root: Node) -> Problem:
    """The first mistake in data[start:end], of which `root` is the (broken) tree."""
    return _unbalanced(data, start, end) or _unexpected(data, start, end, root)


def _unbalanced(data: bytes, start: int, end: int) -> Problem | None:
    opened: list[_Open] = []
    at = start
    while True:
        quoted = bool(opened) and opened[-1].mark == b'"'
        match = (_QUOTED if quoted else _CODE).search(data, at, end)
        if match is None:
            break
        at = match.end()
        what = match.lastgroup
        if quoted:
            if what == "close":
                opened.pop()
            elif what == "mark":
                opened.append(_Open(b"{", match.start()))
            elif what == "newline":
                return Problem(opened[-1].offset, "expected a closing quote before the end of the line")
        elif what == "quote":
            opened.append(_Open(b'"', match.start()))
        elif what == "open":
            opened.append(_Open(match[0], match.start()))
        elif what == "close":
            problem = _closing(data, opened, match.start())
            if problem is not None:
                return problem
            opened.pop()
        elif match["long"]:
            at = data.find(b"*/", at, end) + 2
            if at < match.end():
                return Problem(match.start(), "expected */ to end the comment opened here")
        elif match["heredoc"]:
            mark = match["mark"]
            close = re.compile(rb"^[ \t]*" + mark + rb"[ \t]*\r?$", re.MULTILINE).search(data, at, end)
            if close is None:
                return Problem(match.start(), f"expected a line with {mark.decode()} to end the heredoc opened here")
            at = close.end()
    if not opened:
        return None
    last = opened[-1]
    if last.mark == b'"':
        return Problem(last.offset, "expected a closing quote before the end of the file")
    return _unclosed(data, last)


def _closing(data: bytes, opened: list[_Open], offset: int) -> Problem | None:
    """What is wrong with the closing mark at `offset`, None if it closes what was opened last."""
    found = data[offset : offset + 1]
    if not opened:
        return Problem(offset, f'unexpected "{found.decode()}": nothing is open here')
    last = opened[-1]
    if _PAIRS[last.mark] != found:
        wanted = _PAIRS[last.mark].decode()
        line = data.count(b"\n", 0, last.offset) + 1
        text = f'expected "{wanted}" for the "{last.mark.decode()}" opened on line {line}, found "{found.decode()}"'
        return Problem(offset, text)
    indentation, own_line = _indentation(data, offset)
    if found == b"}" and own_line and indentation < _indentation(data, last.offset)[0]:
        return _unclosed(data, last)
    return None


def _unclosed(data: bytes, opened: _Open) -> Problem:
    line = data.count(b"\n", 0, opened.offset) + 1
    begin = data.rfind(b"\n", 0, opened.offset) + 1
    header = _HEADER.match(data, begin, opened.offset)
    what = "block" if opened.mark == b"{" and header else f'"{opened.mark.decode()}"'
    offset = begin + len(header[0]) - len(header[0].lstrip()) if header else opened.offset
    return Problem(offset, f"expected a closing {_NAMES[opened.mark]} for the {what} opened on line {line}")


def _indentation(data: bytes, offset: int) -> tuple[int, bool]:
    """The indentation of the line at `offset`, and whether the line begins there."""
    begin = data.rfind(b"\n", 0, offset) + 1
    text = data[begin:offset]
    return len(text) - len(text.lstrip()) if text.strip() else len(text), not text.strip()


def _unexpected(data: bytes, start: int, end: int, root: Node) -> Problem:
    offset = min(max(_first_error(root), start), end)
    while offset < end and data[offset : offset + 1] in (b" ", b"\t"):
        offset += 1
    begin = data.rfind(b"\n", 0, offset) + 1
    line_match = _LINE.match(data, begin, end)
    line = line_match[0].decode().rstrip() if line_match else ""
    name = line.strip().split("=")[0].split(" ")[0][:40]
    indented = begin + len(line) - len(line.lstrip())
    if line.rstrip().endswith("=") and not line.rstrip().endswith("=="):
        return Problem(begin + len(line.encode()) - 1, f'expected a value for "{name}" after "="')
    if re.fullmatch(r"\s*[A-Za-z_][\w-]*\s*", line):
        return Problem(indented, f'expected "=" and a value, or a block, after "{name}"')
    if re.match(r"\s*=", line):
        return Problem(indented, 'expected a name before "="')
    if re.match(r'\s*[A-Za-z_][\w-]*(\s+("[^"]*"|[A-Za-z_][\w-]*))+\s*$', line):
        return Problem(indented, f'expected "{{" to open the block "{name}"')
    found = data[offset : min(end, begin + len(line.encode()))].decode(errors="replace").strip()[:30]
    return Problem(offset, f'unexpected "{found}"' if found else "unexpected end of the line")


def _first_error(node: Node) -> int:
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return node.start_byte
