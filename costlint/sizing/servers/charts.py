"""Model servers that a chart makes of its values, where the chart itself is not here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from costlint.model import UNKNOWN, Path, Resource, Unknown, is_unknown, lookup
from costlint.sizing.server import Server
from costlint.sizing.servers.containers import read_container, server
from costlint.sizing.servers.launches import words_of
from costlint.sizing.servers.neighbours import Neighbours, environment
from costlint.sizing.servers.options import Said, Value, counted, of_arguments, of_settings, of_variables
from costlint.sizing.servers.programs import program
from costlint.sizing.servers.releases import releases_of
from costlint.sizing.servers.requested import accelerator_of, devices_of, image_fields, image_of
from costlint.sizing.servers.words import Variables, settled, written_text
from costlint.sizing.servers.workloads import machine_of

Reader = Callable[[Resource, Mapping[str, object], Path], Iterator[Server]]


def servers_of_release(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The servers of a release of a chart costlint knows; [] for all others."""
    return [
        one for chart, values, path in releases_of(resource) for one in servers_of_values(resource, chart, values, path)
    ]


def servers_of_values(resource: Resource, chart: str, values: Mapping[str, object], path: Path = ()) -> list[Server]:
    """The servers a chart makes of its values, which stand at `path` of a resource (as text, if that ends there)."""
    reader = _CHARTS.get(chart.rsplit("/", 1)[-1])
    return list(reader(resource, values, path)) if reader is not None else []


def _vllm_stack(resource: Resource, values: Mapping[str, object], path: Path) -> Iterator[Server]:
    """vLLM's production-stack. Source: github.com/vllm-project/production-stack (helm/values.yaml)."""
    engine = values.get("servingEngineSpec")
    if not isinstance(engine, dict) or engine.get("enableEngine") is False:
        return
    listed = engine.get("modelSpec")
    for index, spec in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(spec, dict) or spec.get("enabled") is False:
            continue
        at = _below(path, "servingEngineSpec", "modelSpec", index)
        vllm = program("vllm")
        said = Said()
        config = spec.get("vllmConfig")
        if isinstance(config, dict):
            extra = of_arguments(
                words_of(config, "extraArgs", _below(at, "vllmConfig"), Variables({})), vllm, positional=False
            )
            said.merge(extra)
            kebab = {_kebab(str(name)): value for name, value in config.items() if name != "extraArgs"}
            own = of_settings(kebab, vllm)
            names = {
                field: name for name in config for field in of_settings({_kebab(str(name)): config[name]}, vllm).values
            }
            for field, (value, _) in own.values.items():
                said.say(field, value, _below(at, "vllmConfig", names[field]))
        for key, field in (("modelURL", "model"), ("modelRevision", "revision")):
            if spec.get(key) not in (None, ""):
                said.values[field] = Value(settled(written_text(spec[key])), _below(at, key))
        others = image_fields(image_of(spec.get("repository")), _below(at, "repository"))
        if spec.get("tag") not in (None, ""):
            others["tag"] = Value(settled(written_text(spec["tag"])), _below(at, "tag"))
        others |= _stack_devices(spec, at) | accelerator_of(spec, at) | machine_of(spec, at)
        others |= _replicas(spec.get("replicaCount"), _below(at, "replicaCount"))
        yield server(resource, at, vllm, said, _said_here(others, path))


def _stack_devices(spec: Mapping[str, object], at: Path) -> dict[str, Value]:
    if is_unknown(spec.get("resources")) or spec.get("resources"):
        return devices_of(spec, at)
    count = spec.get("requestGPU")
    if count is None:
        return {}
    kind = spec.get("requestGPUType") or "nvidia.com/gpu"
    number = _amount(count)
    return {"gpus": Value(number, _below(at, "requestGPU")), "device": Value(kind, _below(at, "requestGPU"))}


def _ollama(resource: Resource, values: Mapping[str, object], path: Path) -> Iterator[Server]:
    """Source: github.com/otwld/ollama-helm (values.yaml)."""
    found = program("ollama")
    variables = environment({"env": values.get("extraEnv")}, path, resource, None)
    said = of_variables(variables, found)
    for key in ("run", "pull"):
        models = lookup(values, ("ollama", "models", key))
        if isinstance(models, list) and models:
            names = {written_text(one.get("name") if isinstance(one, dict) else one) for one in models}
            said.say(
                "model",
                settled(next(iter(names))) if len(names) == 1 else UNKNOWN,
                _below(path, "ollama", "models", key),
            )
    others: dict[str, Value] = {}
    gpu = lookup(values, ("ollama", "gpu"))
    if isinstance(gpu, dict) and gpu.get("enabled") is True:
        number = gpu.get("number", 1)
        others["gpus"] = Value(_amount(number), _below(path, "ollama", "gpu", "number"))
        device = gpu.get("nvidiaResource", "nvidia.com/gpu") if gpu.get("type") != "amd" else "amd.com/gpu"
        others["device"] = Value(device, _below(path, "ollama", "gpu"))
    others |= image_fields(image_of(lookup(values, ("image", "repository"))), _below(path, "image", "repository"))
    others |= _replicas(values.get("replicaCount"), _below(path, "replicaCount"))
    others |= accelerator_of(values, path) | machine_of(values, path)
    yield server(resource, path, found, said, _said_here(others, path))


