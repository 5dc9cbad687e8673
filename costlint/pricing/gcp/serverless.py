"""Cloud Run, Cloud Functions and Pub/Sub: billed by what runs and what passes through."""

from __future__ import annotations

import re
from typing import NamedTuple

from costlint.model import Money, Resource, UnknownValue, is_unknown
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import above, product
from costlint.pricing.sections import sections

_QUANTITY = re.compile(r"^(?P<number>\d+(?:\.\d+)?)(?P<unit>m|k|Ki|Mi|Gi|M|G)?B?$")
_BYTES = {"k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30}
_BYTES_PER_GIB = 2.0**30
_SECONDS_PER_HOUR = 3600
_MIB_PER_GIB = 1024
_FUNCTION_SIZES = (128, 256, 512, 1024, 2048, 4096, 8192)


class Instance(NamedTuple):
    """What one running instance holds."""

    vcpu: float
    gib: float


@estimates("google_cloud_run_v2_service")
def run_v2_service(resource: Resource, bill: Bill) -> None:
    containers = [part for template in sections(resource, "template") for part in sections(template, "containers")]
    always = any(part.get("resources.cpu_idle") is False for part in containers)
    least = resource.number("template.scaling.min_instance_count") or resource.number("scaling.min_instance_count")
    gpu = resource.text("template.node_selector.accelerator")
    _bill_service(bill, _instance(containers, bill), least, always=always or bool(gpu))
    if gpu:
        _bill_gpu(bill, gpu, least, redundant=not resource.flag("template.gpu_zonal_redundancy_disabled"))


@estimates("google_cloud_run_service")
def run_service(resource: Resource, bill: Bill) -> None:
    specs = [spec for template in sections(resource, "template") for spec in sections(template, "spec")]
    containers = [part for spec in specs for part in sections(spec, "containers")]
    notes = resource.get("template.metadata.annotations")
    if is_unknown(notes):
        raise UnknownValue(f"{resource.address}.template.metadata.annotations")
    notes = notes if isinstance(notes, dict) else {}
    least = quantity(str(notes.get("autoscaling.knative.dev/minScale") or 0))
    always = str(notes.get("run.googleapis.com/cpu-throttling")).lower() == "false"
    _bill_service(bill, _instance(containers, bill), least, always=always)


@estimates("google_cloud_run_v2_job")
def run_job(resource: Resource, bill: Bill) -> None:
    outer = [inner for template in sections(resource, "template") for inner in sections(template, "template")]
    containers = [part for inner in outer for part in sections(inner, "containers")]
    busy = bill.assume("gcp.cloud-run.job-hours")
    _bill_hours(bill, _instance(containers, bill), busy.quantity, "always", "job", (str(busy),), usage=True)


@estimates("google_cloudfunctions2_function")
def function_v2(resource: Resource, bill: Bill) -> None:
    gib = quantity(resource.text("service_config.available_memory")) / _BYTES_PER_GIB
    vcpu = resource.number("service_config.available_cpu") or _vcpu_for(gib, bill)
    _bill_service(bill, Instance(vcpu, gib), resource.number("service_config.min_instance_count"), always=False)


@estimates("google_cloudfunctions_function")
def function_v1(resource: Resource, bill: Bill) -> None:
    gib = resource.number("available_memory_mb") / _MIB_PER_GIB
    calls, seconds = bill.assume("gcp.functions.invocations"), bill.assume("gcp.functions.seconds")
    busy = product(calls.quantity, seconds.quantity)
    ghz = _vcpu_for(gib, bill) * bill.constant("gcp.functions.ghz-per-vcpu")
    bill.assumed("memory", "cloudfunctions-function.memory", "gb-second", busy.times(gib), calls, seconds)
    bill.assumed("CPU", "cloudfunctions-function.cpu", "ghz-second", busy.times(ghz), calls, seconds)
    bill.assumed("invocations", "cloudfunctions-function.invocations", "invocation", calls.quantity, calls)
    if resource.number("min_instances"):
        bill.unpriced("idle minimum instances of first-generation functions have no price in the catalog")


@estimates("google_workflows_workflow")
def workflow(resource: Resource, bill: Bill) -> None:
    """Internal steps; calls of other services cost more and are among what a usage file may state."""
    bill.usage("steps", "workflows.steps", "step", "gcp.workflows.steps")


@estimates("google_pubsub_topic")
def topic(resource: Resource, bill: Bill) -> None:
    bill.usage("messages published", "pubsub-topic.message-ingestion-data", "tib", "gcp.pubsub.published-tib")


@estimates("google_pubsub_subscription")
def subscription(resource: Resource, bill: Bill) -> None:
    bill.usage("messages delivered", "pubsub-subscription.message-delivery-data", "tib", "gcp.pubsub.published-tib")
    if resource.flag("retain_acked_messages"):
        sku = "pubsub-subscription.retained-acknowledged-message-storage"
        bill.usage("acknowledged messages kept", sku, "gib-month", "gcp.pubsub.retained-gib")


def quantity(text: str) -> float:
    """A Kubernetes quantity in units or bytes: "500m" → 0.5, "512Mi" → 536870912. Raises UnknownValue otherwise."""
    match = _QUANTITY.match(text.strip())
    if match is None:
        raise UnknownValue(f"the quantity {text!r}")
    number, unit = float(match["number"]), match["unit"]
    return number / 1000 if unit == "m" else number * _BYTES.get(unit or "", 1.0)


def _instance(containers: list[Resource], bill: Bill) -> Instance:
    """What one instance holds: the sum over its containers; the platform's defaults where nothing is declared."""
    vcpu = gib = 0.0
    for container in containers:
        limits = container.get("resources.limits")
        if is_unknown(limits):
            raise UnknownValue(f"{container.address}.resources.limits")
        limits = limits if isinstance(limits, dict) else {}
        vcpu += _limit(limits.get("cpu"), bill.constant("gcp.cloud-run.default-vcpu"))
        gib += _limit(limits.get("memory"), bill.constant("gcp.cloud-run.default-bytes")) / _BYTES_PER_GIB
    return Instance(vcpu, gib)


def _limit(declared: object, default: float) -> float:
    if is_unknown(declared):
        raise UnknownValue(str(declared))
    return default if declared is None else quantity(str(declared))


def _bill_service(bill: Bill, instance: Instance, least: float, *, always: bool) -> None:
    """Instances kept warm run all month; what requests add to them is assumed."""
    busy = bill.assume("gcp.cloud-run.busy-hours")
    why = (str(busy),)
    kept = least * bill.hours
    if always:
        if kept:
            _bill_hours(bill, instance, Money.exactly(kept), "always", "minimum instances")
        beyond = above(busy.quantity, kept)
        if beyond.high:
            _bill_hours(bill, instance, beyond, "always", "instances", why, usage=True)
        return
    if kept:
        idle = Money(*sorted(max(0.0, kept - hours) for hours in busy.quantity))
        _bill_hours(bill, instance, idle, "idle", "idle minimum instances", why)
    _bill_hours(bill, instance, busy.quantity, "request", "instances serving requests", why, usage=True)
    bill.usage("requests", "cloud-run.requests", "request", "gcp.cloud-run.requests")


def _bill_gpu(bill: Bill, model: str, least: float, *, redundant: bool) -> None:
    """One GPU an instance, billed as long as the instance: CPU is always allocated beside it."""
    busy = bill.assume("gcp.cloud-run.busy-hours")
    sku = f"cloud-run.gpu-{model}{'-zonal-redundancy' if redundant else ''}"
    kept = least * bill.hours
    if kept:
        bill.add(f"{model}, minimum instances", sku, "gpu-second", kept * _SECONDS_PER_HOUR)
    beyond = above(busy.quantity, kept)
    if beyond.high:
        bill.assumed(f"{model}, instances", sku, "gpu-second", beyond.times(_SECONDS_PER_HOUR), busy)


def _bill_hours(
    bill: Bill,
    instance: Instance,
    hours: Money,
    mode: str,
    name: str,
    assumptions: tuple[str, ...] = (),
    *,
    usage: bool = False,
) -> None:
    seconds = hours.times(_SECONDS_PER_HOUR)
    for what, size, unit in (("vcpu", instance.vcpu, "vcpu-second"), ("memory", instance.gib, "gib-second")):
        sku = f"cloud-run.{what}-{mode}"
        bill.add(f"{name}, {what}", sku, unit, seconds.times(size), assumptions=assumptions, usage=usage)


def _vcpu_for(gib: float, bill: Bill) -> float:
    """The CPU a function gets with its memory, in documented steps."""
    size = next((step for step in _FUNCTION_SIZES if gib * _MIB_PER_GIB <= step), _FUNCTION_SIZES[-1])
    return bill.constant(f"gcp.functions.vcpu-{size}-mib")
