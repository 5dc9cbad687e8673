"""Container apps with their environments, and container groups.

A container app runs on the consumption plan, by replica, or on a dedicated workload profile, whose machines its
environment pays for.
"""

from __future__ import annotations

import re

from costlint.model import Money, Resource, UnknownValue
from costlint.pricing.counts import autoscaled
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import section, sections

_GIBIBYTES = re.compile(r"^(\d+(?:\.\d+)?)Gi$")
_PROFILE = re.compile(r"^(?P<kind>[DE])(?P<vcpu>\d+)$")


@estimates("azurerm_container_app")
def container_app(resource: Resource, bill: Bill) -> None:
    """Replicas at the active rate; the lower idle rate is not assumed."""
    template = section(resource, "template")
    if template is None:
        bill.unpriced("its template is not stated")
        return
    if resource.text("workload_profile_name", "Consumption").lower() != "consumption":
        _on_profile(bill)
        return
    vcpu = gib = 0.0
    for container in sections(template, "container"):
        vcpu += container.number("cpu")
        gib += gibibytes(container.text("memory"))
    replicas = autoscaled(bill, template.number("min_replicas"), None, template.number("max_replicas"))
    hours = replicas.number.times(bill.hours)
    bill.add("vCPU", "container-apps.vcpu", "vcpu-hour", hours.times(vcpu), assumptions=replicas.assumptions)
    bill.add("memory", "container-apps.memory", "gib-hour", hours.times(gib), assumptions=replicas.assumptions)
    bill.usage("requests", "container-apps.requests", "request", "azure.container-apps.requests")


@estimates("azurerm_container_app_environment")
def environment(resource: Resource, bill: Bill) -> None:
    """Free unless it has dedicated workload profiles: a management fee, and their machines."""
    bill.free()
    dedicated = []
    for profile in sections(resource, "workload_profile"):
        kind = profile.text("workload_profile_type")
        if _PROFILE.match(kind):
            dedicated.append(profile)
        elif kind.lower() != "consumption":
            bill.unpriced(f"the workload profile {kind} has no price in the catalog")
    if dedicated:
        bill.hourly("dedicated plan management", "container-apps.dedicated-plan")
    for profile in dedicated:
        match = _PROFILE.match(profile.text("workload_profile_type"))
        if match is None:
            continue
        vcpu = int(match["vcpu"])
        gib = vcpu * bill.constant(f"azure.container-apps.profile-gib-per-vcpu-{match['kind'].lower()}")
        nodes = autoscaled(bill, profile.number("minimum_count"), None, profile.number("maximum_count"))
        hours = nodes.number.times(bill.hours)
        for what, sku, unit, size in (
            ("vCPU", "container-apps.dedicated-vcpu", "vcpu-hour", vcpu),
            ("memory", "container-apps.dedicated-memory", "gib-hour", gib),
        ):
            bill.add(f"profile {match[0]}, {what}", sku, unit, hours.times(size), assumptions=nodes.assumptions)


@estimates("azurerm_container_app_job")
def job(resource: Resource, bill: Bill) -> None:
    template = section(resource, "template")
    if template is None:
        bill.unpriced("its template is not stated")
        return
    busy = bill.assume("azure.container-apps.job-hours")
    for container in sections(template, "container"):
        vcpu, gib = container.number("cpu"), gibibytes(container.text("memory"))
        bill.assumed("vCPU", "container-apps.vcpu", "vcpu-hour", busy.quantity.times(vcpu), busy)
        bill.assumed("memory", "container-apps.memory", "gib-hour", busy.quantity.times(gib), busy)


@estimates("azurerm_container_group")
def container_group(resource: Resource, bill: Bill) -> None:
    """Billed while it runs: all month if its containers are restarted, else as long as they are assumed to work."""
    always = resource.text("restart_policy").lower() == "always"
    busy = bill.assume("azure.container-group.job-hours")
    hours = Money.exactly(bill.hours) if always else busy.quantity
    why = () if always else (str(busy),)
    kind = {"confidential": "-confidential"}.get(resource.text("sku").lower(), "")
    kind = "-spot" if resource.text("priority").lower() == "spot" else kind
    vcpu = gib = 0.0
    for container in sections(resource, "container"):
        vcpu += container.number("cpu")
        gib += container.number("memory")
        for gpu in sections(container, "gpu"):
            sku = f"container-instances.gpu-{gpu.text('sku').lower()}"
            bill.add("GPU", sku, "gpu-hour", hours.times(gpu.number("count")), assumptions=why, usage=not always)
    if not vcpu:
        bill.unpriced("the CPU of its containers is not stated")
        return
    sku = f"container-instances.vcpu{kind}"
    bill.add("vCPU", sku, "vcpu-hour", hours.times(vcpu), assumptions=why, usage=not always)
    sku = f"container-instances.memory{kind}"
    bill.add("memory", sku, "gb-hour", hours.times(gib), assumptions=why, usage=not always)
    if resource.text("os_type").lower() == "windows":
        sku = "container-instances.windows-software"
        bill.add("Windows", sku, "vcpu-hour", hours.times(vcpu), assumptions=why, usage=not always)


def gibibytes(text: str) -> float:
    """Container memory as Azure writes it: "0.5Gi" → 0.5. Raises UnknownValue for other text."""
    match = _GIBIBYTES.match(text)
    if match is None:
        raise UnknownValue(f"the memory {text!r}")
    return float(match[1])


def _on_profile(bill: Bill) -> None:
    if bill.referred("azurerm_container_app_environment"):
        bill.free()
    else:
        bill.unpriced("its environment, which pays for the workload profile, is not in the stack")
