"""Hourly prices of managed nodes: databases, caches, search, brokers (AWS)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from costlint.catalog.facts import ManagedPrice, Price, Shape
from costlint.catalog.families import Size, family_and_size
from costlint.catalog.levels import Level
from costlint.catalog.regions import REFERENCES
from costlint.catalog.services import Services
from costlint.catalog.sources import Source, priced
from costlint.catalog.tables import Shard, number, read_shard, shard
from costlint.catalog.updates import Updates, newest

_SERVICES = {
    "db.": "rds",
    "cache.": "elasticache",
    "kafka.": "msk",
    ".search": "opensearch",
    ".elasticsearch": "opensearch",
}


class Managed:
    """Managed node prices of one provider."""

    def __init__(
        self,
        data: Path,
        provider: str,
        sources: dict[str, Source],
        services: Services,
        updates: Updates,
        machines: Callable[[str], Mapping[str, Shape]],
    ) -> None:
        self._data = data / provider
        self._provider = provider
        self._sources = sources
        self._services = services
        self._updates = updates
        self._machines = machines
        self._shards: dict[str, tuple[Shard, Shard]] = {}
        self._offers: dict[str, set[tuple[str, str]]] = {}

    def price(self, region: str, service: str, engine: str, deployment: str, name: str) -> ManagedPrice | None:
        """The price in a region. A region no source covers for this service gets the reference region's price × the
        level of the machines of the same family, inferred; a class missing from a region that is covered has none."""
        key = f"{service},{engine},{deployment},{name}"
        price = self._listed(region, key)
        if price is None and not any(covered == service for covered, _ in self._offered(region)):
            price = self._inferred(region, service, name, key)
        if price is None:
            return None
        size = self._sizes.get(f"{service},{name}") or ["", ""]
        return ManagedPrice(price, number(size[0]), number(size[1]))

    def offers(self, region: str, name: str) -> bool:
        """True if a node class ("db.m5.large", "r6g.large.search") is sold in a region."""
        return (_service(name), _today(name)) in self._offered(region)

    def size(self, name: str) -> Size | None:
        """What a node class holds, None for an unknown one."""
        row = self._sizes.get(f"{_service(name)},{_today(name)}")
        return Size(number(row[0]), number(row[1])) if row else None

    def keys(self, region: str) -> set[str]:
        """Service, engine, deployment and class (comma-joined) of every node a source prices in a region."""
        return {key for rows in self._rows(region) for key in rows}

    def _inferred(self, region: str, service: str, name: str, key: str) -> Price | None:
        reference = REFERENCES[self._provider][0]
        known = self._listed(reference, key)
        general = self._services.levels.machines(region, reference, f"{service}-nodes")
        if known is None or general is None:
            return None
        return (self._family_level(region, reference, name) or general).applied(known, reference)

    def _family_level(self, region: str, reference: str, name: str) -> Level | None:
        """What machines of a node's family cost in a region against the reference region."""
        split = family_and_size(self._provider, name)
        ratios = family_ratios(self._machines(region), self._machines(reference), split[0]) if split else []
        if not ratios or not split:
            return None
        from statistics import median  # brings much along, and most scans infer nothing

        return Level(median(ratios), f"the level of {len(ratios)} {split[0]} machines")

    def _listed(self, region: str, key: str) -> Price | None:
        rows, updated = self._rows(region)
        row, fetched = rows.get(key), updated.get(key)
        shipped = priced(row[0], "hour", self._sources[row[1]]) if row else None
        return newest(shipped, priced(fetched[0], "hour", self._updates.sources[fetched[1]]) if fetched else None)

    def _rows(self, region: str) -> tuple[Shard, Shard]:
        """The shipped rows of a region and the fetched ones."""
        if region not in self._shards:
            shipped = shard(self._data / "managed", region, keys=4)
            self._shards[region] = shipped, self._updates.shard("managed", region, keys=4)
        return self._shards[region]

    def _offered(self, region: str) -> set[tuple[str, str]]:
        if region not in self._offers:
            split = (key.split(",") for key in self.keys(region))
            self._offers[region] = {(service, name) for service, _, _, name in split}
        return self._offers[region]

    @cached_property
    def _sizes(self) -> Shard:
        return read_shard(self._data / "managed_shapes.csv", keys=2)


def family_ratios(here: Mapping[str, Shape], there: Mapping[str, Shape], family: str) -> list[float]:
    """What the sizes of a machine family cost in one region against another, where both state a price."""
    pairs = ((here[name], there.get(name)) for name in here if name.startswith(f"{family}."))
    prices = ((mine.on_demand, theirs.on_demand) for mine, theirs in pairs if theirs is not None)
    return [mine.amount / theirs.amount for mine, theirs in prices if mine and theirs and not mine.inferred]


def _service(name: str) -> str:
    return next((service for mark, service in _SERVICES.items() if name.startswith(mark) or name.endswith(mark)), "")


def _today(name: str) -> str:
    """The name the price list uses: "m5.large.elasticsearch" is "m5.large.search"."""
    return f"{name.removesuffix('.elasticsearch')}.search" if name.endswith(".elasticsearch") else name
