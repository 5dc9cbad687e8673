"""What a server holds beside its model: adapters (LoRA) and the draft model of speculative decoding."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Unknown
from costlint.sizing.formats import GIB, weights_gib
from costlint.sizing.models import Model
from costlint.sizing.names import Names, quantised
from costlint.sizing.server import Server
from costlint.sizing.servers.programs import engine_default

_BYTES = 2.0
_IMAGES = "activations of its image encoder"
_KEEPS_SLOTS = "vllm"
"""The engine that sets the room for adapters aside at start, as many and as large as its options say."""


class Beside(NamedTuple):
    """GiB on each device, at least, and what of it is not counted."""

    gib: float = 0.0
    uncounted: tuple[str, ...] = ()

    @property
    def is_more(self) -> bool:
        """True if there is more than the model and the images it reads."""
        return bool(self.gib) or any(what != _IMAGES for what in self.uncounted)


def beside(server: Server, model: Model, names: Names, tensor: int) -> Beside:
    """What is held beside a model that is split over `tensor` devices. What cannot be told is named, not guessed."""
    gib, uncounted = 0.0, list[str]()
    if server.takes_adapters or server.adapters is not None:
        size = _adapters_gib(server, model)
        gib += size or 0.0
        uncounted += ["adapters (LoRA)"] if size is None else []
    if server.draft_model is not None:
        draft = names.find(server.draft_model) if isinstance(server.draft_model, str) else None
        if draft is not None and draft.how == "size":
            draft = None  # heads that draft (EAGLE and the like) are named after the size of the model they are for
        if draft is not None:
            gib += weights_gib(quantised(draft), None) / tensor
        uncounted.append("the draft model" if draft is None else "the KV cache of the draft model")
    if model.kind == "vision":
        uncounted.append(_IMAGES)
    return Beside(gib, tuple(uncounted))


def adapters_gib(model: Model, slots: int, rank: int) -> float | None:
    """GiB of room for adapters of this rank on every matrix of a model of gated layers, not split; None for mixtures of
    experts and shapes nobody states.

    For each slot and matrix, rank × (its inputs + its outputs) numbers of 16 bits, as vLLM's stacked buffers have it
    (vllm/lora/layers). Of each pair one half is split over devices, so this is the most one device holds.
    """
    shape = (model.layers, model.hidden, model.heads, model.kv_heads, model.head_dim, model.embedding)
    if model.is_mixture or model.experts or None in shape or model.cache != "heads":
        return None
    layers, hidden, heads, kv_heads, head_dim, embedding = (float(one or 0) for one in shape)
    queries, keys = heads * head_dim, kv_heads * head_dim
    attention = 2 * hidden * (queries + keys)
    inner = ((model.parameters - embedding) / layers - attention) / (3 * hidden)
    widths = 2 * (hidden + queries) + 2 * (hidden + keys) + 3 * (hidden + inner)
    return slots * rank * layers * widths * _BYTES / GIB


def _adapters_gib(server: Server, model: Model) -> float | None:
    if server.engine != _KEEPS_SLOTS:
        return None
    found = []
    for field, said in (("adapter_slots", server.adapter_slots), ("adapter_rank", server.adapter_rank)):
        if isinstance(said, Unknown):
            return None
        default = engine_default(_KEEPS_SLOTS, field, server.tag)
        found.append(int(default or 0) if said is None else said)
    return adapters_gib(model, *found)
