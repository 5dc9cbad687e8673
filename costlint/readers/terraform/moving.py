"""`moved` blocks: which address something had before."""

from __future__ import annotations

from collections.abc import Iterator

from costlint.readers.terraform.files import ParsedFile
from costlint.readers.terraform.modules import ModuleInstance
from costlint.readers.terraform.syntax.ast import Attribute


def moved_in(module: ModuleInstance) -> Iterator[tuple[str, str]]:
    """The addresses before and after, absolute, that the `moved` blocks of a module instance name."""
    for file, block in module.configuration.directory.blocks:
        if block.type == "moved":
            before, after = (_address(file, block.body.attributes.get(name)) for name in ("from", "to"))
            if before and after:
                yield module.prefix + before, module.prefix + after


def _address(file: ParsedFile, written: Attribute | None) -> str:
    """An address as it is written; JSON has it in quotes."""
    if written is None:
        return ""
    text = "".join(file.text(written.expr[1], written.expr[2]).split())
    return text[1:-1].replace('\\"', '"') if text.startswith('"') else text
