"""Where a value stands inside a text that is YAML or JSON: in the heredoc, or in the file the text is read from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from costlint.model import Sketch
from costlint.readers.terraform.evaluation.scope import Scope
from costlint.readers.terraform.files import ParsedFile
from costlint.readers.terraform.functions.context import FileMissing
from costlint.readers.terraform.syntax.ast import Body, Expr
from costlint.readers.terraform.tracing.steps import Next, Place, Steps

if TYPE_CHECKING:
    from costlint.readers.terraform.tracing.walk import Tracer

_READING = frozenset(("file", "templatefile"))
_MADE = re.compile(r"\$\{.*?\}|%\{.*?\}")
_NAME = re.compile(r"\$\{\s*([A-Za-z_][\w-]*)\s*\}")
_LARGEST = 4 << 20


def in_text(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """The place of what `path` selects in the value of a text, or onward to what is filled in there; None where that
    cannot be told."""
    steps = tuple(step for step in path if isinstance(step, (str, int)))
    if len(steps) != len(path) or scope.file is None:
        return None
    value = tracer.value(expr, scope)
    text = value.text if isinstance(value, Sketch) else value
    if not isinstance(text, str) or "\n" not in text or len(text) > _LARGEST:
        return None
    from costlint.readers.kubernetes.documents import documents, place
    from costlint.readers.kubernetes.syntax import YamlMistake

    found = list(documents(text.encode()))
    try:
        span, exact = place(found[0], steps, "") if len(found) == 1 else (None, False)
    except YamlMistake:
        return None
    if span is None:
        return None
    lines = text.split("\n")
    line = lines[span.line - 1]
    if expr[0] in ("tmpl", "lit"):
        carrier, first = scope.file, scope.file.position(expr[1])[0]
    elif expr[0] == "call" and expr[3] in _READING and expr[4]:
        read = _file(tracer, expr[4][0], scope)
        if read is None:
            return None
        carrier, first = read, 0
    else:
        return None
    written = _line(carrier, first, span.line, lines)
    if written is None:
        return None
    start, raw = written
    tracer.selected = path
    if raw.strip() == line.strip():
        shift = (len(raw) - len(raw.lstrip())) - (len(line) - len(line.lstrip()))
        begin = len(raw[: max(span.column - 1 + shift, 0)].encode())
        end = len(raw[: span.end_column - 1 + shift].encode()) if span.end_line == span.line else len(raw.encode())
        return Place(carrier, start + begin, start + max(end, begin), exact)
    return _filled_in(expr, scope, carrier, start, raw) if exact else None


def _file(tracer: Tracer, expr: Expr, scope: Scope) -> ParsedFile | None:
    """The file a text is read from, for its lines alone."""
    name = tracer.value(expr, scope)
    context = scope.module.context
    place = context.resolve(name) if isinstance(name, str) else None
    try:
        data = context.read_file(name) if isinstance(name, str) else None
    except FileMissing:
        return None
    if place is None or not isinstance(data, bytes) or context.source is None:
        return None
    return ParsedFile(place, data, Body(), [], context.source.shown(place))


def _line(carrier: ParsedFile, first: int, number: int, lines: list[str]) -> tuple[int, str] | None:
    """Where the line begins that becomes a line of the text, and what it says. The text begins behind line `first`, or
    on it; a line before that comes to nothing, or to several, moves it."""
    text = carrier.text(0, _LARGEST)
    own = text.split("\n")
    wanted = lines[number - 1]
    expected = first + number
    candidates = [expected, expected - 1, *range(first, len(own) + 1)]
    for at in candidates:
        if 0 < at <= len(own) and _becomes(own[at - 1], wanted):
            same = sum(_becomes(one, wanted) for one in own[first:])
            if at in candidates[:1] or same == 1:
                return len("\n".join(own[: at - 1]).encode()) + (1 if at > 1 else 0), own[at - 1]
    return None


def _becomes(raw: str, line: str) -> bool:
    """Whether a line of a template may come to a line of the text."""
    if raw.strip() == line.strip():
        return True
    kept = _MADE.split(raw.strip())
    said = any(part.strip() for part in kept) and len(kept) > 1
    return said and re.fullmatch(".*".join(map(re.escape, kept)), line.strip()) is not None


def _filled_in(expr: Expr, scope: Scope, carrier: ParsedFile, start: int, raw: str) -> Next:
    """What is filled in on a line, if it is one thing: a variable of templatefile, an expression of a heredoc."""
    if expr[0] == "call":
        names = _NAME.findall(raw)
        if len(names) == 1 and len(_MADE.findall(raw)) == 1 and len(expr[4]) > 1:
            return expr[4][1], scope, (names[0],)
    elif expr[0] == "tmpl":
        end = start + len(raw.encode())
        inside = [part for part in expr[3] if part[0] != "lit" and start <= part[1] < end]
        if len(inside) == 1:
            return inside[0], scope, ()
    return Place(carrier, start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip().encode()), exact=False)
