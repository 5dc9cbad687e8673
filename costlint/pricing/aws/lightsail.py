"""Lightsail instances: a monthly price for a bundle of machine, disk and traffic, the same in every region.
Prices: aws.amazon.com/lightsail/pricing."""

from __future__ import annotations

import re

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates

_GENERATION = re.compile(r"(_\d+)+$")


@estimates("aws_lightsail_instance")
def lightsail_instance(resource: Resource, bill: Bill) -> None:
    """Bundles are named [m_|c_]<size>[_win][_ipv6]_<generation>; generations share their price."""
    bundle = _GENERATION.sub("", resource.text("bundle_id").lower())
    bill.add(f"bundle {bundle}", f"lightsail.bundle-{bundle}", "month", 1)
