"""Quantities are exact, whatever way they are written."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.clusters.quantities import NotAQuantity, cores, devices, gib, quantity
from costlint.model import UNKNOWN, UnknownValue


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("500m", Fraction(1, 2)),
        ("1Gi", 1 << 30),
        ("1G", 10**9),
        ("1.5Gi", 3 << 29),
        ("0.1", Fraction(1, 10)),
        (".5", Fraction(1, 2)),
        ("2.", 2),
        ("8", 8),
        (8, 8),
        (0.5, Fraction(1, 2)),
        ("1e3", 1000),
        ("12E", 12 * 10**18),
        ("1Ei", 1 << 60),
        ("100n", Fraction(1, 10**7)),
        ("-1", -1),
    ],
)
def test_a_quantity_is_exact(written: object, expected: object) -> None:
    assert quantity(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1 Gi",
        "1gi",
        "1GiB",
        "m",
        "one",
        True,
        None,
        [],
        "1e",
        "0x1",
        "١",
        "1e999",
        "9" * 400,
        pytest.param("9" * 5000, id="too many digits"),
        pytest.param(10**5000, id="a whole number too long to print"),
    ],
)
def test_what_kubernetes_would_refuse_is_refused(written: object) -> None:
    with pytest.raises(NotAQuantity):
        quantity(written)


def test_an_unknown_is_not_guessed() -> None:
    with pytest.raises(UnknownValue):
        quantity(UNKNOWN)


def test_units_are_cores_gib_and_devices() -> None:
    assert cores("250m") == 0.25
    assert gib("512Mi") == 0.5
    assert gib("1G") == pytest.approx(0.931322574615)
    assert devices("8") == 8


@given(st.integers(0, 10**15))
def test_a_thousandth_is_a_thousandth(number: int) -> None:
    assert quantity(f"{number}m") * 1000 == quantity(number)
