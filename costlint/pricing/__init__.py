"""What a stack costs a month: one module per service family and provider, each a few plain functions."""

from __future__ import annotations

from collections.abc import Iterable

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Estimate, Resource
from costlint.pricing.estimating import estimate
from costlint.pricing.ledger import Ledger


class Pricer:
    """Prices views with one catalog. Resources that cannot be told apart are estimated once, in whichever view."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._ledger = Ledger()
        self._lasting: dict[object, object] = {}

    def __call__(self, view: View, addresses: Iterable[str] | None = None) -> dict[str, Estimate]:
        """Estimates by address, for the given addresses or the whole view. Those no longer in the view are left out."""
        chosen: Iterable[Resource | None]
        chosen = view.resources.values() if addresses is None else map(view.get, addresses)
        resources = [resource for resource in chosen if resource is not None]
        memory: dict[str, object] = {"lasting": self._lasting}
        return {r.address: estimate(r, view, self._catalog, memory, self._ledger) for r in resources}


def price(view: View, catalog: Catalog, addresses: Iterable[str] | None = None) -> dict[str, Estimate]:
    """Estimates by address, for the given addresses or the whole view. Addresses no longer in the view are left out."""
    return Pricer(catalog)(view, addresses)


__all__ = ["Pricer", "estimate", "price"]
