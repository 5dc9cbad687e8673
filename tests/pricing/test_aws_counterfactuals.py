"""A change that saves money in reality is priced lower by the same estimators."""

from __future__ import annotations

import pytest
from aws_stack import CATALOG, ref, resource, view_of
from msgspec.structs import replace

from costlint.graph import View
from costlint.model import AddBlock, AddResource, Edit, Patch, RemoveResource, RemoveValue, Resource, SetValue, total
from costlint.pricing import price

VPC = resource("aws_vpc.v")
SUBNETS = [resource(f"aws_subnet.{name}", vpc_id=ref("aws_vpc.v")) for name in "abc"]
NATS = [resource(f"aws_nat_gateway.{name}", subnet_id=ref(f"aws_subnet.{name}")) for name in "abc"]
BUCKET = resource("aws_s3_bucket.b")
VERSIONED = resource(
    "aws_s3_bucket_versioning.b", bucket=ref("aws_s3_bucket.b"), versioning_configuration=[{"status": "Enabled"}]
)
LIFECYCLE = "aws_s3_bucket_lifecycle_configuration.b"
GROUP = resource(
    "aws_eks_node_group.n",
    instance_types=["g5.xlarge"],
    scaling_config=[{"min_size": 4, "desired_size": 4, "max_size": 4}],
)
ASG = resource(
    "aws_autoscaling_group.g",
    min_size=4,
    desired_capacity=4,
    max_size=4,
    launch_template=[{"id": ref("aws_launch_template.t")}],
)
TEMPLATE = resource("aws_launch_template.t", instance_type="m5.large")
ENDPOINT = resource("aws_sagemaker_endpoint.e", endpoint_config_name=ref("aws_sagemaker_endpoint_configuration.c"))
VARIANTS = resource(
    "aws_sagemaker_endpoint_configuration.c",
    production_variants=[{"instance_type": "ml.g5.xlarge", "initial_instance_count": 4}],
)
TABLE = resource("aws_dynamodb_table.t", read_capacity=100, write_capacity=100)
DATABASE = resource(
    "aws_db_instance.d",
    engine="postgres",
    engine_version="12.19",
    instance_class="db.m5.large",
    allocated_storage=200,
    storage_type="io1",
    iops=3000,
    multi_az=True,
    backup_retention_period=35,
)
TASK = resource("aws_ecs_task_definition.t", cpu=1024, memory=2048)
SERVICE = resource(
    "aws_ecs_service.s", launch_type="FARGATE", desired_count=4, task_definition=ref("aws_ecs_task_definition.t")
)
INSTANCE = resource("aws_instance.i", instance_type="m5.4xlarge", root_block_device=[{"volume_size": 100}])


def lifecycle(**rule: object) -> AddResource:
    attributes = {"bucket": ref("aws_s3_bucket.b"), "rule": [{"status": "Enabled", **rule}]}
    return AddResource(LIFECYCLE, "aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket.b", attributes)


def target(address: str, least: int, most: int, **more: object) -> AddResource:
    attributes = {"resource_id": ref(address), "min_capacity": least, "max_capacity": most, **more}
    return AddResource("aws_appautoscaling_target.t", "aws_appautoscaling_target", address, attributes)


