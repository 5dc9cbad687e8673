"""The tables servers are read with are sound, and the page about them says what they say."""

from __future__ import annotations

import re

import msgspec
import pytest
from servers_page import PAGE, page

from costlint.catalog.tables import DATA, records
from costlint.sizing.server import Server
from costlint.sizing.servers import engine_default, version_of
from costlint.sizing.servers.meanings import KINDS
from costlint.sizing.servers.programs import entrypoint, program, program_of_image

FOLDER = DATA / "servers"
TABLES = sorted(FOLDER.glob("*.csv"))
FIELDS = {field.name for field in msgspec.structs.fields(Server)}


def test_the_page_says_what_the_tables_say() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run `make types`"


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_every_row_has_a_source_and_a_date(table: object) -> None:
    for row in records(table):  # type: ignore[arg-type]
        assert row["source"], row
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", row["date"]), row


def test_flags_say_fields_a_server_has_and_are_read_in_a_known_way() -> None:
    kinds = {*KINDS, "text", "first", "config", "arguments", "gguf", "profile"}
    for row in records(FOLDER / "flags.csv"):
        assert program(row["name"])
        assert not row["field"] or row["field"] in FIELDS, row
        assert row["kind"].partition(":")[0] in kinds, row


def test_no_flag_of_a_program_stands_for_two_things() -> None:
    seen: dict[tuple[str, str], str] = {}
    for row in records(FOLDER / "flags.csv"):
        for flag in (row["flag"], *row["aliases"].split()):
            assert seen.setdefault((row["name"], flag), row["flag"]) == row["flag"]


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("vllm/vllm-openai", "vllm"),
        ("docker.io/vllm/vllm-openai-cpu", "vllm"),
        ("763104351884.dkr.ecr.us-west-2.amazonaws.com/vllm", "vllm"),
        ("us-docker.pkg.dev/vertex-ai/vertex-vision-model-garden-dockers/pytorch-vllm-serve", "vllm"),
        ("ghcr.io/llm-d/llm-d-cuda", "vllm"),
        ("lmcache/vllm-openai", "vllm"),
        ("ghcr.io/huggingface/text-generation-inference", "tgi"),
        ("ghcr.io/huggingface/tgi-gaudi", "tgi"),
        ("ghcr.io/huggingface/text-embeddings-inference", "tei"),
        ("lmsysorg/sglang", "sglang"),
        ("nvcr.io/nvidia/tritonserver", "triton"),
        ("nvcr.io/nim/meta/llama3-8b-instruct", "nim"),
        ("ollama/ollama", "ollama"),
        ("quay.io/example/ollama-ubi9", "ollama"),
        ("ghcr.io/ggml-org/llama.cpp", "llama.cpp"),
        ("kserve/huggingfaceserver", "huggingfaceserver"),
    ],
)
def test_images_of_servers_are_known(image: str, name: str) -> None:
    found = program_of_image(image)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "image",
    [
        "nginx",
        "vllm/production-stack-router",
        "aibrix/sglang-router",
        "aibrix/vllm-mock",
        "aibrix/vllm-bench",
        "ghcr.io/open-webui/open-webui",
        "ghcr.io/llm-d/llm-d-inference-sim",
        "ghcr.io/llm-d/llm-d-routing-sidecar-client",
        "rayproject/ray-llm",
        "prom/ollama-exporter",
        "example/ollama-puller",
        "quay.io/example/gradio-rag-vllm-pgvector",
    ],
)
def test_other_images_are_no_servers(image: str) -> None:
    assert program_of_image(image) is None


@pytest.mark.parametrize(
    ("command", "name", "taken"),
    [
        ("vllm serve m", "vllm", 2),
        ("/opt/venv/bin/vllm serve m", "vllm", 2),
        ("python3.12 -u -m vllm.entrypoints.openai.api_server --model m", "vllm", 4),
        ("numactl -N 0 python -m sglang.launch_server", "sglang", 6),
        ("mpirun -n 8 trtllm-serve serve m", "tensorrt-llm", 5),
        ("uv run vllm serve m", "vllm", 4),
        ("/app/llama-server -m m", "llama.cpp", 1),
        ("python /tensorrtllm_backend/scripts/launch_triton_server.py --world_size 1", "triton", 2),
    ],
)
def test_commands_that_start_servers_are_known(command: str, name: str, taken: int) -> None:
    found = entrypoint(command.split())
    assert found is not None
    assert (found[0].program, found[1]) == (name, taken)


@pytest.mark.parametrize("command", ["vllm bench serve m", "echo vllm serve m", "python -m vllm", "ollama pull m", ""])
def test_other_commands_start_none(command: str) -> None:
    assert entrypoint(command.split()) is None


@pytest.mark.parametrize(
    ("tag", "version"),
    [("v0.8.5.post1", (0, 8, 5)), ("0.20.0", (0, 20, 0)), ("latest", None), ("2024", None), (None, None)],
)
def test_tags_name_versions(tag: str | None, version: tuple[int, ...] | None) -> None:
    assert version_of(tag) == version


@pytest.mark.parametrize(
    ("tag", "cached"),
    [("v0.7.3", "false"), ("v0.8.0", "true"), ("v0.20.0", "true"), ("latest", "true"), (None, "true")],
)
def test_defaults_go_by_the_version(tag: str | None, cached: str) -> None:
    assert engine_default("vllm", "prefix_caching", tag) == cached
    assert engine_default("vllm", "no such field", tag) is None
