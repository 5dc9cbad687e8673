"""A model server as its manifest describes it: the hand-over from recognising to sizing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, TypeVar

from msgspec import Struct, field

from costlint.model import Path, Unknown

Engine = Literal[
    "vllm",
    "tgi",
    "sglang",
    "tensorrt-llm",
    "triton",
    "nim",
    "tei",
    "infinity",
    "ollama",
    "llama.cpp",
    "lmdeploy",
    "transformers",
    "managed",
]
"""Who runs the model. `transformers`: KServe's Hugging Face runtime without vLLM and the like; `managed`: a cloud's own
endpoint whose engine nobody names."""

T = TypeVar("T")
Said: TypeAlias = T | Unknown | None
"""A value as written; None: not said, so the engine's default holds; Unknown: said, or perhaps said, in a way that
cannot be told before deployment."""

_NOWHERE: Mapping[str, Path] = {}


class Server(Struct, frozen=True):
    """One model served by one container (or managed endpoint), as it is written.

    Nothing here is a default: `None` is "not said". Counts are per replica: a replica is one copy of the model, on
    `pods` pods (more than one: LeaderWorkerSet, multi-node Ray) of `gpus` devices each. `written` gives for a field
    where in the resource's attributes its value stands (for a flag in a command: the path of that argument).
    """

    address: str
    """The resource that holds it."""
    container: Path = ()
    """Where in the resource's attributes the container (or the endpoint's block) stands."""
    engine: Engine | None = None
    image: Said[str] = None
    tag: Said[str] = None
    """The image's tag, which is mostly the engine's version ("v0.8.5", "latest")."""

    model: Said[str] = None
    """As written: a Hugging Face id, a path or URL that ends in one, an Ollama tag, a NIM image, a GGUF file."""
    served_name: Said[str] = None
    """What clients call it: a hint where `model` is only a path."""
    revision: Said[str] = None
    precision: Said[str] = None
    """`--dtype` and its like: "auto", "bfloat16", "half", "float32"."""
    quantisation: Said[str] = None
    """`--quantization` and its like, or what the file is named after: "awq", "fp8", "q4_k_m"."""
    kv_dtype: Said[str] = None
    """`--kv-cache-dtype` and its like: "auto", "fp8", "fp8_e5m2"."""

    tensor_parallel: Said[int] = None
    pipeline_parallel: Said[int] = None
    data_parallel: Said[int] = None
    expert_parallel: Said[bool] = None

    max_length: Said[int] = None
    """Tokens of one request, input and output together."""
    max_sequences: Said[int] = None
    """Requests at a time in one replica."""
    max_batched_tokens: Said[int] = None
    memory_utilisation: Said[float] = None
    """The share of the accelerator's memory the engine may use, 0 to 1."""
    kv_cache_gib: Said[float] = None
    """KV cache given as a size instead, per accelerator."""
    cpu_offload_gib: Said[float] = None
    """Weights kept in the host's memory, per accelerator."""
    prefix_caching: Said[bool] = None
    chunked_prefill: Said[bool] = None
    eager: Said[bool] = None
    """CUDA graphs are off."""
    draft_model: Said[str] = None
    """The smaller model that guesses ahead (speculative decoding), held beside the model."""
    adapters: Said[tuple[str, ...]] = None
    """Adapters (LoRA) loaded on top of the model."""
    takes_adapters: Said[bool] = None
    """Room is kept for adapters, whether or not some are named."""
    adapter_slots: Said[int] = None
    """Adapters held at a time."""
    adapter_rank: Said[int] = None
    """The largest rank of an adapter there is room for."""
    role: str = ""
    """What the workload calls these pods ("prefill", "decode", "head"), "" if it has but one kind."""

    replicas: Said[int] = None
    """Copies of the model the workload asks for; the least where it scales."""
    pods: Said[int] = None
    """Pods of one replica (1 unless said)."""
    gpus: Said[float] = None
    """Accelerators each pod asks for; a fraction for slices, 0 for none."""
    device: Said[str] = None
    """The resource name they are asked by ("nvidia.com/gpu", "nvidia.com/mig-1g.10gb")."""
    accelerator: Said[str] = None
    """The accelerator the manifest itself names, as the catalog does ("L4", "H100")."""

    machine: Said[str] = None
    """The instance type the manifest itself names ("g5.xlarge", "Standard_NC24ads_A100_v4")."""
    units: Said[int] = None
    """Provisioned units of a managed model (Bedrock model units, Azure OpenAI PTUs)."""

    written: Mapping[str, Path] = field(default_factory=lambda: _NOWHERE)
