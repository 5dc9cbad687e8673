"""`extra_arguments`: the variable files and values a unit hands to Terraform besides its inputs."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from costlint.readers.terraform.syntax.ast import Block
from costlint.readers.terraform.variables.values import Given
from costlint.readers.terragrunt.configs import Config
from costlint.readers.terragrunt.tracing import pair
from costlint.readers.terragrunt.tree import inside

_DEPLOYING = frozenset(("plan", "apply"))
_VARIABLE = "TF_VAR_"


class Extra(Struct):
    """Variable files as paths of the source, and variables set one by one."""

    var_files: list[str] = field(default_factory=list)
    given: dict[str, Given] = field(default_factory=dict)


def extra_arguments(config: Config, module: str) -> Extra:
    """What the `extra_arguments` of a unit and of its includes add when the unit is planned or applied."""
    extra = Extra()
    seen: set[str] = set()
    for owner, terraform in config.merged_blocks("terraform"):
        for block in terraform.body.blocks:
            if block.type != "extra_arguments" or not block.labels or block.labels[0] in seen:
                continue
            seen.add(block.labels[0])
            commands = owner.value(block.body.attributes.get("commands"))
            if not isinstance(commands, list) or _DEPLOYING.intersection(filter(_is_text, commands)):
                _add_files(owner, block, module, extra)
                _add_variables(owner, block, extra)
    return extra


def _add_files(config: Config, block: Block, module: str, extra: Extra) -> None:
    named = [(text, False) for text in _texts(config, block, "optional_var_files")]
    named += [(text, True) for text in _texts(config, block, "required_var_files")]
    for text in _texts(config, block, "arguments"):
        option, _, value = text.partition("=")
        if option.lstrip("-") == "var-file":
            named.append((value, True))
    for text, required in named:
        place = _place(config, text, module)
        if place is not None:
            extra.var_files.append(place)
        elif required:
            message = f"the variable file {text} is not in the scanned tree"
            config.reading.say("warning", message, config.file, block.start)


def _place(config: Config, text: str, module: str) -> str | None:
    """A variable file beside the unit or, as both end up in one directory, beside the module."""
    for directory in (config.directory, module):
        path = inside(text, directory)
        if path is not None and config.tree.files.source.is_file(config.tree.real(path)):
            return config.tree.real(path)
    return None


def _add_variables(config: Config, block: Block, extra: Extra) -> None:
    attribute = block.body.attributes.get("env_vars")
    values = config.value(attribute)
    if attribute is None or not isinstance(values, dict):
        return
    for name in values:
        if name.startswith(_VARIABLE):
            expr, rest = pair(attribute.expr, (name,))
            if not rest:
                given = Given(f"env_vars {name}", expr, config.file, scope=config.scope)
                extra.given[name.removeprefix(_VARIABLE)] = given


def _texts(config: Config, block: Block, name: str) -> Iterator[str]:
    value = config.value(block.body.attributes.get(name))
    return filter(_is_text, value) if isinstance(value, list) else iter(())


def _is_text(value: object) -> bool:
    return isinstance(value, str)
