"""Azure OpenAI deployments, AI Search and Machine Learning compute."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.azure.machines import bill_machines
from costlint.pricing.counts import ONE, autoscaled
from costlint.pricing.estimating import Bill, estimates

_PROVISIONED = {
    "provisionedmanaged": "regional",
    "globalprovisionedmanaged": "global",
    "datazoneprovisionedmanaged": "data-zone",
}
_TOKENS = (("input", "text-input"), ("output", "text-output"), ("embedding", "text-embeddings"))


@estimates("azurerm_cognitive_account")
def account(resource: Resource, bill: Bill) -> None:
    """OpenAI accounts bill their deployments, the others their calls."""
    if resource.text("kind") in ("OpenAI", "AIServices"):
        bill.free()
        return
    bill.unpriced(f"{resource.text('kind')} bills its calls, which have no assumption")


@estimates("azurerm_cognitive_deployment")
def deployment(resource: Resource, bill: Bill) -> None:
    """Provisioned deployments bill throughput units by the hour; the others tokens."""
    block = "sku" if resource.blocks("sku") else "scale"
    kind = resource.text(f"{block}.name") or resource.text(f"{block}.type")
    scope = _PROVISIONED.get(kind.lower())
    model = resource.text("model.name")
    if scope is not None:
        units = resource.number(f"{block}.capacity", 1)
        bill.add(f"{units:g} provisioned throughput units", f"openai-ptu.{scope}", "ptu-hour", units * bill.hours)
        return
    priced = False
    for way, meter in _TOKENS:
        sku = f"cognitive-deployment.{meter}-{model}"
        if bill.price(sku, "token") is not None:
            bill.usage(f"{way} tokens", sku, "token", f"azure.openai.{way}-tokens")
            priced = True
    if not priced:
        bill.unpriced(f"tokens of {model} have no price in the catalog")


@estimates("azurerm_search_service")
def search(resource: Resource, bill: Bill) -> None:
    """Billed by search unit: replicas × partitions."""
    sku = resource.text("sku").lower()
    if sku == "free":
        bill.free()
        return
    units = resource.number("replica_count") * resource.number("partition_count")
    bill.hourly(f"{units:g} search units ({sku})", f"search-service.unit-{sku.replace('_', '-')}", units)


@estimates("azurerm_machine_learning_compute_cluster")
def compute_cluster(resource: Resource, bill: Bill) -> None:
    least = resource.number("scale_settings.min_node_count")
    nodes = autoscaled(bill, least, None, resource.number("scale_settings.max_node_count"))
    bill_machines(bill, resource.text("vm_size"), nodes, spot=resource.text("vm_priority").lower() == "lowpriority")


@estimates("azurerm_machine_learning_compute_instance")
def compute_instance(resource: Resource, bill: Bill) -> None:
    bill_machines(bill, resource.text("virtual_machine_size"), ONE)


@estimates("azurerm_databricks_workspace")
def databricks(resource: Resource, bill: Bill) -> None:
    """Clusters carry the cost: DBUs here are assumed, their machines are billed to the managed resource group."""
    tier = resource.text("sku").lower()
    sku = f"databricks-workspace.all-purpose-compute-dbus-{tier}"
    bill.usage("all-purpose compute", sku, "dbu-hour", "azure.databricks.dbu-hours")
    bill.unpriced("the machines of its clusters are not declared here")
