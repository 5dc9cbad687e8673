"""Nested blocks in JSON syntax: `dynamic`, `lifecycle` and the like are properties there, and become blocks here.

Other properties stay attributes: without the provider's schema a nested block looks like a map.
"""

from __future__ import annotations

from costlint.readers.terraform.evaluation.blocks import META_BLOCKS
from costlint.readers.terraform.syntax.ast import Attribute, Block, Body, Expr


def with_blocks(body: Body) -> Body:
    """The body of a resource read from JSON, with its blocks as blocks."""
    result = Body(blocks=list(body.blocks))
    for name, attribute in body.attributes.items():
        objects = _objects(attribute.expr)
        if name == "dynamic" and objects:
            for item in objects:
                for key, value in item[3]:
                    result.blocks += [_block("dynamic", (key[3],), key, each) for each in _objects(value)]
        elif name in META_BLOCKS and objects:
            result.blocks += [_block(name, (), item, item) for item in objects]
        else:
            result.attributes[name] = attribute
    return result


def _block(type_: str, labels: tuple[str, ...], header: Expr, content: Expr) -> Block:
    body = Body()
    for key, value in content[3]:
        if type_ == "dynamic" and key[3] == "content":
            body.blocks += [_block("content", (), key, item) for item in _objects(value)]
        else:
            body.attributes[key[3]] = Attribute(key[3], value, key[1], value[2])
    return Block(type_, labels, with_blocks(body), header[1], header[2], content[2])


def _objects(expr: Expr) -> list[Expr]:
    """The objects of an object or of a list of objects."""
    items = [expr] if expr[0] == "obj" else expr[3] if expr[0] == "list" else []
    return [item for item in items if item[0] == "obj" and all(key[0] == "lit" for key, _ in item[3])]
