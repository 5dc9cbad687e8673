"""Machines with accelerators that pods could be moved to, and the labels that say so."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.catalog import Shape
from costlint.clusters.machines import INSTANCE_TYPE, accelerator_keys, labels_of
from costlint.clusters.matching import Node
from costlint.clusters.needs import Needs
from costlint.clusters.workloads import PodGroup
from costlint.policy.subject import Subject

_COUNT_LABEL = "cloud.google.com/gke-accelerator-count"
_TYPE_LABELS = (INSTANCE_TYPE, "beta.kubernetes.io/instance-type")
_NEUTRAL = (
    *("topology.kubernetes.io/", "failure-domain.beta.kubernetes.io/", "kubernetes.io/os", "kubernetes.io/arch"),
    *("cloud.google.com/gke-spot", "cloud.google.com/gke-gpu-driver-version", "karpenter.sh/capacity-type"),
    "cloud.google.com/compute-class",
)
"""Labels that say nothing of which machine: where, and how it is bought."""


def machines_for(subject: Subject, node: Node, needs: Needs) -> dict[str, list[Shape]]:
    """The machines a pod of this CPU and memory fits on, by accelerator, cheapest first; with processors of the same
    kind, for which its image is made."""
    catalog = subject.context.catalog
    present = catalog.shape(node.provider, node.region, node.machine.name)
    arch = present.arch if present is not None else "x86_64"
    key = ("machines with accelerators", node.provider, node.region)
    memory = subject.context.memory
    if key not in memory:
        every = catalog.shapes(node.provider, node.region).values()
        sold = [one for one in every if one.gpu_count and one.gpu_model and one.on_demand and one.offered is not False]
        memory[key] = sorted(sold, key=lambda one: (one.on_demand.amount if one.on_demand else 0.0, one.name))
    found: dict[str, list[Shape]] = {}
    for shape in memory[key]:
        large = (shape.vcpu or 0) >= (needs.cpu or 0) and (shape.memory_gib or 0) >= (needs.memory_gib or 0)
        if large and shape.arch == arch:
            found.setdefault(shape.gpu_model, []).append(shape)
    return found


def choosing_labels(group: PodGroup) -> dict[str, str] | None:
    """The labels that choose the machine; None if anything else may choose it as well."""
    affinity, selector = group.spec.get("affinity"), group.spec.get("nodeSelector")
    if "nodeAffinity" in str(affinity) or not isinstance(selector, dict):
        return None
    found = {}
    for key, value in selector.items():
        if key in accelerator_keys() or key in _TYPE_LABELS or key == _COUNT_LABEL:
            found[str(key)] = str(value)
        elif not str(key).startswith(_NEUTRAL):
            return None
    return found or None


def labels_for(labels: Mapping[str, str], shape: Shape) -> dict[str, str | None] | None:
    """The same labels, naming another machine; None where it has no such label."""
    found: dict[str, str | None] = {}
    for key in labels:
        if key in _TYPE_LABELS:
            found[key] = shape.name
        elif key == _COUNT_LABEL:
            found[key] = f"{shape.gpu_count:.0f}"
        else:
            names = sorted(labels_of(shape.gpu_model, key), key=lambda name: (len(name), name))
            if not names:
                return None
            found[key] = names[0] if labels[key] not in names else labels[key]
    return found


def hourly_price(shape: Shape, node: Node) -> float | None:
    """USD an hour of a machine, bought as a node is; None where nobody states it."""
    price = shape.spot if node.spot is True else shape.on_demand
    return None if price is None else price.amount
