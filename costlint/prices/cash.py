"""The invoice while commitments last, and what a change takes off it.

    invoice = fees of the commitments + what is owed for usage none of them covers + everything else
    cash saving = invoice before the change - invoice after it

Both sides are worked out over everything that is deployed, so capacity a change frees goes to other usage it can cover
before anything is saved; what is left over saves nothing until the commitment ends. Commitments cover usage in the
order providers document: reservations and resource commitments first, then those for one family, then the rest;
spending commitments go where they take most off, then to the cheaper unit. Usage is taken to be spread evenly over
the month: its 730 hours are not looked at one by one.

Sources: docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html,
learn.microsoft.com/azure/cost-management-billing/savings-plan/discount-application,
cloud.google.com/compute/docs/instances/committed-use-discounts-overview
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from costlint.config import Commitment
from costlint.model import Money, total
from costlint.model.money import Capacity
from costlint.model.spending import CommitmentUse, Covered, CoveredUse, Spend
from costlint.prices.catalog import YourCatalog
from costlint.prices.scopes import MACHINES

_SCENARIOS = (0, 1, 2)
_LIKELY = 1
_NOTHING = Spend()


class Held(NamedTuple):
    """A commitment in numbers. `budget` is what it covers a month in USD, at its own prices if it `spends`, else at
    list prices; `fee` what it costs a month whether it is used or not, `hourly` an hour."""

    commitment: Commitment
    budget: Money
    fee: Money
    spends: bool
    hourly: float

    @property
    def provider(self) -> str:
        return self.commitment.provider


class Cash:
    """Invoices around one baseline; commitments that have ended are left out."""

    def __init__(self, commitments: Sequence[Commitment], catalog: YourCatalog, baseline: Spend) -> None:
        self._catalog = catalog
        self.baseline = baseline
        self._all = tuple(commitments)
        lasting = [one for one in commitments if lasts(one, catalog.as_of)]
        self.held = tuple(self._hold(one) for one in sorted(lasting, key=_narrowness))
        self._now = self._invoice(baseline)

    @property
    def for_machines(self) -> tuple[Held, ...]:
        """The commitments that cover instances, not those for databases and the like alone."""
        return tuple(one for one in self.held if one.commitment.service in ("", MACHINES[one.provider]))

    def on(self, baseline: Spend) -> Cash:
        """The same commitments around another baseline."""
        return Cash(self._all, self._catalog, baseline)

    @property
    def current(self) -> Money:
        """The invoice of the baseline, USD a month."""
        return Money(min(self._now), self._now.likely, max(self._now))

    @property
    def fees(self) -> Money:
        """What the commitments cost a month, used or not."""
        return total(held.fee for held in self.held)

    def uses(self) -> tuple[CommitmentUse, ...]:
        """Each commitment over the baseline: what it covers, at which rate, and how much of it is used."""
        taken = self._covered(self.baseline, _LIKELY)[1]
        return tuple(self._use(held, taken[at]) for at, held in enumerate(self.held))

    def _use(self, held: Held, taken: Mapping[Capacity, float]) -> CommitmentUse:
        commitment, scopes = held.commitment, self._catalog.scopes
        covers = []
        for capacity, amount in taken.items():
            percent = scopes.discount(commitment, capacity)
            rate = 1 - (percent or 0) / 100 if held.spends else 1.0
            source = scopes.source(commitment, capacity)
            covers.append(CoveredUse(capacity.name, capacity.region, amount / rate, percent, source))
        budget = held.budget.likely
        used = sum(taken.values()) / budget if budget > 0 else 1.0
        until = str(commitment.until or "")
        return CommitmentUse(named(commitment), held.fee.likely, held.hourly, min(used, 1.0), tuple(covers), until)

    def saving(self, change: Spend) -> Money:
        """What the invoice falls by if spend changes so (negative where it rises), USD a month."""
        return self._now.minus(self._invoice(self.baseline.plus(change)))

    def _hold(self, commitment: Commitment) -> Held:
        hours = self._catalog.hours_per_month
        covered = [
            (capacity, usage)
            for capacity, usage in self.baseline.coverable.items()
            if self._catalog.scopes.covers(commitment, capacity)
        ]
        if commitment.hourly is not None:
            fee = Money.exactly(commitment.hourly * hours)
            return Held(commitment, fee, fee, True, commitment.hourly)
        if commitment.percent is not None:
            share = commitment.percent / 100
            budget = total(usage.listed.times(share) for _, usage in covered)
            fee = total(usage.listed.times(share * self._rate(commitment, capacity)) for capacity, usage in covered)
            return Held(commitment, budget, fee, False, fee.likely / hours)
        unit = self._list_price(commitment, covered)
        budget = Money.exactly((commitment.count or 0) * hours * unit)
        exact = next((c for c, _ in covered if c.name == commitment.sku), None) or self._named(commitment)
        fee = budget.times(self._rate(commitment, exact))
        return Held(commitment, budget, fee, False, fee.likely / hours)

    def _rate(self, commitment: Commitment, capacity: Capacity) -> float:
        """What is paid of the list price; all of it where nobody says what the commitment takes off."""
        return 1 - (self._catalog.scopes.discount(commitment, capacity) or 0) / 100

    def _list_price(self, commitment: Commitment, covered: Sequence[tuple[Capacity, Covered]]) -> float:
        """USD an hour of the counted SKU at list price, 0 if nothing tells it."""
        for capacity, usage in covered:
            if capacity.name == commitment.sku and usage.units.likely > 0:
                return usage.listed.likely / usage.units.likely
        shape = self._catalog.shape(commitment.provider, commitment.region, commitment.sku)
        price = shape.on_demand if shape else None
        if price is None:
            return 0.0
        return price.terms.listed if price.terms else price.amount

    def _named(self, commitment: Commitment) -> Capacity:
        """The usage a counted commitment is for, of which none is scanned."""
        provider, family = commitment.provider, self._catalog.family(commitment.provider, commitment.sku)
        service = commitment.service or MACHINES[provider]
        return Capacity(provider, commitment.region, service, family.name if family else "", commitment.sku)

    def _invoice(self, spend: Spend) -> Money:
        return Money(*(self._month(spend, scenario) for scenario in _SCENARIOS))

    def _month(self, spend: Spend, scenario: int) -> float:
        uncovered = self._covered(spend, scenario)[0]
        owed = sum(usage.owed[scenario] * uncovered.get(c, 1.0) for c, usage in spend.coverable.items())
        return sum(held.fee[scenario] for held in self.held) + owed + spend.rest[scenario]

    def _covered(self, spend: Spend, scenario: int) -> tuple[dict[Capacity, float], list[dict[Capacity, float]]]:
        """The share of each usage no commitment covers, and what each commitment gives of its budget to which."""
        listed = {c: usage.listed[scenario] for c, usage in spend.coverable.items() if usage.listed[scenario] > 0}
        uncovered = dict.fromkeys(listed, 1.0)
        given: list[dict[Capacity, float]] = []
        for held in self.held:
            given.append({})
            left = held.budget[scenario]
            for capacity, rate in self._order(held, spend, listed):
                if left <= 0:
                    break
                wanted = listed[capacity] * uncovered[capacity] * rate
                taken = min(left, wanted)
                uncovered[capacity] *= 1 - taken / wanted if wanted else 0.0
                left -= taken
                if taken > 0:
                    given[-1][capacity] = taken
        return uncovered, given

    def _order(self, held: Held, spend: Spend, listed: dict[Capacity, float]) -> list[tuple[Capacity, float]]:
        """The usage a commitment covers, first to last, and what a dollar of it at list price takes of the budget."""
        found: list[tuple[bool, float, float, Capacity]] = []
        for capacity in listed:
            if not self._catalog.scopes.covers(held.commitment, capacity):
                continue
            percent = self._catalog.scopes.discount(held.commitment, capacity)
            if held.spends and percent is None:
                continue
            rate = 1 - (percent or 0) / 100 if held.spends else 1.0
            usage = spend.coverable[capacity]
            unit = usage.listed.likely / usage.units.likely if usage.units.likely else 0.0
            found.append((capacity.name != held.commitment.sku, rate, unit, capacity))
        return [(capacity, rate) for _, rate, _, capacity in sorted(found)]


def lasts(commitment: Commitment, day: date) -> bool:
    """True until the day a commitment ends, that day included."""
    return commitment.until is None or commitment.until >= day


def named(commitment: Commitment) -> str:
    """A commitment in words: "the aws savings-plan for m5 in eu-west-1"."""
    of = commitment.sku or commitment.family or commitment.service
    words = [f"the {commitment.provider} {commitment.kind}"]
    words += [f"for {of}"] if of else []
    words += [f"in {commitment.region}"] if commitment.region != "*" else []
    return " ".join(words)


def _narrowness(commitment: Commitment) -> int:
    """Commitments apply in this order; equal ones as they are written."""
    if commitment.kind == "reservation" or (commitment.kind == "cud" and (commitment.family or commitment.sku)):
        return 0 if commitment.sku else 1
    return 2 if commitment.family or commitment.sku else 3
