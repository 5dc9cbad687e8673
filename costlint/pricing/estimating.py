"""How estimators work: a plain function from a resource to the lines of its bill.

    @estimates("aws_nat_gateway")
    def nat_gateway(resource: Resource, bill: Bill) -> None:
        bill.hourly("NAT gateway", "nat-gateway.hour")
        bill.usage("data processed", "nat-gateway.data-processed", "gb", "aws.nat-gateway.processed-gb")

An estimator that needs a value nobody can know raises `UnknownValue` (the accessors of `Resource` do): what was
billed before stays, and the estimate says "unpriced: …". A missing price never becomes $0.

An estimate may rest on the resource's attributes and region, the catalog, and other resources asked for through the
bill, on nothing else: the ledger gives resources that agree in these one estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import inf
from typing import TypeVar, cast

from msgspec.structs import replace

from costlint.catalog import Assumption, Catalog, Price
from costlint.graph import View
from costlint.model import (
    ZERO,
    Component,
    Estimate,
    Money,
    Provider,
    Resource,
    Stack,
    UnknownValue,
    is_unknown,
    sources_of,
)
from costlint.pricing.estimators import estimator_of
from costlint.pricing.ledger import Ledger
from costlint.pricing.quantities import amount, product
from costlint.pricing.questions import Kind, Question
from costlint.pricing.watching import Reading

Answer = TypeVar("Answer")


class Bill:
    """Collects the components of one resource's estimate. Quantities are per month; prices come from the catalog
    in the resource's region. Looking at other resources through the bill records that the estimate depends on them
    (`Estimate.consulted`): their addresses, and "aws_vpc_endpoint.*" where one more of a type would change it.
    """

    def __init__(
        self, resource: Resource, view: View, catalog: Catalog, memory: dict[str, object] | None = None
    ) -> None:
        self.resource = resource
        self.catalog = catalog
        self.provider: Provider = resource.provider
        self.region = resource.region.name
        self._view = view
        self._memory = {} if memory is None else memory
        self._components: list[Component] = []
        self._unpriced: list[str] = []
        self._consulted: set[str] = set()
        self._free = False
        self._unknown = False
        self.asked: list[tuple[Question, tuple[Resource, ...]]] = []
        self.repeatable = True

    @property
    def hours(self) -> float:
        """Hours in a billing month."""
        return self.catalog.hours_per_month

    @property
    def days(self) -> float:
        """Days in a billing month."""
        return self.hours / 24

    def constant(self, key: str) -> float:
        """A dated constant of the field ("aws.ebs.gp3-included-iops")."""
        return self.catalog.constant(key)

    def assume(self, key: str) -> Assumption:
        """A named usage assumption, exact if a usage file states it; every quantity nobody declared comes through
        here."""
        assumption = self.catalog.assumption(key)
        usage = self.resource.usage
        if usage is None or (given := usage.get(key)) is None:
            return assumption
        return assumption.stated(given)

    def price(self, sku: str, unit: str, region: str = "") -> Price | None:
        """The price of a service SKU, in this resource's region unless another is named."""
        return self.catalog.price(self.provider, region or self.region, sku, unit)

    def add(
        self,
        name: str,
        sku: str,
        unit: str,
        quantity: float | Money,
        *,
        assumptions: tuple[str, ...] = (),
        usage: bool = False,
        region: str = "",
    ) -> None:
        """Bill `quantity` units of a service SKU; unpriced if the catalog has no price for it here."""
        price = self.price(sku, unit, region)
        if price is None:
            self.unpriced(f"{name}: no price for {sku} per {unit} in {region or self.region}")
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
        allocated: str = "",
        left_over: Money = ZERO,
    ) -> None:
        """Bill `quantity` units at a price already looked up (instances, managed instances, tiers); `allocated`: they
        are part of what the resource at this address is billed for, `left_over` what is nobody's part of it."""
        billed = amount(quantity)
        if not all(0 <= scenario < inf for scenario in billed):
            self.unpriced(f"{name}: {billed.likely:g} is no quantity that can be billed")
            return
        self._components.append(
            Component(
                name=name,
                quantity=billed,
                unit=price.unit,
                unit_price=price.amount,
                monthly=billed.times(price.amount),
                sku=sku,
                source=price.source,
                date=price.date,
                usage=usage,
                inferred=price.inferred,
                assumptions=assumptions if "" not in assumptions else tuple(filter(None, assumptions)),
                terms=price.terms,
                allocated=allocated,
                left_over=left_over,
            )
        )

    def hourly(self, name: str, sku: str, count: float | Money = 1, assumptions: tuple[str, ...] = ()) -> None:
        """Bill `count` units running all month at an hourly SKU."""
        self.add(name, sku, "hour", amount(count).times(self.hours), assumptions=assumptions)

    def usage(self, name: str, sku: str, unit: str, assumption: str, times: float | Money = 1) -> None:
        """Bill a quantity that only usage decides, from a named assumption (× `times`)."""
        assumed = self.assume(assumption)
        self.assumed(name, sku, unit, product(assumed.quantity, times), assumed)

    def assumed(self, name: str, sku: str, unit: str, quantity: float | Money, *basis: Assumption) -> None:
        """Bill a quantity worked out from one or more named assumptions."""
        self.add(name, sku, unit, quantity, assumptions=tuple(map(_stated, basis)), usage=True)

    def unpriced(self, reason: str) -> None:
        """Say that a part of this resource has no price, and why."""
        if reason not in self._unpriced:
            self._unpriced.append(reason)

    def unknown(self, reason: str) -> None:
        """Say that a part of this resource has no price because something is not known before deployment."""
        self._unknown = True
        self.unpriced(reason)

    def free(self) -> None:
        """Say that this resource has no charge of its own (unless something else is billed for it)."""
        self._free = True

    def apart(self, provider: Provider, region: str) -> Bill:
        """An empty bill in another place, for what this one is worked out from. What it consults, this one does."""
        other = Bill(self.resource, self._view, self.catalog, self._memory)
        other.provider, other.region = provider, region
        other._consulted, other.asked = self._consulted, self.asked
        return other

    @property
    def stack(self) -> Stack:
        """The stack, for what holds for all of it and no edit of a resource changes."""
        return self._view.stack

    def part(self, name: str = "") -> Part:
        """A part of the bill that stands alone: what cannot be known in it leaves the other parts priced."""
        return Part(self, name)

    def get(self, address: str) -> Resource | None:
        return next(iter(self._ask("at", address)), None)

    def follow(self, value: object, *types: str) -> Resource | None:
        """The resource (of these types, if any) that a value was read from, None if it is not in the stack."""
        for source in sources_of(value):
            found = self.get(source.address) or next(iter(self._ask("instances", source.address)), None)
            if found is not None and (not types or found.type in types):
                return found
        return None

    def referring(self, *types: str, of: Resource | None = None) -> list[Resource]:
        """Resources (of these types) that refer to the one being estimated, or to `of`."""
        return self._ask("referring", self._about(of), types)

    def referred(self, *types: str, of: Resource | None = None) -> list[Resource]:
        """Resources (of these types) the one being estimated refers to, or `of` does."""
        return self._ask("referred", self._about(of), types)

    def linked(self, *types: str, of: Resource | None = None) -> list[Resource]:
        """Resources (of these types) connected in either direction, to this resource or to `of`."""
        return self._ask("linked", self._about(of), types)

    def of_type(self, *types: str) -> list[Resource]:
        """Every resource of these types in the stack."""
        return self._ask("of type", "", types)

    def siblings(self) -> list[Resource]:
        """All instances of the block this resource comes from (itself included)."""
        return self._ask("siblings")

    def remember(self, key: str, types: tuple[str, ...], answer: Callable[[View], Answer]) -> Answer:
        """The answer to a question about all resources of these types, worked out once per run of `price`. Those
        this estimate depends on are to be given to `saw`."""
        self.repeatable = False
        self._consulted.update(f"{kind}.*" for kind in types)
        if key not in self._memory:
            self._memory[key] = answer(self._view)
        return cast("Answer", self._memory[key])

    @property
    def lasting(self) -> dict[object, object]:
        """Where estimators keep what they worked out from resources alone: it holds in every view."""
        return cast("dict[object, object]", self._memory.setdefault("lasting", {}))

    def saw(self, found: list[Resource]) -> list[Resource]:
        """Note that the estimate depends on these resources."""
        self._consulted.update(resource.address for resource in found)
        return found

    def _about(self, of: Resource | None) -> str:
        return "" if of is None or of.address == self.resource.address else of.address

    def _ask(self, kind: Kind, about: str = "", types: tuple[str, ...] = ()) -> list[Resource]:
        question = Question(kind, about, types)
        found = question.answer(self._view, self.resource)
        self.asked.append((question, tuple(found)))
        self._consulted.update(question.consulted(found))
        return found

    def estimate(self) -> Estimate:
        return Estimate(
            components=tuple(self._components),
            unpriced=tuple(self._unpriced),
            free=self._free and not self._components and not self._unpriced,
            unknown=self._unknown,
            consulted=frozenset(self._consulted),
        )


