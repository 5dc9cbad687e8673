"""Nodes started as pods ask for them (Karpenter, compute classes of GKE), and those of clusters eksctl makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from costlint.clusters.machines import INSTANCE_TYPE, default_machine
from costlint.clusters.pools import (
    Neighbours,
    Pool,
    Requirement,
    Taint,
    Value,
    at,
    declares,
    is_whole,
    items,
    machine_of,
    mapping,
)
from costlint.model import UNKNOWN, PartialList, Resource, is_unknown

CAPACITY_TYPE = "karpenter.sh/capacity-type"


@declares("NodePool.karpenter.sh", "Provisioner.karpenter.sh")
def karpenter(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    """A Karpenter NodePool (or, before v1beta1, Provisioner)."""
    old = resource.type.startswith("Provisioner")
    spec = "spec" if old else "spec.template.spec"
    declared = resource.get("spec.labels" if old else "spec.template.metadata.labels")
    written = resource.get(f"{spec}.requirements")
    requirements = tuple(
        Requirement(str(one.get("key")), str(one.get("operator")), one.get("values")) for one in items(written)
    )
    if is_unknown(written) or isinstance(written, PartialList):
        requirements = (*requirements, Requirement("", "", UNKNOWN))
    yield Pool(
        resource.address,
        resource.name,
        "aws" if _is_aws(resource, requirements) else "",
        "",
        None,
        {**mapping(declared), "karpenter.sh/nodepool": resource.name},
        _taints(resource.get(f"{spec}.taints")),
        least=0,
        spot=_spot(requirements),
        billed=False,
        requirements=requirements,
        complete=is_whole(declared),
    )


@declares("ComputeClass.cloud.google.com")
def compute_class(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    """The first choice of a compute class: what it falls back on is not what it costs."""
    choices = items(resource.get("spec.priorities"))
    if not choices:
        return
    first = choices[0]
    requirements = []
    if first.get("machineType") is not None:
        requirements.append(Requirement(INSTANCE_TYPE, "In", [first["machineType"]]))
    if first.get("machineFamily") is not None:
        requirements.append(Requirement("cloud.google.com/machine-family", "In", [first["machineFamily"]]))
    accelerator = at(first, "gpu.type")
    if accelerator is not None:
        requirements.append(Requirement("cloud.google.com/gke-accelerator", "In", [accelerator]))
    yield Pool(
        resource.address,
        resource.name,
        "gcp",
        "",
        None,
        {"cloud.google.com/compute-class": resource.name},
        (Taint("cloud.google.com/compute-class", resource.name, "NoSchedule"),),
        least=0,
        spot=first.get("spot") or False,
        billed=False,
        requirements=tuple(requirements),
        complete=False,
    )


@declares("ClusterConfig.eksctl.io")
def eksctl(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    """The node groups of a cluster eksctl creates."""
    region = at(resource.attributes, "metadata.region")
    for kind in ("managedNodeGroups", "nodeGroups"):
        for group in items(resource.get(kind)):
            yield _eksctl_group(resource, group, region if isinstance(region, str) else "")


def _eksctl_group(resource: Resource, group: Mapping[str, Value], region: str) -> Pool:
    types = group.get("instanceTypes") or at(group, "instancesDistribution.instanceTypes")
    machine = group.get("instanceType")
    if machine is None or machine == "mixed":
        machine = types[0] if isinstance(types, list) and types else types
    name, declared = group.get("name"), group.get("labels")
    return Pool(
        resource.address,
        name,
        "aws",
        region,
        machine_of(default_machine(resource.type) if machine is None else machine),
        {**mapping(declared), "alpha.eksctl.io/nodegroup-name": name, "eks.amazonaws.com/nodegroup": name},
        _eksctl_taints(group.get("taints")),
        group.get("minSize"),
        group.get("desiredCapacity"),
        group.get("maxSize"),
        group.get("spot") or _only_spot(group),
        complete=is_whole(declared),
    )


def _only_spot(group: Mapping[str, Value]) -> Value:
    above = at(group, "instancesDistribution.onDemandPercentageAboveBaseCapacity")
    base = at(group, "instancesDistribution.onDemandBaseCapacity")
    if is_unknown(above) or is_unknown(base):
        return UNKNOWN
    return above == 0 and not base


def _taints(written: Value) -> tuple[Taint, ...] | None:
    if is_unknown(written) or isinstance(written, PartialList):
        return None
    return tuple(Taint(one.get("key"), one.get("value"), one.get("effect")) for one in items(written))


def _eksctl_taints(written: Value) -> tuple[Taint, ...] | None:
    """eksctl takes a list of taints, or a map of `key: "value:Effect"`."""
    if not isinstance(written, dict):
        return _taints(written)
    found = []
    for key, text in written.items():
        value, _, effect = str(text).rpartition(":")
        found.append(Taint(key, value, effect))
    return tuple(found)


def _is_aws(resource: Resource, requirements: tuple[Requirement, ...]) -> bool:
    """Whether Karpenter runs with the AWS provider: its node class or one of its labels says so."""
    spec = "spec" if resource.type.startswith("Provisioner") else "spec.template.spec"
    kind = resource.get(f"{spec}.nodeClassRef.kind")
    return kind == "EC2NodeClass" or any(one.key.startswith("karpenter.k8s.aws/") for one in requirements)


def _spot(requirements: tuple[Requirement, ...]) -> Value:
    """Whether the nodes are spot. Where both are allowed Karpenter takes spot first; without a word about it, on-demand
    (karpenter.sh/docs/concepts/nodepools, spec.template.spec.requirements)."""
    for one in requirements:
        if one.key == CAPACITY_TYPE and one.operator == "In" and isinstance(one.values, list):
            return UNKNOWN if any(map(is_unknown, one.values)) else "spot" in map(str, one.values)
        if not one.key:
            return UNKNOWN
    return False
