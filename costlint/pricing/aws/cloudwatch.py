"""CloudWatch logs, alarms and dashboards, and VPC flow logs. Prices: aws.amazon.com/cloudwatch/pricing."""

from __future__ import annotations

from costlint.catalog import Assumption
from costlint.model import Resource
from costlint.pricing.aws.log_writers import bill_stored_logs, written_to
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product
from costlint.pricing.sections import sections


@estimates("aws_cloudwatch_log_group")
def log_group(resource: Resource, bill: Bill) -> None:
    """Ingestion by log class, and what is kept: retention in days, or an assumed age where nothing expires."""
    written, basis = written_to(resource, bill)
    with bill.part("ingestion"):
        rare = resource.text("log_group_class", "STANDARD") == "INFREQUENT_ACCESS"
        tier = "infrequent-access" if rare else "standard"
        bill.assumed("ingestion", f"cloudwatch-logs.ingestion.{tier}", "gb", written, *basis)
    with bill.part("storage"):
        bill_stored_logs(bill, written, basis, resource.number("retention_in_days"))


@estimates("aws_cloudwatch_metric_alarm")
def metric_alarm(resource: Resource, bill: Bill) -> None:
    queries = resource.blocks("metric_query")
    metrics = sum(1.0 for query in queries if query.get("metric") is not None) or 1.0
    if resource.get("threshold_metric_id") is not None:
        metrics = bill.constant("aws.cloudwatch.anomaly-alarm-metrics")
    usual = bill.constant("aws.cloudwatch.high-resolution-seconds")
    periods = [resource.number("period", usual)]
    periods += [
        metric.number("period", usual) for q in sections(resource, "metric_query") for metric in sections(q, "metric")
    ]
    high = min(periods) < usual
    sku = "cloudwatch-metrics.high-resolution" if high else "cloudwatch-metrics.alarm.standard"
    bill.add("high-resolution alarm" if high else "alarm", sku, "month", metrics)


@estimates("aws_cloudwatch_composite_alarm")
def composite_alarm(resource: Resource, bill: Bill) -> None:
    bill.add("composite alarm", "cloudwatch-metrics.alarm.composite", "month", 1)


@estimates("aws_cloudwatch_dashboard")
def dashboard(resource: Resource, bill: Bill) -> None:
    bill.add("dashboard", "cloudwatch.dashboard", "month", 1)


@estimates("aws_flow_log")
def flow_log(resource: Resource, bill: Bill) -> None:
    """Delivery of the log; what is kept is billed at the bucket or log group."""
    flows = bill.assume("aws.flow-log.gb")
    basis: tuple[Assumption, ...] = (flows,)
    delivered = flows.quantity
    if resource.text("traffic_type", "ALL") == "REJECT":
        rejected = bill.assume("aws.flow-log.rejected-share")
        basis, delivered = (flows, rejected), product(flows.quantity, rejected.quantity)
    target = resource.text("log_destination_type", "cloud-watch-logs")
    sku = "vended-logs.cloudwatch" if target == "cloud-watch-logs" else "vended-logs.s3"
    bill.assumed(f"delivery to {target}", sku, "gb", delivered, *basis)


@estimates("aws_cloudwatch_metric_stream")
def metric_stream(resource: Resource, bill: Bill) -> None:
    bill.usage("metric updates", "cloudwatch.metric-stream-update", "update", "aws.cloudwatch.metric-updates")


@estimates("aws_synthetics_canary")
def canary(resource: Resource, bill: Bill) -> None:
    bill.usage("runs", "cloudwatch.canary-run", "run", "aws.cloudwatch.canary-runs")
