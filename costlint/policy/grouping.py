"""Groups of resources where fewer would do: which belong together, which stay, which go."""

from __future__ import annotations

import re
from typing import NamedTuple

from costlint.graph import View, block_address
from costlint.model import Reference, RemoveResource, Unknown
from costlint.numerals import whole_number
from costlint.policy.compiling import CompiledGroup
from costlint.policy.equality import number
from costlint.policy.subject import Subject
from costlint.policy.values import values_of

_MOST_EDGES = 3
_DIGITS = re.compile(r"(\d+)")


class Grouped(NamedTuple):
    """One group: the first resource that goes, every removal, and the addresses that stay; or, where none goes, the
    first and all that are changed `together`."""

    subject: Subject
    removed: tuple[RemoveResource, ...] = ()
    kept: tuple[str, ...] = ()
    together: tuple[Subject, ...] = ()


def grouped(group: CompiledGroup, subjects: list[Subject]) -> list[Grouped]:
    """Groups large enough to have something to give up. A resource whose group cannot be told is in none."""
    members: dict[object, list[Subject]] = {}
    for subject in subjects:
        key = _key(group, subject)
        if key is not None:
            members.setdefault(key, []).append(subject)
    found = []
    for belonging in members.values():
        if len(belonging) < group.spec.at_least:
            continue
        belonging.sort(key=lambda subject: _natural(subject.resource.address))
        first = belonging[0]
        if group.changes:
            found.append(Grouped(first, together=tuple(belonging)))
            continue
        keep = number(group.keep(first, values_of(first, count=len(belonging))))
        if keep is None or keep < 0 or int(keep) >= len(belonging):
            continue
        gone = belonging[int(keep) :]
        removed = [subject.resource.address for subject in gone]
        removed += _go_along(first.context.view, removed, group.spec.with_linked)
        kept = tuple(subject.resource.address for subject in belonging[: int(keep)])
        found.append(Grouped(gone[0], tuple(RemoveResource(address) for address in removed), kept))
    return found


def _key(group: CompiledGroup, subject: Subject) -> object:
    resource = subject.resource
    if group.by == "stack":
        return True
    if group.by == "block":
        return block_address(resource.address)
    if group.by == "module":
        return ("module", resource.module)
    if group.by == "linked":
        return _nearest(subject.context.view, resource.address, group.types)
    assert group.path is not None
    value = group.path.of(subject)
    if isinstance(value, Reference):
        return ("reference", value.address)
    if isinstance(value, Unknown):
        return ("reference", str(value)) if value.sources else None
    return None if value is None else ("value", repr(value))


def _nearest(view: View, address: str, types: tuple[str, ...]) -> str | None:
    """The nearest resource of the types, following references; None if none or several are equally near."""
    seen, frontier = {address}, [address]
    for _ in range(_MOST_EDGES):
        onward = dict.fromkeys(edge.target for here in frontier for edge in view.outgoing(here))
        frontier = [target for target in onward if target not in seen]
        seen.update(frontier)
        found = [target for target in frontier if view.resources[target].type in types]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _go_along(view: View, removed: list[str], types: list[str]) -> list[str]:
    """Linked resources of the types that nothing but the removed ones uses."""
    if not types:
        return []
    gone, found = set(removed), dict[str, None]()
    kinds = {view.resources[address].type for address in removed}
    for address in removed:
        for other in view.linked(address, *types):
            if all(user.address in gone for user in view.linked(other.address, *kinds)):
                found[other.address] = None
    return list(found)


def _natural(address: str) -> list[str | int]:
    """Addresses in the order people count: a[2] before a[10]."""
    return [part if at % 2 == 0 else whole_number(part) or 0 for at, part in enumerate(_DIGITS.split(address))]
