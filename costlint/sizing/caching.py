"""A KV cache in half the bytes: for which models and engines, and on which accelerators."""

from __future__ import annotations

from costlint.catalog import Accelerator
from costlint.sizing.engines import Engine
from costlint.sizing.formats import cache_formats, support, weight_format
from costlint.sizing.models import Model

FP8 = "fp8"


def keeps_fp8(model: Model, engine: Engine, accelerator: Accelerator) -> bool:
    """Whether an engine can keep the cache of a model in FP8 on an accelerator: one that computes in it. Of models
    that keep no heads (MLA) that is not said: what 8 bits do to their one vector nobody states."""
    form = weight_format(FP8)
    if form is None or not model.generates or model.cache != "heads" or FP8 not in cache_formats(engine.name):
        return False
    return support(form, accelerator) == "native"
