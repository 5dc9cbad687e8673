"""App Service plans, functions, container apps and container groups."""

from __future__ import annotations

import re

from costlint.model import Resource, UnknownValue
from costlint.pricing.azure.scale_sets import scaled
from costlint.pricing.counts import autoscaled
from costlint.pricing.estimating import Bill, estimates
from costlint.pricing.sections import section, sections

_GIBIBYTES = re.compile(r"^(\d+(?:\.\d+)?)Gi$")
_CONSUMPTION = ("Y1", "FC1")
_FREE = ("F1", "SHARED")
_ELASTIC = ("EP1", "EP2", "EP3")


@estimates("azurerm_service_plan")
def service_plan(resource: Resource, bill: Bill) -> None:
    sku = resource.text("sku_name").upper()
    if sku in _CONSUMPTION or sku in _FREE:
        bill.free()
        return
    workers = scaled(bill, resource.number("worker_count"))
    if sku in _ELASTIC:
        step = sku.lower()
        vcpu, memory = bill.constant(f"azure.functions.{step}-vcpu"), bill.constant(f"azure.functions.{step}-gb")
        hours = workers.number.times(bill.hours)
        service = "windows-function-app" if resource.text("os_type").lower() == "windows" else "linux-function-app"
        why = workers.assumptions
        bill.add(f"{sku} vCPU", f"{service}.vcpu-{step}", "vcpu-hour", hours.times(vcpu), assumptions=why)
        bill.add(f"{sku} memory", f"{service}.memory-{step}", "gb-hour", hours.times(memory), assumptions=why)
        return
    system = resource.text("os_type").lower()
    name = f"app-service-plan.instance-usage-{sku.lower()}"
    listed = f"{name}-{system}" if bill.price(f"{name}-{system}", "hour") is not None else name
    bill.hourly(f"{sku} workers ({system})", listed, workers.number, workers.assumptions)


@estimates("azurerm_app_service_plan")
def classic_plan(resource: Resource, bill: Bill) -> None:
    """The older resource type: its size is in a block, Windows unless its kind says Linux."""
    size = resource.text("sku.size").lower()
    if resource.text("sku.tier").lower() in ("free", "shared", "dynamic"):
        bill.free()
        return
    system = "linux" if resource.text("kind").lower() == "linux" else "windows"
    workers = scaled(bill, resource.number("sku.capacity", 1))
    sku = f"app-service-plan.instance-usage-{size}-{system}"
    bill.hourly(f"{size.upper()} workers ({system})", sku, workers.number, workers.assumptions)


@estimates("azurerm_linux_function_app", "azurerm_windows_function_app", "azurerm_function_app")
def function_app(resource: Resource, bill: Bill) -> None:
    """Billed by use on a consumption plan, with the plan otherwise."""
    plans = bill.referred("azurerm_service_plan", "azurerm_app_service_plan")
    if not plans:
        bill.unpriced("its plan is not in the stack, so whether it is billed by use is not known")
        return
    if plans[0].text("sku_name").upper() not in _CONSUMPTION and plans[0].text("sku.tier").lower() != "dynamic":
        bill.free()
        return
    service = "windows-function-app" if "windows" in resource.type else "linux-function-app"
    bill.usage("execution time", f"{service}.execution-time", "gb-second", "azure.functions.gb-seconds")
    bill.usage("executions", f"{service}.executions", "request", "azure.functions.executions")


@estimates("azurerm_container_app")
def container_app(resource: Resource, bill: Bill) -> None:
    """Replicas at the active rate; the lower idle rate is not assumed."""
    template = section(resource, "template")
    if template is None:
        bill.unpriced("its template is not stated")
        return
    vcpu = gib = 0.0
    for container in sections(template, "container"):
        vcpu += container.number("cpu")
        gib += gibibytes(container.text("memory"))
    if resource.text("workload_profile_name", "Consumption") != "Consumption":
        bill.unpriced("dedicated workload profiles have no price in the catalog")
        return
    replicas = autoscaled(bill, template.number("min_replicas"), None, template.number("max_replicas"))
    hours = replicas.number.times(bill.hours)
    bill.add("vCPU", "container-apps.vcpu", "vcpu-hour", hours.times(vcpu), assumptions=replicas.assumptions)
    bill.add("memory", "container-apps.memory", "gib-hour", hours.times(gib), assumptions=replicas.assumptions)
    requests = bill.assume("azure.container-apps.requests")
    bill.assumed("requests", "container-apps.requests", "request", requests.quantity, requests)


@estimates("azurerm_container_group")
def container_group(resource: Resource, bill: Bill) -> None:
    bill.unpriced("container instances have no price per vCPU and GiB in the catalog")


def gibibytes(text: str) -> float:
    """Container memory as Azure writes it: "0.5Gi" → 0.5. Raises UnknownValue for other text."""
    match = _GIBIBYTES.match(text)
    if match is None:
        raise UnknownValue(f"the memory {text!r}")
    return float(match[1])
