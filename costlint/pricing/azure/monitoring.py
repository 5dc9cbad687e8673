"""Log Analytics, Application Insights, alerts and diagnostic settings."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import amount, at_most

_INGESTION = "log-analytics.log-data-ingestion"


@estimates("azurerm_log_analytics_workspace")
def workspace(resource: Resource, bill: Bill) -> None:
    ingested = bill.assume("azure.logs.ingested-gb")
    quantity = ingested.quantity
    quota = resource.number("daily_quota_gb", -1)
    if quota > 0:
        days = bill.hours / bill.constant("azure.hours-per-day")
        quantity = at_most(quantity, amount(quota * days))
    committed = resource.number("reservation_capacity_in_gb_per_day")
    if resource.text("sku").lower() == "capacityreservation" and committed:
        days = bill.hours / bill.constant("azure.hours-per-day")
        bill.add(f"commitment, {committed:g} GB a day", f"log-analytics.commitment-{committed:g}-gb", "day", days)
    else:
        bill.assumed("logs ingested", _INGESTION, "gb", quantity, ingested)
    included = bill.constant("azure.logs.included-days")
    months = (resource.number("retention_in_days") - included) / included
    if months > 0:
        sku = "log-analytics.log-data-retention"
        bill.assumed(f"logs kept beyond {included:g} days", sku, "gb-month", quantity.times(months), ingested)


@estimates("azurerm_application_insights")
def application_insights(resource: Resource, bill: Bill) -> None:
    """A component with a workspace is billed there."""
    if resource.get("workspace_id") is not None:
        bill.free()
        return
    sampled = resource.number("sampling_percentage", 100) / 100
    ingested = bill.assume("azure.insights.ingested-gb")
    quantity = ingested.quantity.times(sampled)
    days = bill.hours / bill.constant("azure.hours-per-day")
    cap = resource.number("daily_data_cap_in_gb")
    if cap:
        quantity = at_most(quantity, amount(cap * days))
    bill.assumed("data ingested", "application-insights.data-ingested", "gb", quantity, ingested)


@estimates("azurerm_monitor_metric_alert")
def metric_alert(resource: Resource, bill: Bill) -> None:
    dynamic = "dynamic-threshold-monitoring" if resource.blocks("dynamic_criteria") else "metrics-monitoring"
    series = max(1, len(resource.blocks("criteria")) + len(resource.blocks("dynamic_criteria")))
    bill.add("time series watched", f"monitor-metric-alert.{dynamic}", "time-series-month", series)


@estimates("azurerm_monitor_scheduled_query_rules_alert_v2")
def query_alert(resource: Resource, bill: Bill) -> None:
    frequency = {"PT1M": "1", "PT5M": "5", "PT10M": "10"}.get(resource.text("evaluation_frequency"), "15")
    service = "monitor-scheduled-query-rules-alert-v2"
    sku = f"{service}.log-alerts-monitoring-{frequency}-minute-frequency"
    bill.add("log query", sku, "rule-month", 1)


@estimates("azurerm_monitor_diagnostic_setting")
def diagnostic_setting(resource: Resource, bill: Bill) -> None:
    """Logs sent to a workspace are billed there; other destinations bill what is exported."""
    if resource.get("log_analytics_workspace_id") is not None:
        bill.free()
        return
    sku = "monitor-diagnostic-setting.platform-logs-processed"
    bill.usage("logs exported", sku, "gb", "azure.diagnostics.exported-gb")


@estimates("azurerm_monitor_workspace")
def prometheus(resource: Resource, bill: Bill) -> None:
    bill.usage("Prometheus samples", "monitor.prometheus-samples", "sample", "azure.monitor.prometheus-samples")


@estimates("azurerm_monitor_data_collection_rule")
def data_collection_rule(resource: Resource, bill: Bill) -> None:
    """What it collects is billed where it is sent."""
    bill.free()
