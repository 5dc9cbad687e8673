"""Nodes a provisioner starts as pods ask for them: Karpenter's node pools, and clusters eksctl creates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from costlint.clusters.pools import (
    Neighbours,
    Pool,
    Requirement,
    Taint,
    Value,
    at,
    declares,
    items,
    machine_of,
    mapping,
)
from costlint.model import UNKNOWN, Resource, is_unknown

CAPACITY_TYPE = "karpenter.sh/capacity-type"


@declares("NodePool.karpenter.sh", "Provisioner.karpenter.sh")
def karpenter(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    """A Karpenter NodePool (or, before v1beta1, Provisioner)."""
    above = "spec" if resource.type.startswith("Provisioner") else "spec.template"
    spec = "spec" if resource.type.startswith("Provisioner") else "spec.template.spec"
    labels = mapping(resource.get("spec.labels" if above == "spec" else "spec.template.metadata.labels"))
    written = resource.get(f"{spec}.requirements")
    requirements = tuple(
        Requirement(str(one.get("key")), str(one.get("operator")), one.get("values")) for one in items(written)
    )
    if is_unknown(written):
        requirements = (Requirement("", "", UNKNOWN),)
    yield Pool(
        resource.address,
        resource.name,
        "",
        "",
        None,
        {**labels, "karpenter.sh/nodepool": resource.name},
        tuple(_taint(one) for one in items(resource.get(f"{spec}.taints"))),
        least=0,
        spot=_spot(requirements),
        billed=False,
        requirements=requirements,
    )


@declares("ClusterConfig.eksctl.io")
def eksctl(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    """The node groups of a cluster eksctl creates."""
    region = at(resource.attributes, "metadata.region")
    for kind in ("managedNodeGroups", "nodeGroups"):
        for group in items(resource.get(kind)):
            types = group.get("instanceTypes") or at(group, "instancesDistribution.instanceTypes")
            machine = group.get("instanceType") or (types[0] if isinstance(types, list) and types else types)
            name = group.get("name")
            yield Pool(
                resource.address,
                name,
                "aws",
                region if isinstance(region, str) else "",
                machine_of("m5.large" if machine is None or machine == "mixed" else machine),
                {**mapping(group.get("labels")), "alpha.eksctl.io/nodegroup-name": name},
                tuple(_taints(group.get("taints"))),
                group.get("minSize"),
                group.get("desiredCapacity"),
                group.get("maxSize"),
                group.get("spot") or False,
                billed=False,
            )


def _taint(written: Mapping[str, Value]) -> Taint:
    return Taint(written.get("key"), written.get("value"), written.get("effect"))


def _taints(written: Value) -> Iterator[Taint]:
    """eksctl takes a list of taints, or a map of `key: "value:Effect"`."""
    if isinstance(written, dict):
        for key, text in written.items():
            value, _, effect = str(text).rpartition(":")
            yield Taint(key, value, effect)
    else:
        yield from map(_taint, items(written))


def _spot(requirements: tuple[Requirement, ...]) -> Value:
    """Whether the nodes are spot: True if they can be nothing else, UNKNOWN if both may happen. Without a word about it
    Karpenter starts on-demand nodes."""
    for one in requirements:
        if one.key == CAPACITY_TYPE and isinstance(one.values, list):
            kinds = set(map(str, one.values))
            return True if kinds == {"spot"} else False if "spot" not in kinds else UNKNOWN
    return False
