"""Terraform's native syntax: bytes → the compact tree of `ast.py`, with every syntax error as a sentence.

Definitions written plainly, nearly all, are read straight from the bytes (`plain_syntax.py`). For the others
tree-sitter finds the structure; most attributes are then one regular expression match, and only the rest is walked
node by node (`expressions.py`). The tree-sitter tree is dropped at once.
"""

from __future__ import annotations

import re
from sys import intern

from tree_sitter import Node

from costlint.readers.terraform.syntax import grammar as g
from costlint.readers.terraform.syntax.ast import Attribute, Block, Body, Expr, Problem, add_attribute
from costlint.readers.terraform.syntax.expressions import NAME, TERM, Converter
from costlint.readers.terraform.syntax.plain import NotPlain, PlainReader
from costlint.readers.terraform.syntax.recovery import definitions, next_definition, no_text, readable, sound

_MOST_PLAIN = 1_000_000
"""Bytes; in a larger file one definition could hold more parts than the bound tree-sitter's way enforces."""

_SIMPLE_ATTRIBUTE = re.compile(rb"(" + NAME + rb")[ \t]*=[ \t]*" + TERM).fullmatch
_HEADER = re.compile(rb"(" + NAME + rb')((?:[ \t]+"[^"\\$%\n]*")*)[ \t]*').fullmatch
_MOST_PROBLEMS = 100
_LABEL = re.compile(rb'"([^"]*)"').findall


def parse_hcl(data: bytes) -> tuple[Body, list[Problem]]:
    """The body of a `.tf`, `.tofu` or `.tfvars` file and what is wrong with it; what can be read is kept."""
    binary = no_text(data)
    if binary is not None:
        return Body(), [binary]
    data, problems = readable(data)
    odd = problems or b"\r" in data or len(data) > _MOST_PLAIN  # there the bounds of tree-sitter's way must hold
    body = None if odd else read_plainly(data, problems)
    if body is None:
        body = read_by_tree(data, problems)
    problems.sort(key=lambda problem: problem.start)
    if len(problems) > _MOST_PROBLEMS:
        further = len(problems) - _MOST_PROBLEMS
        problems[_MOST_PROBLEMS:] = [Problem(problems[_MOST_PROBLEMS].start, f"{further} further mistakes follow")]
    return body, problems


def read_by_tree(data: bytes, problems: list[Problem]) -> Body:
    """The body of any file, read by tree-sitter."""
    reader = _BodyReader(data, problems)
    body = Body()
    for nodes in definitions(data, problems):
        reader.fill(nodes, body, 0)
    return body


def read_plainly(data: bytes, problems: list[Problem]) -> Body | None:
    """The body of a file without syntax errors, None if there are any: definitions that are not plain go to
    tree-sitter one by one."""
    found: list[Problem] = []
    reader = _BodyReader(data, found)
    plain, body, end = PlainReader(reader.converter), Body(), 0
    while True:
        known = len(found)
        try:
            item, end = plain.definition(end)
        except NotPlain:
            del found[known:]
            start, end = end, next_definition(data, end)
            nodes = sound(data, start, end)
            if nodes is None:
                return None
            reader.fill(nodes, body, 0)
            continue
        if isinstance(item, Attribute):
            add_attribute(body, item, found)
        elif item is not None:
            body.blocks.append(item)
        elif end < len(data):
            return None
        else:
            problems += found
            return body


def parse_expression(text: str) -> tuple[Expr, list[Problem]]:
    """One expression, as `-var name=<expression>` takes it. Offsets count from the start of the text."""
    prefix = b"_="
    body, problems = parse_hcl(prefix + text.encode() + b"\n")
    for problem in problems:
        problem.start -= len(prefix)
    attribute = body.attributes.get("_")
    if attribute is None or len(body.attributes) > 1 or body.blocks:
        inside = [problem for problem in problems if problem.start > 0]
        return ("bad", 0, len(text), text), inside or [Problem(0, "this is no expression Terraform can read")]
    return moved(attribute.expr, -len(prefix)), problems


def parse_template(text: str) -> tuple[Expr, list[Problem]]:
    """A template as `templatefile` reads it: no quotes around it, no escapes but `$${` and `%%{`.

    Offsets count bytes from the start of the text.
    """
    if "${" not in text and "%{" not in text:
        return ("lit", 0, len(text.encode()), text), []
    mark = "EOT"
    while mark in text:
        mark += "_"
    prefix = f"_=<<{mark}\n".encode()
    body, problems = parse_hcl(prefix + text.encode() + f"\n{mark}\n".encode())
    for problem in problems:
        problem.start -= len(prefix)
    attribute = body.attributes.get("_")
    if attribute is None or len(body.attributes) > 1 or body.blocks:
        opened = max(text.rfind("${"), text.rfind("%{"))
        message = f'this template cannot be read: look at this "{text[opened : opened + 2]}" and those before it'
        return ("bad", 0, len(text), text), [Problem(len(text[:opened].encode()), message)]
    return _without_last_newline(moved(attribute.expr, -len(prefix))), problems


