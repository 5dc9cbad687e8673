"""Event Hubs and Service Bus."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.counts import autoscaled, fixed
from costlint.pricing.estimating import Bill, estimates

_UNITS = {
    "basic": "throughput-units-month",
    "standard": "throughput-units-month",
    "premium": "processing-units-month",
    "dedicated": "capacity-units-month",
}


@estimates("azurerm_eventhub_namespace")
def event_hubs(resource: Resource, bill: Bill) -> None:
    tier = resource.text("sku").lower()
    capacity = resource.number("capacity")
    most = resource.number("maximum_throughput_units")
    inflates = resource.flag("auto_inflate_enabled") and most > capacity
    units = autoscaled(bill, capacity, capacity, most) if inflates else fixed(capacity)
    sku = f"eventhub-namespace.capacity-{tier}"
    bill.add(f"{tier} units", sku, _UNITS.get(tier, "units-month"), units.number, assumptions=units.assumptions)
    if tier in ("basic", "standard"):
        bill.usage("events", f"eventhub-namespace.ingress-event-{tier}", "event", "azure.eventhub.events")


@estimates("azurerm_servicebus_namespace")
def service_bus(resource: Resource, bill: Bill) -> None:
    tier = resource.text("sku").lower()
    if tier == "premium":
        capacity = resource.number("capacity")
        bill.add("messaging units", "servicebus-namespace.messaging-units", "units-month", capacity)
        return
    if tier == "standard":
        bill.add("base charge", "servicebus-namespace.standard-base", "month", 1)
    bill.usage("operations", "servicebus-namespace.messaging-operations", "operation", "azure.servicebus.operations")
