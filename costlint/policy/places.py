"""Where a person must edit: the span of each edit, the chain that leads to it, and the change as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from costlint.graph import View, block_address
from costlint.model import (
    AddBlock,
    AddResource,
    Change,
    Edit,
    Location,
    Origin,
    Path,
    RemoveResource,
    RemoveValue,
    Resource,
    SetValue,
    Span,
    Stack,
    lookup,
)
from costlint.model.values import path_text
from costlint.policy.naming import written_as
from costlint.policy.reach import is_here, passing

_LABELS = frozenset(("tags", "tags_all", "labels"))
"""What a tag repeats may change along."""


Block: TypeAlias = tuple[Span, str, str]
"""The text of a block: where it stands, and the type and name in its header."""


def written_block(resource: Resource) -> Block:
    """The block a resource comes from. Of an adapted module, every one stands where the module is called."""
    return resource.span, resource.type, block_address(resource.address).rpartition(".")[2]


class Place(NamedTuple):
    """The literal to edit, or (not `exact`) the header of the block something is missing from. For a literal in a
    module from elsewhere it is the call that can set it, and the chain leads on. `name` is that of `Location`: what is
    edited, in names alone."""

    span: Span
    chain: tuple[Origin, ...]
    resource: Span
    exact: bool
    name: str = ""

    def spans(self) -> tuple[Span, ...]:
        """Every stretch of text that leads here."""
        return (self.span, *(origin.span for origin in self.chain), self.resource)


def place_of(edits: tuple[Edit, ...], resource: Resource, stack: Stack, whole: bool = False) -> Place:
    """Where the first edit is to be made; what is added has no place of its own. `whole`: all instances of the
    resource's block go, so that no single key is to be edited.

    A literal that also sets something which is to stay as it is (one `size` for minimum and maximum, one number of
    zones for gateways and subnets) cannot be edited for the one alone: the place is then where the attribute itself is
    set. What the `count` or `for_each` of a module multiplies is edited where the module is called.
    """
    for edit in edits:
        if isinstance(edit, AddResource):
            continue
        location = _location(edit, resource, whole)
        if location is None:
            call = _counting_call(edit, resource, stack)
            if call is None:
                break
            return Place(call, (), resource.span, False, f"{stack.path}: {block_address(resource.module)}")
        if location.exact and len(location.chain) > 1 and _sets_more(location, edit, edits, resource, stack):
            first = location.chain[0]
            return Place(first.span, (first,), resource.span, False, _named(resource.locator.locate(()), stack))
        if not is_here(location.span, stack) and (way := passing(location, resource, stack)):
            return Place(way.call, location.chain, resource.span, True, f"{stack.path}: {way.module}.{way.argument}")
        if resource.adapted and not is_here(location.span, stack):
            return Place(resource.span, location.chain, resource.span, False)
        return Place(location.span, location.chain, resource.span, location.exact, _named(location, stack))
    return Place(resource.span, (), resource.span, False, _named(resource.locator.locate(()), stack))


def _named(location: Location | None, stack: Stack) -> str:
    """The name of a place that is edited here. What stands in a module from elsewhere is not told by that: there each
    call is another matter."""
    return location.name if location is not None and is_here(location.span, stack) else ""


class Places:
    """`place_of`, asked once for copies that share their text and their attributes."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._asked: tuple[object, ...] = ()
        self._place: Place | None = None

    def of(self, edits: tuple[Edit, ...], resource: Resource, whole: bool = False) -> Place:
        first = edits[0] if edits else None
        if not isinstance(first, (SetValue, RemoveValue, AddBlock)):
            return place_of(edits, resource, self._stack, whole)
        called = resource.module if self._stack.outside else ""
        asked = (id(resource.locator), id(resource.attributes), resource.span, called, *map(_told_apart, edits))
        if self._place is None or asked != self._asked:
            self._asked, self._place = asked, place_of(edits, resource, self._stack, whole)
        return self._place


