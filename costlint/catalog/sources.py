"""Where figures come from: short ids in the shards, the readable text and the date here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from costlint.catalog.facts import Price
from costlint.catalog.tables import records


class Source(NamedTuple):
    """`text` is what a report prints; `inferred` marks figures computed or placed by assumption."""

    text: str
    date: str
    inferred: bool


def read_sources(path: Path) -> dict[str, Source]:
    """The sources of a file by id."""
    return load(records(path))


def load(rows: Iterable[Mapping[str, str]]) -> dict[str, Source]:
    """The sources by id."""
    return {row["id"]: Source(_text(row), row["date"], row["inferred"] == "yes") for row in rows}


def priced(amount: str, unit: str, source: Source) -> Price:
    """A price as its row and its source tell it."""
    return Price(float(amount), unit, source.text, source.date, source.inferred)


def _text(row: Mapping[str, str]) -> str:
    return f"{row['what']} @{row['commit']}" if row["commit"] else row["what"]
