"""Hourly prices of managed nodes: databases, caches, search, brokers (AWS)."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from costlint.catalog.facts import ManagedPrice
from costlint.catalog.families import Size
from costlint.catalog.regions import REFERENCES
from costlint.catalog.services import Services
from costlint.catalog.sources import Source, priced
from costlint.catalog.tables import Shard, number, shard

_SERVICES = {
    "db.": "rds",
    "cache.": "elasticache",
    "kafka.": "msk",
    ".search": "opensearch",
    ".elasticsearch": "opensearch",
}


class Managed:
    """Managed node prices of one provider."""

    def __init__(self, data: Path, provider: str, sources: dict[str, Source], services: Services) -> None:
        self._data = data / provider
        self._provider = provider
        self._sources = sources
        self._services = services
        self._shards: dict[str, Shard] = {}
        self._offers: dict[str, set[tuple[str, str]]] = {}

    def price(self, region: str, service: str, engine: str, deployment: str, name: str) -> ManagedPrice | None:
        """The price in a region. A region no source covers for this service gets a reference region's price × the
        ratio of instance prices, inferred; a class missing from a region that is covered has no price."""
        key = f"{service},{engine},{deployment},{name}"
        row = self._shard(region).get(key)
        if row is not None:
            price = priced(row[0], "hour", self._sources[row[1]])
        elif any(covered == service for covered, _ in self._offered(region)):
            return None
        else:
            reference = REFERENCES[self._provider][0]
            known = self._shard(reference).get(key)
            level = self._services.ratio(service, region)
            if known is None or level is None:
                return None
            price = level.applied(priced(known[0], "hour", self._sources[known[1]]), reference)
        size = self._sizes.get(f"{service},{name}") or ["", ""]
        return ManagedPrice(price, number(size[0]), number(size[1]))

    def offers(self, region: str, name: str) -> bool:
        """True if a node class ("db.m5.large", "r6g.large.search") is sold in a region."""
        return (_service(name), _today(name)) in self._offered(region)

    def size(self, name: str) -> Size | None:
        """What a node class holds, None for an unknown one."""
        row = self._sizes.get(f"{_service(name)},{_today(name)}")
        return Size(number(row[0]), number(row[1])) if row else None

    def _shard(self, region: str) -> Shard:
        if region not in self._shards:
            self._shards[region] = shard(self._data / "managed", region, keys=4)
        return self._shards[region]

    def _offered(self, region: str) -> set[tuple[str, str]]:
        if region not in self._offers:
            keys = (key.split(",") for key in self._shard(region))
            self._offers[region] = {(service, name) for service, _, _, name in keys}
        return self._offers[region]

    @cached_property
    def _sizes(self) -> Shard:
        return Shard(self._data / "managed_shapes.csv", keys=2)


def _service(name: str) -> str:
    return next((service for mark, service in _SERVICES.items() if name.startswith(mark) or name.endswith(mark)), "")


def _today(name: str) -> str:
    """The name the price list uses: "m5.large.elasticsearch" is "m5.large.search"."""
    return f"{name.removesuffix('.elasticsearch')}.search" if name.endswith(".elasticsearch") else name
