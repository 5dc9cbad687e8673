"""Whether tables of prices from elsewhere are what an update writes: known names, whole rows, amounts and sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite

from costlint.catalog.regions import REFERENCES
from costlint.catalog.tables import is_region, parsed
from costlint.updating.errors import UpdateError
from costlint.updating.snapshots import COMMITMENTS, HEADS, SOURCES

WHEN = "%Y-%m-%dT%H:%M:%SZ"
_AMOUNTS = frozenset(("on_demand", "spot", "usd", "percent", "low", "high"))


def check_tables(shown: str, provider: str, written: str, tables: Mapping[str, str]) -> None:
    """Raises UpdateError with the table and line of what is not as an update writes it. `shown` names the file the
    tables come from."""
    if provider not in REFERENCES:
        raise UpdateError(f'{shown} holds prices of "{provider}", which this costlint does not know')
    try:
        datetime.strptime(written, WHEN)
    except ValueError:
        raise UpdateError(f'{shown}: "{written}" is no time of an update') from None
    sources = _sources(shown, provider, tables.get("sources.csv", ""))
    for name, text in tables.items():
        head = _head(name)
        if head is None:
            raise UpdateError(f"{shown} holds {provider}/{name}, which is no table of prices")
        if name != "sources.csv":
            _check_rows(f"{shown}: {provider}/{name}", text.splitlines(), head.split(","), sources)


def _head(name: str) -> str | None:
    """The first line a table has to have, None if there is no such table."""
    kind, slash, file = name.partition("/")
    if not slash:
        return {"sources.csv": ",".join(SOURCES), "commitments.csv": COMMITMENTS}.get(name)
    return HEADS.get(kind) if file.endswith(".csv") and is_region(file[:-4]) else None


def _sources(shown: str, provider: str, text: str) -> frozenset[str]:
    lines = text.splitlines()
    if not lines or lines[0] != ",".join(SOURCES):
        raise UpdateError(f"{shown} does not say where the prices of {provider} come from")
    rows = parsed(lines)
    for row in rows:
        if len(row) < len(SOURCES):
            raise UpdateError(f'{shown}: the source "{row["id"]}" of {provider} lacks columns')
        try:
            date.fromisoformat(row["date"])
        except ValueError:
            raise UpdateError(f'{shown}: the source "{row["id"]}" of {provider} has no date') from None
    return frozenset(row["id"] for row in rows)


def _check_rows(shown: str, lines: list[str], head: list[str], sources: frozenset[str]) -> None:
    if not lines or lines[0].split(",") != head:
        raise UpdateError(f"{shown}:1: the columns are not those of an update")
    for number, line in enumerate(lines[1:], 2):
        fields = line.split(",")
        if len(fields) != len(head):
            raise UpdateError(f"{shown}:{number}: {len(fields)} columns instead of {len(head)}")
        for column, field in zip(head, fields, strict=True):
            if column in _AMOUNTS and field and not _is_amount(field):
                raise UpdateError(f'{shown}:{number}: "{field}" is no amount')
            if column.endswith("source") and field and field not in sources:
                raise UpdateError(f'{shown}:{number}: nothing says what the source "{field}" is')


def _is_amount(text: str) -> bool:
    try:
        amount = float(text)
    except ValueError:
        return False
    return isfinite(amount) and amount >= 0
