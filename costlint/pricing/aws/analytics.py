"""Redshift, MWAA, Batch and Glue. Prices: aws.amazon.com/{redshift,glue}/pricing and others."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.aws.machines import spot_price
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product

_MANAGED_STORAGE = "ra3."
_GLUE_WORKERS = ("Standard", "G.025X", "G.1X", "G.2X", "G.4X", "G.8X", "Z.2X")


@estimates("aws_redshift_cluster")
def redshift_cluster(resource: Resource, bill: Bill) -> None:
    node = resource.text("node_type")
    with bill.part("nodes"):
        count = resource.number("number_of_nodes", 1)
        managed = bill.catalog.managed("aws", bill.region, "redshift", "", "", node)
        sku = f"redshift-cluster.cluster-usage-on-demand-{node}"
        price = managed.price if managed else bill.price(sku, "hour")
        if price is None:
            bill.unpriced(f"no price for {node} in {bill.region}")
        else:
            bill.add_priced(f"nodes {node}", price, _paused(bill, count), sku=node)
    if node.startswith(_MANAGED_STORAGE):
        sku = "redshift-cluster.managed-storage-ra3.4xlarge"
        bill.usage("managed storage", sku, "gb-month", "aws.redshift.stored-gb")


def _paused(bill: Bill, count: float) -> float:
    """Node-hours, less the nights and weekends where a pause is scheduled."""
    for action in bill.referring("aws_redshift_scheduled_action"):
        if action.blocks("target_action") and action.get("target_action.pause_cluster") is not None:
            return bill.hours * count * bill.assume("aws.schedule.office-hours-share").quantity.likely
    return bill.hours * count


@estimates("aws_redshiftserverless_workgroup")
def redshift_workgroup(resource: Resource, bill: Bill) -> None:
    active = bill.assume("aws.redshift.serverless-active-hours")
    units = resource.number("base_capacity")
    bill.assumed("processing units", "redshift-serverless.rpu", "rpu-hour", active.quantity.times(units), active)


@estimates("aws_mwaa_environment")
def airflow_environment(resource: Resource, bill: Bill) -> None:
    size = resource.text("environment_class", "mw1.small").lower().removeprefix("mw1.")
    bill.hourly(f"environment {size}", f"mwaa-environment.environment-{size}")
    with bill.part("workers"):
        extra = resource.number("min_workers") - bill.constant("aws.mwaa.included-workers")
        if extra > 0:
            bill.hourly("additional workers", f"mwaa-environment.worker-{size}", extra)
    with bill.part("schedulers"):
        extra = resource.number("schedulers") - bill.constant("aws.mwaa.included-schedulers")
        if extra > 0:
            bill.hourly("additional schedulers", f"mwaa-environment.scheduler-{size}", extra)
    bill.usage("metadata database", "mwaa-environment.meta-database", "gb-month", "aws.mwaa.database-gb")


@estimates("aws_batch_compute_environment")
def batch_environment(resource: Resource, bill: Bill) -> None:
    """vCPU-hours of jobs are an assumption; `min_vcpus` runs all month whether there are jobs or not."""
    path = "compute_resources"
    if not resource.blocks(path):
        bill.free()
        return
    market = resource.text(f"{path}.type", "EC2")
    jobs = bill.assume("aws.batch.vcpu-hours")
    if market.startswith("FARGATE"):
        suffix = "-spot" if market == "FARGATE_SPOT" else ""
        bill.assumed("jobs, vCPU", f"fargate.vcpu{suffix}", "vcpu-hour", jobs.quantity, jobs)
        return
    kinds = [str(kind) for kind in resource.values(f"{path}.instance_type")]
    shape = next((s for s in (bill.catalog.shape("aws", bill.region, kind) for kind in kinds) if s), None)
    if shape is None or shape.on_demand is None or not shape.vcpu:
        bill.unpriced(f"which instance types run the jobs is left to Batch ({', '.join(kinds) or 'none written'})")
        return
    price, basis = spot_price(bill, shape, shape.on_demand) if market == "SPOT" else (shape.on_demand, ())
    per_vcpu = price.times(1 / shape.vcpu)._replace(unit="vcpu-hour")
    least = resource.number(f"{path}.min_vcpus")
    if least:
        bill.add_priced(f"always-on vCPUs, {shape.name}", per_vcpu, bill.hours * least, assumptions=basis)
    bill.add_priced(f"jobs, {shape.name}", per_vcpu, jobs.quantity, assumptions=(*basis, str(jobs)), usage=True)


@estimates("aws_glue_job")
def glue_job(resource: Resource, bill: Bill) -> None:
    units = resource.number("max_capacity")
    if not units:
        kind = resource.text("worker_type", "G.1X")
        if kind not in _GLUE_WORKERS:
            bill.unpriced(f"worker type {kind} is not priced")
            return
        units = resource.number("number_of_workers") * bill.constant(f"aws.glue.{kind.lower()}-dpu")
    hours = bill.assume("aws.glue.job-hours")
    used = product(hours.quantity, units)
    bill.assumed("data processing units", "glue-job.duration", "dpu-hour", used, hours)


@estimates("aws_glue_crawler")
def glue_crawler(resource: Resource, bill: Bill) -> None:
    bill.usage("crawling", "glue-crawler.duration", "hour", "aws.glue.crawler-hours")
