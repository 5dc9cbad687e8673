"""Small stacks for the tests of Google Cloud and Azure estimators, priced with the packaged catalog."""

from __future__ import annotations

from functools import lru_cache

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Estimate, Patch, Provider, Region, Resource, Span, Stack
from costlint.pricing import price

HOME: dict[Provider, str] = {"gcp": "us-central1", "azure": "eastus"}


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    return Catalog()


def resource(address: str, region: str = "", **attributes: object) -> Resource:
    """A resource as the reader hands it over: provider defaults filled in, in the provider's home region."""
    kind = address.split(".")[0]
    provider: Provider = "gcp" if kind.startswith("google") else "azure"
    return Resource(
        address=address,
        type=kind,
        provider=provider,
        attributes=attributes,
        span=Span("main.tf", 1, 1, 1, 1),
        region=Region(region or HOME[provider]),
        defaults=catalog().defaults(kind),
    )


def view_of(*resources: Resource) -> View:
    return View(Stack("stack", "terraform", ".", list(resources)))


def estimates_of(*resources: Resource) -> dict[str, Estimate]:
    return price(view_of(*resources), catalog())


def estimate_of(*resources: Resource) -> Estimate:
    """The estimate of the first resource."""
    return estimates_of(*resources)[resources[0].address]


def monthly(*resources: Resource) -> float:
    """Likely USD/month of the first resource, which must be priced completely."""
    estimate = estimate_of(*resources)
    assert estimate.unpriced == ()
    return estimate.monthly.likely


def saving(patch: Patch, *resources: Resource) -> float:
    """What a patch saves a month on the whole stack."""
    view = view_of(*resources)
    before = sum(e.monthly.likely for e in price(view, catalog()).values())
    after = sum(e.monthly.likely for e in price(view.patched(patch), catalog()).values())
    return before - after
