"""Quoted strings and heredocs: text, interpolations and directives, with Terraform's whitespace rules.

The grammar drops whitespace next to interpolations, so text is cut from the bytes between the marks. Strip
markers and heredoc indentation follow hclsyntax (parser_template.go): both work on tokens, and in a heredoc
every line is a token of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from tree_sitter import Node

from costlint.readers.terraform.syntax import grammar as g
from costlint.readers.terraform.syntax.ast import Expr, Problem

if TYPE_CHECKING:
    from costlint.readers.terraform.syntax.expressions import Converter

_ESCAPE = re.compile(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))|([$%])\5\{', re.DOTALL)
_MARK_ESCAPE = re.compile(r"([$%])\1\{")
_SHORT = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class _Token(Struct):
    """A piece of a template: "text", "interpolation", "if", "else", "endif", "for" or "endfor"."""

    kind: str
    start: int
    end: int
    value: Any = None
    strip_before: bool = False
    strip_after: bool = False


class _Open(Struct):
    """A directive whose end has not come yet."""

    token: _Token
    parts: list[Expr] = field(default_factory=list)
    yes: list[Expr] | None = None


def template(converter: Converter, node: Node) -> Expr:
    """The tuple of a template_expr node: a literal, a lone interpolation's own expression, or a template."""
    inner = node.children[0]
    heredoc = inner.kind_id == g.HEREDOC_TEMPLATE
    if heredoc:
        start, end = _heredoc_text(converter.data, inner)
        flush = converter.data[inner.start_byte + 2 : inner.start_byte + 3] == b"-"
    else:
        start, end, flush = inner.start_byte + 1, inner.end_byte - 1, False
    tokens = _tokens(converter, inner.children, start, end, heredoc)
    _strip(tokens)
    if flush:
        _unindent(tokens)
    if len(tokens) == 1 and tokens[0].kind == "interpolation":
        only: Expr = tokens[0].value
        return only
    parts = _parts(converter, tokens)
    whole = converter.span(inner)
    if not parts:
        return ("lit", *whole, "")
    if len(parts) == 1 and parts[0][0] == "lit":
        return ("lit", *whole, parts[0][3])
    return ("tmpl", *whole, parts)


