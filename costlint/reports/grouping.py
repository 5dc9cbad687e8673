"""An estimate by service, category, module, region, environment or tag."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import NamedTuple

from costlint.catalog import Catalog
from costlint.model import Estimate, Money, PartialMap, Report, Resource, is_unknown, total

KINDS = ("service", "category", "module", "region", "environment")


class Group(NamedTuple):
    """Resources that have something in common, with USD a month. `usage` is the part that depends on usage."""

    name: str
    resources: int
    monthly: Money
    fixed: Money
    usage: Money


def groups(report: Report, by: str, catalog: Catalog) -> list[Group]:
    """The priced resources of all stacks that count, grouped by one of KINDS or "tag:KEY", dearest first. Shares of
    what others are billed for are in the groups of those."""
    name_of = _NAMES[by](catalog) if by in _NAMES else _by_tag(by.partition(":")[2])
    found: dict[str, list[Estimate]] = defaultdict(list)
    for result in report.stacks:
        if not result.counted:
            continue
        for resource in result.stack.resources:
            estimate = result.estimates.get(resource.address)
            if estimate is not None and any(not part.allocated for part in estimate.components):
                found[name_of(resource)].append(estimate)
    listed = [
        Group(
            name,
            len(estimates),
            total(e.monthly for e in estimates),
            total(e.fixed for e in estimates),
            total(e.usage for e in estimates),
        )
        for name, estimates in found.items()
    ]
    return sorted(listed, key=lambda group: (-group.monthly.likely, group.name))


def tag_keys(report: Report) -> list[str]:
    """The keys of tags and labels on priced resources of the stacks that count, most frequent first."""
    keys: Counter[str] = Counter()
    for result in report.stacks:
        if result.counted:
            for resource in result.stack.resources:
                estimate = result.estimates.get(resource.address)
                if estimate is not None and estimate.components and not is_unknown(resource.tags):
                    keys.update(map(str, resource.tags))
    return [key for key, _ in sorted(keys.items(), key=lambda item: (-item[1], item[0]))]


def tag(resource: Resource, key: str) -> str:
    """The value of an effective tag; what is not tagged, or not known to be, says so in brackets."""
    value = resource.tags.get(key)
    if is_unknown(value) or is_unknown(resource.tags) or (value is None and isinstance(resource.tags, PartialMap)):
        return "(not known)"
    return f"(no {key})" if value is None else str(value)


def _by_service(catalog: Catalog) -> Callable[[Resource], str]:
    def name(resource: Resource) -> str:
        service = catalog.service(resource.type)
        return service.name if service else "(other)"

    return name


def _by_category(catalog: Catalog) -> Callable[[Resource], str]:
    def name(resource: Resource) -> str:
        service = catalog.service(resource.type)
        return service.category if service else "(other)"

    return name


def _by_tag(key: str) -> Callable[[Resource], str]:
    return lambda resource: tag(resource, key)


_NAMES: dict[str, Callable[[Catalog], Callable[[Resource], str]]] = {
    "service": _by_service,
    "category": _by_category,
    "module": lambda _: lambda resource: resource.module or "(root module)",
    "region": lambda _: lambda resource: resource.region.name or "(global)",
    "environment": lambda _: lambda resource: resource.environment.name or resource.environment.kind or "(not known)",
}
