"""What values say by convention where the chart they are given to is not here: pods, and the disks they claim.

Charts begun with `helm create`, and nearly all that are published, call these alike:
https://helm.sh/docs/chart_best_practices/values/, https://github.com/helm/helm/blob/v3.16.0/pkg/chartutil/create.go
(replicaCount, resources, autoscaling, nodeSelector, tolerations, affinity) and https://github.com/bitnami/charts
(persistence). A block that says it otherwise says nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from costlint.clusters.needs import device_named
from costlint.model import UNKNOWN, PartialMap, lookup
from costlint.model.values import Path, path_text

_REPLICAS = ("replicaCount", "replicas")
_SCALERS: tuple[Path, ...] = (("autoscaling",), ("autoscaling", "hpa"), ("hpa",), ("keda",))
_BOUNDS = frozenset(("minReplicas", "maxReplicas"))
_PLACING = ("nodeSelector", "tolerations", "affinity")
_OF_PODS = frozenset((*_REPLICAS, *_PLACING, "autoscaling"))
_SWITCHES = ("enabled", "create", "install", "deploy")
_DAEMONS = ("daemonset", "daemonSet", "useDaemonSet")
_SET_KINDS = frozenset(("deployment", "statefulset", "rollout"))
_FOR_OTHERS = frozenset(("global", "common", "defaults", "default"))
_CLAIMS = ("persistence", "persistentVolume")
_MOST_DEPTH = 12
_MOST_CLAIMS = 50


class Pods(NamedTuple):
    """Pods of one block: how the table of workloads has them, and where in the values each part of that is written."""

    path: Path
    element: Mapping[str, object]
    written: Mapping[Path, Path]


class Claim(NamedTuple):
    """Disks of one block, all alike: their claim as Kubernetes has it, how many there are (UNKNOWN if that cannot be
    told), and where in the values each part is written."""

    path: Path
    spec: Mapping[str, object]
    number: object
    written: Mapping[Path, Path]


def pods_in(values: Mapping[str, object]) -> list[Pods]:
    """The pods values describe: blocks with the resources of a container, and with what only pods have."""
    return [_pods(path, block) for path, block in _blocks(values) if _describes_pods(path, block)]


def claims_in(values: Mapping[str, object]) -> Iterator[Claim]:
    """The disks that blocks of values claim for their pods."""
    for path, block in _blocks(values):
        for key in _CLAIMS:
            asked = block.get(key)
            if isinstance(asked, dict) and _is_claimed(asked):
                yield _claim((*path, key), asked, _claims_of(block, asked))


def _is_claimed(asked: Mapping[str, object]) -> bool:
    on = asked.get("enabled") is not False
    return on and asked.get("size") is not None and asked.get("existingClaim") in (None, "")


def partial(value: object) -> object:
    """Values a chart has more of than it is given: what is absent is not known to be."""
    if isinstance(value, dict):
        return PartialMap({key: partial(item) for key, item in value.items()})
    return [partial(item) for item in value] if isinstance(value, list) else value


def _blocks(value: object, path: Path = ()) -> Iterator[tuple[Path, Mapping[str, object]]]:
    """Every map that is not switched off, is no manifest, and is not there for others to take from."""
    if len(path) > _MOST_DEPTH:
        return
    if isinstance(value, dict):
        if "apiVersion" in value or any(_is_off(value.get(switch)) for switch in _SWITCHES):
            return
        yield path, value
        for key, item in value.items():
            if key not in _FOR_OTHERS:
                yield from _blocks(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _blocks(item, (*path, index))


def _is_off(switch: object) -> bool:
    """Whether a switch is off, or may be."""
    return switch is not None and switch is not True and not isinstance(switch, (dict, list))


def _describes_pods(path: Path, block: Mapping[str, object]) -> bool:
    if path and not _OF_PODS & block.keys():
        return False
    kind = block.get("kind")
    if kind is not None and (not isinstance(kind, str) or kind.lower() not in _SET_KINDS):
        return False
    if any(block.get(key) is True or lookup(block, (key, "enabled")) is True for key in _DAEMONS):
        return False
    return any(_asks_for_a_node(lookup(block, ("resources", part))) for part in ("requests", "limits"))


def _asks_for_a_node(amounts: object) -> bool:
    if not isinstance(amounts, dict):
        return False
    return any(name in ("cpu", "memory") or device_named(str(name)) is not None for name in amounts)


def _pods(path: Path, block: Mapping[str, object]) -> Pods:
    container: Path = ("template", "spec", "containers", 0)
    spec = PartialMap({"containers": [PartialMap({"name": path_text(path), "resources": partial(block["resources"])})]})
    written: dict[Path, Path] = {(): path, (*container, "resources"): (*path, "resources")}
    for key in _PLACING:
        given = block.get(key)
        if given is None or given in ([], {}):  # charts do tolerate taints by themselves, but rarely select nodes
            given = UNKNOWN if key == "tolerations" else None
        spec[key] = given
        written["template", "spec", key] = (*path, key)
    element: dict[str, object] = {"name": path_text(path), "template": {"spec": spec}}
    scaler = _scaler(block)
    if scaler is None:
        name, element["replicas"] = _replicas(block)
        written["replicas",] = (*path, name) if name else path
    else:
        for key in ("minReplicas", "maxReplicas"):
            value = lookup(block, (*scaler, key))
            element[key] = UNKNOWN if value is None else value
            written[key,] = (*path, *scaler, key)
    return Pods(path, element, written)


def _scaler(block: Mapping[str, object]) -> Path | None:
    """Where a block says between how many pods something moves them; None if nothing does."""
    return next((at for at in _SCALERS if lookup(block, (*at, "enabled")) not in (None, False)), None)


def _replicas(block: Mapping[str, object]) -> tuple[str, object]:
    """How many pods a block says there are, and under which name; UNKNOWN if it says nothing, or two things. Between
    bounds in the block itself something may move them."""
    said = [name for name in _REPLICAS if block.get(name) is not None]
    if len(said) != 1 or _BOUNDS & block.keys():
        return "", UNKNOWN
    value = block[said[0]]
    return said[0], value if not isinstance(value, bool) else UNKNOWN


def _claims_of(block: Mapping[str, object], asked: Mapping[str, object]) -> object:
    """How many disks there are: one for each pod, or one for all of them if all may write to it."""
    if asked.get("enabled") is not True:
        return UNKNOWN
    modes = asked.get("accessModes", asked.get("accessMode"))
    if isinstance(modes, (str, list)) and "ReadWriteMany" in modes:
        return 1
    _, count = _replicas(block)
    return count if isinstance(count, int) and _scaler(block) is None and 0 <= count <= _MOST_CLAIMS else UNKNOWN


def _claim(path: Path, asked: Mapping[str, object], count: object) -> Claim:
    key = next((key for key in ("storageClass", "storageClassName") if key in asked), "")
    named = asked[key] if key else UNKNOWN
    spec: dict[str, object] = {"resources": {"requests": {"storage": asked["size"]}}}
    written: dict[Path, Path] = {(): path, ("spec", "resources", "requests", "storage"): (*path, "size")}
    written["spec", "storageClassName"] = (*path, key) if key else path
    if named not in (None, ""):
        spec["storageClassName"] = "" if named == "-" else named
    return Claim(path, spec, count, written)
