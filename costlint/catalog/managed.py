"""Hourly prices of managed nodes: databases, caches, search, brokers (AWS)."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from costlint.catalog.facts import ManagedPrice, Price
from costlint.catalog.families import Size
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
        self, data: Path, provider: str, sources: dict[str, Source], services: Services, updates: Updates
    ) -> None:
        self._data = data / provider
        self._provider = provider
        self._sources = sources
        self._services = services
        self._updates = updates
        self._shards: dict[str, tuple[Shard, Shard]] = {}
        self._offers: dict[str, set[tuple[str, str]]] = {}

    def price(self, region: str, service: str, engine: str, deployment: str, name: str) -> ManagedPrice | None:
        """The price in a region. A region no source covers for this service gets a reference region's price × the
        ratio of instance prices, inferred; a class missing from a region that is covered has no price."""
        key = f"{service},{engine},{deployment},{name}"
        price = self._listed(region, key)
        if price is None and any(covered == service for covered, _ in self._offered(region)):
            return None
        if price is None:
            reference = REFERENCES[self._provider][0]
            known = self._listed(reference, key)
            level = self._services.ratio(service, region)
            if known is None or level is None:
                return None
            price = level.applied(known, reference)
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


def _service(name: str) -> str:
    return next((service for mark, service in _SERVICES.items() if name.startswith(mark) or name.endswith(mark)), "")


def _today(name: str) -> str:
    """The name the price list uses: "m5.large.elasticsearch" is "m5.large.search"."""
    return f"{name.removesuffix('.elasticsearch')}.search" if name.endswith(".elasticsearch") else name
