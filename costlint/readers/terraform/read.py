"""A Terraform root → a stack: every resource instance with its attributes evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from costlint.model import (
    UNKNOWN,
    AdaptedModule,
    Missing,
    Provider,
    Region,
    Resource,
    Span,
    Stack,
    Unknown,
    references_in,
)
from costlint.readers.terraform.adapters.adapters import Adapter
from costlint.readers.terraform.adapters.recording import not_understood
from costlint.readers.terraform.evaluation.expand import Key, repetition
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.module_calls import ModuleCall, called_at
from costlint.readers.terraform.modules import ModuleInstance
from costlint.readers.terraform.moving import moved_in
from costlint.readers.terraform.providers import cloud_of, effective_tags
from costlint.readers.terraform.reading import Reading, TerraformOptions
from costlint.readers.terraform.regions import inherit_regions, region_of
from costlint.readers.terraform.resources import ResourceBlock
from costlint.readers.terraform.signs import signs
from costlint.readers.terraform.tracing.locate import BlockLocator, CallLocator
from costlint.readers.terraform.variables.workspaces import DEFAULT, UnnamedWorkspace
from costlint.sources import is_elsewhere
from costlint.spelling import did_you_mean

__all__ = ["TerraformOptions", "read_stack", "stack_of"]

_MISTYPED = 0.75


def read_stack(files: TerraformFiles, root: str, options: TerraformOptions | None = None) -> Stack:
    """What the root module in directory `root` (relative to the source) deploys with these options.

    Mistakes in the configuration become diagnostics of the stack; what depends on them is UNKNOWN.
    """
    reading = Reading(files, root, options or TerraformOptions())
    return stack_of(ModuleInstance(reading, root, reading.configuration(root)), root)


def stack_of(top: ModuleInstance, path: str) -> Stack:
    """What a root module that is read already deploys. `path` is the directory it is deployed from, its own or that of
    the unit that names it."""
    reading = top.reading
    shown, label = reading.shown(path), reading.options.label
    stack = Stack(
        name=f"{shown} [{label}]" if label else shown,
        directory=shown,
        kind="terraform",
        path=path,
        workspace=DEFAULT if isinstance(reading.workspace, UnnamedWorkspace) else reading.workspace,
        var_files=tuple(map(reading.shown, reading.options.var_files)),
    )
    stack.missing = _missing(top)
    moves: list[tuple[str, str]] = []
    for module in _modules(top, stack):
        moves += moved_in(module)
        for block in module.blocks.values():
            if block.mode == "ephemeral":
                continue
            if not block.expansion.all_keys:
                stack.repeated[block.address] = BlockLocator(block, None)
            if len(stack.resources) >= reading.limits.resources:
                break
            stack.resources += _resources(block, reading.limits.resources - len(stack.resources))
        if len(stack.resources) >= reading.limits.resources:
            message = f"the stack has more than {reading.limits.resources} resources; the rest is not read"
            reading.say("error", message, None)
            break
    stack.moved = tuple(moves)
    inherit_regions(stack.resources)
    stack.region = _stack_region(top, stack)
    stack.exported = _exported(top)
    stack.variables, stack.defaulted = _variables(top)
    stack.signs = tuple(signs(top))
    _say_what_is_not_declared(top)
    _say_what_workspace(top)
    stack.diagnostics = list(reading.diagnostics)
    values = (given.file for given in top.given.values() if given.file is not None)
    for file in dict.fromkeys((*reading.read_files, *values)):
        stack.suppressions += file.suppressions
    stack.files = tuple(dict.fromkeys(reading.shown(file.written_in) for file in reading.read_files))
    elsewhere = (file.written_in for file in reading.read_files if is_elsewhere(file.written_in))
    stack.outside = frozenset((*map(reading.shown, elsewhere), *(module.release for module in stack.adapted)))
    return stack


def _modules(top: ModuleInstance, stack: Stack) -> Iterator[ModuleInstance]:
    """The root and every module instance below it, each before those it calls; unresolved ones go to the stack."""
    pending = [top]
    while pending:
        module = pending.pop()
        yield module
        below: list[ModuleInstance] = []
        for call in module.calls.values():
            if repetition(call.body) is not None:
                stack.repeated[call.address] = CallLocator(call)
            for key in call.expansion.all_keys:
                child = call.child(key)
                if child is None:
                    stack.unresolved.append(call.unresolved(key))
                    continue
                below.append(child)
                stack.calls[child.address] = called_at(child)
                if call.adapter is not None:
                    stack.adapted.append(_adapted(call, key, call.adapter))
        pending += reversed(below)


def _adapted(call: ModuleCall, key: Key, adapter: Adapter) -> AdaptedModule:
    """The record of a module an adapter stands in for; what nothing is known of is said at its inputs."""
    found = call.adapted(key, adapter)
    if found.unread:
        message = not_understood(call.name, found)
        call.module.reading.say("note", message, call.declared.file, call.declared.block.start)
    return found


def _resources(block: ResourceBlock, most: int) -> Iterator[Resource]:
    keys = block.expansion.all_keys
    if not keys:
        return
    module, reading = block.module, block.module.reading
    written = block.declared.block
    span = reading.span(block.declared.file, written.start, written.header_end)
    if module.adapted:
        span = called_at(module)
    cloud = cloud_of(block.type)
    provider = module.provider(*block.provider)
    default_region = provider.region if provider is not None else Region("", True, "its provider is not configured")
    default_tags = provider.default_tags if provider is not None else {}
    alike = len(keys) == 1 or block.alike()
    shared: tuple[dict[str, object], Region, Mapping[str, object], BlockLocator] | None = None
    for key in keys[:most]:
        if shared is None or not alike:
            with reading.supposing(isinstance(key, Unknown)):
                attributes = block.attributes(key)
            shared = (
                attributes,
                region_of(cloud, attributes, default_region),
                effective_tags(block.type, attributes, default_tags),
                BlockLocator(block, key),
            )
        yield _resource(block, key, cloud, span, shared)


def _resource(
    block: ResourceBlock,
    key: Key,
    cloud: Provider,
    span: Span,
    shared: tuple[dict[str, object], Region, Mapping[str, object], BlockLocator],
) -> Resource:
    attributes, region, tags, locator = shared
    uncertain = isinstance(key, Unknown) or block.module.exists is UNKNOWN
    return Resource(
        address=block.address_of(key),
        type=block.type,
        provider=cloud,
        attributes=attributes,
        span=span,
        region=region,
        tags=tags,
        exists=UNKNOWN if uncertain else True,
        name=block.name,
        module=block.module.address,
        data=block.mode == "data",
        locator=locator,
        adapted=block.module.adapted,
    )


def _exported(top: ModuleInstance) -> frozenset[str]:
    outputs = (top.output(name) for name in top.configuration.outputs)
    return frozenset(reference.address for value in outputs for _, reference in references_in(value))


def _stack_region(top: ModuleInstance, stack: Stack) -> Region:
    """The region the root's default provider is configured for; of several clouds, the first with resources."""
    for name in dict.fromkeys(resource.type.partition("_")[0] for resource in stack.resources):
        provider = top.provider(name)
        if provider is not None and not provider.region.assumed:
            return provider.region
    return Region("", True, "no provider names a region")


