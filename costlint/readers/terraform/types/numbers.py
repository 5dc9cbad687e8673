"""Terraform's numbers as Python's: an int when integral, else a float; arithmetic goes through Decimal.

Terraform calculates with 512 bits, so 0.1 + 0.2 is 0.3; `exact` and `normal` keep such answers.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

# 512 bits are 154 decimal digits.
ARITHMETIC = Context(prec=154, rounding=ROUND_HALF_EVEN, Emax=10**6, Emin=-(10**6), traps=[])

_NUMBER = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d+))?", re.ASCII)
_MOST_DIGITS = 1000
_MOST_EXPONENT = 9999


def parse_number(text: str) -> int | float | None:
    """The number a string spells in base 10, None if it spells none (or one beyond every practical size)."""
    if text.isdecimal() and text.isascii() and len(text) <= _MOST_DIGITS:
        return int(text)
    spelled = _NUMBER.fullmatch(text)
    if not spelled or len(text) > _MOST_DIGITS:
        return None
    exponent = spelled[3]
    if exponent and (len(exponent) > 6 or abs(int(exponent)) > _MOST_EXPONENT):
        return None
    return normal(Decimal(text))


def number_text(value: int | float) -> str:
    """The number as Terraform writes it into a string: no exponent, no trailing zeros."""
    if isinstance(value, float):
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        if value.is_integer():
            return str(int(value))
        text = repr(value)
        return format(Decimal(text), "f") if "e" in text else text
    return str(value)


def exact(value: int | float) -> Decimal:
    """The number for calculating with, read as the decimal a person wrote."""
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def normal(value: Decimal) -> int | float:
    """A result back as int when integral, else float."""
    if value.is_finite() and value.adjusted() < _MOST_DIGITS and value == value.to_integral_value(context=_WIDE):
        return int(value)
    return float(value)


def normal_float(value: float) -> int | float:
    """A floating-point result as int when integral, else as it is."""
    return int(value) if value.is_integer() else value


def is_number(value: object) -> bool:
    """True for a known number (a bool is none)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_WIDE = Context(prec=_MOST_DIGITS + 200, Emax=10**6, Emin=-(10**6), traps=[])
