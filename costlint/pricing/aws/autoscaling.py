"""Auto Scaling groups: the machines of a launch template or configuration, times the size of the group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from costlint.model import Money, Resource, UnknownValue
from costlint.pricing.aws.launch import Launch, template_of
from costlint.pricing.aws.machines import bill_machine
from costlint.pricing.aws.scaling import Count, autoscaled, bounded, scheduled
from costlint.pricing.aws.tenancy import bill_region_fee, dedicated
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import section, sections

_WHOLE = 100.0
_KUBERNETES_TAGS = ("kubernetes.io/cluster/", "k8s.io/cluster-autoscaler/")
_SCALERS = ("aws_autoscaling_policy", "aws_autoscalingplans_scaling_plan", "aws_ecs_capacity_provider")


class Share(NamedTuple):
    """How many of the group's instances are bought how."""

    spot: bool
    number: Money


@estimates("aws_autoscaling_group")
def autoscaling_group(resource: Resource, bill: Bill) -> None:
    count = scheduled(bill, group_size(resource, bill))
    launch, override = _launched(resource, bill)
    weight = override.number("weighted_capacity", 1) if override else 1
    if weight != 1:
        count = count._replace(number=count.number.times(1 / weight))
    with bill.part("instances"):
        kind = _instance_type(launch, override)
        if not kind:
            bill.unpriced("no instance type is written (attribute-based selection)")
        else:
            if launch.tenancy() == "dedicated":
                count = dedicated(count)
                bill_region_fee(bill)
            for share in _shares(resource, launch, count):
                bill_machine(bill, kind, Count(share.number, count.assumptions), spot=share.spot)
    launch.bill_disks(bill, count.number)
    launch.bill_extras(bill, count.number)
    with bill.part("public addresses"):
        if launch.public_address():
            bill.hourly("public IPv4 addresses", "public-ipv4.in-use", count.number)


def group_size(resource: Resource, bill: Bill) -> Count:
    """Instances in the group: autoscaled if a scaling policy or capacity provider is attached, if its instances are
    nodes of a Kubernetes cluster (whose autoscaler is not declared here), or if it starts at zero, which only makes
    sense with a scaler outside the stack. Raises UnknownValue."""
    least, most = resource.number("min_size"), resource.number("max_size")
    written = resource.get("desired_capacity")
    desired = None if written is None else resource.number("desired_capacity")
    if bill.referring(*_SCALERS) or _of_kubernetes(resource) or (least == 0 and not desired):
        return autoscaled(bill, least, desired, most)
    return bounded(least, least if desired is None else desired, most)


def _of_kubernetes(group: Resource) -> bool:
    return any(key.startswith(_KUBERNETES_TAGS) for key in group.tags)


def _launched(group: Resource, bill: Bill) -> tuple[Launch, Resource | None]:
    """What is launched, and the first override of its instance type. Raises UnknownValue."""
    policy = section(group, "mixed_instances_policy")
    mixed = section(policy, "launch_template") if policy else None
    if mixed is not None:
        source = template_of(mixed, bill, "launch_template_specification")
        override = next(iter(sections(mixed, "override")), None)
    else:
        source, override = template_of(group, bill), None
    if source is None:
        source = bill.follow(group.get("launch_configuration"), "aws_launch_configuration")
    if source is None:
        raise UnknownValue(f"what {group.address} launches")
    return Launch(source), override


def _instance_type(launch: Launch, override: Resource | None) -> str:
    """ "" if it is chosen by its attributes. Raises UnknownValue."""
    kind = override.text("instance_type") if override else ""
    attribute_based = launch.source.get("instance_requirements") is not None
    return kind or ("" if attribute_based else launch.instance_type())


def _shares(group: Resource, launch: Launch, count: Count) -> Iterator[Share]:
    """On-demand and spot parts of the group (aws_autoscaling_group.mixed_instances_policy.instances_distribution)."""
    policy = section(group, "mixed_instances_policy")
    if policy is None:
        yield Share(launch.spot(), count.number)
        return
    distribution = section(policy, "instances_distribution")
    base = distribution.number("on_demand_base_capacity") if distribution else 0.0
    above = distribution.number("on_demand_percentage_above_base_capacity", _WHOLE) if distribution else _WHOLE
    on_demand = Money(*(min(n, base) + max(0.0, n - base) * above / _WHOLE for n in count.number))
    spot = Money(*(n - paid for n, paid in zip(count.number, on_demand, strict=True)))
    if on_demand.high or not spot.high:
        yield Share(False, on_demand)
    if spot.high:
        yield Share(True, spot)