SAVINGS: list[tuple[str, list[Resource], list[Edit]]] = [
    ("gp2 to gp3", [resource("aws_ebs_volume.v", size=500)], [SetValue("aws_ebs_volume.v", ("type",), "gp3")]),
    (
        "io1 to gp3 with the same IOPS",
        [resource("aws_ebs_volume.v", size=500, type="io1", iops=8000)],
        [SetValue("aws_ebs_volume.v", ("type",), "gp3")],
    ),
    ("an Arm twin", [INSTANCE], [SetValue("aws_instance.i", ("instance_type",), "m7g.4xlarge")]),
    (
        "an instance switched off by a schedule",
        [INSTANCE],
        [
            AddResource(
                "aws_scheduler_schedule.s", "aws_scheduler_schedule", "aws_instance.i", {"t": ref("aws_instance.i")}
            )
        ],
    ),
    (
        "a Savings Plan",
        [INSTANCE],
        [AddResource("aws_savingsplans_savings_plan.p", "aws_savingsplans_savings_plan", "aws_instance.i", {})],
    ),
    ("an idle address removed", [resource("aws_eip.e")], [RemoveResource("aws_eip.e")]),
    ("a node group on spot", [GROUP], [SetValue("aws_eks_node_group.n", ("capacity_type",), "SPOT")]),
    (
        "a node group that may shrink",
        [GROUP],
        [SetValue("aws_eks_node_group.n", ("scaling_config", 0, "min_size"), 1)],
    ),
    (
        "a node group that may go to zero",
        [GROUP],
        [SetValue("aws_eks_node_group.n", ("scaling_config", 0, "min_size"), 0)],
    ),
    (
        "a group with a scaling policy",
        [ASG, TEMPLATE],
        [
            SetValue("aws_autoscaling_group.g", ("min_size",), 1),
            AddResource(
                "aws_autoscaling_policy.p",
                "aws_autoscaling_policy",
                "aws_autoscaling_group.g",
                {"autoscaling_group_name": ref("aws_autoscaling_group.g", "name")},
            ),
        ],
    ),
    (
        "a group of Kubernetes nodes, which the cluster's autoscaler moves",
        [replace(ASG, tags={"kubernetes.io/cluster/platform": "owned"}), TEMPLATE],
        [SetValue("aws_autoscaling_group.g", ("min_size",), 1)],
    ),
    (
        "a group that is off at night",
        [ASG, TEMPLATE],
        [
            AddResource(
                "aws_autoscaling_schedule.s",
                "aws_autoscaling_schedule",
                "aws_autoscaling_group.g",
                {"autoscaling_group_name": ref("aws_autoscaling_group.g", "name"), "desired_capacity": 0},
            )
        ],
    ),
    (
        "a cheaper type in the launch template",
        [ASG, TEMPLATE],
        [SetValue("aws_launch_template.t", ("instance_type",), "m7g.large")],
    ),
    (
        "out of extended support",
        [resource("aws_eks_cluster.c", version="1.29")],
        [SetValue("aws_eks_cluster.c", ("version",), "1.35")],
    ),
    ("one NAT gateway instead of three", [*NATS, *SUBNETS, VPC], [RemoveResource("aws_nat_gateway.b")]),
    (
        "a gateway endpoint beside NAT",
        [*NATS, *SUBNETS, VPC],
        [
            AddResource(
                "aws_vpc_endpoint.s3",
                "aws_vpc_endpoint",
                "aws_vpc.v",
                {"vpc_id": ref("aws_vpc.v"), "service_name": "com.amazonaws.us-east-1.s3"},
            )
        ],
    ),
    (
        "a gateway endpoint instead of an interface",
        [
            resource(
                "aws_vpc_endpoint.e",
                vpc_endpoint_type="Interface",
                service_name="com.amazonaws.us-east-1.s3",
                subnet_ids=["a", "b"],
            )
        ],
        [SetValue("aws_vpc_endpoint.e", ("vpc_endpoint_type",), "Gateway")],
    ),
    ("old data to infrequent access", [BUCKET], [lifecycle(transition=[{"days": 30, "storage_class": "STANDARD_IA"}])]),
    (
        "old data to instant retrieval",
        [BUCKET],
        [lifecycle(transition=[{"days": 90, "storage_class": "GLACIER_IR"}])],
    ),
    (
        "data under one prefix to intelligent tiering",
        [BUCKET],
        [lifecycle(filter=[{"prefix": "logs/"}], transition=[{"days": 0, "storage_class": "INTELLIGENT_TIERING"}])],
    ),
    ("old data expired", [BUCKET], [lifecycle(expiration=[{"days": 90}])]),
    (
        "abandoned uploads removed",
        [BUCKET],
        [lifecycle(abort_incomplete_multipart_upload=[{"days_after_initiation": 7}])],
    ),
    (
        "old versions expired",
        [BUCKET, VERSIONED],
        [lifecycle(noncurrent_version_expiration=[{"noncurrent_days": 30}])],
    ),
    (
        "an inline rule",
        [BUCKET],
        [AddBlock("aws_s3_bucket.b", ("lifecycle_rule",), {"enabled": True, "expiration": [{"days": 30}]})],
    ),
    (
        "replication off",
        [
            BUCKET,
            resource(
                "aws_s3_bucket_replication_configuration.r",
                bucket=ref("aws_s3_bucket.b"),
                rule=[{"status": "Enabled", "destination": [{"bucket": "arn:aws:s3:::copy"}]}],
            ),
        ],
        [RemoveResource("aws_s3_bucket_replication_configuration.r")],
    ),
    ("a database in one zone", [DATABASE], [SetValue("aws_db_instance.d", ("multi_az",), False)]),
    ("a database on gp3", [DATABASE], [SetValue("aws_db_instance.d", ("storage_type",), "gp3")]),
    ("a supported database", [DATABASE], [SetValue("aws_db_instance.d", ("engine_version",), "17.2")]),
    ("fewer backups", [DATABASE], [SetValue("aws_db_instance.d", ("backup_retention_period",), 7)]),
    (
        "a database switched off by a schedule",
        [DATABASE],
        [
            AddResource(
                "aws_scheduler_schedule.s",
                "aws_scheduler_schedule",
                "aws_db_instance.d",
                {"t": ref("aws_db_instance.d")},
            )
        ],
    ),
    (
        "Valkey instead of Redis",
        [resource("aws_elasticache_cluster.c", engine="redis", node_type="cache.r6g.large", num_cache_nodes=1)],
        [SetValue("aws_elasticache_cluster.c", ("engine",), "valkey")],
    ),
    (
        "a smaller floor of a serverless cluster",
        [
            resource(
                "aws_rds_cluster.c",
                engine="aurora-postgresql",
                serverlessv2_scaling_configuration=[{"min_capacity": 4, "max_capacity": 16}],
            ),
            resource(
                "aws_rds_cluster_instance.i",
                cluster_identifier=ref("aws_rds_cluster.c"),
                instance_class="db.serverless",
            ),
        ],
        [SetValue("aws_rds_cluster.c", ("serverlessv2_scaling_configuration", 0, "min_capacity"), 0.5)],
    ),
    (
        "log retention",
        [resource("aws_cloudwatch_log_group.l")],
        [SetValue("aws_cloudwatch_log_group.l", ("retention_in_days",), 30)],
    ),
    (
        "the infrequent log class",
        [resource("aws_cloudwatch_log_group.l")],
        [SetValue("aws_cloudwatch_log_group.l", ("log_group_class",), "INFREQUENT_ACCESS")],
    ),
    (
        "images expire",
        [resource("aws_ecr_repository.r")],
        [
            AddResource(
                "aws_ecr_lifecycle_policy.r",
                "aws_ecr_lifecycle_policy",
                "aws_ecr_repository.r",
                {"repository": ref("aws_ecr_repository.r", "name")},
            )
        ],
    ),
    (
        "table autoscaling",
        [TABLE],
        [target("aws_dynamodb_table.t", 5, 100, scalable_dimension="dynamodb:table:ReadCapacityUnits")],
    ),
    (
        "an on-demand table",
        [TABLE],
        [SetValue("aws_dynamodb_table.t", ("billing_mode",), "PAY_PER_REQUEST")],
    ),
    ("endpoint autoscaling", [ENDPOINT, VARIANTS], [target("aws_sagemaker_endpoint.e", 1, 4)]),
    (
        "fewer endpoint instances in the configuration",
        [ENDPOINT, VARIANTS],
        [SetValue("aws_sagemaker_endpoint_configuration.c", ("production_variants", 0, "initial_instance_count"), 1)],
    ),
    ("service autoscaling", [SERVICE, TASK], [target("aws_ecs_service.s", 1, 4)]),
    (
        "tasks on Arm",
        [SERVICE, TASK],
        [AddBlock("aws_ecs_task_definition.t", ("runtime_platform",), {"cpu_architecture": "ARM64"})],
    ),
    (
        "infrequent access on a file system",
        [resource("aws_efs_file_system.f")],
        [AddBlock("aws_efs_file_system.f", ("lifecycle_policy",), {"transition_to_ia": "AFTER_30_DAYS"})],
    ),
    (
        "no provisioned throughput",
        [resource("aws_efs_file_system.f", throughput_mode="provisioned", provisioned_throughput_in_mibps=100)],
        [SetValue("aws_efs_file_system.f", ("throughput_mode",), "bursting")],
    ),
    (
        "near edge locations only",
        [resource("aws_cloudfront_distribution.c")],
        [SetValue("aws_cloudfront_distribution.c", ("price_class",), "PriceClass_100")],
    ),
    (
        "compression at the edge",
        [resource("aws_cloudfront_distribution.c", default_cache_behavior=[{"compress": False}])],
        [SetValue("aws_cloudfront_distribution.c", ("default_cache_behavior", 0, "compress"), True)],
    ),
    (
        "a second trail removed",
        [resource("aws_cloudtrail.a"), resource("aws_cloudtrail.b")],
        [RemoveResource("aws_cloudtrail.a")],
    ),
    (
        "only rejected flows logged",
        [resource("aws_flow_log.f", traffic_type="ALL")],
        [SetValue("aws_flow_log.f", ("traffic_type",), "REJECT")],
    ),
    (
        "a collection without standby",
        [resource("aws_opensearchserverless_collection.c", type="VECTORSEARCH")],
        [SetValue("aws_opensearchserverless_collection.c", ("standby_replicas",), "DISABLED")],
    ),
    (
        "an Arm function",
        [resource("aws_lambda_function.f", memory_size=1024)],
        [SetValue("aws_lambda_function.f", ("architectures",), ["arm64"])],
    ),
    (
        "a notebook that stops when idle",
        [resource("aws_sagemaker_notebook_instance.n", instance_type="ml.g4dn.xlarge")],
        [SetValue("aws_sagemaker_notebook_instance.n", ("lifecycle_config_name",), "stop-when-idle")],
    ),
    (
        "no cross-zone traffic",
        [resource("aws_lb.l", load_balancer_type="network", enable_cross_zone_load_balancing=True)],
        [RemoveValue("aws_lb.l", ("enable_cross_zone_load_balancing",))],
    ),
]


