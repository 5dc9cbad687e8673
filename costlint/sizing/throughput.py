"""How many tokens a second a server gives: a roofline with measured coefficients and their error.

A decoding step reads the weights and the cached tokens (bandwidth) or multiplies (compute), whichever takes longer, and
costs a fixed time and, split over devices, what they tell each other. A prompt is multiplied through once. Coefficients
and error bands are fitted to published measurements by `benchmarks/accuracy.py` (`data/serving/throughput.csv`).
"""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from costlint.catalog import Accelerator
from costlint.sizing.engines import Engine, batch_defaults
from costlint.sizing.formats import GIB, Format, support, weight_format, weights_gib
from costlint.sizing.memory import Load, Placement, fit, request_bytes
from costlint.sizing.models import Model
from costlint.sizing.tables import rows

Group = Literal["dense", "mixture", "single", "prompt"]
"""Which coefficients: models without and with experts, many requests at a time; one request at a time; the prompts of
models without experts."""


class Traffic(NamedTuple):
    """Tokens of a usual request: prompt and answer."""

    prompt: int
    answer: int


class Coefficients(NamedTuple):
    """Shares of the nominal bandwidth and compute that are reached, seconds a step costs besides, and the range of
    measured ÷ computed over the published measurements (10th to 90th percentile)."""

    bandwidth: float
    compute: float
    step: float
    low: float = 1.0
    high: float = 1.0


class Throughput(NamedTuple):
    """Tokens per second of one copy of the model with `batch` requests at a time: answer and prompt tokens, the answer
    tokens as a band, and the seconds one request waits for its first token and between tokens."""

    answer: float
    prompt: float
    low: float
    high: float
    batch: int
    first_token: float
    per_token: float
    group: Group


class Terms(NamedTuple):
    """What a step takes, in seconds: `reading` weights and cache at `bandwidth` bytes/s or `multiplying` at `flops`,
    whichever is longer; `fixed` each time; `telling` the other devices. `prefill` is a prompt's. In bytes, `weights`
    and `cache` are what a step reads in all."""

    bandwidth: float
    flops: float
    weights: float
    cache: float
    reading: float
    multiplying: float
    fixed: float
    telling: float
    prefill: float

    @property
    def step(self) -> float:
        return max(self.reading, self.multiplying) + self.fixed + self.telling


def throughput(
    model: Model, load: Load, placement: Placement, engine: Engine, traffic: Traffic, batch: int | None = None
) -> Throughput | None:
    """What one copy of a model gives under full load; None where a figure of the accelerator or the model is missing,
    or it does not hold one such request. `batch` requests at a time instead of what memory and engine allow."""
    if batch is None:
        batch = _batch(model, load, placement, engine, traffic)
    if not batch:
        return None
    group: Group = "single" if batch == 1 else "mixture" if model.is_mixture else "dense"
    return computed(model, load, placement, traffic, batch, coefficients(group), group)


def computed(
    model: Model,
    load: Load,
    placement: Placement,
    traffic: Traffic,
    batch: int,
    known: Coefficients,
    group: Group,
) -> Throughput | None:
    """The roofline itself, with given coefficients."""
    found = terms(model, load, placement, traffic, batch, known)
    if found is None:
        return None
    answered = batch * traffic.answer / (traffic.answer * found.step + batch * found.prefill)
    return Throughput(
        answer=answered,
        prompt=answered * traffic.prompt / traffic.answer,
        low=answered * known.low,
        high=answered * known.high,
        batch=batch,
        first_token=found.prefill + found.step,
        per_token=found.step,
        group=group,
    )


