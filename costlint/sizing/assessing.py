"""A server as its manifest describes it, sized: what is written, the engine's defaults where nothing is, and whether it
fits on the accelerators it gets."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from msgspec import Struct, structs

from costlint.catalog import Accelerator
from costlint.model import Unknown, UnknownValue
from costlint.sizing.beside import Beside, beside
from costlint.sizing.devices import Device, device, sliced
from costlint.sizing.engines import Engine, engine_defaults
from costlint.sizing.formats import Format, kv_bytes, weight_format
from costlint.sizing.memory import Fit, Load, Placement, fit
from costlint.sizing.models import Model
from costlint.sizing.names import Named, Names, quantised
from costlint.sizing.server import Said, Server
from costlint.sizing.throughput import Throughput, Traffic, throughput

T = TypeVar("T")

_AUTO = ("auto", "none", "")


class Wanted(NamedTuple):
    """What a server is to run, on whatever accelerators: the model, what it holds, the engine with its defaults."""

    named: Named
    load: Load
    engine: Engine


class Assessment(Struct, frozen=True):
    """A server on its accelerators. `asked` devices are requested for one replica, `used` are those its `copies` copies
    of the model are spread over. `fit` and `given` (None where it does not fit, or cannot be said) are of one copy.
    `beside` is held beside the model; where some of that is not counted, the answer has low confidence, and only that
    it does not fit is sure."""

    server: Server
    named: Named
    load: Load
    engine: Engine
    placement: Placement
    copies: int
    asked: float
    fit: Fit
    given: Throughput | None
    beside: Beside = Beside()

    @property
    def model(self) -> Model:
        """The model, in the format its name says."""
        return quantised(self.named)

    @property
    def used(self) -> int:
        return self.placement.devices * self.copies

    @property
    def idle(self) -> float:
        """Devices that are paid for and that nothing runs on."""
        return max(self.asked - self.used, 0.0)


def assess(server: Server, accelerator: Accelerator, names: Names, traffic: Traffic) -> Assessment:
    """A server on accelerators of a kind. Raises UnknownValue where something it depends on is written in a way that
    cannot be told, or not at all: the model, the engine, how many devices there are, a format nobody knows."""
    named, load, engine = _run(server, names)
    part = _part(server, accelerator)
    asked = _needed(server.gpus, "how many accelerators a pod asks for") * (_told(server.pods, "its pods") or 1)
    copies = _told(server.data_parallel, "how many copies a replica runs") or 1
    placement = _placement(server, engine, part, asked, copies)
    model = quantised(named)
    more = beside(server, model, names, placement.tensor)
    held = fit_as_told(server, model, load, placement, engine, more.gib)
    if more.uncounted:
        held = structs.replace(held, confidence="low")
    given = throughput(model, load, placement, engine, traffic) if held.fits else None
    return Assessment(server, named, load, engine, placement, copies, asked, held, given, more)


def fit_as_told(
    server: Server, model: Model, load: Load, placement: Placement, engine: Engine, beside_gib: float = 0.0
) -> Fit:
    """Whether a model fits where memory is used as a server is told to use it. Raises UnknownValue."""
    return fit(
        model,
        load,
        placement,
        engine,
        utilisation=_told(server.memory_utilisation, "the share of memory it may use"),
        cpu_offload_gib=_told(server.cpu_offload_gib, "the weights kept on the host") or 0.0,
        kv_cache_gib=_told(server.kv_cache_gib, "the size of its KV cache"),
        beside_gib=beside_gib,
    )


def wanted(server: Server, names: Names) -> Wanted:
    """What a server runs as far as its accelerators do not matter. Raises UnknownValue as `assess` does, and where it
    guesses ahead with a draft model."""
    found = _run(server, names)
    if _told(server.draft_model, "whether a draft model guesses ahead") is not None:
        raise UnknownValue("what a draft model adds")
    return found


def _run(server: Server, names: Names) -> Wanted:
    named = _model(server, names)
    if server.engine is None:
        raise UnknownValue("the engine that serves the model")
    tag = server.tag if isinstance(server.tag, str) else None
    if (
        tag is None
        and isinstance(server.tag, Unknown)
        and _told(server.memory_utilisation, "the share of memory it may use") is None
    ):
        raise UnknownValue("the version of the engine")
    engine = engine_defaults(server.engine, tag)
    load = Load(
        form=_format(server, named),
        kv_bytes=_cache_bytes(server),
        length=_told(server.max_length, "the longest request"),
        running=_told(server.max_sequences, "how many requests run at a time"),
        batched_tokens=_told(server.max_batched_tokens, "how many tokens are prefilled at a time"),
    )
    return Wanted(named, load, engine)


def _model(server: Server, names: Names) -> Named:
    written = _needed(server.model, "the model")
    named = names.find(written)
    if named is None:
        raise UnknownValue(f"the size of {written}")
    return named


def _part(server: Server, accelerator: Accelerator) -> Device:
    asked_by = _told(server.device, "what the accelerators are asked by") or ""
    if "/mig-" not in asked_by:
        return device(accelerator)
    part = sliced(accelerator, asked_by)
    if part is None:
        raise UnknownValue(f"the size of {asked_by} on {accelerator.model}")
    return part


def _placement(server: Server, engine: Engine, part: Device, asked: float, copies: int) -> Placement:
    tensor = _told(server.tensor_parallel, "tensor parallelism")
    pipeline = _told(server.pipeline_parallel, "pipeline parallelism")
    each = max(int(asked // copies), 1)
    if tensor is None and pipeline is None and engine.spreads:
        return Placement(part, each, 1) if engine.spreads == "tensor" else Placement(part, 1, each)
    return Placement(part, tensor or 1, pipeline or 1)


def _format(server: Server, named: Named) -> Format | None:
    """The weights' format: what the model's name says goes before a flag, which then only confirms it; of a model that
    is published quantised, the precision says how it is computed, not how it is stored."""
    native = weight_format(named.model.dtype)
    if named.quantisation or (native is not None and native.bits < 16):
        return None
    for written, what in ((server.quantisation, "how weights are quantised"), (server.precision, "their precision")):
        said = _told(written, what)
        if said is None or said.lower() in _AUTO:
            continue
        form = weight_format(said)
        if form is None:
            raise UnknownValue(f"the format {said}")
        return form
    return None


def _cache_bytes(server: Server) -> float | None:
    said = _told(server.kv_dtype, "the format of the KV cache")
    if said is None or said.lower() in _AUTO:
        return None
    size = kv_bytes(said)
    if size is None:
        raise UnknownValue(f"the size of {said} in a KV cache")
    return size


def _told(value: Said[T], what: str) -> T | None:
    if isinstance(value, Unknown):
        raise UnknownValue(what)
    return value


def _needed(value: Said[T], what: str) -> T:
    told = _told(value, what)
    if told is None:
        raise UnknownValue(what)
    return told
