"""Build small AWS stacks for the tests of prices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Estimate, Reference, Region, Resource, Span, Stack
from costlint.pricing import price

CATALOG = Catalog(as_of=date(2026, 11, 22))
NOWHERE = Span("main.tf", 1, 1, 1, 1)


def resource(address: str, region: str = "us-east-1", /, **attributes: object) -> Resource:
    """A resource with the provider's defaults, as a reader hands it over."""
    kind = address.split(".")[-2]
    return Resource(
        address=address,
        type=kind,
        provider="aws",
        attributes=attributes,
        span=NOWHERE,
        region=Region(region),
        defaults=CATALOG.defaults(kind),
    )


def view_of(*resources: Resource) -> View:
    return View(Stack("test", "terraform", ".", list(resources)))


def estimate_of(*resources: Resource) -> Estimate:
    """The estimate of the first resource, in a stack with the others."""
    return estimates_of(*resources)[resources[0].address]


def estimates_of(*resources: Resource) -> Mapping[str, Estimate]:
    return price(view_of(*resources), CATALOG)


def monthly(*resources: Resource) -> float:
    """Likely USD/month of the first resource."""
    return estimate_of(*resources).monthly.likely


def ref(address: str, attribute: str = "id") -> Reference:
    return Reference(address, attribute)
