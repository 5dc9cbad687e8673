"""Edges in patterns: is there, or is there certainly not, a resource of some type connected to this one?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from costlint.graph import block_address
from costlint.model import (
    LinkedStr,
    PartialList,
    PartialMap,
    Path,
    Resource,
    Unknown,
    is_unknown,
    lookup,
    references_in,
)
from costlint.model.verdicts import Verdict
from costlint.policy.operators import SubjectTest
from costlint.policy.subject import Context, Subject

_SEPARATORS = re.compile(r"[/:,\s]+")


class Link(NamedTuple):
    """A compiled `linked:`: at least so many resources of the types, connected through the attribute at `via` of either
    side (() for any), matching `where`."""

    types: tuple[str, ...]
    via: Path
    where: SubjectTest
    at_least: int


def linked(link: Link, subject: Subject) -> Verdict:
    """True if enough are connected, False only if it is certain that they are not."""
    sure = unsure = 0
    for other in _candidates(link, subject):
        verdict = link.where(subject.other(other))
        if verdict is None or (verdict and is_unknown(other.exists)):
            unsure += 1
        elif verdict:
            sure += 1
            if sure >= link.at_least:
                return True
    if sure + unsure >= link.at_least or _may_be_elsewhere(link, subject):
        return None
    return False


def _candidates(link: Link, subject: Subject) -> Iterator[Resource]:
    view = subject.context.view
    if subject.stack:
        yield from view.of_type(*link.types)
        return
    address = subject.resource.address
    seen: set[str] = set()
    for edge in (*view.incoming(address), *view.outgoing(address)):
        other = edge.source if edge.target == address else edge.target
        if other in seen or (link.via and _names_of(edge.path)[: len(link.via)] != link.via):
            continue
        resource = view.resources[other]
        if resource.type in link.types:
            seen.add(other)
            yield resource


def _names_of(path: Path) -> Path:
    """A path without the indexes of lists."""
    return tuple(step for step in path if isinstance(step, str))


def _may_be_elsewhere(link: Link, subject: Subject) -> bool:
    """Whether something that cannot be known may connect a resource of the types to the subject."""
    context = subject.context
    if subject.stack:
        return bool(context.view.stack.unresolved or context.view.stack.adapted)
    resource = subject.resource
    if resource.adapted or (resource.provider == "kubernetes" and context.view.stack.unread):
        return True
    received = _received(context)
    if resource.address in received or block_address(resource.address) in received:
        return True
    if _loose(_attributes(resource, link.via)):
        return True
    ends = _ends(link, resource.type, context)
    if ends.loose:
        return True
    if not ends.names:
        return False
    own = _own_names(resource)
    return any(is_unknown(name) for name in own) or any(name in ends.names for name in own)


def _received(context: Context) -> frozenset[str]:
    """Addresses handed to modules whose content is not here: what those connect to them is unknown."""
    known = context.memory.get("received")
    if known is None:
        given = context.view.stack.inputs_of_modules_not_here()
        known = frozenset(reference.address for inputs in given for _, reference in references_in(dict(inputs)))
        context.memory["received"] = known
    found: frozenset[str] = known
    return found


class _Ends(NamedTuple):
    """The far ends of all links a type may have: whether one is unknown, and literal names they point to."""

    loose: bool
    names: frozenset[str]


def _ends(link: Link, subject_type: str, context: Context) -> _Ends:
    key = ("ends", link.types, link.via, subject_type)
    known = context.memory.get(key)
    if known is None:
        loose, names = False, set[str]()
        for other in context.view.of_type(*link.types):
            attributes = _attributes(other, link.via)
            if not link.via:
                heads = {
                    e.path[0] for e in context.view.outgoing(other.address) if _is(context, e.target, subject_type)
                }
                if heads:
                    attributes = {name: value for name, value in attributes.items() if name in heads}
            loose = loose or _loose(attributes)
            names.update(_names(attributes))
        known = context.memory[key] = _Ends(loose, frozenset(names))
    found: _Ends = known
    return found


def _is(context: Context, address: str, kind: str) -> bool:
    resource = context.view.get(address)
    return resource is not None and resource.type == kind


def _attributes(resource: Resource, via: Path) -> Mapping[str, object]:
    if not via:
        return resource.attributes
    value = resource.attributes.get(str(via[0])) if len(via) == 1 else lookup(resource.attributes, via)
    return {} if value is None else {str(via[0]): value}


def _loose(value: object) -> bool:
    """True if something inside is unknown without saying where it comes from."""
    if isinstance(value, Unknown):
        return not value.sources
    if isinstance(value, (PartialMap, PartialList)):
        return True
    if isinstance(value, Mapping):
        return any(_loose(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_loose(item) for item in value)
    return False


def _names(value: object) -> Iterator[str]:
    """Literal texts that may name another resource, whole and in parts ("table/orders" names "orders")."""
    if isinstance(value, str) and not isinstance(value, LinkedStr):
        yield value
        yield from _SEPARATORS.split(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _names(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _names(item)


def _own_names(resource: Resource) -> list[object]:
    """What others may call this resource in plain text: its name, identifier, or `bucket` of an aws_s3_bucket."""
    if resource.provider == "kubernetes":
        name = lookup(resource.attributes, ("metadata", "name"))
        return [] if name is None else [name]
    words = resource.type.split("_")
    nouns = {"_".join(words[-count:]) for count in (1, 2, 3)}
    keys = {"name", "id", "identifier", *nouns, *(f"{n}_{end}" for n in nouns for end in ("name", "identifier", "id"))}
    return [value for key in keys if (value := resource.attributes.get(key)) is not None and value != ""]
