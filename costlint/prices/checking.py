"""Rows of a price file that no look-up came to: those that name what costlint does not know are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from costlint.catalog import REFERENCES, Catalog
from costlint.catalog.tables import records
from costlint.model import Diagnostic
from costlint.prices.reading import Row

_MOST_TOLD = 20


def complaints(catalog: Catalog, rows: Iterable[Row]) -> list[Diagnostic]:
    """A warning for each row whose SKU is unknown, or is sold by another unit."""
    known: dict[str, dict[str, set[str]]] = {}
    found: list[Diagnostic] = []
    for row in rows:
        own = row.own
        if own.provider not in known:
            known[own.provider] = units_by_sku(catalog, own.provider)
        units = known[own.provider].get(own.sku)
        if units is None:
            near = get_close_matches(own.sku, known[own.provider], n=1, cutoff=0.75)
            advice = f'; did you mean "{near[0]}"?' if near else ""
            found.append(_warning(row, f'costlint asks for no price of {own.provider} called "{own.sku}"{advice}'))
        elif own.unit and own.unit not in units:
            found.append(_warning(row, f"{own.sku} is priced per {' or '.join(sorted(units))}, not {own.unit}"))
    if len(found) > _MOST_TOLD:
        more = f"{len(found) - _MOST_TOLD} more prices are of nothing costlint knows"
        found[_MOST_TOLD:] = [Diagnostic("warning", more, found[0].file)]
    return found


def units_by_sku(catalog: Catalog, provider: str) -> dict[str, set[str]]:
    """Every SKU, machine type and managed node class a provider's reference regions sell, with the units of each."""
    units: dict[str, set[str]] = defaultdict(set)
    for region in REFERENCES[provider]:
        for sku, unit in catalog.skus(provider, region):
            units[sku].add(unit)
        for name in catalog.shapes(provider, region):
            units[name].add("hour")
    for row in records(catalog.data / provider / "managed_shapes.csv"):
        units[row["class"]].add("hour")
    return units


def _warning(row: Row, message: str) -> Diagnostic:
    file, _, line = row.place.rpartition(":")
    return Diagnostic("warning", f"prices: {message}", file, int(line), 1)
