"""The findings as one HTML file: a table to sort and filter, each with its change, its way and why it costs money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from costlint.model import Finding, Report, Rule, Span
from costlint.model.currency import shown_currency
from costlint.reports import summary
from costlint.reports.amounts import converted, cost_three_ways, in_its_currency, three_ways, worth
from costlint.reports.changes import diff, short_diff
from costlint.reports.findings import acceptance, freeing, occurring, sharing, spanning
from costlint.reports.html import page
from costlint.reports.layout import Piece
from costlint.reports.ranking import SEVERITIES, ranked
from costlint.reports.stacks import beside_line, stack_line, waiting_line

_CONFIDENCES = ("high", "medium", "low")
_MOST_ADDRESSES = 20
_MOST_EDITS = 20


class Row(NamedTuple):
    """A finding. `value` is what the page adds up: the likely saving in the currency that is shown."""

    finding: Finding
    message: str
    worth: str
    value: float
    severity: int
    confidence: int
    practice: str
    stacks: tuple[str, ...]
    stack_numbers: str
    edit: list[Piece]
    edits: list[Piece]
    more_edits: int
    addresses: tuple[str, ...]
    more_addresses: int
    notes: list[str]


class Passage(NamedTuple):
    """A part of a rule's page: a heading, prose, an item of a list or lines of code."""

    kind: str
    text: str


class Choice(NamedTuple):
    """A filter: what is chosen from."""

    name: str
    label: str
    values: list[str]


class Accepted(NamedTuple):
    """A finding somebody accepted, and why."""

    rule: str
    span: Span
    message: str
    reason: str


@in_its_currency
def render(report: Report) -> str:
    """The findings as an HTML document without any outside resource."""
    findings = ranked(report.findings)
    stacks = sorted({name for finding in findings for name in _stacks(finding)})
    rows = [_row(finding, stacks) for finding in findings]
    totals = report.totals
    facts = {
        "Left out": summary.left_out_line(report),
        "Total": summary.total_line(report) if rows else "",
        "Freed": summary.freed_line(report),
        "Stacks": stack_line(report),
        "Beside": beside_line(report),
        "Phases": summary.phase_line(report),
        "Coverage": summary.coverage_line(report),
        "Waiting": waiting_line(report),
        "Prices": " · ".join(f"{name} {date}" for name, date in report.price_dates.items()),
    }
    return page(
        "findings.html.j2",
        paths=report.paths,
        version=report.version,
        symbol=shown_currency().symbol,
        headline=summary.headline(report) if rows else summary.nothing_found(report),
        at_least=summary.at_least(report),
        totals=totals,
        ways=cost_three_ways(totals),
        saving_ways=three_ways(totals.saving, totals.list_saving, totals.cash_saving),
        rows=rows,
        choices=_choices(rows, stacks),
        pages=_pages(findings),
        facts={label: text for label, text in facts.items() if text},
        accepted=[
            Accepted(one.rule.id, one.span, one.message or one.rule.title, acceptance(one))
            for one in ranked(report.suppressed)
        ],
        diagnostics=report.diagnostics,
    )


def _stacks(finding: Finding) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.stack for one in finding.stacks)) or (finding.stack,)


def _row(finding: Finding, every_stack: list[str]) -> Row:
    edits = [piece for change in finding.changes[:_MOST_EDITS] for piece in diff(change)]
    stacks = _stacks(finding)
    notes = (
        "assumed" if finding.usage_based else "",
        spanning(finding),
        three_ways(finding.saving, finding.list_saving, finding.cash_saving),
        occurring(finding),
        freeing(finding),
        "library" if finding.library else "",
        "" if finding.editable else "its module has no input for it",
        sharing(finding),
    )
    return Row(
        finding,
        finding.message or finding.rule.title,
        worth(finding),
        round(converted(finding.gain), 2) if finding.saving is not None else 0.0,
        len(SEVERITIES) - SEVERITIES.index(finding.severity),
        len(_CONFIDENCES) - _CONFIDENCES.index(finding.confidence),
        finding.rule.practice or "none",
        stacks,
        " ".join(str(every_stack.index(name)) for name in stacks),
        short_diff(finding.changes[0]) if finding.changes else [],
        edits,
        max(len(finding.changes) - _MOST_EDITS, 0),
        finding.addresses[:_MOST_ADDRESSES],
        max(len(finding.addresses) - _MOST_ADDRESSES, 0),
        [note for note in notes if note],
    )


def _choices(rows: list[Row], stacks: list[str]) -> list[Choice]:
    """The filters, each with the values there are; one with a single value would choose nothing."""
    severities = [name for name in SEVERITIES if any(row.finding.severity == name for row in rows)]
    confidences = [name for name in _CONFIDENCES if any(row.finding.confidence == name for row in rows)]
    choices = [
        Choice("severity", "Severity", list(severities)),
        Choice("confidence", "Confidence", confidences),
        Choice("stack", "Stack", stacks),
        Choice("practice", "Practice", sorted({row.practice for row in rows})),
    ]
    return [choice for choice in choices if len(choice.values) > 1]


def _pages(findings: list[Finding]) -> dict[str, tuple[Rule, list[Passage]]]:
    """The page of each rule that found something and has one; the script shows it in the folds, too."""
    rules = {finding.rule.id: finding.rule for finding in findings if finding.rule.why.strip()}
    return {name: (rules[name], list(_passages(rules[name].why))) for name in sorted(rules)}


def _passages(markdown: str) -> Iterator[Passage]:
    """A rule's page in parts: its author's line breaks are not the reader's."""
    kept: list[str] = []
    code = False
    for line in [*markdown.strip().splitlines(), ""]:
        fence = line.lstrip().startswith("```")
        if code and not fence:
            kept.append(line)
            continue
        starts = line.startswith(("- ", "* "))
        if kept and (fence or starts or not line.strip() or line.startswith(("#", "|", "    "))):
            yield _passage(kept, code)
            kept = []
        if fence:
            code = not code
        elif line.startswith("#"):
            yield Passage("heading", line.lstrip("# "))
        elif line.startswith(("|", "    ")):
            yield Passage("code", line)
        elif line.strip():
            kept.append(line)


def _passage(lines: list[str], code: bool) -> Passage:
    if code:
        return Passage("code", "\n".join(lines))
    text = " ".join(line.strip() for line in lines)
    return Passage("item", text[2:]) if text.startswith(("- ", "* ")) else Passage("prose", text)
