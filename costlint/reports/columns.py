"""Tables of text: columns as wide as they need to be, numbers to the right."""

from __future__ import annotations

from collections.abc import Sequence

from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, Role, line, plain

_LEAST = 16


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    roles: Sequence[Role] = (),
    width: int = 120,
    paint: Paint = plain,
) -> list[str]:
    """The lines of a table with a dim head. `right` are the columns that end alike. If the line gets too long, the last
    column is cut, though not below a few words: dates and amounts stay whole, and the terminal wraps. 0 is any
    width."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max((len(row[at]) for row in (head, *cells)), default=0) for at in range(len(head))]
    before = sum(widths[:-1]) + 2 * (len(widths) - 1)
    limit = max(width, before + min(widths[-1], _LEAST)) if width else before + widths[-1]
    lines = []
    for number, row in enumerate((head, *cells)):
        pieces = []
        for at, cell in enumerate(row):
            padded = cell.rjust(widths[at]) if at in right else cell.ljust(widths[at])
            role: Role = "dim" if number == 0 or at >= len(roles) else roles[at]
            pieces.append((padded + ("  " if at + 1 < len(row) else ""), role))
        lines.append(line(pieces, limit, paint))
    return lines
