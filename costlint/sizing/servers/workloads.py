"""Model servers in the pods of workloads, whatever the kind of workload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from costlint.clusters.workloads import Count, PodGroup, pod_groups
from costlint.model import UNKNOWN, Path, Resource, lookup
from costlint.sizing.server import Server
from costlint.sizing.servers.containers import read_container, server
from costlint.sizing.servers.neighbours import Neighbours
from costlint.sizing.servers.options import Value, counted
from costlint.sizing.servers.requested import accelerator_of, devices_of

_GROUPED = "LeaderWorkerSet.leaderworkerset.x-k8s.io"
_INSTANCE_TYPE = "node.kubernetes.io/instance-type"


def servers_of_workload(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The servers in the containers of a workload. Of a group with a leader, those of the leader count: the others hold
    parts of the same copy of the model."""
    groups = pod_groups(resource)
    if resource.type == _GROUPED:
        size = lookup(resource.attributes, ("spec", "leaderWorkerTemplate", "size"))
        path: Path = ("spec", "leaderWorkerTemplate", "size")
        pods = {} if size is None else {"pods": counted(size, path)}
        for group in groups:
            found = servers_of_group(resource, group, beside, more=pods)
            if found:
                return found
        return []
    return [one for group in groups for one in servers_of_group(resource, group, beside)]


def servers_of_group(
    resource: Resource,
    group: PodGroup,
    beside: Neighbours | None = None,
    more: Mapping[str, Value] | None = None,
) -> list[Server]:
    """The servers in the containers of one sort of pods. `more` is what their kind says of them."""
    found = []
    for path, container in group.containers:
        read = read_container(container, path, resource, group, beside)
        if read is not None:
            others = {**devices_of(container, path), **group_fields(resource, group), **(more or {})}
            found.append(server(resource, path, *read, others))
    return found


def server_of_group(resource: Resource, group: PodGroup, beside: Neighbours | None = None) -> Server | None:
    """The model server of one sort of pods, None if they hold none or several."""
    found = servers_of_group(resource, group, beside)
    return found[0] if len(found) == 1 else None


def group_fields(resource: Resource, group: PodGroup) -> dict[str, Value]:
    """What a sort of pods says besides its containers: how many copies, on which accelerator, in which role."""
    found = {**accelerator_of(group.spec, group.path), **machine_of(group.spec, group.path)}
    if group.nature == "node":
        found["replicas"] = Value(UNKNOWN, ())
    for count in (group.minimum, group.replicas):
        replicas = replicas_said(resource, count)
        if replicas:
            found |= replicas
            break
    if group.role:
        found["role"] = Value(group.role, ())
    return found


def replicas_said(resource: Resource, count: Count) -> dict[str, Value]:
    """The number of replicas if it is written."""
    value = lookup(resource.attributes, count.path) if count.path else None
    return {} if value is None else {"replicas": counted(value, count.path)}


def machine_of(spec: Mapping[str, object], path: Path) -> dict[str, Value]:
    """The instance type a node selector names."""
    value = lookup(spec, ("nodeSelector", _INSTANCE_TYPE))
    if value is None:
        return {}
    return {"machine": Value(value if isinstance(value, str) else UNKNOWN, (*path, "nodeSelector", _INSTANCE_TYPE))}


def summed(counts: Iterable[object]) -> object:
    """The sum of numbers, Unknown if one of them is."""
    total = 0
    for one in counts:
        if not isinstance(one, int) or isinstance(one, bool):
            return UNKNOWN
        total += one
    return total