def _told_apart(edit: Edit) -> tuple[object, ...]:
    """What tells two edits of copies apart for certain."""
    value = edit.value if isinstance(edit, SetValue) else None
    plain = isinstance(value, (str, int)) or value is None
    return (type(edit), getattr(edit, "path", ()), type(value), value if plain else id(value))


def _location(edit: Edit, resource: Resource, whole: bool = False) -> Location | None:
    if isinstance(edit, RemoveResource):
        written = [location for name in ("count", "for_each") if (location := resource.locator.locate((name,)))]
        exact = [location for location in written if location.exact]
        key = [] if whole else _key_location(resource)
        inside = [location for location in written if location.span != resource.span]
        return next(iter((*exact, *key, *inside)), None)
    if isinstance(edit, (SetValue, RemoveValue)):
        return resource.locator.locate(edit.path) or _enclosing(edit.path, resource)
    if isinstance(edit, AddBlock):
        return _enclosing(edit.path, resource)
    return None


def _counting_call(edit: Edit, resource: Resource, stack: Stack) -> Span | None:
    """The call of the module whose instances are all there is of a block, where those are to be fewer."""
    if not isinstance(edit, RemoveResource) or not resource.module.endswith("]"):
        return None
    call = stack.calls.get(resource.module)
    return call if call is not None and is_here(call, stack) else None


def _sets_more(
    location: Location, edit: Edit, edits: tuple[Edit, ...], resource: Resource, stack: Stack | None
) -> bool:
    """Whether the literal at `location` also sets something the edits do not change alike."""
    if isinstance(edit, RemoveResource):
        return stack is not None and _counts_more(location, edits, resource, stack)
    if not isinstance(edit, SetValue):
        return False
    same = (other.path for other in edits if isinstance(other, SetValue) and other.value == edit.value)
    alike = {_spelled_out(path, resource.attributes) for path in same}
    before = lookup(resource.attributes, edit.path)
    return any(
        type(value) is type(before) and value == before and path not in alike and _at(path, resource) == location.span
        for path, value in _leaves(resource.attributes, ())
        if path[0] not in _LABELS
    )


def _counts_more(location: Location, edits: tuple[Edit, ...], resource: Resource, stack: Stack) -> bool:
    """Whether as many blocks as the literal says stay of something else: it counts zones, not gateways."""
    if resource.adapted:
        return False
    going = {block_address(edit.address) for edit in edits if isinstance(edit, RemoveResource)}
    seen = {block_address(resource.address), *going}
    key = _key(resource)
    for other in stack.resources:
        block = block_address(other.address)
        if other.module != resource.module or block == other.address or block in seen:
            continue
        seen.add(block)
        paths: tuple[Path, ...] = (("count",), ("for_each",), *((("for_each", key),) if key is not None else ()))
        if any(_at(path, other) == location.span for path in paths):
            return True
    return False


def _spelled_out(path: Path, value: object) -> Path:
    """The path with the index of each single block that its name alone stands for."""
    found: list[str | int] = []
    for step in path:
        if isinstance(step, str) and isinstance(value, list) and len(value) == 1:
            found.append(0)
            value = value[0]
        found.append(step)
        value = lookup(value, (step,))
    return tuple(found)


def _at(path: Path, resource: Resource) -> Span | None:
    location = resource.locator.locate(path)
    return location.span if location and location.exact else None


