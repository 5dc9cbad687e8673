"""What cannot be told stays unknown, what is no server is none, and nothing breaks on bad input."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.model import UNKNOWN, LinkedStr, PartialList, Reference, Region, Resource, Span, Unknown
from costlint.sizing.server import Server
from costlint.sizing.servers import servers_of
from costlint.sizing.servers.containers import SAID_BY_OPTIONS
from costlint.sizing.servers.requested import image_of

IMAGE = "vllm/vllm-openai:v0.8.5"


def resource(type_: str, **attributes: Any) -> Resource:
    return Resource(f"{type_}/x", type_, "kubernetes", attributes, Span("a.yaml", 1, 1, 1, 2), Region(""))


def deployment(container: object, **spec: object) -> Resource:
    return resource("Deployment", spec={"template": {"spec": {"containers": [container], **spec}}})


def one(container: object) -> Server:
    (server,) = servers_of(deployment(container))
    return server


def unknown(value: object) -> bool:
    return isinstance(value, Unknown)


@pytest.mark.parametrize(
    "blank", ["${MODEL}", "$MODEL", "{{ .Values.model }}", "<MODEL_ID>", "$(MODEL)", "org/{{ model }}", UNKNOWN]
)
def test_a_model_yet_to_be_filled_in_is_unknown(blank: object) -> None:
    assert unknown(one({"image": IMAGE, "args": ["--model", blank, "--tensor-parallel-size", "2"]}).model)
    assert one({"image": IMAGE, "args": ["--model", blank, "--tensor-parallel-size", "2"]}).tensor_parallel == 2


def test_options_that_cannot_be_read_may_say_anything() -> None:
    server = one({"image": IMAGE, "args": ["--model=Qwen/Qwen3-8B", UNKNOWN]})
    assert server.model == "Qwen/Qwen3-8B"
    assert all(unknown(getattr(server, field)) for field in SAID_BY_OPTIONS if field != "model")


@pytest.mark.parametrize(
    ("script", "known"),
    [
        ("vllm serve Qwen/Qwen3-8B $EXTRA_ARGS", False),
        ('vllm serve Qwen/Qwen3-8B "$@"', True),
        ("vllm serve Qwen/Qwen3-8B $(cat /args)", False),
        ("vllm serve Qwen/Qwen3-8B --port $PORT", True),
        ('vllm serve Qwen/Qwen3-8B --port "$PORT"', True),
    ],
)
def test_a_variable_that_follows_no_flag_may_hold_more_options(script: str, known: bool) -> None:
    server = one({"image": IMAGE, "command": ["sh", "-c", script]})
    assert server.model == "Qwen/Qwen3-8B"
    assert server.tensor_parallel is None if known else unknown(server.tensor_parallel)


def test_what_differs_between_branches_is_unknown() -> None:
    script = """
    if [ "$SIZE" = big ]; then
      vllm serve Qwen/Qwen3-32B --tensor-parallel-size 2 --max-model-len 4096
    else
      vllm serve Qwen/Qwen3-8B --max-model-len 4096
    fi
    """
    server = one({"image": IMAGE, "command": ["bash", "-c", script]})
    assert unknown(server.model)
    assert unknown(server.tensor_parallel)
    assert server.max_length == 4096


def test_a_variable_set_in_a_branch_is_unknown() -> None:
    script = 'TP=1; if [ -n "$BIG" ]; then TP=8; fi; vllm serve Qwen/Qwen3-8B --tensor-parallel-size "$TP"'
    assert unknown(one({"image": IMAGE, "command": ["bash", "-c", script]}).tensor_parallel)


@pytest.mark.parametrize(
    ("written", "length"),
    [("8192", 8192), ("8k", 8000), ("8K", 8192), ("1.5K", 1536), ("auto", None), ("-1", None), ("eight", None)],
)
def test_lengths_are_read_as_the_engine_reads_them(written: str, length: int | None) -> None:
    found = one({"image": IMAGE, "args": ["--model=m/m", f"--max-model-len={written}"]}).max_length
    assert unknown(found) if length is None else found == length


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("2", 2),
        (2, 2),
        ("two", None),
        ("2.5", None),
        ("", None),
        ("²", None),
        pytest.param("9" * 5000, None, id="too long"),
    ],
)
def test_counts_may_be_quoted(written: object, count: int | None) -> None:
    found = one({"image": IMAGE, "args": ["--model=m/m", "--tensor-parallel-size", written]}).tensor_parallel
    assert unknown(found) if count is None else found == count


@pytest.mark.parametrize("share", ["1.5", "-0.1", "90%", "nan", "inf"])
def test_a_share_that_is_none_is_unknown(share: str) -> None:
    server = one({"image": IMAGE, "args": ["--model=m/m", "--gpu-memory-utilization", share]})
    assert unknown(server.memory_utilisation)


@pytest.mark.parametrize(
    ("args", "field", "value"),
    [
        (["--device-memory-utilization", "0.8"], "memory_utilisation", 0.8),
        (["--spec-model", "Qwen/Qwen3-0.6B", "--spec-tokens", "3"], "draft_model", "Qwen/Qwen3-0.6B"),
    ],
)
def test_what_vllm_0_33_calls_otherwise_is_read_alike(args: list[str], field: str, value: object) -> None:
    assert getattr(one({"image": "vllm/vllm-openai:v0.33.0", "args": ["--model=m/m", *args]}), field) == value


def test_of_a_flag_given_twice_the_last_counts() -> None:
    server = one({"image": IMAGE, "args": ["--model=a/a", "--max-model-len=1", "--model", "b/b", "--max-model-len=2"]})
    assert (server.model, server.max_length) == ("b/b", 2)
    assert server.written["model"] == ("spec", "template", "spec", "containers", 0, "args", 3)


def test_a_value_is_written_at_its_own_argument() -> None:
    server = one({"image": IMAGE, "args": ["--model", "a/a", "--tensor-parallel-size=2"]})
    args = ("spec", "template", "spec", "containers", 0, "args")
    assert server.written["model"] == (*args, 1)
    assert server.written["tensor_parallel"] == (*args, 2)


def test_variables_of_a_config_map_that_is_not_here_are_unknown() -> None:
    container = {
        "image": "ghcr.io/huggingface/text-generation-inference:3.0",
        "env": [{"name": "MODEL_ID", "value": "a/a"}],
        "envFrom": [{"configMapRef": {"name": "elsewhere"}}],
    }
    server = one(container)
    assert server.model == "a/a"
    assert unknown(server.tensor_parallel)


def test_secrets_say_nothing_of_how_a_model_is_served() -> None:
    container = {
        "image": "ghcr.io/huggingface/text-generation-inference:3.0",
        "envFrom": [{"secretRef": {"name": "s"}}],
    }
    assert one(container).tensor_parallel is None


def test_a_script_that_is_not_here_leaves_all_unknown() -> None:
    server = one({"image": IMAGE, "command": ["/start.sh"]})
    assert server.engine == "vllm"
    assert all(unknown(getattr(server, field)) for field in SAID_BY_OPTIONS)


@pytest.mark.parametrize(
    "container",
    [
        {"image": "nginx", "args": ["--model", "meta-llama/Llama-3.1-8B"]},
        {"image": "python:3.12", "command": ["python", "app.py", "--model-id", "gpt2"]},
        {"image": IMAGE, "command": ["sleep", "infinity"]},
        {"image": IMAGE, "command": ["bash", "-c", "pip show vllm; pkill -f 'vllm serve'"]},
        {"image": IMAGE, "args": ["bench"]},
        {"image": "nvcr.io/nim/meta/llama-3.1-8b-instruct:1.1", "args": ["download-to-cache"]},
        {"image": "ghcr.io/llm-d/llm-d-inference-sim:v0.5", "args": ["--model", "m/m", "--max-model-len", "1"]},
        {"image": "vllm/production-stack-router:1", "args": ["--model", "m/m"]},
        {"args": ["--model", "m/m"]},
        {"image": None},
        {},
    ],
)
def test_what_is_no_server_is_none(container: dict[str, object]) -> None:
    assert servers_of(deployment(container)) == []


def test_an_image_to_be_filled_in_is_told_by_its_options() -> None:
    server = one({"image": "V_IMAGE_NAME", "args": ["--model=a/a", "--tensor-parallel-size=2"]})
    assert (server.engine, server.model, server.tensor_parallel) == ("vllm", "a/a", 2)


@pytest.mark.parametrize(
    ("text", "repository", "tag"),
    [
        ("vllm/vllm-openai", "vllm/vllm-openai", ""),
        ("registry:5000/a/vllm:v1", "registry:5000/a/vllm", "v1"),
        ("registry:5000/a/vllm", "registry:5000/a/vllm", ""),
        ("a/b:1@sha256:0f", "a/b", "1"),
        ("", "", ""),
    ],
)
def test_images_have_a_repository_and_a_tag(text: str, repository: str, tag: str) -> None:
    assert image_of(text) == (repository, tag)


def test_an_image_whose_tag_is_not_known_is_still_that_image() -> None:
    server = one({"image": "vllm/vllm-openai:${TAG}", "args": ["--model", "a/a"]})
    assert (server.engine, server.image, server.model) == ("vllm", "vllm/vllm-openai", "a/a")
    assert unknown(server.tag)


def test_replicas_and_devices_that_are_not_known_are_unknown() -> None:
    container = {"image": IMAGE, "args": ["--model", "a/a"], "resources": {"limits": {"nvidia.com/gpu": UNKNOWN}}}
    found = deployment(container)
    found.attributes["spec"]["replicas"] = UNKNOWN  # type: ignore[index]
    (server,) = servers_of(found)
    assert unknown(server.gpus)
    assert unknown(server.replicas)


def test_a_device_nobody_knows_is_not_none() -> None:
    limits = {"huawei.com/Ascend910": 8, "rdma/hca": 1}
    assert unknown(one({"image": IMAGE, "args": ["--model", "a/a"], "resources": {"limits": limits}}).gpus)
    network = {"vpc.amazonaws.com/efa": 1, "rdma/hca": 1}
    assert one({"image": IMAGE, "args": ["--model", "a/a"], "resources": {"limits": network}}).gpus == 0


@pytest.mark.parametrize(
    "found",
    [
        resource("RayService.ray.io", spec={"serveConfigV2": "a: [", "rayClusterConfig": {}}),
        resource("RayService.ray.io", spec={"serveConfigV2": "applications: &a [*a]"}),
        resource("RayService.ray.io", spec={"serveConfigV2": "[" * 5000}),
        resource(
            "RayService.ray.io", spec={"serveConfigV2": "applications: [1, {args: 3}, {args: {llm_configs: [2]}}]"}
        ),
        resource("RayCluster.ray.io", spec={"headGroupSpec": [], "workerGroupSpecs": {"a": 1}}),
        resource("InferenceService.serving.kserve.io", spec={"predictor": {"model": {"args": 3, "modelFormat": "x"}}}),
        resource("LLMInferenceService.serving.kserve.io", spec=UNKNOWN),
        resource("Model.kubeai.org", spec=None),
        resource("Workspace.kaito.sh", inference={"preset": None}),
        resource("NIMService.apps.nvidia.com", spec={"image": "x"}),
        resource("DynamoGraphDeployment.nvidia.com", spec={"services": {"a": None, "b": {"extraPodSpec": 3}}}),
        resource("Application.argoproj.io", spec={"source": {"chart": "vllm-stack", "helm": {"values": "{"}}}),
        resource("LeaderWorkerSet.leaderworkerset.x-k8s.io", spec={"leaderWorkerTemplate": {"size": "x"}}),
        resource("helm_release", chart="redis", values=UNKNOWN, set=[{"name": 3}]),
        resource(
            "helm_release", chart="redis", set=[{"name": "a.b", "value": "²"}, {"name": "a.c", "value": "9" * 5000}]
        ),
        resource("aws_sagemaker_model", primary_container=[UNKNOWN, {"image": 3, "environment": UNKNOWN}]),
        resource("azapi_resource", type="x/onlineEndpoints/deployments@1", body="{"),
        resource("azurerm_cognitive_deployment", sku=[{"name": UNKNOWN}]),
        deployment("text"),
        deployment(UNKNOWN),
    ],
    ids=lambda found: found.type,
)
def test_malformed_kinds_have_no_server(found: Resource) -> None:
    assert servers_of(found) == []


def test_arguments_that_are_no_list_cannot_be_told() -> None:
    server = one({"image": IMAGE, "env": "x", "envFrom": [3], "args": 7, "command": []})
    assert unknown(server.model)
    assert unknown(one({"image": IMAGE, "args": PartialList(["--model=a/a"])}).tensor_parallel)


def test_a_model_whose_endpoint_has_several_variants_has_no_one_machine() -> None:
    name = LinkedStr("m", (Reference("aws_sagemaker_model/x", "name"),))
    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/djl-inference:0.30.0-lmi"
    model = resource("aws_sagemaker_model", primary_container=[{"image": image}])
    variants = [{"model_name": name, "instance_type": kind} for kind in ("ml.g5.xlarge", "ml.p4d.24xlarge")]
    endpoint = resource("aws_sagemaker_endpoint_configuration", production_variants=variants)

    class Beside:
        def of_type(self, *types: str) -> list[Resource]:
            return [one for one in (model, endpoint) if one.type in types]

    (server,) = servers_of(model, Beside())
    assert unknown(server.machine)


_WORDS = st.sampled_from(
    [
        "vllm",
        "serve",
        "--model",
        "--model=",
        "-tp",
        "--config",
        "sh",
        "-c",
        "ollama",
        "run",
        "--lora-modules",
        "exec",
        "",
    ]
)
_TEXT = st.text(string.printable, max_size=40) | _WORDS


@given(st.lists(_TEXT | st.none() | st.integers(), max_size=8), st.lists(_TEXT, max_size=8))
def test_any_command_line_is_read_without_breaking(command: list[object], arguments: list[str]) -> None:
    for image in (IMAGE, "ollama/ollama", "nvcr.io/nim/a/b", "x"):
        servers_of(deployment({"image": image, "command": command, "args": arguments}))


@given(st.text(string.printable + "\ue000é", max_size=300))
def test_any_script_is_read_without_breaking(script: str) -> None:
    servers_of(deployment({"image": IMAGE, "command": ["sh", "-c"], "args": [script]}))
