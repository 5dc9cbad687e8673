"""Addresses, NAT, load balancing, gateways, firewalls and private endpoints."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import above
from costlint.pricing.sections import section

_LB_RULES = ("azurerm_lb_rule", "azurerm_lb_outbound_rule")
_RECORDS = tuple(
    f"azurerm_{zone}_{kind}_record"
    for zone, kinds in (
        ("dns", ("a", "aaaa", "caa", "cname", "mx", "ns", "ptr", "srv", "txt")),
        ("private_dns", ("a", "aaaa", "cname", "mx", "ptr", "srv", "txt")),
    )
    for kind in kinds
)


@estimates("azurerm_public_ip")
def public_ip(resource: Resource, bill: Bill) -> None:
    if resource.text("sku_tier").lower() == "global":
        bill.hourly("static global address", "public-ip.ip-address-static-global")
    elif resource.text("allocation_method").lower() == "dynamic":
        bill.hourly("dynamic address", "public-ip.ip-address-dynamic-regional")
    else:
        bill.hourly("static address", "public-ip.ip-address-static-regional")


@estimates("azurerm_public_ip_prefix")
def public_ip_prefix(resource: Resource, bill: Bill) -> None:
    addresses = 2 ** (32 - resource.number("prefix_length"))
    bill.hourly(f"{addresses:g} addresses", "public-ip-prefix.ip-prefix", addresses)


@estimates("azurerm_nat_gateway")
def nat_gateway(resource: Resource, bill: Bill) -> None:
    bill.hourly("NAT gateway", "nat-gateway.hour")
    bill.usage("data processed", "nat-gateway.data-processed", "gb", "azure.nat.processed-gb")


@estimates("azurerm_lb")
def load_balancer(resource: Resource, bill: Bill) -> None:
    """Standard balancers bill their rules: one charge for the first five, more for each further one."""
    if resource.text("sku").lower() == "basic":
        bill.free()
        return
    rules = len(bill.referring(*_LB_RULES))
    further = rules - bill.constant("azure.lb.included-rules")
    if rules:
        bill.hourly("first five rules", "load-balancer.rules-minimum")
    if further > 0:
        bill.hourly(f"{further:g} further rules", "load-balancer.rule-usage", further)
    bill.usage("data processed", "load-balancer.data-processed", "gb", "azure.lb.processed-gb")


@estimates(*_LB_RULES)
def load_balancer_rule(resource: Resource, bill: Bill) -> None:
    """Billed with its load balancer."""
    bill.free()


@estimates("azurerm_application_gateway")
def application_gateway(resource: Resource, bill: Bill) -> None:
    """Version 2: a fixed fee and capacity units; reserved instances reserve ten units each."""
    name = resource.text("sku.name").lower()
    if name == "basic":
        _basic_gateway(bill)
        return
    if not name.endswith("_v2"):
        _first_version(resource, bill, name)
        return
    waf = name.startswith("waf")
    bill.hourly("gateway", f"application-gateway.gateway-usage-{'waf-v2' if waf else 'standard-v2'}")
    reserved = resource.number("autoscale_configuration.min_capacity") or resource.number("sku.capacity")
    units = reserved * bill.constant("azure.application-gateway.units-per-instance")
    sku = f"application-gateway.v2-capacity-units-{'waf' if waf else 'basic'}"
    if units:
        bill.add("reserved capacity units", sku, "cu-hour", units * bill.hours)
    used = bill.assume("azure.application-gateway.units")
    beyond = above(used.quantity, units)
    if beyond.high:
        bill.assumed("further capacity units", sku, "cu-hour", beyond.times(bill.hours), used)


def _basic_gateway(bill: Bill) -> None:
    """The Basic tier of version 2: a lower fee, capacity units by use."""
    bill.hourly("gateway, Basic tier", "application-gateway.gateway-usage-basic-v2")
    used = bill.assume("azure.application-gateway.units")
    sku = "application-gateway.v2-capacity-units-basic-tier"
    bill.assumed("capacity units", sku, "cu-hour", used.quantity.times(bill.hours), used)


def _first_version(resource: Resource, bill: Bill, name: str) -> None:
    """Version 1, retired: instances of a size ("Standard_Medium", "WAF_Large")."""
    tier, _, size = name.partition("_")
    sku = f"application-gateway.gateway-{'waf-' if tier == 'waf' else ''}{size}"
    bill.hourly(f"{size} gateway instances", sku, resource.number("sku.capacity", 1))


@estimates("azurerm_firewall")
def firewall(resource: Resource, bill: Bill) -> None:
    tier = resource.text("sku_tier").lower()
    hub = resource.text("sku_name").upper() == "AZFW_HUB"
    place = ("-secure-virtual-hub" if tier == "standard" else "-secured-virtual-hub") if hub else ""
    bill.hourly(f"{tier} firewall", f"firewall.deployment-{tier}{place}")
    sku = "firewall.data-processed-basic" if tier == "basic" else "firewall.data-processed"
    bill.usage("data processed", sku, "gb", "azure.firewall.processed-gb")


@estimates("azurerm_firewall_policy")
def firewall_policy(resource: Resource, bill: Bill) -> None:
    """Free with one firewall; a policy shared by several is charged for each region it is used in."""
    if len(bill.referring("azurerm_firewall")) > 1:
        bill.unpriced("a policy shared by several firewalls has no price in the catalog")
    else:
        bill.free()


@estimates("azurerm_bastion_host")
def bastion(resource: Resource, bill: Bill) -> None:
    sku = resource.text("sku").lower()
    if sku == "developer":
        bill.free()
    elif sku == "basic":
        bill.hourly("bastion host", "bastion-host.bastion-host")
    else:
        bill.unpriced(f"the {sku} bastion host has no price in the catalog")


@estimates("azurerm_virtual_network_gateway")
def network_gateway(resource: Resource, bill: Bill) -> None:
    sku = resource.text("sku").lower()
    if resource.text("type").lower() == "expressroute":
        bill.hourly(f"ExpressRoute gateway {sku}", f"virtual-network-gateway.express-route-{sku}")
        return
    bill.hourly(f"VPN gateway {sku}", f"virtual-network-gateway.vpn-gateway-{sku}")
    bill.usage("data transferred", "virtual-network-gateway.vpn-gateway-data-tranfer", "gb", "azure.vpn.egress-gb")


@estimates("azurerm_virtual_network_gateway_connection")
def gateway_connection(resource: Resource, bill: Bill) -> None:
    gateways = bill.referred("azurerm_virtual_network_gateway")
    if resource.text("type").lower() != "ipsec" or not gateways:
        bill.unpriced("only site-to-site connections of a gateway in the stack have a price in the catalog")
        return
    sku = gateways[0].text("sku").lower()
    bill.hourly("tunnel", f"virtual-network-gateway-connection.vpn-gateway-{sku}")


@estimates("azurerm_private_endpoint")
def private_endpoint(resource: Resource, bill: Bill) -> None:
    bill.hourly("private endpoint", "private-endpoint.private-endpoint")
    for way in ("inbound", "outbound"):
        sku = f"private-endpoint.{way}-data-processed-first-1pb"
        bill.usage(f"{way} data", sku, "gb", "azure.private-endpoint.processed-gb")


@estimates("azurerm_virtual_network_peering")
def peering(resource: Resource, bill: Bill) -> None:
    """Both ends bill the traffic; a peering across regions costs more, which the regions of both networks decide."""
    networks = bill.referred("azurerm_virtual_network")
    across = len({network.region.name for network in networks}) > 1
    for way in ("inbound", "outbound"):
        sku = f"virtual-network-peering.{way}-data-transfer-{'inter' if across else 'intra'}-region"
        bill.usage(f"{way} data", sku, "gb", "azure.peering.transferred-gb")


@estimates("azurerm_dns_zone", "azurerm_private_dns_zone")
def dns_zone(resource: Resource, bill: Bill) -> None:
    bill.add("zone", "dns-zone.zone", "month", 1)
    bill.usage("queries", "dns-a-record.dns-queries-first-1b", "query", "azure.dns.queries")


@estimates(*_RECORDS)
def dns_record(resource: Resource, bill: Bill) -> None:
    """Its queries are billed with the zone."""
    bill.free()


@estimates("azurerm_traffic_manager_profile")
def traffic_manager(resource: Resource, bill: Bill) -> None:
    bill.usage("queries", "traffic-manager-profile.dns-queries-first-1b", "query", "azure.dns.queries")


@estimates("azurerm_network_watcher_flow_log")
def flow_log(resource: Resource, bill: Bill) -> None:
    bill.usage("logs collected", "network-watcher-flow-log.network-logs-collected-over-5gb", "gb", "azure.flow-log.gb")
    analytics = section(resource, "traffic_analytics")
    if analytics is not None and analytics.flag("enabled"):
        minutes = analytics.text("interval_in_minutes")
        sku = f"network-watcher-flow-log.traffic-analytics-data-processed-{minutes}-min-interval"
        bill.usage("traffic analytics", sku, "gb", "azure.flow-log.gb")


@estimates("azurerm_cdn_frontdoor_profile")
def front_door(resource: Resource, bill: Bill) -> None:
    """A base fee by tier; requests and traffic by where visitors are (zone 1: North America and Europe)."""
    tier = "premium" if resource.text("sku_name").lower().startswith("premium") else "standard"
    bill.add(f"{tier} base fee", f"cdn-frontdoor-profile.base-{tier}", "month", 1)
    bill.usage("requests", f"cdn-frontdoor-profile.requests-{tier}", "request", "azure.front-door.requests")


@estimates("azurerm_cdn_endpoint")
def cdn_endpoint(resource: Resource, bill: Bill) -> None:
    profiles = bill.referred("azurerm_cdn_profile")
    kind = profiles[0].text("sku").lower() if profiles else ""
    sku = {
        "standard_microsoft": "cdn-endpoint.outbound-data-transfer-microsoft-first-10tb",
        "standard_verizon": "cdn-endpoint.outbound-data-transfer-standard-verizon-first-10tb",
        "premium_verizon": "cdn-endpoint.outbound-data-transfer-premium-verizon-first-10tb",
        "standard_akamai": "cdn-endpoint.outbound-data-transfer-akamai-first-10tb",
    }.get(kind)
    if sku is None:
        bill.unpriced("the profile that decides its price is not in the stack")
        return
    bill.usage("data transferred", sku, "gb", "azure.cdn.egress-gb")
