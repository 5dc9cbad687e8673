"""`costlint models`: what people and programs read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_models_are_listed_by_any_name_the_largest_first(run_costlint: Run) -> None:
    listed = run_costlint("models", "list", "llama3.1")  # a tag of Ollama's
    assert listed.code == 0
    head, *rows = listed.out.splitlines()
    assert head.split() == ["size", "per", "token", "tokens", "format", "kind", "model"]
    assert [row.split()[-1] for row in rows][-1] == "meta-llama/Llama-3.1-8B-Instruct"
    sizes = [float(row.split()[0].replace(",", "")) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) > 1


def test_a_kind_and_models_of_ones_own_are_listed(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / ".costlint.yaml").write_text("models: {mine/reader: {like: BAAI/bge-m3}}\n")
    listed = run_costlint("models", "list", "--kind", "embedding").out
    assert "mine/reader" in listed
    assert "BAAI/bge-m3" in listed
    assert "Llama-3.1" not in listed


def test_no_model_by_that_name_is_a_sentence(run_costlint: Run) -> None:
    outcome = run_costlint("models", "list", "nosuch")
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err == 'costlint: no model has "nosuch" in a name; others are sized by theirs\n'


def test_a_model_is_shown_with_its_source(run_costlint: Run) -> None:
    shown = run_costlint("models", "show", "llama3.1:70b")
    assert shown.code == 0
    assert shown.out.startswith("meta-llama/Llama-3.1-70B-Instruct  70.6 billion parameters\n")
    assert "320 KiB per token" in shown.out
    assert "131.42 GiB" in shown.out
    assert "  source            aiconfigurator" in shown.out


def test_the_largest_models_are_told_without_an_exponent(run_costlint: Run) -> None:
    assert "1,600 billion parameters" in run_costlint("models", "show", "deepseek-ai/DeepSeek-V4-Pro").out
    assert "e+0" not in run_costlint("size", "--model", "deepseek-ai/DeepSeek-V4-Pro", "--max-len", "8k").out


def test_a_model_for_programs(run_costlint: Run) -> None:
    record = json.loads(run_costlint("models", "show", "meta-llama/Llama-3.1-8B-Instruct", "--format", "json").out)
    assert (record["kv_bytes_per_token"], record["found_by"]) == (131072, "id")


def test_what_fits_says_how_much_is_left(run_costlint: Run) -> None:
    told = run_costlint("models", "fit", "meta-llama/Llama-3.1-8B-Instruct", "--gpu", "L4", "--max-len", "8192")
    assert told.code == 0
    assert "fits on 1 × L4, " in told.out
    assert "14.96 GiB" in told.out


def test_what_does_not_fit_says_what_would(run_costlint: Run) -> None:
    told = run_costlint("models", "fit", "meta-llama/Llama-3.1-8B-Instruct", "--gpu", "L4")
    assert told.code == 1
    assert "does not fit on 1 × L4: " in told.out
    assert "the fewest that hold it: 2 × L4 (tensor parallel 2)" in told.out


def test_a_cache_in_fp8_that_takes_fewer_is_mentioned(run_costlint: Run) -> None:
    asked = ("models", "fit", "meta-llama/Llama-3.1-8B-Instruct", "--max-len", "49152", "--gpu")
    assert "with an FP8 KV cache: 1 × L4 (--kv-dtype fp8)" in run_costlint(*asked, "L4").out
    assert "FP8" not in run_costlint(*asked, "L4", "--kv-dtype", "fp8").out
    assert "FP8" not in run_costlint(*asked, "A10G").out


def test_the_wait_for_the_first_token_is_told_with_its_range(run_costlint: Run) -> None:
    asked = ("models", "fit", "meta-llama/Llama-3.1-8B-Instruct", "--gpu", "L40S", "--max-len", "8192")
    (record,) = json.loads(run_costlint(*asked, "--format", "json").out)
    low, likely, high = (record["first_token_seconds"][name] for name in ("low", "likely", "high"))
    assert low < likely < high
    told = f"{likely * 1e3:,.0f} ms ({low * 1e3:,.0f}–{high * 1e3:,.0f}) to the first of a prompt of 1,000"
    assert told in run_costlint(*asked).out


def test_without_an_accelerator_the_fewest_of_each_are_listed(run_costlint: Run) -> None:
    told = run_costlint("models", "fit", "meta-llama/Llama-3.1-70B-Instruct", "--max-len", "8192", "--format", "json")
    fewest = {one["accelerator"]: one["count"] for one in json.loads(told.out)}
    assert fewest["H100"] == 2
    assert fewest["L4"] == 8
    assert "T4" not in fewest


def test_a_slice_is_smaller(run_costlint: Run) -> None:
    asked = ("models", "fit", "BAAI/bge-m3", "--engine", "tei", "--gpu", "A100-40GB")
    assert "fits on 1 × A100-40GB 1g.5gb" in run_costlint(*asked, "--slice", "1g.5gb").out


def test_of_a_model_known_by_size_alone_it_cannot_be_told(run_costlint: Run) -> None:
    told = run_costlint("models", "fit", "acme/my-13b", "--gpu", "L40S", "--max-len", "4096")
    assert told.code == 4
    assert "may or may not fit on 1 × L40S" in told.out
    assert "low confidence" in told.out


def test_a_config_of_ones_own_is_read(run_costlint: Run, tmp_path: Path) -> None:
    shape = {"model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32}
    (tmp_path / "config.json").write_text(json.dumps(shape | {"vocab_size": 32000}), encoding="utf-8")
    shown = run_costlint("models", "show", "mine", "--config-json", "config.json")
    assert shown.out.startswith("mine  ")
    assert "128 KiB per token" in shown.out


def test_models_of_the_configuration_are_known(run_costlint: Run, tmp_path: Path) -> None:
    text = "models:\n  acme/support: {like: meta-llama/Llama-3.1-8B-Instruct, format: awq}\n"
    (tmp_path / ".costlint.yaml").write_text(text, encoding="utf-8")
    assert run_costlint("models", "show", "acme/support").out.startswith("acme/support  8.03 billion")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("models: {acme/x: {}}", "say what it is by one of like, config_json and billions, not none"),
        ("models: {acme/x: {like: acme/nobody}}", 'no model "acme/nobody" is known'),
        ("models: {acme/x: {billions: -1}}", "billions"),
    ],
)
def test_models_that_cannot_be_made_out_are_said(run_costlint: Run, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / ".costlint.yaml").write_text(text, encoding="utf-8")
    told = run_costlint("models", "show", "gpt2")
    assert told.code == 2
    assert says in told.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("show", "nope"), 4, 'no model "nope" is known'),
        (("fit", "nope", "--gpu", "L4"), 4, 'no model "nope" is known'),
        (("fit", "gpt2", "--gpu", "A100"), 2, "several: A100-40GB, A100-80GB"),
        (("fit", "gpt2", "--gpu", "Voodoo2"), 2, '"Voodoo2" is none of'),
        (("fit", "gpt2", "--gpu", "L4", "--slice", "1g.5gb"), 2, "L4 has no slice"),
        (("fit", "gpt2", "--gpu", "L4", "--quantize", "q99"), 2, 'no format "q99" is known'),
        (("show", "mine", "--config-json", "missing.json"), 3, "missing.json"),
        (("show", "mine", "--config-json", "none/config.json"), 3, "none"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(
    run_costlint: Run, arguments: tuple[str, ...], code: int, says: str
) -> None:
    told = run_costlint("models", *arguments)
    assert told.code == code
    assert says in told.err
    assert "Traceback" not in told.err
