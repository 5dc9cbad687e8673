"""Small AWS stacks priced with prices and commitments of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from costlint.catalog import Catalog
from costlint.config import Commitment
from costlint.graph import View
from costlint.model import Estimate, Provider, Region, Resource, Span, Stack, total
from costlint.model.spending import Spend, spend
from costlint.prices import Cash, YourCatalog, read_prices
from costlint.prices.reading import PriceBook
from costlint.pricing import price

TODAY = date(2026, 11, 22)
LIST = Catalog(as_of=TODAY)


def book_of(folder: Path, text: str) -> PriceBook:
    file = folder / "prices.yaml"
    file.write_text(text)
    return read_prices([str(file)])


def yours(book: PriceBook | None = None, *commitments: Commitment) -> YourCatalog:
    return YourCatalog(book or PriceBook(), commitments, TODAY)


def resource(address: str, region: str = "us-east-1", **attributes: object) -> Resource:
    kind = address.partition(".")[0]
    provider: Provider = "gcp" if kind.startswith("google") else "azure" if kind.startswith("azurerm") else "aws"
    return Resource(
        address=address,
        type=kind,
        provider=provider,
        attributes=attributes,
        span=Span("main.tf", 1, 1, 1, 1),
        region=Region(region),
        defaults=LIST.defaults(kind),
    )


def machines(types: Mapping[str, int], region: str = "us-east-1") -> list[Resource]:
    """Instance hours and nothing else, by type and number."""
    return [
        resource(
            f"aws_ec2_capacity_reservation.{name.replace('.', '_')}", region, instance_type=name, instance_count=number
        )
        for name, number in types.items()
    ]


def estimates(resources: Sequence[Resource], catalog: Catalog) -> dict[str, Estimate]:
    return price(View(Stack("stack", "terraform", ".", list(resources))), catalog)


def spent(resources: Sequence[Resource], catalog: Catalog) -> Spend:
    return spend(estimates(resources, catalog).values())


def monthly(resources: Sequence[Resource], catalog: Catalog) -> float:
    return total(estimate.monthly for estimate in estimates(resources, catalog).values()).likely


def cash_saving(before: Sequence[Resource], after: Sequence[Resource], *commitments: Commitment) -> float:
    """What the invoice falls by from one state of a stack to another, with nothing else deployed."""
    catalog = yours(None, *commitments)
    now, then = spent(before, catalog), spent(after, catalog)
    return Cash(commitments, catalog, now).saving(then.plus(now, -1)).likely
