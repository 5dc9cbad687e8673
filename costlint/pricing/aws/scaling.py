"""How many of a scaled thing run on average: bounds give the range, what is written gives the likely number."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Money, Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.quantities import product


class Count(NamedTuple):
    """A number of instances, tasks or units over the month, and the assumptions it rests on. `working`: how many there
    are while there is work, of those that are gone otherwise."""

    number: Money
    assumptions: tuple[str, ...] = ()
    working: Money | None = None


def fixed(number: float) -> Count:
    """A number nothing changes."""
    return Count(Money.exactly(number))


def bounded(least: float, written: float, most: float) -> Count:
    """A number somebody may set by hand between two bounds."""
    return Count(Money(min(least, written), written, max(most, written)))


def autoscaled(bill: Bill, least: float, written: float | None, most: float) -> Count:
    """A number an autoscaler moves between `least` and `most`.

    Likely is the number written (the desired or initial size). Two cases need an assumption: a size written at the
    upper bound can only be the peak, so the average is a share of it; a lower bound of zero means the thing is gone
    while nothing needs it, so it runs a share of the hours.
    """
    if least >= most:
        return fixed(least if written is None else max(written, least))
    if least == 0:
        running = bill.assume("aws.autoscaling.scale-to-zero-share")
        size = min(max(written or 0, 1), most)
        if running.given:
            return fixed(size * running.quantity.likely)
        number = Money(0.0, size * running.quantity.likely, most)
        return Count(number, (str(running),), Money(size, size, most))
    if written is not None and written >= most:
        average = bill.assume("aws.autoscaling.average-share-of-peak")
        if average.given:
            return fixed(max(least, most * average.quantity.likely))
        return Count(Money(least, max(least, most * average.quantity.likely), most), (str(average),))
    return Count(Money(least, max(written or least, least), most))


def scheduled(bill: Bill, count: Count, *owners: Resource) -> Count:
    """The count with off-hours taken out, where a schedule in the stack switches the resource (or one of its owners,
    which takes it along) off or to zero. What could go to zero by itself does so by the schedule then."""
    if owners:
        bill.of_type("aws_scheduler_schedule")
    if not any(_switched_off(bill, of) for of in (None, *owners)):
        return count
    hours = bill.assume("aws.schedule.office-hours-share")
    if count.working is not None:
        return Count(product(count.working, hours.quantity), (str(hours),))
    return Count(product(count.number, hours.quantity), (*count.assumptions, str(hours)))


def _switched_off(bill: Bill, of: Resource | None) -> bool:
    if bill.referring("aws_scheduler_schedule", of=of):
        return True
    sizes = ("desired_capacity", "max_size", "min_size")
    schedules = bill.referring("aws_autoscaling_schedule", of=of)
    return any(schedule.get(size) == 0 for schedule in schedules for size in sizes)
