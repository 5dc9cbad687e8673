"""Data Factory, Synapse, Stream Analytics, Databricks and Data Explorer."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.azure.machines import bill_machines
from costlint.pricing.counts import autoscaled, fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product
from costlint.pricing.sections import section

_NODE_SIZES = ("small", "medium", "large", "xlarge", "xxlarge")
_DEVELOPMENT = "Dev(No SLA)_"


@estimates("azurerm_data_factory")
def data_factory(resource: Resource, bill: Bill) -> None:
    runs = bill.assume("azure.data-factory.activity-runs")
    bill.assumed("activity runs", "data-factory-integration-runtime-azure.orchestration", "run", runs.quantity, runs)


@estimates("azurerm_synapse_workspace")
def synapse_workspace(resource: Resource, bill: Bill) -> None:
    """Free itself; its serverless SQL pool bills what queries read."""
    bill.usage("data read by serverless SQL", "synapse.serverless-data-processed", "tb", "azure.synapse.queried-tb")


@estimates("azurerm_synapse_sql_pool")
def synapse_sql_pool(resource: Resource, bill: Bill) -> None:
    sku = resource.text("sku_name").lower()
    bill.hourly(f"{sku.upper()} units", f"synapse-sql-pool.dwu-blocks-{sku}")


@estimates("azurerm_synapse_spark_pool")
def synapse_spark_pool(resource: Resource, bill: Bill) -> None:
    """Nodes by vCore; a pool that pauses itself runs a share of the month."""
    size = resource.text("node_size").lower()
    if size not in _NODE_SIZES:
        bill.unpriced(f"the node size {size} is not read")
        return
    scaling = section(resource, "auto_scale")
    if scaling is None:
        nodes = fixed(resource.number("node_count"))
    else:
        nodes = autoscaled(bill, scaling.number("min_node_count"), None, scaling.number("max_node_count"))
    hours = nodes.number.times(bill.hours * bill.constant(f"azure.synapse.spark-vcores-{size}"))
    why = nodes.assumptions
    if resource.blocks("auto_pause"):
        share = bill.assume("azure.synapse.spark-share")
        hours, why = product(hours, share.quantity), (*why, str(share))
    gpu = resource.text("node_size_family").lower() == "hardwareacceleratedgpu"
    sku = "synapse-spark-pool.vcore-gpu" if gpu else "synapse-spark-pool.vcore"
    bill.add(f"{size} nodes", sku, "vcore-hour", hours, assumptions=why)


@estimates("azurerm_stream_analytics_job")
def stream_analytics(resource: Resource, bill: Bill) -> None:
    """Streaming units. StandardV2 counts a tenth of a unit as one: 3, 7 and 10 are a third, two thirds and one."""
    units = resource.number("streaming_units")
    if resource.text("sku_name").lower() != "standardv2":
        bill.add("streaming units", "stream-analytics.unit-standard", "su-hour", units * bill.hours)
        return
    thirds = round(3 * units / bill.constant("azure.stream-analytics.v2-units"))
    bill.add("streaming units (V2)", "stream-analytics.unit-standard-v2", "su-hour", thirds / 3 * bill.hours)


@estimates("azurerm_databricks_workspace")
def databricks(resource: Resource, bill: Bill) -> None:
    """Clusters carry the cost: DBUs here are assumed, their machines are billed to the managed resource group."""
    tier = resource.text("sku").lower()
    sku = f"databricks-workspace.all-purpose-compute-dbus-{tier}"
    bill.usage("all-purpose compute", sku, "dbu-hour", "azure.databricks.dbu-hours")
    bill.unpriced("the machines of its clusters are not declared here")


@estimates("azurerm_kusto_cluster")
def kusto_cluster(resource: Resource, bill: Bill) -> None:
    """Its machines; development clusters carry no markup, others one per vCore."""
    size = resource.text("sku.name")
    scaling = section(resource, "optimized_auto_scale")
    if scaling is None:
        machines = fixed(resource.number("sku.capacity", 1))
    else:
        machines = autoscaled(bill, scaling.number("minimum_instances"), None, scaling.number("maximum_instances"))
    bill_machines(bill, size.removeprefix(_DEVELOPMENT), machines)
    if not size.startswith(_DEVELOPMENT):
        bill.unpriced("the Data Explorer markup per vCore has no price in the catalog")
