"""Dedicated instances and the fee for the region they are in (us-east-1, 730 hours a month)."""

from __future__ import annotations

import pytest
from aws_stack import estimate_of, estimates_of, monthly, ref, resource

from costlint.model import UNKNOWN, Resource

ROOT = [{"volume_size": 10, "volume_type": "gp3"}]
FEE = 730 * 2.0
ONE = 730 * 0.096 + 10 * 0.08


def dedicated(address: str, tenancy: object = "dedicated") -> Resource:
    return resource(address, instance_type="m5.large", tenancy=tenancy, root_block_device=ROOT)


def test_a_dedicated_instance_pays_the_fee_of_its_region() -> None:
    assert monthly(dedicated("aws_instance.a")) == pytest.approx(ONE + FEE)


def test_the_fee_is_paid_once_for_several() -> None:
    estimates = estimates_of(dedicated("aws_instance.a"), dedicated("aws_instance.b"))
    total = sum(estimate.monthly.likely for estimate in estimates.values())
    assert total == pytest.approx(2 * ONE + FEE)


def test_a_group_pays_for_the_tenancy_of_its_template() -> None:
    template = resource(
        "aws_launch_template.t",
        instance_type="m5.large",
        placement=[{"tenancy": "dedicated"}],
        block_device_mappings=[{"ebs": [{"volume_size": 10, "volume_type": "gp3"}]}],
    )
    group = resource(
        "aws_autoscaling_group.g",
        min_size=2,
        max_size=2,
        launch_template=[{"id": ref("aws_launch_template.t")}],
    )
    assert monthly(group, template) == pytest.approx(2 * ONE + FEE)


def test_a_tenancy_nobody_knows_is_said() -> None:
    unknown = estimate_of(dedicated("aws_instance.a", UNKNOWN))
    assert unknown.unpriced
