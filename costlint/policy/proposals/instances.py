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
    name = _current(subject)
    for _ in range(_MOST_GENERATIONS):
        newer = catalog.successor(resource.provider, resource.region.name, name)
        if newer is None or newer == name:
            return
        yield [_set(subject, newer)]
        if options.get("amd"):
            twin = catalog.twin(resource.provider, resource.region.name, newer, "amd")
            if twin is not None:
                yield [_set(subject, twin)]
        name = newer


def cheapest_twin(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """The same size in the twin families named by `vendors` (default arm and amd)."""
    catalog, resource = subject.context.catalog, subject.resource
    name = _current(subject)
    for vendor in options.get("vendors") or ("arm", "amd"):
        twin = catalog.twin(resource.provider, resource.region.name, name, vendor)
        if twin is not None:
            yield [_set(subject, twin)]


def _current(subject: Subject) -> str:
    name = instance_type(subject)
    if name is None or is_unknown(name):
        raise UnknownValue(f"the instance type of {subject.resource.address}")
    return str(name)


def _set(subject: Subject, name: str) -> Edit:
    return SetValue(subject.resource.address, (*subject.prefix, *parse_path(instance_path(subject))), name)
