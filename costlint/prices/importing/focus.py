"""FOCUS exports, versions 1.0 to 1.2 (focus.finops.org): one table for all providers, with columns of their own.

Which SKU a line is, FOCUS leaves to opaque ids; the providers' own columns say it: AWS's x_UsageType and x_Operation,
the meter of Microsoft, and the description of the charge for Google.
"""

from __future__ import annotations

import json
from typing import Literal

from costlint.prices.file import ProviderName
from costlint.prices.importing.lines import Covering, Line, Reader, Skipped, amount, field_of

_NEEDED = ("EffectiveCost", "ChargeCategory")
_PROVIDERS: dict[str, ProviderName] = {"aws": "aws", "amazon": "aws", "microsoft": "azure", "google": "gcp"}
_COVERING: dict[str, Covering] = {"usage": "usage", "spend": "spend"}


def focus(header: list[str]) -> Reader | None:
    """Reads the lines of a FOCUS table."""
    if not all(name in header for name in _NEEDED):
        return None
    column = field_of(header)
    category, status = column("ChargeCategory"), column("CommitmentDiscountStatus")
    provider, publisher = column("ProviderName"), column("PublisherName")
    service, service_code, region = column("ServiceName"), column("x_ServiceCode"), column("RegionId")
    quantity, unit = column("PricingQuantity"), column("PricingUnit")
    consumed, consumed_unit = column("ConsumedQuantity"), column("ConsumedUnit")
    list_cost, list_unit = column("ListCost"), column("ListUnitPrice")
    contracted_cost, contracted_unit = column("ContractedCost"), column("ContractedUnitPrice")
    effective, billed = column("EffectiveCost"), column("BilledCost")
    usage, operation, meter_1 = column("x_UsageType"), column("x_Operation"), column("SkuMeter")
    product, meter = column("x_SkuMeterSubcategory"), column("x_SkuMeterName")
    description, details, own_details = column("ChargeDescription"), column("SkuPriceDetails"), column("x_SkuDetails")
    kind, discount = column("CommitmentDiscountCategory"), column("CommitmentDiscountType")
    start, end, currency = column("ChargePeriodStart"), column("ChargePeriodEnd"), column("BillingCurrency")

    def read(row: list[str]) -> Line | Skipped:
        if category(row) != "Usage":
            return Skipped((category(row) or "no charge category").lower(), amount(billed(row)))
        if status(row) == "Unused":
            return Skipped("commitment nobody used", amount(effective(row)))
        number = amount(quantity(row) or consumed(row))
        paid = amount(effective(row))
        contracted = _cost(contracted_cost(row), contracted_unit(row), number, paid)
        said = _details(details(row)) | _details(own_details(row))
        name = _provider(provider(row) or publisher(row))
        return Line(
            provider=name,
            service=service_code(row) or service(row),
            region=region(row),
            unit=unit(row) or consumed_unit(row),
            quantity=number,
            listed=_cost(list_cost(row), list_unit(row), number, contracted),
            contracted=contracted,
            effective=paid,
            usage=usage(row) or (meter_1(row) if name == "aws" else ""),
            operation=operation(row),
            product=product(row),
            meter=meter(row) or (description(row) if name == "gcp" else ""),
            machine=said.get("servicetype") or said.get("instancetype", ""),
            attributes=said,
            covering=_COVERING.get(kind(row).lower(), ""),
            plan="family" if "EC2 Instance" in discount(row) or "EC2Instance" in discount(row) else "",
            start=start(row),
            end=end(row),
            currency=currency(row) or "USD",
        )

    return read


def _cost(cost: str, unit: str, quantity: float, otherwise: float) -> float:
    if cost:
        return amount(cost)
    return amount(unit) * quantity if unit else otherwise


def _provider(name: str) -> ProviderName | Literal[""]:
    lowered = name.lower()
    return next((known for word, known in _PROVIDERS.items() if lowered.startswith(word)), "")


def _details(text: str) -> dict[str, str]:
    """The properties of a SKU as providers write them: JSON, or JSON without its braces. Names in small letters."""
    if not text or ":" not in text:
        return {}
    try:
        found = json.loads(text if text.lstrip().startswith("{") else f"{{{text}}}")
    except ValueError:
        return {}
    return {str(key).lower(): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
