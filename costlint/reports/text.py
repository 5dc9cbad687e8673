"""The report on a terminal: it fits a screen, dearest findings first."""

from __future__ import annotations

from costlint.model import Diagnostic, Finding, Report
from costlint.reports import summary
from costlint.reports.amounts import in_its_currency, worth
from costlint.reports.escaping import printable
from costlint.reports.findings import accepted_lines, finding_lines
from costlint.reports.layout import NARROWEST, Paint, Role, plain, wrapped
from costlint.reports.rails import rail_lines
from costlint.reports.ranking import foremost, ranked
from costlint.reports.stacks import beside_line, stack_line, waiting_line

TOP = 10
SCREEN = 60
_FEW = 3
_ASSUMED = "what follows rests on assumed usage"
_LABEL = 10
_MOST_LINES = 6
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
        limits = rail_lines(report.rails, width, paint)[1:]
        return "".join(text + "\n" for block in [limits, *blocks] for text in block)
    if not findings:
        return _nothing(report, width, everything, paint)
    footer = _footer(report, [finding for finding in findings if finding not in shown], width, paint)
    hint = labelled("Next", summary.next_step(report, findings[0]), width, paint)
    head = [paint(part, "strong") for part in wrapped(summary.headline(report), width, most=2)]
    head += rail_lines(report.rails, width, paint)
    least = 1 + len(head) + sum(map(len, blocks)) + 1 + len(footer) + len(hint) + bool(report.diagnostics)
    spaced = everything or least + len(blocks) - 1 <= SCREEN
    most = len(report.diagnostics) if everything else _FEW
    room = None if everything else max(SCREEN - least - spaced * (len(blocks) - 1), 0)
    lines = [*head, ""]
    for index, block in enumerate(blocks):
        lines += ["", *block] if spaced and index else block
    if everything:
        lines += _accepted(report, width, paint)
    lines += ["", *footer, *problems(report.diagnostics, width, paint, most, room), *hint]
    return "\n".join(lines) + "\n"


def _nothing(report: Report, width: int, everything: bool, paint: Paint) -> str:
    """One line if it fits; errors that are why there is nothing come first."""
    text, left, waiting = summary.nothing_found(report), summary.left_out_line(report), waiting_line(report)
    hint = summary.next_step(report, None) if report.coverage.resources else ""
    diagnostics = report.diagnostics
    most = len(diagnostics) if everything else _FEW
    if not report.coverage.resources and any(one.severity == "error" for one in diagnostics):
        return "\n".join([*problems(diagnostics, width, paint, most), *wrapped(text, width)]) + "\n"
    rails = rail_lines(report.rails, width, paint)
    said = f" {summary.diagnostics_line(diagnostics)} (--all)." if diagnostics else ""
    one = text + (f" Left out: {left}." if left else "") + (f" {waiting}." if waiting else "") + said
    serious = everything or any(diagnostic.severity == "error" for diagnostic in diagnostics)
    listed = (serious and diagnostics) or (everything and report.suppressed) or rails
    if len(one) <= width and not hint and not listed:
        return one + "\n"
    lines = wrapped(text, width)
    lines += rails
    lines += _accepted(report, width, paint) if everything else []
    lines += labelled("Left out", left, width, paint, most=0)
    lines += labelled("Waiting", waiting, width, paint, most=0)
    lines += problems(diagnostics, width, paint, most if serious else 0)
    lines += labelled("Next", hint, width, paint, most=0)
    return "\n".join(lines) + "\n"


def _accepted(report: Report, width: int, paint: Paint) -> list[str]:
    """The findings that are accepted, under a heading; none if there are none."""
    if not report.suppressed:
        return []
    listed = [part for finding in ranked(report.suppressed) for part in accepted_lines(finding, width)]
    return ["", paint("Accepted, left out of findings and totals", "strong"), *listed]


def _finding_blocks(findings: list[Finding], width: int, paint: Paint, fingerprint: bool) -> list[list[str]]:
    gutter = max((len(worth(finding)) for finding in findings), default=0)
    blocks = [finding_lines(finding, gutter, width, paint, fingerprint=fingerprint) for finding in findings]
    assumed = [finding.saving is not None and finding.usage_based for finding in findings]
    if True in assumed and not assumed[0]:
        blocks[assumed.index(True)].insert(0, paint(" " * (gutter + 2) + _ASSUMED, "dim"))
    return blocks


def _footer(report: Report, rest: list[Finding], width: int, paint: Paint) -> list[str]:
    lines = [paint(summary.more(rest), "strong")] if rest else []
    lines += labelled("Left out", summary.left_out_line(report), width, paint)
    lines += labelled("Baseline", summary.baseline_line(report), width, paint)
    lines += labelled("Total", summary.total_line(report), width, paint)
    lines += labelled("Freed", summary.freed_line(report), width, paint)
    lines += labelled("Stacks", stack_line(report), width, paint)
    lines += labelled("Beside", beside_line(report), width, paint)
    lines += labelled("Phases", summary.phase_line(report), width, paint)
    lines += labelled("Coverage", summary.coverage_line(report), width, paint)
    lines += labelled("Waiting", waiting_line(report), width, paint)
    return lines


def labelled(label: str, text: str, width: int, paint: Paint, most: int = 2) -> list[str]:
    """A line with its label, or two if it is long (`most`, 0 for as many as it takes); none for no text."""
    if not text:
        return []
    parts = wrapped(text, width - _LABEL, most=most)
    return [paint((label if index == 0 else "").ljust(_LABEL), "dim") + part for index, part in enumerate(parts)]


def problems(
    diagnostics: tuple[Diagnostic, ...], width: int, paint: Paint, most: int, room: int | None = None
) -> list[str]:
    """A line that counts the diagnostics, and the worst of them in the `room` (lines) there is; notes only if all
    fit."""
    if not diagnostics:
        return []
    ordered = _worst_first(diagnostics)
    listed = [] if len(ordered) > most else [_problem(one, width, paint) for one in ordered]
    if not listed or (room is not None and sum(map(len, listed)) > room):
        told = [one for one in ordered if one.severity != "note"]
        listed = [_problem(one, width, paint) for one in told[:most]]  # wrapping hundreds takes a while
        while room is not None and listed and sum(map(len, listed)) > room:
            listed.pop()
    hint = "" if len(listed) == len(diagnostics) else " (--all lists them)"
    lines = labelled("Input", summary.diagnostics_line(diagnostics) + hint, width, paint)
    return lines + [part for shown in listed for part in shown]


def _problem(diagnostic: Diagnostic, width: int, paint: Paint) -> list[str]:
    """A diagnostic, wrapped behind its severity; its place is never cut."""
    name, role = f"  {diagnostic.severity} ", _ROLES[diagnostic.severity]
    room = max(width, NARROWEST) - len(name)
    text = printable(str(diagnostic))
    head = text.removesuffix(printable(diagnostic.message)).rstrip()
    parts = wrapped(text, room, _MOST_LINES)
    if len(head) > room:
        parts = [head, *wrapped(printable(diagnostic.message), room, _MOST_LINES)]
    return [paint(name if not at else " " * len(name), role) + part for at, part in enumerate(parts)]


def _worst_first(diagnostics: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    order = ("error", "warning", "note")
    return sorted(diagnostics, key=lambda d: (order.index(d.severity), d.file, d.line, d.column, d.message))
