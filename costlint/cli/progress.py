"""A line on a terminal that says how far a long scan has come."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import monotonic
from typing import TextIO

_PATIENCE = 0.5
_EVERY = 0.1


class Progress:
    """Call it with (what, done, total); `total` 0 means nobody knows. Writes to a terminal only, only once the
    scan has taken half a second, and leaves no trace when closed."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._written = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = self._clock()
        if now < self._next:
            return
        self._next = now + _EVERY
        count = f" {done:,}/{total:,}" if total else f" {done:,}" if done else ""
        text = f"{what}{count} …"
        self._stream.write("\r" + text.ljust(self._written))
        self._stream.flush()
        self._written = len(text)

    def close(self) -> None:
        if self._written:
            self._stream.write("\r" + " " * self._written + "\r")
            self._stream.flush()
            self._written = 0


def progress_for(quiet: bool, stream: TextIO | None = None) -> Progress | None:
    """A progress line, or None where nobody would see it."""
    target = stream or sys.stderr
    return None if quiet or not target.isatty() else Progress(target)
