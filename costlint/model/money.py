"""Money a month, and estimates that expand to arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct


class Money(NamedTuple):
    """USD a month as a range. A figure with no usage in it has low = likely = high."""

    low: float
    likely: float
    high: float

    @classmethod
    def exactly(cls, amount: float) -> Money:
        return cls(amount, amount, amount)

    def __add__(self, other: object) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def minus(self, other: Money) -> Money:
        """The difference scenario by scenario (both low, both likely, both high), put in order."""
        likely = self.likely - other.likely
        ends = (self.low - other.low, likely, self.high - other.high)
        return Money(min(ends), likely, max(ends))

    def times(self, factor: float) -> Money:
        return Money(self.low * factor, self.likely * factor, self.high * factor)


ZERO = Money(0.0, 0.0, 0.0)


def total(amounts: Iterable[Money]) -> Money:
    """The sum of the amounts, ZERO for none."""
    low = likely = high = 0.0
    for amount in amounts:
        low += amount.low
        likely += amount.likely
        high += amount.high
    return Money(low, likely, high)


class Capacity(NamedTuple):
    """What a commitment may cover: the usage of one machine type, or of one SKU, in one region. `service` is the
    catalog's ("ec2", "rds", "fargate"), `family` "" where the SKU has none."""

    provider: str
    region: str
    service: str
    family: str
    name: str


class Terms(NamedTuple):
    """What stands behind a unit price that is yours (USD a unit): the public list price, and what you pay for usage
    that no commitment covers. `capacity` is set where one may."""

    listed: float
    contracted: float
    capacity: Capacity | None = None

    def times(self, factor: float) -> Terms:
        return Terms(self.listed * factor, self.contracted * factor, self.capacity)


class Component(Struct, frozen=True):
    """One line of an estimate: quantity × unit price.

    `quantity` and `monthly` are ranges (USD/month); `unit` is the normalised unit ("hour", "gb-month").
    `usage` marks quantities that nobody declared and an assumption supplied. `inferred` prices are shown
    with "~": derived from another region or shape, not read from a list. `source` and `date` are the price's.
    `terms` are set where the price is yours, or a commitment may cover the quantity. `allocated` is the address of the
    resource whose bill this is a share of (a pod's share of its node pool): such a component is no money of its own.
    `left_over` is what the nodes cost besides where a pod takes all their accelerators: nobody's share, and of no use
    to whoever needs one.
    """

    name: str
    quantity: Money
    unit: str
    unit_price: float
    monthly: Money
    sku: str = ""
    source: str = ""
    date: str = ""
    usage: bool = False
    inferred: bool = False
    assumptions: tuple[str, ...] = ()
    terms: Terms | None = None
    allocated: str = ""
    left_over: Money = ZERO

    @property
    def listed(self) -> Money:
        """USD a month at list prices."""
        return self.monthly if self.terms is None else self.quantity.times(self.terms.listed)

    @property
    def contracted(self) -> Money:
        """USD a month at your prices, were nothing committed to."""
        return self.monthly if self.terms is None else self.quantity.times(self.terms.contracted)


class Estimate(Struct, frozen=True, dict=True):
    """What one resource costs a month. `unpriced` holds a sentence for each part that has no price, and `unknown`
    says that one of them has none because a value is not known before deployment;
    `free` is True for types that carry no charge of their own.
    `consulted` are the addresses of other resources this estimate was computed from. `monthly` and the sums beside it
    leave out what is `allocated`: others are billed for that."""

    components: tuple[Component, ...] = ()
    unpriced: tuple[str, ...] = ()
    free: bool = False
    unknown: bool = False
    consulted: frozenset[str] = frozenset()

    @cached_property
    def monthly(self) -> Money:
        return total(component.monthly for component in self.components if not component.allocated)

    @cached_property
    def allocated(self) -> Money:
        """USD a month of what others are billed for and this resource takes up."""
        return total(component.monthly for component in self.components if component.allocated)

    @property
    def listed(self) -> Money:
        """USD a month at list prices."""
        return total(component.listed for component in self.components if not component.allocated)

    @property
    def fixed(self) -> Money:
        return total(component.monthly for component in self.components if not (component.usage or component.allocated))

    @property
    def usage(self) -> Money:
        return total(component.monthly for component in self.components if component.usage and not component.allocated)

    @property
    def priced(self) -> bool:
        """True if at least one component has a price and none is missing one."""
        return bool(self.components) and not self.unpriced

    @property
    def inferred(self) -> bool:
        return any(component.inferred for component in self.components)

    @property
    def assumptions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for c in self.components for text in c.assumptions))
