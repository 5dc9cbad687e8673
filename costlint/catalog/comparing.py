"""The cheapest machines for a need, over providers and regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from costlint.catalog.catalog import Catalog
from costlint.catalog.facts import Price, Shape
from costlint.catalog.quotes import commitments_for, committed, terms
from costlint.catalog.whereabouts import regions_called

Term = Literal["1y", "3y"]


class Need(NamedTuple):
    """What a machine must hold: `gpus` accelerators of one of `models` with `gpu_memory` GiB each, `vcpus`, `memory`
    GiB. Bought on demand, as spot, or with a commitment. `regions` are names, globs, countries or continents, empty for
    all."""

    models: tuple[str, ...] = ()
    gpus: float = 0
    gpu_memory: float = 0
    vcpus: float = 0
    memory: float = 0
    arch: str = ""
    regions: tuple[str, ...] = ()
    spot: bool = False
    term: Term | None = None


class Offer(NamedTuple):
    """A machine that meets the need, in one region, at USD/hour. `bought`: "on-demand", "spot", "cud 1y, monthly"."""

    shape: Shape
    price: Price
    bought: str

    @property
    def per_gpu(self) -> float | None:
        """USD per accelerator and hour; None for machines without."""
        return self.price.amount / self.shape.gpu_count if self.shape.gpu_count else None

    @property
    def vram(self) -> float | None:
        """GiB of all accelerators together."""
        if not self.shape.gpu_count or self.shape.gpu_memory_gib is None:
            return None
        return self.shape.gpu_count * self.shape.gpu_memory_gib


class Comparison(NamedTuple):
    """`offers`, cheapest first; `unpriced` is how many machines would do and have no price of the kind asked for."""

    offers: list[Offer]
    unpriced: int


def compare(catalog: Catalog, need: Need, providers: Sequence[str]) -> Comparison:
    """Every machine that meets the need and is not known to be missing from its region. Equal prices are in order of
    provider, name and region."""
    offers, unpriced = [], 0
    for provider in providers:
        for shape in _meeting(catalog, provider, need):
            bought = _bought(catalog, shape, need)
            if bought is None:
                unpriced += 1
            else:
                offers.append(Offer(shape, *bought))
    offers.sort(key=lambda one: (round(one.price.amount, 9), one.shape.provider, one.shape.name, one.shape.region))
    return Comparison(offers, unpriced)


def models_called(catalog: Catalog, text: str) -> tuple[str, ...]:
    """The accelerators a name means: "h100" is H100, "A100" both its sizes; () for an unknown one."""
    wanted = text.lower().removeprefix("nvidia-").removeprefix("tesla-")
    known = [one.model for one in catalog.accelerators()]
    exact = [model for model in known if model.lower() == wanted]
    return tuple(exact or [model for model in known if model.lower().startswith(f"{wanted}-")])


def _meeting(catalog: Catalog, provider: str, need: Need) -> Iterator[Shape]:
    sizes = {name: size for name, size in catalog.sizes(provider).items() if _enough(size, need)}
    for region in regions_called(catalog, provider, need.regions):
        shapes = catalog.shapes(provider, region)
        for name in sizes:
            shape = shapes.get(name)
            if shape is not None and shape.offered is not False and need.arch in ("", shape.arch):
                yield shape


def _enough(size: Sequence[str], need: Need) -> bool:
    vcpu, memory, gpus, model, gpu_memory, _ = size
    least = ((vcpu, need.vcpus), (memory, need.memory), (gpus, need.gpus), (gpu_memory, need.gpu_memory))
    if any(wanted and (not has or float(has) < wanted) for has, wanted in least):
        return False
    return model in need.models if need.models else bool(need.gpus or need.gpu_memory) or not float(gpus or 0)


def _bought(catalog: Catalog, shape: Shape, need: Need) -> tuple[Price, str] | None:
    if need.spot:
        return (shape.spot, "spot") if shape.spot is not None else None
    if need.term is None or shape.on_demand is None:
        return (shape.on_demand, "on-demand") if shape.on_demand is not None and need.term is None else None
    known = commitments_for(catalog, shape.provider, shape.region, shape.name)
    best = max((one for one in known if one.term == need.term), key=lambda one: one.percent, default=None)
    return None if best is None else (committed(shape.on_demand, best), terms(best))
