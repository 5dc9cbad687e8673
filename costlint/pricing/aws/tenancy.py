"""Dedicated instances: the hours of the instance, and a fee for every hour in which a region has one at all.
Formula: aws.amazon.com/ec2/pricing/dedicated-instances."""

from __future__ import annotations

from costlint.graph import View
from costlint.pricing.aws.launch import Launch
from costlint.pricing.aws.scaling import Count
from costlint.pricing.estimating import Bill

_LAUNCHED = ("aws_instance", "aws_spot_instance_request")
_GROUPS = ("aws_autoscaling_group",)
_TEMPLATES = ("aws_launch_template", "aws_launch_configuration")
_RATES = "the on-demand rate stands in for the dedicated rate, which is a few per cent higher"


def dedicated(count: Count) -> Count:
    """A count of dedicated instances: it says what their price rests on."""
    return Count(count.number, (*count.assumptions, _RATES))


def bill_region_fee(bill: Bill) -> None:
    """Bill the fee of the region, on the first resource of the region that has a dedicated instance."""
    first = bill.remember("dedicated", (*_LAUNCHED, *_GROUPS, *_TEMPLATES), _first_by_region)
    if first.get(bill.region) == bill.resource.address:
        bill.hourly("dedicated instances, fee for the region", "ec2.dedicated-region-fee")


def _first_by_region(view: View) -> dict[str, str]:
    found: dict[str, str] = {}
    for resource in view.of_type(*_LAUNCHED):
        if Launch(resource).is_dedicated():
            found.setdefault(resource.region.name, resource.address)
    for group in view.of_type(*_GROUPS):
        if any(Launch(template).is_dedicated() for template in view.referred(group.address, *_TEMPLATES)):
            found.setdefault(group.region.name, group.address)
    return found
