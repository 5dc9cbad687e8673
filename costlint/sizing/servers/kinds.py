"""Kinds whose one purpose is to serve a model: KubeAI's Model, KAITO's Workspace, NVIDIA's NIMService and Dynamo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from costlint.catalog.tables import DATA, records
from costlint.clusters.embedded import settings_in
from costlint.clusters.workloads import Count, PodGroup
from costlint.model import UNKNOWN, Path, Resource, Unknown, lookup
from costlint.numerals import whole_number
from costlint.sizing.server import Server
from costlint.sizing.servers.containers import read_container, server
from costlint.sizing.servers.launches import words_of
from costlint.sizing.servers.neighbours import Neighbours, environment, named
from costlint.sizing.servers.options import Said, Value, counted, of_arguments, of_settings, of_variables
from costlint.sizing.servers.programs import program
from costlint.sizing.servers.requested import accelerator_of, devices_of, image_fields, image_of
from costlint.sizing.servers.words import settled, written_text
from costlint.sizing.servers.workloads import group_fields, machine_of, servers_of_group

_KUBEAI_ENGINES = {"vllm": "vllm", "ollama": "ollama", "infinity": "infinity"}


def servers_of_kubeai_model(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The server of a KubeAI Model. Source: kubeai.org/reference/kubernetes-api."""
    spec = resource.attributes.get("spec")
    engine = spec.get("engine", "VLLM") if isinstance(spec, dict) else None
    name = _KUBEAI_ENGINES.get(str(engine).lower())
    if not isinstance(spec, dict) or name is None or isinstance(engine, Unknown):
        return []
    found, at = program(name), ("spec",)
    variables = environment(spec, at, resource, beside)
    said = of_arguments(words_of(spec, "args", at, variables), found, positional=False)
    said.merge(of_variables(variables, found))
    url = spec.get("url")
    if url is not None:
        text = settled(written_text(url))
        said.values["model"] = Value(text, ("spec", "url"))
    adapters = spec.get("adapters")
    if isinstance(adapters, list):
        urls = tuple(str(one.get("url")) for one in adapters if isinstance(one, dict))
        said.say("adapters", urls, ("spec", "adapters"))
    others = {**_profile(spec.get("resourceProfile")), **image_fields(image_of(spec.get("image")), ("spec", "image"))}
    for key in ("replicas", "minReplicas"):
        if spec.get(key) is not None:
            others["replicas"] = counted(spec[key], ("spec", key))
    return [server(resource, at, found, said, others)]


