from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_reports import finding

from costlint.model import Money
from costlint.reports.amounts import counted, dollars, money, quantity, unit_price, worth


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0.00"),
        (0.004, "$0.004"),
        (0.000012, "$1.2e-05"),
        (1, "$1.00"),
        (99.994, "$99.99"),
        (99.996, "$100"),
        (1234.4, "$1,234"),
        (1e7, "$10,000,000"),
        (-20, "-$20.00"),
    ],
)
def test_dollars_have_as_many_digits_as_a_person_needs(amount: float, text: str) -> None:
    assert dollars(amount) == text


@given(st.floats(min_value=1, max_value=1e12))
def test_dollars_stay_within_a_cent_or_half_a_percent(amount: float) -> None:
    shown = float(dollars(amount).replace("$", "").replace(",", ""))
    assert abs(shown - amount) <= max(0.0051, amount * 0.005)


def test_a_range_is_shown_only_where_there_is_one() -> None:
    assert money(Money.exactly(5)) == "$5.00"
    assert money(Money(1, 5, 500)) == "$5.00 ($1.00–$500)"


def test_quantities_show_their_range() -> None:
    assert quantity(Money.exactly(730)) == "730"
    assert quantity(Money(10, 100.5, 1000)) == "100.50 (10–1,000)"


@pytest.mark.parametrize(
    ("price", "text"), [(0.1, "$0.10"), (0.0000166667, "$0.0000166667"), (55.04, "$55.04"), (1200, "$1,200.00")]
)
def test_unit_prices_keep_all_their_digits(price: float, text: str) -> None:
    assert unit_price(price) == text


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({}, "$20.00/mo"),
        ({"usage_based": True}, "~$20.00/mo"),
        ({"inferred": True}, "~$20.00/mo"),
        ({"saving": Money(0, 20, 40)}, "~$20.00/mo"),
        ({"saving": Money(20, 20, 40)}, "$20.00/mo"),
        ({"saving": None, "exposure": Money.exactly(1200)}, "$1,200 at stake"),
        ({"saving": None}, "unpriced"),
    ],
)
def test_worth_says_whether_it_is_assumed_at_stake_or_unpriced(changed: dict[str, object], text: str) -> None:
    assert worth(finding(**changed)) == text


def test_nouns_are_counted_in_english() -> None:
    assert [counted(1, "copy", "copies"), counted(2, "copy", "copies"), counted(1312, "resource")] == [
        "1 copy",
        "2 copies",
        "1,312 resources",
    ]
