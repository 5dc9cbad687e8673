"""One model against accelerators: what `costlint models fit` asks, and everything there is to answer."""

from __future__ import annotations

from msgspec import Struct

from costlint.catalog import Catalog
from costlint.sizing.caching import FP8, keeps_fp8
from costlint.sizing.devices import Device, device
from costlint.sizing.engines import Engine
from costlint.sizing.first_token import FirstToken, first_token
from costlint.sizing.formats import kv_bytes, support, weight_format
from costlint.sizing.memory import Fit, Load, Placement, fit, placements, smallest
from costlint.sizing.models import Model
from costlint.sizing.throughput import Throughput, Traffic, throughput


class Answer(Struct, frozen=True):
    """How a model fits on one placement, what it gives there (None where that cannot be said), and the fewest devices
    of that kind that hold it in one machine (None if none do). `compact`: the fewest with an FP8 KV cache, where nobody
    said how it is kept, those devices can and they are fewer."""

    model: Model
    load: Load
    engine: Engine
    placement: Placement
    fit: Fit
    traffic: Traffic
    given: Throughput | None
    least: Placement | None
    first: FirstToken | None = None
    compact: Placement | None = None


def answer(
    model: Model,
    load: Load,
    engine: Engine,
    part: Device,
    count: int,
    traffic: Traffic,
    utilisation: float | None = None,
    tensor: int | None = None,
) -> Answer:
    """A model on `count` devices: split by heads as far as they divide, by layers beyond; or by a given `tensor`."""
    if tensor is not None:
        placement = Placement(part, tensor, max(count // tensor, 1))
    else:
        placement = placements(model, part, count)[0]
    held = fit(model, load, placement, engine, utilisation=utilisation)
    given = throughput(model, load, placement, engine, traffic) if held.fits else None
    first = first_token(model, load, placement, traffic) if held.fits else None
    least = smallest(model, load, part, engine)
    return Answer(
        model, load, engine, placement, held, traffic, given, least, first, _compact(model, load, part, engine, least)
    )


def everywhere(catalog: Catalog, model: Model, load: Load, engine: Engine, traffic: Traffic) -> list[Answer]:
    """The fewest of every accelerator that hold a model; those that run its format and are known well enough, in order
    of the memory they add up to."""
    found = []
    for accelerator in catalog.accelerators():
        form = load.form or weight_format(model.dtype)
        if accelerator.confidence == "low" or form is None or support(form, accelerator) is None:
            continue
        part = device(accelerator)
        least = smallest(model, load, part, engine)
        if least is not None:
            held = fit(model, load, least, engine)
            given = throughput(model, load, least, engine, traffic)
            first = first_token(model, load, least, traffic)
            found.append(Answer(model, load, engine, least, held, traffic, given, least, first))
    found.sort(key=lambda one: (one.placement.devices * one.placement.device.memory_gib, one.placement.device.name))
    return found


def _compact(model: Model, load: Load, part: Device, engine: Engine, least: Placement | None) -> Placement | None:
    if load.kv_bytes is not None or not keeps_fp8(model, engine, part.accelerator):
        return None
    found = smallest(model, load._replace(kv_bytes=kv_bytes(FP8)), part, engine)
    return found if found is not None and (least is None or found.devices < least.devices) else None
