"""Guard rails that were crossed, as lines."""

from __future__ import annotations

from collections.abc import Sequence

from costlint.model import RailResult
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, Role, wrapped

_WORD = 6


def rail_lines(rails: Sequence[RailResult], width: int, paint: Paint) -> list[str]:
    """An empty line and what each limit says that is crossed, or could not be checked; nothing if there is none."""
    found: list[str] = []
    for rail in rails:
        if rail.crossed:
            word: str = "FAIL" if rail.action == "fail" else "WARN"
            role: Role = "critical" if rail.action == "fail" else "medium"
            whose = f" ({', '.join(map(printable, rail.owners))})" if rail.owners else ""
            found += _lines(word, role, printable(rail.message) + whose, width, paint)
        elif rail.unchecked:
            found += _lines("SKIP", "dim", printable(rail.unchecked), width, paint)
    return ["", *found] if found else []


def _lines(word: str, role: Role, text: str, width: int, paint: Paint) -> list[str]:
    parts = wrapped(text, width - _WORD)
    return [paint((word if not at else "").ljust(_WORD), role) + part for at, part in enumerate(parts)]
