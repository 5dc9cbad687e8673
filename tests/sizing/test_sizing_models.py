"""The catalog of models, and shapes read from a config.json."""

import json
from collections import Counter

import pytest

from costlint.sizing.configs import NotAModelConfig, model_from_config, read_config
from costlint.sizing.formats import weight_format
from costlint.sizing.models import Models
from costlint.sources import MemorySource

MODELS = Models()

LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "max_position_embeddings": 131072,
    "model_type": "llama",
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
    "vocab_size": 128256,
}
DEEPSEEK = {
    "model_type": "deepseek_v3",
    "hidden_size": 7168,
    "intermediate_size": 18432,
    "moe_intermediate_size": 2048,
    "first_k_dense_replace": 3,
    "n_routed_experts": 256,
    "n_shared_experts": 1,
    "num_experts_per_tok": 8,
    "num_attention_heads": 128,
    "num_key_value_heads": 128,
    "num_hidden_layers": 61,
    "kv_lora_rank": 512,
    "q_lora_rank": 1536,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "vocab_size": 129280,
    "max_position_embeddings": 163840,
    "tie_word_embeddings": False,
    "quantization_config": {"quant_method": "fp8"},
}
MIXTRAL = {
    "model_type": "mixtral",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "num_local_experts": 8,
    "num_experts_per_tok": 2,
    "vocab_size": 32000,
    "max_position_embeddings": 32768,
    "tie_word_embeddings": False,
}
GEMMA = {
    "model_type": "gemma2",
    "head_dim": 256,
    "hidden_size": 3584,
    "intermediate_size": 14336,
    "num_attention_heads": 16,
    "num_hidden_layers": 42,
    "num_key_value_heads": 8,
    "sliding_window": 4096,
    "vocab_size": 256000,
    "max_position_embeddings": 8192,
}


def test_there_are_models_of_every_kind() -> None:
    kinds = Counter(model.kind for model in MODELS.values())
    assert len(MODELS) >= 150
    assert kinds["llm"] >= 100
    assert all(
        kinds[kind] >= least for kind, least in {"vision": 20, "embedding": 40, "reranker": 10, "speech": 5}.items()
    )


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.id)
def test_every_model_is_whole(model: object) -> None:
    from costlint.sizing.models import Model

    assert isinstance(model, Model)
    assert model.parameters > 1e6
    assert model.source
    assert model.date
    assert weight_format(model.dtype) is not None
    assert model.active is None or model.active <= model.parameters
    assert model.embedding is None or model.embedding < model.parameters
    if model.cache == "heads" and model.generates:
        assert model.kv_heads
        assert model.head_dim
        assert model.heads
        assert model.full_layers is not None
        assert model.heads % model.kv_heads == 0 or model.kv_heads == 1
    if model.cache == "latent":
        assert model.latent_rank
    if model.sliding_layers:
        assert model.window


def test_every_other_name_leads_to_a_model() -> None:
    assert {target for target in MODELS.aliases.values() if target not in MODELS} == set()
    assert {target for target, _ in MODELS.tags.values() if target not in MODELS} == set()
    assert {form for _, form in MODELS.tags.values() if weight_format(form) is None} == set()


@pytest.mark.parametrize(
    ("config", "like"),
    [
        (LLAMA, "meta-llama/Llama-3.1-8B-Instruct"),
        (DEEPSEEK, "deepseek-ai/DeepSeek-V3"),
        (MIXTRAL, "mistralai/Mixtral-8x7B-Instruct-v0.1"),
        (GEMMA, "google/gemma-2-9b-it"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_parameters_counted_are_those_of_the_instantiated_architecture(config: dict[str, object], like: str) -> None:
    found, known = model_from_config(config, "mine"), MODELS[like]
    assert found.parameters == pytest.approx(known.parameters, rel=0.001)
    assert found.active_parameters == pytest.approx(known.active_parameters, rel=0.001)
    for fact in ("layers", "full_layers", "sliding_layers", "kv_heads", "latent_rank", "max_length", "cache"):
        assert getattr(found, fact) == getattr(known, fact), fact


def test_a_config_is_read_through_a_source() -> None:
    found = read_config(MemorySource({"models/mine/config.json": json.dumps(LLAMA)}), "models/mine/config.json", "mine")
    assert (found.id, found.dtype, found.confidence) == ("mine", "bf16", "medium")


def test_an_architecture_nobody_lists_has_low_confidence() -> None:
    assert model_from_config(LLAMA | {"model_type": "novel"}, "mine").confidence == "low"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "this is not JSON"),
        ("[]", "is an object"),
        ("{}", "nothing of layers"),
        (json.dumps(LLAMA | {"layer_types": ["linear_attention"] * 24 + ["full_attention"] * 8}), "not alike"),
        (json.dumps(LLAMA | {"hidden_size": "wide"}), "nothing of layers"),
    ],
)
def test_what_is_no_config_is_said_with_its_path(text: str, says: str) -> None:
    with pytest.raises(NotAModelConfig, match=rf"^config\.json: .*{says}"):
        read_config(MemorySource({"config.json": text}), "config.json")


def test_a_missing_config_is_said() -> None:
    with pytest.raises(NotAModelConfig, match=r"config\.json"):
        read_config(MemorySource({}), "config.json")
