"""VPC endpoints and public addresses. Prices: aws.amazon.com/privatelink/pricing, aws.amazon.com/vpc/pricing."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates

_HOURS = {
    "Interface": "vpc-endpoint.endpoint-interface",
    "GatewayLoadBalancer": "vpc-endpoint.endpoint-gatewayloadbalancer",
}
_DATA = {"Interface": "vpc-endpoint.data-processed-first-1pb", "GatewayLoadBalancer": "vpc-endpoint.data-processed"}


@estimates("aws_vpc_endpoint")
def vpc_endpoint(resource: Resource, bill: Bill) -> None:
    """Gateway endpoints are free; the others are billed for each zone they have an address in."""
    kind = resource.text("vpc_endpoint_type", "Gateway")
    if kind == "Gateway":
        bill.free()
        return
    if kind not in _HOURS:
        bill.unpriced(f"{kind} endpoints are not priced")
        return
    with bill.part("endpoint hours"):
        zones = len(resource.values("subnet_ids")) + len(bill.referring("aws_vpc_endpoint_subnet_association"))
        zones = zones or len(resource.blocks("subnet_configuration"))
        if zones:
            bill.hourly("endpoint in each zone", _HOURS[kind], zones)
        else:
            bill.unpriced("no subnet is written for the endpoint")
    bill.usage("data processed", _DATA[kind], "gb", "aws.vpc-endpoint.processed-gb")


@estimates("aws_eip")
def elastic_ip(resource: Resource, bill: Bill) -> None:
    """Every public IPv4 address is billed, in use or not, except the customer's own (BYOIP) ones."""
    if resource.text("public_ipv4_pool", "amazon") != "amazon":
        bill.free()
        return
    users = bill.referring()
    attached = users or resource.get("instance") is not None or resource.get("network_interface") is not None
    bill.hourly("public IPv4 address", "public-ipv4.in-use" if attached else "public-ipv4.idle")


@estimates("aws_eip_association")
def elastic_ip_association(resource: Resource, bill: Bill) -> None:
    bill.free()
