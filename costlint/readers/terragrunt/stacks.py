"""`terragrunt.stack.hcl`: the units (and stacks of units) it makes from templates, each with its values."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct, field

from costlint.model import Diagnostic
from costlint.readers.terraform.module_calls import why_not_read
from costlint.readers.terraform.reading import Reading, TerraformOptions
from costlint.readers.terraform.sourcing.resolving import Call
from costlint.readers.terraform.syntax.ast import Block
from costlint.readers.terragrunt.configs import Config, Evaluation
from costlint.readers.terragrunt.sources import call_of
from costlint.readers.terragrunt.tree import Tree, inside
from costlint.readers.terragrunt.values import VALUES_NAME, Values, as_object
from costlint.sources import SourceError

STACK_NAME = "terragrunt.stack.hcl"
MADE_IN = ".terragrunt-stack"
_DEEPEST = 10
_MOST = 10_000


class Generated(NamedTuple):
    """A unit a stack file asks for. `template` is the directory it is made from, None if that is not here; `call`
    says where that comes from, None if it is not known before deployment."""

    path: str
    template: str | None
    values: Values
    config: Config
    block: Block
    call: Call | None

    @property
    def nested(self) -> bool:
        """True if the stack file is itself made from a template."""
        return self.config.evaluation.values.given


class Made(Struct):
    """The units of all stack files, and what is wrong with those files."""

    units: list[Generated] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def generated(tree: Tree, paths: Iterable[str], options: TerraformOptions) -> Made:
    """The units the stack files at the paths make; a file that another one makes stacks from is a template."""
    made = Made()
    expansion = _Expansion(tree, options, made)
    for path in paths:
        directory = posixpath.dirname(path)
        expansion.expand(path, directory, values_beside(tree, directory, options), 0)
    made.units = [unit for unit in made.units if unit.config.file.path not in expansion.templates or unit.nested]
    return made


def values_beside(tree: Tree, directory: str, options: TerraformOptions) -> Values:
    """The values a generated unit or stack that is checked in finds beside it."""
    path = posixpath.join(directory, VALUES_NAME)
    if not tree.files.source.is_file(path):
        return Values()
    reading = Reading(tree.files, directory, options)
    try:
        config = Evaluation(tree, reading, directory, Values()).open(path, directory)
    except SourceError:
        return Values()
    return Values(as_object(config.file.body), config.scope, reading)


class _Expansion:
    def __init__(self, tree: Tree, options: TerraformOptions, made: Made) -> None:
        self._tree = tree
        self._options = options
        self._made = made
        self._left = _MOST
        self.templates: set[str] = set()

    def expand(self, path: str, directory: str, values: Values, depth: int) -> None:
        """Add the units of one stack file, which lies (or will lie) in `directory`."""
        reading = Reading(self._tree.files, directory, self._options)
        try:
            config = Evaluation(self._tree, reading, directory, values).open(path, directory)
        except SourceError as error:
            shown = reading.shown(path)
            self._made.diagnostics.append(Diagnostic("error", error.about(shown), shown))
            return
        for block in config.file.body.blocks:
            if block.type in ("unit", "stack") and block.labels:
                self._made_from(config, block, depth)
        self._made.diagnostics += reading.diagnostics

    def _made_from(self, config: Config, block: Block, depth: int) -> None:
        reading, attributes = config.reading, block.body.attributes
        place = self._target(config, block)
        text = config.value(attributes.get("source"))
        if place is None:
            message = f'the path of {block.type} "{block.labels[0]}" is not known, or leads out of the tree'
            reading.say("warning", message, config.file, block.start)
            return
        values = attributes.get("values")
        expr = values.expr if values is not None else ("obj", block.start, block.header_end, [])
        given = Values(expr, config.scope, reading, f'{block.type} "{block.labels[0]}"')
        call = call_of(config, text) if isinstance(text, str) and text else None
        if call is not None:
            self._tree.templates.add(call)
        found = self._tree.files.modules.resolve(call) if call is not None else None
        template = found.directory if found is not None else None
        if call is not None and found is not None and template is None:
            reading.say(*why_not_read(block.labels[0], call.source, found), config.file, attributes["source"].expr[1])
        if template is not None:
            self._tree.generated[place] = template
        self._left -= 1
        if self._left < 0:
            message = f"the stack files make more than {_MOST} units and stacks; the rest is not read"
            reading.say("error", message, None)
        elif block.type == "unit" or template is None:
            self._made.units.append(Generated(place, template, given, config, block, call))
        elif depth < _DEEPEST:
            file = posixpath.join(template, STACK_NAME)
            self.templates.add(file)
            self.expand(file, place, given, depth + 1)
        else:
            message = f"stacks are nested more than {_DEEPEST} levels deep; what is below is not read"
            reading.say("error", message, config.file, block.start)

    def _target(self, config: Config, block: Block) -> str | None:
        """The directory a unit or stack is made in."""
        text = config.value(block.body.attributes.get("path"))
        flat = config.value(block.body.attributes.get("no_dot_terragrunt_stack")) is True
        if not isinstance(text, str):
            return None
        base = config.directory if flat else posixpath.join(config.directory, MADE_IN)
        return inside(text, base)
