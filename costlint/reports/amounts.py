"""Dollars, quantities and counts as text."""

from __future__ import annotations

from costlint.model import Finding, Money


def dollars(amount: float) -> str:
    """`$1,204`, `$12.30`, `$0.004`: as many digits as a person needs."""
    sign, size = ("-", -amount) if amount < 0 else ("", amount)
    if round(size, 2) >= 100:
        return f"{sign}${size:,.0f}"
    if size >= 0.01 or size == 0:
        return f"{sign}${size:.2f}"
    return f"{sign}${size:.2g}" if size >= 0.0001 else f"{sign}${size:.1e}"


def money(amount: Money) -> str:
    """The likely amount, with its range where there is one: `$120 (10–1,200)`."""
    if round(amount.low, 2) == round(amount.high, 2):
        return dollars(amount.likely)
    return f"{dollars(amount.likely)} ({dollars(amount.low)}–{dollars(amount.high)})"


def quantity(amount: Money) -> str:
    """A number of units, with its range where there is one."""
    if amount.low == amount.high:
        return _number(amount.likely)
    return f"{_number(amount.likely)} ({_number(amount.low)}–{_number(amount.high)})"


def unit_price(amount: float) -> str:
    """A price per unit with all its digits: `$0.0000166667`."""
    text = f"{abs(amount):.10f}".rstrip("0")
    whole, _, fraction = text.partition(".")
    sign = "-" if amount < 0 else ""
    return f"{sign}${int(whole):,}.{fraction.ljust(2, '0')}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 resource`, `1,312 resources`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def worth(finding: Finding) -> str:
    """What stands before a finding: `$1,204/mo`, `~$12.30/mo` where a price or a quantity is assumed."""
    mark = "~" if finding.usage_based or finding.inferred else ""
    if finding.saving is not None:
        return f"{mark}{dollars(finding.saving.likely)}/mo"
    if finding.exposure is not None:
        return f"{mark}{dollars(finding.exposure.likely)} at stake"
    return "unpriced"


def _number(value: float) -> str:
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.4g}"
