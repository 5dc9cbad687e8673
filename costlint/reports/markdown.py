"""The report as Markdown (GitHub's, which GitLab and Azure DevOps read alike), and the pieces comments are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from costlint.model import Diagnostic, Finding, Report, Span
from costlint.reports import summary
from costlint.reports.amounts import counted, dollars, in_its_currency, worth
from costlint.reports.changes import diff
from costlint.reports.findings import SHOWN, acceptance, freeing, occurring, spanning
from costlint.reports.markdown_text import code, code_block, html, prose
from costlint.reports.ranking import foremost, ranked
from costlint.reports.stacks import beside_line, stack_line, waiting_line

Link: TypeAlias = Callable[[Span], str]
"""The address of a place, "" if it has none."""

MOST = 50
_MOST_EDITS = 10
_MOST_PROBLEMS = 20


def no_link(span: Span) -> str:
    """Places are not links."""
    return ""


@in_its_currency
def render(report: Report, link: Link = no_link, most: int = MOST) -> str:
    """The whole report, the `most` foremost findings in detail."""
    findings = ranked(report.findings)
    if not findings:
        blocks = [f"### {prose(summary.nothing_found(report))}"]
    else:
        shown = foremost(findings, most)
        rest = [finding for finding in findings if finding not in shown]
        blocks = [
            f"### {prose(summary.headline(report))}",
            finding_table(shown, link),
            "\n".join(finding_fold(finding, link) for finding in shown),
        ]
        if rest:
            blocks.append(prose(summary.more(rest).replace(" (--all)", "")))
    blocks += [footer(report), accepted_fold(report.suppressed, link), problem_fold(report.diagnostics, link)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def finding_table(findings: Iterable[Finding], link: Link = no_link) -> str:
    """What each finding is worth, what it is about and where."""
    rows = [
        f"| {prose(worth(finding))} | {finding.severity} | {prose(message(finding))} | {place(finding.span, link)} |"
        for finding in findings
    ]
    return "\n".join(["| a month | severity | finding | edit |", "|---:|---|---|---|", *rows])


def finding_fold(finding: Finding, link: Link = no_link) -> str:
    """The change of a finding, where its text comes from, and what the amount rests on, behind one line."""
    head = f"<b>{html(worth(finding))}</b> {html(message(finding))} · <code>{html(finding.rule.id)}</code>"
    parts = [f"<details><summary>{head}</summary>"]
    edits = [text for change in finding.changes[:_MOST_EDITS] for text, _ in diff(change)]
    if edits:
        parts.append(code_block(edits, "diff"))
    parts.append(" · ".join(_facts(finding, link)))
    if len(finding.chain) > 1:
        steps = [f"{place(step.span, link)} {prose(step.what)}" for step in finding.chain]
        parts.append("Written:\n\n" + "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)))
    notes = [*finding.assumptions, *(f"unpriced: {reason}" for reason in finding.unpriced)]
    if notes:
        parts.append("\n".join(f"- {prose(note)}" for note in notes))
    return "\n\n".join([*parts, "</details>"])


def footer(report: Report) -> str:
    """Totals, what is left out, coverage and what waits for an environment, as a list."""
    lines = {
        "Left out": summary.left_out_line(report),
        "Total": summary.total_line(report) if report.findings else "",
        "Freed": summary.freed_line(report),
        "Stacks": stack_line(report),
        "Beside": beside_line(report),
        "Phases": summary.phase_line(report),
        "Coverage": summary.coverage_line(report) if report.coverage.resources else "",
        "Waiting": waiting_line(report),
    }
    return "\n".join(f"- **{label}**: {prose(text)}" for label, text in lines.items() if text)


def accepted_fold(findings: Sequence[Finding], link: Link = no_link) -> str:
    """The findings somebody accepted, with reason and end; "" if there are none."""
    rows = [
        f"- {place(one.span, link)} {code(one.rule.id)}: {prose(acceptance(one))}" for one in ranked(findings)[:MOST]
    ]
    return fold(counted(len(findings), "accepted finding"), rows) if rows else ""


def problem_fold(diagnostics: Sequence[Diagnostic], link: Link = no_link) -> str:
    """What went wrong while reading, worst first; "" if nothing did."""
    order = ("error", "warning", "note")
    told = sorted(diagnostics, key=lambda one: (order.index(one.severity), one.file, one.line, one.column, one.message))
    rows = []
    for one in told[:_MOST_PROBLEMS]:
        where = Span(one.file, one.line, one.column, one.line, one.column)
        rows.append(f"- **{one.severity}** {place(where, link) + ': ' if one.file else ''}{prose(one.message)}")
    if len(told) > len(rows):
        rows.append(f"- and {len(told) - len(rows):,} more")
    return fold(f"Input: {summary.diagnostics_line(diagnostics)}", rows) if rows else ""


def fold(head: str, rows: Sequence[str]) -> str:
    """Lines of Markdown behind one line of text."""
    return "\n".join([f"<details><summary>{html(head)}</summary>", "", *rows, "", "</details>"])


def place(span: Span, link: Link = no_link) -> str:
    """A place as people copy it, a link where there is an address."""
    shown = code(f"{span.file}:{span.line}" if span.line else span.file)
    target = link(span)
    return f"[{shown}](<{target}>)" if target else shown


def message(finding: Finding) -> str:
    """What a finding says."""
    return finding.message or finding.rule.title


def _facts(finding: Finding, link: Link) -> list[str]:
    facts = [place(finding.span, link), f"severity {finding.severity}", f"confidence {finding.confidence}"]
    if finding.addresses:
        more = f" ×{len(finding.addresses)}" if len(finding.addresses) > 1 else ""
        facts.append(code(finding.addresses[0]) + more)
    if finding.current is not None and finding.proposed is not None:
        facts.append(prose(f"{dollars(finding.current.likely)} → {dollars(finding.proposed.likely)}"))
    notes = (occurring(finding), freeing(finding), "assumed" if finding.usage_based else "", spanning(finding))
    facts += [prose(note) for note in notes if note]
    facts.append(f"fingerprint {code(finding.fingerprint[:SHOWN])}")
    return facts
