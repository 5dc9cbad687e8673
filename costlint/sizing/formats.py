"""Number formats of weights and KV cache: their size, and on which accelerators they run."""

from __future__ import annotations

from functools import cache
from typing import Literal, NamedTuple

from costlint.catalog import Accelerator
from costlint.sizing.models import Model
from costlint.sizing.tables import rows

GIB = float(1 << 30)
Support = Literal["native", "weights", "no"]
"""`weights`: they load, and are computed with at 16 bits."""


class Format(NamedTuple):
    """How weights are stored. `bits` of each, with its share of the scales; `whole`: of all of them, else of all but
    the token table and the output head, which stay at 16 bits. Compute capability it loads at `least` with, and is
    computed in from `native` on (99: never). `amd` the same for AMD."""

    name: str
    bits: float
    whole: bool
    family: str
    least: float
    native: float
    amd: Support


def weight_format(written: str) -> Format | None:
    """The format a flag, a file name or a config.json names ("w4a16", "Q4_K_M", "bfloat16"), None if none is known."""
    return _formats().get(written.strip().lower().replace(" ", ""))


def formats() -> tuple[Format, ...]:
    """Every format once."""
    return tuple(dict.fromkeys(_formats().values()))


def kv_bytes(written: str) -> float | None:
    """Bytes of one number in a KV cache of this format ("fp8_e5m2"), None if none is known."""
    return _kv_formats().get(written.strip().lower())


def cache_formats(engine: str) -> tuple[str, ...]:
    """The formats below 16 bits an engine keeps a KV cache in when it is told to."""
    return tuple(row["format"] for row in rows("kv_formats") if engine in row["engines"].split())


def weights_gib(model: Model, form: Format | None = None) -> float:
    """GiB of a model's weights in a format, in its own unless one is given.

    Parameters × bytes equals the published size of 16-bit checkpoints to a hundredth of a GiB for more than 20 models
    (KAITO's catalog of models @056b828).
    """
    native = weight_format(model.dtype)
    if form is None or (native is not None and form.name == native.name):
        if model.weights_gib is not None:
            return model.weights_gib
        form = form or native
    if form is None:
        return model.parameters * 2 / GIB
    if form.whole or form.bits >= 16:
        return model.parameters * form.bits / 8 / GIB
    kept = min(model.embedding or 0.0, model.parameters)
    return ((model.parameters - kept) * form.bits / 8 + kept * 2) / GIB


def support(form: Format, accelerator: Accelerator) -> Support | None:
    """Whether an accelerator runs a format; None for kinds nobody states it of (TPUs, Trainium, Gaudi).

    Source: vLLM get_min_capability and docs/features/quantization @0328802.
    """
    if accelerator.vendor == "AMD":
        return form.amd if accelerator.architecture == "CDNA3" else None
    capability = _capabilities().get(accelerator.architecture) if accelerator.vendor == "NVIDIA" else None
    if capability is None:
        return None
    return "no" if capability < form.least else "native" if capability >= form.native else "weights"


@cache
def _formats() -> dict[str, Format]:
    found: dict[str, Format] = {}
    for row in rows("formats"):
        amd: Support = "native" if row["amd"] == "native" else "weights" if row["amd"] == "weights" else "no"
        form = Format(
            row["format"],
            float(row["bits"]),
            bool(row["whole"]),
            row["family"],
            float(row["least"]),
            float(row["native"]),
            amd,
        )
        found.update(dict.fromkeys((form.name, *row["aliases"].split()), form))
    return found


@cache
def _kv_formats() -> dict[str, float]:
    found: dict[str, float] = {}
    for row in rows("kv_formats"):
        found.update(dict.fromkeys((row["format"], *row["aliases"].split()), float(row["bytes"])))
    return found


@cache
def _capabilities() -> dict[str, float]:
    return {row["architecture"]: float(row["capability"]) for row in rows("architectures")}
