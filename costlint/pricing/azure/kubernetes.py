"""AKS: the control plane's tier and the machines of its node pools. Counts are per pool, whatever its zones."""

from __future__ import annotations

import re

from costlint.model import Resource
from costlint.pricing.azure.disks import bill_disk
from costlint.pricing.azure.machines import bill_machines, bill_windows_licence, machine_shape
from costlint.pricing.counts import Count, autoscaled, fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import section

_PREMIUM_STORAGE = re.compile(r"^Standard_[A-Z]+\d+(?:-\d+)?[a-z]*s", re.IGNORECASE)
_DISK_STEPS = ("small", "medium", "large", "huge")


@estimates("azurerm_kubernetes_cluster")
def cluster(resource: Resource, bill: Bill) -> None:
    tier = resource.text("sku_tier").lower()
    if tier in ("standard", "paid"):
        bill.hourly("control plane, Standard tier", "aks.uptime-sla.hour")
    elif tier == "premium":
        bill.hourly("control plane, Premium tier", "aks.premium.hour")
    pool = section(resource, "default_node_pool")
    if pool is None:
        bill.unpriced("its default node pool is not stated")
    else:
        _bill_pool(pool, bill)


@estimates("azurerm_kubernetes_cluster_node_pool")
def node_pool(resource: Resource, bill: Bill) -> None:
    _bill_pool(resource, bill, windows=resource.text("os_type").lower() == "windows")


def _bill_pool(pool: Resource, bill: Bill, *, windows: bool = False) -> None:
    nodes = _nodes(pool, bill)
    size = pool.text("vm_size")
    bill_machines(bill, size, nodes, spot=pool.text("priority").lower() == "spot")
    if windows:
        bill_windows_licence(bill, size, nodes)
    if pool.text("os_disk_type").lower() == "ephemeral":
        return
    gib = pool.number("os_disk_size_gb") or _default_disk(bill, size)
    if not gib:
        bill.unpriced("the size of its OS disks follows from the machine size, which is not known")
        return
    kind = "Premium_LRS" if _PREMIUM_STORAGE.match(size) else "StandardSSD_LRS"
    bill_disk(bill, kind, gib, nodes, name="node OS disks")


def _nodes(pool: Resource, bill: Bill) -> Count:
    current = pool.number("node_count") if pool.get("node_count") is not None else None
    if pool.flag("auto_scaling_enabled") or pool.flag("enable_auto_scaling"):
        return autoscaled(bill, pool.number("min_count"), current, pool.number("max_count"))
    return fixed(1 if current is None else current)


def _default_disk(bill: Bill, size: str) -> float:
    """AKS sizes OS disks by vCPU where nothing is declared."""
    shape = machine_shape(bill, size)
    if shape is None or shape.vcpu is None:
        return 0.0
    for step in _DISK_STEPS[:-1]:
        if shape.vcpu <= bill.constant(f"azure.aks.{step}-node-vcpu"):
            return bill.constant(f"azure.aks.{step}-node-disk-gib")
    return bill.constant("azure.aks.huge-node-disk-gib")
