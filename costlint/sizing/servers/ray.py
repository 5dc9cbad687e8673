"""Model servers on Ray: those of Ray Serve's LLM applications, and those the head of a cluster starts by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from costlint.clusters.workloads import Count, PodGroup
from costlint.model import UNKNOWN, Path, Resource, Unknown, lookup
from costlint.sizing.server import Server
from costlint.sizing.servers.containers import accelerator_of, devices_of, image_fields, image_of, server
from costlint.sizing.servers.engines import program
from costlint.sizing.servers.options import Said, Value, of_settings, of_variables
from costlint.sizing.servers.settings import settings_in
from costlint.sizing.servers.surroundings import Neighbours
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
            one = _application_of_its_own(resource, application, workers)
            if one is not None:
                yield one


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
    others = _workers(workers)
    for path in (("deployment_config", "autoscaling_config", "min_replicas"), ("deployment_config", "num_replicas")):
        count = lookup(config, path)
        if isinstance(count, int):
            others["replicas"] = Value(count, _SERVE)
            break
    return server(resource, _SERVE, vllm, said, others)


def _application_of_its_own(
    resource: Resource, application: Mapping[str, object], workers: list[PodGroup]
) -> Server | None:
    """An application that somebody wrote around vLLM. What it does is not known: only what it is told by the names that
    are in use for it counts."""
    deployments = lookup(application, ("deployments",))
    names = [one.get("name") for one in deployments if isinstance(one, dict)] if isinstance(deployments, list) else []
    packages = lookup(application, ("runtime_env", "pip"))
    variables = lookup(application, ("runtime_env", "env_vars"))
    signs = [application.get("import_path"), *names, *(packages if isinstance(packages, list) else ())]
    signs += variables if isinstance(variables, dict) else ()
    if not any(_AROUND_VLLM.search(sign) for sign in signs if isinstance(sign, str)):
        return None
    said = Said()
    variables = lookup(application, ("runtime_env", "env_vars"))
    if isinstance(variables, dict):
        told = of_variables(
            Variables({str(k): Variable(written_text(v), _SERVE) for k, v in variables.items()}), program("ray-vllm")
        )
        said.merge(told)
    said.open = True
    others = _workers(workers)
    if len(names) == 1 and isinstance(deployments, list):
        count = deployments[0].get("num_replicas")
        if isinstance(count, int):
            others["replicas"] = Value(count, _SERVE)
    return server(resource, _SERVE, program("vllm"), said, others)


def _starts_by_itself(found: Server, resource: Resource) -> bool:
    """Whether a container of a Ray cluster starts the server: KubeRay replaces what the image would run."""
    return any(lookup(resource.attributes, (*found.container, name)) for name in ("command", "args"))


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
    numbers = [one.replicas.value for one in workers]
    times = [one.times for one in workers]
    known = all(isinstance(n, int) and isinstance(t, int) for n, t in zip(numbers, times, strict=True))
    pods = summed(n * t for n, t in zip(numbers, times, strict=True)) if known else UNKNOWN  # type: ignore[operator]
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
        group = _group(resource, path, str(name or "worker"), (*path, "replicas"))
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
