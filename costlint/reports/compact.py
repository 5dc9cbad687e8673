"""One line for each finding, as editors and grep read it: `path:line:col: ID message ($/mo)`."""

from __future__ import annotations

from costlint.model import Diagnostic, Finding, Report
from costlint.reports.amounts import in_its_currency, worth
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, plain
from costlint.reports.ranking import ranked


@in_its_currency
def render(
    report: Report, *, width: int = 0, everything: bool = False, quiet: bool = False, paint: Paint = plain
) -> str:
    """A line for each finding, dearest first, then for each diagnostic (notes only if `everything`, none if `quiet`);
    "" if there are neither. No line is cut, whatever the `width`."""
    lines = [_finding(finding, paint) for finding in ranked(report.findings)]
    if not quiet:
        told = (one for one in report.diagnostics if everything or one.severity != "note")
        lines += [_diagnostic(one, paint) for one in told]
    return "".join(f"{line}\n" for line in lines)


def _finding(finding: Finding, paint: Paint) -> str:
    place = paint(printable(f"{finding.span}:"), "place")
    message = printable(finding.message or finding.rule.title)
    amount = paint(f"({worth(finding)})", "amount" if finding.saving else "dim")
    return f"{place} {paint(printable(finding.rule.id), finding.severity)} {message} {amount}"


def _diagnostic(diagnostic: Diagnostic, paint: Paint) -> str:
    place = f"{diagnostic.file or '.'}:{max(diagnostic.line, 1)}:{max(diagnostic.column, 1)}:"
    return f"{paint(printable(place), 'place')} {diagnostic.severity}: {printable(diagnostic.message)}"