class Part:
    """Ends a part of a bill where a value turns out not to be known."""

    __slots__ = ("_bill", "_name")

    def __init__(self, bill: Bill, name: str) -> None:
        self._bill = bill
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if not isinstance(error, UnknownValue):
            return False
        self._bill.unknown(f"{self._name}: {error}" if self._name else str(error))
        return True


@cache
def _stated(assumption: Assumption) -> str:
    return str(assumption)


def estimate(
    resource: Resource,
    view: View,
    catalog: Catalog,
    memory: dict[str, object] | None = None,
    ledger: Ledger | None = None,
) -> Estimate:
    """What one resource of a view costs a month. `memory` keeps what estimators found out about the view as a whole
    for the next resource of the same view, `ledger` estimates for resources alike, in whichever view."""
    estimator = estimator_of(resource.provider, resource.type)
    if estimator is None:
        other = catalog.other_provider(resource.type)
        return _without_estimator(resource.type, free=catalog.is_free(resource.type), why=other.why if other else "")
    if not resource.defaults and (defaults := catalog.defaults(resource.type)):
        resource = replace(resource, defaults=defaults)
    if is_unknown(resource.exists):
        one = estimate(replace(resource, exists=True), view, catalog, memory, ledger)
        return one if one.free else _UNCOUNTED
    known = None if ledger is None else ledger.find(resource, view)
    if known is not None:
        return known
    reading = Reading(resource)
    bill = Bill(reading.resource, view, catalog, memory)
    try:
        estimator(reading.resource, bill)
    except UnknownValue as unknown:
        bill.unknown(str(unknown))
    found = bill.estimate()
    if ledger is not None and bill.repeatable:
        ledger.enter(reading, bill.asked, view, found)
    return found


@cache
def _without_estimator(kind: str, *, free: bool, why: str) -> Estimate:
    if free:
        return Estimate(free=True)
    if "_" not in kind:
        return Estimate(unpriced=(f"what a {kind} makes the cluster run is not known",))
    provider = kind.partition("_")[0]
    strange = f"no prices of the provider {provider} are known"
    return Estimate(unpriced=(why or (f"{kind} is not priced yet" if provider in _WITH_PRICES else strange),))


_WITH_PRICES = frozenset(("aws", "google", "azurerm", "azapi"))
_UNCOUNTED = Estimate(unpriced=("how many there are is not known before deployment",), unknown=True)
