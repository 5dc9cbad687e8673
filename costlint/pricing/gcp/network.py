"""Addresses, load balancing, security policies, NAT, VPN and connectors."""

from __future__ import annotations

from costlint.graph import View
from costlint.model import Resource
from costlint.pricing.counts import autoscaled
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.gcp.machines import bill_machines
from costlint.pricing.sections import sections

_RULES = ("google_compute_forwarding_rule", "google_compute_global_forwarding_rule")
_RESERVED_RANGES = ("VPC_PEERING", "PRIVATE_SERVICE_CONNECT", "IPSEC_INTERCONNECT", "GCE_ENDPOINT")


@estimates("google_compute_address", "google_compute_global_address")
def address(resource: Resource, bill: Bill) -> None:
    """Reserved external addresses: cheaper in use than idle, free while a forwarding rule holds them."""
    if resource.text("address_type").upper() == "INTERNAL" or resource.text("purpose").upper() in _RESERVED_RANGES:
        bill.free()
        return
    users = bill.referring()
    if any(user.type not in _RULES for user in users):
        bill.hourly("external IPv4 address in use", "network.ip-in-use.hour")
    elif not users:
        bill.hourly("reserved external IPv4 address, idle", "network.ip-idle.hour")
    else:
        bill.free()


@estimates(*_RULES)
def forwarding_rule(resource: Resource, bill: Bill) -> None:
    """The first five rules of a project share one minimum charge, which the first rule of the stack carries."""
    positions = bill.remember("gcp forwarding rules", _RULES, _positions)
    position = positions.get(resource.address, 0)
    included = bill.constant("gcp.load-balancing.included-rules")
    if position == 0:
        bill.hourly("forwarding rules (up to five)", "load-balancing.forwarding-rules-minimum")
    elif position >= included:
        bill.hourly("forwarding rule above five", "load-balancing.forwarding-rules")
    bill.usage("data processed", "load-balancing.data-processed", "gb", "gcp.load-balancing.processed-gb")


@estimates("google_compute_router_nat")
def router_nat(resource: Resource, bill: Bill) -> None:
    machines = bill.assume("gcp.nat.machines")
    bill.assumed(
        "NAT gateway", "network.assigned-vms-first-32", "vm-hour", machines.quantity.times(bill.hours), machines
    )
    bill.usage("data processed", "network.nat.data-processed", "gib", "gcp.nat.processed-gib")
    addresses = len(resource.values("nat_ips"))
    if not addresses:
        bill.hourly("external IPv4 address", "network.ip-in-use.hour")
    if resource.flag("log_config.enable") and resource.text("log_config.filter").upper() == "ALL":
        bill.usage("connection logs", "logging-project-sink.logging-data", "gb", "gcp.nat.logged-gb")


@estimates("google_compute_vpn_tunnel")
def vpn_tunnel(resource: Resource, bill: Bill) -> None:
    bill.hourly("VPN tunnel", "network.vpn-tunnel")


@estimates("google_compute_external_vpn_gateway", "google_compute_vpn_gateway", "google_compute_ha_vpn_gateway")
def vpn_gateway(resource: Resource, bill: Bill) -> None:
    """Tunnels carry the charge; what leaves through them is usage nobody declares."""
    sku = "compute-ha-vpn-gateway.network-egress-ipsec-traffic-within-the-same-region"
    bill.usage("traffic in the region", sku, "gb", "gcp.vpn.egress-gb")


@estimates("google_compute_security_policy")
def security_policy(resource: Resource, bill: Bill) -> None:
    """Cloud Armor Standard: the policy, its rules (blocks or resources of their own) and the requests it looks at."""
    rules = len(resource.blocks("rule")) + len(bill.referring("google_compute_security_policy_rule"))
    bill.add("security policy", "armor.policy", "month", 1)
    if rules:
        bill.add(f"{rules:g} rules", "armor.rule", "month", rules)
    bill.usage("requests", "armor.requests", "request", "gcp.armor.requests")


@estimates("google_compute_security_policy_rule")
def security_policy_rule(resource: Resource, bill: Bill) -> None:
    """Billed with its policy."""
    bill.free()


@estimates("google_vpc_access_connector")
def access_connector(resource: Resource, bill: Bill) -> None:
    """Billed as the machines it runs on."""
    instances = autoscaled(bill, resource.number("min_instances"), None, resource.number("max_instances"))
    bill_machines(bill, resource.text("machine_type"), instances)


@estimates("google_cloud_scheduler_job")
def scheduler_job(resource: Resource, bill: Bill) -> None:
    """Three jobs of an account are free; which ones, a stack cannot tell."""
    bill.add("job", "scheduler.job", "month", 1)


@estimates("google_dns_managed_zone")
def dns_zone(resource: Resource, bill: Bill) -> None:
    bill.add("zone", "dns-managed-zone.managed-zone", "month", 1)
    bill.usage("queries", "dns-record-set.queries", "query", "gcp.dns.queries")


@estimates("google_dns_record_set")
def dns_record(resource: Resource, bill: Bill) -> None:
    """Its queries are billed with the zone."""
    bill.free()


@estimates("google_service_networking_connection")
def service_connection(resource: Resource, bill: Bill) -> None:
    """Free itself; what crosses zones and regions through it is traffic of the services at both ends."""
    bill.free()


@estimates("google_compute_subnetwork")
def subnetwork(resource: Resource, bill: Bill) -> None:
    """Free but for the flow logs it may write."""
    bill.free()
    for logs in sections(resource, "log_config"):
        sampled = logs.number("flow_sampling")
        bill.usage("VPC flow logs", "logging-project-sink.logging-data", "gb", "gcp.network.flow-log-gb", times=sampled)


def _positions(view: View) -> dict[str, int]:
    return {rule.address: position for position, rule in enumerate(view.of_type(*_RULES))}
