"""A rule's page, and everything known about one place: findings and bills with their full arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from costlint.model import ZERO, Component, Estimate, Finding, Money, Report, Resource, Rule, Span
from costlint.reports.amounts import counted, in_its_currency, money, quantity, three_ways, unit_price
from costlint.reports.changes import diff
from costlint.reports.escaping import printable, printable_block
from costlint.reports.layout import Paint, indented, line, plain
from costlint.reports.ranking import ranked

_COPIES = 3
_PROFILES = {"mixed": "default for some of its cases, audit for the others"}
_LAST_INDEX = re.compile(r"\[[^\[\]]*\]$")


class _Billed(NamedTuple):
    stack: str
    resource: Resource
    estimate: Estimate
    copies: int


def explain_rule(rule: Rule, *, width: int = 100, paint: Paint = plain) -> str:
    """The page of a rule: what it is, why it costs money, whether the change is safe, where to read on."""
    lines = [line([(printable(f"{rule.id} {rule.name}"), "strong")], width, paint)]
    lines += [*indented(printable(rule.title), 0, width), ""]
    facts = {
        "Severity": f"{rule.severity}, confidence {rule.confidence}",
        "Practice": rule.practice,
        "Phase": rule.phase,
        "Profile": _PROFILES.get(rule.profile, rule.profile),
        "Fix": rule.fix,
        "Formerly": ", ".join(rule.aliases),
    }
    lines += [
        line([(name.ljust(10), "dim"), (printable(fact), "plain")], width, paint)
        for name, fact in facts.items()
        if fact
    ]
    if rule.why.strip():
        lines += ["", *_paragraphs(rule.why, width, paint)]
    if rule.references:
        lines += ["", paint("References", "dim"), *(f"  {printable(reference)}" for reference in rule.references)]
    return "\n".join(lines) + "\n"


@in_its_currency
def explain_place(
    report: Report, file: str, first: int, last: int = 0, *, width: int = 100, paint: Paint = plain
) -> str:
    """Every finding that stands on, or leads through, the lines `first` to `last` of a file (one line if there is no
    `last`), and the bill of every resource there.

    "" if there is neither. `file` is written as spans write it.
    """
    lines = range(first, max(first, last) + 1)
    findings = [f for f in ranked((*report.findings, *report.suppressed)) if _concerns(f, file, lines)]
    bills = _bills(report, file, lines, findings)
    blocks = [_finding(finding, width, paint) for finding in findings]
    several = len({billed.stack for billed in bills}) > 1
    blocks += [_bill(billed if several else billed._replace(stack=""), width, paint) for billed in bills]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n" if blocks else ""


def _concerns(finding: Finding, file: str, lines: range) -> bool:
    spans = [finding.span, *(origin.span for origin in finding.chain)]
    spans += [change.span for change in finding.changes if change.span is not None]
    return any(_meets(span, file, lines) for span in spans)


def _meets(span: Span, file: str, lines: range) -> bool:
    return span.file == file and span.line < lines.stop and lines.start <= max(span.line, span.end_line)


def _bills(report: Report, file: str, lines: range, findings: Iterable[Finding]) -> list[_Billed]:
    """Resources written at the place, those its findings name, and those whose price depends on the latter (the
    group behind a launch template). Equal bills of one block are one entry, with their number."""
    named = {address for finding in findings for address in finding.addresses}
    merged: dict[tuple[str, str, Estimate], list[Resource]] = {}
    for result in report.stacks:
        for resource in result.stack.resources:
            estimate = result.estimates.get(resource.address)
            if estimate is None:
                continue
            if (
                resource.address in named
                or _meets(resource.span, file, lines)
                or not named.isdisjoint(estimate.consulted)
            ):
                key = (result.stack.name, _LAST_INDEX.sub("", resource.address), _shared(estimate))
                merged.setdefault(key, []).append(resource)
    return [_Billed(key[0], resources[0], key[2], len(resources)) for key, resources in merged.items()]


def _shared(estimate: Estimate) -> Estimate:
    return Estimate(estimate.components, estimate.unpriced, estimate.free)


def _finding(finding: Finding, width: int, paint: Paint) -> list[str]:
    lines = [line([(printable(f"{finding.rule.id} {finding.rule.name}"), finding.severity)], width, paint)]
    lines += [paint(part, "strong") for part in indented(printable(finding.message), 2, width)]
    if finding.suppressed:
        lines += indented(f"suppressed: {printable(finding.suppressed)}", 2, width)
    lines.append("  " + paint(f"fingerprint        {printable(finding.fingerprint)}", "dim"))
    if finding.saving is not None and finding.current is not None and finding.proposed is not None:
        lines.append(f"  as written         {money(finding.current)}/month")
        lines.append(f"  with the change    {money(finding.proposed)}/month")
        mark = "~" if finding.inferred or finding.usage_based else ""
        lines.append("  " + paint(f"saving             {mark}{money(finding.saving)}/month", "amount"))
        if ways := three_ways(finding.saving, finding.list_saving, finding.cash_saving):
            lines.append(f"                     {ways}")
        for one in finding.freed:
            how = "its nodes go by themselves" if one.scales else "a saving once it has fewer nodes"
            lines += indented(f"{money(one.amount)}/month of it frees {printable(one.pool)}: {how}", 2, width)
    elif finding.saving is not None:
        lines.append("  " + paint(f"saving {money(finding.saving)}/month", "amount"))
    if finding.exposure is not None:
        lines.append(f"  at stake           {money(finding.exposure)}/month")
    for reason in finding.unpriced:
        lines += indented(f"unpriced: {printable(reason)}", 2, width)
    lines += _stacks(finding, width)
    if len(finding.addresses) > 1:
        shown = ", ".join(map(printable, finding.addresses[:_COPIES]))
        rest = len(finding.addresses) - _COPIES
        lines += indented(f"for {shown}" + (f" and {rest} more" if rest > 0 else ""), 2, width)
    heads = [(f"in {change.address}", f"at {change.span}" if change.span else "") for change in finding.changes]
    for index, change in enumerate(finding.changes):
        if index == 0 or heads[index] != heads[index - 1]:
            together = "  ".join(filter(None, heads[index]))
            for part in [together] if len(together) + 2 <= width else filter(None, heads[index]):
                lines.append("  " + paint(printable(part), "dim"))
        lines += [line([("    ", "plain"), piece], width, paint) for piece in diff(change)]
    for assumption in finding.assumptions:
        lines += indented(printable(assumption), 2, width)
    if finding.chain:
        lines.append("  " + paint("written", "dim"))
        lines += [f"    {printable(str(origin.span))}  {printable(origin.what)}" for origin in finding.chain]
    return lines


def _stacks(finding: Finding, width: int) -> list[str]:
    """What a finding is worth in each of the stacks that share its line."""
    if len(finding.stacks) < 2:
        return []
    lines: list[str] = []
    for one in finding.stacks:
        amount = one.saving or one.exposure
        worth = f"{money(amount)}/month" if amount else "unpriced"
        lines += indented(f"{printable(one.stack)}: {worth}{'' if one.counted else ', not added'}", 2, width)
    return lines


def _bill(billed: _Billed, width: int, paint: Paint) -> list[str]:
    stack, resource, estimate, copies = billed
    times = f"  ×{copies}" if copies > 1 else ""
    region = f"{resource.region.name}{' (assumed)' if resource.region.assumed else ''}"
    where = f"{region}, {stack}" if stack else region
    head = f"{resource.address}{times}"
    lines = [line([(printable(head), "strong"), (f"  {printable(str(resource.span))}", "place")], width, paint)]
    if estimate.free:
        return [*lines, "  free of charge of its own"]
    if estimate.components:
        each = " each" if copies > 1 else ""
        own = any(not component.allocated for component in estimate.components)
        if own:
            lines.append(f"  {money(estimate.monthly)}/month{each} in {printable(where)}")
        for pool, share in _shares(estimate).items():
            lines += indented(f"takes up {money(share)}/month{each} of {printable(pool)}, whose bill has it", 2, width)
    for component in estimate.components:
        lines += _component(component, width, paint)
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
    mark = "~" if component.usage or component.inferred else " "
    sum_ = f"{quantity(component.quantity)} {component.unit} × {unit_price(component.unit_price)}"
    text = f"  {mark} {printable(component.name)}: {printable(sum_)} = {money(component.monthly)}"
    lines = [line([(text, "plain")], width, paint)]
    source = ", ".join(part for part in (component.sku, component.source, component.date) if part)
    if component.inferred:
        source += "; inferred, not read from a list"
    if source:
        lines += [paint(part, "dim") for part in indented(printable(source), 6, width)]
    for assumption in component.assumptions:
        lines += [paint(part, "dim") for part in indented(printable(assumption), 6, width)]
    return lines


def _paragraphs(text: str, width: int, paint: Paint) -> list[str]:
    """Markdown for a terminal: lists and code keep their lines, headings lose their marks, prose is wrapped anew."""
    lines: list[str] = []
    prose: list[str] = []
    code = False
    for written in [*printable_block(text.strip()), ""]:
        fence = written.lstrip().startswith("```")
        stands = code or fence or not written or written[0] in " #-*|"
        if not stands:
            prose.append(written)
            continue
        if prose:
            lines += indented(" ".join(prose), 0, width)
            prose = []
        heading = not code and written.startswith("#")
        lines.append(paint(written.lstrip("# "), "strong") if heading else written)
        code = code != fence
    return lines[:-1]
