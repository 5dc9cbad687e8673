"""Other values of the same kind, so that a template goes on with them where it would with the old ones."""

from __future__ import annotations

import re
from collections.abc import Container

_QUANTITY = re.compile(r"(\d{1,15})((?:\.\d+)?[A-Za-z%]{0,6})")


def text_of(value: object) -> str:
    """A value as a template writes it: truth values in lower case, whole numbers without a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)


def changed(value: object, number: int, present: Container[str]) -> object:
    """Another value of the same kind, different for every `number` (truth values have but one other), and not one of
    those that are `present` already. Empty values stay what they are."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return _free(value, number, present)
    if isinstance(value, float):
        return round(value + 0.015625 * (number + 1), 6)
    if not isinstance(value, str) or not value:
        return value
    quantity = _QUANTITY.fullmatch(value)
    if quantity is not None:
        return f"{_free(int(quantity[1]), number, present, quantity[2])}{quantity[2]}"
    return f"{value}x{number}"


def replaced(whole: object, part: object, number: int) -> str:
    """A text with another value in place of a part of it."""
    text = text_of(part)
    return str(whole).replace(text, text_of(changed(_plain(text), number, ())), 1)


def _plain(text: str) -> object:
    return int(text) if text.isdigit() and len(text) < 16 else text


def _free(value: int, number: int, present: Container[str], suffix: str = "") -> int:
    left = number + 1
    while left:
        value += 1
        if f"{value}{suffix}" not in present:
            left -= 1
    return value
