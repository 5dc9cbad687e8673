"""NAT gateways. The traffic is one assumption per VPC, shared by its gateways: fewer gateways save hours, not traffic.
S3 and DynamoDB traffic is a share of it that a gateway endpoint in the same VPC takes away."""

from __future__ import annotations

from costlint.model import Money, Resource
from costlint.pricing.aws.vpc import by_vpc, vpc_of
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product

_DIVERTED = {"s3": "aws.nat-gateway.s3-share", "dynamodb": "aws.nat-gateway.dynamodb-share"}


@estimates("aws_nat_gateway")
def nat_gateway(resource: Resource, bill: Bill) -> None:
    bill.hourly("NAT gateway", "nat-gateway.hour")
    traffic = bill.assume("aws.nat-gateway.processed-gb")
    gateways, endpoints = _neighbours(resource, bill)
    diverted = [bill.assume(key) for service, key in _DIVERTED.items() if service in endpoints]
    kept = Money(
        1 - sum(share.quantity.low for share in diverted),
        1 - sum(share.quantity.likely for share in diverted),
        1 - sum(share.quantity.high for share in diverted),
    )
    processed = product(traffic.quantity, kept, 1 / gateways)
    bill.assumed("data processed", "nat-gateway.data-processed", "gb", processed, traffic, *diverted)


def _neighbours(resource: Resource, bill: Bill) -> tuple[int, set[str]]:
    """How many NAT gateways share the VPC, and which services its gateway endpoints reach."""
    gateways = bill.remember("NAT gateways by VPC", (), lambda view: by_vpc(view, "aws_nat_gateway"))
    endpoints = bill.remember("endpoints by VPC", ("aws_vpc_endpoint",), lambda view: by_vpc(view, "aws_vpc_endpoint"))
    vpc = bill.remember("VPC of " + resource.address, (), lambda view: vpc_of(resource, view))
    if vpc is None:
        return max(1, len(bill.siblings())), set()
    sharing = bill.saw(gateways.get(vpc, []))
    gateway = [e for e in bill.saw(endpoints.get(vpc, [])) if e.get("vpc_endpoint_type") in (None, "Gateway")]
    return max(1, len(sharing)), {service_of(endpoint) for endpoint in gateway}


def service_of(endpoint: Resource) -> str:
    """ "s3" of "com.amazonaws.eu-west-1.s3", "" if the name is not known."""
    name = endpoint.get("service_name")
    return name.rpartition(".")[2] if isinstance(name, str) else ""
