"""Syntax trees as short text, and back to source: what the tests of the syntax compare."""

from __future__ import annotations

from typing import Any

from costlint.readers.terraform.syntax.ast import Body
from costlint.readers.terraform.syntax.native import parse_hcl


def expression(text: str) -> str:
    """The shape of `x = <text>`; asserts that it parses."""
    body, problems = parse_hcl(f"x = {text}\n".encode())
    assert not problems, problems
    return shape(body.attributes["x"].expr)


def shape(expr: Any) -> str:
    """An expression without its offsets, every operation in parentheses."""
    if expr is None:
        return "-"
    kind, _, _, *rest = expr
    if kind == "lit":
        return repr(rest[0])
    if kind == "name":
        return str(rest[0])
    if kind == "tmpl":
        return f"`{' '.join(map(shape, rest[0]))}`"
    if kind == "attr":
        return f"{shape(rest[0])}.{rest[1]}"
    if kind == "index":
        return f"{shape(rest[0])}[{shape(rest[1])}]"
    if kind == "splat":
        return f"{shape(rest[0])}{_splat(rest[1], rest[2])}"
    if kind == "call":
        return f"{rest[0]}({', '.join(map(shape, rest[1]))}{'...' if rest[2] else ''})"
    if kind == "un":
        return f"({rest[0]}{shape(rest[1])})"
    if kind == "bin":
        return f"({shape(rest[1])} {rest[0]} {shape(rest[2])})"
    if kind == "cond":
        return f"({shape(rest[0])} ? {shape(rest[1])} : {shape(rest[2])})"
    if kind == "list":
        return f"[{', '.join(map(shape, rest[0]))}]"
    if kind == "obj":
        return "{" + ", ".join(f"{shape(key)}: {shape(value)}" for key, value in rest[0]) + "}"
    if kind == "for":
        key_name, value_name, collection, key, value, condition, grouping = rest
        names = f"{key_name}, {value_name}" if key_name else value_name
        result = shape(value) if key is None else f"{shape(key)} => {shape(value)}"
        return f"<for {names} in {shape(collection)}: {result}{'...' if grouping else ''} if {shape(condition)}>"
    if kind == "tif":
        return f"<if {shape(rest[0])}: {_parts(rest[1])} else: {_parts(rest[2])}>"
    if kind == "tfor":
        names = f"{rest[0]}, {rest[1]}" if rest[0] else rest[1]
        return f"<for {names} in {shape(rest[2])}: {_parts(rest[3])}>"
    return f"<{kind}>"


def outline(body: Body) -> list[str]:
    """Attributes and blocks of a body, nested ones indented."""
    lines = [f"{name} = {shape(attribute.expr)}" for name, attribute in body.attributes.items()]
    for block in body.blocks:
        lines.append(" ".join((block.type, *block.labels)))
        lines.extend(f"  {line}" for line in outline(block.body))
    return lines


def _splat(full: bool, steps: list[Any]) -> str:
    text = "[*]" if full else ".*"
    for kind, *rest in steps:
        text += f".{rest[0]}" if kind == "attr" else f"[{shape(rest[0])}]" if kind == "index" else _splat(*rest)
    return text


def _parts(parts: list[Any]) -> str:
    return " ".join(map(shape, parts))
