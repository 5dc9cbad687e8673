"""Prices of everything billed by SKU: storage, network, control planes, requests.

Looked up in this order: prices added by hand, the region's shard, the "*" shard (one price everywhere), each unless
what the user has fetched is newer; then the reference regions × the level between the two regions (levels.py). The
last kind is inferred and says so.
"""

from __future__ import annotations

from pathlib import Path

from costlint.catalog.facts import Price
from costlint.catalog.levels import Levels
from costlint.catalog.regions import REFERENCES
from costlint.catalog.sources import Source, priced
from costlint.catalog.tables import Shard, records, shard
from costlint.catalog.updates import Updates, newest


class Services:
    """Service prices of one provider."""

    def __init__(self, data: Path, provider: str, sources: dict[str, Source], updates: Updates) -> None:
        self._data = data / provider
        self._provider = provider
        self._sources = sources
        self._updates = updates
        self._shards: dict[str, Shard] = {}
        self._updated: dict[str, Shard] = {}
        self.levels = Levels(data, provider, self._stated, self.skus)
        self._added = {
            (row["region"], row["sku"], row["unit"]): _added(row) for row in records(self._data / "services_added.csv")
        }

    def price(self, region: str, sku: str, unit: str) -> Price | None:
        """The price in a region, read or inferred; None if neither is possible."""
        return self.listed(region, sku, unit) or self._inferred(region, sku, unit)

    def listed(self, region: str, sku: str, unit: str) -> Price | None:
        """The price a source states for this region or for all of them."""
        return self._stated(region, sku, unit) or self._stated("*", sku, unit)

    def _stated(self, region: str, sku: str, unit: str) -> Price | None:
        shipped = self._shipped(region, sku, unit)
        return newest(shipped, self._fetched(region, sku, unit)) if self._updates else shipped

    def _shipped(self, region: str, sku: str, unit: str) -> Price | None:
        added = self._added.get((region, sku, unit))
        if added is not None:
            return added
        row = self.shard(region).get(f"{sku},{unit}")
        return priced(row[0], unit, self._sources[row[1]]) if row else None

    def _fetched(self, region: str, sku: str, unit: str) -> Price | None:
        row = self._fetched_in(region).get(f"{sku},{unit}")
        return priced(row[0], unit, self._updates.sources[row[1]]) if row else None

    def _fetched_in(self, region: str) -> Shard:
        if region not in self._updated:
            self._updated[region] = self._updates.shard("services", region, keys=2)
        return self._updated[region]

    def shard(self, region: str) -> Shard:
        if region not in self._shards:
            name = "_any" if region == "*" else region
            self._shards[region] = shard(self._data / "services", name, keys=2)
        return self._shards[region]

    def skus(self, region: str) -> set[tuple[str, str]]:
        """SKU and unit of every price stated for exactly this region ("*": for all)."""
        added = {(sku, unit) for place, sku, unit in self._added if place == region}
        keys = (key.rpartition(",") for rows in (self.shard(region), self._fetched_in(region)) for key in rows)
        return added | {(sku, unit) for sku, _, unit in keys}

    def regions(self) -> set[str]:
        """Every region some SKU is priced in."""
        files = {path.stem for path in (self._data / "services").glob("*.csv")}
        return (files | {place for place, _, _ in self._added} | set(self._updates.regions("services"))) - {"_any", "*"}

    def _inferred(self, region: str, sku: str, unit: str) -> Price | None:
        for reference in REFERENCES.get(self._provider, ()):
            known = self.listed(reference, sku, unit) if reference != region else None
            level = self.levels.level(sku, region, reference) if known is not None else None
            if known is not None and level is not None:
                return level.applied(known, reference)
        return None


def _added(row: dict[str, str]) -> Price:
    """A price added by hand; `inferred` yes: worked out or a working figure, not read from a list."""
    return Price(float(row["usd"]), row["unit"], row["source"], row["date"], row.get("inferred") == "yes")
