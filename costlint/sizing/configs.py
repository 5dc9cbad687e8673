"""A model's shape and size from the `config.json` of its repository."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache as remembered
from typing import Any, NamedTuple

from costlint.catalog.tables import DATA, records
from costlint.sizing.models import Cache, Kind, Model
from costlint.sources import Source, SourceError


class NotAModelConfig(ValueError):
    """A file that is no config.json of a model whose shape can be told."""


_EXPERTS = ("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts")
_EXPERTS_USED = ("num_experts_per_tok", "num_experts_per_token", "moe_topk", "top_k_experts", "experts_per_token")
_WINDOWED = ("sliding_attention", "chunked_attention")
_NOT_FULL = (*_WINDOWED, "linear_attention", "compressed_sparse_attention", "heavily_compressed_attention")
_ENCODERS = ("bert", "roberta", "mpnet")
_DTYPES = {"bfloat16": "bf16", "float16": "fp16", "float32": "fp32"}


def read_config(source: Source, path: str, name: str = "") -> Model:
    """The model a config.json describes, read through a source. Raises NotAModelConfig, a sentence with the path."""
    import msgspec

    try:
        config = msgspec.json.decode(source.read(path))
    except SourceError as error:
        raise NotAModelConfig(f"{source.shown(path)}: {error.about(source.shown(path))}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotAModelConfig(f"{source.shown(path)}: this is not JSON: {error}") from error
    if not isinstance(config, dict):
        raise NotAModelConfig(f"{source.shown(path)}: a model's config.json is an object, this is not")
    try:
        return model_from_config(config, name or str(config.get("_name_or_path") or path))
    except NotAModelConfig as error:
        raise NotAModelConfig(f"{source.shown(path)}: {error}") from error


def model_from_config(config: Mapping[str, Any], name: str) -> Model:
    """The model of a decoded config.json; parameters are counted layer by layer.

    Covers decoders of the usual kind (gated or plain MLP, grouped heads, MLA, experts, sliding windows) and BERT-like
    encoders. Vision and audio towers are not counted: of a model with one, the figure is that of its text part.
    Refused are models whose layers differ in ways that are not counted: state-space and linear attention, compressed
    attention, layers pruned one by one. Raises NotAModelConfig.
    """
    text = _text_part(config)
    kind = str(text.get("model_type") or config.get("model_type") or "")
    layers, hidden = _number(text, "num_hidden_layers", "n_layer"), _number(text, "hidden_size", "n_embd", "d_model")
    heads = _number(text, "num_attention_heads", "n_head", "encoder_attention_heads")
    if kind == "whisper":
        layers = _number(text, "encoder_layers")
    if not layers or not hidden or not heads:
        raise NotAModelConfig("it says nothing of layers, hidden size and attention heads")
    vocabulary = _number(text, "vocab_size") or 0
    kv_heads = _number(text, "num_key_value_heads", "num_kv_heads", "n_head_kv") or heads
    if kind == "falcon" and text.get("multi_query") and not text.get("new_decoder_architecture"):
        kv_heads = 1
    head_dim = _number(text, "head_dim") or hidden // heads
    rank, rope = _number(text, "kv_lora_rank"), _number(text, "qk_rope_head_dim")
    encoder = any(mark in kind for mark in _ENCODERS)
    full, sliding = _attention_layers(text, kind, layers)
    if full + sliding != layers or text.get("block_configs") or text.get("compress_ratios") or "mamba" in kind:
        raise NotAModelConfig("its layers are not alike (state-space, linear, compressed or pruned): state its size")
    experts, used = _number(text, *_EXPERTS), _number(text, *_EXPERTS_USED)
    tied = text.get("tie_word_embeddings", config.get("tie_word_embeddings"))
    tied = (kind in _architectures() and _architectures()[kind].tied) if tied is None else bool(tied)
    embedding = vocabulary * hidden * (1 if tied or encoder else 2)
    attention = _attention(text, hidden, heads, kv_heads, head_dim, rank)
    total, active = _layers(text, kind, layers, hidden, experts or 0, used or 0)
    count = float(embedding + layers * attention + total)
    cache: Cache = "none" if encoder else "latent" if rank else "heads"
    shape: Kind = "embedding" if encoder else "vision" if "text_config" in config else "llm"
    return Model(
        id=name,
        family=kind,
        kind="speech" if kind == "whisper" else shape,
        parameters=count,
        active=count - total + active if experts else None,
        embedding=float(embedding),
        layers=layers,
        full_layers=full,
        sliding_layers=sliding,
        hidden=hidden,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=head_dim,
        latent_rank=rank,
        latent_rope=rope,
        window=_number(text, "sliding_window", "attention_chunk_size") if sliding else None,
        experts=experts,
        experts_per_token=used,
        vocabulary=vocabulary,
        max_length=_number(
            text, "max_position_embeddings", "n_positions", "max_sequence_length", "max_target_positions"
        ),
        dtype=_dtype(config, text),
        cache=cache,
        confidence="medium" if kind in _architectures() else "low",
        source=f"config.json of {name}, parameters counted",
        date="",
    )


class _Architecture(NamedTuple):
    matrices: int
    tied: bool


@remembered
def _architectures() -> Mapping[str, _Architecture]:
    """Matrices of a feed-forward layer, and whether the output head is the token table, by `model_type`."""
    rows = records(DATA / "models" / "model_types.csv")
    return {row["model_type"]: _Architecture(int(row["matrices"]), bool(row["tied"])) for row in rows}


def _text_part(config: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in ("text_config", "llm_config", "language_config", "thinker_config"):
        part = config.get(key)
        if isinstance(part, dict):
            return _text_part(part)
    return config


def _attention(text: Mapping[str, Any], hidden: int, heads: int, kv_heads: int, head_dim: int, rank: int | None) -> int:
    """Parameters of one layer's attention, without biases and norms, which are below a thousandth."""
    if rank is None:
        return hidden * head_dim * (2 * heads + 2 * kv_heads)
    rope, plain = _number(text, "qk_rope_head_dim") or 0, _number(text, "qk_nope_head_dim") or 0
    value, query_rank = _number(text, "v_head_dim") or plain, _number(text, "q_lora_rank")
    query = heads * (plain + rope)
    queries = hidden * query if query_rank is None else query_rank * (hidden + query)
    return queries + hidden * (rank + rope) + rank * heads * (plain + value) + heads * value * hidden


