"""A stack as estimators and rules see it: resources by address, and the edges between them.

Edges come from references in attributes: `bucket = aws_s3_bucket.a.id` makes the lifecycle configuration
refer to the bucket. `View.patched` gives a thin overlay that holds only what the patch changes, so a patched
view of 60,000 resources costs as much as one of ten.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar, overload

from costlint.model import (
    AddResource,
    LinkedStr,
    Patch,
    Path,
    Reference,
    RemoveResource,
    RemoveValue,
    Resource,
    Stack,
    Unknown,
    sources_of,
)
from costlint.model.editing import edited, sibling

_LAST_INDEX = re.compile(r"\[[^\[\]]*\]$")
_MOST_HOPS = 3
_MAY_REFER = (Unknown, LinkedStr, dict, list, tuple)
_Places = list[tuple[Path, Reference]]
Other = TypeVar("Other")


class Edge(NamedTuple):
    """`source` refers to `target` from its attribute at `path`."""

    source: str
    target: str
    path: Path


def block_address(address: str) -> str:
    """The address of the block an instance comes from: `aws_instance.a[0]` → `aws_instance.a`."""
    return _LAST_INDEX.sub("", address) if address.endswith("]") else address


class View:
    """Resources of one stack and how they refer to each other. Read-only; `patched` gives another view."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.resources: Mapping[str, Resource] = {r.address: r for r in stack.resources if not r.data}
        self._types: dict[str, dict[str, None]] = {}
        self._instances: dict[str, dict[str, None]] = {}
        self._incoming: dict[str, list[Edge]] = {}
        self._outgoing: dict[str, tuple[Edge, ...]] = {}
        self._loose: dict[str, list[str]] = {}
        for address, resource in self.resources.items():
            self._list(address, resource.type)
        shared: dict[int, _Places] = {}
        for address, resource in self.resources.items():
            places = shared.get(id(resource.attributes))
            if places is None:
                places = shared[id(resource.attributes)] = _places(resource)
            if places:
                self._connect(address, places)

    def _list(self, address: str, kind: str) -> None:
        self._types.setdefault(kind, {})[address] = None
        block = block_address(address)
        if block is not address:
            self._instances.setdefault(block, {})[address] = None

    def _connect(self, address: str, places: _Places) -> None:
        """Draw the edges of a resource; remember names that stand for no single resource of this view."""
        edges: dict[Edge, None] = {}
        for path, reference in places:
            for target in self._targets(reference, address):
                if target != address:
                    edges[Edge(address, target, path)] = None
        self._outgoing[address] = tuple(edges)
        for edge in edges:
            self._receive(edge)

    def _receive(self, edge: Edge) -> None:
        self._incoming.setdefault(edge.target, []).append(edge)

    def _targets(self, reference: Reference, origin: str, hops: int = _MOST_HOPS) -> list[str]:
        """The resources a reference names: one instance, or every instance of a block named as a whole; and where
        the attribute asked for was itself read from another resource, that one too."""
        named = self.resources.get(reference.address)
        if named is None:
            self._loose.setdefault(reference.address, []).append(origin)
            return [resource.address for resource in self.instances(reference.address)]
        onward = named.attributes.get(reference.attribute) if reference.attribute and hops else None
        if not isinstance(onward, (Unknown, LinkedStr)):
            return [reference.address]
        further = (target for source in sources_of(onward) for target in self._targets(source, origin, hops - 1))
        return list(dict.fromkeys((reference.address, *further)))

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
        """Every resource type that occurs."""
        return self._types.keys()

    def outgoing(self, address: str) -> tuple[Edge, ...]:
        """Edges from a resource to those it refers to."""
        return self._outgoing.get(address, ())

    def incoming(self, address: str) -> list[Edge]:
        """Edges to a resource from those that refer to it."""
        return self._incoming.get(address, [])

    def referring(self, address: str, *types: str) -> list[Resource]:
        """Resources (of the given types, if any) that refer to this one."""
        edges = self.incoming(address)
        if not edges:
            return []
        found = (self.resources[source] for source in dict.fromkeys(edge.source for edge in edges))
        return [r for r in found if not types or r.type in types]

    def referred(self, address: str, *types: str) -> list[Resource]:
        """Resources (of the given types, if any) that this one refers to."""
        edges = self.outgoing(address)
        if not edges:
            return []
        found = (self.resources[target] for target in dict.fromkeys(edge.target for edge in edges))
        return [r for r in found if not types or r.type in types]

    def linked(self, address: str, *types: str) -> list[Resource]:
        """Resources (of the given types, if any) connected to this one in either direction."""
        both = self.referring(address, *types) + self.referred(address, *types)
        return list({r.address: r for r in both}.values())

    def instances(self, block: str) -> list[Resource]:
        """All instances of the block with this address (without an index)."""
        return [self.resources[address] for address in self._addresses(block)]

    def copies(self, block: str) -> int:
        """How many instances the block with this address has."""
        return len(self._addresses(block))

    def _addresses(self, block: str) -> Collection[str]:
        indexed = self._instances.get(block, ())
        return (block, *indexed) if block in self.resources else indexed

    def _has(self, kind: str) -> bool:
        return kind in self._types

    def _waiting_for(self, name: str) -> list[str]:
        """Resources with a reference to a name that stood for no single resource."""
        return self._loose.get(name, [])

    def patched(self, patch: Patch) -> Draft:
        """This view with the patch applied. Raises KeyError if it edits a resource that is not here."""
        draft = self.draft()
        draft.apply(patch)
        return draft

    def draft(self) -> Draft:
        """A view like this one that patches can be applied to in place, one after the other."""
        return Draft(self)


