"""Bills with their full arithmetic: quantity × unit price, source, date, assumptions; as written and with a change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from costlint.model import ZERO, Component, Estimate, Finding, Money, Report, Resource, Span, total
from costlint.reports.amounts import counted, money, quantity, unit_price
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, indented, spread, wrapped
from costlint.reports.lumps import assumed
from costlint.usage.settling import Quantities

_MOST = 10
_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\[\]"]*)\]')


class Billed(NamedTuple):
    """Resources of one block with the same bill; `stack` is "" where all are of one."""

    stack: str
    resource: Resource
    estimate: Estimate
    copies: int

    @property
    def monthly(self) -> Money:
        return self.estimate.monthly.times(self.copies)


class Rebilled(NamedTuple):
    """Resources whose bill a change moves in the same way; None for what is not there before, or after."""

    addresses: tuple[str, ...]
    before: Estimate | None
    after: Estimate | None


def meets(span: Span, file: str, lines: range) -> bool:
    """Whether a span has any of the lines."""
    return span.file == file and span.line < lines.stop and lines.start <= max(span.line, span.end_line)


def bills_at(report: Report, file: str, lines: range, findings: Iterable[Finding]) -> list[Billed]:
    """Resources written at the place, those its findings name or whose bill they move, and those whose price depends
    on the former (the group behind a launch template). Equal bills of one block are one entry, with their number."""
    named = {address for finding in findings for address in finding.addresses}
    moved = {one.address for finding in findings for one in finding.rebilled}
    merged: dict[tuple[str, str, Estimate], list[Resource]] = {}
    for result in report.stacks:
        for resource in result.stack.resources:
            estimate = result.estimates.get(resource.address)
            if estimate is None:
                continue
            if (
                resource.address in named
                or resource.address in moved
                or meets(resource.span, file, lines)
                or not named.isdisjoint(estimate.consulted)
            ):
                key = (result.stack.name, _INDEX.sub("", resource.address), _shared(estimate))
                merged.setdefault(key, []).append(resource)
    return [Billed(key[0], resources[0], key[2], len(resources)) for key, resources in merged.items()]


def rebilled(finding: Finding) -> list[Rebilled]:
    """The bills a change moves, those of one block that move alike as one."""
    merged: dict[tuple[str, Estimate | None, Estimate | None], list[str]] = {}
    for one in finding.rebilled:
        key = (_INDEX.sub("", one.address), one.before and _shared(one.before), one.after and _shared(one.after))
        merged.setdefault(key, []).append(one.address)
    return [Rebilled(tuple(addresses), before, after) for (_, before, after), addresses in merged.items()]


def bill_blocks(bills: list[Billed], width: int, paint: Paint) -> list[list[str]]:
    """The bills as blocks of lines, the dearest of many: the rest is one line with its worth."""
    several = len({billed.stack for billed in bills}) > 1
    kept = sorted(range(len(bills)), key=lambda at: (-bills[at].monthly.likely, at))[:_MOST]
    shown, rest = [bills[at] for at in sorted(kept)], [bills[at] for at in range(len(bills)) if at not in set(kept)]
    blocks = [_bill(billed if several else billed._replace(stack=""), width, paint) for billed in shown]
    if rest:
        number = counted(sum(billed.copies for billed in rest), "more resource")
        blocks.append([paint(f"+{number} here: {money(total(billed.monthly for billed in rest))}/month", "dim")])
    return blocks


def change_lines(finding: Finding, width: int, paint: Paint) -> list[str]:
    """What each bill comes to once the change is made, line by line, below a finding."""
    moves = rebilled(finding)
    lines: list[str] = []
    for one in moves[:_MOST]:
        times = f" ×{len(one.addresses)}" if len(one.addresses) > 1 else ""
        lines += _change(f"{one.addresses[0]}{times}", one, width, paint)
    if rest := moves[_MOST:]:
        after = total(one.after.monthly.times(len(one.addresses)) for one in rest if one.after)
        number = counted(sum(len(one.addresses) for one in rest), "more resource")
        lines.append(paint(f"  +{number} with the change: {money(after)}/month", "dim"))
    if finding.moved.high:
        lines += indented(f"{money(finding.moved)}/month of usage goes on elsewhere", 2, width)
    return lines


def _change(name: str, one: Rebilled, width: int, paint: Paint) -> list[str]:
    each = " each" if len(one.addresses) > 1 else ""
    if one.after is None:
        return indented(f"{printable(name)} with the change: gone", 2, width)
    amount = "free of charge of its own" if one.after.free else f"{money(one.after.monthly)}/month{each}"
    lines = indented(f"{printable(name)} with the change: {amount}", 2, width)
    for component in one.after.components:
        lines += ["  " + text for text in _component(component, width - 2, paint)]
    for reason in one.after.unpriced:
        lines += indented(f"unpriced: {printable(reason)}", 4, width)
    return lines


def _shared(estimate: Estimate) -> Estimate:
    return Estimate(estimate.components, estimate.unpriced, estimate.free)


def _bill(billed: Billed, width: int, paint: Paint) -> list[str]:
    stack, resource, estimate, copies = billed
    times = f"  ×{copies}" if copies > 1 else ""
    region = f"{resource.region.name}{' (assumed)' if resource.region.assumed else ''}" if resource.region.name else ""
    where = ", ".join(filter(None, (region, stack)))
    head = f"{resource.address}{times}"
    lines = spread([(printable(head), "strong"), (printable(str(resource.span)), "place")], 0, width, paint, 2)
    if estimate.free:
        return [*lines, "  free of charge of its own"]
    if estimate.components:
        each = " each" if copies > 1 else ""
        own = any(not component.allocated for component in estimate.components)
        if own:
            lines.append(f"  {money(estimate.monthly)}/month{each}{f' in {printable(where)}' if where else ''}")
        for pool, share in _shares(estimate).items():
            lines += indented(f"takes up {money(share)}/month{each} of {printable(pool)}, whose bill has it", 2, width)
    for component in estimate.components:
        lines += _component(component, width, paint)
    if isinstance(resource.usage, Quantities):
        for stated in resource.usage.stated:
            lines += [paint(part, "dim") for part in indented(f"stated: {printable(stated)}", 4, width)]
    for reason in estimate.unpriced:
        lines += indented(f"unpriced: {printable(reason)}", 2, width)
    if copies > 1 and estimate.components:
        lines.append(f"  {counted(copies, 'copy', 'copies')}: {money(estimate.monthly.times(copies))}/month")
    return lines


def _shares(estimate: Estimate) -> dict[str, Money]:
    """What an estimate takes up of the bills of others, by address."""
    found: dict[str, Money] = {}
    for part in estimate.components:
        if part.allocated:
            found[part.allocated] = found.get(part.allocated, ZERO) + part.monthly
    return found


def _component(component: Component, width: int, paint: Paint) -> list[str]:
    mark = "~" if assumed(component) else " "
    sum_ = f"{quantity(component.quantity)} {component.unit} × {unit_price(component.unit_price)}"
    first, *rest = wrapped(f"{printable(component.name)}: {printable(sum_)} = {money(component.monthly)}", width - 8)
    lines = [f"  {mark} {first}", *(f"        {part}" for part in rest)]
    source = ", ".join(part for part in (component.sku, component.source, component.date) if part)
    if component.inferred:
        source += "; inferred, not read from a list"
    if source:
        lines += [paint(part, "dim") for part in indented(printable(source), 6, width)]
    for assumption in component.assumptions:
        lines += [paint(part, "dim") for part in indented(printable(assumption), 6, width)]
    return lines
