"""Memory: known answers, each with its source, and what must hold for every model and device."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from costlint.catalog import Catalog
from costlint.sizing.devices import Device, device, sliced, slices
from costlint.sizing.engines import engine_defaults
from costlint.sizing.formats import GIB, formats, support, weight_format, weights_gib
from costlint.sizing.memory import Load, Placement, divides, fit, kv_bytes_per_token, request_bytes, smallest
from costlint.sizing.models import Model, Models

MODELS = Models()
CATALOG = Catalog()
VLLM = engine_defaults("vllm", "v0.10.0")
LLAMA_8B = MODELS["meta-llama/Llama-3.1-8B-Instruct"]
LLAMA_70B = MODELS["meta-llama/Llama-3.1-70B-Instruct"]


def gpu(name: str) -> Device:
    found = CATALOG.accelerator(name)
    assert found is not None
    return device(found)


@pytest.mark.parametrize(
    ("model", "tensor", "tokens", "gib", "source"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", 1, 131072, 16.0, "vLLM: 16.00 GiB KV cache is needed"),
        ("Qwen/Qwen3-4B", 1, 40960, 5.625, "vLLM: 5.62 GiB is needed for 40960 tokens"),
        ("Qwen/Qwen3-Coder-30B-A3B-Instruct", 1, 262144, 24.0, "vLLM issue 34076: 24.0 GiB is needed"),
        ("Qwen/Qwen3-235B-A22B", 4, 262144, 11.75, "vLLM: 11.75 GiB is needed for 262144 tokens"),
        ("MiniMaxAI/MiniMax-M2.5", 4, 196608, 11.625, "vLLM: 11.62 GiB is needed for 196608 tokens"),
        ("meta-llama/Llama-3.1-8B-Instruct", 1, 163168, 19.92, "A100-40GB: 19.92 GiB are 163168 tokens"),
    ],
)
def test_a_request_takes_the_cache_vllm_says(model: str, tensor: int, tokens: int, gib: float, source: str) -> None:
    size = request_bytes(MODELS[model], tokens, tensor=tensor)
    assert size is not None
    assert size / GIB == pytest.approx(gib, abs=0.01), source


@pytest.mark.parametrize(
    ("model", "per_token"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", 128 * 1024),
        ("microsoft/Phi-4-mini-instruct", 131072),
        ("Qwen/Qwen3-8B", 147456),
        ("deepseek-ai/DeepSeek-V3", 70272),
        ("tiiuae/falcon-7b-instruct", 8192),
    ],
)
def test_bytes_per_token_are_those_of_kaitos_tests(model: str, per_token: int) -> None:
    assert kv_bytes_per_token(MODELS[model]) == per_token


@pytest.mark.parametrize(
    ("model", "gib"),
    [
        ("meta-llama/Llama-3.3-70B-Instruct", 131.42),
        ("microsoft/phi-4", 27.31),
        ("google/gemma-3-27b-it", 51.10),
        ("Qwen/Qwen2.5-Coder-7B-Instruct", 14.19),
        ("openai/gpt-oss-120b", 60.77),
        ("deepseek-ai/DeepSeek-V3-0324", 641.30),
    ],
)
def test_weights_are_the_published_size_of_the_files(model: str, gib: float) -> None:
    assert weights_gib(MODELS[model]) == pytest.approx(gib, abs=0.02)


def test_four_bit_weights_keep_the_token_table_at_sixteen_bits() -> None:
    awq = weight_format("awq")
    assert weights_gib(MODELS["Qwen/Qwen3-8B"], awq) == pytest.approx(5.68, abs=0.05)  # Qwen3-8B-AWQ, kaito @056b828


def test_the_cache_that_is_left_is_what_a_run_measured() -> None:
    found = fit(LLAMA_8B, Load(), Placement(gpu("A100-40GB")), VLLM)
    assert found.room_gib == pytest.approx(19.92, rel=0.02)  # Available KV cache memory: 19.92 GiB


def test_seventy_billion_do_not_fit_on_four_a10g_at_sixteen_bits() -> None:
    assert fit(LLAMA_70B, Load(length=2048), Placement(gpu("A10G"), 4), VLLM).fits is False


def test_the_vector_of_latent_attention_is_kept_by_every_device() -> None:
    model = MODELS["deepseek-ai/DeepSeek-V3"]
    assert kv_bytes_per_token(model, tensor=8) == kv_bytes_per_token(model)


def test_a_window_bounds_what_its_layers_keep() -> None:
    model = MODELS["google/gemma-3-27b-it"]
    near, far = request_bytes(model, 1024), request_bytes(model, 2048)
    assert near is not None
    assert far is not None
    assert far - near == 1024 * 10 * 2 * 16 * 128 * 2  # the ten full layers alone


def test_more_devices_than_heads_for_keys_keep_copies() -> None:
    assert kv_bytes_per_token(LLAMA_8B, tensor=16) == kv_bytes_per_token(LLAMA_8B, tensor=8)


def test_heads_that_do_not_divide_are_refused() -> None:
    model = MODELS["Qwen/Qwen2.5-7B-Instruct"]
    assert not divides(model, 8)
    found = fit(model, Load(), Placement(gpu("H100"), 8), VLLM)
    assert found.fits is False
    assert "28 attention heads do not divide by 8" in found.reasons


def test_what_is_kept_of_each_token_can_be_unknown() -> None:
    found = fit(MODELS["deepseek-ai/DeepSeek-V4-Flash"], Load(), Placement(gpu("B200"), 8), VLLM)
    assert found.fits is None
    assert found.concurrency is None


def test_weights_alone_are_enough_to_say_that_it_does_not_fit() -> None:
    found = fit(MODELS["deepseek-ai/DeepSeek-V4-Flash"], Load(), Placement(gpu("L4")), VLLM)
    assert found.fits is False


def test_what_spills_to_the_cpu_is_said() -> None:
    load = Load(weight_format("q4_k_m"))
    found = fit(LLAMA_70B, load, Placement(gpu("L4")), engine_defaults("ollama"))
    assert (found.fits, found.spills) == (False, True)


def test_a_set_cache_that_holds_no_request_does_not_fit() -> None:
    found = fit(LLAMA_8B, Load(length=131072), Placement(gpu("H100")), VLLM, kv_cache_gib=4)
    assert found.fits is False


def test_weights_on_the_host_leave_room() -> None:
    bare = fit(LLAMA_70B, Load(length=4096), Placement(gpu("H100")), VLLM)
    offloaded = fit(LLAMA_70B, Load(length=4096), Placement(gpu("H100")), VLLM, cpu_offload_gib=80)
    assert (bare.fits, offloaded.fits) == (False, True)


@pytest.mark.parametrize(
    ("form", "accelerator", "expected"),
    [
        ("fp8", "L4", "native"),
        ("fp8", "H100", "native"),
        ("fp8", "A100-80GB", "weights"),
        ("fp8", "V100-16GB", "no"),
        ("bf16", "T4", "no"),
        ("fp16", "T4", "native"),
        ("awq", "T4", "weights"),
        ("awq", "V100-16GB", "no"),
        ("gptq", "V100-16GB", "weights"),
        ("nvfp4", "B200", "native"),
        ("nvfp4", "H100", "weights"),
        ("fp8", "MI300X", "native"),
        ("bf16", "TPU-v6e", None),
    ],
)
def test_which_formats_an_accelerator_runs(form: str, accelerator: str, expected: str | None) -> None:
    found, known = weight_format(form), CATALOG.accelerator(accelerator)
    assert found is not None
    assert known is not None
    assert support(found, known) == expected


def test_defaults_follow_the_image_tag() -> None:
    assert engine_defaults("vllm", "v0.8.5").utilisation == 0.9
    assert engine_defaults("vllm", "v0.20.0").utilisation == 0.92
    assert engine_defaults("vllm", "latest").utilisation == 0.92
    assert engine_defaults("vllm").utilisation == 0.92


def test_a_slice_has_its_part_of_the_memory() -> None:
    whole = CATALOG.accelerator("H100")
    assert whole is not None
    part = sliced(whole, "nvidia.com/mig-1g.10gb")
    assert part is not None
    assert (part.memory_gib, part.bandwidth_share) == (9.75, 0.125)
    assert sliced(whole, "1g.5gb") is None
    assert slices("L4") == ()


def test_the_fewest_devices_are_found() -> None:
    assert smallest(LLAMA_70B, Load(length=8192), gpu("H100"), VLLM) == Placement(gpu("H100"), 2, 1)
    assert smallest(LLAMA_8B, Load(length=8192), gpu("L4"), VLLM) == Placement(gpu("L4"), 1, 1)
    assert smallest(MODELS["deepseek-ai/DeepSeek-V3"], Load(length=8192), gpu("A10G"), VLLM) is None


GPUS = st.sampled_from(("T4", "L4", "A10G", "L40S", "A100-80GB", "H100", "H200", "B200", "MI300X"))
GENERATING = st.sampled_from([model for model in MODELS.values() if model.generates and model.cache != "unknown"])
LENGTHS = st.integers(min_value=1, max_value=1 << 20)


@given(GENERATING, LENGTHS, LENGTHS, st.sampled_from([1, 2, 4, 8]))
def test_a_longer_request_never_needs_less(model: Model, one: int, other: int, tensor: int) -> None:
    short, long = sorted((one, other))
    less, more = request_bytes(model, short, tensor=tensor), request_bytes(model, long, tensor=tensor)
    assert less is not None
    assert more is not None
    assert less <= more


@given(GENERATING, GPUS, LENGTHS, st.integers(1, 512), st.integers(1, 512))
def test_more_requests_never_fit_where_fewer_do_not(model: Model, name: str, length: int, one: int, other: int) -> None:
    few, many = sorted((one, other))
    place = Placement(gpu(name))
    if fit(model, Load(length=length, held=many), place, VLLM).fits:
        assert fit(model, Load(length=length, held=few), place, VLLM).fits


@given(GENERATING, st.floats(1.0, 10.0), GPUS)
def test_more_parameters_never_leave_more_room(model: Model, factor: float, name: str) -> None:
    larger = structs.replace(
        model, parameters=model.parameters * factor, weights_gib=model.weights_gib and model.weights_gib * factor
    )
    place = Placement(gpu(name))
    assert fit(larger, Load(length=2048), place, VLLM).room_gib <= fit(model, Load(length=2048), place, VLLM).room_gib


@given(GENERATING, GPUS, LENGTHS, st.sampled_from([1, 2, 4, 8]), st.sampled_from([*formats(), None]))
def test_what_fits_needs_no_more_than_is_usable(model: Model, name: str, length: int, count: int, form: object) -> None:
    load = Load(form, length=length)  # type: ignore[arg-type]
    found = fit(model, load, Placement(gpu(name), count), VLLM)
    if found.fits:
        assert found.request_gib is not None
        assert found.weights_gib + found.overhead_gib + found.request_gib <= found.usable_gib + 1e-9
        assert found.headroom_gib >= 0
        assert found.concurrency is not None
        assert found.concurrency >= 1


@given(GENERATING, st.sampled_from(list(formats())))
def test_fewer_bits_never_weigh_more(model: Model, form: object) -> None:
    sixteen = weights_gib(structs.replace(model, weights_gib=None, dtype="fp16"), weight_format("fp16"))
    found = weights_gib(structs.replace(model, weights_gib=None, dtype="fp16"), form)  # type: ignore[arg-type]
    assert (found <= sixteen) == (form.bits <= 16)  # type: ignore[attr-defined]
