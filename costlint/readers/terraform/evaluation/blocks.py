"""The body of a block → plain attributes: nested blocks become lists of dicts, `dynamic` blocks are expanded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from costlint.model import UNKNOWN, PartialList, PartialMap, Unknown, unknown_from
from costlint.readers.terraform.evaluation.operators import ValueProblem, pairs
from costlint.readers.terraform.evaluation.scope import Scope
from costlint.readers.terraform.syntax.ast import Attribute, Block, Body, Expr

META_ARGUMENTS = frozenset(("count", "for_each", "provider", "depends_on"))
META_BLOCKS = frozenset(("lifecycle", "provisioner", "connection"))


class Values(Protocol):
    """Evaluates what stands at a place; a mistake becomes a diagnostic and UNKNOWN."""

    def value(self, expr: Expr, scope: Scope) -> object: ...
    def attribute_value(self, attribute: Attribute, scope: Scope) -> object: ...
    def spend(self, steps: int, expr: Expr) -> None: ...


def attributes_of(body: Body, scope: Scope, values: Values, meta: bool = True) -> dict[str, object]:
    """Every attribute and nested block of a body; null attributes are absent. `meta`: leave meta-arguments out."""
    result: dict[str, object] = {}
    for name, attribute in body.attributes.items():
        if meta and name in META_ARGUMENTS:
            continue
        expr = attribute.expr
        value = expr[3] if expr[0] == "lit" else values.attribute_value(attribute, scope)
        if value is not None:
            result[name] = value
    for block in body.blocks:
        _add(block, scope, values, result, meta)
    return result


def value_of(body: Body, name: str, scope: Scope, values: Values) -> object:
    """The value of one attribute (or the list of nested blocks) of that name, None if there is none."""
    attribute = body.attributes.get(name)
    if attribute is not None:
        return values.attribute_value(attribute, scope)
    result: dict[str, object] = {}
    for block in body.blocks:
        if block.type == name or (block.type == "dynamic" and block.labels[:1] == (name,)):
            _add(block, scope, values, result, True)
    return result.get(name)


def names_in(body: Body) -> frozenset[str]:
    """The names of all attributes and nested blocks a body sets."""
    blocks = (block.labels[0] if block.type == "dynamic" and block.labels else block.type for block in body.blocks)
    return frozenset(body.attributes).union(blocks) - META_ARGUMENTS - META_BLOCKS


def lifecycle_of(body: Body) -> dict[str, object]:
    """What a `lifecycle` block forbids: `ignore_changes`, the attributes it names, dotted ("all" for all of them), and
    `prevent_destroy` where it is set. Terraform takes nothing but names and literals there."""
    found: dict[str, object] = {}
    for block in body.blocks:
        if block.type != "lifecycle":
            continue
        ignored = block.body.attributes.get("ignore_changes")
        if ignored is not None:
            items = ignored.expr[3] if ignored.expr[0] == "list" else [ignored.expr]
            names = [name for name in map(dotted, items) if name]
            if names:
                found["ignore_changes"] = names
        kept = block.body.attributes.get("prevent_destroy")
        if kept is not None and kept.expr[0] == "lit" and kept.expr[3] in (True, "true"):
            found["prevent_destroy"] = True
    return found


def dotted(expr: Expr) -> str:
    """A bare traversal (`scaling_config[0].desired_size`, or the same in quotes) as text, "" for anything else."""
    kind = expr[0]
    if kind in ("name", "lit"):
        return expr[3] if isinstance(expr[3], str) else ""
    if kind == "attr":
        owner = dotted(expr[3])
        return f"{owner}.{expr[4]}" if owner else ""
    if kind == "index" and expr[4][0] == "lit":
        owner = dotted(expr[3])
        return f"{owner}.{expr[4][3]}" if owner else ""
    return ""


def dynamic_items(block: Block, scope: Scope, values: Values) -> tuple[list[tuple[object, object]], Unknown | None]:
    """The iterations of a `dynamic` block, and what stands for further ones nobody can know (None: no further)."""
    attribute = block.body.attributes.get("for_each")
    if attribute is None:
        return [], None
    found = values.attribute_value(attribute, scope)
    if found is None:
        return [], None
    if isinstance(found, Unknown):
        return [], unknown_from((found,))
    try:
        items = pairs(found)
    except ValueProblem:
        return [], UNKNOWN
    values.spend(len(items), attribute.expr)
    partial = isinstance(found, (PartialMap, PartialList))
    return items, unknown_from((found,)) if partial else None


def iterator_name(block: Block) -> str:
    """What the current item is called inside a dynamic block's content."""
    attribute = block.body.attributes.get("iterator")
    return (dotted(attribute.expr) if attribute is not None else "") or block.labels[0]


def content_of(block: Block) -> Body:
    """The content of a dynamic block."""
    return next((inner.body for inner in block.body.blocks if inner.type == "content"), Body())


def iterations(block: Block, items: list[tuple[object, object]], scope: Scope) -> Iterator[Scope]:
    """The scope of each iteration of a dynamic block."""
    name = iterator_name(block)
    for key, value in items:
        yield scope.binding({name: {"key": key, "value": value}})


def _add(block: Block, scope: Scope, values: Values, result: dict[str, object], meta: bool) -> None:
    if block.type == "dynamic" and block.labels:
        items, further = dynamic_items(block, scope, values)
        content = content_of(block)
        found: list[object] = [
            attributes_of(content, inner, values, meta=False) for inner in iterations(block, items, scope)
        ]
        _append(result, block.labels[0], found, partial=further is not None)
    elif not (meta and block.type in META_BLOCKS):
        _append(result, block.type, [attributes_of(block.body, scope, values, meta=False)], partial=False)


def _append(result: dict[str, object], name: str, blocks: list[object], partial: bool) -> None:
    present = result.get(name)
    if present is None:
        if blocks or partial:
            result[name] = PartialList(blocks) if partial else blocks
    elif isinstance(present, list):
        present.extend(blocks)
        if partial and not isinstance(present, PartialList):
            result[name] = PartialList(present)
