"""Models that are named in roundabout ways: behind a blank, by scripts nobody can read, by applications on Ray."""

from __future__ import annotations

from typing import Any

import pytest

from costlint.model import Region, Resource, Span, Unknown
from costlint.sizing.server import Server
from costlint.sizing.servers import servers_of

IMAGE = "vllm/vllm-openai:v0.8.5"


def resource(type_: str, **attributes: Any) -> Resource:
    return Resource(f"{type_}/x", type_, "kubernetes", attributes, Span("a.yaml", 1, 1, 1, 2), Region(""))


def one(**container: object) -> Server:
    spec = {"template": {"spec": {"containers": [{"image": IMAGE, **container}]}}}
    (server,) = servers_of(resource("Deployment", spec=spec))
    return server


def on_ray(serve: str, gpus: int = 2, image: str = "rayproject/ray-ml:2.9.0") -> list[Server]:
    worker = {"containers": [{"image": image, "resources": {"limits": {"nvidia.com/gpu": gpus}}}]}
    cluster = {"workerGroupSpecs": [{"groupName": "gpu", "template": {"spec": worker}}]}
    return servers_of(resource("RayService.ray.io", spec={"serveConfigV2": serve, "rayClusterConfig": cluster}))


@pytest.mark.parametrize(
    ("written", "model"),
    [
        ("gs://$(BUCKET)/Llama-2-7b-hf", "Llama-2-7b-hf"),
        ("/mnt/$(DIRECTORY)/checkpoints/Qwen3-32B/", "Qwen3-32B"),
        ("s3://{{ .Values.bucket }}/llama-3.1-8b-instruct", "llama-3.1-8b-instruct"),
    ],
)
def test_the_end_of_a_path_names_the_model_whatever_its_beginning(written: str, model: str) -> None:
    assert one(args=["--model", written]).model == model


@pytest.mark.parametrize("written", ["gs://$(BUCKET)/$(MODEL)", "$(ORGANISATION)/checkpoint", "/models/$(NAME)/v1"])
def test_an_end_that_is_no_size_names_nothing(written: str) -> None:
    assert isinstance(one(args=["--model", written]).model, Unknown)


def test_a_blank_in_angle_brackets_is_the_value_of_its_flag() -> None:
    script = "vllm serve \\\n  --model <model-path> \\\n  --served-model-name chat --max-model-len 4096"
    server = one(command=["sh", "-c", script])
    assert isinstance(server.model, Unknown)
    assert (server.served_name, server.max_length) == ("chat", 4096)


def test_input_from_a_file_is_no_blank() -> None:
    assert one(command=["sh", "-c", "vllm serve Qwen/Qwen3-8B --max-model-len 4096 <input.txt"]).max_length == 4096


def test_a_script_nobody_can_read_is_told_the_model_by_the_usual_variable() -> None:
    env = [
        {"name": "MODEL", "value": "/mnt/checkpoints/llama-3.1-405b-instruct/"},
        {"name": "MAX_MODEL_LEN", "value": "8"},
    ]
    server = one(command=["/usr/local/bin/run.sh"], env=env)
    assert server.model == "/mnt/checkpoints/llama-3.1-405b-instruct/"
    assert isinstance(server.max_length, Unknown)


def test_variables_that_contradict_each_other_name_no_model() -> None:
    env = [{"name": "MODEL", "value": "a/one-7b"}, {"name": "MODEL_ID", "value": "a/two-8b"}]
    assert isinstance(one(command=["/run.sh"], env=env).model, Unknown)


COMPOSED = """
applications:
  - import_path: composition.serve:multi_model
    runtime_env:
      pip: ["vllm==0.4.3"]
      env_vars:
        MODEL_1_ID: google/gemma-7b-it
        MODEL_1_TENSOR_PARALLELISM: "2"
        MODEL_2_ID: meta-llama/Meta-Llama-3-8B-Instruct
"""


def test_an_application_of_several_models_has_a_server_for_each() -> None:
    first, second = on_ray(COMPOSED)
    assert (first.model, first.tensor_parallel) == ("google/gemma-7b-it", 2)
    assert second.model == "meta-llama/Meta-Llama-3-8B-Instruct"
    assert isinstance(first.gpus, Unknown)
    assert isinstance(second.gpus, Unknown)


