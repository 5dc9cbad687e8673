"""`include` blocks: which file each brings in, and how its settings are merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from costlint.model import Unknown
from costlint.readers.terraform.syntax.ast import Block
from costlint.readers.terragrunt.tree import inside
from costlint.sources import SourceError

if TYPE_CHECKING:
    from costlint.readers.terragrunt.configs import Config

_STRATEGIES = ("shallow", "deep", "no_merge")


class Include(NamedTuple):
    """`include "name" { path merge_strategy }`; the name is "" for the bare block of older files."""

    name: str
    block: Block
    strategy: str


def includes_of(config: Config) -> dict[str, Include]:
    """The include blocks of a file by name, in the order they are written. A file that is itself included has none:
    Terragrunt follows includes one level deep."""
    found: dict[str, Include] = {}
    for block in config.blocks_of("include") if config.child is None else ():
        name = block.labels[0] if block.labels else ""
        strategy = block.body.literal("merge_strategy") or "shallow"
        if strategy not in _STRATEGIES:
            message = f'"{strategy}" is no merge strategy; there are {", ".join(_STRATEGIES)}'
            config.reading.say("warning", message, config.file, block.body.attributes["merge_strategy"].expr[1])
            strategy = "shallow"
        found[name] = Include(name, block, strategy)
    return found


def included_file(config: Config, include: Include) -> Config | None:
    """The file an include block names; None, and a diagnostic where it is wrong, if it cannot be read."""
    attribute = include.block.body.attributes.get("path")
    config.naming_includes = True
    try:
        value = config.value(attribute)
    finally:
        config.naming_includes = False
    start = attribute.expr[1] if attribute is not None else include.block.start
    if not isinstance(value, str):
        if not isinstance(value, Unknown):
            config.reading.say("warning", "an include needs the path of a file", config.file, start)
        return None
    path = inside(value, config.directory)
    if path is None:
        message = f"{value} lies outside the scanned tree and is not included"
        config.reading.say("warning", message, config.file, start)
        return None
    if path == config.path:
        config.reading.say("warning", "this file includes itself", config.file, start)
        return None
    try:
        found = config.evaluation.open(path, config.directory, config)
    except SourceError as error:
        config.reading.say("error", f"the included file cannot be read: {error}", config.file, start)
        return None
    for block in found.blocks_of("include")[:1]:
        message = "this file is included, so what it includes itself is not read: Terragrunt follows one level"
        config.reading.say("warning", message, found.file, block.start)
    return found
