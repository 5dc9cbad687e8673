"""The machines nodes run on: what they hold, and the labels providers put on nodes because of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from costlint.catalog import Catalog, Shape
from costlint.catalog.tables import DATA, records

INSTANCE_TYPE = "node.kubernetes.io/instance-type"
_GPU_NAME = "karpenter.k8s.aws/instance-gpu-name"
_PART = re.compile(r"(?:-SHARED|-MIG-.+)$")
_AWS_TYPE = re.compile(r"([a-z]+)(\d+)([a-z-]*|-[a-z]\d+)\.(.+)")


class Machine(NamedTuple):
    """An instance type, with the accelerators attached to it where it has none of its own (N1)."""

    name: str
    accelerator: str = ""
    accelerators: float = 0.0


class Capacity(NamedTuple):
    """What one node holds. GPUs of any kind; `accelerator` is their model in the catalog, "" without any. Memory in
    GiB. None where no source states it."""

    vcpu: float | None
    memory_gib: float | None
    accelerator: str
    accelerators: float | None


def capacity(machine: Machine, provider: str, region: str, catalog: Catalog) -> Capacity | None:
    """What a node of this machine holds, None if the catalog does not know the machine in the region."""
    shape = catalog.shape(provider, region, machine.name)
    if shape is None:
        return None
    if machine.accelerator:
        return Capacity(shape.vcpu, shape.memory_gib, machine.accelerator, machine.accelerators)
    return Capacity(shape.vcpu, shape.memory_gib, shape.gpu_model, shape.gpu_count)


def default_machine(kind: str) -> str:
    """The machine a type of node pool has if nobody names one. KeyError for types without a default."""
    return _defaults()[kind]


def accelerators_named(key: str, value: str) -> frozenset[str]:
    """The models in the catalog a node label may name (none if it names none costlint knows; `a100` names two). Shared
    and sliced GPUs are labelled with the product they are part of."""
    product = _PART.sub("", value)
    return frozenset(_labels().get((key, product), ()))


def accelerator_named(key: str, value: str) -> str:
    """The one model a node label names, "" if it names none or several."""
    models = accelerators_named(key, value)
    return next(iter(models)) if len(models) == 1 else ""


def accelerator_keys() -> frozenset[str]:
    """The node labels that name an accelerator."""
    return frozenset(key for key, _ in _labels())


def labels_of(model: str, key: str) -> frozenset[str]:
    """The values under which an accelerator appears in a node label."""
    return frozenset(value for (name, value), found in _labels().items() if name == key and model in found)


def machine_labels(shape: Shape) -> Mapping[str, str]:
    """What a node of this shape is labelled with by Kubernetes, its cloud or Karpenter.

    Source: kubernetes.io/docs/reference/labels-annotations-taints, karpenter.sh/docs/reference/instance-types.
    """
    labels = {INSTANCE_TYPE: shape.name, "kubernetes.io/arch": "arm64" if shape.arch == "arm64" else "amd64"}
    written = _AWS_TYPE.fullmatch(shape.name) if shape.provider == "aws" else None
    if written is not None:
        letters, generation, more, size = written.groups()
        labels |= {
            "karpenter.k8s.aws/instance-category": letters,
            "karpenter.k8s.aws/instance-generation": generation,
            "karpenter.k8s.aws/instance-family": f"{letters}{generation}{more}",
            "karpenter.k8s.aws/instance-size": size,
        }
        for key, figure in (("cpu", shape.vcpu), ("memory", (shape.memory_gib or 0) * 1024 or None)):
            if figure is not None:
                labels[f"karpenter.k8s.aws/instance-{key}"] = f"{figure:.0f}"
        if shape.gpu_count and (name := next(iter(labels_of(shape.gpu_model, _GPU_NAME)), None)) is not None:
            labels["karpenter.k8s.aws/instance-gpu-manufacturer"] = "nvidia"
            labels["karpenter.k8s.aws/instance-gpu-count"] = f"{shape.gpu_count:.0f}"
            labels[_GPU_NAME] = name
    return labels


@cache
def _defaults() -> Mapping[str, str]:
    return {row["type"]: row["machine"] for row in records(DATA / "kubernetes" / "default_machines.csv")}


@cache
def _labels() -> Mapping[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in records(DATA / "kubernetes" / "accelerator_labels.csv"):
        key = (row["key"], row["value"])
        found[key] = (*found.get(key, ()), row["model"])
    return found
