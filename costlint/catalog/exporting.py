"""Every price a scan would use, one row each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from costlint.catalog.catalog import Catalog
from costlint.catalog.facts import Price
from costlint.catalog.regions import REFERENCES


class Row(NamedTuple):
    """`table` is "machine", "spot", "service" or the managed service ("rds"); `name` the instance type, SKU, or engine,
    deployment and class of a node; `region` "*" for what costs the same everywhere."""

    provider: str
    region: str
    table: str
    name: str
    price: Price


def stated_rows(catalog: Catalog, provider: str) -> Iterator[Row]:
    """Every price a source states, for all regions of a provider; nothing the catalog itself infers per region."""
    for region in catalog.regions(provider):
        yield from _machines(catalog, provider, region)
        yield from _nodes(catalog, provider, region, catalog.managed_keys(provider, region))
    for region in ("*", *catalog.service_regions(provider)):
        yield from _services(catalog, provider, region, catalog.stated(provider, region))


def effective_rows(catalog: Catalog, provider: str, region: str) -> Iterator[Row]:
    """Every price a scan of one region would use, what is inferred from the reference region included."""
    references = REFERENCES[provider]
    yield from _machines(catalog, provider, region)
    nodes = {*catalog.managed_keys(provider, region), *catalog.managed_keys(provider, references[0])}
    yield from _nodes(catalog, provider, region, sorted(nodes))
    skus = {known for place in (region, "*", *references) for known in catalog.stated(provider, place)}
    yield from _services(catalog, provider, region, skus)


def _machines(catalog: Catalog, provider: str, region: str) -> Iterator[Row]:
    for name, shape in sorted(catalog.shapes(provider, region).items()):
        if shape.on_demand is not None:
            yield Row(provider, region, "machine", name, shape.on_demand)
        if shape.spot is not None:
            yield Row(provider, region, "spot", name, shape.spot)


def _nodes(catalog: Catalog, provider: str, region: str, keys: list[tuple[str, str, str, str]]) -> Iterator[Row]:
    for service, engine, deployment, name in keys:
        found = catalog.managed(provider, region, service, engine, deployment, name)
        if found is not None:
            yield Row(provider, region, service, " ".join(filter(None, (engine, deployment, name))), found.price)


def _services(catalog: Catalog, provider: str, region: str, skus: set[tuple[str, str]]) -> Iterator[Row]:
    for sku, unit in sorted(skus):
        price = catalog.price(provider, region, sku, unit)
        if price is not None:
            yield Row(provider, region, "service", sku, price)
