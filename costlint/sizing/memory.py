"""How much accelerator memory a model needs, and whether it fits.

Per device: weights / (tensor × pipeline) × factor + activations and runtime + KV cache ≤ utilisation × memory, the
form of KAITO's estimator (presets/workspace/generator/model-sku-calculation.md @056b828), with each engine's own
utilisation, activations by the tokens it prefills at a time (vLLM issue 10517), and the KV cache as vLLM lays it out
(v1/kv_cache_interface.py, 0.33.0).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from costlint.sizing.devices import Device
from costlint.sizing.engines import Engine, batch_defaults
from costlint.sizing.formats import GIB, Format, support, weight_format, weights_gib
from costlint.sizing.models import Model
from costlint.sizing.tables import constant


class Load(NamedTuple):
    """What a server is to hold: the weights' format (None: the model's own), bytes of a number in the KV cache (None:
    those of the weights at 16 bits), tokens of one request, requests it must hold at the full length (None:
    one), requests it runs and tokens it prefills at a time at most (None: the engine's defaults)."""

    form: Format | None = None
    kv_bytes: float | None = None
    length: int | None = None
    held: int | None = None
    running: int | None = None
    batched_tokens: int | None = None


class Placement(NamedTuple):
    """Devices one copy of the model is spread over: `tensor` × `pipeline` of them."""

    device: Device
    tensor: int = 1
    pipeline: int = 1

    @property
    def devices(self) -> int:
        return self.tensor * self.pipeline


class Fit(Struct, frozen=True):
    """The answer, GiB per device.

    `fits` None: it cannot be told, and `reasons` say why; `close`: the answer is nearer to the limit than the estimate
    is good. `request_gib` is the KV cache of one request of the full `length`; `room_gib` what is left for the cache;
    `concurrency` how many such requests it holds at a time (0 if not one, None where nothing is kept or known).
    `spills`: what does not fit would run on the CPU.
    """

    fits: bool | None
    close: bool
    usable_gib: float
    weights_gib: float
    overhead_gib: float
    request_gib: float | None
    room_gib: float
    headroom_gib: float
    length: int | None
    concurrency: int | None
    confidence: Literal["low", "medium", "high"]
    spills: bool = False
    reasons: tuple[str, ...] = ()


def kv_bytes_per_token(model: Model, size: float = 2.0, tensor: int = 1, pipeline: int = 1) -> float | None:
    """Bytes of KV cache that one more token takes on each device while no window is full; None where it is unknown.

    Heads are split over tensor-parallel devices down to one each; the vector of MLA is kept by every device.
    """
    layer = _layer_bytes(model, size, tensor)
    if layer is None:
        return None
    return layer * ((model.full_layers or 0) + model.sliding_layers) / pipeline


def request_bytes(model: Model, length: int, size: float = 2.0, tensor: int = 1, pipeline: int = 1) -> float | None:
    """Bytes of KV cache per device of one request of `length` tokens; layers with a window keep no more than that."""
    layer = _layer_bytes(model, size, tensor)
    if layer is None:
        return None
    windowed = min(length, model.window) if model.window else length
    return layer * ((model.full_layers or 0) * length + model.sliding_layers * windowed) / pipeline


def fit(
    model: Model,
    load: Load,
    placement: Placement,
    engine: Engine,
    *,
    utilisation: float | None = None,
    cpu_offload_gib: float = 0.0,
    kv_cache_gib: float | None = None,
    beside_gib: float = 0.0,
) -> Fit:
    """Whether a model fits on devices, with at least one request of the full length (`load.held` if given).

    `utilisation`, `cpu_offload_gib` and `kv_cache_gib` (both per device) go before the engine's defaults;
    `beside_gib` is what each device holds beside the model.
    """
    device, split = placement.device, placement.devices
    length = load.length or engine.length or model.max_length
    usable = device.memory_gib * (engine.utilisation if utilisation is None else utilisation)
    raw = weights_gib(model, load.form)
    weights = max(raw * engine.weights_factor / split - cpu_offload_gib, 0.0)
    overhead = engine.overhead_gib + beside_gib + _activations_gib(model, load, placement, engine, length or 0)
    room = max(usable - weights - overhead, 0.0) * engine.kv_share
    if kv_cache_gib is not None:
        room = min(room, kv_cache_gib)
    request = _request_gib(model, load, length, placement)
    needed = weights + overhead + (request or 0.0) * (load.held or 1) / engine.kv_share
    reasons = _refusals(model, load.form, placement, engine)
    fits: bool | None = needed <= usable and not reasons
    if request is not None and kv_cache_gib is not None and request * (load.held or 1) > kv_cache_gib:
        fits = False
        reasons.append("the KV cache that is set holds no request of this length")
    if fits and model.generates and request is None:
        fits = None
        reasons.append(f"nothing says what {model.id} keeps of each token" if length else "no length is known")
    slack = usable - needed
    return Fit(
        fits=fits,
        close=not reasons and abs(slack) < constant("memory.doubt-share") * usable,
        usable_gib=usable,
        weights_gib=weights,
        overhead_gib=overhead,
        request_gib=request,
        room_gib=room,
        headroom_gib=slack,
        length=length,
        concurrency=int(room / request) if request else None,
        confidence=model.confidence,
        spills=engine.spills and needed > usable,
        reasons=tuple(reasons),
    )


def divides(model: Model, tensor: int) -> bool:
    """True if attention heads can be split over so many devices (vLLM and others refuse what does not divide)."""
    return tensor == 1 or model.heads is None or model.heads % tensor == 0


def smallest(model: Model, load: Load, device: Device, engine: Engine) -> Placement | None:
    """The fewest devices of a kind, up to eight in one machine, that hold the model: split by heads in powers of two
    where they divide, else by layers. None if no number does, or nobody can tell."""
    for count in (1, 2, 4, 8):
        for placement in placements(model, device, count):
            if fit(model, load, placement, engine).fits:
                return placement
    return None


def placements(model: Model, device: Device, count: int) -> tuple[Placement, ...]:
    """The ways to spread a model over so many devices, tensor parallelism first."""
    ways = []
    tensor = count
    while tensor >= 1:
        if count % tensor == 0 and divides(model, tensor):
            ways.append(Placement(device, tensor, count // tensor))
        tensor //= 2
    return tuple(ways)


def _layer_bytes(model: Model, size: float, tensor: int) -> float | None:
    if not model.generates or model.cache == "none":
        return None
    if model.cache == "latent" and model.latent_rank:
        return (model.latent_rank + (model.latent_rope or 0)) * size
    if model.cache != "heads" or not model.kv_heads or not model.head_dim or model.full_layers is None:
        return None
    return 2 * max(model.kv_heads / tensor, 1.0) * model.head_dim * size


def _request_gib(model: Model, load: Load, length: int | None, placement: Placement) -> float | None:
    if length is None:
        return None
    native = 4.0 if load.form is not None and load.form.name == "fp32" else 2.0
    size = request_bytes(model, length, load.kv_bytes or native, placement.tensor, placement.pipeline)
    return None if size is None else size / GIB


def _activations_gib(model: Model, load: Load, placement: Placement, engine: Engine, length: int) -> float:
    """Of the tokens prefilled at a time, and the logits of the requests that run at a time."""
    batch = batch_defaults(engine, placement.device, length)
    sequences, tokens = load.running or batch.sequences, load.batched_tokens or batch.tokens
    prefill = tokens * (model.hidden or 0) * constant("memory.activation-bytes")
    logits = sequences * (model.vocabulary or 0) * constant("memory.logits-bytes") if model.generates else 0.0
    return (prefill + logits) / placement.tensor / GIB


def _refusals(model: Model, form: Format | None, placement: Placement, engine: Engine) -> list[str]:
    accelerator = placement.device.accelerator
    found = []
    if not divides(model, placement.tensor):
        found.append(f"{model.heads} attention heads do not divide by {placement.tensor}")
    if placement.device.profile and placement.devices > 1:
        found.append("a model cannot be spread over MIG slices")
    form = form or weight_format(model.dtype)
    casts = engine.casts and form is not None and form.bits == 16
    if form is not None and not casts and support(form, accelerator) == "no":
        found.append(f"{accelerator.model} ({accelerator.architecture}) does not run {form.name}")
    return found
