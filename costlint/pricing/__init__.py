"""What a stack costs a month: one module per service family and provider, each a few plain functions."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Estimate
from costlint.pricing.estimating import estimate

_PACKAGES = {"aws": "costlint.pricing.aws", "gcp": "costlint.pricing.gcp", "azure": "costlint.pricing.azure"}


def price(view: View, catalog: Catalog, addresses: Iterable[str] | None = None) -> dict[str, Estimate]:
    """Estimates by address, for the given addresses or the whole view. Addresses no longer in the view are left out."""
    chosen = view.resources if addresses is None else [a for a in addresses if a in view.resources]
    resources = [view.resources[address] for address in chosen]
    for provider in dict.fromkeys(resource.provider for resource in resources):
        if provider in _PACKAGES:
            import_module(_PACKAGES[provider])
    memory: dict[str, object] = {}
    return {resource.address: estimate(resource, view, catalog, memory) for resource in resources}


__all__ = ["estimate", "price"]