def test_files_of_rayllm_are_named_after_their_models() -> None:
    serve = """
applications:
  - import_path: rayllm.backend:router_application
    args: {models: [./models/continuous_batching/tiiuae--falcon-7b-instruct.yaml, ./models/ours.yaml]}
"""
    named, ours = on_ray(serve)
    assert named.model == "tiiuae/falcon-7b-instruct"
    assert isinstance(ours.model, Unknown)


def test_an_application_without_a_sign_of_an_engine_is_no_server() -> None:
    assert on_ray("applications: [{import_path: 'shop.serve:app', runtime_env: {env_vars: {MODEL_ID: a/b-7b}}}]") == []


LLM = """
applications:
  - import_path: ray.serve.llm:build_openai_app
    args:
      llm_configs:
        - model_loading_config: {{model_id: chat, model_source: Qwen/Qwen3-32B}}
          accelerator_type: {accelerator}
          engine_kwargs: {{tensor_parallel_size: {shards}, max_model_len: 8192}}
          deployment_config: {{autoscaling_config: {{min_replicas: 2, max_replicas: 4}}}}
"""


@pytest.mark.parametrize(
    ("shards", "gpus", "pods"), [(2, 2, None), (2, 8, None), (8, 4, 2)], ids=["fills", "shares", "spans"]
)
def test_a_replica_on_ray_takes_an_accelerator_for_each_shard(shards: int, gpus: int, pods: int | None) -> None:
    (server,) = on_ray(LLM.format(accelerator="L4", shards=shards), gpus)
    assert (server.model, server.served_name, server.max_length) == ("Qwen/Qwen3-32B", "chat", 8192)
    assert (server.accelerator, server.replicas) == ("L4", 2)
    assert server.gpus == min(shards, gpus)
    assert server.pods == pods


@pytest.mark.parametrize("accelerator", ["A100", "GH100", "null"])
def test_a_name_of_several_accelerators_or_none_names_no_accelerator(accelerator: str) -> None:
    (server,) = on_ray(LLM.format(accelerator=accelerator, shards=1))
    assert server.accelerator is None


class Beside:
    """The objects that stand beside a workload."""

    def __init__(self, *resources: Resource) -> None:
        self.resources = resources

    def of_type(self, *types: str) -> list[Resource]:
        return [one for one in self.resources if one.type in types]


def holding(type_: str, **parts: dict[str, str]) -> Resource:
    attributes = {"metadata": {"name": "settings"}, **parts}
    return Resource(
        f"{type_}/settings", type_, "kubernetes", attributes, Span("a.yaml", 1, 1, 1, 2), Region(""), name="settings"
    )


SECRET = holding("Secret", stringData={"MODEL_ID": "Qwen/Qwen3-8B"})
MAP = holding("ConfigMap", data={"MODEL_ID": "Qwen/Qwen3-8B"})
ENCODED = holding("Secret", data={"MODEL_ID": "UXdlbi9Rd2VuMy04Qg=="})


@pytest.mark.parametrize(
    ("beside", "kind", "known"),
    [(MAP, "configMap", True), (SECRET, "secret", True), (ENCODED, "secret", False), (SECRET, "configMap", False)],
)
def test_a_variable_of_a_config_map_or_secret_names_the_model(beside: Resource, kind: str, known: bool) -> None:
    one_by_one = {"env": [{"name": "M", "valueFrom": {f"{kind}KeyRef": {"name": "settings", "key": "MODEL_ID"}}}]}
    all_at_once = {"envFrom": [{f"{kind}Ref": {"name": "settings"}}]}
    for name, written in (("M", one_by_one), ("MODEL_ID", all_at_once)):
        container = {"image": IMAGE, "args": [f"--model=$({name})"], **written}
        workload = resource("Deployment", spec={"template": {"spec": {"containers": [container]}}})
        (server,) = servers_of(workload, Beside(beside))
        assert server.model == "Qwen/Qwen3-8B" if known else isinstance(server.model, Unknown)
