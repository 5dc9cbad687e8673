"""How old the catalog is, table by table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from costlint.catalog.catalog import Catalog
from costlint.catalog.exporting import stated_rows
from costlint.catalog.tables import records

_SMALL = ("accelerators", "benchmarks", "constants", "region_ratios")
_PER_PROVIDER = ("assumptions", "families")
_TABLES = {"machine": "machines, on demand", "spot": "machines, spot"}


class Age(NamedTuple):
    """The age of one table. `old` rows are older than the limit, `inferred` ones computed or assumed, `fetched` ones
    come from `costlint prices update`. `provider` "" for what belongs to none; `part` True for one service of many."""

    provider: str
    table: str
    rows: int
    oldest: str
    median: str
    newest: str
    old: int
    inferred: int
    fetched: int
    part: bool = False


def ages(catalog: Catalog, limit: date, providers: Iterable[str]) -> Iterator[Age]:
    """The age of every table of some providers, and of the tables that belong to none, in a fixed order. Services
    billed by SKU are one table, followed by its parts."""
    before = limit.isoformat()
    for provider in providers:
        yield from _provider(catalog, provider, before)
    for name in _SMALL:
        dated = [(row["date"], False, False) for row in records(catalog.data / f"{name}.csv")]
        yield from _table("", name.replace("_", " "), dated, before)


def earlier(day: date, months: int) -> date:
    """The same day of the month, so many months before (the last day of a shorter month)."""
    from calendar import monthrange

    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) if year >= 1 else date.min


_Dated = tuple[str, bool, bool]


def _provider(catalog: Catalog, provider: str, before: str) -> Iterator[Age]:
    updates = catalog.updates(provider)
    fetched = {source.text for source in updates.sources.values()} if updates else set()
    tables: dict[str, list[_Dated]] = {name: [] for name in _TABLES.values()}
    services: dict[str, list[_Dated]] = {}
    for row in stated_rows(catalog, provider):
        entry = row.price.date, row.price.inferred, row.price.source in fetched
        if row.table == "service":
            services.setdefault(row.name.partition(".")[0], []).append(entry)
        else:
            tables.setdefault(_TABLES.get(row.table, f"{row.table} nodes"), []).append(entry)
    for name, dated in tables.items():
        yield from _table(provider, name, dated, before)
    yield from _table(provider, "services", [one for dated in services.values() for one in dated], before)
    for name, dated in sorted(services.items()):
        yield from _table(provider, name, dated, before, part=True)
    regions = ("*", *catalog.regions(provider))
    known = [one for region in regions for one in catalog.commitments(provider, region)]
    discounts = [(one.date, False, one.source in fetched) for one in known]
    yield from _table(provider, "commitments", discounts, before)
    for name in _PER_PROVIDER:
        rows = records(catalog.data / provider / f"{name}.csv")
        yield from _table(provider, name, [(row["date"], False, False) for row in rows], before)


def _table(provider: str, name: str, dated: list[_Dated], before: str, *, part: bool = False) -> Iterator[Age]:
    if not dated:
        return
    dates = sorted(day for day, _, _ in dated)
    yield Age(
        provider=provider,
        table=name,
        rows=len(dates),
        oldest=dates[0],
        median=dates[(len(dates) - 1) // 2],
        newest=dates[-1],
        old=sum(day < before for day in dates),
        inferred=sum(inferred for _, inferred, _ in dated),
        fetched=sum(fetched for _, _, fetched in dated),
        part=part,
    )
