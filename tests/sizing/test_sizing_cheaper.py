"""What would do instead of what a server has today."""

from typing import Any

import pytest

from costlint.catalog import Catalog
from costlint.model import UnknownValue
from costlint.sizing.advisor import Advisor
from costlint.sizing.assessing import Assessment, assess
from costlint.sizing.cheaper import cheaper
from costlint.sizing.models import Models
from costlint.sizing.names import Names
from costlint.sizing.server import Server
from costlint.sizing.throughput import Traffic

CATALOG = Catalog()
CHAT = Traffic(1000, 300)
AWS = [("aws", "us-east-1")]


@pytest.fixture(scope="module")
def advisor() -> Advisor:
    return Advisor(CATALOG)


def on(accelerator: str, **said: Any) -> Assessment:
    """An 8B model on vLLM as it stands on one accelerator, unless something else is said."""
    known = CATALOG.accelerator(accelerator)
    assert known is not None
    plain = {
        "engine": "vllm",
        "image": "vllm/vllm-openai",
        "tag": "v0.33.0",
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "gpus": 1.0,
        "max_length": 8192,
    }
    return assess(Server("Deployment/x", **{**plain, **said}), known, Names(Models()), CHAT)


def test_nothing_slower_or_dearer_than_today_would_do(advisor: Advisor) -> None:
    today = on("A100-80GB")
    assert today.given is not None
    found = cheaper(today, advisor, AWS, CHAT, below=12_000)
    assert found
    assert all(one.monthly < 12_000 for one in found)
    assert all(one.given is not None and one.given.answer >= today.given.answer for one in found)


def test_half_the_speed_will_do_where_somebody_says_so(advisor: Advisor) -> None:
    full, half = (cheaper(on("H100"), advisor, AWS, CHAT, keep=keep)[0] for keep in (1.0, 0.2))
    assert half.monthly < full.monthly


def test_where_it_does_not_fit_anything_that_holds_it_will_do(advisor: Advisor) -> None:
    today = on("L4", model="meta-llama/Llama-3.1-70B-Instruct")
    assert today.fit.fits is False
    found = cheaper(today, advisor, AWS, CHAT)
    assert found
    assert all(one.fit.fits for one in found)


def test_weights_stay_as_they_are_unless_formats_are_named(advisor: Advisor) -> None:
    assert {one.form for one in cheaper(on("A100-80GB"), advisor, AWS, CHAT)} == {None}
    named = cheaper(on("A100-80GB"), advisor, AWS, CHAT, formats=("fp8",), keep=0.1)
    assert {one.form.name if one.form else None for one in named} == {None, "fp8"}


def test_a_format_the_flags_name_is_kept(advisor: Advisor) -> None:
    found = cheaper(on("H100", quantisation="fp8"), advisor, AWS, CHAT, formats=("fp8", "awq"), keep=0.1)
    assert {one.form.name if one.form else None for one in found} == {"fp8", "awq"}


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_share_of_memory_it_may_use_is_kept(advisor: Advisor, share: float) -> None:
    for one in cheaper(on("A100-80GB", memory_utilisation=share), advisor, AWS, CHAT, keep=0.1):
        assert one.fit.usable_gib == pytest.approx(share * one.placement.device.memory_gib)


def test_copies_within_a_replica_are_copies(advisor: Advisor) -> None:
    today = on("A100-40GB", gpus=4.0, data_parallel=4)
    assert all(one.machines * one.copies >= 8 for one in cheaper(today, advisor, AWS, CHAT, replicas=2))


def test_a_model_that_writes_no_text_keeps_its_compute(advisor: Advisor) -> None:
    today = on("A10G", model="BAAI/bge-reranker-v2-m3", engine="tei", max_length=None)
    found = cheaper(today, advisor, AWS, CHAT)
    assert found
    for one in found:
        accelerator = CATALOG.accelerator(one.shape.gpu_model)
        assert accelerator is not None
        assert one.placement.devices == 1
        assert accelerator.fp16_tflops is not None
        assert accelerator.fp16_tflops >= 70


def test_of_a_model_whose_cache_is_unknown_nothing_is_told(advisor: Advisor) -> None:
    with pytest.raises(UnknownValue):
        cheaper(on("H100", model="acme/support-13b"), advisor, AWS, CHAT)


def test_the_image_stays_so_accelerators_are_ones_it_runs_on(advisor: Advisor) -> None:
    azure = [("azure", "eastus"), *AWS]
    makers = {
        one.placement.device.accelerator.vendor for one in cheaper(on("A100-80GB"), advisor, azure, CHAT, keep=0.1)
    }
    assert makers == {"NVIDIA"}

    def new(image: str | None, tag: str) -> bool:
        today = on("A100-80GB", image=image, tag=tag)
        found = cheaper(today, advisor, AWS, CHAT, keep=0.1)
        return any(one.placement.device.accelerator.architecture == "Blackwell" for one in found)

    assert new("vllm/vllm-openai", "v0.11.0")
    assert not new("vllm/vllm-openai", "v0.8.5")
    assert not new("registry.acme.example/our-vllm", "3")
