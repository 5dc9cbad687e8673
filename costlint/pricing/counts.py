"""How many machines run on average where an autoscaler moves the number; provider-neutral.

Declared bounds give the range; what is written (the initial or desired number) is the likely one.
"""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Money
from costlint.pricing.estimating import Bill


class Count(NamedTuple):
    """A number of machines over the month, the assumptions it rests on, and the share of the month each one runs."""

    number: Money
    assumptions: tuple[str, ...] = ()
    share: float = 1.0

    def times(self, factor: float) -> Count:
        return self._replace(number=self.number.times(factor))


def fixed(number: float) -> Count:
    """A number nothing changes."""
    return Count(Money.exactly(number))


ONE = fixed(1)


def autoscaled(bill: Bill, least: float, written: float | None, most: float) -> Count:
    """A number an autoscaler moves between `least` and `most`.

    Likely is the number written, kept within the bounds. Two cases need an assumption: a lower bound of zero means the
    machines are gone while nothing needs them, so they run a share of the hours; a number written at the upper bound
    can only be the peak, so the average is a share of it. Keys: "<provider>.autoscaling.…".
    """
    if least >= most:
        return fixed(max(least, most))
    if least == 0:
        running = bill.assume(f"{bill.provider}.autoscaling.scale-to-zero-share")
        likely = min(max(written or 0, 1), most) * running.quantity.likely
        if running.given:
            return Count(Money.exactly(likely), (), running.quantity.likely)
        return Count(Money(0.0, likely, most), (str(running),), running.quantity.likely)
    if written is not None and written >= most:
        average = bill.assume(f"{bill.provider}.autoscaling.average-share-of-peak")
        if average.given:
            return fixed(max(least, most * average.quantity.likely))
        return Count(Money(least, max(least, most * average.quantity.likely), most), (str(average),))
    return Count(Money(least, max(written or least, least), most))


def last_segment(text: str) -> str:
    """The name at the end of a path or URL: `zones/a/machineTypes/n1-standard-1` → `n1-standard-1`."""
    return text.rstrip("/").rpartition("/")[2]
