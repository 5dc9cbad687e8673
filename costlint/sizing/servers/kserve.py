"""Model servers on KServe: inference services with a runtime or containers of their own, and LLM inference services."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from costlint.clusters.workloads import PodGroup, pod_groups
from costlint.model import UNKNOWN, Path, Resource, Unknown, lookup
from costlint.sizing.server import Server
from costlint.sizing.servers.containers import read_container, server
from costlint.sizing.servers.neighbours import Neighbours, named
from costlint.sizing.servers.options import Said, Value
from costlint.sizing.servers.programs import program
from costlint.sizing.servers.requested import devices_of
from costlint.sizing.servers.words import settled, written_text
from costlint.sizing.servers.workloads import group_fields, servers_of_group

_RUNTIMES = ("ServingRuntime.serving.kserve.io", "ClusterServingRuntime.serving.kserve.io")
_MOUNTED = "/mnt/models"
"""Where KServe puts the model of `storageUri`."""

_FORMATS: Mapping[str, str] = {"huggingface": "huggingfaceserver", "vllm": "vllm", "triton": "triton"}
_WITHOUT_VLLM = frozenset(
    ("fill_mask", "token_classification", "sequence_classification", "text_embedding", "table_question_answering")
)


def servers_of_inference_service(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The servers of an InferenceService."""
    found: list[Server] = []
    for group in pod_groups(resource):
        if group.role != "predictor":
            continue
        model = group.spec.get("model")
        if isinstance(model, dict):
            one = _of_model(resource, group, model, "model", beside)
            found += [one] if one is not None else []
        elif isinstance(triton := group.spec.get("triton"), dict):
            one = _of_model(resource, group, {**triton, "modelFormat": {"name": "triton"}}, "triton", beside)
            found += [one] if one is not None else []
        else:
            found += servers_of_group(resource, group, beside, more=_spread(resource))
    return found