def unescaped(converter: Converter, start: int, end: int, quoted: bool) -> str:
    """The text of data[start:end]; only quoted strings have backslash escapes."""
    raw = converter.data[start:end]
    if b"{" not in raw and not (quoted and b"\\" in raw):
        return converter.text(raw)
    text = raw.decode()
    if not quoted:
        return _MARK_ESCAPE.sub(r"\1{", text)

    def replace(match: re.Match[str]) -> str:
        short, four, eight, other, mark = match.groups()
        if short:
            return _SHORT[short]
        if mark:
            return f"{mark}{{"
        code = int(four or eight or "110000", 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            offset = start + len(text[: match.start()].encode())
            converter.problems.append(Problem(offset, f'"{match[0]}" is not a valid escape sequence'))
            return other or "\ufffd"
        return chr(code)

    return _ESCAPE.sub(replace, text)


def _heredoc_text(data: bytes, node: Node) -> tuple[int, int]:
    """From the line after the opening mark to the start of the line with the closing one."""
    marks = [child for child in node.children if child.kind_id == g.HEREDOC_IDENTIFIER]
    start = data.find(b"\n", marks[0].end_byte) + 1
    end = data.rfind(b"\n", 0, marks[-1].start_byte) + 1
    return start, max(start, end)


def _tokens(converter: Converter, nodes: list[Node], start: int, end: int, heredoc: bool) -> list[_Token]:
    """The template as a flat sequence; directives are not nested yet."""
    tokens: list[_Token] = []
    pending = list(reversed(nodes))
    while pending:
        node = pending.pop()
        kind = node.kind_id
        if kind in (g.DIRECTIVE, g.TEMPLATE_IF, g.TEMPLATE_FOR):
            pending.extend(reversed(node.children))
        elif kind == g.INTERPOLATION and converter.data[max(start, node.start_byte - 2) : node.start_byte] == b"$$":
            continue  # $$${ is a dollar and an escaped mark, though the grammar sees an interpolation
        elif kind in _MARKS:
            _text(converter, tokens, start, node.start_byte, heredoc)
            tokens.append(_mark(converter, node))
            start = node.end_byte
    _text(converter, tokens, start, end, heredoc)
    return tokens


_MARKS = {
    g.INTERPOLATION: "interpolation",
    g.IF_INTRO: "if",
    g.ELSE_INTRO: "else",
    g.IF_END: "endif",
    g.FOR_START: "for",
    g.FOR_END: "endfor",
}


def _mark(converter: Converter, node: Node) -> _Token:
    start, end = converter.span(node)
    kind = _MARKS[node.kind_id]
    value: object = None
    if kind == "for":
        value = converter.for_intro(node)
    elif kind in ("interpolation", "if"):
        expression = next((child for child in node.children if child.kind_id == g.EXPRESSION), None)
        if expression is None:
            converter.problems.append(Problem(start, "expected an expression between the braces"))
            value = ("bad", start, end, "")
        else:
            value = converter.expression(expression)
    data = converter.data
    return _Token(kind, start, end, value, data[start + 2] == 0x7E, data[end - 2] == 0x7E)


def _text(converter: Converter, tokens: list[_Token], start: int, end: int, heredoc: bool) -> None:
    if not heredoc:
        if start < end:
            tokens.append(_Token("text", start, end, unescaped(converter, start, end, quoted=True)))
        return
    while start < end:
        stop = converter.data.find(b"\n", start, end) + 1 or end
        tokens.append(_Token("text", start, stop, unescaped(converter, start, stop, quoted=False)))
        start = stop


def _strip(tokens: list[_Token]) -> None:
    """`~` takes the whitespace of the neighbouring token, no further."""
    for position, token in enumerate(tokens):
        if token.kind == "text":
            continue
        if token.strip_before and position and tokens[position - 1].kind == "text":
            before = tokens[position - 1]
            before.value = before.value.rstrip()
        if token.strip_after and position + 1 < len(tokens) and tokens[position + 1].kind == "text":
            after = tokens[position + 1]
            after.value = after.value.lstrip()


def _unindent(tokens: list[_Token]) -> None:
    """`<<-`: remove the indentation common to all lines that are not blank."""
    least: int | None = None
    lines: list[_Token] = []
    at_line_start = True
    for token in tokens:
        if at_line_start:
            at_line_start = False
            indentation = 0
            blank = False
            if token.kind == "text":
                stripped = token.value.lstrip()
                blank = not stripped and token.value.endswith("\n")
                if not blank:
                    indentation = len(token.value) - len(stripped)
                    lines.append(token)
            if not blank:
                least = indentation if least is None else min(least, indentation)
        if token.kind == "text" and token.value.endswith("\n"):
            at_line_start = True
    for line in lines:
        line.value = line.value[least:]


def _parts(converter: Converter, tokens: list[_Token]) -> list[Expr]:
    """Nest the directives; neighbouring texts become one."""
    parts: list[Expr] = []
    opened: list[_Open] = []
    for token in tokens:
        here = opened[-1].parts if opened else parts
        if token.kind == "text":
            if here and here[-1][0] == "lit" and isinstance(here[-1][3], str):
                here[-1] = ("lit", here[-1][1], token.end, here[-1][3] + token.value)
            elif token.value:
                here.append(("lit", token.start, token.end, token.value))
        elif token.kind == "interpolation":
            here.append(token.value)
        elif token.kind in ("if", "for"):
            if len(opened) >= converter.limit:
                converter.problems.append(Problem(token.start, "template directives are nested too deeply; not read"))
                return [("bad", tokens[0].start, tokens[-1].end, "")]
            opened.append(_Open(token))
        elif not opened:
            converter.problems.append(Problem(token.start, f"%{{ {token.kind} }} without its beginning"))
        elif token.kind == "else":
            opened[-1].yes, opened[-1].parts = opened[-1].parts, []
        else:
            directive = opened.pop()
            outer = opened[-1].parts if opened else parts
            outer.append(_directive(directive, token.end))
    return parts


def _directive(directive: _Open, end: int) -> Expr:
    token = directive.token
    if token.kind == "for":
        names, collection = token.value
        key = names[0] if len(names) > 1 else ""
        return ("tfor", token.start, end, key, names[-1], collection, directive.parts)
    if directive.yes is None:
        return ("tif", token.start, end, token.value, directive.parts, [])
    return ("tif", token.start, end, token.value, directive.yes, directive.parts)