def _nim(resource: Resource, values: Mapping[str, object], path: Path) -> Iterator[Server]:
    """Source: docs.nvidia.com/nim/large-language-models/latest/deploy-helm.html."""
    repository, tag = lookup(values, ("image", "repository")), lookup(values, ("image", "tag"))
    name = f"{repository}:{tag}" if isinstance(repository, str) and isinstance(tag, (str, int, float)) else repository
    container = {"image": name, "env": values.get("env"), "resources": values.get("resources")}
    read = read_container(container, path, resource, None, None, program("nim"))
    if read is None:
        return
    found, said = read
    if "model" in said.values and said.values["model"].path[-1:] == ("image",):
        said.values["model"] = Value(said.values["model"].value, _below(path, "image", "repository"))
    others = {**devices_of(container, path), **accelerator_of(values, path), **machine_of(values, path)}
    others |= image_fields(image_of(name), _below(path, "image")) | _replicas(
        values.get("replicaCount"), _below(path, "replicaCount")
    )
    yield server(resource, path, found, said, _said_here(others, path))


def _llm_d(resource: Resource, values: Mapping[str, object], path: Path) -> Iterator[Server]:
    """Source: github.com/llm-d-incubation/llm-d-modelservice (values.yaml)."""
    model = lookup(values, ("modelArtifacts", "uri"))
    for role in ("decode", "prefill"):
        part = values.get(role)
        if not isinstance(part, dict) or part.get("create") is False:
            continue
        listed = part.get("containers")
        for index, container in enumerate(listed if isinstance(listed, list) else ()):
            if not isinstance(container, dict):
                continue
            at = _below(path, role, "containers", index)
            serves = str(container.get("modelCommand", "")).lower().startswith("vllm")
            own = {**container, "command": container.get("command") if not serves else None}
            read = read_container(own, at, resource, None, None, program("vllm") if serves else None)
            if read is None:
                continue
            found, said = read
            if isinstance(model, str):
                said.values["model"] = Value(settled(model), _below(path, "modelArtifacts", "uri"))
            for name, field in (("tensor", "tensor_parallel"), ("data", "data_parallel")):
                count = lookup(part, ("parallelism", name))
                if count is not None:
                    at_ = _below(path, role, "parallelism", name)
                    said.say(field, counted(count, at_).value, at_)
            others = devices_of(container, at)
            if "device" not in others and (tensor := said.values.get("tensor_parallel")) is not None:
                gpus = float(tensor.value) if isinstance(tensor.value, int) else UNKNOWN
                others = {"gpus": Value(gpus, tensor.path), "device": Value("nvidia.com/gpu", ())}
            others |= _replicas(part.get("replicas"), _below(path, role, "replicas"))
            others["role"] = Value(role, ())
            yield server(resource, at, found, said, _said_here(others, path))


_CHARTS: Mapping[str, Reader] = {
    "vllm-stack": _vllm_stack,
    "ollama": _ollama,
    "nim-llm": _nim,
    "llm-d-modelservice": _llm_d,
}


_AS_TEXT = frozenset((("values",),))


def _below(path: Path, *steps: str | int) -> Path:
    """The place of a value; where the values are text, that of the text."""
    return path if path in _AS_TEXT or path[-2:] == ("helm", "values") else (*path, *steps)


def _said_here(others: dict[str, Value], path: Path) -> dict[str, Value]:
    if _below(path, "x") != path:
        return others
    return {name: Value(one.value, path if one.path else ()) for name, one in others.items()}


def _kebab(name: str) -> str:
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in name)


def _amount(value: object) -> float | Unknown:
    try:
        return float(value) if isinstance(value, (str, int, float)) else UNKNOWN
    except (ValueError, OverflowError):
        return UNKNOWN


def _replicas(value: object, path: Path) -> dict[str, Value]:
    return {} if value is None else {"replicas": counted(value, path)}
