"""Adapters and draft models are held beside the model, as far as that can be counted."""

from __future__ import annotations

from typing import Any

import pytest

from costlint.catalog import Catalog
from costlint.model import UNKNOWN, UnknownValue
from costlint.sizing.assessing import Assessment, assess, wanted
from costlint.sizing.beside import adapters_gib
from costlint.sizing.models import Models
from costlint.sizing.names import Names
from costlint.sizing.server import Server
from costlint.sizing.throughput import Traffic

MODELS = Models()
NAMES = Names(MODELS)
CATALOG = Catalog()
L8, L70 = "meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-70B-Instruct"


def on(accelerator: str, gpus: float = 1, model: str = L8, **said: Any) -> Assessment:
    server = Server("Deployment/a", engine="vllm", tag="v0.11.0", model=model, max_length=8192, gpus=gpus, **said)
    found = CATALOG.accelerator(accelerator)
    assert found is not None
    return assess(server, found, NAMES, Traffic(1000, 300))


def test_room_for_adapters_by_hand() -> None:
    """Llama 3.1 8B: widths of the seven matrices of a layer are 8,192 + 5,120 + 5,120 + 8,192 + 3 × 18,432 = 81,920;
    4 slots × rank 64 × 32 layers × 81,920 × 2 bytes = 1.25 GiB."""
    assert adapters_gib(MODELS[L8], 4, 64) == pytest.approx(1.25, rel=0.01)


def test_of_mixtures_room_for_adapters_is_not_counted() -> None:
    assert adapters_gib(MODELS["Qwen/Qwen3-30B-A3B"], 1, 16) is None


def test_slots_and_rank_take_room_that_requests_lose() -> None:
    without, with_ = on("L4"), on("L4", takes_adapters=True, adapter_slots=4, adapter_rank=64)
    assert with_.beside.gib == pytest.approx(1.25, rel=0.01)
    assert with_.beside.uncounted == ()
    assert with_.fit.headroom_gib == pytest.approx(without.fit.headroom_gib - with_.beside.gib)


def test_what_is_not_said_of_adapters_is_vllms_default() -> None:
    assert on("L4", takes_adapters=True).beside.gib == pytest.approx(1.25 / 16, rel=0.01)


@pytest.mark.parametrize("said", [{"adapter_rank": UNKNOWN}, {"adapter_slots": UNKNOWN}])
def test_adapters_of_unknown_size_are_named_and_not_counted(said: dict[str, object]) -> None:
    found = on("L4", takes_adapters=True, **said)
    assert found.beside == (0.0, ("adapters (LoRA)",))
    assert found.fit.confidence == "low"


def test_other_engines_keep_room_for_adapters_nobody_counts() -> None:
    server = Server("a", engine="tgi", model=L8, max_length=4096, gpus=1.0, adapters=("acme/style",))
    accelerator = CATALOG.accelerator("L4")
    assert accelerator is not None
    assert assess(server, accelerator, NAMES, Traffic(1000, 300)).beside.uncounted == ("adapters (LoRA)",)


def test_a_draft_model_takes_its_weights_at_least() -> None:
    found = on("A100-80GB", 4, L70, tensor_parallel=4, draft_model=L8)
    assert found.beside.gib == pytest.approx(8.03e9 * 2 / 4 / 2**30, rel=0.01)
    assert found.beside.uncounted == ("the KV cache of the draft model",)
    assert found.fit.confidence == "low"


def test_a_draft_model_may_be_what_does_not_fit() -> None:
    assert on("L40S", 4, L70, tensor_parallel=4, max_sequences=16).fit.fits
    assert not on("L40S", 4, L70, tensor_parallel=4, max_sequences=16, draft_model="Qwen/Qwen3-14B").fit.fits


@pytest.mark.parametrize("draft", ["acme/ours", "yuhuili/EAGLE3-LLaMA3.1-Instruct-8B", UNKNOWN])
def test_a_draft_model_nobody_knows_is_named(draft: object) -> None:
    assert on("A100-80GB", draft_model=draft).beside == (0.0, ("the draft model",))


def test_a_demand_with_a_draft_model_cannot_be_searched_for() -> None:
    with pytest.raises(UnknownValue, match="draft model"):
        wanted(Server("a", engine="vllm", model=L70, draft_model=L8), NAMES)


def test_images_take_memory_nobody_counts() -> None:
    found = on("A100-80GB", model="google/gemma-3-12b-it")
    assert found.beside.uncounted == ("activations of its image encoder",)
