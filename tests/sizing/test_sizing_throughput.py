"""Tokens per second, what they cost, and the published error."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.catalog import Catalog
from costlint.sizing.costs import reference_ranges, similar_prices, token_prices, unit_cost
from costlint.sizing.devices import Device, device
from costlint.sizing.engines import engine_defaults
from costlint.sizing.formats import weight_format
from costlint.sizing.memory import Load, Placement
from costlint.sizing.models import Models
from costlint.sizing.tables import rows
from costlint.sizing.throughput import Traffic, coefficients, throughput

ROOT = Path(__file__).resolve().parents[2]
MODELS, CATALOG = Models(), Catalog()
VLLM = engine_defaults("vllm")
LLAMA_8B, LLAMA_70B = MODELS["meta-llama/Llama-3.1-8B-Instruct"], MODELS["meta-llama/Llama-3.1-70B-Instruct"]
CHAT = Traffic(1000, 300)


def gpu(name: str) -> Device:
    found = CATALOG.accelerator(name)
    assert found is not None
    return device(found)


def test_the_published_error_is_what_the_benchmark_measures() -> None:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import accuracy
    finally:
        sys.path.pop(0)
    errors = accuracy.measured()
    assert accuracy.table(errors) in (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8")
    for group, error in errors:
        assert 0.8 <= error.median <= 1.25
        assert error.twice >= (0.8 if group == "mixture" else 0.95)
        band = coefficients(group)
        assert (band.low, band.high) == (round(error.low, 2), round(error.high, 2))


def test_every_measurement_names_a_known_model_and_accelerator() -> None:
    for row in rows("throughput"):
        assert row["model"] in MODELS
        assert CATALOG.accelerator(row["accelerator"]) is not None
        assert weight_format(row["weights"]) is not None
        assert row["source"]


@pytest.mark.parametrize(
    ("slow", "fast"),
    [("T4", "L4"), ("L4", "A100-80GB"), ("A100-80GB", "H100"), ("H100", "H200"), ("H200", "B200")],
)
def test_a_faster_accelerator_never_gives_less(slow: str, fast: str) -> None:
    load = Load(weight_format("fp16"), length=2048)
    model = MODELS["Qwen/Qwen2.5-3B-Instruct"]
    less = throughput(model, load, Placement(gpu(slow)), VLLM, CHAT)
    more = throughput(model, load, Placement(gpu(fast)), VLLM, CHAT)
    assert less is not None
    assert more is not None
    assert less.answer <= more.answer


def test_what_does_not_fit_gives_nothing() -> None:
    assert throughput(LLAMA_70B, Load(length=4096), Placement(gpu("L4")), VLLM, CHAT) is None


def test_a_figure_nobody_states_gives_nothing() -> None:
    assert throughput(LLAMA_8B, Load(length=4096), Placement(gpu("K80"), 8), VLLM, CHAT) is None


def test_eight_bit_weights_are_faster_where_the_accelerator_computes_with_them() -> None:
    own = throughput(LLAMA_8B, Load(length=4096), Placement(gpu("H100")), VLLM, CHAT)
    small = throughput(LLAMA_8B, Load(weight_format("fp8"), length=4096), Placement(gpu("H100")), VLLM, CHAT)
    assert own is not None
    assert small is not None
    assert small.answer > own.answer


def test_two_devices_are_faster_than_one_but_not_twice_as_fast() -> None:
    one = throughput(LLAMA_8B, Load(length=4096, running=64), Placement(gpu("H100")), VLLM, CHAT)
    two = throughput(LLAMA_8B, Load(length=4096, running=64), Placement(gpu("H100"), 2), VLLM, CHAT)
    assert one is not None
    assert two is not None
    assert one.answer < two.answer < 2 * one.answer


@given(st.integers(1, 256), st.integers(1, 256))
def test_more_requests_at_a_time_never_wait_less_for_the_next_token(one: int, other: int) -> None:
    few, many = sorted((one + 1, other + 1))
    place = Placement(gpu("H100"))
    less = throughput(LLAMA_8B, Load(length=4096), place, VLLM, CHAT, batch=few)
    more = throughput(LLAMA_8B, Load(length=4096), place, VLLM, CHAT, batch=many)
    assert less is not None
    assert more is not None
    assert less.per_token <= more.per_token


@given(st.floats(0.1, 100), st.integers(0, 8000), st.integers(1, 2000))
def test_the_hour_is_shared_between_prompts_and_answers(hourly: float, prompt: int, answer: int) -> None:
    traffic = Traffic(prompt, answer)
    given = throughput(LLAMA_8B, Load(length=16384), Placement(gpu("H100")), VLLM, traffic)
    assert given is not None
    cost = unit_cost(hourly, given, traffic)
    spent = (cost.prompt.likely * given.prompt + cost.answer.likely * given.answer) * 3600 / 1e6
    assert spent == pytest.approx(hourly)
    assert cost.answer.low <= cost.answer.likely <= cost.answer.high


def test_an_idle_half_doubles_the_price_of_a_token() -> None:
    given = throughput(LLAMA_8B, Load(length=4096), Placement(gpu("H100")), VLLM, CHAT)
    assert given is not None
    assert unit_cost(4, given, CHAT, busy=0.5).answer.likely == pytest.approx(
        2 * unit_cost(4, given, CHAT).answer.likely
    )


def test_managed_prices_are_those_of_the_very_model() -> None:
    found = token_prices(MODELS["meta-llama/Llama-3.3-70B-Instruct"])
    assert {price.provider for price in found} == {"azure", "bedrock", "vertex"}
    assert all(price.source and price.date for price in found)


def test_for_a_model_nobody_sells_similar_ones_are_named() -> None:
    found = similar_prices(MODELS["Qwen/Qwen2.5-72B-Instruct"], MODELS)
    assert found
    assert all(price.model != "Qwen/Qwen2.5-72B-Instruct" for price in found)


@pytest.mark.parametrize(
    ("model", "keys"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", {"request.7b", "token.small"}),
        ("Qwen/Qwen2.5-14B-Instruct", {"request.13b", "token.medium"}),
        ("deepseek-ai/DeepSeek-V3", {"request.70b", "token.large"}),
    ],
)
def test_the_missions_ranges_are_those_of_the_nearest_size(model: str, keys: set[str]) -> None:
    assert {one.key for one in reference_ranges(CATALOG, MODELS[model])} == keys


def test_every_managed_price_is_of_a_known_model() -> None:
    assert {row["id"] for row in rows("token_prices")} <= set(MODELS)
