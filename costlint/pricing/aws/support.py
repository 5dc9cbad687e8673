"""Extended support: a surcharge once a version has left standard support."""

from __future__ import annotations

from datetime import date

from costlint.model import Money
from costlint.pricing.estimating import Bill

_DAYS_PER_YEAR = 365
_ONE_RATE = ("aurora-mysql",)  # aws.amazon.com/rds/aurora/pricing: no third-year rate


def in_extended_support(bill: Bill, product: str, *versions: str) -> bool:
    """True if the version has left standard support on the catalog's `as_of` day and extended support is sold.

    `versions` are the names the version may be known under, most exact first.
    """
    return _years_past(bill, product, versions) is not None


def support_rate(bill: Bill, product: str, *versions: str) -> str:
    """Which rate applies: "" for none, "year-1" or, from the third year, "year-3"."""
    years = _years_past(bill, product, versions)
    if years is None:
        return ""
    if product in _ONE_RATE:
        return "year-1"
    return "year-1" if years < bill.constant("aws.extended-support.dearer-after-years") else "year-3"


def bill_database_support(
    bill: Bill, product: str, version: str, amount: Money, unit: str = "vcpu-hour", assumptions: tuple[str, ...] = ()
) -> None:
    """The surcharge on a database's vCPU-hours or capacity-unit-hours ("rds-mysql", "aurora-postgresql")."""
    rate = support_rate(bill, product, *database_versions(product, version))
    if rate:
        family = "aurora" if product.startswith("aurora") else "rds"
        bill.add(
            f"extended support, version {version}",
            f"{family}.extended-support-{rate}",
            unit,
            amount,
            assumptions=assumptions,
        )


def database_versions(product: str, version: str) -> tuple[str, str]:
    """The version as written and its major version: two numbers for MySQL and MariaDB, one for PostgreSQL."""
    numbers = 1 if product.endswith("postgresql") else 2
    return version, ".".join(version.split(".")[:numbers])


def _years_past(bill: Bill, product: str, versions: tuple[str, ...]) -> int | None:
    """Full years since standard support ended, None if it has not (or nobody says when)."""
    for version in versions:
        support = bill.catalog.support(product, version) if version else None
        if support is not None and support.standard_end and support.extended_end:
            days = (bill.catalog.as_of - date.fromisoformat(support.standard_end)).days
            return days // _DAYS_PER_YEAR if days > 0 else None
    return None
