"""What went wrong while reading or checking, as sentences with a place."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "note"]


class Diagnostic(Struct, frozen=True):
    """A sentence a person can act on.

    `error`: some input could not be read (exit code 3). `warning`: read, but something is off.
    `note`: worth knowing (an unresolved remote module). Line and column are 0 when the file as a whole is meant.
    """

    severity: Severity
    message: str
    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}:{self.column}"
        return f"{place}: {self.message}" if place else self.message
