"""The tables of docs/servers.md, written from the data costlint reads servers with: `make types` writes them anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from costlint.catalog.tables import DATA, records

PAGE = Path(__file__).parents[3] / "docs" / "servers.md"
START, END = "<!-- generated: engines -->\n", "<!-- generated: end -->\n"
_FOLDER = DATA / "servers"
_SIZED = {"utilisation": "memory utilisation", "length": "max length", "sequences": "max sequences"}
"""What sizing computes with stands in its own table."""


def tables() -> str:
    """What is read of each server, and the defaults costlint knows."""
    return "\n".join((*_engines(), "", "### Defaults", "", *_defaults(), ""))


def page(text: str) -> str:
    """The page with its tables as the data has them now."""
    before, _, rest = text.partition(START)
    return before + START + "\n" + tables() + "\n" + END + rest.partition(END)[2]


def _engines() -> Iterator[str]:
    flags, programs = records(_FOLDER / "flags.csv"), records(_FOLDER / "entrypoints.csv")
    for engine in records(_FOLDER / "engines.csv"):
        name = engine["name"]
        commands = [f"`{row['words']}`" for row in programs if row["name"] == name]
        yield f"### {name}"
        yield ""
        if engine["engine"] not in ("", name):
            yield f"Described as `{engine['engine']}`."
        if commands:
            yield f"Started by {', '.join(commands)}."
        if engine["takes"]:
            yield f"Takes the options of {engine['takes']}, too."
        yield ""
        rows = [row for row in flags if row["name"] == name and row["field"]]
        if rows:
            yield "| says | options |"
            yield "|---|---|"
        for field in dict.fromkeys(row["field"] for row in rows):
            options = [row for row in rows if row["field"] == field]
            written = [f"`{one}`" for row in options for one in (row["flag"], *row["aliases"].split())]
            yield f"| {field.replace('_', ' ')} | {' '.join(written)} |"
        yield ""


def _defaults() -> Iterator[str]:
    yield "| engine | field | from | before | value | source |"
    yield "|---|---|---|---|---|---|"
    for row in records(DATA / "serving" / "engines.csv"):
        for field in ("utilisation", "length", "sequences"):
            if row[field]:
                since = "" if row["since"] == "0" else row["since"]
                yield f"| {row['engine']} | {_SIZED[field]} | {since} | | {row[field]} | {row['source']} |"
    for row in records(_FOLDER / "defaults.csv"):
        field = row["field"].replace("_", " ")
        yield f"| {row['engine']} | {field} | {row['since']} | {row['until']} | {row['value']} | {row['source']} |"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
