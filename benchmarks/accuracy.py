"""How far the throughput model is from published measurements; fits its coefficients when asked.

    python benchmarks/accuracy.py           prints the table, and writes it into docs/sizing.md
    python benchmarks/accuracy.py --fit     fits the coefficients anew into data/serving/rooflines.csv first

Every row is predicted with coefficients that were fitted without the rows of its model and accelerator, so the error is
that on machines and models the fit has not seen. Prompts have the coefficients of dense models, and the error of those
rows in which prompts take most of the time: too few for percentiles, so their range is that of all.
"""

from __future__ import annotations

import csv
import math
import statistics
import sys
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from costlint.catalog import Catalog
from costlint.sizing.devices import device
from costlint.sizing.engines import engine_defaults
from costlint.sizing.formats import weight_format
from costlint.sizing.memory import Load, Placement, fit
from costlint.sizing.models import Model, Models
from costlint.sizing.tables import SERVING, rows
from costlint.sizing.throughput import Coefficients, Group, Traffic, coefficients, computed, terms

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "sizing.md"
GROUPS: tuple[Group, ...] = ("dense", "mixture", "single")
BEGIN, END = "<!-- accuracy: written by benchmarks/accuracy.py -->", "<!-- /accuracy -->"
MOST_REQUESTS = 2048
MOST_OF_THE_TIME = 0.75
_STEPS = [0.0, 0.001, 0.002, 0.004, 0.006, 0.008, 0.012, 0.016, 0.024, 0.032]
DATE = "2026-11-22"


class Point(NamedTuple):
    """One measurement: what was run, and tokens per second."""

    model: Model
    load: Load
    placement: Placement
    traffic: Traffic
    batch: int
    measured: float
    group: Group

    @property
    def family(self) -> tuple[str, str]:
        return self.model.id, self.placement.device.name


class Error(NamedTuple):
    """Measured ÷ predicted over a group: median, 10th and 90th percentile, share within a factor of two; median and
    90th percentile of the error as a factor."""

    count: int
    median: float
    low: float
    high: float
    twice: float
    typical: float
    large: float


