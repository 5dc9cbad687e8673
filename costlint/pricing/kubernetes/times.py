"""How many hours a month the pods of a group run together: all the time, or as often as a job is run."""

from __future__ import annotations

from typing import NamedTuple

from costlint.clusters.workloads import PodGroup
from costlint.model import Money, Resource, is_unknown
from costlint.pricing.counts import Count
from costlint.pricing.estimating import Bill
from costlint.pricing.kubernetes.leftovers import left_behind
from costlint.pricing.kubernetes.schedules import runs_a_month
from costlint.pricing.quantities import at_most, product

_SECONDS = 3600
_RUN_LONG = ("Job", "CronJob", "ScaledJob.keda.sh")


class Running(NamedTuple):
    """Pod-hours a month, and what they rest on; `usage` if nobody declared how long they run."""

    hours: Money
    assumptions: tuple[str, ...] = ()
    usage: bool = False


def running(resource: Resource, group: PodGroup, count: Count, bill: Bill) -> Running:
    """The pod-hours of a group. Services and notebooks run all month; jobs run as often and as long as is assumed, but
    no longer than their deadline, as often as their schedule says, and all the time at most. Pods a job leaves behind
    stay for a while that is assumed as well. Raises UnknownValue."""
    if group.nature != "batch":
        return Running(count.number.times(bill.hours), (*count.assumptions, *by_convention(resource)))
    long = bill.assume("kubernetes.job.hours" if resource.type in _RUN_LONG else "kubernetes.training.hours")
    hours, basis = long.quantity, [str(long)]
    below = "spec.jobTemplate.spec" if resource.type == "CronJob" else "spec"
    deadline = resource.get(f"{below}.activeDeadlineSeconds")
    if isinstance(deadline, (int, float)) and deadline > 0:
        hours = at_most(hours, Money.exactly(deadline / _SECONDS))
    stays = left_behind(resource, group)
    if stays:
        idle = bill.assume("kubernetes.job.left-behind")
        hours, basis = hours + idle.quantity, [*basis, stays, str(idle)]
    runs, often = _runs(resource, bill)
    number = count.number
    completions = resource.get(f"{below}.completions")
    if resource.type in ("Job", "CronJob") and isinstance(completions, int) and completions > number.likely:
        number = Money.exactly(completions)
    busy = at_most(product(runs, hours), Money.exactly(bill.hours))
    return Running(product(number, busy), (*count.assumptions, *basis, *often), True)


def by_convention(resource: Resource) -> tuple[str, ...]:
    """What the bill of something rests on that is known by the values of a chart which is not here."""
    return ("told from the values alone: the chart is not here",) if resource.adapted else ()


def _runs(resource: Resource, bill: Bill) -> tuple[Money, tuple[str, ...]]:
    if resource.type == "CronJob":
        if resource.get("spec.suspend") is True:
            return Money.exactly(0.0), ("it is suspended",)
        schedule = resource.get("spec.schedule")
        if isinstance(schedule, str) and not is_unknown(schedule):
            often = runs_a_month(schedule)
            if often is not None:
                return Money.exactly(often), (f'its schedule "{schedule}" comes to {often:,.4g} runs a month',)
    often_assumed = bill.assume("kubernetes.job.runs")
    return often_assumed.quantity, (str(often_assumed),)
