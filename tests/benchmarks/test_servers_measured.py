"""The measure of recognised model servers counts what runs a server, once, and says why the others are missed."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def measure() -> ModuleType:
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        import servers
    finally:
        sys.path.remove(str(ROOT / "benchmarks"))
    module: ModuleType = servers
    return module


def deployment(name: str, *lines: str, kind: str = "Deployment") -> str:
    head = ["apiVersion: apps/v1", f"kind: {kind}", f"metadata: {{name: {name}}}", "spec:", "  template:", "    spec:"]
    return "\n".join([*head, "      containers:", "      - name: server", *(f"        {line}" for line in lines)])


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        (("image: vllm/vllm-openai:v0.11.0", "args: [--model=Qwen/Qwen3-8B]"), "recognised"),
        (("image: vllm/vllm-openai:v0.11.0", "args: [--model=acme/ours-13b]"), "recognised by the size in its name"),
        (("image: vllm/vllm-openai:v0.11.0", "args: [--model=$MODEL_ID]"), "to be filled in before it is applied"),
        (("image: vllm/vllm-openai:v0.11.0", "args: [--model=/models/chat]"), "a path that names no model"),
        (("image: vllm/vllm-openai:v0.11.0", "args: [--model=acme/ours]"), "a model nobody lists"),
        (("image: vllm/vllm-openai:v0.11.0", "args: [--port=8000]"), "not in what is deployed here"),
        (("image: acme/chat:1", "command: [/start, vllm.entrypoints.openai.api_server]"), "a server that was not seen"),
    ],
)
def test_each_container_has_a_verdict(
    measure: ModuleType, tmp_path: Path, lines: tuple[str, ...], verdict: str
) -> None:
    (tmp_path / "a.yaml").write_text(deployment("a", *lines))
    assert [one.verdict for one in measure.containers(str(tmp_path))] == [verdict]


def test_what_stands_beside_servers_is_none(measure: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "router.yaml").write_text(deployment("router", "image: acme/vllm-router:1"))
    (tmp_path / "get.yaml").write_text(
        deployment("get", "image: nvcr.io/nim/meta/llama-3.1-8b-instruct:1", "args: [download-to-cache]", kind="Job")
    )
    (tmp_path / "shop.yaml").write_text(deployment("shop", "image: nginx:1.29"))
    assert list(measure.containers(str(tmp_path))) == []


def test_objects_of_one_name_count_each_and_only_once(measure: ModuleType, tmp_path: Path) -> None:
    for number, model in enumerate(("Qwen/Qwen3-8B", "Qwen/Qwen3-32B", "acme/ours")):
        text = deployment("chat", "image: vllm/vllm-openai:v0.11.0", f"args: [--model={model}]")
        (tmp_path / f"{number}.yaml").write_text(text)
    verdicts = Counter(one.verdict for one in measure.containers(str(tmp_path)))
    assert verdicts == {"recognised": 2, "a model nobody lists": 1}
