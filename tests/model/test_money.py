"""Money is arithmetic on ranges."""

from hypothesis import given
from hypothesis import strategies as st

from costlint.model import ZERO, Component, Estimate, Money, total

amounts = st.floats(0, 1e7, allow_nan=False)
money = st.lists(amounts, min_size=3, max_size=3).map(lambda xs: Money(*sorted(xs)))


def test_a_price_without_usage_has_no_spread():
    assert Money.exactly(12.5) == (12.5, 12.5, 12.5)


def test_a_difference_compares_like_with_like():
    assert Money(10, 20, 40).minus(Money(5, 8, 10)) == (5, 12, 30)


@given(money, money)
def test_a_difference_stays_in_order_and_its_likely_is_exact(one, other):
    difference = one.minus(other)
    assert difference.low <= difference.likely <= difference.high
    assert difference.likely == one.likely - other.likely


@given(st.lists(money, max_size=5))
def test_a_total_is_the_sum_of_its_parts(parts):
    assert total(parts).likely == sum((part.likely for part in parts), 0.0)


def test_nothing_costs_nothing():
    assert total([]) == ZERO


def component(monthly, usage=False):
    return Component("x", Money.exactly(1), "hour", monthly, Money.exactly(monthly), usage=usage)


def test_an_estimate_keeps_fixed_and_usage_apart():
    estimate = Estimate((component(10), component(5, usage=True)))
    assert (estimate.fixed.likely, estimate.usage.likely, estimate.monthly.likely) == (10, 5, 15)


def test_an_estimate_with_a_missing_price_is_not_called_priced():
    assert Estimate((component(10),)).priced
    assert not Estimate((component(10),), unpriced=("licence",)).priced
    assert not Estimate().priced
