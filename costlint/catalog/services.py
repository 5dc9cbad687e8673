"""Prices of everything billed by SKU: storage, network, control planes, requests.

Looked up in this order: prices added by hand, the region's shard, the "*" shard (one price everywhere), the
reference regions × the ratio of the service between the two regions (median over the SKUs priced in both, else over
instances). The last kind is inferred and says so. What the user has fetched goes before all of them where newer.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from costlint.catalog.facts import Price
from costlint.catalog.regions import REFERENCES
from costlint.catalog.sources import Source, priced
from costlint.catalog.tables import Shard, records, shard
from costlint.catalog.updates import Updates, newest


class Ratio(NamedTuple):
    """Price level of a group of SKUs ("ebs", "instances") in a region against the first reference region."""

    group: str
    value: float
    samples: int

    def applied(self, price: Price, reference: str, here: float = 1.0) -> Price:
        """A reference region's price at this level (`here`: the level of the reference region itself)."""
        factor = self.value / here
        what = "instance" if self.group == "instances" else self.group
        source = f"{reference} price × {factor:.3g} (median of {self.samples} {what} prices); {price.source}"
        return Price(price.amount * factor, price.unit, source, price.date, True)


class Services:
    """Service prices of one provider."""

    def __init__(self, data: Path, provider: str, sources: dict[str, Source], updates: Updates) -> None:
        self._data = data / provider
        self._provider = provider
        self._sources = sources
        self._updates = updates
        self._shards: dict[str, Shard] = {}
        self._updated: dict[str, Shard] = {}
        self._ratios = {
            (row["group"], row["region"]): Ratio(row["group"], float(row["ratio"]), int(row["n"]))
            for row in records(data / "region_ratios.csv")
            if row["provider"] == provider
        }
        self._added = {
            (row["region"], row["sku"], row["unit"]): _added(row) for row in records(self._data / "services_added.csv")
        }

    def price(self, region: str, sku: str, unit: str) -> Price | None:
        """The price in a region, read or inferred; None if neither is possible."""
        return self.listed(region, sku, unit) or self._inferred(region, sku, unit)

    def listed(self, region: str, sku: str, unit: str) -> Price | None:
        """The price a source states for this region or for all of them."""
        shipped = self._shipped(region, sku, unit) or self._shipped("*", sku, unit)
        return newest(shipped, self._fetched(region, sku, unit)) if self._updates else shipped

    def _shipped(self, region: str, sku: str, unit: str) -> Price | None:
        added = self._added.get((region, sku, unit))
        if added is not None:
            return added
        row = self.shard(region).get(f"{sku},{unit}")
        return priced(row[0], unit, self._sources[row[1]]) if row else None

    def _fetched(self, region: str, sku: str, unit: str) -> Price | None:
        row = self._fetched_in(region).get(f"{sku},{unit}") or self._fetched_in("*").get(f"{sku},{unit}")
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
        group = sku.partition(".")[0]
        there = self.ratio(group, region)
        if there is None:
            return None
        for reference in REFERENCES.get(self._provider, ()):
            known = self.listed(reference, sku, unit)
            here = self.ratio(there.group, reference)
            if known is not None and here is not None:
                return there.applied(known, reference, here.value)
        return None

    def ratio(self, group: str, region: str) -> Ratio | None:
        """Price level of a group in a region; the instances' level where the group has none."""
        if region == REFERENCES[self._provider][0]:
            return Ratio(group, 1.0, 1)
        return self._ratios.get((group, region)) or self._ratios.get(("instances", region))


def _added(row: dict[str, str]) -> Price:
    """A price added by hand; `inferred` yes: worked out or a working figure, not read from a list."""
    return Price(float(row["usd"]), row["unit"], row["source"], row["date"], row.get("inferred") == "yes")
