"""Price levels: what a SKU without a row in a region costs there, from a reference region's price.

1. The SKUs of the same service that both regions state, those with the most similar name: the median of their ratios
   (a gp3 volume in a region that states io1 and gp2).
2. Where the region states none of the service: the level of its machine prices, as far as the service follows it.
   Some services cost the same everywhere (follows 0), some move with the machines (1); `regional_inference.csv` says
   how far each does, worked out from the regions that state it, and what to take for services nobody states.

A way that is known to go wrong for a service (by more than 15 % for every tenth price) is not gone; if neither is left,
there is no price. Spot prices are never inferred. benchmarks/regional_error.py measures this and writes the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from costlint.catalog.facts import Price
from costlint.catalog.regions import REFERENCES
from costlint.catalog.tables import records

Sku = tuple[str, str]

_OTHERS = "*"


class Level(NamedTuple):
    """A factor between two regions, and what it rests on."""

    factor: float
    basis: str

    def applied(self, price: Price, reference: str) -> Price:
        """A reference region's price at this level."""
        source = f"{reference} price × {self.factor:.3g} ({self.basis}); {price.source}"
        return Price(price.amount * self.factor, price.unit, source, price.date, True)


class Habit(NamedTuple):
    """How prices of a service move between regions: `follows` 0 to 1.6 times as far as machine prices do. `like` and
    `machines`: they may be inferred from SKUs like them, and from machine prices."""

    follows: float
    like: bool
    machines: bool


class Levels:
    """The price levels of one provider. `stated` gives the price a source states for a SKU in a region, `skus` all
    that are stated there."""

    def __init__(
        self,
        data: Path,
        provider: str,
        stated: Callable[[str, str, str], Price | None],
        skus: Callable[[str], set[Sku]],
    ) -> None:
        self._stated = stated
        self._skus = skus
        self._machines = {
            row["region"]: (float(row["ratio"]), int(row["n"]))
            for row in records(data / "region_ratios.csv")
            if (row["provider"], row["group"]) == (provider, "instances")
        }
        self._machines.setdefault(REFERENCES[provider][0], (1.0, 0))
        self._habits = {
            row["group"]: Habit(float(row["follows"]), row["like"] == "yes", row["machines"] == "yes")
            for row in records(data / "regional_inference.csv")
            if row["provider"] == provider
        }
        self._like: dict[tuple[str, str, str], dict[str, list[float]]] = {}

    def level(self, sku: str, region: str, reference: str) -> Level | None:
        """What a SKU costs in a region against a reference region; None if nobody can tell."""
        group = sku.partition(".")[0]
        if is_spot(sku):
            return None
        near = nearest(sku, self._ratios(group, region, reference)) if self._habit(sku).like else []
        if near:
            from statistics import median  # brings much along, and most scans infer nothing

            return Level(median(near), f"median of {len(near)} {group} price{'s' if len(near) > 1 else ''} like it")
        return self.machines(region, reference, sku)

    def machines(self, region: str, reference: str, sku: str) -> Level | None:
        """The level of machine prices, as far as what is asked for follows it; None if that is known to go wrong."""
        here, there = self._machines.get(region), self._machines.get(reference)
        follows, _, infers = self._habit(sku)
        if here is None or there is None or not infers:
            return None
        factor = (1 + follows * (here[0] - 1)) / (1 + follows * (there[0] - 1))
        share = "" if follows == 1 else f"{follows:g} × "
        return Level(factor, f"{share}the level of {here[1]} machine prices")

    def _habit(self, sku: str) -> Habit:
        """That of the part of a service ("storage.capacity"), else of the service, else of those nobody has seen."""
        known = (self._habits.get(name) for name in (part_of(sku), sku.partition(".")[0], _OTHERS))
        return next((habit for habit in known if habit is not None), Habit(1.0, True, True))

    def _ratios(self, group: str, region: str, reference: str) -> dict[str, list[float]]:
        """The ratios of a service's SKUs that both regions state, by SKU."""
        key = (group, region, reference)
        if key not in self._like:
            found: dict[str, list[float]] = {}
            for sku, unit in sorted(self._skus(region)):
                if sku.partition(".")[0] == group and not is_spot(sku):
                    here, there = self._stated(region, sku, unit), self._stated(reference, sku, unit)
                    if here is not None and there is not None and not (here.inferred or there.inferred):
                        found.setdefault(sku, []).append(here.amount / there.amount)
            self._like[key] = found
        return self._like[key]


def nearest(sku: str, like: dict[str, list[float]]) -> list[float]:
    """The figures of the SKUs whose names begin as this one does for longest, word by word."""
    best, found = 0, []
    for name, ratios in like.items():
        shared = _shared(sku, name)
        if shared > best:
            best, found = shared, list(ratios)
        elif shared == best:
            found += ratios
    return found


def part_of(sku: str) -> str:
    """The part of a service a SKU belongs to: "storage.capacity-lrs-hot" → "storage.capacity"."""
    group, _, rest = sku.partition(".")
    return f"{group}.{rest.partition('-')[0]}"


def is_spot(sku: str) -> bool:
    """True for spot prices, which move on their own in every region."""
    return "spot" in _words(sku)


def _shared(one: str, other: str) -> int:
    count = 0
    for mine, theirs in zip(_words(one), _words(other), strict=False):
        if mine != theirs:
            break
        count += 1
    return count


@lru_cache(maxsize=4096)
def _words(sku: str) -> tuple[str, ...]:
    return tuple(re.split(r"[.-]", sku))
