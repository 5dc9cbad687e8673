"""Reading the data files: a shard stays lines of text until a row is asked for.

Shards hold no quoted fields, so a row is `line.split(",")` and a key is the first fields as written.
Small tables may quote and go through the csv module.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"
"""The tables costlint ships."""

_REGION = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


class Shard:
    """One shard by key (its first `keys` fields, comma-joined)."""

    __slots__ = ("_lines", "_offset")

    def __init__(self, text: str, keys: int = 1) -> None:
        lines = text.splitlines()
        rest = lines[0].count(",") + 1 - keys if lines else 0
        self._lines: dict[str, str] = {line.rsplit(",", rest)[0]: line for line in lines[1:]}
        self._offset = keys

    def get(self, key: str) -> list[str] | None:
        """The fields after the key, None if there is no such row."""
        line = self._lines.get(key)
        return None if line is None else line.split(",")[self._offset :]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


NO_SHARD = Shard("")


def read_shard(path: Path, keys: int = 1) -> Shard:
    """The shard in a file; an absent file is an empty shard."""
    try:
        return Shard(path.read_text(encoding="utf-8"), keys)
    except FileNotFoundError:
        return NO_SHARD


def shard(folder: Path, name: str, keys: int = 1) -> Shard:
    """The shard of a region. Names come from scanned input: one no region can have is an empty shard, never a path
    that leads elsewhere."""
    return read_shard(folder / f"{name}.csv", keys) if is_region(name) else NO_SHARD


def is_region(name: str) -> bool:
    """True for what may name the file of a region."""
    return _REGION.fullmatch(name) is not None


def records(path: Path) -> list[dict[str, str]]:
    """All rows of a small table, [] if the file is absent."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return parsed(file)
    except FileNotFoundError:
        return []


def parsed(lines: Iterable[str]) -> list[dict[str, str]]:
    """All rows of a small table; fields may be quoted. (DictReader takes twice as long.)"""
    rows = csv.reader(lines)
    names = next(rows, [])
    return [dict(zip(names, row, strict=False)) for row in rows if row]


def lines(path: Path) -> list[str]:
    """The lines of a list, without blanks and comments ("#"), [] if the file is absent."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def number(text: str) -> float | None:
    """A figure as written, None if the field is empty."""
    return float(text) if text else None
