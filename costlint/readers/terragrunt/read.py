"""A Terragrunt unit → a stack: its module with the unit's inputs, generated files and variable files."""

from __future__ import annotations

import posixpath

from msgspec.structs import replace

from costlint.model import Span, Stack, UnresolvedModule
from costlint.readers.terraform.adapters.adapters import RELEASE
from costlint.readers.terraform.adapters.recording import add_root, recorded
from costlint.readers.terraform.configuration import Configuration
from costlint.readers.terraform.files import ParsedDirectory, ParsedFile, TerraformFiles, configuration_names
from costlint.readers.terraform.module_calls import why_not_read
from costlint.readers.terraform.modules import ModuleInstance
from costlint.readers.terraform.read import TerraformOptions, stack_of
from costlint.readers.terraform.reading import Reading
from costlint.readers.terraform.variables.values import Given, automatic_files, root_variables
from costlint.readers.terragrunt.arguments import extra_arguments
from costlint.readers.terragrunt.configs import Config
from costlint.readers.terragrunt.generating import generated_files
from costlint.readers.terragrunt.giving import given_inputs
from costlint.readers.terragrunt.sources import call_of, source_of
from costlint.readers.terragrunt.units import Unit, open_unit
from costlint.sources import SourceError

__all__ = ["read_unit"]


def read_unit(files: TerraformFiles, unit: Unit, options: TerraformOptions | None = None) -> Stack:
    """What a unit deploys. Mistakes become diagnostics of the stack; a module that is not here leaves the stack with
    what the unit itself writes, and the module among the unresolved ones."""
    options = options or TerraformOptions()
    options = replace(options, library=options.library or unit.library)
    opened = unit.tree.opened.pop(unit.path, None)
    if opened is not None and not options.library and opened.reading.options.environment == options.environment:
        opened.reading.resume(options)
        reading = opened.reading
    else:
        opened = None
        reading = Reading(files, unit.path, options)
        reading.absolute = unit.tree.place
    stack = Stack(reading.shown(unit.path), "terraform", unit.path, library=unit.library, why=unit.why)
    if unit.file is None:
        stack.unresolved.append(_never_made(unit))
        return stack
    try:
        config = opened or open_unit(unit.tree, reading, unit)
    except SourceError as error:
        reading.say("error", str(error), None)
        stack.diagnostics = reading.diagnostics
        return stack
    beside = unit.tree.real(unit.path)
    module, missing = _module(config, beside)
    reading.root = module
    extra = extra_arguments(config, module)
    automatic = automatic_files(files, beside) if beside != module else []
    reading.options = replace(reading.options, var_files=(*automatic, *extra.var_files, *options.var_files))
    configuration = _configuration(config, module, beside)
    configuration.broken |= missing is not None
    inputs = given_inputs(config, configuration.variables)
    given = {**inputs, **extra.given, **root_variables(reading, configuration.variables)}
    if reading.adapter is not None:
        given[RELEASE] = Given("the release", text=reading.adapter.version)
    top = ModuleInstance(reading, module, configuration, given=given)
    stack = stack_of(top, unit.path)
    stack.library, stack.why = unit.library, unit.why
    if missing is not None:
        stack.unresolved.insert(0, missing)
    said = {**_text_locals(config), **_values(config)}
    said = {name: value for name, value in said.items() if name not in stack.variables or name in stack.defaulted}
    stack.variables = {**stack.variables, **said}
    texts = ((name, value) for name, value in stack.variables.items() if isinstance(value, str))
    supposed = (name for name, value in texts if value in config.evaluation.supposed)
    stack.defaulted = stack.defaulted.difference(said).union(supposed)
    stack.diagnostics = list(reading.diagnostics)
    written = [reading.shown(file.path) for file in config.evaluation.files.values()]
    for file in config.evaluation.read_files():
        stack.suppressions += [each for each in file.suppressions if each not in stack.suppressions]
    stack.files = tuple(dict.fromkeys((*written, *stack.files)))
    if reading.adapter is not None:
        adapter, at = reading.adapter, reading.named_at
        record = recorded(adapter, "", adapter.module, at, _values(config), configuration.variables)
        add_root(stack, posixpath.basename(config.directory), record)
    if not stack.resources:
        config.evaluation.close()
        vars(top).clear()
    return stack


def _module(config: Config, beside: str) -> tuple[str, UnresolvedModule | None]:
    """The directory of the module a unit deploys, or the directory beside it and what is missing."""
    source, reading = source_of(config), config.reading
    if source is None:
        return beside, None
    file, start = source.config.file, source.attribute.expr[1]
    if not source.text:
        message = "which module this is depends on values that are not known before deployment; it is not read"
        reading.say("note", message, file, start)
    else:
        call = call_of(config, source.text)
        found = reading.files.modules.resolve(call)
        if found.directory is not None:
            return found.directory, None
        adapter = reading.files.adapters.of(call.source, call.version) if found.way == "missing" else None
        if adapter is not None:
            reading.adapter = adapter
            reading.named_at = reading.span(file, source.attribute.start, source.attribute.end)
            return adapter.directory, None
        reading.say(*why_not_read(posixpath.basename(config.directory), call.source, found), file, start)
    span = reading.span(file, source.attribute.start, source.attribute.end)
    named = posixpath.basename(config.directory)
    return beside, UnresolvedModule(named, call.source if source.text else "", span, _values(config))


def _never_made(unit: Unit) -> UnresolvedModule:
    """The record of a unit whose template is not here."""
    made = unit.generated
    assert made is not None
    file, block, reading = made.config.file, made.block, made.config.reading
    values = unit.values.value()
    span: Span = reading.span(file, block.start, block.header_end)
    source = made.call.source if made.call is not None else ""
    return UnresolvedModule(block.labels[0], source, span, values if isinstance(values, dict) else {})


def _configuration(config: Config, module: str, beside: str) -> Configuration:
    """The module with the files that are put beside it when the unit is deployed; those take the place of others of
    the same name."""
    reading = config.reading
    files = reading.files
    extra: dict[str, ParsedFile] = {}
    if beside != module:
        extra = {posixpath.basename(file.path): file for file in files.directory(beside).files}
    extra |= {posixpath.basename(file.path): file for file in generated_files(config, module)}
    if not extra:
        return reading.configuration(module)
    named = {posixpath.basename(file.path): file for file in files.directory(module).files} | extra
    ordered = [named[name] for name in configuration_names(list(named))]
    return reading.configured(ParsedDirectory(module, ordered))


def _values(config: Config) -> dict[str, object]:
    value = config.inputs.value
    return value if isinstance(value, dict) else {}


def _text_locals(config: Config) -> dict[str, object]:
    """What the unit, its includes and the files they read call themselves: locals that are text, the nearest first."""
    found: dict[str, object] = {}
    for each in config.evaluation.opened:
        for name, attribute in each.locals.items():
            value = each.local(name, attribute.expr) if name not in found else None
            if isinstance(value, str):
                found[name] = value
    return found
