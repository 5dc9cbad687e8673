"""Transit gateways, VPN, Direct Connect, and what else joins networks."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates


@estimates("aws_ec2_transit_gateway_vpc_attachment")
def transit_gateway_attachment(resource: Resource, bill: Bill) -> None:
    bill.hourly("transit gateway attachment", "transit-gateway.transit-gateway-attachment")
    bill.usage("data processed", "transit-gateway.data-processed", "gb", "aws.transit-gateway.processed-gb")


@estimates("aws_ec2_transit_gateway_peering_attachment")
def transit_gateway_peering(resource: Resource, bill: Bill) -> None:
    bill.hourly("transit gateway attachment", "transit-gateway.transit-gateway-attachment")
    bill.usage("data to the peer region", "data-transfer.inter-region", "gb", "aws.transit-gateway.processed-gb")


@estimates("aws_vpn_connection")
def vpn_connection(resource: Resource, bill: Bill) -> None:
    bill.hourly("VPN connection", "vpn-connection.vpn-connection")
    if resource.get("transit_gateway_id") is not None:
        bill.hourly("transit gateway attachment", "vpn-connection.transit-gateway-attachment")
        bill.usage("data processed", "vpn-connection.data-processed", "gb", "aws.vpn.processed-gb")


@estimates("aws_vpc_peering_connection")
def vpc_peering(resource: Resource, bill: Bill) -> None:
    """The connection is free; traffic across zones or regions is not."""
    elsewhere = resource.text("peer_region")
    sku = "data-transfer.inter-region" if elsewhere and elsewhere != bill.region else "data-transfer.cross-az"
    bill.usage("data transferred", sku, "gb", "aws.vpc-peering.transferred-gb")


@estimates("aws_dx_gateway_association")
def direct_connect_gateway(resource: Resource, bill: Bill) -> None:
    """Free to a virtual private gateway, an attachment to a transit gateway."""
    if not bill.referred("aws_ec2_transit_gateway"):
        bill.free()
        return
    bill.hourly("transit gateway attachment", "dx-gateway-association.transit-gateway-attachment")
    bill.usage("data processed", "dx-gateway-association.data-processed", "gb", "aws.transit-gateway.processed-gb")


@estimates("aws_dx_connection")
def direct_connect(resource: Resource, bill: Bill) -> None:
    """Port-hours by capacity; ports in Japan cost less. Traffic out depends on the location and is not known."""
    bandwidth = resource.text("bandwidth")
    bill.hourly(f"Direct Connect port, {bandwidth}", f"dx-connection.port-{bandwidth.lower()}")


@estimates("aws_dx_hosted_connection")
def hosted_connection(resource: Resource, bill: Bill) -> None:
    """Port-hours of a partner's connection, billed to the account it is shared with."""
    bandwidth = resource.text("bandwidth")
    bill.hourly(f"hosted connection, {bandwidth}", f"dx-connection.hosted-{bandwidth.lower()}")


@estimates("aws_ec2_client_vpn_network_association")
def client_vpn_association(resource: Resource, bill: Bill) -> None:
    bill.hourly("client VPN association", "ec2-client-vpn-network-association.endpoint-association")


@estimates("aws_ec2_client_vpn_endpoint")
def client_vpn_endpoint(resource: Resource, bill: Bill) -> None:
    bill.usage("connections", "ec2-client-vpn-endpoint.connection", "hour", "aws.client-vpn.connection-hours")


@estimates("aws_networkfirewall_firewall")
def network_firewall(resource: Resource, bill: Bill) -> None:
    with bill.part("firewall endpoints"):
        zones = len(resource.blocks("subnet_mapping"))
        bill.hourly("firewall endpoint in each zone", "networkfirewall-firewall.network-firewall-endpoint", zones)
    bill.usage("data processed", "networkfirewall-firewall.data-processed", "gb", "aws.network-firewall.processed-gb")


@estimates("aws_vpclattice_service")
def lattice_service(resource: Resource, bill: Bill) -> None:
    bill.hourly("service", "vpc-lattice.service")
    bill.usage("data processed", "vpc-lattice.data-processed", "gb", "aws.vpc-lattice.processed-gb")
    bill.usage("requests beyond the free ones", "vpc-lattice.requests", "request", "aws.vpc-lattice.requests")


@estimates("aws_vpclattice_resource_configuration")
def lattice_resource(resource: Resource, bill: Bill) -> None:
    """A group costs nothing; each resource in it does."""
    if resource.text("type", "SINGLE") == "GROUP":
        bill.free()
        return
    bill.hourly("resource", "vpc-lattice.resource")
    bill.usage("data processed", "vpc-lattice.resource-data", "gb", "aws.vpc-lattice.processed-gb")
