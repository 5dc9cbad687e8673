"""One line of an export of costs, whichever format it came in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Literal, NamedTuple, TypeAlias

from costlint.prices.file import ProviderName

Covering: TypeAlias = Literal["", "usage", "spend"]
"""How a commitment covers a line: not at all, by what is used (reservations), by what is spent (savings plans)."""


class Line(NamedTuple):
    """Usage and what it cost, in the export's currency: at list prices, as contracted, with commitments spread over
    it. `provider` is "" for one costlint knows no prices of. `usage` and `operation` are AWS's, `product` and `meter`
    Azure's or Google's; `named` is how a person finds the line. Of a correction or a discount on its own, `quantity`
    is 0. `plan` names the family a spending commitment is for."""

    provider: ProviderName | Literal[""]
    service: str
    region: str
    unit: str
    quantity: float
    listed: float
    contracted: float
    effective: float
    usage: str = ""
    operation: str = ""
    product: str = ""
    meter: str = ""
    machine: str = ""
    attributes: Mapping[str, str] = {}
    covering: Covering = ""
    plan: str = ""
    start: str = ""
    end: str = ""
    currency: str = "USD"

    @property
    def what(self) -> tuple[str | None, ...]:
        """Everything that says what is sold; lines alike in it are about the same price."""
        said = self.attributes
        engine = said.get("database_engine") or said.get("cache_engine")
        seller = (self.provider, self.service, self.region, self.unit, self.usage, self.operation)
        return *seller, self.product, self.meter, self.machine, said.get("instance_type"), engine

    @property
    def named(self) -> str:
        what = self.usage or self.meter or self.product or "(no usage type)"
        return f"{self.service} {what}".strip()


class Skipped(NamedTuple):
    """A line that is no usage (a tax, a fee, a credit, a commitment nobody used), with what it cost."""

    why: str
    cost: float


Reader: TypeAlias = Callable[[list[str]], Line | Skipped]
Format: TypeAlias = Callable[[list[str]], Reader | None]
"""Reads the lines of a table with this header, None if the header is of another format."""


def amount(text: str) -> float:
    """A number, 0 where there is none. Raises ValueError."""
    number = float(text) if text else 0.0
    if not isfinite(number):
        raise ValueError(f"{text} is no amount")
    return number


def field_of(header: list[str]) -> Callable[[str], Callable[[list[str]], str]]:
    """For a column, what gives its text in a row; "" for a column there is not."""
    places = {name: place for place, name in enumerate(header)}

    def column(name: str) -> Callable[[list[str]], str]:
        place = places.get(name)
        if place is None:
            return lambda row: ""
        return lambda row: row[place] if place < len(row) else ""

    return column
