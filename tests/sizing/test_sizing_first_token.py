"""How long a first token takes, held against measurements nothing was fitted to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.catalog import Catalog
from costlint.sizing.devices import device
from costlint.sizing.first_token import first_token, unmeasured
from costlint.sizing.formats import weight_format
from costlint.sizing.memory import Load, Placement
from costlint.sizing.models import Models
from costlint.sizing.throughput import Traffic

MODELS, CATALOG = Models(), Catalog()
LLAMA_8B, LLAMA_70B = "meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.3-70B-Instruct"


def placed(name: str, count: int = 1) -> Placement:
    accelerator = CATALOG.accelerator(name)
    assert accelerator is not None
    return Placement(device(accelerator), count)


# One request at a time. docs.nvidia.com/nim/benchmarking/llm/1.0.0/performance (70B, NIM 1.8.0 and 1.5.0) and
# docs.nvidia.com/nim/llama-3-1-nemotron-safety-guard-8b/1.10.1/performance (8B), read 2026-11-22.
@pytest.mark.parametrize(
    ("model", "accelerator", "count", "form", "prompt", "measured"),
    [
        (LLAMA_70B, "H100", 2, "fp8", 5000, 0.40677),
        (LLAMA_70B, "H100", 2, "fp8", 5000, 0.36811),
        (LLAMA_70B, "H100", 2, "fp8", 500, 0.04777),
        (LLAMA_8B, "A100-80GB", 1, "bf16", 500, 0.0483),
    ],
)
def test_what_others_measured_is_within_the_range(
    model: str, accelerator: str, count: int, form: str, prompt: int, measured: float
) -> None:
    found = first_token(MODELS[model], Load(weight_format(form)), placed(accelerator, count), Traffic(prompt, 300))
    assert found is not None
    assert found.low <= measured <= found.high


@given(prompt=st.integers(1, 4999))
def test_a_longer_prompt_never_waits_less(prompt: int) -> None:
    shorter, longer = (
        first_token(MODELS[LLAMA_8B], Load(), placed("L40S"), Traffic(tokens, 300)) for tokens in (prompt, prompt + 1)
    )
    assert shorter is not None
    assert longer is not None
    assert shorter.low < shorter.likely < shorter.high
    assert shorter.likely <= longer.likely


@pytest.mark.parametrize(
    ("model", "accelerator", "form", "prompt"),
    [
        ("Qwen/Qwen3-30B-A3B", "H100", "bf16", 1000),
        (LLAMA_8B, "H100", "bf16", 5001),
        (LLAMA_8B, "H100", "awq", 1000),
        ("BAAI/bge-m3", "H100", "fp16", 1000),
        (LLAMA_8B, "V100-16GB", "bf16", 1000),
    ],
    ids=[
        "a mixture",
        "a prompt too long",
        "weights of 4 bits",
        "a model that writes nothing",
        "a format it does not run",
    ],
)
def test_where_nothing_says_how_far_off_it_is_nothing_is_said(
    model: str, accelerator: str, form: str, prompt: int
) -> None:
    load = Load(weight_format(form))
    assert first_token(MODELS[model], load, placed(accelerator), Traffic(prompt, 300)) is None


def test_what_was_measured_needs_no_excuse() -> None:
    assert unmeasured(MODELS[LLAMA_8B], Load(), Traffic(5000, 300)) == ""
    assert "more than 5,000 tokens" in unmeasured(MODELS[LLAMA_8B], Load(), Traffic(5001, 300))
