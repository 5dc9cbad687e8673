"""What cannot be known is said, never priced at $0, and hides nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from aws_stack import estimate_of, estimates_of, monthly, ref, resource, view_of

from costlint.catalog import Catalog
from costlint.model import UNKNOWN, PartialList, Resource
from costlint.pricing import price

UNKNOWABLE: list[tuple[str, list[Resource]]] = [
    ("instance type", [resource("aws_instance.a", instance_type=UNKNOWN)]),
    ("instance type nobody lists", [resource("aws_instance.a", instance_type="z99.huge")]),
    ("tenancy", [resource("aws_instance.a", instance_type="m5.large", tenancy=UNKNOWN)]),
    ("disks", [resource("aws_instance.a", instance_type="m5.large", ebs_block_device=PartialList([]))]),
    ("size of a volume", [resource("aws_ebs_volume.v", size=UNKNOWN)]),
    ("size of a volume from a snapshot elsewhere", [resource("aws_ebs_volume.v", snapshot_id="snap-1")]),
    ("type of a volume", [resource("aws_ebs_volume.v", size=10, type="gp9")]),
    ("size of a group", [resource("aws_autoscaling_group.g", min_size=UNKNOWN, max_size=3)]),
    (
        "template of a group",
        [resource("aws_autoscaling_group.g", min_size=1, max_size=1, launch_template=[{"id": ref("module.m.lt.x")}])],
    ),
    (
        "nodes of a group",
        [resource("aws_eks_node_group.n", scaling_config=[{"min_size": 1, "max_size": 3, "desired_size": UNKNOWN}])],
    ),
    ("version of a cluster", [resource("aws_eks_cluster.c", version=UNKNOWN)]),
    ("class of a database", [resource("aws_db_instance.d", engine="mysql", instance_class=UNKNOWN)]),
    (
        "licence of a database",
        [resource("aws_db_instance.d", engine="oracle-se2", instance_class="db.m5.large", allocated_storage=10)],
    ),
    (
        "subnets of an endpoint",
        [resource("aws_vpc_endpoint.e", vpc_endpoint_type="Interface", subnet_ids=UNKNOWN)],
    ),
    (
        "lifecycle rules of a bucket",
        [
            resource("aws_s3_bucket.b"),
            resource("aws_s3_bucket_lifecycle_configuration.l", bucket=ref("aws_s3_bucket.b"), rule=PartialList([])),
        ],
    ),
    ("capacity of a table", [resource("aws_dynamodb_table.t", read_capacity=UNKNOWN, write_capacity=1)]),
    ("retention of a log group", [resource("aws_cloudwatch_log_group.l", retention_in_days=UNKNOWN)]),
    ("configuration of an endpoint", [resource("aws_sagemaker_endpoint.e", endpoint_config_name="other")]),
    ("model of model units", [resource("aws_bedrock_provisioned_model_throughput.p", model_arn=UNKNOWN)]),
    ("task of a service", [resource("aws_ecs_service.s", launch_type="FARGATE", task_definition="t:1")]),
    ("nodes of a cache", [resource("aws_elasticache_cluster.c", engine="redis", node_type=UNKNOWN)]),
    ("whether it exists at all", [resource("aws_nat_gateway.n")]),
]
UNKNOWABLE[-1][1][0].exists = UNKNOWN


@pytest.mark.parametrize("case", UNKNOWABLE, ids=lambda case: case[0])
def test_an_unknown_is_said(case: tuple[str, list[Resource]]) -> None:
    found = estimate_of(*case[1])
    assert found.unpriced
    assert not found.priced
    assert not found.free


def test_a_price_nobody_knows_is_not_zero() -> None:
    found = estimate_of(resource("aws_nat_gateway.n", "mars-north-1"))
    assert found.components == ()
    assert "NAT gateway: no price for nat-gateway.hour per hour in mars-north-1" in found.unpriced


@pytest.mark.parametrize("size", [-1, "big", [], float("inf")])
def test_a_size_that_is_none_is_unpriced(size: object) -> None:
    found = estimate_of(resource("aws_ebs_volume.v", size=size))
    assert found.unpriced
    assert not found.components


def test_what_is_unknown_hides_nothing_else() -> None:
    found = estimate_of(
        resource(
            "aws_instance.a", instance_type=UNKNOWN, root_block_device=[{"volume_size": 100, "volume_type": "gp3"}]
        )
    )
    assert found.monthly.likely == pytest.approx(8.0)
    assert found.unpriced == ("instance: aws_instance.a.instance_type is not known before deployment",)


@pytest.mark.parametrize(
    "address", ["aws_launch_template.t", "aws_ecs_task_definition.t", "aws_sagemaker_endpoint_configuration.c"]
)
def test_a_description_costs_nothing_by_itself(address: str) -> None:
    assert estimate_of(resource(address, instance_type="p5.48xlarge")).free


def test_a_gateway_endpoint_is_free() -> None:
    assert estimate_of(resource("aws_vpc_endpoint.e", service_name="com.amazonaws.us-east-1.s3")).free


def test_an_endpoint_and_its_configuration_are_counted_once() -> None:
    variants = [{"instance_type": "ml.g5.xlarge", "initial_instance_count": 1}]
    found = estimates_of(
        resource("aws_sagemaker_endpoint.e", endpoint_config_name=ref("aws_sagemaker_endpoint_configuration.c")),
        resource("aws_sagemaker_endpoint_configuration.c", production_variants=variants),
    )
    assert sum(estimate.monthly.likely for estimate in found.values()) == pytest.approx(730 * 1.41)


def test_an_elastic_ip_is_not_billed_twice() -> None:
    instance = resource("aws_instance.a", instance_type="m5.large", associate_public_ip_address=True)
    address = resource("aws_eip.e", instance=ref("aws_instance.a"))
    assert not [c for c in estimate_of(instance, address).components if "IPv4" in c.name]


def test_support_is_judged_on_the_day_asked_for() -> None:
    stack = view_of(resource("aws_eks_cluster.c", version="1.32"))
    days = (date(2026, 3, 23), date(2026, 3, 24))
    costs = [price(stack, Catalog(as_of=day))["aws_eks_cluster.c"].monthly.likely for day in days]
    assert costs == pytest.approx([73.0, 438.0])


def test_an_inferred_price_says_so() -> None:
    found = estimate_of(resource("aws_vpc_endpoint.e", "sa-east-1", vpc_endpoint_type="Interface", subnet_ids=["a"]))
    assert found.inferred


def test_usage_comes_with_its_assumption() -> None:
    found = estimate_of(resource("aws_cloudwatch_log_group.l"))
    assert found.fixed.likely == 0
    assert all(component.usage and component.assumptions for component in found.components)
    assert found.monthly.low < found.monthly.likely < found.monthly.high


def test_bounds_of_a_group_are_its_range() -> None:
    group = resource(
        "aws_eks_node_group.n",
        instance_types=["m5.large"],
        disk_size=1,
        scaling_config=[{"min_size": 1, "desired_size": 2, "max_size": 5}],
    )
    hours = estimate_of(group).components[0].quantity
    assert (hours.low, hours.likely, hours.high) == (730, 1460, 3650)


def test_a_group_at_its_ceiling_is_taken_below_it_on_average() -> None:
    group = resource(
        "aws_eks_node_group.n",
        instance_types=["m5.large"],
        scaling_config=[{"min_size": 1, "desired_size": 5, "max_size": 5}],
    )
    found = estimate_of(group).components[0]
    assert found.quantity.likely == pytest.approx(5 * 0.6 * 730)
    assert found.assumptions


def test_a_group_that_starts_at_zero_is_scaled_by_somebody() -> None:
    template = resource("aws_launch_template.t", instance_type="m5.large")
    group = resource(
        "aws_autoscaling_group.g", min_size=0, max_size=4, launch_template=[{"id": ref("aws_launch_template.t")}]
    )
    found = estimate_of(group, template).components[0]
    assert found.quantity.likely == pytest.approx(0.5 * 730)
    assert (found.quantity.low, found.quantity.high) == (0, 4 * 730)
    assert found.assumptions


def test_a_data_disk_of_a_template_is_not_taken_for_the_root_disk() -> None:
    mapping = {"device_name": "/dev/xvdf", "ebs": [{"volume_size": 40, "volume_type": "gp3"}]}
    template = resource("aws_launch_template.t", instance_type="m5.large", block_device_mappings=[mapping])
    instance = resource("aws_instance.a", launch_template=[{"id": ref("aws_launch_template.t")}])
    names = [component.name for component in estimate_of(instance, template).components]
    assert names == ["m5.large, on-demand", "disk /dev/xvdf (gp3)", "root disk (gp2)"]


def test_the_region_sets_the_price() -> None:
    volume = {"size": 100, "type": "gp3"}
    assert monthly(resource("aws_ebs_volume.v", "eu-west-1", **volume)) == pytest.approx(8.8)
    assert monthly(resource("aws_ebs_volume.v", "us-east-1", **volume)) == pytest.approx(8.0)


def test_disks_of_a_group_are_billed_though_its_instance_type_is_unknown() -> None:
    disk = [{"device_name": "/dev/xvda", "ebs": [{"volume_type": "gp3", "volume_size": 100}]}]
    template = resource("aws_launch_template.t", instance_type=UNKNOWN, block_device_mappings=disk)
    group = resource(
        "aws_autoscaling_group.g", min_size=2, max_size=2, launch_template=[{"id": ref("aws_launch_template.t")}]
    )
    estimate = estimate_of(group, template)
    assert [part.monthly.likely for part in estimate.components] == [pytest.approx(2 * 100 * 0.08)]
    assert "instance_type" in estimate.unpriced[0]


def test_what_costs_nothing_is_free_however_many_there_are() -> None:
    record = resource("aws_route53_record.validation")
    record.exists = UNKNOWN
    assert estimate_of(record).free


def test_what_costs_something_is_unpriced_if_nobody_knows_how_many_there_are() -> None:
    machine = resource("aws_instance.a", instance_type="m5.large")
    machine.exists = UNKNOWN
    found = estimate_of(machine)
    assert (found.unknown, found.components) == (True, ())


def test_a_root_disk_of_unknown_size_keeps_its_range() -> None:
    estimate = estimate_of(resource("aws_instance.a", instance_type="m5.large"))
    (disk,) = [part for part in estimate.components if part.name.startswith("root disk")]
    assert disk.quantity.low == disk.quantity.likely < disk.quantity.high
    assert estimate.monthly.high - estimate.monthly.likely == pytest.approx(disk.monthly.high - disk.monthly.likely)
    written = resource("aws_instance.a", instance_type="m5.large", root_block_device=[{"volume_size": 20}])
    assert estimate_of(written).monthly.low == estimate_of(written).monthly.high
