"""Lines made of coloured pieces, cut and wrapped by what is seen and not by the colour codes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TypeAlias

Role = Literal["plain", "strong", "dim", "amount", "place", "before", "after", "low", "medium", "high", "critical"]
Piece: TypeAlias = tuple[str, Role]
Paint: TypeAlias = Callable[[str, Role], str]

NARROWEST = 40
_whole: ContextVar[bool] = ContextVar("whole", default=False)


@contextmanager
def whole_lines(whole: bool = True) -> Iterator[None]:
    """Inside, nothing is cut: what cannot be wrapped is as long as it is, for files and pipes."""
    token = _whole.set(whole)
    try:
        yield
    finally:
        _whole.reset(token)


def fitted(text: str, room: int) -> str:
    """The text, cut to the room with an ellipsis unless lines are to be whole."""
    return text if len(text) <= room or _whole.get() else text[: room - 1] + "…"


def plain(text: str, role: Role) -> str:
    """No colours."""
    return text


def line(pieces: list[Piece], width: int, paint: Paint) -> str:
    """The pieces one after the other, cut to the width with an ellipsis unless lines are to be whole."""
    if _whole.get():
        return "".join(paint(text, role) for text, role in pieces).rstrip()
    out: list[str] = []
    left = max(width, NARROWEST)
    for index, (text, role) in enumerate(pieces):
        following = sum(len(rest) for rest, _ in pieces[index + 1 :])
        if len(text) + (1 if following else 0) > left and len(text) + following > left:
            out.append(paint(text[: left - 1] + "…", role))
            break
        out.append(paint(text, role))
        left -= len(text)
    return "".join(out).rstrip()


def spread(pieces: list[Piece], indent: int, width: int, paint: Paint, hang: int = 0) -> list[str]:
    """The pieces on one line if they fit, else each on its own, the later ones `hang` further in. None is cut: they are
    what people copy (addresses, places)."""
    lead = " " * indent
    if indent + sum(len(text) for text, _ in pieces) + 2 * (len(pieces) - 1) <= max(width, NARROWEST):
        return [lead + "  ".join(paint(text, role) for text, role in pieces)]
    return [lead + " " * hang * bool(index) + paint(text, role) for index, (text, role) in enumerate(pieces)]


def wrapped(text: str, width: int, most: int = 0) -> list[str]:
    """The text in lines of at most `width`; with `most`, the last line ends in an ellipsis if there is more, unless all
    is to be told."""
    limit = (most or None) if not _whole.get() else None
    lines = textwrap.wrap(text, max(width, 20), max_lines=limit, placeholder="…", break_on_hyphens=False)
    return lines or [""]


def indented(text: str, indent: int, width: int) -> list[str]:
    """The text wrapped to the width behind an indent."""
    return [" " * indent + part for part in wrapped(text, max(width, NARROWEST) - indent)]
