"""Recommendations as one HTML file: cost against throughput as a chart, everything in a table, the arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import structs

from costlint import __version__
from costlint.model.currency import shown_currency
from costlint.reports.amounts import converted, dollars
from costlint.reports.html import page
from costlint.reports.models import billions
from costlint.reports.size import asked, band, bought, machine, notes, today, weights_of, where
from costlint.reports.size_explain import arithmetic
from costlint.sizing.advisor import Option, pareto
from costlint.sizing.recommending import Recommendation
from costlint.sizing.sized import Sized

WIDTH, HEIGHT = 920.0, 440.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 76.0, 20.0, 16.0, 48.0
_STEPS = (1, 2, 5)
_DECADES = 3.5
_MOST = 200
"""Configurations a page shows: the cheapest, and all that are worth a look."""


class Tick(NamedTuple):
    """A line of the grid: where it is, and what stands at it."""

    at: float
    text: str


class Point(NamedTuple):
    """A configuration on the chart. `low` and `high` are where its band ends; `shown`: worth a look."""

    x: float
    y: float
    low: float
    high: float
    kind: str
    text: str
    shown: bool


class Chart(NamedTuple):
    """Points by price, the line through the best, and what the server has today (None if it is not known)."""

    points: tuple[Point, ...]
    line: str
    today: Point | None
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    kinds: tuple[str, ...]
    unit: str


class Row(NamedTuple):
    """A line of the table of configurations."""

    monthly: float
    amount: str
    where: str
    weights: str
    machine: str
    region: str
    bought: str
    gib: str
    requests: int
    speed: float
    speeds: str
    output: float
    outputs: str
    inputs: str
    best: bool


class Section(NamedTuple):
    """A model or server."""

    name: str
    model: str
    asked: str
    place: str
    today: str
    why: str
    chart: Chart | None
    rows: tuple[Row, ...]
    found: Recommendation | None
    notes: tuple[str, ...]
    arithmetic: tuple[str, ...]


def render(sized: Sequence[Sized]) -> str:
    """An HTML document without any outside resource."""
    return page(
        "size.html.j2",
        paths=list(dict.fromkeys(one.name for one in sized)),
        version=__version__,
        sections=[_section(one) for one in sized],
        currency=shown_currency().code,
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        top=_TOP,
        bottom=HEIGHT - _BOTTOM,
    )


def _section(one: Sized) -> Section:
    found = _thinned(one.found) if one.found else None
    model = found.demand.model if found else None
    left = len(one.found.options) - len(found.options) if one.found and found else 0
    return Section(
        name=one.name,
        model=f"{model.id}, {billions(model.parameters)} billion parameters, {model.dtype}" if model else "",
        asked=asked(found) if found else "",
        place=str(one.present.span) if one.present else "",
        today=today(one.present) if one.present else "",
        why=one.why or (found.why_none if found else ""),
        chart=_chart(one, found) if found and found.options else None,
        rows=tuple(_row(option, found) for option in found.options) if found else (),
        found=found,
        notes=(
            *([f"{left:,} dearer configurations are left out here; --format json has them"] if left else []),
            *notes(one),
        ),
        arithmetic=tuple(arithmetic(one, width=110)),
    )


def _thinned(found: Recommendation) -> Recommendation:
    kept = {id(option) for option in (*found.options[:_MOST], *found.shown)}
    return structs.replace(found, options=tuple(option for option in found.options if id(option) in kept))


def _chart(one: Sized, found: Recommendation) -> Chart:
    options = found.options
    now = one.present
    pace = now.assessment.given if now and now.assessment else None
    speeds = [speed for option in options for speed in _speeds(option)]
    costs = [converted(option.monthly) for option in options]
    is_known = now is not None and now.monthly is not None and pace is not None
    if is_known and now is not None and now.monthly is not None and pace is not None:
        speeds += [pace.low, pace.high]
        costs.append(converted(now.monthly))
    across, up = Scale(speeds, _LEFT, WIDTH - _RIGHT), Scale(costs, HEIGHT - _BOTTOM, _TOP)
    shown = {id(option) for option in found.shown}
    best = {id(option) for option in pareto(options)}
    points = tuple(
        Point(
            across.at(option.speed),
            up.at(converted(option.monthly)),
            across.at(_speeds(option)[0]),
            across.at(_speeds(option)[2]),
            option.shape.provider,
            _told(option, found),
            id(option) in shown,
        )
        for option in options
    )
    there = None
    if is_known and now is not None and now.monthly is not None and pace is not None:
        x, y = across.at(pace.answer), up.at(converted(now.monthly))
        there = Point(x, y, across.at(pace.low), across.at(pace.high), "today", f"today: {today(now)}", False)
    line = "M" + " L".join(
        f"{point.x} {point.y}" for point, option in zip(points, options, strict=True) if id(option) in best
    )
    kinds = tuple(dict.fromkeys(point.kind for point in points))
    unit = "tokens a second of one copy" if found.demand.model.generates else "TFLOPS of one copy"
    return Chart(
        points, line, there, across.ticks("{:,.0f}"), up.ticks(shown_currency().symbol + "{:,.0f}"), kinds, unit
    )


class Scale:
    """A logarithmic scale from a range of values to a range of the page."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        known = [value for value in values if value > 0] or [1.0]
        self._low, self._high = math.log10(min(known)) - 0.05, math.log10(max(known)) + 0.05
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        share = (math.log10(max(value, 1e-9)) - self._low) / (self._high - self._low)
        return round(self._start + min(max(share, 0.0), 1.0) * (self._end - self._start), 1)

    def ticks(self, form: str) -> tuple[Tick, ...]:
        """Lines at 1, 2 and 5 of every power of ten; only at 1 where there would be too many."""
        powers = range(math.floor(self._low), math.ceil(self._high) + 1)
        steps = _STEPS if self._high - self._low < _DECADES else (1,)
        values = (step * 10.0**power for power in powers for step in steps)
        return tuple(
            Tick(self.at(value), form.format(value)) for value in values if self._low <= math.log10(value) <= self._high
        )


