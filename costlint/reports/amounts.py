"""Dollars, quantities and counts as text."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from costlint.model import Finding, Money, Report, Totals
from costlint.model.currency import showing, shown_currency

_CENT = 0.005
_Options = ParamSpec("_Options")


def in_its_currency(
    render: Callable[Concatenate[Report, _Options], str],
) -> Callable[Concatenate[Report, _Options], str]:
    """A function that writes a report, whose money is then in the report's currency."""

    @wraps(render)
    def written(report: Report, /, *args: _Options.args, **options: _Options.kwargs) -> str:
        with showing(report.currency):
            return render(report, *args, **options)

    return written


def converted(amount: float) -> float:
    """USD in the currency that is shown."""
    return amount * shown_currency().rate


def dollars(amount: float) -> str:
    """`$1,204`, `$12.30`, `$0.004` (`€1,108`): as many digits as a person needs."""
    return dollars_as_they_are(converted(amount))


def dollars_as_they_are(amount: float) -> str:
    """The same of an amount in the currency that is shown."""
    sign, size = ("-", -amount) if amount < 0 else ("", amount)
    symbol = sign + shown_currency().symbol
    if round(size, 2) >= 100:
        return f"{symbol}{size:,.0f}"
    if size >= 0.01 or size == 0:
        return f"{symbol}{size:.2f}"
    return f"{symbol}{size:.2g}" if size >= 0.0001 else f"{symbol}{size:.1e}"


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
    text = f"{abs(converted(amount)):.10f}".rstrip("0")
    whole, _, fraction = text.partition(".")
    sign = "-" if amount < 0 else ""
    return f"{sign}{shown_currency().symbol}{int(whole):,}.{fraction.ljust(2, '0')}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 resource`, `1,312 resources`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def worth(finding: Finding) -> str:
    """What stands before a finding: `$1,204/mo`, `~$12.30/mo` where it is assumed or may turn out smaller; the cash
    saving where there are commitments."""
    mark = "~" if finding.assumed else ""
    if finding.saving is not None:
        return f"{mark}{dollars(finding.gain)}/mo"
    if finding.exposure is not None:
        return f"{mark}{dollars(finding.exposure.likely)} at stake"
    return "unpriced"


def three_ways(saving: Money | None, listed: Money | None, cash: Money | None) -> str:
    """A saving as list prices, your prices and the invoice have it: `list $1,800 · cash $450`; empty if all of them
    are one."""
    if saving is None or listed is None:
        return ""
    differ = abs(listed.likely - saving.likely) > _CENT
    parts = [f"list {dollars(listed.likely)}"] if differ or cash is not None else []
    if cash is not None:
        parts += [f"yours {dollars(saving.likely)}"] if differ else []
        parts.append(f"cash {dollars(cash.likely)}")
    return " · ".join(parts)


def cost_three_ways(totals: Totals) -> str:
    """What everything costs as list prices and the invoice have it; empty if that is what it costs."""
    return three_ways(totals.current, totals.list_current, totals.cash_current)


def _number(value: float) -> str:
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.4g}"