def _variables(top: ModuleInstance) -> tuple[Mapping[str, object], frozenset[str]]:
    """The root's variables as evaluated, and those that have only their default. Nobody may ask for some of them: what
    is wrong with those is Terraform's to say."""
    declared = top.configuration.variables
    with top.reading.supposing(True):
        return {name: top.variable(name) for name in declared}, frozenset(declared).difference(top.given)


def _missing(top: ModuleInstance) -> tuple[Missing, ...]:
    """The root's variables that have neither a value nor a default, in the order they are written."""
    found = []
    for name, variable in top.configuration.variables.items():
        if variable.default is None and name not in top.given and not top.reading.options.library:
            declared = variable.block.body.attributes.get("type")
            kind = variable.file.text(declared.expr[1], declared.expr[2]) if declared is not None else ""
            span = top.reading.span(variable.file, variable.block.start, variable.block.header_end)
            found.append(Missing(name, kind, span))
    return tuple(sorted(found, key=lambda one: one.span))


def _say_what_is_not_declared(top: ModuleInstance) -> None:
    known = top.configuration.variables
    for name in top.reading.options.variables:
        if name not in known and not top.configuration.broken:
            meant = did_you_mean(name, known, least=_MISTYPED)
            text = f'--var {name}: the root module has no variable "{name}"{meant}'
            top.reading.say("warning" if meant else "note", text, None)


def _say_what_workspace(top: ModuleInstance) -> None:
    """A note where the configuration depends on a workspace nobody named."""
    reading, workspace = top.reading, top.reading.workspace
    if not isinstance(workspace, UnnamedWorkspace) or not workspace.asked or reading.options.library:
        return
    names = [*workspace.known][:_MOST_WORKSPACES]
    known = f" (it knows {', '.join(names)}{', …' if len(workspace.known) > len(names) else ''})" if names else ""
    message = f"what this deploys depends on its workspace{known}: name one with --workspace; unknown until then"
    first = next(iter(top.configuration.directory.files), None)
    reading.say("note", message, first, 0 if first else -1)


_MOST_WORKSPACES = 8
