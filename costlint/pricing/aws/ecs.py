"""ECS services on Fargate: vCPU and memory of the task definition, times the running tasks.
On EC2 the instances are billed where they are declared. Prices: aws.amazon.com/fargate/pricing."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Money, Resource, UnknownValue
from costlint.pricing.aws.scaling import Count, autoscaled, fixed, scheduled
from costlint.pricing.aws.sizes import gib, vcpus
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import sections


class Rates(NamedTuple):
    """SKUs of a vCPU-hour and a GB-hour."""

    name: str
    vcpu: str
    memory: str


_RATES = {
    ("FARGATE", "X86_64"): Rates("Fargate", "fargate.vcpu", "fargate.memory"),
    ("FARGATE", "ARM64"): Rates("Fargate, Arm", "fargate.vcpu-arm", "fargate.memory-arm"),
    ("FARGATE_SPOT", "X86_64"): Rates("Fargate Spot", "fargate.vcpu-spot", "fargate.memory-spot"),
    ("FARGATE_SPOT", "ARM64"): Rates("Fargate Spot, Arm", "fargate.vcpu-spot-arm", "fargate.memory-spot-arm"),
}


@estimates("aws_ecs_service")
def service(resource: Resource, bill: Bill) -> None:
    task = bill.follow(resource.get("task_definition"), "aws_ecs_task_definition")
    shares = _shares(resource, task, bill)
    if not shares:
        bill.free()
        return
    if task is None:
        bill.unpriced("its task definition is outside the stack")
        return
    count = scheduled(bill, _tasks(resource, bill))
    architecture = task.text("runtime_platform.cpu_architecture", "X86_64")
    if task.get("cpu") is None or task.get("memory") is None:
        bill.unpriced("the task definition does not say how much CPU and memory a task has")
        return
    vcpu, memory = vcpus(task.text("cpu")), gib(task.text("memory"))
    for provider, share in shares.items():
        rates = _RATES.get((provider, architecture))
        if rates is None:
            bill.unpriced(f"{provider} on {architecture} is not priced")
            continue
        hours, basis = count.number.times(bill.hours * share), count.assumptions
        bill.add(f"{rates.name} vCPU", rates.vcpu, "vcpu-hour", hours.times(vcpu), assumptions=basis)
        bill.add(f"{rates.name} memory", rates.memory, "gb-hour", hours.times(memory), assumptions=basis)
    _bill_storage(task, bill, count.number)


def _bill_storage(task: Resource, bill: Bill, count: Money) -> None:
    declared = task.number("ephemeral_storage.size_in_gib")
    extra = declared - bill.constant("aws.ecs.fargate-included-gb")
    if extra > 0:
        bill.add("task storage", "fargate.ephemeral-storage", "gb-hour", count.times(bill.hours * extra))


def _tasks(resource: Resource, bill: Bill) -> Count:
    written = resource.number("desired_count", 1)
    for target in bill.referring("aws_appautoscaling_target"):
        return autoscaled(bill, target.number("min_capacity"), written, target.number("max_capacity"))
    return fixed(written)


def _shares(resource: Resource, task: Resource | None, bill: Bill) -> dict[str, float]:
    """Share of the tasks by Fargate capacity provider; empty for EC2. Base counts are left to the weights."""
    strategies = sections(resource, "capacity_provider_strategy")
    if not strategies and resource.get("launch_type") is None:
        cluster = bill.follow(resource.get("cluster"), "aws_ecs_cluster")
        siblings = bill.referring("aws_ecs_cluster_capacity_providers", of=cluster) if cluster else []
        for defaults in (cluster, *siblings) if cluster else ():
            strategies = strategies or sections(defaults, "default_capacity_provider_strategy")
    if strategies:
        weights = {s.text("capacity_provider"): s.number("weight") for s in strategies}
        if len(weights) == 1:
            weights = dict.fromkeys(weights, 1.0)
        whole = sum(weights.values())
        if not whole:
            raise UnknownValue(f"which capacity provider {resource.address} uses")
        return {name: weight / whole for name, weight in weights.items() if name.startswith("FARGATE") and weight}
    launch_type = resource.text("launch_type")
    fargate_only = task is not None and task.values("requires_compatibilities") == ["FARGATE"]
    return {"FARGATE": 1.0} if launch_type == "FARGATE" or (not launch_type and fargate_only) else {}


@estimates("aws_ecs_task_definition")
def task_definition(resource: Resource, bill: Bill) -> None:
    bill.free()


@estimates("aws_ecs_cluster")
def cluster(resource: Resource, bill: Bill) -> None:
    """The cluster is free; Container Insights bills custom metrics for it."""
    bill.free()
    for setting in sections(resource, "setting"):
        if setting.text("name") == "containerInsights" and setting.text("value") != "disabled":
            sku = "cloudwatch-metrics.custom-metric-first-10k"
            bill.usage("Container Insights metrics", sku, "month", "aws.ecs.insights-metrics")
