"""Names as manifests write them, and the model each means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.sizing.formats import weight_format
from costlint.sizing.models import Models
from costlint.sizing.names import Names, quantised

NAMES = Names(Models())

L8, L70 = "meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-70B-Instruct"


@pytest.mark.parametrize(
    ("written", "model", "quantisation"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", L8, ""),
        ("META-LLAMA/llama-3.1-8b-instruct", L8, ""),
        ("meta-llama/Meta-Llama-3.1-8B", L8, ""),
        ("hugging-quants/Meta-Llama-3.1-70B-Instruct-AWQ-INT4", L70, "awq"),
        ("neuralmagic/Meta-Llama-3.1-8B-Instruct-FP8", L8, "fp8"),
        ("RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16", L8, "w4a16"),
        ("amd/Llama-3.1-70B-Instruct-FP8-KV", L70, "fp8"),
        ("Qwen/Qwen2.5-72B-Instruct-GPTQ-Int8", "Qwen/Qwen2.5-72B-Instruct", "gptq-int8"),
        ("unsloth/Qwen3-32B-unsloth-bnb-4bit", "Qwen/Qwen3-32B", "bnb-4bit"),
        ("/models/Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", L8, "q4_k_m"),
        ("/data/Llama-3.1-8B-Instruct-Q8_0-00001-of-00002.gguf", L8, "q8_0"),
        ("/cache/models--meta-llama--Llama-3.1-8B-Instruct/snapshots/0e9e39f2", L8, ""),
        ("nvcr.io/nim/meta/llama-3.1-8b-instruct:1.3.3", L8, ""),
        ("nvcr.io/nim/meta/llama3-8b-instruct", "meta-llama/Meta-Llama-3-8B-Instruct", ""),
        ("llama3.1", L8, "q4_k_m"),
        ("ollama://llama3.1:70b-instruct-q8_0", L70, "q8_0"),
        ("library/mistral:latest", "mistralai/Mistral-7B-Instruct-v0.3", "q4_k_m"),
        ("gpt-oss:20b", "openai/gpt-oss-20b", "mxfp4"),
        ("hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q8_0", "meta-llama/Llama-3.2-3B-Instruct", "q8_0"),
        ("hf://Qwen/Qwen2.5-7B-Instruct?model=x", "Qwen/Qwen2.5-7B-Instruct", ""),
        ("s3://bucket/models/mistral-7b-instruct-v0.3/", "mistralai/Mistral-7B-Instruct-v0.3", ""),
        ("nvidia/DeepSeek-R1-FP4", "deepseek-ai/DeepSeek-R1", "fp4"),
        ("whisper-large-v3", "openai/whisper-large-v3", ""),
        ("pvc://s3-data/llama-31-8b-instruct", L8, ""),
        ("pvc://gpt-oss-20b-pvc", "openai/gpt-oss-20b", ""),
        ("mistral-7b-instruct", "mistralai/Mistral-7B-Instruct-v0.3", ""),
        ("/models/deepseek-coder-6.7b-instruct", "deepseek-ai/deepseek-coder-6.7b-instruct", ""),
    ],
)
def test_a_name_means_its_model(written: str, model: str, quantisation: str) -> None:
    found = NAMES.find(written)
    assert found is not None
    assert (found.model.id, found.quantisation) == (model, quantisation)
    assert not quantisation or weight_format(quantisation) is not None


@pytest.mark.parametrize(
    ("written", "billions"),
    [("acme/support-bot-13b", 13), ("acme/moe-8x7b-chat", 56), ("acme/tiny_350M", 0.35), ("x/Acme-1.5B-AWQ", 1.5)],
)
def test_of_a_model_nobody_knows_only_the_size_is_told(written: str, billions: float) -> None:
    found = NAMES.find(written)
    assert found is not None
    assert (found.how, found.model.confidence, found.model.cache) == ("size", "low", "unknown")
    assert found.model.parameters == pytest.approx(billions * 1e9)


@pytest.mark.parametrize("written", ["", "/", "model", "acme/my-model", "s3://bucket/", "v1.2.3", "release-2b3c4d"])
def test_a_name_that_tells_nothing_is_nobody(written: str) -> None:
    assert NAMES.find(written) is None


def test_a_quantised_copy_weighs_less() -> None:
    found = NAMES.find("neuralmagic/Meta-Llama-3.1-8B-Instruct-FP8")
    assert found is not None
    assert quantised(found).dtype == "fp8"


@given(st.text(max_size=80))
def test_no_text_breaks_it(written: str) -> None:
    NAMES.find(written)


@given(st.sampled_from(sorted(NAMES.models)))
def test_every_id_means_itself(identity: str) -> None:
    found = NAMES.find(identity)
    assert found is not None
    assert found.model.id == identity