def described(case: tuple[str, list[Resource], list[Edit]]) -> str:
    return case[0]


@pytest.mark.parametrize("case", SAVINGS, ids=described)
def test_the_changed_stack_costs_less(case: tuple[str, list[Resource], list[Edit]]) -> None:
    _, stack, edits = case
    before = view_of(*stack)
    saving = _total(before) - _total(before.patched(Patch(tuple(edits))))
    assert saving > 0.005


@pytest.mark.parametrize("case", SAVINGS, ids=described)
def test_every_estimate_that_changes_was_reachable(case: tuple[str, list[Resource], list[Edit]]) -> None:
    """What a patch changes is an edited resource, one that looked at it, or one that asked for all of its type."""
    _, stack, edits = case
    before = view_of(*stack)
    old = price(before, CATALOG)
    new = price(before.patched(Patch(tuple(edits))), CATALOG)
    edited = {edit.address for edit in edits}
    neighbours = {
        edge.target
        for edit in edits
        if isinstance(edit, AddResource)
        for edge in before.patched(Patch(tuple(edits))).outgoing(edit.address)
    }
    types = {f"{edit.type}.*" for edit in edits if isinstance(edit, AddResource)}
    for address in old.keys() & new.keys():
        if old[address].components != new[address].components:
            assert address in edited | neighbours or old[address].consulted & (edited | types)


