"""Instance types: their size once per provider, their price and offer per region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from costlint.catalog.facts import Arch, Price, Shape
from costlint.catalog.sources import Source, priced
from costlint.catalog.tables import Shard, number, shard
from costlint.catalog.updates import Updates, newest

_OFFERED = {"y": True, "n": False, "": None}
_NO_ROW = [""] * 5


class Instances(Mapping[str, Shape]):
    """The shapes priced in one region, by name; a shape is built when asked for."""

    def __init__(
        self, data: Path, provider: str, region: str, sizes: Shard, sources: dict[str, Source], updates: Updates
    ) -> None:
        self._provider = provider
        self._region = region
        self._sizes = sizes
        self._sources = sources
        self._prices = shard(data / provider / "instances", region)
        self._updates = updates
        self._updated = updates.shard("instances", region)
        self._built: dict[str, Shape] = {}

    def __getitem__(self, name: str) -> Shape:
        shape = self._built.get(name)
        if shape is None:
            if name not in self:
                raise KeyError(name)
            shape = self._built[name] = self._build(name)
        return shape

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (self._prices.get(name) or self._updated.get(name)) is not None

    def __iter__(self) -> Iterator[str]:
        yield from self._prices
        yield from (name for name in self._updated if self._prices.get(name) is None)

    def __len__(self) -> int:
        return len(self._prices) + sum(1 for name in self._updated if self._prices.get(name) is None)

    def _build(self, name: str) -> Shape:
        row = self._prices.get(name) or _NO_ROW
        on_demand, spot = _amounts(row, self._sources)
        updated = self._updated.get(name)
        if updated is not None:
            on_demand, spot = map(newest, (on_demand, spot), _amounts(updated, self._updates.sources))
        vcpu, memory, gpus, gpu, gpu_memory, arm = self._sizes.get(name) or [""] * 6
        arch: Arch = "arm64" if arm else "x86_64"
        return Shape(
            provider=self._provider,
            region=self._region,
            name=name,
            vcpu=number(vcpu),
            memory_gib=number(memory),
            gpu_count=number(gpus),
            gpu_model=gpu,
            gpu_memory_gib=number(gpu_memory),
            arch=arch,
            on_demand=on_demand,
            spot=spot,
            offered=_OFFERED[row[4]],
        )


def _amounts(row: list[str], sources: dict[str, Source]) -> tuple[Price | None, Price | None]:
    """On-demand and spot of a row."""
    on_demand, source, spot, spot_source, _ = row
    return (
        priced(on_demand, "hour", sources[source]) if on_demand else None,
        priced(spot, "hour", sources[spot_source]) if spot else None,
    )
