"""What is off at night runs for the hours of an office, counted once."""

from __future__ import annotations

import pytest
from aws_stack import estimate_of, ref, resource

from costlint.model import Resource

SHARE = 0.36  # 60 of 168 hours, as aws/assumptions.csv has it
M5_LARGE = 0.096  # USD an hour on demand in us-east-1
TEMPLATE = resource("aws_launch_template.t", instance_type="m5.large")
OFF = resource("aws_autoscaling_schedule.s", autoscaling_group_name=ref("aws_autoscaling_group.g"), min_size=0)


def machines(bounds: dict[str, int], *others: Resource) -> float:
    group = resource("aws_autoscaling_group.g", launch_template=[{"id": ref("aws_launch_template.t")}], **bounds)
    found = estimate_of(group, TEMPLATE, *others).components
    return sum(one.monthly.likely for one in found if one.name.startswith("m5.large"))


@pytest.mark.parametrize(
    ("bounds", "running"),
    [
        ({"min_size": 2, "desired_capacity": 2, "max_size": 2}, 2 * SHARE),
        ({"min_size": 0, "max_size": 3}, 1 * SHARE),
        ({"min_size": 0, "desired_capacity": 0, "max_size": 3}, 1 * SHARE),
    ],
)
def test_a_group_that_a_schedule_ends_is_idle_for_that_alone(bounds: dict[str, int], running: float) -> None:
    assert machines(bounds, OFF) == pytest.approx(running * 730 * M5_LARGE, rel=1e-6)


def test_without_a_schedule_a_group_from_zero_is_idle_half_of_the_time() -> None:
    assert machines({"min_size": 0, "max_size": 3}) == pytest.approx(0.5 * 730 * M5_LARGE, rel=1e-6)
