"""Which models, engines and accelerators can keep a KV cache in FP8."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog
from costlint.sizing.caching import keeps_fp8
from costlint.sizing.engines import engine_defaults
from costlint.sizing.models import Models

MODELS = Models()
ACCELERATORS = {one.model: one for one in Catalog().accelerators()}
LLAMA = "meta-llama/Llama-3.1-8B-Instruct"


@pytest.mark.parametrize(
    ("model", "engine", "accelerator", "keeps"),
    [
        (LLAMA, "vllm", "H100", True),
        (LLAMA, "vllm", "L4", True),
        (LLAMA, "vllm", "A100-80GB", False),
        (LLAMA, "vllm", "V100-32GB", False),
        (LLAMA, "tgi", "H100", False),
        ("deepseek-ai/DeepSeek-V3", "vllm", "H200", False),
        ("BAAI/bge-m3", "vllm", "H100", False),
    ],
    ids=["computes in it", "smaller", "does not", "older", "another engine", "one vector", "writes no text"],
)
def test_a_cache_is_kept_in_fp8_where_the_accelerator_computes_in_it(
    model: str, engine: str, accelerator: str, keeps: bool
) -> None:
    assert keeps_fp8(MODELS[model], engine_defaults(engine), ACCELERATORS[accelerator]) is keeps
