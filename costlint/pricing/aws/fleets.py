"""EC2 machines ordered by the fleet: spot fleets and EC2 fleets."""

from __future__ import annotations

from costlint.model import Money, Resource
from costlint.pricing.aws.ebs import bill_volume
from costlint.pricing.aws.launch import Launch, root_volume, template_of
from costlint.pricing.aws.machines import bill_machine
from costlint.pricing.aws.scaling import fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import section, sections


@estimates("aws_spot_fleet_request")
def spot_fleet(resource: Resource, bill: Bill) -> None:
    capacity = resource.number("target_capacity")
    for specification in sections(resource, "launch_specification")[:1]:
        count = capacity / resource_weight(specification)
        bill_machine(bill, specification.text("instance_type"), fixed(count), spot=True)
        disk = section(specification, "root_block_device")
        bill_volume(bill, "root disk", root_volume(disk, bill), count)
        return
    for config in sections(resource, "launch_template_config")[:1]:
        _bill_template(config, "overrides", "launch_template_specification", capacity, bill, spot=True)
        return
    bill.unpriced("nothing says what the fleet launches")


@estimates("aws_ec2_fleet")
def ec2_fleet(resource: Resource, bill: Bill) -> None:
    targets = "target_capacity_specification"
    capacity = resource.number(f"{targets}.total_target_capacity")
    spot = resource.text(f"{targets}.default_target_capacity_type") == "spot"
    for config in sections(resource, "launch_template_config")[:1]:
        _bill_template(config, "override", "launch_template_specification", capacity, bill, spot=spot)
        return
    bill.unpriced("nothing says what the fleet launches")


def resource_weight(specification: Resource) -> float:
    """Units of capacity one instance counts for. Raises UnknownValue."""
    return specification.number("weighted_capacity", 1) or 1


def _bill_template(config: Resource, overrides: str, path: str, capacity: float, bill: Bill, *, spot: bool) -> None:
    template = template_of(config, bill, path)
    override = section(config, overrides)
    kind = override.text("instance_type") if override else ""
    count = capacity / (resource_weight(override) if override else 1)
    if template is not None:
        launch = Launch(template)
        bill_machine(bill, kind or launch.instance_type(), fixed(count), spot=spot)
        launch.bill_disks(bill, Money.exactly(count))
    elif kind:
        bill_machine(bill, kind, fixed(count), spot=spot)
    else:
        bill.unpriced("the launch template of the fleet is outside the stack")
