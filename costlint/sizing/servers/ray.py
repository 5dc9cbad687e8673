"""Model servers on Ray: those of Ray Serve's LLM applications, and those the head of a cluster starts by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from costlint.clusters.embedded import settings_in
from costlint.clusters.machines import accelerator_named
from costlint.clusters.workloads import Count, PodGroup
from costlint.model import UNKNOWN, Path, Resource, Unknown, is_unknown, lookup
from costlint.numerals import whole_number
from costlint.sizing.server import Server
from costlint.sizing.servers.containers import server
from costlint.sizing.servers.neighbours import Neighbours
from costlint.sizing.servers.options import Said, Value, of_settings, of_variables
from costlint.sizing.servers.programs import program
from costlint.sizing.servers.requested import accelerator_of, devices_of, image_fields, image_of
from costlint.sizing.servers.words import Variable, Variables, settled, written_text
from costlint.sizing.servers.workloads import machine_of, servers_of_group, summed

CLUSTERS: Mapping[str, Path] = {
    "RayCluster.ray.io": ("spec",),
    "RayService.ray.io": ("spec", "rayClusterConfig"),
    "RayJob.ray.io": ("spec", "rayClusterSpec"),
    "RayClusterFleet.orchestration.aibrix.ai": ("spec", "template", "spec"),
    "RayClusterReplicaSet.orchestration.aibrix.ai": ("spec", "template", "spec"),
}
"""Kinds that hold a Ray cluster, and where."""

_SERVE: Path = ("spec", "serveConfigV2")
_AROUND_VLLM = re.compile(r"(?i)(?<![a-z])(?:vllm|rayllm)")
_ONE_OF_SEVERAL = re.compile(r"(?:[A-Z][A-Z0-9]*_)+MODEL_ID|MODEL_\d+_ID")
_NAMED_AFTER_MODEL = re.compile(r"([\w.-]+?)--([\w.-]+?)(?:\.ya?ml)?$")
"""RayLLM's files of models are named after them: `meta-llama--Llama-2-7b-chat-hf.yaml`."""

_ACCELERATOR_TYPE = "ray.io/accelerator-type"