def terms(
    model: Model, load: Load, placement: Placement, traffic: Traffic, batch: int, known: Coefficients
) -> Terms | None:
    """The parts of a decoding step, None where a figure is missing."""
    device, form = placement.device, load.form or weight_format(model.dtype)
    accelerator = device.accelerator
    flops, bandwidth = _flops(accelerator, form), accelerator.memory_bandwidth_gb_s
    held = _cached(model, load, traffic)
    if flops is None or bandwidth is None or held is None or form is None:
        return None
    split, stages = placement.tensor, placement.pipeline
    speed = flops * device.compute_share * 1e12 * known.compute * split
    reading = bandwidth * device.bandwidth_share * 1e9 * known.bandwidth * split
    each = max(batch / stages, 1.0)
    weights = weights_gib(model, load.form) * GIB * _read_share(model, each)
    # With pipeline stages every request passes all weights one after the other; the stages' caches are read at once.
    cache = batch * held / stages
    return Terms(
        bandwidth=reading,
        flops=speed,
        weights=weights,
        cache=cache,
        reading=(weights + cache) / reading,
        multiplying=2 * model.active_parameters * batch / speed,
        fixed=known.step,
        telling=_telling(model, placement, batch),
        prefill=2 * model.active_parameters * traffic.prompt / speed,
    )


def coefficients(group: Group) -> Coefficients:
    """The fitted coefficients of a group, with the band of its error."""
    return _coefficients()[group]


def _batch(model: Model, load: Load, placement: Placement, engine: Engine, traffic: Traffic) -> int:
    length = traffic.prompt + traffic.answer
    found = fit(model, load._replace(length=load.length or length, held=None), placement, engine)
    mean = _cached(model, load, traffic, placement)
    if not found.fits or not mean:
        return 0
    most = load.running or batch_defaults(engine, placement.device, length).sequences
    return max(1, min(most, int(found.room_gib * GIB / mean)))


def _cached(model: Model, load: Load, traffic: Traffic, placement: Placement | None = None) -> float | None:
    """Bytes of cache a request has on average while it is answered: the prompt and half the answer. In all, or per
    device of a placement."""
    tensor, pipeline = (placement.tensor, placement.pipeline) if placement else (1, 1)
    length = traffic.prompt + traffic.answer // 2 or 1
    return request_bytes(model, length, load.kv_bytes or 2.0, tensor, pipeline)


def _read_share(model: Model, requests: float) -> float:
    """The part of the weights a step reads: of a mixture, the experts that some request was sent to."""
    if not model.is_mixture or not model.experts or not model.experts_per_token or not model.active:
        return 1.0
    spare = model.experts - model.experts_per_token
    experts = (model.parameters - model.active) * model.experts / spare if spare else 0.0
    touched = 1 - float((1 - model.experts_per_token / model.experts) ** requests)
    return (model.parameters - experts * (1 - touched)) / model.parameters


def _flops(accelerator: Accelerator, form: Format | None) -> float | None:
    """TFLOPS in the format weights are computed with; 16-bit ones where it only stores them."""
    if form is None:
        return None
    found = support(form, accelerator)
    if found == "native":
        own = {"float8": accelerator.fp8_tflops, "int8": accelerator.int8_tops, "float4": accelerator.fp4_tflops}
        if form.family in own:
            return own[form.family]
    return accelerator.fp16_tflops if found in ("native", "weights") else None


def _telling(model: Model, placement: Placement, batch: int) -> float:
    """Seconds a step spends on sums over the tensor-parallel devices, twice a layer."""
    split = placement.tensor
    if split == 1 or not model.layers or not model.hidden:
        return 0.0
    speed, latency = _interconnect(placement.device.accelerator.model)
    sent = batch * model.hidden * 2 * 2 * (split - 1) / split
    return 2 * model.layers * (latency + sent / speed)


@cache
def _interconnect(accelerator: str) -> tuple[float, float]:
    known = {
        row["accelerator"]: (float(row["gb_s"]) * 1e9, float(row["latency_us"]) / 1e6) for row in rows("interconnects")
    }
    return known.get(accelerator, known["*"])


@cache
def _coefficients() -> dict[str, Coefficients]:
    return {
        row["group"]: Coefficients(
            float(row["bandwidth"]),
            float(row["compute"]),
            float(row["step_ms"]) / 1e3,
            float(row["low"]),
            float(row["high"]),
        )
        for row in rows("rooflines")
    }
