"""What a commitment covers, and how much it takes off: from what it says itself, else from what the provider sells."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from costlint.catalog.tables import records
from costlint.config import Commitment
from costlint.model.money import Capacity
from costlint.prices.globs import matches

if TYPE_CHECKING:
    from costlint.prices.catalog import YourCatalog

MACHINES = {"aws": "ec2", "gcp": "compute", "azure": "virtual-machines"}
"""The service that machine types are sold under."""

_SPOT = "*-spot*"
_KINDS = {
    ("aws", "reservation"): "standard",
    ("gcp", "cud"): "cud",
    ("azure", "reservation"): "reservation",
}
_MANAGED = re.compile(r"^(db|cache|ml|kafka)\.|\.(search)$")


class Scopes:
    """Answers for one catalog; the same question is worked out once."""

    def __init__(self, catalog: YourCatalog) -> None:
        self._catalog = catalog
        self._covers: dict[tuple[Commitment, Capacity], bool] = {}
        self._discounts: dict[tuple[Commitment, Capacity], tuple[float | None, str]] = {}

    def covers(self, commitment: Commitment, capacity: Capacity) -> bool:
        """True if the commitment may cover the usage."""
        key = (commitment, capacity)
        if key not in self._covers:
            self._covers[key] = self._may_cover(commitment, capacity)
        return self._covers[key]

    def discount(self, commitment: Commitment, capacity: Capacity) -> float | None:
        """Percent off list prices for usage it covers, None if neither the commitment nor the catalog says."""
        return self._terms(commitment, capacity)[0]

    def source(self, commitment: Commitment, capacity: Capacity) -> str:
        """Who says what a commitment takes off, with the date; "" if nobody does."""
        return self._terms(commitment, capacity)[1]

    def _terms(self, commitment: Commitment, capacity: Capacity) -> tuple[float | None, str]:
        key = (commitment, capacity)
        if key not in self._discounts:
            self._discounts[key] = self._percent(commitment, capacity)
        return self._discounts[key]

    def _may_cover(self, commitment: Commitment, capacity: Capacity) -> bool:
        if commitment.provider != capacity.provider or not matches(commitment.region, capacity.region):
            return False
        if matches(_SPOT, capacity.name):
            return False
        if commitment.service and not matches(commitment.service, capacity.service):
            return False
        if commitment.sku:
            return matches(commitment.sku, capacity.name) or self._is_resized(commitment, capacity)
        if commitment.family:
            own = commitment.service or MACHINES[commitment.provider]
            return matches(own, capacity.service) and _is_of(capacity.family, commitment.family)
        return bool(commitment.service) or self._row(commitment, capacity) is not None

    def _is_resized(self, commitment: Commitment, capacity: Capacity) -> bool:
        """True for another size of the reserved type, where the provider lets a reservation cover any size."""
        if commitment.kind != "reservation" or not capacity.family or _line(commitment.sku) != _line(capacity.name):
            return False
        family = self._catalog.family(commitment.provider, commitment.sku)
        if family is None or family.name != capacity.family:
            return False
        return all(
            row["any_size"] == "yes"
            for row in self._rows
            if (row["provider"], row["kind"]) == (commitment.provider, commitment.kind)
            and matches(row["sku"], commitment.sku)
        )

    def _percent(self, commitment: Commitment, capacity: Capacity) -> tuple[float | None, str]:
        if commitment.discount is not None:
            return commitment.discount, "your discount"
        whole = not (commitment.family or commitment.sku)
        row = self._row(commitment, capacity) if whole else None
        if row is not None and row[f"percent_{commitment.term}"]:
            return float(row[f"percent_{commitment.term}"]), f"{row['source']}, {row['date']}"
        if capacity.service != MACHINES[capacity.provider] or (whole and commitment.kind == "cud"):
            return None, ""
        kind = _KINDS.get((commitment.provider, commitment.kind))
        if commitment.kind == "savings-plan" and commitment.provider == "aws":
            kind = "convertible" if whole else "standard"
        for name in (capacity.family, capacity.name, capacity.name.partition("-")[0]) if kind else ():
            found = self._catalog.commitment(capacity.provider, capacity.region, name, kind or "", commitment.term)
            if found is not None:
                return found.percent, f"{found.source}, {found.date}"
        return None, ""

    def _row(self, commitment: Commitment, capacity: Capacity) -> dict[str, str] | None:
        for row in self._rows:
            if (row["provider"], row["kind"], row["service"]) != (
                commitment.provider,
                commitment.kind,
                capacity.service,
            ):
                continue
            if matches(row["sku"], capacity.name):
                return row
        return None

    @cached_property
    def _rows(self) -> list[dict[str, str]]:
        return records(self._catalog.data / "commitment_scopes.csv")


def _is_of(family: str, named: str) -> bool:
    """True for the family itself and the lines of a series ("n2" of "n2-standard")."""
    return family.lower() == named.lower() or family.lower().startswith(f"{named.lower()}-")


def _line(name: str) -> str:
    """What kind of node a name is of: machines, "db", "cache", "search"."""
    found = _MANAGED.search(name)
    return (found[1] or found[2]) if found else ""
