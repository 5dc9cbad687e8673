"""A month's spend as commitments see it: what they may cover, and everything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from costlint.model.money import ZERO, Capacity, Estimate, Money


class Covered(NamedTuple):
    """Usage commitments may cover, a month: units, USD at list prices, and USD owed where no commitment does."""

    units: Money
    listed: Money
    owed: Money

    def plus(self, other: Covered, sign: float = 1.0) -> Covered:
        return Covered(*(mine + theirs.times(sign) for mine, theirs in zip(self, other, strict=True)))


class Spend(Struct, frozen=True):
    """USD a month, or a change of them: `coverable` by what commitments tell apart, and the `rest`."""

    coverable: Mapping[Capacity, Covered] = {}
    rest: Money = ZERO

    def plus(self, other: Spend, sign: float = 1.0) -> Spend:
        """The sum scenario by scenario; with `sign` -1 the difference, whose ends are not put in order."""
        coverable = dict(self.coverable)
        for capacity, usage in other.coverable.items():
            coverable[capacity] = coverable.get(capacity, _NONE).plus(usage, sign)
        return Spend(coverable, self.rest + other.rest.times(sign))


class CoveredUse(NamedTuple):
    """Usage a commitment covers: `listed` is what it costs a month at list prices, `percent` what the commitment takes
    off (None where nobody says), `source` who says so."""

    name: str
    region: str
    listed: float
    percent: float | None
    source: str


class CommitmentUse(Struct, frozen=True):
    """A commitment over what is deployed: its `fee` a month and `hourly`, due whether it is used or not, and the share
    of it that is `used` (0 to 1). USD; likely amounts."""

    name: str
    fee: float
    hourly: float
    used: float
    covers: tuple[CoveredUse, ...] = ()
    until: str = ""

    @property
    def idle(self) -> float:
        """The part of the fee that covers nothing, USD a month."""
        return self.fee * (1 - self.used)

    @property
    def idle_hourly(self) -> float:
        """The same, USD an hour."""
        return self.hourly * (1 - self.used)


def spend(estimates: Iterable[Estimate]) -> Spend:
    """What estimates come to together. A credit (a sustained-use discount) lowers what is owed, not the list price
    commitments are measured by."""
    coverable: dict[Capacity, Covered] = {}
    rest = ZERO
    for estimate in estimates:
        for component in estimate.components:
            if component.allocated:
                continue
            terms = component.terms
            if terms is None or terms.capacity is None:
                rest += component.contracted
                continue
            credit = terms.listed < 0
            quantity, listed = (ZERO, ZERO) if credit else (component.quantity, component.listed)
            usage = Covered(quantity, listed, component.contracted)
            coverable[terms.capacity] = coverable.get(terms.capacity, _NONE).plus(usage)
    return Spend(coverable, rest)


_NONE = Covered(ZERO, ZERO, ZERO)
