"""AWS Cost and Usage Reports, legacy ("lineItem/UsageType") and 2.0 ("line_item_usage_type", products as a map)."""

from __future__ import annotations

import json
import re

from costlint.prices.importing.lines import Line, Reader, Skipped, amount, field_of

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NEEDED = ("line_item_usage_type", "line_item_line_item_type")
_DISCOUNTS = ("EdpDiscount", "PrivateRateDiscount", "BundledDiscount", "RiVolumeDiscount")
_COVERED = {"DiscountedUsage": "usage", "SavingsPlanCoveredUsage": "spend"}


def cur(header: list[str]) -> Reader | None:
    """Reads the lines of a Cost and Usage Report."""
    names = [plain(name) for name in header]
    if not all(name in names for name in _NEEDED):
        return None
    column = field_of(names)
    kind, usage, operation = (column(f"line_item_{name}") for name in ("line_item_type", "usage_type", "operation"))
    code, quantity, zone = (
        column(f"line_item_{name}") for name in ("product_code", "usage_amount", "availability_zone")
    )
    cost, net_cost = column("line_item_unblended_cost"), column("line_item_net_unblended_cost")
    public, public_rate = column("pricing_public_on_demand_cost"), column("pricing_public_on_demand_rate")
    reserved, net_reserved = column("reservation_effective_cost"), column("reservation_net_effective_cost")
    planned = column("savings_plan_savings_plan_effective_cost")
    net_planned = column("savings_plan_net_savings_plan_effective_cost")
    offering = column("savings_plan_offering_type")
    unit, currency = column("pricing_unit"), column("line_item_currency_code")
    start, end = column("line_item_usage_start_date"), column("line_item_usage_end_date")
    place, region_code, region = column("product_region_code"), column("product_regioncode"), column("product_region")
    products = column("product")
    net = "line_item_net_unblended_cost" in names
    own = {name: column(f"product_{name}") for name in ("instance_type", "database_engine", "cache_engine")}

    def read(row: list[str]) -> Line | Skipped:
        what = kind(row)
        covering = _COVERED.get(what, "")
        alone = what in _DISCOUNTS
        if alone and net:
            return Skipped(f"{words(what)}, in the net costs already", 0.0)
        if what != "Usage" and not covering and not alone:
            return Skipped(words(what), amount(cost(row)))
        product = _map(products(row))
        number = 0.0 if alone else amount(quantity(row))
        paid = amount(net_cost(row) or cost(row))
        listed = 0.0 if alone else amount(public(row)) or amount(public_rate(row)) * number or paid
        effective, contracted = paid, paid
        if covering:
            effective = amount(
                net_reserved(row) or reserved(row) if covering == "usage" else net_planned(row) or planned(row)
            )
            contracted = listed
        return Line(
            provider="aws",
            service=code(row),
            region=place(row) or region_code(row) or region(row) or product.get("region_code", "") or zone(row),
            unit=unit(row),
            quantity=number,
            listed=listed,
            contracted=contracted,
            effective=effective,
            usage=usage(row),
            operation=operation(row),
            attributes={**product, **{name: text for name, of in own.items() if (text := of(row))}},
            covering="usage" if covering == "usage" else "spend" if covering else "",
            plan="family" if offering(row).startswith("EC2Instance") else "",
            start=start(row),
            end=end(row),
            currency=currency(row) or "USD",
        )

    return read


def plain(name: str) -> str:
    """A column by its name in 2.0: "lineItem/UsageType" is "line_item_usage_type"."""
    if "/" not in name:
        return name
    return "_".join(_WORD.sub("_", part).lower() for part in name.split("/"))


def words(kind: str) -> str:
    """A kind of line as people write it: "RIFee" is "ri fee"."""
    return _WORD.sub(" ", kind).lower() or "no line item type"


def _map(text: str) -> dict[str, str]:
    """The map column of 2.0, in the JSON it is exported as."""
    if not text.startswith("{"):
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
