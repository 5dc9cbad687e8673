"""Node pools of the clouds' own Kubernetes services, as Terraform declares them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from costlint.catalog import Catalog
from costlint.clusters.machines import default_machine
from costlint.clusters.needs import GKE_CLIENTS, GKE_PARTITION
from costlint.clusters.pools import (
    Neighbours,
    Pool,
    Taint,
    Value,
    at,
    declares,
    is_whole,
    items,
    machine_of,
    mapping,
)
from costlint.model import UNKNOWN, PartialList, Resource, Unknown, is_unknown

_ZONE = re.compile(r"\d-[a-z]$")
_EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute", "PREFER_NO_SCHEDULE": "PreferNoSchedule"}
_LABEL_TAG = "k8s.io/cluster-autoscaler/node-template/label/"
_TAINT_TAG = "k8s.io/cluster-autoscaler/node-template/taint/"
_OWNED = re.compile(r"kubernetes\.io/cluster/.+|k8s\.io/cluster-autoscaler/.+")
_MIXED = "mixed_instances_policy"
_LAUNCHES = (
    "launch_template.id",
    "launch_template.name",
    "launch_configuration",
    f"{_MIXED}.launch_template.launch_template_specification.launch_template_id",
    f"{_MIXED}.launch_template.launch_template_specification.launch_template_name",
)


@declares("aws_eks_node_group")
def eks_managed(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    written = resource.get("instance_types")
    machine: Value = written[0] if isinstance(written, list) and written else written if is_unknown(written) else None
    if machine is None:
        launched = at(resource.attributes, "launch_template")
        template = _launched(resource, neighbours)
        machine = template.get("instance_type") if template is not None else None
        if machine is None:
            machine = UNKNOWN if launched is not None and template is None else default_machine(resource.type)
    name = resource.get("node_group_name")
    capacity = resource.get("capacity_type")
    declared = resource.get("labels")
    labels = {**mapping(declared), "eks.amazonaws.com/nodegroup": UNKNOWN if name is None else name}
    labels["eks.amazonaws.com/capacityType"] = "ON_DEMAND" if capacity is None else capacity
    yield Pool(
        resource.address,
        name,
        "aws",
        resource.region.name,
        machine_of(machine),
        labels,
        _taints(resource.get("taint")),
        resource.get("scaling_config.min_size"),
        resource.get("scaling_config.desired_size"),
        resource.get("scaling_config.max_size"),
        capacity if is_unknown(capacity) else capacity == "SPOT",
        complete=is_whole(declared),
    )


@declares("aws_autoscaling_group")
def self_managed(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    """A group that is tagged as nodes of a cluster. Its nodes label and taint themselves as they start; what the tags
    for the cluster autoscaler say of that is all that can be told."""
    tags = {str(one.get("key")): one.get("value") for one in items(resource.get("tag"))}
    if not any(map(_OWNED.fullmatch, tags)):
        return
    overrides = items(at(resource.attributes, f"{_MIXED}.launch_template.override"))
    launched = _launched(resource, neighbours)
    machine = overrides[0].get("instance_type") if overrides else None
    if machine is None:
        machine = launched.get("instance_type") if launched is not None else UNKNOWN
    taints = []
    for key, value in tags.items():
        if key.startswith(_TAINT_TAG):
            text, _, effect = str(value).rpartition(":")
            taints.append(Taint(key.removeprefix(_TAINT_TAG), text, effect))
    yield Pool(
        resource.address,
        resource.get("name"),
        "aws",
        resource.region.name,
        machine_of(UNKNOWN if machine is None else machine),
        {key.removeprefix(_LABEL_TAG): value for key, value in tags.items() if key.startswith(_LABEL_TAG)},
        tuple(taints) or None,
        resource.get("min_size"),
        resource.get("desired_capacity"),
        resource.get("max_size"),
        _all_spot(resource, launched),
        complete=False,
    )


def _launched(resource: Resource, neighbours: Neighbours) -> Resource | None:
    for path in _LAUNCHES:
        found = neighbours(at(resource.attributes, path), "aws_launch_template", "aws_launch_configuration")
        if found is not None:
            return found
    return None


def _all_spot(resource: Resource, launched: Resource | None) -> Value:
    if resource.get(_MIXED) is None:
        return launched is not None and at(launched.attributes, "instance_market_options.market_type") == "spot"
    above = resource.get(f"{_MIXED}.instances_distribution.on_demand_percentage_above_base_capacity")
    base = resource.get(f"{_MIXED}.instances_distribution.on_demand_base_capacity")
    if is_unknown(above) or is_unknown(base):
        return UNKNOWN
    return str(above) == "0" and str(base or 0) == "0"


@declares("google_container_node_pool")
def gke(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    cluster = neighbours(resource.get("cluster"), "google_container_cluster")
    yield _gke(resource, resource.attributes, cluster, neighbours.catalog)


@declares("google_container_cluster")
def gke_inline(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    """The pools a cluster declares itself, and its default pool where it keeps one."""
    inline = items(resource.get("node_pool"))
    for pool in inline:
        yield _gke(resource, pool, resource, neighbours.catalog)
    kept = resource.get("remove_default_node_pool") in (None, False) and resource.get("initial_node_count")
    if not inline and kept and not resource.get("enable_autopilot"):
        yield _gke(resource, {**resource.attributes, "name": "default-pool"}, resource, neighbours.catalog)


def _gke(resource: Resource, pool: Mapping[str, object], cluster: Resource | None, catalog: Catalog) -> Pool:
    config = at(pool, "node_config")
    accelerators = items(at(config, "guest_accelerator"))
    first = accelerators[0] if accelerators else {}
    machine = at(config, "machine_type")
    if machine is None:
        machine = catalog.defaults(resource.type).get("node_config.machine_type")
    zones = _zones(pool, cluster, catalog)
    spot = [at(config, "spot"), at(config, "preemptible")]
    name = pool.get("name")
    declared = at(config, "labels")
    labels = {**mapping(declared), "cloud.google.com/gke-nodepool": UNKNOWN if name is None else name}
    taints = _taints(at(config, "taint"))
    if first.get("type") is not None:
        labels["cloud.google.com/gke-accelerator"] = first["type"]
        sharing = next(iter(items(first.get("gpu_sharing_config"))), {})
        for key, value in (
            (GKE_PARTITION, first.get("gpu_partition_size")),
            (GKE_CLIENTS, sharing.get("max_shared_clients_per_gpu")),
            ("cloud.google.com/gke-gpu-sharing-strategy", sharing.get("gpu_sharing_strategy")),
        ):
            if value not in (None, ""):
                labels[key] = value if is_unknown(value) else str(value).lower().replace("_", "-")
        if taints is not None:  # cloud.google.com/kubernetes-engine/docs/how-to/gpus: GKE adds it to GPU nodes
            taints = (*taints, Taint("nvidia.com/gpu", "present", "NoSchedule"))
    if any(map(is_unknown, spot)):
        labels["cloud.google.com/gke-spot"] = UNKNOWN
    elif spot[0]:
        labels["cloud.google.com/gke-spot"] = "true"
    now = next((pool[key] for key in ("node_count", "initial_node_count") if pool.get(key) is not None), None)
    least, most = at(pool, "autoscaling.min_node_count"), at(pool, "autoscaling.max_node_count")
    total = at(pool, "autoscaling.total_max_node_count")
    return Pool(
        resource.address,
        name,
        "gcp",
        resource.region.name,
        machine_of(machine, first.get("type"), first.get("count")),
        labels,
        taints,
        at(pool, "autoscaling.total_min_node_count") if total else _times(least, zones),
        _times(now, zones),
        total or _times(most, zones),
        UNKNOWN if any(map(is_unknown, spot)) else any(spot),
        complete=is_whole(declared) and is_whole(config),
    )


@declares("azurerm_kubernetes_cluster_node_pool")
def aks(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    yield _aks(resource, resource.attributes, resource.get("vm_size"))


@declares("azurerm_kubernetes_cluster")
def aks_default(resource: Resource, neighbours: Neighbours) -> Iterator[Pool]:
    default = neighbours.catalog.defaults(resource.type).get("default_node_pool.vm_size")
    for pool in items(resource.get("default_node_pool")):
        yield _aks(resource, pool, default if pool.get("vm_size") is None else pool["vm_size"])


def _aks(resource: Resource, pool: Mapping[str, object], size: Value) -> Pool:
    name, priority = pool.get("name"), pool.get("priority")
    scaled = [pool.get("auto_scaling_enabled"), pool.get("enable_auto_scaling")]
    spot = priority if is_unknown(priority) else priority == "Spot"
    declared, written = pool.get("node_labels"), pool.get("node_taints")
    labels = {**mapping(declared), "agentpool": name, "kubernetes.azure.com/agentpool": name}
    taints = None if is_unknown(written) or isinstance(written, PartialList) else _aks_taints(written)
    if spot is True:
        labels["kubernetes.azure.com/scalesetpriority"] = "spot"
        if taints is not None:  # learn.microsoft.com/azure/aks/spot-node-pool: AKS adds it to spot nodes
            taints = (*taints, Taint("kubernetes.azure.com/scalesetpriority", "spot", "NoSchedule"))
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
        machine_of(UNKNOWN if size is None else size),
        labels,
        taints,
        least,
        pool.get("node_count"),
        most,
        spot,
        complete=is_whole(declared),
    )


def _taints(written: Value) -> tuple[Taint, ...] | None:
    """Taints in blocks; None where they cannot be told."""
    if is_unknown(written) or isinstance(written, PartialList):
        return None
    return tuple(
        Taint(one.get("key"), one.get("value"), _EFFECTS.get(str(one.get("effect")), one.get("effect")))
        for one in items(written)
    )


def _aks_taints(written: Value) -> tuple[Taint, ...]:
    """Taints as AKS takes them: `sku=gpu:NoSchedule`."""
    found = []
    for text in written if isinstance(written, list) else ():
        if isinstance(text, str):
            pair, _, effect = text.rpartition(":")
            key, _, value = pair.partition("=")
            found.append(Taint(key, value, effect))
        else:
            found.append(Taint(UNKNOWN, UNKNOWN, UNKNOWN))
    return tuple(found)


def _zones(pool: Mapping[str, object], cluster: Resource | None, catalog: Catalog) -> Value:
    """In how many zones a pool runs: those listed, one for a zonal cluster (and those listed beside it), else as many
    as a regional cluster takes by itself."""
    own = pool.get("node_locations")
    if isinstance(own, list) and own:
        return UNKNOWN if isinstance(own, PartialList) else len(own)
    listed = cluster.get("node_locations") if cluster is not None else None
    location = cluster.get("location") if cluster is not None else pool.get("location")
    if any(map(is_unknown, (own, listed))) or isinstance(listed, PartialList) or not isinstance(location, str):
        return UNKNOWN
    beside = [zone for zone in listed if zone != location] if isinstance(listed, list) else []
    if _ZONE.search(location):
        return 1 + len(beside)
    return len(beside) or int(catalog.constant("gcp.gke.regional-cluster-zones"))


def _times(count: Value, zones: Value) -> Value:
    if count is None:
        return None
    if isinstance(count, Unknown) or isinstance(zones, Unknown):
        return UNKNOWN
    return count * zones if isinstance(count, (int, float)) and isinstance(zones, int) else UNKNOWN
