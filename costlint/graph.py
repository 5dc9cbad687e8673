"""A stack as estimators and rules see it: resources by address, and the edges between them.

Edges come from references in attributes: `bucket = aws_s3_bucket.a.id` makes the lifecycle configuration
refer to the bucket. `View.patched` applies a patch and relinks only what changed; the base view is untouched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from costlint.model import (
    AddBlock,
    AddResource,
    Edit,
    Patch,
    Path,
    RemoveResource,
    RemoveValue,
    Resource,
    SetValue,
    Stack,
    references_in,
)

_LAST_INDEX = re.compile(r"\[[^\[\]]*\]$")


class Edge(NamedTuple):
    """`source` refers to `target` from its attribute at `path`."""

    source: str
    target: str
    path: Path


def block_address(address: str) -> str:
    """The address of the block an instance comes from: `aws_instance.a[0]` → `aws_instance.a`."""
    return _LAST_INDEX.sub("", address)


class View:
    """Resources of one stack and how they refer to each other. Read-only; `patched` gives another view."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.resources: Mapping[str, Resource] = {r.address: r for r in stack.resources if not r.data}
        self._types: dict[str, list[str]] = {}
        self._instances: dict[str, list[str]] = {}
        self._incoming: dict[str, list[Edge]] = {}
        self._outgoing: dict[str, tuple[Edge, ...]] = {}
        for address, resource in self.resources.items():
            self._types.setdefault(resource.type, []).append(address)
            self._instances.setdefault(block_address(address), []).append(address)
        shared: dict[int, tuple[tuple[Path, str], ...]] = {}
        for address, resource in self.resources.items():
            references = shared.get(id(resource.attributes))
            if references is None:
                references = tuple((p, ref.address) for p, ref in references_in(dict(resource.attributes)))
                shared[id(resource.attributes)] = references
            if references:
                self._connect(address, references)

    def _connect(self, address: str, references: Iterable[tuple[Path, str]]) -> None:
        edges = tuple(
            Edge(address, target, path)
            for path, named in references
            for target in self._targets(named)
            if target != address
        )
        self._outgoing[address] = edges
        for edge in edges:
            self._incoming.setdefault(edge.target, []).append(edge)

    def _targets(self, named: str) -> list[str]:
        """The resources a reference names: one instance, or every instance of a block named as a whole."""
        if named in self.resources:
            return [named]
        return self._instances.get(named, [])

    def get(self, address: str) -> Resource | None:
        """The resource at an address, None when there is none."""
        return self.resources.get(address)

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Every resource of the given types, in the order they were read."""
        for kind in types:
            for address in self._types.get(kind, ()):
                yield self.resources[address]

    @property
    def types(self) -> Iterable[str]:
        return self._types.keys()

    def outgoing(self, address: str) -> tuple[Edge, ...]:
        """Edges from a resource to those it refers to."""
        return self._outgoing.get(address, ())

    def incoming(self, address: str) -> list[Edge]:
        """Edges to a resource from those that refer to it."""
        return self._incoming.get(address, [])

    def referring(self, address: str, *types: str) -> list[Resource]:
        """Resources (of the given types, if any) that refer to this one."""
        sources = dict.fromkeys(edge.source for edge in self.incoming(address))
        found = (self.resources[source] for source in sources)
        return [r for r in found if not types or r.type in types]

    def referred(self, address: str, *types: str) -> list[Resource]:
        """Resources (of the given types, if any) that this one refers to."""
        targets = dict.fromkeys(edge.target for edge in self.outgoing(address))
        found = (self.resources[target] for target in targets)
        return [r for r in found if not types or r.type in types]

    def linked(self, address: str, *types: str) -> list[Resource]:
        """Resources (of the given types, if any) connected to this one in either direction."""
        both = self.referring(address, *types) + self.referred(address, *types)
        return list({r.address: r for r in both}.values())

    def instances(self, block: str) -> list[Resource]:
        """All instances of the block with this address (without an index)."""
        return [self.resources[address] for address in self._instances.get(block, ())]

    def patched(self, patch: Patch) -> View:
        """This view with the patch applied. Raises KeyError if it edits a resource that is not here."""
        return _Patched(self, patch)


class _Patched(View):
    """A view that differs from its base in a few resources; everything else is looked up in the base."""

    def __init__(self, base: View, patch: Patch) -> None:
        self.stack = base.stack
        changed: dict[str, Resource] = {}
        removed: set[str] = set()
        for edit in patch.edits:
            if isinstance(edit, RemoveResource):
                if edit.address not in base.resources and edit.address not in changed:
                    raise KeyError(edit.address)
                changed.pop(edit.address, None)
                removed.add(edit.address)
            elif isinstance(edit, AddResource):
                changed[edit.address] = _sibling(base.resources[edit.beside], edit)
            else:
                resource = changed.get(edit.address) or base.resources[edit.address]
                changed[edit.address] = _edited(resource, edit)
        self.resources = _overlay(base.resources, changed, removed)
        touched = removed | changed.keys()
        self._types = dict(base._types)
        self._instances = dict(base._instances)
        for address in removed:
            gone = base.resources.get(address)
            if gone is not None:
                self._types[gone.type] = [a for a in self._types[gone.type] if a != address]
                block = block_address(address)
                self._instances[block] = [a for a in self._instances[block] if a != address]
        for address, resource in changed.items():
            if address not in base.resources:
                self._types[resource.type] = [*self._types.get(resource.type, ()), address]
                block = block_address(address)
                self._instances[block] = [*self._instances.get(block, ()), address]
        self._outgoing = dict(base._outgoing)
        self._incoming = dict(base._incoming)
        for address in touched:
            for target in {edge.target for edge in self._outgoing.pop(address, ())}:
                self._incoming[target] = [e for e in self._incoming[target] if e.source != address]
            if address in removed:
                for source in {edge.source for edge in self._incoming.pop(address, ())}:
                    kept = tuple(e for e in self._outgoing.get(source, ()) if e.target != address)
                    self._outgoing[source] = kept
        for address, resource in changed.items():
            references = [(p, ref.address) for p, ref in references_in(dict(resource.attributes))]
            for target in {t for _, named in references for t in self._targets(named)}:
                self._incoming[target] = list(self._incoming.get(target, ()))
            self._connect(address, references)


def _overlay(
    base: Mapping[str, Resource], changed: Mapping[str, Resource], removed: set[str]
) -> Mapping[str, Resource]:
    merged = dict(base)
    for address in removed:
        merged.pop(address, None)
    merged.update(changed)
    return merged


def _sibling(beside: Resource, edit: AddResource) -> Resource:
    return Resource(
        address=edit.address,
        type=edit.type,
        provider=beside.provider,
        attributes=dict(edit.attributes),
        span=beside.span,
        region=beside.region,
        environment=beside.environment,
        tags=beside.tags,
        name=edit.address.rpartition(".")[2],
        module=beside.module,
    )


def _edited(resource: Resource, edit: Edit) -> Resource:
    attributes: object = dict(resource.attributes)
    if isinstance(edit, SetValue):
        attributes = _put(attributes, edit.path, edit.value)
    elif isinstance(edit, AddBlock):
        attributes = _append(attributes, edit.path, dict(edit.value))
    elif isinstance(edit, RemoveValue):
        attributes = _drop(attributes, edit.path)
    assert isinstance(attributes, dict)
    return Resource(
        address=resource.address,
        type=resource.type,
        provider=resource.provider,
        attributes=attributes,
        span=resource.span,
        region=resource.region,
        environment=resource.environment,
        tags=resource.tags,
        defaults=resource.defaults,
        exists=resource.exists,
        name=resource.name,
        module=resource.module,
        data=resource.data,
        locator=resource.locator,
    )


def _put(value: object, path: Path, new: object) -> object:
    """A copy of `value` with `new` at `path`; missing maps on the way are created."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        index = step if isinstance(step, int) else 0
        remaining = rest if isinstance(step, int) else path
        copy = list(value)
        if index < len(copy):
            copy[index] = _put(copy[index], remaining, new)
        else:
            copy.append(_put({}, remaining, new))
        return type(value)(copy)
    mapping = type(value)(value) if isinstance(value, dict) else {}
    if rest and mapping.get(step) is None and isinstance(rest[0], str):
        mapping[step] = [_put({}, rest, new)]
    else:
        mapping[step] = _put(mapping.get(step), rest, new)
    return mapping


def _append(value: object, path: Path, block: dict[str, object]) -> object:
    if not path:
        return [*value, block] if isinstance(value, list) else [block]
    step, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(step, str):
        return [_append(value[0] if value else {}, path, block), *value[1:]]
    if isinstance(value, list) and isinstance(step, int):
        copy = list(value)
        copy[step] = _append(copy[step], rest, block)
        return copy
    mapping = type(value)(value) if isinstance(value, dict) else {}
    mapping[step] = _append(mapping.get(step), rest, block)
    return mapping


def _drop(value: object, path: Path) -> object:
    if not path:
        return None
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        copy = list(value)
        if isinstance(step, int):
            if not rest:
                del copy[step : step + 1]
            elif step < len(copy):
                copy[step] = _drop(copy[step], rest)
        elif copy:
            copy[0] = _drop(copy[0], path)
        return copy
    if isinstance(value, dict):
        mapping = type(value)(value)
        if not rest:
            mapping.pop(step, None)
        elif step in mapping:
            mapping[step] = _drop(mapping[step], rest)
        return mapping
    return value
