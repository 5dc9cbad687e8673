"""What was read from one price list: prices under our names, and how many rows had none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

_PLAIN = re.compile(r"[^,\"\r\n]{1,160}")

Key = tuple[str, str, str, str]


@dataclass(slots=True)
class Collected:
    """Prices of one list (`source` is its id, `text` what reports show).

    `prices` are USD by table ("machine", "spot", "service", or a managed service), region, name and unit;
    `commitments` rows as the catalog's file has them, without the source. `unmapped` counts the rows that stand for
    nothing the catalog has a name for, by reason.
    """

    source: str
    text: str
    date: str
    prices: dict[Key, float] = field(default_factory=dict)
    commitments: list[tuple[str, ...]] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    read: int = 0
    _contested: set[Key] = field(default_factory=set)

    def add(self, table: str, region: str, name: str, unit: str, amount: float) -> None:
        """Take a price in. What the list states twice with different figures is left out, as nobody can tell which
        is meant; a price of nothing is none."""
        key = (table, region, name, unit)
        if not _PLAIN.fullmatch(name) or not _PLAIN.fullmatch(unit):
            self.unmapped["a name that cannot be kept"] += 1
        elif amount <= 0:
            self.unmapped["free"] += 1
        elif key in self._contested or abs(self.prices.get(key, amount) - amount) > 1e-9 * amount:
            self.prices.pop(key, None)
            self._contested.add(key)
            self.unmapped["stated twice with different prices"] += 1
        else:
            self.prices[key] = amount

    @property
    def mapped(self) -> int:
        """Prices the catalog can use."""
        return len(self.prices) + len(self.commitments)

    def as_json(self) -> dict[str, Any]:
        """For keeping until the update is complete."""
        return {
            "source": self.source,
            "text": self.text,
            "date": self.date,
            "prices": [[*key, amount] for key, amount in self.prices.items()],
            "commitments": self.commitments,
            "unmapped": self.unmapped,
            "read": self.read,
        }


def from_json(kept: Any) -> Collected:
    """What `as_json` kept. Raises KeyError, ValueError or TypeError for anything else."""
    prices = {(table, region, name, unit): float(amount) for table, region, name, unit, amount in kept["prices"]}
    commitments = [tuple(row) for row in kept["commitments"]]
    unmapped = Counter(kept["unmapped"])
    return Collected(kept["source"], kept["text"], kept["date"], prices, commitments, unmapped, kept["read"])


Reserved = tuple[str, str, str, str, float]


def discounts(
    reserved: Iterable[Reserved], on_demand: Callable[[str], float | None], family_of: Callable[[str], str], region: str
) -> list[tuple[str, ...]]:
    """Commitments by family from hourly prices (name, kind, term, payment, USD): percent off on-demand, the median,
    lowest and highest over a family's sizes. Sizes without an on-demand price are left out, and so is what saves
    nothing."""
    found: dict[tuple[str, str, str, str], list[float]] = {}
    for name, kind, term, payment, amount in reserved:
        full = on_demand(name)
        percent = (1 - amount / full) * 100 if full else 0.0
        if 0 < percent < 100:
            found.setdefault((family_of(name), kind, term, payment), []).append(percent)
    return [
        (region, *key, *(f"{round(figure, 1):g}" for figure in (median(of), min(of), max(of))))
        for key, of in sorted(found.items())
    ]
