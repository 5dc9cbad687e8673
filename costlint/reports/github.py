"""The report in a job of GitHub Actions: annotations on the lines to edit, and the job's summary.

Annotations are commands the runner reads from the log (docs.github.com, "Workflow commands"), so everything from the
input is escaped the way the runner's own toolkit does it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from costlint.model import Diagnostic, Finding, Level, Report
from costlint.model.diagnostics import Severity
from costlint.reports import summary
from costlint.reports.amounts import counted, in_its_currency, worth
from costlint.reports.changes import short_diff
from costlint.reports.escaping import printable
from costlint.reports.limits import GITHUB_ANNOTATIONS, GITHUB_SUMMARY
from costlint.reports.markdown import MOST, message
from costlint.reports.markdown import render as markdown
from costlint.reports.ranking import ranked

_LEVELS: Mapping[Level, str] = {"critical": "error", "high": "warning", "medium": "warning", "low": "notice"}
_OF_PROBLEMS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}
_MOST_EDITS = 5


@in_its_currency
def render(report: Report) -> str:
    """Annotations: of errors while reading, then of findings, dearest first, as many of each level as are shown. The
    last one says what all of it comes to."""
    lines: list[str] = []
    used: Counter[str] = Counter(notice=1)
    hidden = 0
    for level, line in [
        *((_OF_PROBLEMS[one.severity], _problem(one)) for one in report.diagnostics if one.severity != "note"),
        *((_LEVELS[finding.severity], _finding(finding)) for finding in ranked(report.findings)),
    ]:
        used[level] += 1
        if used[level] <= GITHUB_ANNOTATIONS:
            lines.append(f"::{level} {line}")
        else:
            hidden += 1
    told = summary.headline(report) if report.findings else summary.nothing_found(report)
    rest = f" {counted(hidden, 'further annotation')} would not be shown." if hidden else ""
    lines.append(f"::notice title=costlint::{_data(printable(told + rest))}")
    return "".join(f"{line}\n" for line in lines)


def render_summary(report: Report) -> str:
    """The Markdown of the job's summary, with as many findings as GitHub takes."""
    most = MOST
    text = markdown(report, most=most)
    while len(text.encode("utf-8", "replace")) > GITHUB_SUMMARY and most > 1:
        most //= 2
        text = markdown(report, most=most)
    return text


def _finding(finding: Finding) -> str:
    title = f"{finding.rule.id} {worth(finding)}"
    span = finding.span
    where: dict[str, str | int] = {"file": span.file, "line": span.line, "endLine": span.end_line if span.line else 0}
    if span.line == span.end_line:
        where |= {"col": span.column, "endColumn": span.end_column}
    edits = ["".join(text for text, _ in short_diff(change)) for change in finding.changes[:_MOST_EDITS]]
    return f"{_properties(where, title)}::{_data(chr(10).join([printable(message(finding)), *edits]))}"


def _problem(diagnostic: Diagnostic) -> str:
    where: dict[str, str | int] = {"file": diagnostic.file, "line": diagnostic.line, "col": diagnostic.column}
    return f"{_properties(where, 'costlint')}::{_data(printable(diagnostic.message))}"


def _properties(where: Mapping[str, str | int], title: str) -> str:
    known = {**{name: value for name, value in where.items() if value}, "title": title}
    return ",".join(f"{name}={_property(printable(str(value)))}" for name, value in known.items())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
