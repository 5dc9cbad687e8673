"""`costlint size`: every answer is checked against the tables themselves, not through what gave it."""

import csv
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from costlint.cli import costlint
from costlint.reports.size_json import size_schema

Run = Callable[..., Any]
ROOT = Path(__file__).parents[2]
DATA = ROOT / "costlint" / "catalog" / "data"
PLATFORM = str(ROOT / "fixtures" / "llm-platform")
HOME = {"aws": "us-east-1", "gcp": "us-central1", "azure": "eastus"}
GIB = 1 << 30
HOURS = 730
LENGTH, HELD = 8192, 4

COMMON = (
    "meta-llama/Llama-3.1-8B-Instruct",
    "meta-llama/Llama-3.1-70B-Instruct",
    "mistralai/Mistral-7B-Instruct-v0.3",
    "mistralai/Mixtral-8x7B-Instruct-v0.1",
    "Qwen/Qwen2.5-7B-Instruct",
    "Qwen/Qwen3-32B",
    "Qwen/Qwen3-30B-A3B",
    "google/gemma-2-9b-it",
    "microsoft/phi-4",
    "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B",
)
BITS = {"bf16": 16, "fp16": 16, "fp8": 8, "int8": 8, "awq": 4, "nvfp4": 4}
RUNS = {  # from which architecture on vLLM runs a format; 16 bits everywhere, as bfloat16 is cast
    "fp8": ("Ampere", "Ada", "Hopper", "Blackwell", "Blackwell Ultra", "CDNA3"),
    "int8": ("Turing", "Ampere", "Ada", "Hopper", "Blackwell", "Blackwell Ultra", "CDNA3"),
    "awq": ("Turing", "Ampere", "Ada", "Hopper", "Blackwell", "Blackwell Ultra", "CDNA3"),
    "nvfp4": ("Ampere", "Ada", "Hopper", "Blackwell", "Blackwell Ultra"),
}