def servers_of_kaito(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The server of a KAITO Workspace or InferenceSet; tuning is none. Source: kaito-project.github.io/kaito/docs."""
    at: Path = ("spec", "template") if resource.type.startswith("InferenceSet") else ()
    inference = lookup(resource.attributes, (*at, "inference"))
    if not isinstance(inference, dict):
        return []
    machine = lookup(resource.attributes, (*at, "resource", "instanceType"))
    others: dict[str, Value] = {}
    if machine is not None:
        value = settled(machine) if isinstance(machine, str) else UNKNOWN
        others["machine"] = Value(value, (*at, "resource", "instanceType"))
    if at and (replicas := lookup(resource.attributes, ("spec", "replicas"))) is not None:
        others["replicas"] = counted(replicas, ("spec", "replicas"))
    spec = lookup(inference, ("template", "spec"))
    if isinstance(spec, dict):
        group = _pods("", spec, (*at, "inference", "template", "spec"))
        return servers_of_group(resource, group, beside, more=others)
    preset = lookup(inference, ("preset", "name"))
    if preset is None:
        return []
    where: Path = (*at, "inference")
    others["gpus"] = Value(UNKNOWN, ())
    said = Said()
    said.say("model", settled(preset) if isinstance(preset, str) else UNKNOWN, (*where, "preset", "name"))
    found = program("kaito")
    if lookup(resource.attributes, ("metadata", "annotations", "kaito.sh/runtime")) == "transformers":
        found = found._replace(engine="transformers")
    config = inference.get("config")
    if config is not None:
        data = named(beside, config, resource, "ConfigMap")
        text = lookup(data.attributes, ("data", "inference_config.yaml")) if data is not None else None
        settings = settings_in(text)
        own = settings.get("vllm") if settings is not None else None
        if isinstance(own, dict):
            said.merge(of_settings(own, found))
        said.open = said.open or settings is None
    adapters = inference.get("adapters")
    if isinstance(adapters, list):
        names = tuple(str(lookup(one, ("source", "name"))) for one in adapters if isinstance(one, dict))
        said.say("adapters", names, (*where, "adapters"))
    return [server(resource, where, found, said, others)]


def servers_of_nim_service(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The server of a NIMService. Source: docs.nvidia.com/nim-operator/latest/service.html."""
    spec = resource.attributes.get("spec")
    if not isinstance(spec, dict):
        return []
    at: Path = ("spec",)
    repository, tag = lookup(spec, ("image", "repository")), lookup(spec, ("image", "tag"))
    if repository is None:
        return []
    name = f"{repository}:{tag}" if isinstance(tag, (str, int, float)) else repository
    container = {**{k: v for k, v in spec.items() if k in ("env", "args", "command", "resources")}, "image": name}
    read = read_container(container, at, resource, None, beside, program("nim"))
    if read is None:
        return []
    found, said = read
    model = said.values.get("model")
    if model is not None and model.path == ("spec", "image"):
        said.values["model"] = Value(model.value, ("spec", "image", "repository"))
    if model is None and (cached := _cached_model(spec, resource, beside)) is not None:
        said.values["model"] = Value(cached, ("spec", "storage", "nimCache", "name"))
    others = {**devices_of(container, at), **accelerator_of(spec, at), **machine_of(spec, at)}
    others |= image_fields(image_of(name), ("spec", "image"))
    for path in (("scale", "hpa", "minReplicas"), ("replicas",)):
        count = lookup(spec, path)
        if count is not None:
            others.setdefault("replicas", counted(count, ("spec", *path)))
    for name_, field in (("tensor", "tensor_parallel"), ("pipeline", "pipeline_parallel")):
        path_: Path = ("multiNode", "parallelism", name_)
        if (count := lookup(spec, path_)) is not None:
            others[field] = counted(count, ("spec", *path_))
    if lookup(spec, ("storage", "nimCache", "profile")) not in (None, ""):
        said.merge(_of_profile(spec))
    return [server(resource, at, found, said, others)]


def _cached_model(spec: Mapping[str, object], resource: Resource, beside: Neighbours | None) -> object:
    """The model the NIMCache of a service brings from Hugging Face for the NIM that runs any, None if it says none."""
    holder = named(beside, lookup(spec, ("storage", "nimCache", "name")), resource, "NIMCache.apps.nvidia.com")
    source = lookup(holder.attributes, ("spec", "source", "hf")) if holder is not None else None
    parts = [source.get(key) for key in ("namespace", "modelName")] if isinstance(source, dict) else []
    if any(isinstance(part, Unknown) for part in parts):
        return UNKNOWN
    return "/".join(part for part in parts if isinstance(part, str)) if parts and isinstance(parts[-1], str) else None


def servers_of_dynamo(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The workers of a DynamoGraphDeployment. Source: docs.nvidia.com/dynamo (Kubernetes API reference)."""
    found = []
    for name, part, path in _parts(resource):
        template = "podTemplate" if isinstance(part.get("podTemplate"), dict) else "extraPodSpec"
        spec, where = part.get(template), (*path, template)
        if template == "podTemplate":
            spec, where = lookup(spec, ("spec",)), (*where, "spec")
        if not isinstance(spec, dict):
            continue
        containers = [((*where, "mainContainer"), spec.get("mainContainer"))]
        listed = spec.get("containers")
        containers += [((*where, "containers", i), c) for i, c in enumerate(listed if isinstance(listed, list) else ())]
        nodes = lookup(part, ("multinode", "nodeCount"))
        for at, container in containers:
            if not isinstance(container, dict):
                continue
            whole = {**container, "env": _joined(part.get("envs"), container.get("env"))}
            read = read_container(whole, at, resource, _pods(name, spec, where), beside)
            if read is None or (read[1].values.keys() <= {"image", "tag"} and not read[1].open):
                continue  # the frontend runs in the image of the workers
            others = {**devices_of(container, at), **_dynamo_devices(part, path)}
            others |= group_fields(resource, _pods(name, spec, where, (*path, "replicas"), part.get("replicas")))
            if nodes is not None:
                others["pods"] = counted(nodes, (*path, "multinode", "nodeCount"))
            found.append(server(resource, at, *read, others))
    return found


def _parts(resource: Resource) -> Iterator[tuple[str, Mapping[str, object], Path]]:
    services, components = (lookup(resource.attributes, ("spec", key)) for key in ("services", "components"))
    for name, one in services.items() if isinstance(services, dict) else ():
        if isinstance(one, dict):
            yield str(name), one, ("spec", "services", str(name))
    for index, one in enumerate(components if isinstance(components, list) else ()):
        if isinstance(one, dict):
            yield str(one.get("name", "")), one, ("spec", "components", index)


def _dynamo_devices(part: Mapping[str, object], path: Path) -> dict[str, Value]:
    """`resources.limits.gpu`, which Dynamo's operator takes for `nvidia.com/gpu`."""
    for kind in ("limits", "requests"):
        at: Path = ("resources", kind, "gpu")
        count = lookup(part, at)
        if count is not None:
            number = whole_number(str(count)) if isinstance(count, (int, str)) else None
            value = UNKNOWN if number is None else float(number)
            return {"gpus": Value(value, (*path, *at)), "device": Value("nvidia.com/gpu", (*path, *at))}
    return {}


def _joined(first: object, second: object) -> list[object]:
    return [*(first if isinstance(first, list) else ()), *(second if isinstance(second, list) else ())]


def _pods(role: str, spec: Mapping[str, object], path: Path, replicas: Path = (), value: object = None) -> PodGroup:
    nothing = Count(None, ())
    return PodGroup(role, spec, path, {}, Count(value, replicas), nothing, nothing, 1, "service")


def _of_profile(spec: Mapping[str, object]) -> Said:
    said = Said()
    flag = program("nim").variables["NIM_MODEL_PROFILE"]
    value = lookup(spec, ("storage", "nimCache", "profile"))
    said.merge(of_settings({flag.name: value}, program("nim")))
    return said


def _profile(value: object) -> dict[str, Value]:
    """What a resource profile (`nvidia-gpu-l4:2`) stands for in KubeAI's chart; other names are somebody's own."""
    path: Path = ("spec", "resourceProfile")
    if value is None:
        return {}
    name, _, times = str(value).partition(":") if isinstance(value, str) else ("", "", "")
    row = _profiles().get(name)
    number = whole_number(times or "1")
    if row is None or number is None:
        return {"gpus": Value(UNKNOWN, path)}
    found = {"gpus": Value(float(row["count"]) * number, path)}
    if row["device"]:
        found["device"] = Value(row["device"], path)
    if row["accelerator"]:
        found["accelerator"] = Value(row["accelerator"], path)
    return found


@cache
def _profiles() -> Mapping[str, dict[str, str]]:
    return {row["profile"]: row for row in records(DATA / "servers" / "kubeai_profiles.csv")}
