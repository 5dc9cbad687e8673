"""The dated tables of serving: constants, read once each."""

from __future__ import annotations

from functools import cache

from costlint.catalog.tables import DATA, records

SERVING = DATA / "serving"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """All rows of a table of `data/serving`."""
    return tuple(records(SERVING / f"{name}.csv"))


def constant(key: str) -> float:
    """A dated constant of the sizing model. KeyError if unknown."""
    return _constants()[key]


@cache
def _constants() -> dict[str, float]:
    return {row["key"]: float(row["value"]) for row in rows("constants")}
