"""What commitments cost, what they cover at which rate, and how much of them lies idle."""

from __future__ import annotations

from collections.abc import Sequence

from costlint.model.spending import CommitmentUse, CoveredUse
from costlint.reports.amounts import counted, dollars
from costlint.reports.escaping import printable
from costlint.reports.layout import Paint, indented

_MOST = 8
_MOST_COVERED = 4
_CENT = 0.005


def commitment_lines(uses: Sequence[CommitmentUse], width: int, paint: Paint, everything: bool = False) -> list[str]:
    """A block of lines under a heading; none without commitments. Those with the most idle come first."""
    if not uses:
        return []
    fees, idle = sum(use.fee for use in uses), sum(use.idle for use in uses)
    text = f"Commitments cost {dollars(fees)}/month, used or not, and are part of cash"
    text += f"; {dollars(idle)} of it covers nothing here" if idle > _CENT else ""
    lines = [paint(part, "strong") for part in indented(text, 0, width)]
    ranked = sorted(uses, key=lambda use: (-use.idle, -use.fee, use.name))
    shown = ranked if everything else ranked[:_MOST]
    for use in shown:
        lines += _use(use, width, paint, everything)
    if len(shown) < len(ranked):
        lines.append(paint(f"  +{counted(len(ranked) - len(shown), 'more commitment')} (--all)", "dim"))
    return lines


def _use(use: CommitmentUse, width: int, paint: Paint, everything: bool) -> list[str]:
    text = f"{use.name}: {dollars(use.hourly)}/hour, {dollars(use.fee)}/month"
    text += f", until {use.until}" if use.until else ""
    text += f": {use.used:.0%} used" if use.covers else ": covers nothing here"
    if use.covers and use.idle > _CENT:
        text += f", {dollars(use.idle_hourly)}/hour ({dollars(use.idle)}/month) idle"
    lines = indented(printable(text), 2, width)
    dearest = sorted(use.covers, key=lambda one: (-one.listed, one.name, one.region))
    shown = dearest if everything else dearest[:_MOST_COVERED]
    for one in shown:
        lines += [paint(part, "dim") for part in indented(printable(_covered(one)), 4, width)]
    if len(shown) < len(dearest):
        rest = sum(one.listed for one in dearest[len(shown) :])
        lines.append(paint(f"    +{len(dearest) - len(shown)} more, {dollars(rest)}/month at list prices", "dim"))
    return lines


def _covered(one: CoveredUse) -> str:
    rate = f"{one.percent:g}% off" if one.percent is not None else "at list price: nobody says what it takes off"
    source = f" ({one.source})" if one.source else ""
    return f"{one.name} in {one.region}: {dollars(one.listed)}/month at list prices, {rate}{source}"
