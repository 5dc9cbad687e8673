"""Writes fetched prices into the cache: a new snapshot beside the old one, then the pointer, at once."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from costlint.catalog.tables import parsed
from costlint.catalog.updates import FORMAT, POINTER, Updates
from costlint.network.store import write_atomically
from costlint.updating.collecting import Collected
from costlint.updating.errors import UpdateError
from costlint.updating.limits import KEPT_SNAPSHOTS

HEADS = {
    "instances": "name,on_demand,source,spot,spot_source,offered",
    "services": "sku,unit,usd,source",
    "managed": "service,engine,deployment,class,usd,source",
}
COMMITMENTS = "region,family,kind,term,payment,percent,low,high,source"
SOURCES = ("id", "what", "commit", "licence", "date", "inferred")


class Cell(NamedTuple):
    """A figure as written, with the id of its source."""

    usd: str
    source: str


class Tables:
    """All fetched prices of a provider: figures by file ("services/eu-west-1"), row and column."""

    def __init__(self) -> None:
        self.cells: dict[str, dict[tuple[str, str], Cell]] = {}
        self.commitments: dict[tuple[str, ...], Cell] = {}
        self.sources: dict[str, tuple[str, str]] = {}

    def put(self, file: str, row: str, column: str, cell: Cell) -> None:
        self.cells.setdefault(file, {})[row, column] = cell


def write_snapshot(root: Path, provider: str, collections: Iterable[Collected], when: str) -> dict[str, Any]:
    """The record of the new snapshot: what was fetched before, but for the lists fetched now. Raises UpdateError, and
    then what was there before is there still."""
    home = root / provider
    collected = list(collections)
    before = Updates(root, provider)
    tables = _before(before, {one.source for one in collected})
    for one in collected:
        _add(tables, one)
    if not tables.sources:
        raise UpdateError("nothing was found that could be used")
    lists = {**before.record.get("lists", {}), **{one.source: _summary(one) for one in collected}}
    return install(home, _files(tables), {"written": when, "lists": lists})


def install(home: Path, files: Iterable[tuple[str, str]], about: dict[str, Any]) -> dict[str, Any]:
    """Put the files of a snapshot in place, then point at them: its record, `about` with what is in it. Raises
    UpdateError, and then what was there before is there still."""
    name = f"{about['written'].replace(':', '')}-{secrets.token_hex(3)}"
    incoming = home / f".incoming-{name}"
    try:
        checksums = {path: _write(incoming / path, text) for path, text in files}
        incoming.rename(home / name)
        record = {"format": FORMAT, "snapshot": name, **about, "files": checksums}
        write_atomically(home / POINTER, json.dumps(record, indent=1, sort_keys=True) + "\n")
    except OSError as error:
        raise UpdateError(f"the cache {home} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(incoming, ignore_errors=True)
    _clear(home, name)
    return record


def _summary(one: Collected) -> dict[str, Any]:
    return {"date": one.date, "read": one.read, "mapped": one.mapped, "unmapped": dict(one.unmapped.most_common())}


def _before(updates: Updates, replaced: set[str]) -> Tables:
    """What the current snapshot holds, but for what comes from the lists that are replaced."""
    tables = Tables()
    if not updates:
        return tables
    for row in parsed(updates.text("sources.csv").splitlines()):
        if row["id"] not in replaced:
            tables.sources[row["id"]] = row["what"], row["date"]
    for kind in HEADS:
        for region in updates.regions(kind):
            for line in updates.text(f"{kind}/{region}.csv").splitlines()[1:]:
                for row_key, column, cell in _cells(kind, line.split(",")):
                    if cell.source in tables.sources:
                        tables.put(f"{kind}/{region}", row_key, column, cell)
    for line in updates.commitments().splitlines()[1:]:
        *key, percent, low, high, source = line.split(",")
        if source in tables.sources:
            tables.commitments[tuple(key)] = Cell(f"{percent},{low},{high}", source)
    return tables


def _cells(kind: str, fields: list[str]) -> Iterator[tuple[str, str, Cell]]:
    if kind == "instances":
        name, on_demand, source, spot, spot_source, _ = fields
        for column, usd, given in (("machine", on_demand, source), ("spot", spot, spot_source)):
            if usd:
                yield name, column, Cell(usd, given)
    else:
        *key, usd, source = fields
        yield ",".join(key), "", Cell(usd, source)


def _add(tables: Tables, one: Collected) -> None:
    if not one.mapped:
        return
    tables.sources[one.source] = one.text, one.date
    for (table, region, name, unit), amount in one.prices.items():
        cell = Cell(f"{amount:.12g}", one.source)
        if table in ("machine", "spot"):
            tables.put(f"instances/{region}", name, table, cell)
        elif table == "service":
            tables.put(f"services/{region}", f"{name},{unit}", "", cell)
        else:
            tables.put(f"managed/{region}", ",".join((table, *_node(name))), "", cell)
    for row in one.commitments:
        *key, percent, low, high = row
        tables.commitments[tuple(key)] = Cell(f"{percent},{low},{high}", one.source)


def _node(name: str) -> tuple[str, str, str]:
    """Engine, deployment and class of "mysql single-az db.m5.large", "redis cache.r6g.large" or "r6g.large.search"."""
    *how, node = name.split(" ")
    engine, deployment = (*how, "", "")[:2]
    return engine, deployment, node


def _files(tables: Tables) -> Iterator[tuple[str, str]]:
    for file, cells in sorted(tables.cells.items()):
        kind = file.partition("/")[0]
        if kind == "instances":
            names = sorted({name for name, _ in cells})
            none = Cell("", "")
            lines = [",".join((n, *cells.get((n, "machine"), none), *cells.get((n, "spot"), none), "")) for n in names]
        else:
            lines = [f"{row},{cell.usd},{cell.source}" for (row, _), cell in sorted(cells.items())]
        yield f"{file}.csv", "\n".join([HEADS[kind], *lines]) + "\n"
    if tables.commitments:
        lines = [",".join((*key, *cell)) for key, cell in sorted(tables.commitments.items())]
        yield "commitments.csv", "\n".join([COMMITMENTS, *lines]) + "\n"
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(SOURCES)
    writer.writerows((key, what, "", "facts only", date, "") for key, (what, date) in sorted(tables.sources.items()))
    yield "sources.csv", buffer.getvalue()


def _write(path: Path, text: str) -> str:
    """Write a file; its checksum."""
    data = text.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def _clear(home: Path, current: str) -> None:
    """Throw away snapshots nobody can be reading any more, and what interrupted runs have left."""
    others = sorted(path for path in home.iterdir() if path.is_dir() and not path.name.startswith("."))
    old = [path for path in others if path.name != current]
    for path in (*old[: max(len(others) - KEPT_SNAPSHOTS, 0)], *home.glob(".incoming-*")):
        shutil.rmtree(path, ignore_errors=True)
