"""Why there are more or fewer instances of a block: the `count` or `for_each` that says so, its own or that of a module
call around it, or that call as a whole, and where that is written."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from costlint.diffing.addresses import block_of, levels
from costlint.diffing.pairing import Pair, StackPair
from costlint.diffing.snapshots import Deployed
from costlint.model import Locator, Span
from costlint.model.differences import AttributeChange


class _Level(NamedTuple):
    """A module instance around an instance, or itself, without and with its own key."""

    block: str
    whole: str


def change_of_number(block: str, pairs: Sequence[Pair], sides: StackPair) -> AttributeChange | None:
    """The change of how many instances a block has, None if there is none. A block that is new or gone as a whole has
    one only where it is declared on both sides, and none of it was or is wanted."""
    there = [pair.before.address for pair in pairs if pair.before is not None]
    here = [pair.after.address for pair in pairs if pair.after is not None]
    if len(there) == len(here):
        return None
    place = None
    if there and here:
        place = _place_of_some(block, there, here, pairs, sides)
    elif (level := _switched(here or there, sides.before if here else sides.after)) is None:
        return None
    elif sides.after is not None:
        place = _place(sides.after, level, pairs)
    file, line = (place.file, place.line) if place is not None else ("", 0)
    number = abs(len(here) - len(there))
    return AttributeChange("count", len(there), len(here), instances=number, file=file, line=line)


def call_of(pairs: Sequence[Pair], sides: StackPair) -> Span | None:
    """The header of the outermost module call that is on the side a block is on and not on the other: what was written
    or removed. None if the block is new or gone by itself."""
    there = [pair.before.address for pair in pairs if pair.before is not None]
    here = [pair.after.address for pair in pairs if pair.after is not None]
    on, off = (sides.after, sides.before) if here else (sides.before, sides.after)
    if on is None or on.stack is None or (off is not None and off.stack is None):
        return None
    calls, repeated = (off.stack.calls, off.stack.repeated) if off is not None and off.stack is not None else ({}, {})
    for level in _by_level(here or there)[:-1]:
        for call in sorted(level):
            if call.whole not in calls:
                return on.stack.calls.get(call.whole) if call.block not in repeated else None
    return None


def _place_of_some(
    block: str, there: Sequence[str], here: Sequence[str], pairs: Sequence[Pair], sides: StackPair
) -> Span | None:
    """Where it is written that there are fewer or more than there were: at the outermost call whose instances differ,
    else at the block."""
    assert sides.after is not None
    stayed = [address for address in there if block_of(address) == block]
    for now, was in zip(_by_level(here), _by_level(stayed), strict=False):
        if now != was:
            more = now - was
            return _place(sides.after, min(more or now), pairs, keyed=bool(more))
    return None


def _switched(addresses: Sequence[str], side: Deployed | None) -> _Level | None:
    """What the instances of a block lack on a side that has none of them: a module call or the block itself, declared
    there, of which none is wanted. None if the text is not there."""
    if side is None or side.stack is None:
        return None
    *calls, own = _by_level(addresses)
    for level in calls:
        absent = [call for call in sorted(level) if call.whole not in side.stack.calls]
        if absent:
            return absent[0] if absent[0].block in side.stack.repeated else None
    first = min(own)
    return first if first.block in side.stack.repeated else None


def _by_level(addresses: Sequence[str]) -> list[set[_Level]]:
    """The module calls around instances of one block, outermost first, then the instances. (Plans may hold addresses
    Terraform never wrote: what is deeper than the shallowest of them is left out.)"""
    return [{_Level(*level) for level in some} for some in zip(*map(levels, addresses), strict=False)]


def _place(side: Deployed, level: _Level, pairs: Sequence[Pair], *, keyed: bool = True) -> Span | None:
    """Where `count` or `for_each` of what is at a level is written, `keyed` where its key is; None if it has neither,
    or that is not known."""
    if side.stack is None:
        return None
    locator = side.stack.repeated.get(level.block)
    if locator is None and level.whole not in side.stack.calls:
        locator = next(_locators(level.block, pairs), None)
    if locator is None:
        return None
    header = locator.locate(())
    nearest: Span | None = None
    for path in _paths(level if keyed else _Level(level.block, level.block)):
        found = locator.locate(path)
        if found is None or (header is not None and found.span == header.span) or found.span.file in side.stack.outside:
            continue
        if found.exact:
            return found.span
        nearest = nearest or found.span
    return nearest


def _locators(block: str, pairs: Sequence[Pair]) -> Iterator[Locator]:
    for pair in pairs:
        one = pair.after
        if one is not None and one.resource is not None and one.address.startswith(block):
            yield one.resource.locator


def _paths(level: _Level) -> Iterator[tuple[str, ...]]:
    yield ("count",)
    key = level.whole.removeprefix(level.block)[1:-1]
    if key.startswith('"'):
        with contextlib.suppress(ValueError):
            yield "for_each", json.loads(key, strict=False)
    yield ("for_each",)
