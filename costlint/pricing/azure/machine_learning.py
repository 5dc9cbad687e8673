"""Azure OpenAI deployments, AI Search and Machine Learning compute.

Tokens cost a tenth more where they are processed in one region or data zone than globally.
"""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.azure.machines import bill_machines
from costlint.pricing.counts import ONE, autoscaled
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates

_PROVISIONED = {
    "provisionedmanaged": "regional",
    "globalprovisionedmanaged": "global",
    "datazoneprovisionedmanaged": "data-zone",
}
_TOKENS = (("input", "text-input"), ("output", "text-output"), ("embedding", "text-embeddings"))
_SCOPES = {"standard": "-regional", "datazonestandard": "-data-zone"}


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
    if kind.lower().endswith("batch"):
        bill.unpriced("tokens of batch deployments have no price in the catalog")
        return
    priced = False
    for way, meter in _TOKENS:
        names = [f"cognitive-deployment.{meter}-{model}{_SCOPES.get(kind.lower(), '')}"]
        names.append(f"cognitive-deployment.{meter}-{model}")
        sku = next((name for name in names if bill.price(name, "token") is not None), "")
        if sku:
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
