"""The lines of the files that findings want edited, for reports that show or replace them."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from costlint.model import Change, Finding, Report
from costlint.sources import SourceError, open_directory

_LONGEST = 1000


def with_lines(report: Report, read: Callable[[str], str | None] | None = None) -> Report:
    """The report with `Change.line` of every change whose place is on one line. `read` gives the text of a file by the
    name reports call it (None if there is none); by default the file below the current work tree."""
    lines: dict[str, list[str]] = {}
    take = read or _text

    def line(file: str, number: int) -> str:
        if file not in lines:
            lines[file] = (take(file) or "").split("\n")
        found = lines[file][number - 1].rstrip("\r") if 0 < number <= len(lines[file]) else ""
        return found if len(found) <= _LONGEST else ""

    def quoted(change: Change) -> Change:
        span = change.span
        if span is None or change.line or span.line != span.end_line:
            return change
        return replace(change, line=line(span.file, span.line))

    def with_quotes(finding: Finding) -> Finding:
        return replace(finding, changes=tuple(map(quoted, finding.changes)))

    return replace(
        report,
        findings=tuple(map(with_quotes, report.findings)),
        suppressed=tuple(map(with_quotes, report.suppressed)),
    )


def _text(file: str) -> str | None:
    try:
        source, path = open_directory(file)
        return source.read(path).decode("utf-8-sig")
    except (SourceError, UnicodeDecodeError):
        return None
