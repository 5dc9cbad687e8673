"""What a resource type is billed by: the SKUs its estimator asks for when nothing but defaults is known."""

from __future__ import annotations

from typing import NamedTuple

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Provider, Region, Resource, Span, Stack
from costlint.pricing import Pricer
from costlint.pricing.estimators import estimated_types

PROVIDER_OF: dict[str, Provider] = {"aws": "aws", "google": "gcp", "azurerm": "azure"}


class Billed(NamedTuple):
    """`skus` with their unit, those asked for first, then the others of the same groups; `missing` is what the
    estimator needs to know, `attribute` where the type keeps its instance type ("" if it has none)."""

    free: bool
    skus: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    attribute: str


def provider_of(kind: str) -> Provider | None:
    """The provider of a resource type ("aws_ebs_volume"), None for others than the three."""
    return PROVIDER_OF.get(kind.partition("_")[0])


def billed(catalog: Catalog, kind: str, region: str) -> Billed | None:
    """How a resource type is billed in a region, None for a type nothing is known about."""
    provider = provider_of(kind)
    if provider is None:
        return None
    place = Span("", 1, 1, 1, 1)
    resource = Resource(f"{kind}.this", kind, provider, {}, place, Region(region))
    estimate = Pricer(catalog)(View(Stack("prices", "terraform", "", [resource])))[resource.address]
    if kind not in estimated_types() and not estimate.free:
        return None
    asked = {(part.sku, part.unit): None for part in estimate.components}
    groups = {sku.partition(".")[0] for sku, _ in asked} | {kind.partition("_")[2].replace("_", "-")}
    asked |= {known: None for known in catalog.skus(provider, region) if known[0].partition(".")[0] in groups}
    where = catalog.shape_attribute(kind)
    missing = tuple(reason.replace(f"{kind}.this.", "") for reason in estimate.unpriced)
    return Billed(estimate.free and not asked, tuple(asked), missing, where[0] if where else "")


def known_types(catalog: Catalog) -> list[str]:
    """Every Terraform type that is priced or known to be free; all estimators are loaded for it."""
    return sorted(kind for kind in estimated_types() | catalog.free_types() if "_" in kind)
