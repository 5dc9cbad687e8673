"""Which definition a line of a Terraform file belongs to."""

from __future__ import annotations

from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.syntax.ast import Attribute, Block
from costlint.sources import SourceError, open_directory


def lines_around(path: str, line: int) -> tuple[int, int] | None:
    """The first and last line of the block (or variable value) around a line of a file, None if there is none."""
    try:
        source, selected = open_directory(path)
        file = TerraformFiles(source).file(selected)
    except SourceError:
        return None
    nodes: list[Block | Attribute] = [*file.body.blocks, *file.body.attributes.values()]
    for node in nodes:
        first, last = file.position(node.start)[0], file.position(node.end)[0]
        if first <= line <= last:
            return first, last
    return None
