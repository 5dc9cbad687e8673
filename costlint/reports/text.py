"""The report on a terminal: it fits a screen, dearest findings first."""

from __future__ import annotations

from costlint.model import Diagnostic, Finding, Report
from costlint.reports import summary
from costlint.reports.amounts import in_its_currency, worth
from costlint.reports.escaping import printable
from costlint.reports.findings import finding_lines
from costlint.reports.layout import Paint, Role, line, plain, wrapped
from costlint.reports.ranking import foremost, ranked
from costlint.reports.stacks import beside_line, stack_line, waiting_line

TOP = 10
SCREEN = 60
_FEW = 3
_LABEL = 10
_ROLES: dict[str, Role] = {"error": "high", "warning": "medium", "note": "dim"}


@in_its_currency
def render(
    report: Report, *, width: int = 100, everything: bool = False, quiet: bool = False, paint: Paint = plain
) -> str:
    """The whole report as text ending in a newline, or "" if `quiet` and nothing was found.

    At most SCREEN lines unless `everything`, which lists all findings and diagnostics; `quiet` leaves out all but
    the findings.
    """
    findings = ranked(report.findings)
    shown = findings if everything else foremost(findings, TOP)
    blocks = _finding_blocks(shown, width, paint, everything)
    if quiet:
        return "".join(text + "\n" for block in blocks for text in block)
    if not findings:
        return _nothing(report, width, everything, paint)
    footer = _footer(report, [finding for finding in findings if finding not in shown], width, paint)
    hint = labelled("Next", summary.next_step(report, findings[0]), width, paint)
    head = [paint(part, "strong") for part in wrapped(summary.headline(report), width, most=2)]
    least = 1 + len(head) + sum(map(len, blocks)) + 1 + len(footer) + len(hint) + bool(report.diagnostics)
    spaced = everything or least + len(blocks) - 1 <= SCREEN
    room = len(report.diagnostics) if everything else min(_FEW, SCREEN - least - spaced * (len(blocks) - 1))
    lines = [*head, ""]
    for index, block in enumerate(blocks):
        lines += ["", *block] if spaced and index else block
    lines += ["", *footer, *problems(report.diagnostics, width, paint, max(room, 0)), *hint]
    return "\n".join(lines) + "\n"


def _nothing(report: Report, width: int, everything: bool, paint: Paint) -> str:
    """One line, unless all is asked for, or errors are why there is nothing."""
    text = summary.nothing_found(report)
    diagnostics = report.diagnostics
    worst = [diagnostic for diagnostic in _worst_first(diagnostics) if diagnostic.severity == "error"][:1]
    if not everything and (report.coverage.resources or not worst):
        first = f", the first at {printable(str(worst[0]))}" if worst else ""
        said = f" {summary.diagnostics_line(diagnostics)}{first} (--all)." if diagnostics else ""
        return text + said + "\n"
    lines = [text, *problems(diagnostics, width, paint, len(diagnostics) if everything else _FEW)]
    return "\n".join(lines) + "\n"


def _finding_blocks(findings: list[Finding], width: int, paint: Paint, fingerprint: bool) -> list[list[str]]:
    gutter = max((len(worth(finding)) for finding in findings), default=0)
    return [finding_lines(finding, gutter, width, paint, fingerprint=fingerprint) for finding in findings]


def _footer(report: Report, rest: list[Finding], width: int, paint: Paint) -> list[str]:
    lines = [paint(summary.more(rest), "strong")] if rest else []
    lines += labelled("Left out", summary.left_out_line(report), width, paint)
    lines += labelled("Total", summary.total_line(report), width, paint)
    lines += labelled("Freed", summary.freed_line(report), width, paint)
    lines += labelled("Stacks", stack_line(report), width, paint)
    lines += labelled("Beside", beside_line(report), width, paint)
    lines += labelled("Phases", summary.phase_line(report), width, paint)
    lines += labelled("Coverage", summary.coverage_line(report), width, paint)
    lines += labelled("Waiting", waiting_line(report), width, paint)
    return lines


def labelled(label: str, text: str, width: int, paint: Paint) -> list[str]:
    """A line with its label, or two if it is long; none for no text."""
    if not text:
        return []
    parts = wrapped(text, width - _LABEL, most=2)
    return [
        line([((label if index == 0 else "").ljust(_LABEL), "dim"), (part, "plain")], width, paint)
        for index, part in enumerate(parts)
    ]


def problems(diagnostics: tuple[Diagnostic, ...], width: int, paint: Paint, most: int) -> list[str]:
    """A line that counts the diagnostics, and the worst of them in the room there is; notes only if all fit."""
    if not diagnostics:
        return []
    listed = _worst_first(diagnostics)
    if len(listed) > most:
        listed = [diagnostic for diagnostic in listed if diagnostic.severity != "note"][:most]
    hint = "" if len(listed) == len(diagnostics) else " (--all lists them)"
    lines = labelled("Input", summary.diagnostics_line(diagnostics) + hint, width, paint)
    for diagnostic in listed:
        name: tuple[str, Role] = (f"  {diagnostic.severity} ", _ROLES[diagnostic.severity])
        lines.append(line([name, (printable(str(diagnostic)), "plain")], width, paint))
    return lines


def _worst_first(diagnostics: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    order = ("error", "warning", "note")
    return sorted(diagnostics, key=lambda d: (order.index(d.severity), d.file, d.line, d.column, d.message))