def servers_of_llm_inference_service(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The servers of an LLMInferenceService: one, or two where prefill runs apart from decode."""
    found = []
    groups = {one.role: one for one in pod_groups(resource)}
    for role, at in (("", ()), ("prefill", ("prefill",))):
        holder = lookup(resource.attributes, ("spec", *at))
        if not isinstance(holder, dict):
            continue
        group = groups.get(role)
        found.append(_of_llm(resource, holder, ("spec", *at), role, group, beside))
    return [one for one in found if one is not None]


def _of_model(
    resource: Resource,
    group: PodGroup,
    model: Mapping[str, object],
    name: str,
    beside: Neighbours | None,
) -> Server | None:
    path: Path = (*group.path, name)
    runtime = named(beside, model.get("runtime"), resource, *_RUNTIMES)
    form = lookup(model, ("modelFormat", "name"))
    base = _runtime_container(runtime)
    fallback = _FORMATS.get(str(form).lower()) if not isinstance(form, Unknown) else None
    merged: dict[str, object] = {**base, **model}
    before: dict[str, int] = {}
    for key in ("args", "env"):  # those of the runtime come first, and of what is said twice the last holds
        of_runtime, own = base.get(key), model.get(key)
        if isinstance(of_runtime, list) and isinstance(own, list):
            merged[key], before[key] = [*of_runtime, *own], len(of_runtime)
    of_runtime, own = base.get("resources"), model.get("resources")
    if isinstance(of_runtime, dict) and isinstance(own, dict):
        merged["resources"] = {**of_runtime, **own}
    found = read_container(merged, path, resource, group, beside, program(fallback) if fallback else None)
    if found is None:
        return None
    ran, said = found
    for field, (value, at) in list(said.values.items()):
        said.values[field] = Value(value, _written_in_service(resource, at, path, before))
    if model.get("runtime") is not None and runtime is None and "image" not in model:
        said.open = said.open or _is_own_runtime(str(model["runtime"]))
    _stored(said, model, path)
    given = model.get("args")
    options = [written_text(one) for one in given] if isinstance(given, list) else []
    if ran.name == "huggingfaceserver" and _runs_transformers(options):
        ran = ran._replace(engine="transformers")
    devices = devices_of(merged, path) if "resources" in merged else {"gpus": Value(UNKNOWN, ())}
    others = {**devices, **group_fields(resource, group), **_spread(resource)}
    others = {name: Value(one.value, _written_in_service(resource, one.path, path, {})) for name, one in others.items()}
    return server(resource, path, ran, said, others)


def _of_llm(
    resource: Resource,
    holder: Mapping[str, object],
    path: Path,
    role: str,
    group: PodGroup | None,
    beside: Neighbours | None,
) -> Server | None:
    vllm = program("vllm")
    said, others = Said(), dict[str, Value]()
    at = path
    for where, container in group.containers if group is not None else ():
        if container.get("name", "main") == "main":
            found = read_container(container, where, resource, group, beside, vllm)
            others = devices_of(container, where)
            if not isinstance(container.get("resources"), dict) or _claims_devices(resource):
                others["gpus"] = Value(UNKNOWN, ())
            at = where
            if found is None:
                return None
            vllm, said = found
    if group is None:
        others["gpus"] = Value(UNKNOWN, ())
    else:
        others |= group_fields(resource, group)
    for name, field in _PARALLEL.items():
        value = lookup(holder, ("parallelism", name))
        if value is not None:
            said.say(field, value, (*path, "parallelism", name))
    model = lookup(resource.attributes, ("spec", "model"))
    if isinstance(model, dict):
        if isinstance(model.get("uri"), str):
            _replace_mounted(said, settled(str(model["uri"])), ("spec", "model", "uri"))
        if isinstance(model.get("name"), str):
            said.say("served_name", settled(str(model["name"])), ("spec", "model", "name"))
        adapters = lookup(model, ("lora", "adapters"))
        if isinstance(adapters, list):
            uris = tuple(str(one.get("uri")) for one in adapters if isinstance(one, dict))
            said.say("adapters", uris, ("spec", "model", "lora", "adapters"))
    spec = resource.attributes.get("spec")
    if isinstance(spec, dict) and "baseRefs" in spec:
        said.open = True
    if role:
        others["role"] = Value(role, ())
    return server(resource, at, vllm, said, others)


_PARALLEL = {
    "tensor": "tensor_parallel",
    "pipeline": "pipeline_parallel",
    "data": "data_parallel",
    "expert": "expert_parallel",
}


def _runtime_container(runtime: Resource | None) -> Mapping[str, object]:
    containers = lookup(runtime.attributes, ("spec", "containers")) if runtime is not None else None
    listed: list[Any] = containers if isinstance(containers, list) else []
    own = [one for one in listed if isinstance(one, dict) and one.get("name") == "kserve-container"]
    first = own[0] if own else next((one for one in listed if isinstance(one, dict)), {})
    return {key: value for key, value in first.items() if key not in ("name", "volumeMounts")}


def _stored(said: Said, model: Mapping[str, object], path: Path) -> None:
    for at in (("storageUri",), ("storage", "path")):
        value = lookup(model, at)
        if isinstance(value, Unknown):
            _replace_mounted(said, UNKNOWN, (*path, *at))
        elif isinstance(value, str):
            _replace_mounted(said, settled(value), (*path, *at))


def _replace_mounted(said: Said, value: object, path: Path) -> None:
    """Where options name the place KServe puts the model, the model is what it puts there."""
    before = said.values.get("model")
    if before is None or (isinstance(before.value, str) and before.value.rstrip("/") == _MOUNTED):
        said.values["model"] = Value(value, path)


def _runs_transformers(options: list[str]) -> bool:
    flat = " ".join(options).replace("=", " ").split()
    for flag, following in pairwise(flat):
        if flag == "--backend":
            return following == "huggingface"
        if flag == "--task" and following in _WITHOUT_VLLM:
            return True
    return False


def _spread(resource: Resource) -> dict[str, Value]:
    """A copy of the model on several pods (`workerSpec`)."""
    found: dict[str, Value] = {}
    worker = lookup(resource.attributes, ("spec", "predictor", "workerSpec"))
    if isinstance(worker, dict):
        for name, field in (("pipelineParallelSize", "pipeline_parallel"), ("tensorParallelSize", "tensor_parallel")):
            at: Path = ("spec", "predictor", "workerSpec", name)
            if name in worker:
                found[field] = Value(worker[name] if isinstance(worker[name], int) else UNKNOWN, at)
        found["pods"] = found.get("pipeline_parallel", Value(UNKNOWN, ()))
    return found


def _written_in_service(resource: Resource, path: Path, model: Path, before: Mapping[str, int]) -> Path:
    """The place of a value in the service itself, () for what its runtime says. `before` is how many arguments and
    variables of the runtime were put before those of the service."""
    size = len(model)
    if path[:size] == model and len(path) > size + 1 and isinstance(index := path[size + 1], int):
        index -= before.get(str(path[size]), 0)
        path = (*path[: size + 1], index, *path[size + 2 :]) if index >= 0 else ()
    return path if path and lookup(resource.attributes, path) is not None else ()


def _is_own_runtime(name: str) -> bool:
    return not name.startswith("kserve-")


def _claims_devices(resource: Resource) -> bool:
    annotations = lookup(resource.attributes, ("metadata", "annotations"))
    return isinstance(annotations, dict) and "serving.kserve.io/exp-dra-device-class" in annotations
