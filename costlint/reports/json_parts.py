"""Amounts, places and lines of bills as every JSON report writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costlint.model import Component, Diagnostic, Environment, Money
from costlint.model.currency import Currency, shown_currency
from costlint.reports.json_schema import AmountOut, CurrencyOut, DiagnosticOut, EnvironmentOut, UnpricedOut


def amount_out(amount: Money) -> AmountOut:
    """An amount of USD in the currency that is shown."""
    low, likely, high = map(money_out, amount)
    return AmountOut(low, likely, high, shown_currency().code)


def money_out(amount: float) -> float:
    """USD in the currency that is shown, to a hundredth of a cent: differences stay exact enough, noise of floating
    point goes."""
    return round(amount * shown_currency().rate, 4)


def currency_out(currency: Currency) -> CurrencyOut:
    return CurrencyOut(currency.code, currency.rate, currency.date)


def diagnostic_out(diagnostic: Diagnostic) -> DiagnosticOut:
    return DiagnosticOut(diagnostic.severity, diagnostic.message, diagnostic.file, diagnostic.line, diagnostic.column)


def environment_out(environment: Environment) -> EnvironmentOut:
    return EnvironmentOut(environment.name, environment.kind, environment.evidence)


def unpriced_out(reasons: Mapping[str, int]) -> list[UnpricedOut]:
    """The most frequent reason first."""
    return [UnpricedOut(*one) for one in sorted(reasons.items(), key=lambda one: (-one[1], one[0]))]


def line_fields(part: Component) -> dict[str, Any]:
    """The fields of a LineOut."""
    low, likely, high = (round(amount, 4) for amount in part.quantity)
    return {
        "name": part.name,
        "quantity_low": low,
        "quantity": likely,
        "quantity_high": high,
        "unit": part.unit,
        "unit_price": part.unit_price * shown_currency().rate,
        "monthly": amount_out(part.monthly),
        "sku": part.sku,
        "source": part.source,
        "date": part.date,
        "usage": part.usage,
        "inferred": part.inferred,
        "assumptions": list(part.assumptions),
    }
