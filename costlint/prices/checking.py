"""Rows and discounts of a price file that no look-up came to: those that name what costlint does not know are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from costlint.catalog import REFERENCES, Catalog
from costlint.catalog.tables import records
from costlint.catalog.whereabouts import known_regions
from costlint.model import Diagnostic
from costlint.prices.globs import matches
from costlint.prices.reading import Reduction, Row
from costlint.prices.scopes import MACHINES
from costlint.spelling import did_you_mean

_MOST_TOLD = 20


def complaints(catalog: Catalog, rows: Iterable[Row], reductions: Iterable[Reduction] = ()) -> list[Diagnostic]:
    """A warning for each row and discount that names a region, service or SKU the catalog does not have, or sells by
    another unit."""
    known = _Known(catalog)
    found = [_warning("prices", row.place, said) for row in rows if (said := _of_row(row, known))]
    found += [_warning("discounts", each.place, said) for each in reductions if (said := _of_discount(each, known))]
    if len(found) > _MOST_TOLD:
        more = f"{len(found) - _MOST_TOLD} more prices are of nothing costlint knows"
        found[_MOST_TOLD:] = [Diagnostic("warning", more, found[0].file)]
    return found


def _of_row(row: Row, known: _Known) -> str:
    own = row.own
    sold = known.skus(own.provider)
    units = sold.get(own.sku)
    if units is None:
        hint = did_you_mean(own.sku, sold, least=0.75)
        return f'costlint asks for no price of {own.provider} called "{own.sku}"{hint}'
    if own.unit and own.unit not in units:
        return f"{own.sku} is priced per {' or '.join(sorted(units))}, not {own.unit}"
    return _nothing("region", own.region, known.regions(own.provider))


def _of_discount(reduction: Reduction, known: _Known) -> str:
    said = reduction.discount
    providers = (said.provider,) if said.provider else tuple(REFERENCES)

    def every(kind: Callable[[str], Iterable[str]]) -> set[str]:
        return {name for provider in providers for name in kind(provider)}

    return (
        (_nothing("service", said.service, every(known.services)) if said.service != "*" else "")
        or (_nothing("SKU", said.sku, every(known.skus)) if said.sku != "*" else "")
        or (_nothing("region", said.region, every(known.regions)) if said.region != "*" else "")
    )


def _nothing(kind: str, glob: str, known: Iterable[str]) -> str:
    """The sentence for a glob that is about nothing in the catalog, "" for one that is."""
    if any(matches(glob, name) for name in known):
        return ""
    return f'there is no {kind} "{glob}", so this counts for nothing{did_you_mean(glob, known)}'


class _Known:
    """What each provider sells, worked out when it is asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._skus: dict[str, dict[str, set[str]]] = {}

    def skus(self, provider: str) -> dict[str, set[str]]:
        if provider not in self._skus:
            self._skus[provider] = units_by_sku(self._catalog, provider)
        return self._skus[provider]

    def services(self, provider: str) -> set[str]:
        region = REFERENCES[provider][0]
        managed = {service for service, *_ in self._catalog.managed_keys(provider, region)}
        return {
            MACHINES[provider],
            *managed,
            *(sku.partition(".")[0] for sku, _ in self._catalog.skus(provider, region)),
        }

    def regions(self, provider: str) -> set[str]:
        return known_regions(self._catalog, provider)


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


def _warning(section: str, place: str, message: str) -> Diagnostic:
    file, _, line = place.rpartition(":")
    return Diagnostic("warning", f"{section}: {message}", file, int(line), 1)
