"""Arithmetic on quantities that are ranges: low, likely and high are three scenarios, calculated side by side."""

from __future__ import annotations

from costlint.model import Money


def amount(quantity: float | Money) -> Money:
    """The quantity as a range; a plain number is the same in every scenario."""
    return quantity if isinstance(quantity, Money) else Money.exactly(float(quantity))


def product(*quantities: float | Money) -> Money:
    """The product scenario by scenario."""
    low = likely = high = 1.0
    for quantity in quantities:
        factor = amount(quantity)
        low *= factor.low
        likely *= factor.likely
        high *= factor.high
    return Money(low, likely, high)


def remainder(share: Money) -> Money:
    """What is left of the whole in each scenario when `share` (0 to 1) is taken away."""
    return Money(1 - share.low, 1 - share.likely, 1 - share.high)


def at_most(quantity: Money, limit: Money) -> Money:
    """The smaller of the two in each scenario."""
    return Money(*(min(one, other) for one, other in zip(quantity, limit, strict=True)))


def above(quantity: Money, included: float) -> Money:
    """The part of a quantity beyond what is included in the price."""
    return Money(*(max(0.0, scenario - included) for scenario in quantity))
