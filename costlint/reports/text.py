"""The report on a terminal: it fits a screen, dearest findings first."""

from __future__ import annotations

from costlint.model import Diagnostic, Finding, Report
from costlint.reports import summary
from costlint.reports.amounts import worth
from costlint.reports.escaping import printable
from costlint.reports.findings import finding_lines
from costlint.reports.layout import Paint, Role, line, plain
from costlint.reports.ranking import ranked

TOP = 10
SCREEN = 60
_FEW = 3
_LABEL = 10
_ROLES: dict[str, Role] = {"error": "high", "warning": "medium", "note": "dim"}


def render(
    report: Report, *, width: int = 100, everything: bool = False, quiet: bool = False, paint: Paint = plain
) -> str:
    """The whole report as text ending in a newline, or "" if `quiet` and nothing was found.

    `everything` lists all findings and diagnostics; `quiet` leaves out all but the findings.
    """
    findings = ranked(report.findings)
    shown = findings if everything else findings[:TOP]
    blocks = _finding_blocks(shown, width, paint)
    if quiet:
        return "".join(text + "\n" for block in blocks for text in block)
    if not findings:
        return _nothing(report, width, everything, paint)
    footer = _footer(report, findings, len(shown), width, paint)
    room = SCREEN - 2 - sum(map(len, blocks)) - 1 - len(footer)
    spaced = everything or room >= len(blocks) + 1
    lines = [line([(summary.headline(report), "strong")], width, paint), ""]
    for index, block in enumerate(blocks):
        lines += ["", *block] if spaced and index else block
    most = len(report.diagnostics) if everything else max(0, min(_FEW, SCREEN - len(lines) - 2 - len(footer)))
    problems = _problems(report.diagnostics, width, paint, most)
    return "\n".join([*lines, "", *footer, *problems]) + "\n"


def _nothing(report: Report, width: int, everything: bool, paint: Paint) -> str:
    """One line, unless something could not be read or all is asked for."""
    text = summary.nothing_found(report)
    diagnostics = report.diagnostics
    if not everything and all(diagnostic.severity == "note" for diagnostic in diagnostics):
        notes = f" {summary.diagnostics_line(diagnostics).capitalize()} (--all)." if diagnostics else ""
        return text + notes + "\n"
    lines = [text, *_problems(diagnostics, width, paint, len(diagnostics) if everything else _FEW)]
    return "\n".join(lines) + "\n"


def _finding_blocks(findings: list[Finding], width: int, paint: Paint) -> list[list[str]]:
    gutter = max((len(worth(finding)) for finding in findings), default=0)
    return [finding_lines(finding, gutter, width, paint) for finding in findings]


def _footer(report: Report, findings: list[Finding], shown: int, width: int, paint: Paint) -> list[str]:
    lines = [paint(summary.more(findings[shown:]), "strong")] if findings[shown:] else []
    labelled = [
        ("Total", summary.total_line(report)),
        ("Stacks", summary.stack_line(report)),
        ("Phases", summary.phase_line(report)),
        ("Coverage", summary.coverage_line(report)),
        ("Next", summary.next_step(report, findings[0] if findings else None)),
    ]
    for label, text in labelled:
        if text:
            lines.append(line([(label.ljust(_LABEL), "dim"), (text, "plain")], width, paint))
    return lines


def _problems(diagnostics: tuple[Diagnostic, ...], width: int, paint: Paint, most: int) -> list[str]:
    """A line that counts the diagnostics, and the worst of them if there is room for all that are not notes."""
    if not diagnostics:
        return []
    listed = [d for d in _worst_first(diagnostics) if d.severity != "note" or most >= len(diagnostics)]
    details = listed if len(listed) <= most else listed[: max(most - 1, 0)]
    hint = "" if len(details) == len(diagnostics) else " (--all lists them)"
    text = summary.diagnostics_line(diagnostics) + hint
    lines = [line([("Input".ljust(_LABEL), "dim"), (text, "plain")], width, paint)]
    for diagnostic in details:
        role = _ROLES[diagnostic.severity]
        lines.append(line([(f"  {diagnostic.severity} ", role), (printable(str(diagnostic)), "plain")], width, paint))
    return lines


def _worst_first(diagnostics: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    order = ("error", "warning", "note")
    return sorted(diagnostics, key=lambda d: (order.index(d.severity), d.file, d.line, d.column, d.message))
