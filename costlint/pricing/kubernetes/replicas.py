"""How many pods of a workload run on average: as written, or between the bounds of whatever scales it."""

from __future__ import annotations

from costlint.clusters.quantities import NotAQuantity, quantity
from costlint.clusters.scalers import SCALERS, bounds_of
from costlint.clusters.workloads import PodGroup
from costlint.model import Money, Unknown, UnknownValue
from costlint.pricing.counts import Count, autoscaled, fixed
from costlint.pricing.estimating import Bill


def pods(group: PodGroup, bill: Bill) -> Count:
    """The pods of a group. Raises UnknownValue."""
    times = _number(group.times, "how many pods a replica has")
    return _replicas(group, bill).times(times or 0.0)


def _replicas(group: PodGroup, bill: Bill) -> Count:
    written = _number(group.replicas.value, "the number of replicas")
    bounds = _bounds(group, bill)
    if bounds is None:
        return fixed(written or 0.0)
    least, most = bounds[0], max(bounds)
    if isinstance(group.scales, Unknown):
        raise UnknownValue("whether an autoscaler moves the number of replicas")
    if not group.scales:
        return fixed(min(max(written or 0.0, least), most))
    return _scaled(bill, least, written, most)


def _scaled(bill: Bill, least: float, written: float | None, most: float) -> Count:
    own = bill.apart("kubernetes", "")
    return autoscaled(own, least, written, most)


def _bounds(group: PodGroup, bill: Bill) -> tuple[float, float] | None:
    """Between how many replicas something scales; None if nothing does."""
    least, most = group.minimum.value, group.maximum.value
    if least is not None or most is not None:
        low = _number(least, "the least number of replicas")
        high = _number(most, "the largest number of replicas")
        written = _number(group.replicas.value, "the number of replicas") or 0.0
        start = written if low is None else low
        return start, max(start, written) if high is None or high < start else high
    for scaler in bill.referring(*SCALERS):
        return bounds_of(scaler, bill.catalog)
    return None


def _number(value: object, what: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, Unknown):
        raise UnknownValue(what)
    try:
        return float(quantity(value))
    except NotAQuantity:
        raise UnknownValue(what) from None


def on_every_node(counts: list[tuple[object, object, object]]) -> Money:
    """Nodes of pools with these bounds (least, now, most), one pod on each. Raises UnknownValue."""
    found = Money.exactly(0.0)
    for least, now, most in counts:
        low, likely, high = (_number(one, "how many nodes there are") for one in (least, now, most))
        middle = likely if likely is not None else low if low is not None else high
        if middle is None:
            raise UnknownValue("how many nodes there are")
        found += Money(
            min(middle, middle if low is None else low), middle, max(middle, middle if high is None else high)
        )
    return found
