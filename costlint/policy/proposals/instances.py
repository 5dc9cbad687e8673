"""Alternatives to an instance type: newer families and twins of the same size, offered in the same region."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from costlint.catalog import Catalog
from costlint.model import Edit, SetValue, UnknownValue, is_unknown, parse_path
from costlint.policy.facts import instance_path, instance_type
from costlint.policy.subject import Subject

Search: TypeAlias = Callable[[Catalog, str, str, str, Mapping[str, Any]], Iterable[str]]
"""(catalog, provider, region, name, options) → other names, best first."""

_MOST_GENERATIONS = 4


def cheapest_successor(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """The same size in each newer family, one generation after the other; with `amd: true` their AMD twins too."""
    return _alternatives(subject, options, _newer)


def cheapest_twin(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """The same size in the best twin family of each of the `vendors` (default arm and amd), or in `every` one of
    theirs, older generations included."""
    return _alternatives(subject, options, _twins)


def cheapest_size(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """The same size in each of `families`, where the region sells it with at least `memory` × (1 unless given) of
    the present memory and as many vCPUs: successors of managed nodes, which hold a little less than the old ones."""
    return _alternatives(subject, options, _same_size)


def _alternatives(subject: Subject, options: Mapping[str, Any], search: Search) -> list[list[Edit]]:
    """One edit for each other name the search finds; what it finds for a name in a region is remembered."""
    resource, memory = subject.resource, subject.context.memory
    written = instance_type(subject)
    if written is None or is_unknown(written):
        raise UnknownValue(f"the instance type of {resource.address}")
    name = str(written)
    here = (resource.provider, resource.region.name)
    key = (search, *here, name, repr(options))
    found = memory.get(key)
    if found is None:
        found = memory[key] = tuple(search(subject.context.catalog, *here, name, options))
    path = (*subject.prefix, *parse_path(instance_path(subject)))
    return [[SetValue(resource.address, path, other)] for other in found]


def _newer(catalog: Catalog, provider: str, region: str, own: str, options: Mapping[str, Any]) -> Iterable[str]:
    found: dict[str, None] = {own: None}
    reached = [own]
    for _ in range(_MOST_GENERATIONS):
        newer = [other for name in reached for other in catalog.successors(provider, region, name)]
        reached = [name for name in dict.fromkeys(newer) if name not in found]
        for name in reached:
            found[name] = None
            if options.get("amd"):
                twin = catalog.twin(provider, region, name, "amd")
                if twin is not None:
                    found[twin] = None
    return [name for name in found if name != own]


def _twins(catalog: Catalog, provider: str, region: str, own: str, options: Mapping[str, Any]) -> Iterable[str]:
    for vendor in options.get("vendors") or ("arm", "amd"):
        twins = catalog.twins(provider, region, own, vendor)
        yield from twins if options.get("every") else twins[:1]


def _same_size(catalog: Catalog, provider: str, region: str, own: str, options: Mapping[str, Any]) -> Iterable[str]:
    return catalog.same_size(provider, region, own, options["families"], float(options.get("memory", 1)))
