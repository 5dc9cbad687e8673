"""BigQuery, Dataproc, Dataflow, logging and monitoring."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.counts import fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.gcp.disks import bill_disk
from costlint.pricing.gcp.machines import Purchase, bill_machines, gpus_of, vcpus_of
from costlint.pricing.quantities import product, remainder
from costlint.pricing.sections import section, sections

_SPOT = ("SPOT", "PREEMPTIBLE")


@estimates("google_bigquery_dataset")
def dataset(resource: Resource, bill: Bill) -> None:
    bill.region = _location(resource)
    bill.usage("on-demand queries", "bigquery-dataset.queries-on-demand", "tb", "gcp.bigquery.queried-tb")


@estimates("google_bigquery_table")
def table(resource: Resource, bill: Bill) -> None:
    """Data not changed for 90 days costs less; partitions age one by one, a table without them only as a whole."""
    datasets = bill.referred("google_bigquery_dataset")
    if datasets:
        bill.region = _location(datasets[0])
    stored = bill.assume("gcp.bigquery.stored-gb")
    partitioned = bool(resource.blocks("time_partitioning"))
    old = bill.assume(f"gcp.bigquery.long-term-share{'-partitioned' if partitioned else ''}")
    for name, share in (("active", remainder(old.quantity)), ("long-term", old.quantity)):
        sku = f"bigquery-table.{name}-storage"
        bill.assumed(f"{name} storage", sku, "gb-month", product(stored.quantity, share), stored, old)


@estimates("google_bigquery_reservation")
def reservation(resource: Resource, bill: Bill) -> None:
    """Baseline slots run all month, unless a commitment of the stack pays for them; autoscaled ones come on top."""
    bill.region = _location(resource).upper() if "-" not in _location(resource) else _location(resource)
    edition = resource.text("edition").lower().replace("_", "-")
    sku = f"bigquery.slot-{edition}"
    baseline = resource.number("slot_capacity")
    if baseline and not bill.of_type("google_bigquery_capacity_commitment"):
        bill.add(f"{baseline:g} slots, {edition}", sku, "slot-hour", baseline * bill.hours)
    else:
        bill.free()
    most = resource.number("autoscale.max_slots")
    if most:
        share = bill.assume("gcp.bigquery.autoscale-share")
        hours = share.quantity.times(most * bill.hours)
        bill.assumed(f"autoscaled slots, up to {most:g}", sku, "slot-hour", hours, share)


@estimates("google_bigquery_capacity_commitment")
def capacity_commitment(resource: Resource, bill: Bill) -> None:
    """Slots at the pay-as-you-go rate: what a year or three take off is not in the catalog."""
    bill.region = _location(resource).upper() if "-" not in _location(resource) else _location(resource)
    slots, edition = resource.number("slot_count"), resource.text("edition", "ENTERPRISE").lower().replace("_", "-")
    bill.add(f"{slots:g} slots, {edition}", f"bigquery.slot-{edition}", "slot-hour", slots * bill.hours)
    if resource.text("plan").upper() in ("ANNUAL", "THREE_YEAR"):
        bill.unpriced("the discount of a commitment of a year or more has no price in the catalog")


@estimates("google_dataproc_cluster")
def dataproc(resource: Resource, bill: Bill) -> None:
    """Machines of the groups that are stated, with the fee each vCPU pays (Google's choice for those that are not)."""
    config = section(resource, "cluster_config")
    groups = sections(config, "master_config") + sections(config, "worker_config") if config is not None else []
    for group in groups:
        _bill_group(group, bill, "on-demand")
    for group in sections(config, "preemptible_worker_config") if config is not None else []:
        _bill_group(group, bill, "spot" if group.text("preemptibility").upper() in _SPOT else "on-demand")
    if not groups:
        bill.unpriced("its machines are not stated")


@estimates("google_dataflow_job", "google_dataflow_flex_template_job")
def dataflow(resource: Resource, bill: Bill) -> None:
    """Workers while the job runs, at the batch rates or, with the streaming engine, the streaming ones."""
    machine = resource.text("machine_type")
    shape = bill.catalog.shape("gcp", bill.region, machine)
    if shape is None or not shape.vcpu or not shape.memory_gib:
        bill.unpriced(f"the size of its workers ({machine}) is not known")
        return
    workers = resource.number("max_workers") or resource.number("num_workers", 1)
    share = bill.assume("gcp.dataflow.share")
    hours = share.quantity.times(workers * bill.hours)
    kind = "streaming" if resource.flag("enable_streaming_engine") else "batch"
    bill.assumed("worker vCPU", f"dataflow.vcpu-{kind}", "vcpu-hour", hours.times(shape.vcpu), share)
    bill.assumed("worker memory", "dataflow.memory", "gb-hour", hours.times(shape.memory_gib), share)
    if kind == "batch":
        gib = bill.constant("gcp.dataflow.batch-disk-gib")
        bill.assumed("worker disks", "dataflow.disk", "gb-hour", hours.times(gib), share)


@estimates(
    "google_logging_project_bucket_config",
    "google_logging_folder_bucket_config",
    "google_logging_organization_bucket_config",
    "google_logging_billing_account_bucket_config",
)
def log_bucket(resource: Resource, bill: Bill) -> None:
    ingested = bill.assume("gcp.logging.ingested-gb")
    bill.assumed("logs ingested", "logging-project-sink.logging-data", "gb", ingested.quantity, ingested)
    included = bill.constant("gcp.logging.included-days")
    months_beyond = (resource.number("retention_days") - included) / included
    if months_beyond > 0:
        kept = ingested.quantity.times(months_beyond)
        bill.assumed(f"logs kept beyond {included:g} days", "logging.data-retained", "gib-month", kept, ingested)


@estimates(
    "google_logging_project_sink",
    "google_logging_folder_sink",
    "google_logging_organization_sink",
    "google_logging_billing_account_sink",
)
def log_sink(resource: Resource, bill: Bill) -> None:
    """Routing is free; the destination bills what it receives."""
    bill.free()


@estimates("google_monitoring_metric_descriptor")
def metric(resource: Resource, bill: Bill) -> None:
    sku = "monitoring.metric-data-ingested-tier-0-100000-mib"
    bill.usage("metric data", sku, "mib", "gcp.monitoring.metric-mib")


def _location(resource: Resource) -> str:
    """Where a dataset lies; the multi-region US unless it says so."""
    return resource.text("location").lower()


def _bill_group(group: Resource, bill: Bill, purchase: Purchase) -> None:
    machines = fixed(group.number("num_instances"))
    if not group.text("machine_type"):
        bill.unpriced(f"{group.address}: its machine type is not stated")
        return
    gpus = gpus_of(group, "accelerators", "accelerator_type", "accelerator_count")
    bill_machines(bill, group.text("machine_type"), machines, purchase=purchase, gpus=gpus)
    vcpu = vcpus_of(bill, group.text("machine_type"))
    if vcpu is None:
        bill.unpriced(f"the vCPUs of {group.text('machine_type')}, which the Dataproc fee is for, are not known")
    else:
        bill.add("Dataproc fee", "dataproc.fee", "vcpu-hour", machines.number.times(vcpu * bill.hours))
    size = group.number("disk_config.boot_disk_size_gb")
    if size:
        bill_disk(bill, group.text("disk_config.boot_disk_type"), size, machines, name="boot disks")
