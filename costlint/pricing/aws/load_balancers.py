"""Load balancers. Prices: aws.amazon.com/elasticloadbalancing/pricing, public addresses aws.amazon.com/vpc/pricing."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product


class Kind(NamedTuple):
    """How a type of load balancer is billed."""

    name: str
    hour: str
    units: str
    assumption: str


_KINDS = {
    "application": Kind("Application Load Balancer", "elbv2.alb.hour", "elbv2.alb.lcu", "aws.alb.capacity-units"),
    "network": Kind("Network Load Balancer", "elbv2.nlb.hour", "elbv2.nlb.lcu", "aws.nlb.capacity-units"),
    "gateway": Kind("Gateway Load Balancer", "elbv2.gwlb.hour", "elbv2.gwlb.lcu", "aws.gwlb.capacity-units"),
}


@estimates("aws_lb", "aws_alb")
def load_balancer(resource: Resource, bill: Bill) -> None:
    kind = _KINDS.get(resource.text("load_balancer_type", "application"))
    if kind is None:
        bill.unpriced(f"{resource.text('load_balancer_type')} load balancers are not priced")
        return
    bill.hourly(kind.name, kind.hour)
    bill.usage("capacity units", kind.units, "lcu-hour", kind.assumption, bill.hours)
    with bill.part("public addresses"):
        if kind is not _KINDS["gateway"] and not resource.flag("internal"):
            _bill_addresses(resource, bill)
    with bill.part("traffic across zones"):
        if kind is _KINDS["network"] and resource.flag("enable_cross_zone_load_balancing"):
            traffic = bill.assume("aws.nlb.processed-gb")
            crossing = bill.assume("aws.network.cross-zone-share")
            crossed = product(traffic.quantity, crossing.quantity)
            bill.assumed("traffic across zones", "data-transfer.cross-az", "gb", crossed, traffic, crossing)


@estimates("aws_elb")
def classic_load_balancer(resource: Resource, bill: Bill) -> None:
    bill.hourly("Classic Load Balancer", "elb-classic.hour")
    bill.usage("data processed", "elb-classic.data-processed", "gb", "aws.elb.processed-gb")
    with bill.part("public addresses"):
        if not resource.flag("internal"):
            _bill_addresses(resource, bill)


def _bill_addresses(resource: Resource, bill: Bill) -> None:
    """One public IPv4 address in each subnet, unless an Elastic IP (billed by itself) is mapped."""
    mapped = resource.blocks("subnet_mapping")
    if mapped:
        own = sum(1 for block in mapped if block.get("allocation_id") is None)
    else:
        own = len(resource.values("subnets")) or len(resource.values("availability_zones"))
    if own:
        bill.hourly("public IPv4 addresses", "public-ipv4.in-use", own)
