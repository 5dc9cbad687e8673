"""Where each definition in a file begins and ends, as byte offsets."""

from __future__ import annotations

from collections.abc import Iterator

from costlint.readers.terraform.syntax.ast import Body, Expr


def extents(body: Body) -> Iterator[tuple[int, int]]:
    """Where each definition of a body begins and ends: blocks, attributes, and the members of maps."""
    for attribute in body.attributes.values():
        yield attribute.start, attribute.expr[2]
        yield from _members(attribute.expr)
    for block in body.blocks:
        yield block.start, block.end
        yield from extents(block.body)


def _members(expr: Expr) -> Iterator[tuple[int, int]]:
    if expr[0] == "obj":
        for key, value in expr[3]:
            yield key[1], value[2]
            yield from _members(value)
    elif expr[0] == "list":
        for item in expr[3]:
            yield item[1], item[2]
            yield from _members(item)
    elif expr[0] == "call":
        for argument in expr[4]:
            yield argument[1], argument[2]
            yield from _members(argument)
