"""Terraform's JSON syntax: `.tf.json` and `.tfvars.json` → the same tree, with the offsets of the values.

Strings of configuration are templates, of variable files plain text. Which properties are blocks is known at
the top level and for `terraform` (`json_schemas.py`); deeper down, nested blocks stay attributes holding objects or
lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from costlint.readers.terraform.syntax.ast import MOST_NESTED, Attribute, Block, Body, Expr, Problem
from costlint.readers.terraform.syntax.expressions import number_of
from costlint.readers.terraform.syntax.json_schemas import CONFIGURATION, Blocks
from costlint.readers.terraform.syntax.native import parse_expression, parse_template
from costlint.readers.terraform.syntax.recovery import MOST_PARTS, is_outsized, no_text, readable

_SPACE = re.compile(rb"[ \t\r\n]*").match
_STRING = re.compile(rb'"((?:[^"\\\x00-\x1f]|\\.)*)"', re.DOTALL).match
_NUMBER = re.compile(rb"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?").match
_WORD = re.compile(rb"true|false|null").match
_WORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# Here strings are names, not templates.
_NAMES = {"depends_on", "provider", "ignore_changes", "replace_triggered_by", "providers"}


class _Failure(Exception):
    def __init__(self, offset: int, message: str) -> None:
        self.problem = Problem(offset, message)


def parse_json(data: bytes, values: bool = False, blocks: Blocks = CONFIGURATION) -> tuple[Body, list[Problem]]:
    """The body of a `.tf.json` file (or another one with such blocks), or with `values` of a `.tfvars.json` file, and
    what is wrong with it."""
    binary = no_text(data)
    if binary is not None:
        return Body(), [binary]
    data, problems = readable(data)
    reader = _Reader(data, problems, templates=not values)
    body = Body()
    if is_outsized(data, 0, len(data)):
        return body, [Problem(0, f"this file has more than {MOST_PARTS:,} parts; not read")]
    try:
        root = reader.document()
    except _Failure as failure:
        problems.append(failure.problem)
        return body, problems
    for part in _objects(root):
        if part is None:
            problems.append(Problem(root[1], "expected an object"))
        elif values:
            _arguments(part, body)
        else:
            for key, value in part[3]:
                if blocks.strict and key[3] not in blocks.top:
                    message = f'there is no block type "{key[3]}" at the top of a configuration'
                    reader.problems.append(Problem(key[1], message))
                _blocks(reader, key, value, blocks.top, blocks, body)
    return body, problems


def parse_json_value(data: bytes) -> Expr | None:
    """Any JSON document with the offsets of its values, strings as plain text; None if it is not JSON."""
    try:
        return _Reader(data, [], templates=False).document()
    except _Failure:
        return None


def _objects(expr: Expr) -> list[Expr | None]:
    """The objects of an object or a list of objects; None for what is neither."""
    if expr[0] == "obj":
        return [expr]
    if expr[0] == "list":
        return [item if item[0] == "obj" else None for item in expr[3]]
    return [None]


def _arguments(expr: Expr, body: Body) -> None:
    for key, value in expr[3]:
        body.attributes[key[3]] = Attribute(key[3], value, key[1], value[2])


def _blocks(reader: _Reader, key: Expr, value: Expr, known: Mapping[str, int], blocks: Blocks, body: Body) -> None:
    name = key[3]
    if name not in known:
        body.attributes[name] = Attribute(name, value, key[1], value[2])
        return

    def collect(labels: tuple[str, ...], header: Expr, content: Expr) -> None:
        for part in _objects(content):
            if part is None:
                reader.problems.append(Problem(content[1], f'expected an object for the block "{name}"'))
            elif len(labels) < known[name] and not _is_bare(part, blocks.bare.get(name)):
                for label, inner in part[3]:
                    collect((*labels, label[3]), label, inner)
            else:
                body.blocks.append(_block(reader, name, labels, header, part, blocks))

    collect((), key, value)


def _is_bare(content: Expr, property_: str | None) -> bool:
    """Whether an object is a block itself, and not a map of blocks by their label."""
    return any(key[3] == property_ and value[0] != "obj" for key, value in content[3])


def _block(reader: _Reader, name: str, labels: tuple[str, ...], header: Expr, content: Expr, blocks: Blocks) -> Block:
    body = Body()
    within = blocks.within.get(name, {})
    for key, value in content[3]:
        if key[3] in within:
            _blocks(reader, key, value, within, blocks, body)
            continue
        if name == "variable" and key[3] == "type" and value[0] in ("lit", "tmpl"):
            value = reader.reread(value)
        elif key[3] in _NAMES and name in ("resource", "data", "module", "output"):
            value = reader.names(value)
        body.attributes[key[3]] = Attribute(key[3], value, key[1], value[2])
    return Block(name, labels, body, header[1], header[2], content[2])


class _Reader:
    def __init__(self, data: bytes, problems: list[Problem], templates: bool) -> None:
        self.data = data
        self.problems = problems
        self.templates = templates
        self._texts: dict[int, str] = {}

    def document(self) -> Expr:
        start = len(_BYTE_ORDER_MARK) if self.data.startswith(_BYTE_ORDER_MARK) else 0
        expr, end = self._value(start, 0)
        end = self._skip(end)
        if end < len(self.data):
            raise _Failure(end, "expected the end of the file after the value")
        return expr

    def reread(self, expr: Expr) -> Expr:
        """A string that holds an expression (a variable's type)."""
        text = self._texts.get(expr[1])
        if text is None:
            return expr
        inner, problems = parse_expression(text)
        self.problems.extend(Problem(expr[1], problem.message) for problem in problems[:1])
        return _placed(inner, expr[1], expr[2])

    def names(self, expr: Expr) -> Expr:
        """Strings that name things ("aws_vpc.main", "aws.eu") as expressions, in lists and objects too."""
        if expr[0] == "list":
            return (*expr[:3], [self.names(item) for item in expr[3]])
        if expr[0] == "obj":
            return (*expr[:3], [(key, self.names(value)) for key, value in expr[3]])
        return self.reread(expr) if expr[0] == "lit" and isinstance(expr[3], str) else expr

    def _skip(self, at: int) -> int:
        match = _SPACE(self.data, at)
        return match.end() if match else at

    def _value(self, at: int, depth: int) -> tuple[Expr, int]:
        at = self._skip(at)
        first = self.data[at : at + 1]
        if first == b'"':
            return self._string(at)
        if first in (b"{", b"["):
            if depth >= MOST_NESTED:
                raise _Failure(at, f"nested more than {MOST_NESTED} levels deep; not read")
            return self._object(at, depth + 1) if first == b"{" else self._list(at, depth + 1)
        match = _WORD(self.data, at)
        if match is not None:
            return ("lit", at, match.end(), _WORDS[match[0]]), match.end()
        match = _NUMBER(self.data, at)
        if match is None:
            found = self.data[at : at + 10].decode(errors="replace").split("\n")[0]
            raise _Failure(at, f'expected a value, found "{found}"' if found else "expected a value")
        return ("lit", at, match.end(), self._number(match)), match.end()

    def _number(self, match: re.Match[bytes]) -> int | float:
        number = number_of(match[0].decode())
        if number is None:
            raise _Failure(match.start(), f"a number of {len(match[0])} digits is not read")
        return number

    def _object(self, at: int, depth: int) -> tuple[Expr, int]:
        start = at
        pairs: list[tuple[Expr, Expr]] = []
        at = self._skip(at + 1)
        while self.data[at : at + 1] != b"}":
            if self.data[at : at + 1] != b'"':
                line = self.data.count(b"\n", 0, start) + 1
                raise _Failure(at, f'expected a property name or "}}" in the object opened on line {line}')
            key, at = self._text(at)
            at = self._skip(at)
            if self.data[at : at + 1] != b":":
                raise _Failure(at, f'expected ":" after "{key[3]}"')
            value, at = self._value(at + 1, depth)
            if key[3] != "//" or not self.templates:
                pairs.append((key, value))
            at = self._after(at, start, b"}")
        return ("obj", start, at + 1, pairs), at + 1

    def _list(self, at: int, depth: int) -> tuple[Expr, int]:
        start = at
        items: list[Expr] = []
        at = self._skip(at + 1)
        while self.data[at : at + 1] != b"]":
            item, at = self._value(at, depth)
            items.append(item)
            at = self._after(at, start, b"]")
        return ("list", start, at + 1, items), at + 1

    def _after(self, at: int, start: int, close: bytes) -> int:
        """Past the comma behind a member, or at the closing mark."""
        at = self._skip(at)
        if self.data[at : at + 1] == close:
            return at
        if self.data[at : at + 1] != b",":
            line = self.data.count(b"\n", 0, start) + 1
            opened = "object" if close == b"}" else "list"
            raise _Failure(at, f'expected "," or "{close.decode()}" in the {opened} opened on line {line}')
        following = self._skip(at + 1)
        if self.data[following : following + 1] == close:
            raise _Failure(at, f'unexpected "," before "{close.decode()}"')
        return following

    def _text(self, at: int) -> tuple[Expr, int]:
        """A string as plain text."""
        match = _STRING(self.data, at)
        if match is None:
            raise _Failure(at, "expected a closing quote")
        text = match[1].decode()
        if "\\" in text:
            try:
                text = json.loads(match[0])
            except ValueError as error:
                raise _Failure(at, "there is an invalid escape sequence in this string") from error
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return ("lit", at, match.end(), text), match.end()

    def _string(self, at: int) -> tuple[Expr, int]:
        plain, end = self._text(at)
        text = plain[3]
        if self.templates:
            self._texts[at] = text
            if "${" in text or "%{" in text:
                expr, problems = parse_template(text)
                self.problems.extend(Problem(at, problem.message) for problem in problems[:1])
                return _placed(expr, at, end), end
        return plain, end


def _placed(expr: Expr, start: int, end: int) -> Expr:
    """The expression with every offset being that of the JSON string it stands in (escapes move the others)."""

    def place(value: Any) -> Any:
        if isinstance(value, list):
            return [place(item) for item in value]
        if not isinstance(value, tuple):
            return value
        if len(value) > 2 and type(value[1]) is int and type(value[2]) is int:
            return (value[0], start, end, *map(place, value[3:]))
        return tuple(map(place, value))

    placed: Expr = place(expr)
    return placed
