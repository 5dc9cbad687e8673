"""BigQuery, Dataproc, logging and monitoring."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.counts import fixed
from costlint.pricing.estimating import Bill, estimates
from costlint.pricing.gcp.disks import bill_disk
from costlint.pricing.gcp.machines import bill_machines, gpus_of
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


@estimates("google_bigquery_reservation", "google_bigquery_capacity_commitment")
def reservation(resource: Resource, bill: Bill) -> None:
    bill.unpriced("BigQuery slots have no price in the catalog")


@estimates("google_dataproc_cluster")
def dataproc(resource: Resource, bill: Bill) -> None:
    config = section(resource, "cluster_config")
    if config is not None:
        for group in sections(config, "master_config") + sections(config, "worker_config"):
            _bill_group(group, bill, spot=False)
        for group in sections(config, "preemptible_worker_config"):
            _bill_group(group, bill, spot=group.text("preemptibility").upper() in _SPOT)
    bill.unpriced("the Dataproc fee per vCPU-hour has no price in the catalog")


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


def _bill_group(group: Resource, bill: Bill, *, spot: bool) -> None:
    machines = fixed(group.number("num_instances"))
    if not group.text("machine_type"):
        bill.unpriced(f"{group.address}: its machine type is not stated")
        return
    gpus = gpus_of(group, "accelerators", "accelerator_type", "accelerator_count")
    bill_machines(bill, group.text("machine_type"), machines, spot=spot, gpus=gpus)
    size = group.number("disk_config.boot_disk_size_gb")
    if size:
        bill_disk(bill, group.text("disk_config.boot_disk_type"), size, machines, name="boot disks")