def _layers(
    text: Mapping[str, Any], kind: str, layers: int, hidden: int, experts: int, used: int
) -> tuple[float, float]:
    """Parameters of all feed-forward layers: in all, and those one token passes through."""
    inner = _number(text, "intermediate_size", "n_inner", "ffn_dim", "encoder_ffn_dim", "ffn_hidden_size") or 4 * hidden
    matrices = _architectures()[kind].matrices if kind in _architectures() else 3
    plain = matrices * hidden * inner
    if not experts:
        return float(layers * plain), float(layers * plain)
    width = _number(text, "moe_intermediate_size", "expert_hidden_dim") or inner
    dense = _number(text, "first_k_dense_replace") or len(text.get("mlp_only_layers") or ())
    step = _number(text, "interleave_moe_layer_step", "decoder_sparse_step") or 1
    sparse = (layers - dense) // step
    shared = _number(text, "shared_expert_intermediate_size") or width * (_number(text, "n_shared_experts") or 0)
    if kind.startswith("llama4"):
        shared, plain = inner, 3 * hidden * (_number(text, "intermediate_size_mlp") or inner)
    one = 3 * hidden * width
    rest = (layers - sparse) * plain + sparse * (3 * hidden * shared + hidden * experts)
    return float(rest + sparse * experts * one), float(rest + sparse * used * one)


def _attention_layers(text: Mapping[str, Any], kind: str, layers: int) -> tuple[int, int]:
    """How many layers attend to everything, and how many to a window; the rest (state-space, linear) to neither."""
    named = text.get("layer_types")
    if isinstance(named, list) and named:
        windowed = sum(1 for name in named if name in _WINDOWED)
        return sum(1 for name in named if str(name).endswith("attention") and name not in _NOT_FULL), windowed
    pattern = text.get("hybrid_override_pattern")
    if isinstance(pattern, str) and pattern:
        return pattern.count("*"), 0
    every = _number(text, "full_attention_interval")
    if every:
        return layers // every, 0
    every = _number(text, "sliding_window_pattern") or (6 if kind.startswith("gemma3") else 0)
    if kind == "gemma2":
        every = 2
    if text.get("sliding_window") and every:
        return layers // every, layers - layers // every
    uses = text.get("use_sliding_window", kind == "mistral")
    if text.get("sliding_window") and uses:
        return 0, layers
    return layers, 0


def _dtype(config: Mapping[str, Any], text: Mapping[str, Any]) -> str:
    quantised = config.get("quantization_config")
    if isinstance(quantised, dict):
        method = str(quantised.get("quant_method") or "").lower()
        bits = quantised.get("bits")
        return (
            f"int{bits}" if method in ("gptq", "awq") and bits else {"mxfp4": "mxfp4", "fp8": "fp8"}.get(method, method)
        )
    written = text.get("dtype") or text.get("torch_dtype") or config.get("dtype") or config.get("torch_dtype")
    return _DTYPES.get(str(written), "bf16")


def _number(text: Mapping[str, Any], *keys: str) -> int | None:
    for key in keys:
        value = text.get(key)
        if isinstance(value, list) and value and all(isinstance(item, int) for item in value):
            value = max(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 40:
            return value
    return None
