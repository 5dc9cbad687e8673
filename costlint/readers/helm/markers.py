"""Which line of which template wrote a line of what is rendered.

Templates are rendered a second time with marks in them: at the start of every line that begins with text, and behind
every action that writes something. The marks are characters of the private use area, which no template looks for; what
is left without them has to be what was rendered before, line by line, else the answer is not used.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_OPEN, _MIDDLE, _CLOSE = "\ue0c5", "\ue0c6", "\ue0c7"
_MARK = re.compile(f"{_OPEN}([SE])(\\d+){_MIDDLE}(\\d+){_CLOSE}")
_ACTION = re.compile(
    r"""\{\{(?:-?\s*/\*.*?\*/\s*-?|(?:"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])*'|[^"`'}]|\}(?!\}))*)\}\}""",
    re.DOTALL,
)
_CONTROL = re.compile(r"\{\{-?\s*(?:(?:if|else|end|range|with|define|block|break|continue)\b|/\*|\$\w*\s*:?=[^=])")
_DEFINES = re.compile(r"\{\{-?\s*define\b")
_OPENS = re.compile(r"\{\{-?\s*(?:if|range|with|define|block)\b")
_ENDS = re.compile(r"\{\{-?\s*end\b")
_WRITES_LINES = re.compile(r"\b(?:n?indent|toYaml|tpl)\b")
_KEY = re.compile(r"(?:- )*[\w./\"'-]+:(?:\s|$)|- ")
_TEXT = re.compile(r"[^ \t\n]")
_VARIES = re.compile(r":.*|\b[0-9a-f]{32,64}\b")


class TemplateLine(NamedTuple):
    """A line of a template: which of the marked files, and its number from 1."""

    file: int
    line: int


def marked(text: str, number: int, inside_definitions: bool = True) -> str:
    """The text of a template with marks. What is defined there for other templates is marked where it looks like YAML,
    or left alone: marks in a name would change it."""
    defined = list(_definitions(text))
    marks: list[tuple[int, str]] = []
    actions = list(_ACTION.finditer(text))
    starts = [action.start() for action in actions]

    def line_of(position: int) -> int:
        return bisect_right(line_starts, position)

    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for line, start in enumerate(line_starts, 1):
        first = _TEXT.search(text, start, line_starts[line] if line < len(line_starts) else len(text))
        if first is None:
            continue
        position = first.start()
        before = bisect_left(starts, position) - 1
        if before >= 0 and actions[before].end() > position:
            continue
        within = _within(defined, position)
        if within and not (inside_definitions and _KEY.match(text, position)):
            continue
        if not text.startswith("{{-", position):
            marks.append((position, f"{_OPEN}S{number}{_MIDDLE}{line}{_CLOSE}"))
    for action in actions:
        if action[0].endswith("-}}") or _CONTROL.match(action[0]):
            continue
        if _within(defined, action.start()) and not (inside_definitions and _WRITES_LINES.search(action[0])):
            continue
        marks.append((action.end(), f"{_OPEN}E{number}{_MIDDLE}{line_of(action.start())}{_CLOSE}"))
    marks.sort(key=lambda mark: mark[0])
    parts, done = [], 0
    for position, mark in marks:
        parts += [text[done:position], mark]
        done = position
    return "".join((*parts, text[done:]))


def line_map(rendered: str, with_marks: str) -> list[TemplateLine | None] | None:
    """For each line of what was rendered the template line behind it; None if the marks changed what is rendered."""
    tokens: list[tuple[int, str, TemplateLine]] = []
    parts: list[str] = []
    done = length = 0
    for mark in _MARK.finditer(with_marks):
        part = with_marks[done : mark.start()]
        parts.append(part)
        length += len(part)
        tokens.append((length, mark[1], TemplateLine(int(mark[2]), int(mark[3]))))
        done = mark.end()
    parts.append(with_marks[done:])
    text = "".join(parts)
    lines = text.split("\n")
    if not _same(rendered.split("\n"), lines):
        return None
    return list(_attributed(text, lines, tokens))


def _attributed(
    text: str, lines: Sequence[str], tokens: Sequence[tuple[int, str, TemplateLine]]
) -> Iterator[TemplateLine | None]:
    offsets = [offset for offset, _, _ in tokens]
    start = 0
    for line in lines:
        position = start + len(line) - len(line.lstrip())
        start += len(line) + 1
        following = bisect_right(offsets, position)
        # Of marks at the same place, the last start counts: the text begins there.
        before = tokens[following - 1] if following else None
        if before is not None and before[1] == "S" and "\n" not in text[before[0] : position]:
            yield before[2]
        elif following < len(tokens) and tokens[following][1] == "E":
            yield tokens[following][2]
        else:
            yield before[2] if before is not None else None


def _same(lines: Sequence[str], others: Sequence[str]) -> bool:
    """Whether lines are the same but for values that are never twice the same (hashes of templates, passwords)."""
    if len(lines) != len(others):
        return False
    return all(
        one == other or _VARIES.sub("", one) == _VARIES.sub("", other) for one, other in zip(lines, others, strict=True)
    )


def _definitions(text: str) -> Iterator[tuple[int, int]]:
    """Where `define` blocks begin and end."""
    depth, began, outer = 0, -1, 0
    for action in _ACTION.finditer(text):
        if _OPENS.match(action[0]):
            if _DEFINES.match(action[0]) and began < 0:
                began, outer = action.end(), depth
            depth += 1
        elif _ENDS.match(action[0]):
            depth -= 1
            if began >= 0 and depth == outer:
                yield began, action.start()
                began = -1
    if began >= 0:
        yield began, len(text)


def _within(extents: Sequence[tuple[int, int]], position: int) -> bool:
    found = bisect_right(extents, (position, len(extents) and extents[-1][1])) - 1
    return found >= 0 and extents[found][0] <= position < extents[found][1]