def _speeds(option: Option) -> tuple[float, float, float]:
    given = option.given
    return (given.low, given.answer, given.high) if given else (option.speed, option.speed, option.speed)


def _told(option: Option, found: Recommendation) -> str:
    speed = (
        f"{option.given.answer:,.0f} tokens/s ({option.given.low:,.0f}–{option.given.high:,.0f})"
        if option.given
        else f"{option.speed:,.0f} TFLOPS"
    )
    unit = f"; {shown_currency().code} {band(option.cost.answer)} per million output tokens" if option.cost else ""
    held = option.fit
    return (
        f"{where(option)}, {weights_of(option, found)}: {dollars(option.monthly)} a month, {speed}{unit}; "
        f"{machine(option)} in {option.shape.region}, {bought(option)}; "
        f"{held.usable_gib - held.headroom_gib:.1f} of {held.usable_gib:.1f} GiB on each"
    )


def _row(option: Option, found: Recommendation) -> Row:
    held, given, cost = option.fit, option.given, option.cost
    return Row(
        monthly=option.monthly,
        amount=f"{'~' if option.price.inferred else ''}{dollars(option.monthly)}",
        where=where(option),
        weights=weights_of(option, found),
        machine=machine(option),
        region=option.shape.region,
        bought=bought(option),
        gib=f"{held.usable_gib - held.headroom_gib:.1f} of {held.usable_gib:.1f}",
        requests=held.concurrency or 0,
        speed=option.speed,
        speeds=f"{given.answer:,.0f} ({given.low:,.0f}–{given.high:,.0f})" if given else f"{option.speed:,.0f}",
        output=cost.answer.likely if cost else 0.0,
        outputs=band(cost.answer) if cost else "",
        inputs=band(cost.prompt) if cost else "",
        best=any(option is one for one in found.shown),
    )
