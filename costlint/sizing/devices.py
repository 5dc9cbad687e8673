"""Accelerators as an engine sees them: whole ones and MIG slices, with the memory CUDA reports."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from costlint.catalog import Accelerator
from costlint.sizing.tables import constant, rows

_MIG = re.compile(r"(?:nvidia\.com/)?(?:mig-)?(\d+g\.\d+gb)(?:[.+-]me(?:\.all)?)?", re.IGNORECASE)


class Device(NamedTuple):
    """One accelerator or a slice of one: GiB that programs see, and which parts of the whole it has."""

    accelerator: Accelerator
    memory_gib: float
    profile: str = ""
    bandwidth_share: float = 1.0
    compute_share: float = 1.0

    @property
    def name(self) -> str:
        return f"{self.accelerator.model} {self.profile}" if self.profile else self.accelerator.model


class Slice(NamedTuple):
    """A MIG profile: memory, its parts of the memory's bandwidth and of the multiprocessors, and how many there are."""

    profile: str
    memory_gib: float
    bandwidth_share: float
    compute_share: float
    most: int


def device(accelerator: Accelerator, share: float = 1.0) -> Device:
    """A whole accelerator, or a `share` of one by a hypervisor (vGPU, NVadsA10)."""
    return Device(accelerator, usable_gib(accelerator) * share, "", share, share)


def sliced(accelerator: Accelerator, profile: str) -> Device | None:
    """A MIG slice ("1g.10gb", "nvidia.com/mig-3g.40gb") of an accelerator, None if it has no such profile."""
    found = _MIG.fullmatch(profile)
    for one in slices(accelerator.model) if found else ():
        if found and one.profile == found.group(1).lower():
            return Device(accelerator, one.memory_gib, one.profile, one.bandwidth_share, one.compute_share)
    return None


def slices(model: str) -> tuple[Slice, ...]:
    """The MIG profiles of an accelerator, smallest first; none if it cannot be partitioned.

    Source: docs.nvidia.com/datacenter/tesla/mig-user-guide.
    """
    return _slices().get(model, ())


def usable_gib(accelerator: Accelerator) -> float:
    """GiB a program sees: what CUDA has reported, else what the driver leaves, else a cautious share of the nominal."""
    seen = _seen().get(accelerator.model)
    if seen is not None:
        return seen
    careful = accelerator.memory_gib * constant("memory.unstated-share")
    return min(accelerator.usable_memory_gib or careful, careful)


@cache
def _seen() -> dict[str, float]:
    return {row["accelerator"]: float(row["total_gib"]) for row in rows("device_memory")}


@cache
def _slices() -> dict[str, tuple[Slice, ...]]:
    found: dict[str, tuple[Slice, ...]] = {}
    for row in rows("mig"):
        whole = max(int(other["memory_parts"]) for other in rows("mig") if other["accelerator"] == row["accelerator"])
        one = Slice(
            row["profile"],
            float(row["memory_gib"]),
            int(row["memory_parts"]) / whole,
            int(row["compute_parts"]) / int(row["parts"]),
            int(row["most"]),
        )
        found[row["accelerator"]] = (*found.get(row["accelerator"], ()), one)
    return found
