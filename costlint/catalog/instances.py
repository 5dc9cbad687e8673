"""Instance types: their size once per provider, their price and offer per region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from costlint.catalog.facts import Arch, Shape
from costlint.catalog.sources import Source, priced
from costlint.catalog.tables import Shard, number, shard

_OFFERED = {"y": True, "n": False, "": None}


class Instances(Mapping[str, Shape]):
    """The shapes priced in one region, by name; a shape is built when asked for."""

    def __init__(self, data: Path, provider: str, region: str, sizes: Shard, sources: dict[str, Source]) -> None:
        self._provider = provider
        self._region = region
        self._sizes = sizes
        self._sources = sources
        self._prices = shard(data / provider / "instances", region)
        self._built: dict[str, Shape] = {}

    def __getitem__(self, name: str) -> Shape:
        shape = self._built.get(name)
        if shape is None:
            price = self._prices.get(name)
            if price is None:
                raise KeyError(name)
            shape = self._built[name] = self._build(name, price)
        return shape

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._prices.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._prices)

    def __len__(self) -> int:
        return len(self._prices)

    def _build(self, name: str, row: list[str]) -> Shape:
        on_demand, source, spot, spot_source, offered = row
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
            on_demand=priced(on_demand, "hour", self._sources[source]) if on_demand else None,
            spot=priced(spot, "hour", self._sources[spot_source]) if spot else None,
            offered=_OFFERED[offered],
        )
