"""The estimate as one HTML file: a tree down to quantity × unit price, tables to sort, what has no price and why."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from costlint.catalog import Catalog
from costlint.model import ZERO, Component, Estimate, Money, Report, Resource, Span, StackResult, total
from costlint.reports import summary
from costlint.reports.amounts import counted, in_its_currency
from costlint.reports.grouping import KINDS, Group, groups
from costlint.reports.html import page
from costlint.reports.lumps import Lump, assumed, lumps

_STEP = re.compile(r'module\.[^.\[]+(?:\[(?:"(?:\\.|[^"\\])*"|[^\]]*)\])?')


class Entry(NamedTuple):
    """`copies` resources of one block that cost the same. `name` is the address within the module."""

    name: str
    address: str
    copies: int
    span: Span
    monthly: Money
    fixed: Money
    usage: Money
    assumed: bool
    components: tuple[Component, ...]
    unpriced: tuple[str, ...]
    allocated: Money = ZERO


class Module(NamedTuple):
    """A module with the modules in it, dearest first; "" is the root. `monthly` includes what is below."""

    name: str
    monthly: Money
    modules: tuple[Module, ...]
    entries: tuple[Entry, ...]


class Table(NamedTuple):
    """Groups of resources, unfolded if `open`."""

    by: str
    groups: list[Group]
    open: bool


class Tree(NamedTuple):
    """A stack. `note` is its region, and why it is not counted."""

    name: str
    note: str
    partial: bool
    monthly: Money
    root: Module


class Row(NamedTuple):
    """A line of the table of all resources."""

    address: str
    type: str
    service: str
    stack: str
    region: str
    span: Span
    copies: int
    monthly: Money
    fixed: Money
    usage: Money
    assumed: bool
    allocated: Money


class Reason(NamedTuple):
    """Why something has no price, with the resources it concerns."""

    text: str
    resources: list[Resource]


@in_its_currency
def render(report: Report, catalog: Catalog, by: str = "") -> str:
    """The estimate as an HTML document without any outside resource. With `by`, that grouping comes first."""
    results = sorted((result for result in report.stacks if result.counted), key=_dearest)
    estimates = [estimate for result in results for estimate in result.estimates.values()]
    by_stack = [(result, lumps(result)) for result in results]
    return page(
        "estimate.html.j2",
        paths=report.paths,
        version=report.version,
        total=report.totals.current,
        fixed=total(estimate.fixed for estimate in estimates),
        usage=total(estimate.usage for estimate in estimates),
        at_least=summary.at_least(report),
        why_partial=_why_partial(report),
        coverage=report.coverage,
        tables=_tables(report, catalog, by),
        stacks=[_tree(result, listed) for result, listed in by_stack],
        rows=[_row(lump, result, catalog) for result, listed in by_stack for lump in listed],
        unpriced=_unpriced(results),
        assumptions=_assumptions(estimates),
        free=_free(results),
        uncounted=[_tree(result, lumps(result)) for result in report.stacks if not result.counted],
        diagnostics=report.diagnostics,
    )


def _why_partial(report: Report) -> str:
    coverage = report.coverage
    parts = []
    if coverage.unpriced:
        parts.append(f"{counted(sum(coverage.unpriced.values()), 'part')} of resources without a price (listed below)")
    if coverage.unresolved_modules:
        parts.append(f"{counted(coverage.unresolved_modules, 'module')} not here")
    return " and ".join(parts) or "not everything has a price"


def _tables(report: Report, catalog: Catalog, by: str) -> list[Table]:
    """Every grouping; the one asked for first, else categories and services unfolded."""
    kinds = ("category", "service", *(kind for kind in KINDS if kind not in ("category", "service")))
    listed = (by, *(kind for kind in kinds if kind != by)) if by else kinds
    unfolded = listed[:1] if by else listed[:2]
    return [Table(kind, groups(report, kind, catalog), kind in unfolded) for kind in listed]


def _tree(result: StackResult, listed: list[Lump]) -> Tree:
    stack = result.stack
    known = stack.environment.name or stack.environment.kind
    why = "" if result.counted else "library" if stack.library else "alternative"
    note = " · ".join(part for part in (known, stack.region.name, why) if part)
    partial = result.totals.partial or bool(stack.unresolved)
    return Tree(stack.name, note, partial, result.totals.current, _module("", "", listed))


def _module(name: str, path: str, listed: list[Lump]) -> Module:
    """The module at `path` out of the resources at or below it."""
    here = [lump for lump in listed if lump.module == path]
    below: dict[str, list[Lump]] = defaultdict(list)
    for lump in listed:
        if lump.module != path:
            below[_step(lump.module, path)].append(lump)
    modules = [_module(step, f"{path}.{step}" if path else step, inside) for step, inside in below.items()]
    return Module(
        name,
        total(lump.monthly for lump in listed),
        tuple(sorted(modules, key=lambda module: (-module.monthly.likely, module.name))),
        tuple(map(_entry, here)),
    )


def _step(module: str, path: str) -> str:
    """The call that leads from the module at `path` towards `module`."""
    rest = module[len(path) + 1 :] if path else module
    found = _STEP.match(rest)
    return found[0] if found else rest


def _entry(lump: Lump) -> Entry:
    estimate = lump.estimate
    return Entry(
        lump.name,
        lump.resource.address,
        lump.copies,
        lump.resource.span,
        lump.monthly,
        estimate.fixed.times(lump.copies),
        estimate.usage.times(lump.copies),
        any(map(assumed, estimate.components)),
        tuple(sorted(estimate.components, key=lambda part: -part.monthly.likely)),
        estimate.unpriced,
        lump.allocated,
    )


def _row(lump: Lump, result: StackResult, catalog: Catalog) -> Row:
    entry, resource = _entry(lump), lump.resource
    service = catalog.service(resource.type)
    return Row(
        f"{lump.module}.{lump.name}" if lump.module else lump.name,
        resource.type,
        service.name if service else "",
        result.stack.name,
        resource.region.name,
        entry.span,
        entry.copies,
        entry.monthly,
        entry.fixed,
        entry.usage,
        entry.assumed,
        entry.allocated,
    )


def _unpriced(results: list[StackResult]) -> list[Reason]:
    """Every reason, most frequent first."""
    reasons: dict[str, list[Resource]] = defaultdict(list)
    for resource, estimate in _estimated(results):
        for reason in dict.fromkeys(estimate.unpriced):
            reasons[reason].append(resource)
    ranked = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Reason(text, resources) for text, resources in ranked]


def _assumptions(estimates: Iterable[Estimate]) -> list[tuple[str, Money]]:
    """Every assumption with what rests on it, dearest first."""
    resting: dict[str, list[Money]] = defaultdict(list)
    for estimate in estimates:
        for part in estimate.components:
            for text in part.assumptions:
                resting[text].append(part.monthly)
    worth = ((text, total(amounts)) for text, amounts in resting.items())
    return sorted(worth, key=lambda item: (-item[1].likely, item[0]))


def _free(results: list[StackResult]) -> list[tuple[str, int]]:
    """Types that are free here, most frequent first."""
    types = Counter(resource.type for resource, estimate in _estimated(results) if estimate.free)
    return sorted(types.items(), key=lambda item: (-item[1], item[0]))


def _estimated(results: list[StackResult]) -> Iterator[tuple[Resource, Estimate]]:
    for result in results:
        for resource in result.stack.resources:
            estimate = result.estimates.get(resource.address)
            if estimate is not None:
                yield resource, estimate


def _dearest(result: StackResult) -> tuple[float, str]:
    return -result.totals.current.likely, result.stack.name
