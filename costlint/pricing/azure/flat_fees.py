"""Resources with one fixed fee: a table instead of a function each."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Resource
from costlint.numerals import whole_number
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import Estimator, estimates


class Fee(NamedTuple):
    """`per` is the attribute that multiplies the fee, "" for one; hourly fees run all month."""

    name: str
    sku: str
    unit: str
    per: str = ""


_FEES = {
    "azurerm_network_ddos_protection_plan": Fee(
        "protection plan", "network-ddos-protection-plan.ddos-protection-plan", "hour"
    ),
    "azurerm_virtual_hub": Fee("virtual hub", "virtual-hub.deployment", "hour"),
    "azurerm_private_dns_resolver_inbound_endpoint": Fee(
        "inbound endpoint", "private-dns-resolver-inbound-endpoint.inbound-endpoint", "month"
    ),
    "azurerm_private_dns_resolver_outbound_endpoint": Fee(
        "outbound endpoint", "private-dns-resolver-outbound-endpoint.outbound-endpoint", "month"
    ),
    "azurerm_private_dns_resolver_dns_forwarding_ruleset": Fee(
        "ruleset", "private-dns-resolver-dns-forwarding-ruleset.forwarding-ruleset", "month"
    ),
    "azurerm_frontdoor_firewall_policy": Fee("policy", "frontdoor-firewall-policy.policy", "month"),
    "azurerm_application_insights_web_test": Fee(
        "web test", "application-insights-web-test.multi-step-web-test", "test-month"
    ),
    "azurerm_vpn_gateway": Fee(
        "scale units", "vpn-gateway.s2s-scale-units-500-mbps", "scale-units-month", "scale_unit"
    ),
    "azurerm_point_to_site_vpn_gateway": Fee(
        "scale units", "point-to-site-vpn-gateway.p2s-scale-units-500-mbps", "scale-units-month", "scale_unit"
    ),
    "azurerm_express_route_gateway": Fee(
        "scale units", "express-route-gateway.er-scale-units-2-gbps", "scale-units-month", "scale_units"
    ),
    "azurerm_vpn_gateway_connection": Fee("connection", "vpn-gateway-connection.s2s-connections", "hour"),
    "azurerm_express_route_connection": Fee("connection", "express-route-connection.er-connections", "hour"),
    "azurerm_traffic_manager_azure_endpoint": Fee(
        "health check", "traffic-manager-azure-endpoint.basic-health-check-global", "hour"
    ),
    "azurerm_traffic_manager_external_endpoint": Fee(
        "health check", "traffic-manager-external-endpoint.basic-health-check-global", "hour"
    ),
    "azurerm_traffic_manager_nested_endpoint": Fee(
        "health check", "traffic-manager-nested-endpoint.basic-health-check-global", "hour"
    ),
    "azurerm_integration_service_environment": Fee("scale unit", "integration-service-environment.scale-units", "hour"),
}


def _flat(fee: Fee) -> Estimator:
    def bill_fee(resource: Resource, bill: Bill) -> None:
        units = resource.number(fee.per, 1) if fee.per else 1.0
        hours = bill.hours if fee.unit == "hour" else 1.0
        bill.add(fee.name, fee.sku, fee.unit, units * hours)

    return bill_fee


for _type, _fee in _FEES.items():
    estimates(_type)(_flat(_fee))


@estimates("azurerm_api_management")
def api_management(resource: Resource, bill: Bill) -> None:
    tier, _, written = resource.text("sku_name").lower().partition("_")
    if tier == "consumption":
        bill.usage("calls", "api-management.api-management-consumption", "call", "azure.api-management.calls")
        return
    units = whole_number(written)
    if units is None:
        bill.unpriced("how many units it has is not stated in its sku_name (Developer_1)")
        return
    bill.add(f"{tier} units", f"api-management.api-management-{tier}", "units-month", units)


@estimates("azurerm_signalr_service")
def signalr(resource: Resource, bill: Bill) -> None:
    tier = resource.text("sku.name").lower().partition("_")[0]
    if tier == "free":
        bill.free()
        return
    units = resource.number("sku.capacity", 1)
    bill.add(f"{tier} units", f"signalr-service.service-usage-{tier}", "units-month", units)


@estimates("azurerm_fabric_capacity")
def fabric_capacity(resource: Resource, bill: Bill) -> None:
    """Capacity units in its name ("F64"); billed while it is not paused."""
    sku = resource.text("sku.name").upper()
    units = whole_number(sku[1:])
    if units is None:
        bill.unpriced(f"the capacity {sku} is not read")
        return
    bill.add(f"{sku} capacity", "fabric.capacity", "cu-hour", units * bill.hours)


@estimates("azurerm_active_directory_domain_service")
def domain_service(resource: Resource, bill: Bill) -> None:
    tier = resource.text("sku").lower()
    name = f"active-directory-domain-service.active-directory-domain-service-{tier}"
    bill.hourly(f"domain service, {tier}", name)


@estimates("azurerm_static_web_app", "azurerm_static_site")
def static_web_app(resource: Resource, bill: Bill) -> None:
    if resource.text("sku_tier").lower() == "free":
        bill.free()
        return
    bill.add("Standard plan", "static-web-app.static-web-app-standard", "month", 1)


@estimates("azurerm_app_configuration")
def app_configuration(resource: Resource, bill: Bill) -> None:
    if resource.text("sku").lower() == "free":
        bill.free()
        return
    days = bill.hours / bill.constant("azure.hours-per-day")
    bill.add("store", "app-configuration.instance", "day", days * (1 + len(resource.blocks("replica"))))
