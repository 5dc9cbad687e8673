"""How estimators work: a plain function from a resource to the lines of its bill.

    @estimates("aws_nat_gateway")
    def nat_gateway(resource: Resource, bill: Bill) -> None:
        bill.hourly("NAT gateway", "nat-gateway.hour")
        bill.usage("data processed", "nat-gateway.data-processed", "gb", "aws.nat-gateway.processed-gb")

An estimator that needs a value nobody can know raises `UnknownValue` (the accessors of `Resource` do): what was
billed before stays, and the estimate says "unpriced: …". A missing price never becomes $0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from costlint.catalog import Catalog, Price
from costlint.graph import View
from costlint.model import Component, Estimate, Money, Resource, UnknownValue, is_unknown

Estimator: TypeAlias = Callable[[Resource, "Bill"], None]

_ESTIMATORS: dict[str, Estimator] = {}


def estimates(*types: str) -> Callable[[Estimator], Estimator]:
    """Register the decorated function as the estimator of these resource types."""

    def register(function: Estimator) -> Estimator:
        for kind in types:
            if kind in _ESTIMATORS:
                raise ValueError(f"two estimators for {kind}")
            _ESTIMATORS[kind] = function
        return function

    return register


def estimator_of(kind: str) -> Estimator | None:
    return _ESTIMATORS.get(kind)


def estimated_types() -> frozenset[str]:
    """Every resource type an estimator is registered for (of the providers loaded so far)."""
    return frozenset(_ESTIMATORS)


class Bill:
    """Collects the components of one resource's estimate. Quantities are per month; prices come from the catalog
    in the resource's region. Looking at other resources through the bill records that the estimate depends on them.
    """

    def __init__(self, resource: Resource, view: View, catalog: Catalog) -> None:
        self.resource = resource
        self.catalog = catalog
        self.provider = resource.provider
        self.region = resource.region.name
        self._view = view
        self._components: list[Component] = []
        self._unpriced: list[str] = []
        self._consulted: set[str] = set()

    @property
    def hours(self) -> float:
        """Hours in a billing month."""
        return self.catalog.hours_per_month

    def add(
        self,
        name: str,
        sku: str,
        unit: str,
        quantity: float | Money,
        *,
        assumptions: tuple[str, ...] = (),
        usage: bool = False,
    ) -> None:
        """Bill `quantity` units of a service SKU; unpriced if the catalog has no price for it here."""
        price = self.catalog.price(self.provider, self.region, sku, unit)
        if price is None:
            self.unpriced(f"{name}: no price for {sku} per {unit} in {self.region}")
            return
        self.add_priced(name, price, quantity, sku=sku, assumptions=assumptions, usage=usage)

    def add_priced(
        self,
        name: str,
        price: Price,
        quantity: float | Money,
        *,
        sku: str = "",
        assumptions: tuple[str, ...] = (),
        usage: bool = False,
    ) -> None:
        """Bill `quantity` units at a price already looked up (instances, managed instances, tiers)."""
        amount = quantity if isinstance(quantity, Money) else Money.exactly(float(quantity))
        self._components.append(
            Component(
                name=name,
                quantity=amount,
                unit=price.unit,
                unit_price=price.amount,
                monthly=amount.times(price.amount),
                sku=sku,
                source=price.source,
                date=price.date,
                usage=usage,
                inferred=price.inferred,
                assumptions=assumptions,
            )
        )

    def hourly(self, name: str, sku: str, count: float = 1) -> None:
        """Bill `count` units running all month at an hourly SKU."""
        self.add(name, sku, "hour", self.hours * count)

    def usage(self, name: str, sku: str, unit: str, assumption: str, times: float = 1) -> None:
        """Bill a quantity that only usage decides, from a named assumption (× `times`)."""
        assumed = self.catalog.assumption(assumption)
        self.add(name, sku, unit, assumed.quantity.times(times), assumptions=(str(assumed),), usage=True)

    def unpriced(self, reason: str) -> None:
        """Say that a part of this resource has no price, and why."""
        if reason not in self._unpriced:
            self._unpriced.append(reason)

    def get(self, address: str) -> Resource | None:
        self._consulted.add(address)
        return self._view.get(address)

    def referring(self, *types: str) -> list[Resource]:
        """Resources (of these types) that refer to the one being estimated."""
        return self._saw(self._view.referring(self.resource.address, *types))

    def referred(self, *types: str) -> list[Resource]:
        """Resources (of these types) the one being estimated refers to."""
        return self._saw(self._view.referred(self.resource.address, *types))

    def linked(self, *types: str, of: Resource | None = None) -> list[Resource]:
        """Resources (of these types) connected in either direction, to this resource or to `of`."""
        return self._saw(self._view.linked((of or self.resource).address, *types))

    def _saw(self, found: list[Resource]) -> list[Resource]:
        self._consulted.update(resource.address for resource in found)
        return found

    def estimate(self) -> Estimate:
        return Estimate(
            components=tuple(self._components),
            unpriced=tuple(self._unpriced),
            consulted=frozenset(self._consulted),
        )


def estimate(resource: Resource, view: View, catalog: Catalog) -> Estimate:
    """What one resource of a view costs a month."""
    estimator = _ESTIMATORS.get(resource.type)
    if estimator is None:
        if catalog.is_free(resource.type):
            return Estimate(free=True)
        return Estimate(unpriced=(f"{resource.type} is not priced yet",))
    bill = Bill(resource, view, catalog)
    if is_unknown(resource.exists):
        bill.unpriced("how many there are is not known before deployment")
        return bill.estimate()
    try:
        estimator(resource, bill)
    except UnknownValue as unknown:
        bill.unpriced(str(unknown))
    return bill.estimate()