@cache
def table(name: str, key: str) -> dict[str, dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def sized(run: Run, *arguments: str) -> dict[str, Any]:
    told = run("size", *arguments, "--format", "json", "--no-config", "--no-user-prices")
    assert told.code == 0, told.err
    (one,) = json.loads(told.out)["sized"]
    found: dict[str, Any] = one
    return found


@pytest.mark.parametrize("provider", HOME)
@pytest.mark.parametrize("model", COMMON)
def test_every_answer_fits_is_offered_and_is_priced(run_costlint: Run, model: str, provider: str) -> None:
    asked = ("--max-len", str(LENGTH), "--concurrency", str(HELD), "--quantize", "any", "--replicas", "3")
    found = sized(run_costlint, "--model", model, "--provider", provider, *asked)
    assert found["options"]
    facts = table("models/generating.csv", "id")[model]
    layers = int(facts["full_layers"]) + int(facts["sliding_layers"] or 0)
    per_token = 2 * layers * int(facts["kv_heads"]) * int(facts["head_dim"]) * 2
    for option in found["options"]:
        size = table(f"{provider}/shapes.csv", "name")[option["machine"]]
        price = table(f"{provider}/instances/{HOME[provider]}.csv", "name")[option["machine"]]
        accelerator = table("accelerators.csv", "model")[size["gpu_model"]]
        assert price["offered"] != "n"
        assert size["arch"] != "arm"
        assert option["monthly_usd"] == pytest.approx(option["machines"] * float(price["on_demand"]) * HOURS, abs=0.02)
        assert option["copies_per_machine"] * option["machines"] >= 3
        assert option["copies_per_machine"] * option["count"] <= max(float(size["gpu_count"]), 1)
        assert option["count"] == option["tensor_parallel"] * option["pipeline_parallel"]
        assert int(facts["heads"]) % option["tensor_parallel"] == 0
        if option["format"] in RUNS:
            assert accelerator["architecture"] in RUNS[option["format"]]
        weights = float(facts["parameters"]) * BITS[option["format"]] / 8 / GIB / option["count"]
        heads = max(int(facts["kv_heads"]) / option["tensor_parallel"], 1) / int(facts["kv_heads"])
        window = int(facts["window"]) if facts["window"] else LENGTH
        full = int(facts["full_layers"]) * LENGTH + int(facts["sliding_layers"] or 0) * min(window, LENGTH)
        cache_gib = HELD * full * per_token / layers * heads / option["pipeline_parallel"] / GIB
        share = min(float(size["gpu_count"]), 1.0)
        assert weights + cache_gib <= float(accelerator["memory_gib"]) * share
        assert weights + cache_gib <= option["needed_gib"] <= option["usable_gib"] * 0.951
        assert option["concurrency"] >= HELD
        speed = option["throughput"]["tokens_per_second"]
        assert 0 < speed["low"] < speed["likely"] < speed["high"]
        assert option["throughput"]["batch"] == HELD
        assert 0 < option["usd_per_million_input"]["likely"] < option["usd_per_million_output"]["likely"]


def test_what_is_shown_is_faster_than_everything_cheaper_or_the_cheapest_of_its_provider(run_costlint: Run) -> None:
    options = sized(run_costlint, "--model", COMMON[0], "--max-len", "8k", "--purchase", "any")["options"]
    assert options == sorted(options, key=lambda one: one["monthly_usd"])
    for at, option in enumerate(options):
        speed = option["throughput"]["tokens_per_second"]["likely"]
        fastest = all(one["throughput"]["tokens_per_second"]["likely"] < speed for one in options[:at])
        first = all(one["provider"] != option["provider"] for one in options[:at])
        assert option["shown"] == (fastest or first)


@pytest.mark.parametrize(
    ("arguments", "field", "wanted"),
    [
        (("--gpu", "l40s"), "accelerator", {"L40S"}),
        (("--provider", "gcp"), "provider", {"gcp"}),
        (("--region", "eu-west-1"), "region", {"eu-west-1"}),
        (("--region", "aws=eu-west-1,gcp=europe-west4"), "region", {"eu-west-1", "europe-west4"}),
        (("--purchase", "spot"), "purchase", {"spot"}),
        (("--purchase", "reserved-1y,reserved-3y"), "purchase", {"reserved-1y", "reserved-3y"}),
        (("--quantize", "fp8"), "format", {"fp8"}),
        (("--quantize", "none,awq"), "format", {"bf16", "awq"}),
    ],
)
def test_options_narrow_the_search(run_costlint: Run, arguments: tuple[str, ...], field: str, wanted: set[str]) -> None:
    found = sized(run_costlint, "--model", COMMON[0], "--max-len", "8k", *arguments)
    assert {one[field] for one in found["options"]} == wanted


def test_hosts_of_another_architecture_are_found_when_asked_for(run_costlint: Run) -> None:
    asked = ("--model", "Qwen/Qwen2.5-7B-Instruct-AWQ", "--max-len", "1k", "--gpu", "T4g")
    assert run_costlint("size", *asked).code == 1
    assert sized(run_costlint, *asked, "--arch", "arm64")["options"]


def test_nothing_slower_than_asked_for_is_told(run_costlint: Run) -> None:
    found = sized(run_costlint, "--model", COMMON[0], "--max-len", "8k", "--min-throughput", "3000 tokens/s")
    assert min(one["throughput"]["tokens_per_second"]["likely"] for one in found["options"]) >= 3000


def test_a_cheaper_format_nobody_asked_for_is_mentioned(run_costlint: Run) -> None:
    asked = ("--model", COMMON[1], "--max-len", "8k")
    found = sized(run_costlint, *asked)
    assert {one["format"] for one in found["options"]} == {"bf16"}
    assert found["cheaper_in_another_format"]["monthly_usd"] < found["options"][0]["monthly_usd"]
    assert "--quantize any looks at such formats" in " ".join(run_costlint("size", *asked).out.split())


def test_the_table_says_what_a_person_asks(run_costlint: Run) -> None:
    told = run_costlint("size", "--model", COMMON[1], "--max-len", "16k", "--concurrency", "64", "--no-config").out
    assert told.startswith("meta-llama/Llama-3.1-70B-Instruct  70.6 billion parameters, bf16, vllm\n")
    assert "64 requests of 16,384 tokens at a time" in told
    assert "managed APIs of the same model" in told
    assert "request to a 70B model $0.05–0.2" in " ".join(told.split())
    assert "region assumed: aws us-east-1, gcp us-central1, azure eastus" in told
    assert "64 requests at a time; bands hold 80 %" in told


COMMON_ASKED = ("--model", COMMON[0], "--max-len", "8k", "--no-config", "--no-user-prices")


def test_the_first_token_is_told_for_the_prompt_asked_about(run_costlint: Run) -> None:
    short, long = (
        json.loads(run_costlint("size", *COMMON_ASKED, "--input-tokens", tokens, "--format", "json").out)
        for tokens in ("500", "4000")
    )
    first, later = (told["sized"][0]["options"][0]["first_token"] for told in (short, long))
    assert first["low"] < first["likely"] < first["high"]
    assert first["likely"] < later["likely"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--input-tokens", "1200"), "the first token is that of a prompt of 1,200 tokens that waits for no other"),
        (("--input-tokens", "6000"), "prompts of more than 5,000 tokens were not measured"),
        (("--purchase", "spot"), "spot may be taken away: on a single machine"),
        (("--concurrency", "4"), "with an FP8 KV cache from $"),
    ],
)
def test_what_a_first_user_asks_next_is_said(run_costlint: Run, arguments: tuple[str, ...], says: str) -> None:
    told = run_costlint("size", *COMMON_ASKED, *arguments)
    assert says in " ".join(told.out.split())


