"""What is wrong with a piece of HCL that does not parse, in a sentence.

Brackets, quotes, heredocs and comments are followed from the start of the piece, which explains most
mistakes better than a parser's error node; only the others are described by where the parser gave up.
"""

from __future__ import annotations

import bisect
import re
from typing import NamedTuple

from tree_sitter import Node

from costlint.readers.terraform.syntax.ast import Problem
from costlint.readers.terraform.syntax.grammar import parse_tree

_CODE = re.compile(
    rb"""(?P<comment>\#[^\n]*|//[^\n]*)
    |(?P<long>/\*)
    |(?P<heredoc><<-?(?P<mark>[A-Za-z_][A-Za-z0-9_-]*)[ \t]*\r?\n)
    |(?P<open>[{(\[])
    |(?P<close>[])}])
    |(?P<quote>")
    |(?P<newline>\n)""",
    re.VERBOSE,
)
_QUOTED = re.compile(
    rb'(?P<escape>\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[^\r\n])|[$%](?P<twice>[$%])\{)|(?P<mark>[$%]\{)|(?P<close>")|(?P<newline>\r?\n)'
)
_ESCAPE = re.compile(rb"\\(?:[nrt\"\\]|u.{4}|U.{8})|[$%]{2}\{")
_PAIRS = {b"{": b"}", b"(": b")", b"[": b"]"}
_NAMES = {b"{": "brace", b"(": "parenthesis", b"[": "bracket"}
_LINE = re.compile(rb"[^\n]*")
_HEADER = re.compile(rb'[ \t]*[A-Za-z_][A-Za-z0-9_-]*(?:[ \t]+(?:"[^"\n]*"|[A-Za-z_][A-Za-z0-9_-]*))*[ \t]*$')
_BARE_HEADER = re.compile(rb'[A-Za-z_][A-Za-z0-9_-]*(?:[ \t]+(?:"[^"\n]*"|[A-Za-z_][A-Za-z0-9_-]*))+[ \t\r]*$')
_ONE_WORD = re.compile(r"[A-Za-z_][\w-]*")
_NO_EQUALS = re.compile(r"[A-Za-z_][\w-]*\s+[^\s={]")
_LAST_OPERATOR = re.compile(r"(?:[-+*/%?<>]|&&|\|\||[=!<>]=)$")
_LONGEST_SEARCHED = 1 << 14


class _Open(NamedTuple):
    mark: bytes
    offset: int


class _Line(NamedTuple):
    end: int
    depth: int


def explain(data: bytes, start: int, end: int, root: Node) -> Problem:
    """The first mistake in data[start:end], of which `root` is the (broken) tree."""
    first_line = _LINE.match(data, start, end)
    if first_line and _BARE_HEADER.match(first_line[0]):
        return Problem(start, f'expected "{{" to open the block "{_first_word(first_line[0].decode())}"')
    lines: list[_Line] = []
    return _unbalanced(data, start, end, lines) or _unexpected(data, start, end, root, lines)


def heredoc_end(data: bytes, mark: bytes, start: int, end: int) -> int:
    """The end of the line that holds nothing but the mark, -1 if there is none."""
    while (at := data.find(mark, start, end)) >= 0:
        begin = data.rfind(b"\n", start - 1, at) + 1
        stop = data.find(b"\n", at, end)
        stop = end if stop < 0 else stop
        if data[begin:stop].strip(b" \t\r") == mark:
            return stop
        start = stop
    return -1


def _unbalanced(data: bytes, start: int, end: int, lines: list[_Line]) -> Problem | None:
    """The first mark without its partner. `lines` receives the ends of lines at which only braces are open."""
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
                return _unclosed_quote(data, opened)
            elif not _ESCAPE.fullmatch(match[0]):
                return Problem(match.start(), f'"{match[0].decode(errors="replace")}" is not a valid escape sequence')
        elif what == "newline":
            if all(mark == b"{" for mark, _ in opened):
                lines.append(_Line(at, len(opened)))
        elif what == "quote":
            opened.append(_Open(b'"', match.start()))
        elif what == "open":
            opened.append(_Open(match[0], match.start()))
        elif what == "close":
            problem = _closing(data, opened, match.start())
            if problem is not None:
                return problem
            opened.pop()
        elif what == "long":
            close_at = data.find(b"*/", at, end)
            if close_at < 0:
                return Problem(match.start(), "expected */ to end the comment opened here")
            at = close_at + 2
        elif match["heredoc"]:
            mark = match["mark"]
            close_at = heredoc_end(data, mark, at, end)
            if close_at < 0:
                return Problem(match.start(), f"expected a line with {mark.decode()} to end the heredoc opened here")
            at = close_at
    if not opened:
        return None
    return _unclosed_quote(data, opened) if opened[-1].mark == b'"' else _unclosed(data, opened[-1])


def _unclosed_quote(data: bytes, opened: list[_Open]) -> Problem:
    quote = opened[-1].offset
    if len(opened) > 2 and opened[-3].mark == b'"' and b"\n" not in data[opened[-2].offset : quote]:
        return Problem(opened[-2].offset, 'expected "}" to end the interpolation opened here')
    return Problem(quote, "expected a closing quote before the end of the line")


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


def _unexpected(data: bytes, start: int, end: int, root: Node, lines: list[_Line]) -> Problem:
    begin = _first_wrong_line(data, start, lines)
    if begin is None:
        begin = data.rfind(b"\n", 0, min(max(_first_error(root), start), end)) + 1
    match = _LINE.match(data, begin, end)
    line = match[0].decode().rstrip() if match else ""
    text = line.strip()
    word = _first_word(text)
    here = begin + len(line) - len(line.lstrip())
    last = begin + len(line.encode()) - 1
    if text.endswith("=") and not text.endswith("=="):
        return Problem(last, f'expected a value for "{word}" after "="')
    if (operator := _LAST_OPERATOR.search(text)) is not None:
        return Problem(last + 1 - len(operator[0]), f'expected a value after "{operator[0]}"')
    if _ONE_WORD.fullmatch(text):
        return Problem(here, f'expected "=" and a value, or a block, after "{text}"')
    if text.startswith("="):
        return Problem(here, 'expected a name before "="')
    if _BARE_HEADER.match(text.encode()):
        return Problem(here, f'expected "{{" to open the block "{word}"')
    if "'" in text and '"' not in text:
        return Problem(begin + line.index("'"), "unexpected ': text is written in double quotes")
    if _NO_EQUALS.match(text):
        return Problem(here, f'expected "=" after "{word}"')
    return Problem(here, f'unexpected "{text[:40]}"' if text else "unexpected end of the line")


def _first_wrong_line(data: bytes, start: int, lines: list[_Line]) -> int | None:
    """Where the line begins up to which, its open braces closed, the text no longer parses."""
    if not lines or lines[-1].end - start > _LONGEST_SEARCHED:
        return None

    def wrong(line: _Line) -> bool:
        prefix = data[start : line.end] + b"}" * line.depth + b"\n"
        return bool(parse_tree(prefix).root_node.has_error)

    position = bisect.bisect_left(lines, True, key=wrong)
    if position == len(lines):
        return None
    return lines[position - 1].end if position else start


def _first_word(text: str) -> str:
    return re.split(r"[\s={\[(]", text.strip(), maxsplit=1)[0][:40]


def _first_error(node: Node) -> int:
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return node.start_byte