class Draft(View):
    """A view that differs from its base in a few resources; everything else is looked up in the base, which must not
    change as long as the draft is in use."""

    def __init__(self, base: View) -> None:
        self.stack = base.stack
        self._base = base
        self._overlay = _Overlay(base.resources)
        self.resources = self._overlay
        self._types: dict[str, dict[str, None]] = {}
        self._instances: dict[str, dict[str, None]] = {}
        self._incoming: dict[str, list[Edge]] = {}
        self._outgoing: dict[str, tuple[Edge, ...]] = {}
        self._loose: dict[str, list[str]] = {}

    def apply(self, patch: Patch) -> None:
        """Apply a patch in place. Raises KeyError (and changes nothing) if it edits a resource that is not here."""
        changed, removed, touched = self._outcome(patch)
        gone = {address: self.resources[address] for address in removed if address in self.resources}
        added: list[str] = []
        relink: dict[str, None] = {}
        for address in gone:
            for edge in self.incoming(address):
                relink[edge.source] = None
        for address, resource in changed.items():
            before = self.resources.get(address)
            if before is None:
                added.append(address)
            elif address in touched and _links_alike(before, resource, touched[address]):
                continue
            relink[address] = None
            relink.update((edge.source, None) for edge in self.incoming(address))
        for address in added:
            for name in (address, block_address(address)):
                relink.update(dict.fromkeys(self._waiting_for(name)))
        for address in (*gone, *relink):
            self._disconnect(address)
        for address in gone:
            self._overlay.remove(address)
        for resource in changed.values():
            self._overlay.set(resource)
        for address in added:
            self._list(address, changed[address].type)
        for address in relink:
            linked = self.resources.get(address)
            if linked is not None:
                self._connect(address, _places(linked))

    def relinked(self, address: str) -> bool:
        """Whether the links of a resource were drawn anew here; else they are those of the base."""
        return address in self._outgoing

    def _outcome(self, patch: Patch) -> tuple[dict[str, Resource], set[str], dict[str, set[str | int]]]:
        """The resources a patch changes, the addresses it removes, and which attributes it touches of resources that
        stay. Copies that share their attributes share the edited ones, too."""
        changed: dict[str, Resource] = {}
        removed: set[str] = set()
        touched: dict[str, set[str | int]] = {}
        copies: dict[tuple[object, ...], Resource] = {}

        def current(address: str) -> Resource:
            if address in removed:
                raise KeyError(address)
            return changed.get(address) or self.resources[address]

        for edit in patch.edits:
            address = edit.address
            if isinstance(edit, RemoveResource):
                current(address)
                changed.pop(address, None)
                touched.pop(address, None)
                removed.add(address)
            elif isinstance(edit, AddResource):
                changed[address] = sibling(current(edit.beside), edit)
                touched.pop(address, None)
                removed.discard(address)
            else:
                before = current(address)
                value = None if isinstance(edit, RemoveValue) else edit.value
                same = (id(before.attributes), id(before.tags), type(edit), edit.path, id(value))
                copy = copies.get(same)
                if copy is None:
                    changed[address] = copies[same] = edited(before, edit)
                else:
                    changed[address] = before.having(copy.attributes, copy.tags)
                touched.setdefault(address, set()).update(edit.path[:1])
        return changed, removed, touched

    def _disconnect(self, address: str) -> None:
        for target in {edge.target for edge in self.outgoing(address)}:
            self._incoming[target] = [edge for edge in self.incoming(target) if edge.source != address]
        self._outgoing[address] = ()

    def _receive(self, edge: Edge) -> None:
        received = self._incoming.get(edge.target)
        if received is None:
            received = self._base.incoming(edge.target)
        self._incoming[edge.target] = [*received, edge]

    def _has(self, kind: str) -> bool:
        return kind in self._types or self._base._has(kind)

    def _waiting_for(self, name: str) -> list[str]:
        return [*self._base._waiting_for(name), *self._loose.get(name, ())]

    def of_type(self, *types: str) -> Iterator[Resource]:
        for kind in types:
            if not self._has(kind):
                continue
            for resource in self._base.of_type(kind):
                here = self.resources.get(resource.address)
                if here is not None and here.type == kind:
                    yield here
            for address in self._types.get(kind, ()):
                before, after = self._base.resources.get(address), self.resources.get(address)
                if after is not None and (before is None or before.type != kind):
                    yield after

    @property
    def types(self) -> Iterable[str]:
        return dict.fromkeys((*self._base.types, *self._types))

    def outgoing(self, address: str) -> tuple[Edge, ...]:
        edges = self._outgoing.get(address)
        return self._base.outgoing(address) if edges is None else edges

    def incoming(self, address: str) -> list[Edge]:
        edges = self._incoming.get(address)
        return self._base.incoming(address) if edges is None else edges

    def _addresses(self, block: str) -> Collection[str]:
        names = dict.fromkeys((block, *self._base._addresses(block), *self._instances.get(block, ())))
        return [address for address in names if address in self.resources]


