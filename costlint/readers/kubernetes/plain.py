"""A fast path for YAML as most manifests are written: blocks by indentation, scalars and flow collections on one line,
literal blocks. Whatever is written otherwise is left to libyaml, and so is every mistake.

On what it reads it agrees with libyaml (tests compare them), and it takes about a third of the time.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final, TypeAlias

from costlint.readers.kubernetes.scalars import plain
from costlint.readers.kubernetes.syntax import MOST_DEPTH, YamlMistake

MOST_TOKENS = 300_000
"""Larger documents are left to libyaml, which counts them."""

_LINE = re.compile(
    r"""( *)(?:(-)( +|$))?"""
    r"""(?:([A-Za-z0-9_/.$][^\s:#"'{}\[\],&*!|>%@`]*|"[^"\\]+"|'[^']+'):(?: +(.*))?|(.*))"""
)
_OTHERWISE = "[^\n -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"  # dear to compile
_USUAL = bytes(range(0x20, 0x7F)) + b"\n"
_QUOTED = re.compile(r"""\[ *(?:"[^"\\]*" *(?:, *"[^"\\]*" *)*)?\]""")
"""A list of quoted words, or of none: it means in JSON what it means in YAML."""
_LONG = 160
_SNIPPETS = "\"'[{"
_NEVER_FIRST = frozenset("&*!|>%@`,]}?:#")
_LITERAL = frozenset(("|", "|-", "|+"))


class NotPlain(Exception):
    """The document is written in a way that is left to libyaml."""


class _Nothing:
    """No value on the line: a block below, or null."""


_NOTHING: Final = _Nothing()


_Token: TypeAlias = tuple[int, str | None, object, bool]
"""Indentation, key (None for an item of a list), value, and whether the first key of a map stands behind the dash."""


def value_in(data: bytes) -> object:
    """The value of a document, as libyaml has it; None for an empty one. Raises NotPlain."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise NotPlain from None
    if data.translate(None, _USUAL) and re.search(_OTHERWISE, text):
        raise NotPlain
    tokens = _tokens(text)
    if not tokens:
        return None
    if len(tokens) > MOST_TOKENS:
        raise NotPlain
    value, end = _block(tokens, 0, 0)
    if end != len(tokens):
        raise NotPlain
    return value


def _tokens(text: str) -> list[_Token]:
    lines = text.split("\n")
    found: list[_Token] = []
    number, last = 0, len(lines)
    while number < last:
        line = lines[number]
        number += 1
        tokens, mark = _known(line) if len(line) < _LONG else _line(line)
        if mark:
            *before, (indent, key, _, inline) = tokens
            value, number = _literal(lines, number, indent, mark)
            found += before
            found.append((indent, key, value, inline))
        else:
            found += tokens
    return found


@lru_cache(maxsize=1 << 16)
def _known(line: str) -> tuple[tuple[_Token, ...], str]:
    """The same as `_line`: manifests repeat their lines, so most are known."""
    return _line(line)


def _line(line: str) -> tuple[tuple[_Token, ...], str]:
    """The tokens of a line, and how the literal block is marked that begins behind it ("" if none does)."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise NotPlain
    blanks, dash, gap, key, behind, rest = match.groups()
    indent = len(blanks)
    before: tuple[_Token, ...] = ()
    if dash:
        if key is None and rest in _LITERAL:
            return ((indent, None, None, False),), rest
        if key is None:
            return ((indent, None, _scalar(rest) if rest else _NOTHING, False),), ""
        before = ((indent, None, _NOTHING, True),)
        indent += 1 + len(gap)
    elif key is None:
        if not rest or rest[0] == "#":
            return (), ""
        raise NotPlain
    if key[0] in "\"'":
        key = key[1:-1]
    if not behind:
        return (*before, (indent, key, _NOTHING, False)), ""
    if behind in _LITERAL:
        return (*before, (indent, key, None, False)), behind
    return (*before, (indent, key, _scalar(behind), False)), ""


def _scalar(text: str) -> object:
    """The value behind a key or a dash."""
    first = text[0]
    if first in _SNIPPETS:
        text = text.rstrip(" ")
        inner = text[1:-1]
        if first in "\"'" and text[-1] == first and len(text) > 1 and first not in inner and "\\" not in inner:
            return inner
        return _snippet(text)
    if first == "#":
        return _NOTHING
    end = text.find(" #")
    text = (text if end < 0 else text[:end]).rstrip(" ")
    if first in _NEVER_FIRST or ": " in text or text[-1] == ":" or text == "-" or text[:2] == "- ":
        raise NotPlain
    return plain(text)


def _snippet(text: str) -> object:
    """A quoted scalar or flow collection that is complete on its line."""
    if text == "{}":
        return {}
    if _QUOTED.fullmatch(text):
        return json.loads(text)
    from costlint.readers.kubernetes.nodes import compose, value_of

    try:
        node = compose(f"- {text}".encode())
        value = None if node is None else value_of(node)
    except YamlMistake:
        raise NotPlain from None
    if not isinstance(value, list) or len(value) != 1:
        raise NotPlain
    return value[0]


def _literal(lines: list[str], start: int, parent: int, mark: str) -> tuple[str, int]:
    """The text of a literal block, and the number of the line behind it."""
    number, indent = start, -1
    body: list[str] = []
    while number < len(lines):
        line = lines[number]
        text = line.lstrip(" ")
        if text:
            blanks = len(line) - len(text)
            if indent < 0:
                if blanks <= parent:
                    break
                indent = blanks
                if any(len(blank) > indent for blank in lines[start:number]):
                    raise NotPlain
            elif blanks < indent:
                if blanks > parent:
                    raise NotPlain
                break
        elif indent >= 0 and len(line) > indent:
            raise NotPlain
        body.append(line)
        number += 1
    if indent < 0 or (number == len(lines) and body[-1] != ""):
        raise NotPlain
    whole = "\n".join([line[indent:] for line in body])
    if number < len(lines):
        whole += "\n"
    if mark == "|+":
        return whole, number
    whole = whole.rstrip("\n")
    return (whole if mark == "|-" else f"{whole}\n"), number


def _block(tokens: list[_Token], at: int, depth: int) -> tuple[object, int]:
    """The map or list that begins with a token, and where the next one is."""
    if depth > MOST_DEPTH:
        raise NotPlain
    if tokens[at][1] is None:
        return _list(tokens, at, depth)
    indent, last = tokens[at][0], len(tokens)
    found: dict[str, object] = {}
    while at < last:
        here, key, value, _ = tokens[at]
        if here != indent or key is None:
            if here > indent or (here == indent and key is None):
                raise NotPlain
            break
        at += 1
        if value is _NOTHING:
            value = None
            if at < last:
                below, name, _, _ = tokens[at]
                if below > indent:
                    value, at = _block(tokens, at, depth + 1)
                elif below == indent and name is None:
                    value, at = _list(tokens, at, depth + 1)
        found[key] = value
    return found, at


def _list(tokens: list[_Token], at: int, depth: int) -> tuple[object, int]:
    if depth > MOST_DEPTH:
        raise NotPlain
    indent, last = tokens[at][0], len(tokens)
    found: list[object] = []
    while at < last:
        here, key, value, inline = tokens[at]
        if here != indent or key is not None:
            if here > indent:
                raise NotPlain
            break
        at += 1
        if value is _NOTHING:
            value = None
            if inline or (at < last and tokens[at][0] > indent):
                value, at = _block(tokens, at, depth + 1)
        found.append(value)
    return found, at
