"""The currency money is shown in. Everything is calculated in USD, the currency of the price lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from msgspec import Struct

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}


class Currency(Struct, frozen=True):
    """`rate` units of `code` for one USD, on `date` (ISO)."""

    code: str = "USD"
    rate: float = 1.0
    date: str = ""

    @property
    def symbol(self) -> str:
        """What stands before an amount: "$", "€", "CHF "."""
        return _SYMBOLS.get(self.code, f"{self.code} ")


USD = Currency()
_SHOWN: ContextVar[Currency] = ContextVar("currency", default=USD)


def shown_currency() -> Currency:
    """The currency amounts are written in just now."""
    return _SHOWN.get()


@contextmanager
def showing(currency: Currency) -> Iterator[None]:
    """Whatever is written inside shows money in this currency."""
    token = _SHOWN.set(currency)
    try:
        yield
    finally:
        _SHOWN.reset(token)