def test_traffic_moves_to_the_gateways_that_stay() -> None:
    three = view_of(*NATS, *SUBNETS, VPC)
    one = three.patched(Patch((RemoveResource("aws_nat_gateway.b"), RemoveResource("aws_nat_gateway.c"))))
    assert _total(three) - _total(one) == pytest.approx(2 * 730 * 0.045)


def test_endpoints_of_another_vpc_carry_nothing() -> None:
    elsewhere = resource("aws_vpc_endpoint.e", vpc_id="vpc-2", service_name="com.amazonaws.us-east-1.s3")
    assert _total(view_of(*NATS, *SUBNETS, VPC, elsewhere)) == pytest.approx(_total(view_of(*NATS, *SUBNETS, VPC)))


def test_a_lifecycle_rule_that_is_disabled_changes_nothing() -> None:
    rule = resource(
        LIFECYCLE, bucket=ref("aws_s3_bucket.b"), rule=[{"status": "Disabled", "expiration": [{"days": 1}]}]
    )
    assert _total(view_of(BUCKET, rule)) == _total(view_of(BUCKET))


def test_collections_share_one_floor() -> None:
    many = [resource(f"aws_opensearchserverless_collection.{name}", type="SEARCH") for name in "abc"]
    floors = [estimate.fixed.likely for estimate in price(view_of(*many), CATALOG).values()]
    assert sum(floors) == pytest.approx(2 * 730 * 0.24)


def _total(view: View) -> float:
    return total(estimate.monthly for estimate in price(view, CATALOG).values()).likely
