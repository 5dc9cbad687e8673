"""Machines of Google Cloud with GPUs attached to them: N1 in every size, with as many of a GPU as it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import NamedTuple

from costlint.catalog import Catalog
from costlint.catalog.tables import DATA, records
from costlint.clusters.machines import Capacity, Machine, labels_of

_LABEL = "cloud.google.com/gke-accelerator"
_TAKES_GPUS = re.compile(r"n1-(?:standard|highmem|highcpu)-\d+")


class Attachable(NamedTuple):
    """How many of a GPU one machine takes, and the largest machine that takes so many. Memory in GiB."""

    model: str
    number: float
    most_vcpu: float
    most_memory_gib: float


def cheapest_with(
    models: Collection[str], region: str, catalog: Catalog, fits: Callable[[Capacity], bool]
) -> tuple[Machine, Capacity] | None:
    """The cheapest machine in a region with one of these GPUs attached that `fits`; None if none has a price."""
    found = [(hourly, machine.name, machine, held) for hourly, machine, held in _offers(models, region, catalog, fits)]
    return min(found)[2:] if found else None


def _offers(
    models: Collection[str], region: str, catalog: Catalog, fits: Callable[[Capacity], bool]
) -> Iterator[tuple[float, Machine, Capacity]]:
    for one in _attachable():
        label = next(iter(sorted(labels_of(one.model, _LABEL))), "") if one.model in models else ""
        gpu = catalog.price("gcp", region, f"compute-gpu.{label}-attached", "gpu-hour") if label else None
        if gpu is None:
            continue
        for shape in catalog.shapes("gcp", region).values():
            if not _TAKES_GPUS.fullmatch(shape.name) or shape.on_demand is None or shape.offered is False:
                continue
            held = Capacity(shape.vcpu, shape.memory_gib, one.model, one.number)
            if (shape.vcpu or 0) > one.most_vcpu or (shape.memory_gib or 0) > one.most_memory_gib or not fits(held):
                continue
            yield (
                shape.on_demand.amount + one.number * gpu.amount,
                Machine(shape.name, one.model, one.number),
                held,
            )


@cache
def _attachable() -> tuple[Attachable, ...]:
    rows = records(DATA / "kubernetes" / "attached_accelerators.csv")
    return tuple(
        Attachable(row["model"], float(row["number"]), float(row["most_vcpu"]), float(row["most_memory_gib"]))
        for row in rows
    )
