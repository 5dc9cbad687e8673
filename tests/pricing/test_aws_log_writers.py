"""Log groups hold what their writer writes; a writer without a declared group pays for an implicit one."""

from __future__ import annotations

import pytest
from aws_stack import estimate_of, estimates_of, monthly, ref, resource

from costlint.model import UNKNOWN, LinkedStr, Resource

FUNCTION = resource("aws_lambda_function.f", function_name="worker", memory_size=128)
CLUSTER = resource("aws_eks_cluster.c", name="main", version="1.35", enabled_cluster_log_types=["api", "audit"])
INGESTION, STORAGE, PACKED = 0.50, 0.03, 0.15
KEPT_FOR_EVER, KEPT_30_DAYS = 24, 30 * 12 / 365


def logged(gb: float, months: float) -> float:
    return gb * (INGESTION + months * PACKED * STORAGE)


def log_lines(made: Resource, *others: Resource) -> float:
    return sum(c.monthly.likely for c in estimate_of(made, *others).components if c.name.startswith("log "))


def test_a_function_without_a_group_pays_for_logs_kept_for_ever() -> None:
    assert log_lines(FUNCTION) == pytest.approx(logged(0.5, KEPT_FOR_EVER))


@pytest.mark.parametrize(
    "name",
    [LinkedStr("/aws/lambda/worker", (ref("aws_lambda_function.f", "function_name"),)), "/aws/lambda/worker"],
    ids=["by reference", "by name"],
)
def test_the_logs_of_a_function_are_billed_at_its_declared_group(name: str) -> None:
    group = resource("aws_cloudwatch_log_group.g", name=name, retention_in_days=30)
    found = estimates_of(FUNCTION, group)
    assert not [c for c in found["aws_lambda_function.f"].components if c.name.startswith("log ")]
    assert found["aws_cloudwatch_log_group.g"].monthly.likely == pytest.approx(logged(0.5, KEPT_30_DAYS))


def test_a_function_with_a_group_of_its_own_choice_logs_there() -> None:
    function = resource("aws_lambda_function.f", function_name="worker", logging_config=[{"log_group": "shared"}])
    assert log_lines(function, resource("aws_cloudwatch_log_group.g", name="shared")) == 0
    assert log_lines(function, resource("aws_cloudwatch_log_group.g", name="/aws/lambda/worker")) > 0


@pytest.mark.parametrize(
    ("function", "group"), [({"function_name": UNKNOWN}, None), ({"function_name": "worker"}, {"name": UNKNOWN})]
)
def test_logs_that_may_have_a_declared_group_are_not_guessed(
    function: dict[str, object], group: dict[str, object] | None
) -> None:
    others = [resource("aws_cloudwatch_log_group.g", **group)] if group else []
    assert log_lines(resource("aws_lambda_function.f", **function), *others) == 0


def test_a_control_plane_pays_for_each_kind_of_log() -> None:
    assert log_lines(CLUSTER) == pytest.approx(logged(22, KEPT_FOR_EVER))
    assert log_lines(resource("aws_eks_cluster.c", name="main", version="1.35")) == 0


def test_the_logs_of_a_control_plane_are_billed_at_its_declared_group() -> None:
    group = resource("aws_cloudwatch_log_group.g", name="/aws/eks/main/cluster", retention_in_days=30)
    assert log_lines(CLUSTER, group) == 0
    assert monthly(group, CLUSTER) == pytest.approx(logged(22, KEPT_30_DAYS))


def test_a_group_nobody_is_known_to_write_to_holds_the_usual_amount() -> None:
    assert monthly(resource("aws_cloudwatch_log_group.g", name="app")) == pytest.approx(logged(10, KEPT_FOR_EVER))
    assert monthly(resource("aws_cloudwatch_log_group.g", name="/aws/eks/other/cluster"), CLUSTER) == pytest.approx(
        logged(10, KEPT_FOR_EVER)
    )


def test_disks_of_emr_nodes_are_billed() -> None:
    disk = {"type": "gp2", "size": 100, "volumes_per_instance": 2}
    bare = {"instance_type": "m5.xlarge", "instance_count": 3}
    with_disks = resource("aws_emr_cluster.e", core_instance_group=[{**bare, "ebs_config": [disk]}])
    without = resource("aws_emr_cluster.e", core_instance_group=[bare])
    assert monthly(with_disks) - monthly(without) == pytest.approx(3 * 2 * 100 * 0.10)
