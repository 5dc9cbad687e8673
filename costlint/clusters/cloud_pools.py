"""Node pools of the clouds' own Kubernetes services, as Terraform declares them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from costlint.clusters.pools import Neighbours, Pool, Taint, Value, at, declares, items, machine_of, mapping
from costlint.model import UNKNOWN, Resource, Unknown, is_unknown

_ZONE = re.compile(r"\d-[a-z]$")
_DISTRIBUTION = "mixed_instances_policy.instances_distribution"
_EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}
_EKS_DEFAULT = "t3.medium"  # docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
_LABEL_TAG = "k8s.io/cluster-autoscaler/node-template/label/"
_TAINT_TAG = "k8s.io/cluster-autoscaler/node-template/taint/"
_OWNED = re.compile(r"kubernetes\.io/cluster/.+|k8s\.io/cluster-autoscaler/.+")


@declares("aws_eks_node_group")
def eks_managed(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    written = resource.get("instance_types")
    machine: Value = written[0] if isinstance(written, list) and written else written or None
    template = neighbours(at(resource.attributes, "launch_template.id"), "aws_launch_template") or neighbours(
        at(resource.attributes, "launch_template.name"), "aws_launch_template"
    )
    if machine is None:
        machine = template.get("instance_type") if template is not None else None
        if machine is None:
            machine = _EKS_DEFAULT if at(resource.attributes, "launch_template") is None else UNKNOWN
    name = resource.get("node_group_name")
    capacity = resource.get("capacity_type")
    labels = {**mapping(resource.get("labels")), "eks.amazonaws.com/nodegroup": UNKNOWN if name is None else name}
    labels["eks.amazonaws.com/capacityType"] = "ON_DEMAND" if capacity is None else capacity
    yield Pool(
        resource.address,
        name,
        "aws",
        resource.region.name,
        machine_of(machine),
        labels,
        tuple(_taint(one) for one in items(resource.get("taint"))),
        resource.get("scaling_config.min_size"),
        resource.get("scaling_config.desired_size"),
        resource.get("scaling_config.max_size"),
        capacity if is_unknown(capacity) else capacity == "SPOT",
    )


@declares("aws_autoscaling_group")
def self_managed(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    """A group that is tagged as nodes of a cluster."""
    tags = {str(one.get("key")): one.get("value") for one in items(resource.get("tag"))}
    if not any(map(_OWNED.fullmatch, tags)):
        return
    launched = None
    for path in ("launch_template.id", "launch_template.name", "launch_configuration"):
        launched = launched or neighbours(
            at(resource.attributes, path), "aws_launch_template", "aws_launch_configuration"
        )
    machine = launched.get("instance_type") if launched is not None else UNKNOWN
    taints = []
    for key, value in tags.items():
        if key.startswith(_TAINT_TAG):
            text, _, effect = str(value).rpartition(":")
            taints.append(Taint(key.removeprefix(_TAINT_TAG), text, effect))
    mixed = at(
        resource.attributes, "mixed_instances_policy.instances_distribution.on_demand_percentage_above_base_capacity"
    )
    yield Pool(
        resource.address,
        resource.get("name"),
        "aws",
        resource.region.name,
        machine_of(UNKNOWN if machine is None else machine),
        {key.removeprefix(_LABEL_TAG): value for key, value in tags.items() if key.startswith(_LABEL_TAG)},
        tuple(taints),
        resource.get("min_size"),
        resource.get("desired_capacity"),
        resource.get("max_size"),
        mixed if is_unknown(mixed) else mixed in (0, "0"),
    )


@declares("google_container_node_pool")
def gke(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    cluster = neighbours(resource.get("cluster"), "google_container_cluster")
    yield _gke(resource, resource.attributes, cluster)


@declares("google_container_cluster")
def gke_inline(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    """The pools a cluster declares itself, and its default pool where it keeps one."""
    inline = items(resource.get("node_pool"))
    for pool in inline:
        yield _gke(resource, pool, resource)
    kept = resource.get("remove_default_node_pool") in (None, False) and resource.get("initial_node_count")
    if not inline and kept and not resource.get("enable_autopilot"):
        yield _gke(resource, {**resource.attributes, "name": "default-pool"}, resource)


def _gke(resource: Resource, pool: Mapping[str, object], cluster: Resource | None) -> Pool:
    config = at(pool, "node_config")
    accelerators = items(at(config, "guest_accelerator"))
    first = accelerators[0] if accelerators else {}
    machine = at(config, "machine_type")
    zones = _zones(pool, cluster)
    spot = [at(config, "spot"), at(config, "preemptible")]
    name = pool.get("name")
    labels = {**mapping(at(config, "labels")), "cloud.google.com/gke-nodepool": UNKNOWN if name is None else name}
    if first.get("type") is not None:
        labels["cloud.google.com/gke-accelerator"] = first["type"]
    labels["cloud.google.com/gke-spot"] = UNKNOWN if is_unknown(spot[0]) else "true" if spot[0] else None
    now = next((pool[key] for key in ("node_count", "initial_node_count") if pool.get(key) is not None), None)
    least, most = at(pool, "autoscaling.min_node_count"), at(pool, "autoscaling.max_node_count")
    total = at(pool, "autoscaling.total_max_node_count")
    return Pool(
        resource.address,
        name,
        "gcp",
        resource.region.name,
        machine_of("e2-medium" if machine is None else machine, first.get("type"), first.get("count")),
        labels,
        tuple(_taint(one) for one in items(at(config, "taint"))),
        at(pool, "autoscaling.total_min_node_count") if total else _times(least, zones),
        _times(now, zones),
        total or _times(most, zones),
        UNKNOWN if any(map(is_unknown, spot)) else any(spot),
    )


@declares("azurerm_kubernetes_cluster_node_pool")
def aks(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    yield _aks(resource, resource.attributes)


@declares("azurerm_kubernetes_cluster")
def aks_default(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    for pool in items(resource.get("default_node_pool")):
        yield _aks(resource, pool)


def _aks(resource: Resource, pool: Mapping[str, object]) -> Pool:
    name, priority = pool.get("name"), pool.get("priority")
    scaled = [pool.get("auto_scaling_enabled"), pool.get("enable_auto_scaling")]
    spot = priority if is_unknown(priority) else priority == "Spot"
    labels = {**mapping(pool.get("node_labels")), "agentpool": name, "kubernetes.azure.com/agentpool": name}
    if spot is True:
        labels["kubernetes.azure.com/scalesetpriority"] = "spot"
    taints = pool.get("node_taints")
    bounds = UNKNOWN if any(map(is_unknown, scaled)) else None
    if any(one is True for one in scaled):
        least, most = pool.get("min_count"), pool.get("max_count")
    else:
        least = most = bounds
    return Pool(
        resource.address,
        name,
        "azure",
        resource.region.name,
        machine_of(UNKNOWN if pool.get("vm_size") is None else pool["vm_size"]),
        labels,
        tuple(_written(text) for text in (taints if isinstance(taints, list) else ())),
        least,
        pool.get("node_count"),
        most,
        spot,
    )


def _taint(written: Mapping[str, Value]) -> Taint:
    effect = written.get("effect")
    return Taint(written.get("key"), written.get("value"), _EFFECTS.get(str(effect), effect))


def _written(text: Value) -> Taint:
    """A taint as AKS takes it: `sku=gpu:NoSchedule`."""
    if not isinstance(text, str):
        return Taint(UNKNOWN, UNKNOWN, UNKNOWN)
    pair, _, effect = text.rpartition(":")
    key, _, value = pair.partition("=")
    return Taint(key, value, effect)


def _zones(pool: Mapping[str, object], cluster: Resource | None) -> Value:
    """In how many zones a pool runs, UNKNOWN where it is a regional cluster's own choice of three."""
    listed = pool.get("node_locations") or (cluster.get("node_locations") if cluster is not None else None)
    if isinstance(listed, list) and listed:
        return len(listed)
    location = cluster.get("location") if cluster is not None else pool.get("location")
    if isinstance(location, str):
        return 1 if _ZONE.search(location) else 3
    return UNKNOWN


def _times(count: Value, zones: Value) -> Value:
    if count is None:
        return None
    if isinstance(count, Unknown) or isinstance(zones, Unknown):
        return UNKNOWN
    return count * zones if isinstance(count, (int, float)) and isinstance(zones, int) else UNKNOWN
