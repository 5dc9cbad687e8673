"""Digits as numbers: text that came from files says what it likes."""

from __future__ import annotations

_MOST_DIGITS = 18
"""What fits into 64 bits: products of some such numbers are still within what a float holds."""


def whole_number(text: str) -> int | None:
    """The number that digits from 0 to 9 stand for. None for everything else: signs, `²` and other digits Unicode
    knows, and more of them than any quantity has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