def test_what_was_asked_for_is_no_hint(run_costlint: Run) -> None:
    told = run_costlint("size", *COMMON_ASKED, "--concurrency", "4", "--purchase", "on-demand", "--kv-dtype", "fp8")
    assert "spot may be taken away" not in told.out
    assert "with an FP8 KV cache from" not in told.out


def test_of_a_mixture_no_first_token_is_told(run_costlint: Run) -> None:
    told = run_costlint("size", "--model", "Qwen/Qwen3-30B-A3B", "--max-len", "8k", "--no-config", "--no-user-prices")
    assert "first token after" not in told.out
    assert "measured for models without experts only" in " ".join(told.out.split())


def test_the_arithmetic_adds_up(run_costlint: Run) -> None:
    asked = ("--model", COMMON[0], "--max-len", "8k", "--provider", "aws", "--no-config")
    (first, *_) = sized(run_costlint, *asked)["options"]
    told = run_costlint("size", *asked, "--explain").out
    figures = {
        name: next(line for line in told.splitlines() if line.strip().startswith(name))
        .removeprefix(f"  {name}")
        .split()[0]
        for name in (
            "× what vllm may use",
            "weights ",
            "activations and runtime",
            "one request of 8,192 tokens",
            "left",
        )
    }
    usable, weights, overhead, request, left = (float(figure) for figure in figures.values())
    assert usable == pytest.approx(first["usable_gib"], abs=0.01)
    assert weights + overhead + request + left == pytest.approx(usable, abs=0.03)
    assert "2 × 32 layers × 8 heads × 128 × 2 bytes = 128 KiB a token" in told
    assert "8.030 billion × 16 bits (bf16)" in told
    assert "price: " in told


