"""One directory of Terraform, indexed: what a module declares, before anything in it has a value."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from costlint.readers.terraform.evaluation.blocks import dotted
from costlint.readers.terraform.files import ParsedDirectory, ParsedFile
from costlint.readers.terraform.syntax.ast import Attribute, Block, Body, Expr
from costlint.readers.terraform.syntax.json_blocks import with_blocks
from costlint.readers.terraform.types.constraints import ANY, TypeSpec, TypeSyntaxError, parse_type

ProviderName = tuple[str, str]
"""A provider configuration's local name and alias ("" for the default one)."""

ResourceKey = tuple[str, str, str]
"""("resource" or "data", type, name)."""


class Declared(Struct):
    """A block and the file it is written in."""

    file: ParsedFile
    block: Block


class Variable(Declared):
    """A `variable` block. `type` is None until it is asked for."""

    type: TypeSpec | None = None

    @property
    def default(self) -> Attribute | None:
        return self.block.body.attributes.get("default")

    @property
    def nullable(self) -> bool:
        attribute = self.block.body.attributes.get("nullable")
        return attribute is None or attribute.expr[0] != "lit" or attribute.expr[3] is not False

    def type_spec(self, evaluate: Callable[[Expr], object]) -> TypeSpec:
        """The declared type, `any` if there is none. Raises TypeSyntaxError the first time it is wrong."""
        if self.type is None:
            self.type = ANY
            attribute = self.block.body.attributes.get("type")
            if attribute is not None:
                self.type = parse_type(attribute.expr, evaluate)
        return self.type


class Configuration(Struct):
    """What one module directory declares. `broken` when files have syntax errors or are not here, so declarations may
    be missing."""

    directory: ParsedDirectory
    variables: dict[str, Variable] = field(default_factory=dict)
    locals: dict[str, tuple[ParsedFile, Attribute]] = field(default_factory=dict)
    outputs: dict[str, Declared] = field(default_factory=dict)
    resources: dict[ResourceKey, Declared] = field(default_factory=dict)
    calls: dict[str, Declared] = field(default_factory=dict)
    providers: dict[ProviderName, Declared] = field(default_factory=dict)
    broken: bool = False


def configuration_of(directory: ParsedDirectory) -> Configuration:
    """The index of a parsed directory."""
    found = Configuration(directory, broken=any(file.problems for file in directory.files))
    for file, block in directory.blocks:
        kind, labels = block.type, block.labels
        if kind in ("resource", "data", "ephemeral"):
            if len(labels) == 2:
                if file.path.endswith(".json"):
                    body = with_blocks(block.body)
                    block = Block(kind, labels, body, block.start, block.header_end, block.end)
                found.resources.setdefault((kind, labels[0], labels[1]), Declared(file, block))
        elif kind == "locals":
            for name, attribute in block.body.attributes.items():
                found.locals[name] = (directory.file_of(attribute) or file, attribute)
        elif kind == "provider" and labels:
            found.providers.setdefault((labels[0], alias_of(block.body)), Declared(file, block))
        elif kind == "variable" and labels:
            found.variables.setdefault(labels[0], Variable(file, block))
        elif kind == "output" and labels:
            found.outputs.setdefault(labels[0], Declared(file, block))
        elif kind == "module" and labels:
            found.calls.setdefault(labels[0], Declared(file, block))
    return found


def alias_of(body: Body) -> str:
    """The alias a provider block gives itself."""
    attribute = body.attributes.get("alias")
    return dotted(attribute.expr) if attribute is not None else ""


def provider_name(expr: Expr) -> ProviderName:
    """The provider configuration an expression names: `aws.eu`, `aws`, "aws.eu"; `aws.eu[each.key]` is aws.eu."""
    while expr[0] == "index":
        expr = expr[3]
    local, _, alias = dotted(expr).partition(".")
    return local, alias


__all__ = [
    "Configuration",
    "Declared",
    "ProviderName",
    "ResourceKey",
    "TypeSyntaxError",
    "Variable",
    "alias_of",
    "configuration_of",
    "provider_name",
]
