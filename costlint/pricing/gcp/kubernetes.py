"""GKE: the cluster's management fee and the machines of its node pools; Autopilot bills what pods request, which is
assumed.

Counts in a node pool are per zone: a regional cluster runs them in every one of its zones. The free tier of one zonal
cluster per billing account is not assumed.
"""

from __future__ import annotations

import re

from costlint.model import Resource, UnknownValue
from costlint.pricing.counts import Count, autoscaled, fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.gcp.disks import bill_disk
from costlint.pricing.gcp.machines import Purchase, bill_local_ssd, bill_machines, gpus_of
from costlint.pricing.sections import section, sections

_ZONE = re.compile(r"\d-[a-z]$")
_LOCAL_SSDS = (
    "local_ssd_count",
    "ephemeral_storage_local_ssd_config.local_ssd_count",
    "ephemeral_storage_config.local_ssd_count",
    "local_nvme_ssd_block_config.local_ssd_count",
)

_DEFAULT_POOL = "default-pool"


@estimates("google_container_cluster")
def cluster(resource: Resource, bill: Bill) -> None:
    bill.hourly("cluster management", "gke.cluster.hour")
    if resource.flag("enable_autopilot"):
        if _has_manifests(bill):  # which are billed themselves
            return
        bill.usage("pods, CPU requested", "gke.autopilot-vcpu", "vcpu-hour", "gcp.autopilot.vcpu", bill.hours)
        bill.usage("pods, memory requested", "gke.autopilot-memory", "gb-hour", "gcp.autopilot.gib", bill.hours)
        return
    without_default = resource.flag("remove_default_node_pool")
    pools = sections(resource, "node_pool")
    for pool in pools:
        if not (without_default and pool.text("name", _DEFAULT_POOL) == _DEFAULT_POOL):
            _bill_pool(pool, bill, _zones(pool, resource, bill))
    if not pools and not without_default and resource.number("initial_node_count"):
        _bill_pool(resource, bill, _zones(None, resource, bill))


@estimates("google_container_node_pool")
def node_pool(resource: Resource, bill: Bill) -> None:
    clusters = bill.referred("google_container_cluster")
    _bill_pool(resource, bill, _zones(resource, clusters[0] if clusters else None, bill))


def _has_manifests(bill: Bill) -> bool:
    return bill.remember(
        "manifests", (), lambda view: any(one.provider == "kubernetes" for one in view.resources.values())
    )


def _bill_pool(pool: Resource, bill: Bill, zones: float) -> None:
    nodes = _nodes(pool, bill, zones)
    machine = pool.text("node_config.machine_type")
    purchase = _purchase(pool)
    config = section(pool, "node_config")
    bill_machines(bill, machine, nodes, purchase=purchase, gpus=gpus_of(config) if config else None)
    disk = pool.text("node_config.disk_type")
    bill_disk(bill, disk, pool.number("node_config.disk_size_gb"), nodes, name="node boot disks")
    for path in _LOCAL_SSDS:
        bill_local_ssd(bill, machine, pool.number(f"node_config.{path}"), nodes, purchase)


def _purchase(pool: Resource) -> Purchase:
    """How the nodes of a pool are bought. Those that wait in a queue for capacity are started flexibly, too."""
    if pool.flag("node_config.flex_start") or pool.flag("queued_provisioning.enabled"):
        return "flex-start"
    return "spot" if pool.flag("node_config.spot") or pool.flag("node_config.preemptible") else "on-demand"


def _nodes(pool: Resource, bill: Bill, zones: float) -> Count:
    """Nodes of a pool over all its zones."""
    current = None
    for path in ("node_count", "initial_node_count"):
        if current is None and pool.get(path) is not None:
            current = pool.number(path) * zones
    scaling = section(pool, "autoscaling")
    if scaling is None:
        return fixed(current or 0)
    most = scaling.number("total_max_node_count")
    if most:
        return autoscaled(bill, scaling.number("total_min_node_count"), current, most)
    least, most = scaling.number("min_node_count"), scaling.number("max_node_count")
    return autoscaled(bill, least * zones, current, most * zones)


def _zones(pool: Resource | None, cluster: Resource | None, bill: Bill) -> float:
    """In how many zones a pool's nodes run."""
    if pool is not None and pool.values("node_locations"):
        return len(pool.values("node_locations"))
    location = next((text for owner in (cluster, pool) if owner is not None and (text := owner.text("location"))), "")
    if not location:
        raise UnknownValue(f"{bill.resource.address}.location")
    listed = cluster.values("node_locations") if cluster is not None else []
    if _ZONE.search(location):
        return 1 + len([zone for zone in listed if zone != location])
    return len(listed) or bill.constant("gcp.gke.regional-cluster-zones")