def points() -> list[Point]:
    """The published measurements."""
    models, catalog, engine = Models(), Catalog(), engine_defaults("tensorrt-llm")
    found = []
    for row in rows("throughput"):
        model, accelerator = models[row["model"]], catalog.accelerator(row["accelerator"])
        if accelerator is None:
            continue
        form = weight_format(row["weights"])
        load = Load(form, 1.0 if row["weights"] in ("fp8", "nvfp4") else None)
        count = int(row["count"])
        tensor = 1 if row["split"] == "layers" else count
        place = Placement(device(accelerator), tensor, count // tensor)
        traffic = Traffic(int(row["input"]), int(row["output"]))
        batch = int(row["batch"] or 0)
        if not batch:
            room = fit(model, load._replace(length=sum(traffic)), place, engine)
            batch = min(
                MOST_REQUESTS, int((room.concurrency or 1) * sum(traffic) / (traffic.prompt + traffic.answer * 0.6))
            )
        group: Group = "single" if batch == 1 else "mixture" if model.is_mixture else "dense"
        found.append(Point(model, load, place, traffic, batch, float(row["tokens_per_second"]), group))
    return found


def fitted(group: Group, known: Sequence[Point]) -> Coefficients:
    """The coefficients with the least mean absolute logarithm of measured ÷ predicted: a coarse search, then a fine one
    around what it found."""

    def off(each: Coefficients) -> float:
        return statistics.fmean(abs(math.log(ratio)) for ratio in _ratios(known, each))

    tenths = [step / 10 for step in range(2, 10)]
    compute = [0.5] if group == "single" else tenths
    best = min(map(Coefficients._make, product(tenths, compute, _STEPS, [1.0], [1.0])), key=off)
    near = [-0.05, 0.0, 0.05]
    at = _STEPS.index(best.step)
    tried = product(
        [best.bandwidth + change for change in near],
        [best.compute + change for change in near] if group != "single" else [0.5],
        _STEPS[max(at - 1, 0) : at + 2],
    )
    return min((Coefficients(round(one, 2), round(two, 2), step) for one, two, step in tried), key=off)


def held_out(group: Group, known: Sequence[Point]) -> list[float]:
    """Measured ÷ predicted of every row, predicted without its model and accelerator."""
    return [ratio for _, ratio in _held_out(group, known)]


def error(ratios: Sequence[float]) -> Error:
    """What the ratios say."""
    ordered, factors = sorted(ratios), sorted(math.exp(abs(math.log(ratio))) for ratio in ratios)
    return Error(
        len(ordered),
        statistics.median(ordered),
        _percentile(ordered, 0.1),
        _percentile(ordered, 0.9),
        sum(factor <= 2 for factor in factors) / len(factors),
        statistics.median(factors),
        _percentile(factors, 0.9),
    )


def table(errors: Iterable[tuple[Group, Error]]) -> str:
    """The table of the documentation."""
    names = {
        "dense": "dense, many requests",
        "mixture": "mixture of experts, many requests",
        "single": "one request at a time",
        "prompt": "prompts, dense (all of them in the range)",
    }
    lines = [
        "| | measurements | measured ÷ predicted, median | 10 % to 90 % | within 2× | median error | 90 % error |",
        "|---|---|---|---|---|---|---|",
    ]
    for group, found in errors:
        lines.append(
            f"| {names[group]} | {found.count} | {found.median:.2f} | {found.low:.2f}–{found.high:.2f} "
            f"| {found.twice:.0%} | {found.typical:.2f}× | {found.large:.2f}× |"
        )
    return "\n".join(lines)


def measured() -> list[tuple[Group, Error]]:
    """The error of every group on rows its coefficients were not fitted to."""
    known = points()
    found = [(group, error(held_out(group, [point for point in known if point.group == group]))) for group in GROUPS]
    ratios = [ratio for point, ratio in _held_out("dense", known) if of_prompts(point)]
    return [*found, ("prompt", error(ratios)._replace(low=min(ratios), high=max(ratios)))]


def of_prompts(point: Point) -> bool:
    """Whether prompts take most of the time of a measurement."""
    found = terms(point.model, point.load, point.placement, point.traffic, point.batch, coefficients(point.group))
    if found is None:
        return False
    prompts, answers = point.batch * found.prefill, point.traffic.answer * found.step
    return prompts >= MOST_OF_THE_TIME * (prompts + answers)


def main(arguments: Sequence[str]) -> int:
    errors = measured()
    if "--fit" in arguments:
        _write(errors)
    print(table(errors))
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{table(errors)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


def _write(errors: Iterable[tuple[Group, Error]]) -> None:
    known = points()
    with (SERVING / "rooflines.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["group", "bandwidth", "compute", "step_ms", "low", "high", "rows", "fitted"])
        for group, found in errors:
            like: Group = "dense" if group == "prompt" else group
            best = fitted(like, [point for point in known if point.group == like])
            shown = (best.bandwidth, best.compute, best.step * 1e3, round(found.low, 2), round(found.high, 2))
            writer.writerow([group, *(f"{value:g}" for value in shown), found.count, DATE])


def _held_out(group: Group, known: Sequence[Point]) -> list[tuple[Point, float]]:
    found: list[tuple[Point, float]] = []
    rows_of = [point for point in known if point.group == group]
    for family in dict.fromkeys(point.family for point in rows_of):
        others = [point for point in rows_of if point.family != family]
        own = [point for point in rows_of if point.family == family]
        found += zip(own, _ratios(own, fitted(group, others or own)), strict=True)
    return found


def _ratios(known: Iterable[Point], each: Coefficients) -> list[float]:
    ratios = []
    for point in known:
        found = computed(point.model, point.load, point.placement, point.traffic, point.batch, each, point.group)
        if found is not None:
            ratios.append(point.measured / found.answer)
    return ratios


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[round(share * (len(ordered) - 1))]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