def moved(expr: Expr, distance: int) -> Expr:
    """The expression with all its offsets moved."""

    def move(value: object) -> object:
        if not isinstance(value, tuple):
            return [move(item) for item in value] if isinstance(value, list) else value
        if len(value) > 2 and type(value[1]) is int and type(value[2]) is int:
            return (value[0], value[1] + distance, value[2] + distance, *map(move, value[3:]))
        return tuple(map(move, value))

    result = move(expr)
    assert isinstance(result, tuple)
    return result


def _without_last_newline(expr: Expr) -> Expr:
    """Undo the newline that was put before the heredoc's end mark; a lone interpolation keeps its type."""
    if expr[0] == "lit":
        return ("lit", expr[1], expr[2] - 1, expr[3].removesuffix("\n"))
    if expr[0] != "tmpl":
        return expr
    *parts, last = expr[3]
    if last[0] == "lit" and last[3].endswith("\n"):
        text = last[3][:-1]
        if text:
            parts.append(("lit", last[1], last[2] - 1, text))
    else:
        parts.append(last)
    if len(parts) == 1 and parts[0][0] not in ("lit", "tif", "tfor"):
        only: Expr = parts[0]
        return only
    return ("tmpl", expr[1], expr[2] - 1, parts)


class _BodyReader:
    def __init__(self, data: bytes, problems: list[Problem]) -> None:
        self.data = data
        self.problems = problems
        self.converter = Converter(data, problems)

    def fill(self, nodes: list[Node], body: Body, depth: int) -> None:
        """Add attribute and block nodes to the body."""
        for child in nodes:
            kind = child.kind_id
            if kind == g.ATTRIBUTE:
                add_attribute(body, self._attribute(child), self.problems)
            elif kind == g.BLOCK:
                body.blocks.append(self._block(child, depth + 1))

    def _attribute(self, node: Node) -> Attribute:
        start, end = self.converter.span(node)
        match = _SIMPLE_ATTRIBUTE(self.data, start, end)
        if match is not None:
            return Attribute(self.converter.name(match[1]), self.converter.simple(match, 1), start, end)
        name = ""
        expr: Expr | None = None
        for child in node.children:
            kind = child.kind_id
            if kind == g.IDENTIFIER:
                name = self.converter.name(self.data[child.start_byte : child.end_byte])
            elif kind == g.EXPRESSION:
                expr = self.converter.expression(child)
        return Attribute(name, expr or ("bad", start, end, ""), start, end)

    def _block(self, node: Node, depth: int) -> Block:
        start, end = self.converter.span(node)
        type_ = ""
        labels: list[str] = []
        header_end = start
        body = Body()
        for child in node.children:
            kind = child.kind_id
            if kind == g.BLOCK_START:
                match = _HEADER(self.data, start, child.start_byte)
                if match is not None:
                    type_ = self.converter.name(match[1])
                    labels = [self.converter.text(label) for label in _LABEL(match[2])]
                    header_end = self.converter.at[start + len(match[0].rstrip())]
                else:
                    type_, labels, header_end = self._header(node)
                    start = max(start, self.data.rfind(b"\n", 0, header_end) + 1)
            elif kind == g.BODY:
                if depth > self.converter.limit:
                    self.problems.append(Problem(start, f"blocks are nested more than {depth - 1} levels deep"))
                    break
                self.fill(child.children, body, depth)
        return Block(type_, tuple(labels), body, start, header_end, end)

    def _header(self, node: Node) -> tuple[str, list[str], int]:
        """The words before the "{". Those on earlier lines belong to nothing (the grammar lets them in)."""
        words: list[Node] = []
        brace = node
        for child in node.children:
            kind = child.kind_id
            if kind in (g.IDENTIFIER, g.STRING_LIT):
                words.append(child)
            elif kind == g.BLOCK_START:
                brace = child
                break
        line = self.data.rfind(b"\n", 0, words[-1].start_byte) + 1
        if line > node.start_byte or b"\n" in self.data[words[-1].end_byte : brace.start_byte]:
            stray = self.data[node.start_byte : words[0].end_byte].decode()
            self.problems.append(Problem(node.start_byte, f'expected "=" and a value, or a block, after "{stray}"'))
            words = [word for word in words if word.start_byte >= line]
        texts = [self._word(word) for word in words]
        return intern(texts[0]), texts[1:], words[-1].end_byte

    def _word(self, node: Node) -> str:
        if node.kind_id == g.STRING_LIT:
            return self.converter.quoted_text(node.start_byte, node.end_byte)
        return self.data[node.start_byte : node.end_byte].decode()