class _Overlay(Mapping[str, Resource]):
    """Resources of a base with a few set or removed; added ones come last."""

    def __init__(self, base: Mapping[str, Resource]) -> None:
        self._base = base
        self._changed: dict[str, Resource] = {}
        self._removed: set[str] = set()

    def set(self, resource: Resource) -> None:
        self._changed[resource.address] = resource
        self._removed.discard(resource.address)

    def remove(self, address: str) -> None:
        self._changed.pop(address, None)
        if address in self._base:
            self._removed.add(address)

    def __getitem__(self, address: str) -> Resource:
        found = self._changed.get(address)
        if found is not None:
            return found
        if address in self._removed:
            raise KeyError(address)
        return self._base[address]

    @overload
    def get(self, address: str, /) -> Resource | None: ...
    @overload
    def get(self, address: str, /, default: Resource | Other) -> Resource | Other: ...
    def get(self, address: str, /, default: object = None) -> object:
        found = self._changed.get(address)
        if found is None and address not in self._removed:
            found = self._base.get(address)
        return default if found is None else found

    def __contains__(self, address: object) -> bool:
        return address in self._changed or (address in self._base and address not in self._removed)

    def __iter__(self) -> Iterator[str]:
        yield from (address for address in self._base if address not in self._removed)
        yield from (address for address in self._changed if address not in self._base)

    def __len__(self) -> int:
        return len(self._base) - len(self._removed) + sum(1 for a in self._changed if a not in self._base)


def _links_alike(before: Resource, after: Resource, touched: Iterable[str | int]) -> bool:
    """Whether two states of a resource refer to the same others, if only some of its attributes were touched."""
    for name in map(str, touched):
        old, new = before.attributes.get(name), after.attributes.get(name)
        if old is not new and _places_in(name, old) != _places_in(name, new):
            return False
    return True


def _places(resource: Resource) -> _Places:
    """Every reference in the attributes of a resource, with the path at which it stands."""
    found: _Places = []
    for name, value in resource.attributes.items():
        if isinstance(value, _MAY_REFER):
            found += _places_in(name, value)
    return found


def _places_in(name: str, value: object) -> _Places:
    """Every reference in one attribute."""
    found: _Places = []
    if isinstance(value, (dict, list, tuple)):
        _search(value, (name,), found)
    elif isinstance(value, (Unknown, LinkedStr)):
        found = [((name,), source) for source in value.sources]
    return found


def _search(value: object, path: Path, found: _Places) -> None:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    for key, item in items:
        if isinstance(item, _MAY_REFER):
            if isinstance(item, (Unknown, LinkedStr)):
                found.extend(((*path, key), source) for source in item.sources)
            else:
                _search(item, (*path, key), found)
