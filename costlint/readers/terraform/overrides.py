"""Override files: `override.tf` and `*_override.tf` change blocks of the other files of their directory.

The rules are Terraform's ("Override Files" in its language documentation): arguments replace arguments, the
nested blocks of a type replace all of that type, `lifecycle` and `locals` are merged argument by argument.
"""

from __future__ import annotations

from collections.abc import Callable

from costlint.readers.terraform.syntax.ast import Attribute, Block, Body, Problem

_APPENDED = frozenset({"moved", "import", "removed", "check"})


def is_override(name: str) -> bool:
    """True for the name of an override file."""
    stem = name.removesuffix(".json").rpartition(".")[0]
    return stem == "override" or stem.endswith("_override")


def header(block: Block) -> tuple[object, ...]:
    """What an override block and the block it changes have in common."""
    return (block.type, *block.labels, _alias(block))


def merged(base: Block, block: Block) -> Block:
    """The base block with the override's contents."""
    if base.type == "terraform":
        body = _settings(base.body, block.body)
    elif base.type == "locals":
        body = Body({**base.body.attributes, **block.body.attributes}, base.body.blocks)
    else:
        body = _body(base.body, block.body)
    return Block(base.type, base.labels, body, base.start, base.header_end, base.end)


def is_appended(block: Block) -> bool:
    """True for blocks that stand for themselves and override nothing."""
    return block.type in _APPENDED


def wanted(block: Block) -> Problem:
    """The problem of an override block that has nothing to override."""
    name = " ".join((block.type, *(f'"{label}"' for label in block.labels)))
    return Problem(block.start, f"there is no {name} to override in this directory")


def each_node(block: Block, visit: Callable[[Attribute | Block], None]) -> None:
    """Call `visit` with the block and everything in it."""
    pending = [block]
    while pending:
        here = pending.pop()
        visit(here)
        for attribute in here.body.attributes.values():
            visit(attribute)
        pending.extend(here.body.blocks)


def _alias(block: Block) -> object:
    if block.type != "provider":
        return None
    attribute = block.body.attributes.get("alias")
    return attribute.expr[3] if attribute is not None and attribute.expr[0] in ("lit", "name") else None


def _body(base: Body, body: Body) -> Body:
    replaced = {_what(block) for block in body.blocks if block.type != "lifecycle"}
    replaced.update(body.attributes)  # in JSON nested blocks look like attributes
    attributes = {name: attribute for name, attribute in base.attributes.items() if name not in replaced}
    attributes.update(body.attributes)
    blocks = [block for block in base.blocks if _what(block) not in replaced]
    for block in body.blocks:
        if block.type == "lifecycle":
            blocks = _with_lifecycle(blocks, block)
        else:
            blocks.append(block)
    return Body(attributes, blocks)


def _what(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _with_lifecycle(blocks: list[Block], block: Block) -> list[Block]:
    for index, candidate in enumerate(blocks):
        if candidate.type == "lifecycle":
            return [*blocks[:index], merged(candidate, block), *blocks[index + 1 :]]
    return [*blocks, block]


def _settings(base: Body, body: Body) -> Body:
    """`terraform`: required_providers by provider; a backend or cloud block replaces either."""
    blocks = list(base.blocks)
    for block in body.blocks:
        if block.type == "required_providers":
            index = next((i for i, b in enumerate(blocks) if b.type == block.type), None)
            if index is not None:
                old = blocks[index]
                both = Body({**old.body.attributes, **block.body.attributes}, old.body.blocks)
                blocks[index] = Block(old.type, old.labels, both, old.start, old.header_end, old.end)
                continue
        elif block.type in ("backend", "cloud"):
            blocks = [b for b in blocks if b.type not in ("backend", "cloud")]
        else:
            blocks = [b for b in blocks if _what(b) != _what(block)]
        blocks.append(block)
    return Body({**base.attributes, **body.attributes}, blocks)