def _leaves(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


def _key_location(resource: Resource) -> list[Location]:
    """Where the key of a `for_each` instance is written, if that is a literal."""
    key = _key(resource)
    location = resource.locator.locate(("for_each", key)) if key is not None else None
    return [location] if location and location.exact else []


def _key(resource: Resource) -> str | None:
    """The key of a `for_each` instance."""
    index = resource.address.removeprefix(block_address(resource.address))
    try:
        key = json.loads(index[1:-1], strict=False) if index.startswith('["') else None
    except ValueError:
        return None
    return key if isinstance(key, str) else None


def _enclosing(path: Path, resource: Resource) -> Location | None:
    """The nearest block around a path that is written, None if that is the resource itself."""
    for end in range(len(path) - 1, 0, -1):
        if isinstance(path[end - 1], int) and lookup(resource.attributes, path[:end]) is not None:
            return resource.locator.locate(path[:end])
    return None


def changes(
    edits: tuple[Edit, ...], view: View, located: Mapping[tuple[str, Path], Span] | None = None
) -> tuple[Change, ...]:
    """The edits as people read them. Copies that share one literal show once; the last instances of a block going away
    show as its `count`. `located`: where attributes are written, as far as that is known by address and path."""
    found: dict[tuple[object, ...], Change] = {}
    counted = _fewer(edits, view)
    whole = whole_blocks({edit.address for edit in edits if isinstance(edit, RemoveResource)}, view)
    for edit in edits:
        change = counted.get(edit.address) or _change(edit, view, located or {}, block_address(edit.address) in whole)
        key = (change.span, change.path, repr(change.after)) if change.path else (change.address,)
        found.setdefault(key, change)
    return tuple(found.values())


def editable(made: Iterable[Change], stack: Stack) -> bool:
    """Whether all of the changes are made in text that is edited here."""
    return all(change.span is None or is_here(change.span, stack) for change in made)


def _fewer(edits: tuple[Edit, ...], view: View) -> dict[str, Change]:
    """For removed instances that are the end of a `count`: the change of that count."""
    removed = {edit.address for edit in edits if isinstance(edit, RemoveResource)}
    found: dict[str, Change] = {}
    for block in dict.fromkeys(block_address(address) for address in removed):
        instances = view.instances(block)
        staying = [instance for instance in instances if instance.address not in removed]
        if [instance.address for instance in staying] != [f"{block}[{index}]" for index in range(len(staying))]:
            continue
        if not all(instance.address[len(block) :].strip("[]").isdigit() for instance in instances):
            continue
        location = instances[0].locator.locate(("count",))
        span = _where(location, edits, instances[0], view.stack)
        change = Change(block, "count", len(instances), len(staying), span)
        found.update((instance.address, change) for instance in instances if instance.address in removed)
    return found


def _where(location: Location | None, edits: tuple[Edit, ...], resource: Resource, stack: Stack) -> Span:
    """Where to write that there are to be fewer instances of a block."""
    if location is None:
        return resource.span
    if location.exact and len(location.chain) > 1 and _counts_more(location, edits, resource, stack):
        return location.chain[0].span
    return location.span


def whole_blocks(removed: set[str], view: View) -> set[str]:
    """The blocks of which no instance stays."""
    blocks = {block_address(address) for address in removed}
    return {block for block in blocks if all(each.address in removed for each in view.instances(block))}


def _change(edit: Edit, view: View, located: Mapping[tuple[str, Path], Span], whole: bool = False) -> Change:
    if isinstance(edit, AddResource):
        beside = view.resources[edit.beside]
        return Change(edit.address, "", None, dict(edit.attributes), beside.span)
    resource = view.resources[edit.address]
    span = None if isinstance(edit, RemoveResource) else located.get((edit.address, edit.path))
    if span is None or not is_here(span, view.stack):
        location = _location(edit, resource, whole)
        if isinstance(edit, RemoveResource):
            span = _where(location, (edit,), resource, view.stack)
        else:
            span = location.span if location else resource.span
        way = passing(location, resource, view.stack) if isinstance(edit, SetValue) else None
        if isinstance(edit, SetValue) and way is not None and not is_here(span, view.stack):
            return Change(way.module, way.argument, None, edit.value, way.call)
    if isinstance(edit, RemoveResource):
        return Change(edit.address, "", dict(resource.attributes), None, span)
    path = path_text(edit.path)
    if isinstance(edit, AddBlock):
        return Change(edit.address, path, None, dict(edit.value), span)
    before = lookup(resource.attributes, edit.path)
    after = edit.value if isinstance(edit, SetValue) else None
    name = "" if before is None else written_as(span, edit.path, resource)
    return Change(edit.address, path, before, after, span, name)
