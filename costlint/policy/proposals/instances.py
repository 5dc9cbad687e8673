"""Alternatives to an instance type: newer families and twins of the same size, offered in the same region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from costlint.model import Edit, SetValue, UnknownValue, is_unknown, parse_path
from costlint.policy.facts import instance_path, instance_type
from costlint.policy.subject import Subject

_MOST_GENERATIONS = 4


def cheapest_successor(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """The same size in each newer family, one generation after the other; with `amd: true` their AMD twins too."""
    catalog, resource = subject.context.catalog, subject.resource
    own = _current(subject)
    found: dict[str, None] = {own: None}
    reached = [own]
    for _ in range(_MOST_GENERATIONS):
        newer = [n for name in reached for n in catalog.successors(resource.provider, resource.region.name, name)]
        reached = [name for name in dict.fromkeys(newer) if name not in found]
        for name in reached:
            found[name] = None
            if options.get("amd"):
                twin = catalog.twin(resource.provider, resource.region.name, name, "amd")
                if twin is not None:
                    found[twin] = None
    return [[_set(subject, name)] for name in found if name != own]


def cheapest_twin(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """The same size in the best twin family of each of the `vendors` (default arm and amd), or in `every` one of
    theirs, older generations included."""
    catalog, resource = subject.context.catalog, subject.resource
    name = _current(subject)
    for vendor in options.get("vendors") or ("arm", "amd"):
        twins = catalog.twins(resource.provider, resource.region.name, name, vendor)
        for twin in twins if options.get("every") else twins[:1]:
            yield [_set(subject, twin)]


def cheapest_size(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """The same size in each of `families`, where the region sells it with at least `memory` × (1 unless given) of
    the present memory and as many vCPUs: successors of managed nodes, which hold a little less than the old ones."""
    catalog, resource = subject.context.catalog, subject.resource
    name, share = _current(subject), float(options.get("memory", 1))
    for other in catalog.same_size(resource.provider, resource.region.name, name, options["families"], share):
        yield [_set(subject, other)]


def _current(subject: Subject) -> str:
    name = instance_type(subject)
    if name is None or is_unknown(name):
        raise UnknownValue(f"the instance type of {subject.resource.address}")
    return str(name)


def _set(subject: Subject, name: str) -> Edit:
    return SetValue(subject.resource.address, (*subject.prefix, *parse_path(instance_path(subject))), name)