def servers_on_ray(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The servers of a Ray cluster and of the applications it is to serve."""
    head, workers = _groups(resource)
    found = list(_applications(resource, workers or ([head] if head is not None else [])))
    if found:
        return found
    if head is not None:
        found = [
            one
            for group in (head, *workers)
            for one in servers_of_group(resource, group, beside, more=_spread(group, head, workers))
            if _starts_by_itself(one, resource)
        ]
    return found[:1]


def _applications(resource: Resource, workers: list[PodGroup]) -> Iterator[Server]:
    settings = settings_in(lookup(resource.attributes, _SERVE))
    applications = settings.get("applications") if settings is not None else None
    for application in applications if isinstance(applications, list) else ():
        if not isinstance(application, dict):
            continue
        configs = lookup(application, ("args", "llm_configs"))
        for config in configs if isinstance(configs, list) else ():
            if isinstance(config, dict):
                yield _llm(resource, config, workers)
        if configs is None:
            yield from _application_of_its_own(resource, application, workers)


def _llm(resource: Resource, config: Mapping[str, object], workers: list[PodGroup]) -> Server:
    """One of Ray Serve's `llm_configs`. Source: docs.ray.io/en/latest/serve/llm (LLMConfig)."""
    vllm = program("vllm")
    said = Said()
    for name in ("model_source", "model_id"):
        source = lookup(config, ("model_loading_config", name))
        if source is not None:
            said.say("model", settled(written_text(source)) if isinstance(source, str) else UNKNOWN, _SERVE)
    served = lookup(config, ("model_loading_config", "model_id"))
    if isinstance(served, str):
        said.say("served_name", settled(served), _SERVE)
    arguments = config.get("engine_kwargs")
    if isinstance(arguments, dict):
        for field, (value, _) in of_settings(arguments, vllm).values.items():
            said.say(field, value, _SERVE)
    others = _placed(_workers(workers), said)
    named = config.get("accelerator_type")
    if isinstance(named, str) and (model := accelerator_named(_ACCELERATOR_TYPE, named)):
        others.setdefault("accelerator", Value(model, _SERVE))
    for path in (("deployment_config", "autoscaling_config", "min_replicas"), ("deployment_config", "num_replicas")):
        count = lookup(config, path)
        if isinstance(count, int):
            others["replicas"] = Value(count, _SERVE)
            break
    return server(resource, _SERVE, vllm, said, others)


def _placed(asked: dict[str, Value], said: Said) -> dict[str, Value]:
    """What a replica takes up of its workers: Ray gives each shard of the model one accelerator, so that a replica
    stands on several workers, or several stand on one."""
    gpus = asked["gpus"].value if "gpus" in asked else None
    tensor, pipeline = (
        said.values[name].value if name in said.values else 1 for name in ("tensor_parallel", "pipeline_parallel")
    )
    if not isinstance(gpus, float) or not gpus:
        return asked
    if not isinstance(tensor, int) or not isinstance(pipeline, int) or said.open:
        return asked | {"gpus": Value(UNKNOWN, asked["gpus"].path)}
    needed = tensor * pipeline
    if needed <= gpus:
        return asked | {"gpus": Value(float(needed), asked["gpus"].path)}
    return asked | {"pods": Value(int(needed // gpus) if needed % gpus == 0 else UNKNOWN, ())}


def _application_of_its_own(
    resource: Resource, application: Mapping[str, object], workers: list[PodGroup]
) -> Iterator[Server]:
    """The models of an application that somebody wrote around vLLM. What it does is not known: only what it is told by
    the names that are in use for it counts, and the names of the files it is to read (RayLLM)."""
    deployments = lookup(application, ("deployments",))
    names = [one.get("name") for one in deployments if isinstance(one, dict)] if isinstance(deployments, list) else []
    packages = lookup(application, ("runtime_env", "pip"))
    variables = lookup(application, ("runtime_env", "env_vars"))
    told = variables if isinstance(variables, dict) else {}
    asked = _workers(workers)
    signs = [application.get("import_path"), *names, *(packages if isinstance(packages, list) else ()), *told]
    signs += [container.get("image") for group in workers for _, container in group.containers]
    if not any(_AROUND_VLLM.search(sign) for sign in signs if isinstance(sign, str)):
        return
    if (
        len(names) == 1
        and isinstance(deployments, list)
        and isinstance(count := deployments[0].get("num_replicas"), int)
    ):
        asked["replicas"] = Value(count, _SERVE)
    models = list(_models_told(application, told))
    if len(models) > 1 and "gpus" in asked:
        asked["gpus"] = Value(UNKNOWN, asked["gpus"].path)  # nothing says how its models share the workers
    for said in models:
        said.open = True
        yield server(resource, _SERVE, program("vllm"), said, asked)


def _models_told(application: Mapping[str, object], told: Mapping[str, object]) -> Iterator[Said]:
    """What an application is told, model by model; once where it names none."""
    variables = {str(name): Variable(written_text(value), _SERVE) for name, value in told.items()}
    several = [name for name in variables if _ONE_OF_SEVERAL.fullmatch(name)]
    files = lookup(application, ("args", "models"))
    for name in several:
        said = Said()
        said.say("model", settled(variables[name].text), _SERVE)
        tensor = variables.get(f"{name.removesuffix('ID')}TENSOR_PARALLELISM")
        if tensor is not None:
            said.say("tensor_parallel", UNKNOWN if (number := whole_number(tensor.text)) is None else number, _SERVE)
        yield said
    for file in files if isinstance(files, list) and not several else ():
        said = of_variables(Variables(variables), program("ray-vllm"))
        match = _NAMED_AFTER_MODEL.search(file) if isinstance(file, str) else None
        if match is not None:
            said.say("model", f"{match[1]}/{match[2]}", _SERVE)
        yield said
    if not several and not (isinstance(files, list) and files):
        yield of_variables(Variables(variables), program("ray-vllm"))


def _starts_by_itself(found: Server, resource: Resource) -> bool:
    """Whether a container of a Ray cluster starts the server: KubeRay replaces what the image would run."""
    written = (lookup(resource.attributes, (*found.container, name)) for name in ("command", "args"))
    return any(is_unknown(one) or bool(one) for one in written)


def _workers(workers: list[PodGroup]) -> dict[str, Value]:
    """What the pods that run the replicas ask for, if there is one sort with accelerators."""
    asking: list[dict[str, Value]] = []
    for group in workers:
        for path, container in group.containers:
            devices = devices_of(container, path)
            if "device" in devices:
                devices |= accelerator_of(group.spec, group.path) | machine_of(group.spec, group.path)
                asking.append({**devices, **image_fields(image_of(container.get("image")), (*path, "image"))})
    if len(asking) == 1:
        return asking[0]
    return {"gpus": Value(UNKNOWN, ())} if asking else {}


def _spread(group: PodGroup, head: PodGroup, workers: list[PodGroup]) -> dict[str, Value]:
    """How a copy of the model that the head starts is spread over the pods of its cluster."""
    if group is not head:
        return {}
    own, theirs = _asked(head), [_asked(one) for one in workers]
    pods = summed(_pods(one) for one in workers)
    if not theirs or all(one == 0 for one in theirs):
        return {}
    if isinstance(pods, Unknown) or any(isinstance(one, Unknown) for one in (own, *theirs)):
        return {"pods": Value(UNKNOWN, ())}
    asking = {value for value in theirs if value}
    if len(asking) > 1:
        return {"pods": Value(UNKNOWN, ())}
    assert isinstance(pods, int)
    if own == next(iter(asking)):
        return {"pods": Value(pods + 1, ())}
    if own == 0:
        return {"pods": Value(pods, ()), **_workers(workers)}
    return {"pods": Value(UNKNOWN, ())}


def _pods(group: PodGroup) -> object:
    number, times = group.replicas.value, group.times
    return number * times if isinstance(number, int) and isinstance(times, int) else UNKNOWN


def _asked(group: PodGroup) -> object:
    found = [devices_of(container, path).get("gpus") for path, container in group.containers]
    values = [one.value for one in found if one is not None]
    return (
        UNKNOWN if any(isinstance(one, Unknown) for one in values) else sum(v for v in values if isinstance(v, float))
    )


def _groups(resource: Resource) -> tuple[PodGroup | None, list[PodGroup]]:
    at = CLUSTERS[resource.type]
    fleet = resource.type.endswith(".orchestration.aibrix.ai")
    head = _group(resource, (*at, "headGroupSpec"), "head", ("spec", "replicas") if fleet else ())
    listed = lookup(resource.attributes, (*at, "workerGroupSpecs"))
    workers = []
    for index, one in enumerate(listed if isinstance(listed, list) else ()):
        path = (*at, "workerGroupSpecs", index)
        name = one.get("groupName") if isinstance(one, dict) else None
        role = name if isinstance(name, str) and name else "worker"
        group = _group(resource, path, role, (*path, "replicas"))
        if group is not None:
            workers.append(group)
    return head, workers


def _group(resource: Resource, path: Path, role: str, replicas: Path) -> PodGroup | None:
    at: Path = (*path, "template", "spec")
    spec = lookup(resource.attributes, at)
    if not isinstance(spec, dict):
        return None

    def count(where: Path) -> Count:
        return Count(lookup(resource.attributes, where) if where else None, where)

    hosts = lookup(resource.attributes, (*path, "numOfHosts"))
    return PodGroup(
        role=role,
        spec=spec,
        path=at,
        labels={},
        replicas=count(replicas),
        minimum=Count(None, ()),
        maximum=Count(None, ()),
        times=1 if hosts is None else hosts,
        nature="service",
    )