def test_prices_of_ones_own_are_used_and_shown_in_their_currency(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text(
        "currency: {code: EUR, rate: 0.5, date: 2026-11-01}\ndiscounts:\n  - {provider: aws, percent: 10}\n"
    )
    asked = ("--model", COMMON[0], "--max-len", "8k", "--gpu", "L4", "--provider", "aws")
    full, own = (sized(run_costlint, *asked, *more)["options"][0] for more in ((), ("--prices", "prices.yaml")))
    assert own["monthly_usd"] == pytest.approx(full["monthly_usd"] * 0.9, rel=1e-3)
    told = run_costlint("size", *asked, "--prices", "prices.yaml", "--explain", "--html", "chart.html").out
    assert "EUR per M output" in told
    assert f"€{full['monthly_usd'] * 0.45:,.0f}" in told
    assert "EUR per M output" in (tmp_path / "chart.html").read_text(encoding="utf-8")


def test_a_second_model_stands_beside_the_first(run_costlint: Run) -> None:
    told = run_costlint("size", "--model", "Qwen/Qwen3-32B", "--compare", "Qwen/Qwen3-14B", "--max-len", "8k").out
    assert "cheapest of each" in told
    assert [line.split()[0] for line in told.splitlines()[-2:]] == ["Qwen/Qwen3-32B", "Qwen/Qwen3-14B"]


def test_a_model_that_writes_no_text_is_compared_by_compute(run_costlint: Run) -> None:
    found = sized(run_costlint, "--model", "BAAI/bge-m3")
    assert found["demand"]["engine"] == "tei"
    assert {(one["throughput"], one["count"]) for one in found["options"]} == {(None, 1)}


def test_a_config_of_ones_own_is_sized(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    shape = {"model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32}
    (tmp_path / "ours" / "config.json").write_text(json.dumps(shape | {"vocab_size": 32000}))
    for written in ("ours/config.json", "./ours", "ours"):
        found = sized(run_costlint, "--model", written, "--max-len", "2k")
        assert found["model"]["id"] == "ours"
        assert found["options"]


def test_models_of_the_configuration_are_sized(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / ".costlint.yaml").write_text("models:\n  acme/support: {like: meta-llama/Llama-3.1-8B-Instruct}\n")
    told = run_costlint("size", "--model", "acme/support", "--max-len", "8k", "--format", "json")
    (one,) = json.loads(told.out)["sized"]
    assert one["model"]["id"] == "acme/support"
    assert one["options"]


def test_the_region_of_the_configuration_counts(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / ".costlint.yaml").write_text("region: {aws: eu-central-1}\n")
    told = run_costlint("size", "--model", COMMON[0], "--max-len", "8k", "--format", "json")
    (one,) = json.loads(told.out)["sized"]
    assert {"provider": "aws", "region": "eu-central-1"} in one["demand"]["places"]
    assert one["assumed"] == ["region assumed: gcp us-central1, azure eastus"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "say what to size"),
        (("--model", "gpt2", "--from", "."), 2, "exclude each other"),
        (("--model", "gpt2", "--name", "chat"), 2, "--name picks a server of --from"),
        (("--from", ".", "--compare", "gpt2"), 2, "--compare goes with --model"),
        (("--model", "meta-lama/Lama-3.1-8B-Instrct-x"), 4, 'did you mean "meta-llama/Llama-3.1-8B-Instruct"'),
        (("--model", "zz"), 4, 'no model "zz" is known, and its name does not say its size'),
        (("--model", "acme/support-13b", "--max-len", "4k"), 4, "only its size is known"),
        (("--model", "acme/support-13b", "--max-len", "4k"), 4, "low confidence"),
        (
            ("--model", "deepseek-ai/DeepSeek-V4-Flash", "--max-len", "4k"),
            4,
            "nothing says what it keeps of each token",
        ),
        (("--model", "black-forest-labs/FLUX.1-dev"), 4, "makes images"),
        (("--model", "gpt2", "--gpu", "H10"), 2, 'did you mean "H100"?'),
        (("--model", "gpt2", "--provider", "oracle"), 2, '"oracle" is not one of aws, gcp, azure'),
        (("--model", "gpt2", "--provider", "gcp", "--region", "us-east-1"), 2, 'did you mean "us-east1"?'),
        (("--model", "gpt2", "--provider", "aws,gcp", "--region", "us-east-1"), 2, "say gcp=REGION"),
        (("--model", "gpt2", "--provider", "gcp", "--region", "aws=us-east-1"), 2, "which --provider leaves out"),
        (("--model", "gpt2", "--region", "us-est-1"), 2, 'did you mean "us-east-1"'),
        (("--model", "gpt2", "--purchase", "barter"), 2, '"barter" is not one of on-demand'),
        (("--model", "gpt2", "--quantize", "any,fp8"), 2, "any and other formats exclude each other"),
        (("--model", "gpt2", "--quantize", "q99"), 2, 'no format "q99" is known'),
        (("--model", "gpt2", "--kv-dtype", "q99"), 2, 'no format "q99" is known'),
        (("--model", "gpt2", "--max-len", "10m"), 2, "takes requests of up to 1,024 tokens, not 10,485,760"),
        (("--model", "gpt2", "--max-len", "8kk"), 2, '"8kk" is no number of tokens'),
        (("--model", "gpt2", "--max-len", "0"), 2, '"0" is no number of tokens'),
        (("--model", "gpt2", "--max-len", "9" * 60), 2, "is no number of tokens"),
        (("--model", "gpt2", "--max-len", "512", "--input-tokens", "1k"), 2, "shorter than a usual request"),
        (("--model", "gpt2", "--min-throughput", "0.5"), 2, "a share is of what runs today"),
        (("--model", "gpt2", "--min-throughput", "fast"), 2, '"fast" is no throughput'),
        (("--model", "gpt2", "--min-throughput", "9000000"), 1, "no copy gives 9,000,000 tokens/s; the fastest, "),
        (("--model", "gpt2", "--engine", "tei"), 2, "writes text"),
        (("--model", "BAAI/bge-m3", "--concurrency", "4"), 2, "writes no text"),
        (
            ("--model", "Qwen/Qwen3-32B", "--max-len", "8k", "--gpu", "T4", "--quantize", "nvfp4"),
            1,
            "T4 does not run nvfp4",
        ),
        (
            ("--model", "deepseek-ai/DeepSeek-V3", "--max-len", "8k", "--gpu", "L4"),
            1,
            "GiB on each of the nearest, 8 × L4",
        ),
        (("--model", "gpt2", "--gpu", "L4", "--provider", "azure"), 1, "no machine with L4 is sold in azure eastus"),
        (("--model", "none/config.json"), 3, "no such file or directory"),
        (("--from", "empty"), 4, "no model server is recognised in empty"),
        (("--model", "gpt2", "--explain", "--format", "json"), 2, "--explain is for people"),
    ],
)
def test_what_cannot_be_answered_is_said(
    run_costlint: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    (tmp_path / "empty").mkdir()
    told = run_costlint("size", *arguments)
    assert says in " ".join((told.out + told.err).split())
    assert told.code == code
    assert "Traceback" not in told.err


def test_a_config_that_is_none_is_said(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "mamba"}')
    told = run_costlint("size", "--model", "config.json")
    assert told.code == 3
    assert "says nothing of layers" in told.err


def test_the_output_follows_the_published_schema(run_costlint: Run) -> None:
    import jsonschema

    published = json.loads((ROOT / "docs" / "schema" / "size.json").read_text(encoding="utf-8"))
    assert published == size_schema()
    for arguments in (
        ("--model", COMMON[0], "--compare", "BAAI/bge-m3", "--compare", "zz", "--purchase", "any", "--quantize", "any"),
        ("--from", PLATFORM),
    ):
        told = run_costlint("size", *arguments, "--format", "json", "--no-config")
        jsonschema.validate(json.loads(told.out), published)


@pytest.mark.parametrize(
    ("option", "typed", "offered"),
    [
        ("--model", "meta-llama/Llama-3.1-8", "meta-llama/Llama-3.1-8B-Instruct"),
        ("--model", "mixtral-8x7b", "mistralai/Mixtral-8x7B-Instruct-v0.1"),
        ("--gpu", "h1", "H100"),
        ("--region", "eu-cen", "eu-central-1"),
        ("--quantize", "f", "fp8"),
    ],
)
def test_the_shell_completes(option: str, typed: str, offered: str) -> None:
    from click.shell_completion import ShellComplete

    items = ShellComplete(costlint, {}, "costlint", "_COSTLINT_COMPLETE").get_completions(["size", option], typed)
    assert offered in {item.value for item in items}


def test_models_complete_as_arguments_too() -> None:
    from click.shell_completion import ShellComplete

    items = ShellComplete(costlint, {}, "costlint", "_COSTLINT_COMPLETE").get_completions(["models", "fit"], "gpt2")
    assert "openai-community/gpt2" in {item.value for item in items}


def test_a_model_needs_no_option(run_costlint: Run) -> None:
    asked = ("--max-len", "8k", "--no-config", "--no-user-prices")
    assert run_costlint("size", "gpt2", *asked[2:]).out == run_costlint("size", "--model", "gpt2", *asked[2:]).out
    assert run_costlint("size", COMMON[0], *asked).code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("gpt2", "--model", "gpt2"), "MODEL and --model are the same"),
        (("chat.yaml",), "chat.yaml is no model; its servers are sized with --from chat.yaml"),
        (("deploy",), "deploy is no model; its servers are sized with --from deploy"),
        (("gpt2", "--from", "deploy"), "a model and --from exclude each other"),
        ((), "say what to size: a MODEL, or --from FILE"),
    ],
)
def test_what_is_no_model_is_told_how_it_is_sized(
    run_costlint: Run, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "chat.yaml").write_text("kind: Deployment")
    told = run_costlint("size", *arguments)
    assert told.code == 2
    assert says in told.err
