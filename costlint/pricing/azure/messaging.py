"""Event Hubs, Service Bus, Event Grid, IoT Hub and Notification Hubs."""

from __future__ import annotations

from costlint.model import Resource
from costlint.numerals import whole_number
from costlint.pricing.counts import autoscaled, fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import above

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
    hubs = bill.referring("azurerm_eventhub") if tier == "standard" else []
    if any(hub.flag("capture_description.enabled") for hub in hubs):
        sku = "eventhub-namespace.capture"
        bill.add("capture", sku, "units-month", units.number, assumptions=units.assumptions)


@estimates("azurerm_eventhub_cluster")
def event_hubs_cluster(resource: Resource, bill: Bill) -> None:
    """Capacity units in its name ("Dedicated_1")."""
    _, _, written = resource.text("sku_name").partition("_")
    units = whole_number(written)
    if units is None:
        bill.unpriced("how many units it has is not stated in its sku_name (Dedicated_1)")
        return
    bill.add("dedicated capacity units", "eventhub-namespace.capacity-dedicated", "capacity-units-month", units)


@estimates("azurerm_servicebus_namespace")
def service_bus(resource: Resource, bill: Bill) -> None:
    tier = resource.text("sku").lower()
    if tier == "premium":
        capacity = resource.number("capacity")
        bill.add("messaging units", "servicebus-namespace.messaging-units", "units-month", capacity)
        return
    if tier == "standard":
        bill.add("base charge", "servicebus-namespace.standard-base", "month", 1)
        operations = bill.assume("azure.servicebus.operations")
        beyond = above(operations.quantity, bill.constant("azure.servicebus.included-operations"))
        sku = "servicebus-namespace.messaging-operations-standard"
        bill.assumed("operations beyond the included", sku, "operation", beyond, operations)
        return
    bill.usage("operations", "servicebus-namespace.messaging-operations", "operation", "azure.servicebus.operations")


@estimates("azurerm_eventgrid_topic", "azurerm_eventgrid_system_topic", "azurerm_eventgrid_domain_topic")
def event_grid(resource: Resource, bill: Bill) -> None:
    bill.usage("operations", "eventgrid.operations", "operation", "azure.eventgrid.operations")


@estimates("azurerm_iothub")
def iot_hub(resource: Resource, bill: Bill) -> None:
    sku = resource.text("sku.name").lower()
    if sku == "f1":
        bill.free()
        return
    bill.add(f"{sku.upper()} units", f"iothub.unit-{sku}", "units-month", resource.number("sku.capacity", 1))


@estimates("azurerm_iothub_dps")
def device_provisioning(resource: Resource, bill: Bill) -> None:
    bill.usage("operations", "iothub-dps.operations", "operation", "azure.iothub-dps.operations")


@estimates("azurerm_notification_hub_namespace")
def notification_hubs(resource: Resource, bill: Bill) -> None:
    tier = resource.text("sku_name").lower()
    if tier == "free":
        bill.free()
        return
    bill.add(f"{tier} namespace", f"notification-hub-namespace.namespace-usage-{tier}", "month", 1)
