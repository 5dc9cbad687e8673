"""What a machine, a managed node or a service SKU costs: every price the catalog knows of it, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from costlint.catalog.catalog import Catalog
from costlint.catalog.facts import Commitment, Price, Shape

_MONTHLY = ("month",)


class Quote(NamedTuple):
    """One price: `what` is how it is bought ("on-demand", "spot", "standard 1y, no upfront", or the SKU itself);
    `percent` is the discount off on-demand, for commitments."""

    what: str
    price: Price
    percent: float | None = None


class Entry(NamedTuple):
    """Everything known about the price of one thing in one region; `size` is "2 vCPU, 8 GiB", "" for services."""

    provider: str
    region: str
    name: str
    size: str
    quotes: tuple[Quote, ...]


def machine(catalog: Catalog, provider: str, region: str, name: str) -> Entry | None:
    """An instance type with every way to buy it, None if it is not priced in the region. Case does not matter."""
    shapes = catalog.shapes(provider, region)
    exact = name if name in shapes else next((one for one in shapes if one.lower() == name.lower()), None)
    if exact is None:
        return None
    shape = shapes[exact]
    quotes = [Quote(what, price) for what, price in (("on-demand", shape.on_demand), ("spot", shape.spot)) if price]
    if shape.on_demand is not None:
        on_demand = shape.on_demand
        found = commitments_for(catalog, provider, region, exact)
        quotes += [Quote(terms(one), committed(on_demand, one), one.percent) for one in found]
    return Entry(provider, shape.region, exact, size_of(shape), tuple(quotes))


def nodes(catalog: Catalog, provider: str, region: str, name: str) -> Iterator[Entry]:
    """A managed node class ("db.m5.large", "cache.r6g.large"), one entry per service."""
    entries: dict[tuple[str, str], list[Quote]] = {}
    for service, engine, deployment, known in catalog.managed_keys(provider, region):
        if known != name.lower():
            continue
        found = catalog.managed(provider, region, service, engine, deployment, known)
        assert found is not None
        sizes = (_count(found.vcpu, "vCPU"), _count(found.memory_gib, "GiB"))
        what = ", ".join(filter(None, (engine, deployment))) or "on-demand"
        entries.setdefault((service, ", ".join(sizes)), []).append(Quote(what, found.price))
    for (service, size), quotes in entries.items():
        yield Entry(provider, region, f"{known_as(service)} {name.lower()}", size, tuple(quotes))


def services(catalog: Catalog, provider: str, region: str, pattern: str) -> Entry | None:
    """Service SKUs: one by name, all of a group ("ebs"), or those that match a glob ("ebs.gp3.*")."""
    quotes = [
        Quote(sku, price)
        for sku, unit in catalog.skus(provider, region)
        if (sku == pattern or sku.partition(".")[0] == pattern or fnmatchcase(sku, pattern))
        and (price := catalog.price(provider, region, sku, unit)) is not None
    ]
    if not quotes:
        return None
    return Entry(provider, region, pattern, "", tuple(quotes))


def chosen(catalog: Catalog, provider: str, region: str, skus: Iterable[tuple[str, str]]) -> tuple[Quote, ...]:
    """The prices of some SKUs, each with its unit; those without a price are left out."""
    prices = ((sku, catalog.price(provider, region, sku, unit)) for sku, unit in skus)
    return tuple(Quote(sku, price) for sku, price in prices if price is not None)


def commitments_for(catalog: Catalog, provider: str, region: str, name: str) -> tuple[Commitment, ...]:
    """The discounts that hold for an instance type: its own, else its family's, else its line's."""
    family = catalog.family(provider, name)
    names = (name, *([family.name, family.name.partition("-")[0]] if family is not None else ()))
    found: dict[tuple[str, str, str], Commitment] = {}
    for known in names:
        for one in catalog.commitments(provider, region):
            if one.family == known:
                found.setdefault((one.kind, one.term, one.payment), one)
    return tuple(sorted(found.values(), key=lambda one: (one.term, one.kind, one.payment)))


def committed(on_demand: Price, one: Commitment) -> Price:
    """The hourly price under a commitment; as inferred as the price it starts from, or if sizes differ in discount."""
    inferred = on_demand.inferred or one.high - one.low > 1
    amount = on_demand.amount * (1 - one.percent / 100)
    return Price(amount, on_demand.unit, f"on-demand − {one.percent:g} %; {one.source}", one.date, inferred)


def terms(one: Commitment) -> str:
    """How a commitment is called: "standard 1y, no upfront"."""
    term = "" if one.term == "none" else f" {one.term}"
    return f"{one.kind}{term}" + (f", {one.payment}" if one.payment else "")


def monthly(price: Price, hours: float) -> float | None:
    """USD a month of one unit that is there all month, None where only usage tells."""
    if price.unit in _MONTHLY or price.unit.endswith("-month"):
        return price.amount
    return price.amount * hours if price.unit == "hour" or price.unit.endswith("-hour") else None


def size_of(shape: Shape) -> str:
    """ "4 vCPU, 16 GiB, 1 × A10G 24 GiB"; "not offered" where a source says so."""
    parts = [_count(shape.vcpu, "vCPU"), _count(shape.memory_gib, "GiB")]
    if shape.gpu_model:
        parts.append(f"{_count(shape.gpu_count, '×')} {shape.gpu_model} {_count(shape.gpu_memory_gib, 'GiB')}")
    if shape.offered is False:
        parts.append("not offered here")
    return ", ".join(parts)


def known_as(service: str) -> str:
    """The name of a managed service as people write it."""
    return {"rds": "RDS", "elasticache": "ElastiCache", "opensearch": "OpenSearch", "msk": "MSK"}.get(
        service, service.capitalize()
    )


def _count(amount: float | None, of: str) -> str:
    return f"? {of}" if amount is None else f"{amount:g} {of}"
