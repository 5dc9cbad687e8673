"""A finding as a comment on the line it is about, with what to write there where that is the edit of one line."""

from __future__ import annotations

import re
from typing import NamedTuple

from costlint.model.currency import Currency, showing
from costlint.model.differences import Diff, FindingDelta
from costlint.reports.comment import TOP_FINDINGS, Manner, cut, worth
from costlint.reports.comment_edits import edit_lines, single_edit
from costlint.reports.comment_links import in_repository
from costlint.reports.markdown_text import code_block

_MOST_EDITS = 8
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class LineComment(NamedTuple):
    """What to say on a line. `path` is that from the root of the repository, `quoted` the line as it was read."""

    path: str
    line: int
    key: str
    body: str
    quoted: str = ""


def line_comments(diff: Diff, manner: Manner, directory: str = "") -> list[LineComment]:
    """A comment for each of the new findings that are worth most, on the line to edit."""
    with showing(Currency(cut(diff.currency.code, 8), diff.currency.rate, diff.currency.date)):
        found = [_comment(one, manner, directory) for one in diff.of_status("new")[:TOP_FINDINGS]]
    return [one for one in found if one.path and one.line > 0]


def _comment(one: FindingDelta, manner: Manner, directory: str) -> LineComment:
    edit = single_edit(one)
    said = f"**{manner.prose(worth(one))}** {manner.prose(one.message or one.title)} · {manner.code(one.rule)}"
    if edit is not None and not _CONTROLS.search(edit.changed):
        body = f"{said}\n\n{suggestion(edit.changed)}"
        return LineComment(in_repository(edit.span.file, directory), edit.span.line, one.fingerprint, body, edit.line)
    lines = edit_lines(one, _MOST_EDITS)
    body = f"{said}\n\n{code_block(lines, 'diff')}" if lines else said
    quoted = next((each.quoted for each in one.change if (each.file, each.line) == (one.file, one.line)), "")
    return LineComment(in_repository(one.file, directory), one.line, one.fingerprint, body, quoted)


def suggestion(line: str) -> str:
    """A block GitHub offers to commit in place of the line it is on; the text is taken as it is."""
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}suggestion\n{line}\n{fence}"
