"""Single EC2 instances, spot requests, capacity reservations and dedicated hosts."""

from __future__ import annotations

from costlint.model import Money, Resource
from costlint.pricing.aws.launch import Launch, template_of
from costlint.pricing.aws.machines import bill_machine
from costlint.pricing.aws.scaling import Count, fixed, scheduled
from costlint.pricing.aws.tenancy import bill_region_fee, dedicated
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates


@estimates("aws_instance")
def instance(resource: Resource, bill: Bill) -> None:
    _instance(resource, bill, spot=Launch(resource).spot())


@estimates("aws_spot_instance_request")
def spot_instance_request(resource: Resource, bill: Bill) -> None:
    _instance(resource, bill, spot=True)


@estimates("aws_ec2_capacity_reservation")
def capacity_reservation(resource: Resource, bill: Bill) -> None:
    """Billed whether used or not. Instances that run inside it are billed here a second time: AWS bills them once,
    so a reservation is only counted for what exceeds the matching instances of the stack."""
    kind = resource.text("instance_type")
    reserved = resource.number("instance_count")
    running = sum(1 for other in bill.of_type("aws_instance") if other.get("instance_type") == kind)
    bill_machine(bill, kind, fixed(max(0.0, reserved - running)))


@estimates("aws_ec2_capacity_block_reservation")
def capacity_block(resource: Resource, bill: Bill) -> None:
    """Paid up front at the price of the offering, which changes with supply and is known once it is looked up."""
    bill.unknown("what the offering of a capacity block costs is known only when it is bought")


@estimates("aws_ec2_host")
def dedicated_host(resource: Resource, bill: Bill) -> None:
    family = resource.text("instance_family") or resource.text("instance_type").partition(".")[0]
    bill.hourly(f"dedicated host {family}", f"ec2-host.ec2-dedicated-host-on-demand-{family}")


def _instance(resource: Resource, bill: Bill, spot: bool) -> None:
    launch = Launch(resource)
    one = Money.exactly(1)
    base: Launch | None = None
    with bill.part("instance"):
        template = template_of(resource, bill)
        base = Launch(template) if template else None
        kind = launch.instance_type() or (base.instance_type() if base else "")
        _bill_hours(launch, bill, kind, spot or (base is not None and base.spot()))
    if base is not None and resource.get("root_block_device") is None:
        base.bill_disks(bill, one)
        launch.bill_data_disks(bill, one)
    else:
        launch.bill_disks(bill, one)
    (base or launch).bill_extras(bill, one)
    with bill.part("public address"):
        if _has_public_address(launch, bill):
            bill.hourly("public IPv4 address", "public-ipv4.in-use", _running(bill).number)


def _bill_hours(launch: Launch, bill: Bill, kind: str, spot: bool) -> None:
    tenancy = launch.tenancy()
    if tenancy == "host":
        return
    if not kind:
        bill.unpriced("no instance type is written")
    elif tenancy == "dedicated":
        bill_machine(bill, kind, dedicated(_running(bill)), spot=spot)
        bill_region_fee(bill)
    else:
        bill_machine(bill, kind, _running(bill), spot=spot)


def _running(bill: Bill) -> Count:
    for state in bill.referring("aws_ec2_instance_state"):
        if state.text("state") == "stopped":
            return fixed(0)
    return scheduled(bill, fixed(1))


def _has_public_address(launch: Launch, bill: Bill) -> bool:
    """True for an address of its own; an Elastic IP is billed where it is declared."""
    if bill.referring("aws_eip", "aws_eip_association"):
        return False
    written = launch.public_address()
    if written is not None:
        return written
    subnet = bill.follow(launch.source.get("subnet_id"), "aws_subnet", "aws_default_subnet")
    return subnet is not None and subnet.flag("map_public_ip_on_launch")
