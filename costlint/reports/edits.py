"""Changes that are an edit of one literal on one line: what to write in place of what."""

from __future__ import annotations

import re
from typing import NamedTuple

from costlint.model import Change, Finding, Span, Unknown, sources_of

_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./:+-]*")
_QUOTED = re.compile(r"""(["'])([^"'\\]*)\1""")
_UNSAFE = re.compile(r'[\\"\x00-\x1f\x7f]|[$%]\{')
_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "~"))
_BEFORE_IT = re.compile(r"""(?:^|[\s{,(-])["']?([A-Za-z_][\w-]*)["']?\s*[:=]\s*(?:\[\s*)?$""")


class TextEdit(NamedTuple):
    """Write `after` where `before` stands at `span`; `line` and `changed` are the whole line without and with that."""

    span: Span
    before: str
    after: str
    line: str

    @property
    def changed(self) -> str:
        start, end = self.span.column - 1, self.span.end_column - 1
        return self.line[:start] + self.after + self.line[end:]


def text_edits(finding: Finding) -> tuple[TextEdit, ...]:
    """The edits that make up the whole change of a finding; () if any part of it is more than the edit of a literal, or
    two parts contradict each other. The report has to be quoted (`costlint.quoting`)."""
    edits: dict[Span, TextEdit] = {}
    for change in finding.changes:
        edit = text_edit(change)
        if edit is None or edits.setdefault(edit.span, edit).after != edit.after:
            return ()
    return tuple(edits.values())


def text_edit(change: Change) -> TextEdit | None:
    """The edit of one literal a change is, None if it is something else or what stands there is not what the change
    starts from: an expression, a number others are computed from, a value that is not known."""
    span = change.span
    if span is None or span.line != span.end_line or not change.line:
        return None
    if not _is_literal(change.before) or not _is_literal(change.after):
        return None
    before = change.line[span.column - 1 : span.end_column - 1]
    known_as = _BEFORE_IT.search(change.line[: span.column - 1])
    if not change.name and (known_as is None or known_as[1] != _attribute(change)):
        return None
    after = _rewritten(before, change.before, change.after)
    return TextEdit(span, before, after, change.line) if after is not None else None


def _rewritten(text: str, before: object, after: object) -> str | None:
    """What to write for `after` in the way `text` writes `before`; None if `text` is no literal of `before`."""
    new = _as_written(after)
    quoted = _QUOTED.fullmatch(text)
    if quoted is not None:
        if quoted[2] != _as_written(before) or _UNSAFE.search(quoted[2] + new) or quoted[1] in new:
            return None
        return f"{quoted[1]}{new}{quoted[1]}"
    if text != _as_written(before) or not _PLAIN.fullmatch(text):
        return None
    if isinstance(before, str) and isinstance(after, str):
        reads_as_text = _PLAIN.fullmatch(new) and not _is_number(new) and new.lower() not in _WORDS and new[-1] != ":"
        return new if reads_as_text else None if _UNSAFE.search(new) else f'"{new}"'
    return None if isinstance(after, str) and not _is_number(new) else new


def _is_literal(value: object) -> bool:
    return isinstance(value, (str, bool, int, float)) and not isinstance(value, Unknown) and not sources_of(value)


def _as_written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _attribute(change: Change) -> str:
    """The name of the attribute a change is about: the last step of its path that is no index."""
    return next((step for step in reversed(change.path.split(".")) if not step.isdigit()), "")


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", text) is not None
