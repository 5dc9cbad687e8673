"""Monthly figures worked out by hand from list prices of us-east-1 (730 hours a month)."""

from __future__ import annotations

import pytest
from aws_stack import estimate_of, monthly, ref, resource

from costlint.model import Resource

LAUNCH = {"launch_template": [{"id": ref("aws_launch_template.t")}]}
TEMPLATE = resource(
    "aws_launch_template.t",
    instance_type="m5.large",
    block_device_mappings=[{"device_name": "/dev/xvda", "ebs": [{"volume_size": 50, "volume_type": "gp3"}]}],
)
ROOT = [{"volume_size": 100, "volume_type": "gp3"}]


def mixed(**distribution: object) -> list[object]:
    specification = [{"launch_template_id": ref("aws_launch_template.t")}]
    template = [{"launch_template_specification": specification, "override": [{"instance_type": "g5.xlarge"}]}]
    return [{"launch_template": template, "instances_distribution": [distribution]}]


# Everything in this table is declared, so low, likely and high agree and no assumption is used.
DECLARED: list[tuple[str, list[Resource], float]] = [
    (
        "an instance and its root disk",
        [resource("aws_instance.a", instance_type="m5.large", root_block_device=ROOT)],
        730 * 0.096 + 100 * 0.08,
    ),
    (
        "gp3 beyond 3,000 IOPS and 125 MiB/s",
        [
            resource(
                "aws_instance.a",
                instance_type="c5.xlarge",
                root_block_device=[{"volume_size": 50, "volume_type": "gp3", "iops": 6000, "throughput": 250}],
            )
        ],
        730 * 0.17 + 50 * 0.08 + 3000 * 0.005 + 125 * 0.04,
    ),
    (
        "detailed monitoring and a public address",
        [
            resource(
                "aws_instance.a",
                instance_type="t3.micro",
                monitoring=True,
                associate_public_ip_address=True,
                root_block_device=ROOT,
            )
        ],
        730 * 0.0104 + 100 * 0.08 + 7 * 0.30 + 730 * 0.005,
    ),
    (
        "a GPU instance with a data disk of the default type",
        [
            resource(
                "aws_instance.a",
                instance_type="g5.xlarge",
                root_block_device=ROOT,
                ebs_block_device=[{"device_name": "/dev/sdf", "volume_size": 500}],
            )
        ],
        730 * 1.006 + 100 * 0.08 + 500 * 0.10,
    ),
    (
        "a spot request at the average spot price",
        [resource("aws_spot_instance_request.a", instance_type="m5.large", root_block_device=ROOT)],
        730 * 0.03264 + 100 * 0.08,
    ),
    (
        "a stopped instance keeps its disk",
        [
            resource("aws_instance.a", instance_type="m5.large", root_block_device=ROOT),
            resource("aws_ec2_instance_state.s", instance_id=ref("aws_instance.a"), state="stopped"),
        ],
        100 * 0.08,
    ),
    ("gp2 is the default type", [resource("aws_ebs_volume.v", size=100)], 100 * 0.10),
    ("gp3 within its baseline", [resource("aws_ebs_volume.v", size=100, type="gp3", iops=3000)], 100 * 0.08),
    (
        "io1 pays for every IOPS",
        [resource("aws_ebs_volume.v", size=100, type="io1", iops=2000)],
        100 * 0.125 + 2000 * 0.065,
    ),
    (
        "io2 in three tiers",
        [resource("aws_ebs_volume.v", size=500, type="io2", iops=70000)],
        500 * 0.125 + 32000 * 0.065 + 32000 * 0.0455 + 6000 * 0.03185,
    ),
    ("st1", [resource("aws_ebs_volume.v", size=1000, type="st1")], 1000 * 0.045),
    ("sc1", [resource("aws_ebs_volume.v", size=1000, type="sc1")], 1000 * 0.015),
    (
        "a volume as large as the one its snapshot was taken from",
        [
            resource("aws_ebs_volume.v", snapshot_id=ref("aws_ebs_snapshot.s"), type="gp3"),
            resource("aws_ebs_snapshot.s", volume_id=ref("aws_ebs_volume.old")),
            resource("aws_ebs_volume.old", size=40),
        ],
        40 * 0.08,
    ),
    (
        "a group of three",
        [resource("aws_autoscaling_group.g", min_size=3, max_size=3, **LAUNCH), TEMPLATE],
        3 * (730 * 0.096 + 50 * 0.08),
    ),
    (
        "a group with a base on demand and the rest on spot",
        [
            resource(
                "aws_autoscaling_group.g",
                min_size=4,
                max_size=4,
                mixed_instances_policy=mixed(on_demand_base_capacity=1, on_demand_percentage_above_base_capacity=0),
            ),
            TEMPLATE,
        ],
        730 * 1.006 + 3 * 730 * 0.41246 + 4 * 50 * 0.08,
    ),
    (
        "a group half of which is spot",
        [
            resource(
                "aws_autoscaling_group.g",
                min_size=4,
                max_size=4,
                mixed_instances_policy=mixed(on_demand_percentage_above_base_capacity=50),
            ),
            TEMPLATE,
        ],
        2 * 730 * 1.006 + 2 * 730 * 0.41246 + 4 * 50 * 0.08,
    ),
    (
        "a group from a launch configuration, monitored by default",
        [
            resource(
                "aws_autoscaling_group.g",
                min_size=2,
                max_size=2,
                launch_configuration=ref("aws_launch_configuration.c", "name"),
            ),
            resource("aws_launch_configuration.c", instance_type="t3.medium", root_block_device=ROOT),
        ],
        2 * (730 * 0.0416 + 100 * 0.08 + 7 * 0.30),
    ),
    ("a control plane in standard support", [resource("aws_eks_cluster.c", version="1.35")], 730 * 0.10),
    ("a control plane in extended support", [resource("aws_eks_cluster.c", version="1.30")], 730 * 0.60),
    (
        "a cluster that upgrades at the end of standard support",
        [resource("aws_eks_cluster.c", version="1.30", upgrade_policy=[{"support_type": "STANDARD"}])],
        730 * 0.10,
    ),
    (
        "a node group with its default disk",
        [
            resource(
                "aws_eks_node_group.n",
                instance_types=["m5.xlarge"],
                scaling_config=[{"min_size": 2, "desired_size": 2, "max_size": 2}],
            )
        ],
        2 * (730 * 0.192 + 20 * 0.08),
    ),
    (
        "a node group without instance types runs t3.medium",
        [resource("aws_eks_node_group.n", scaling_config=[{"min_size": 1, "desired_size": 1, "max_size": 1}])],
        730 * 0.0416 + 20 * 0.08,
    ),
    (
        "a spot node group with a larger disk",
        [
            resource(
                "aws_eks_node_group.n",
                instance_types=["g5.xlarge", "g5.2xlarge"],
                capacity_type="SPOT",
                disk_size=100,
                scaling_config=[{"min_size": 3, "desired_size": 3, "max_size": 3}],
            )
        ],
        3 * (730 * 0.41246 + 100 * 0.08),
    ),
    (
        "a node group from a launch template",
        [
            resource(
                "aws_eks_node_group.n", scaling_config=[{"min_size": 2, "desired_size": 2, "max_size": 2}], **LAUNCH
            ),
            TEMPLATE,
        ],
        2 * (730 * 0.096 + 50 * 0.08),
    ),
    ("an address in use", [resource("aws_eip.e", instance=ref("aws_instance.a"))], 730 * 0.005),
    ("an idle address costs the same", [resource("aws_eip.e", domain="vpc")], 730 * 0.005),
    (
        "a PostgreSQL pair",
        [
            resource(
                "aws_db_instance.d",
                engine="postgres",
                engine_version="16.3",
                instance_class="db.m5.large",
                allocated_storage=100,
                storage_type="gp3",
                multi_az=True,
            )
        ],
        730 * 0.356 + 100 * 0.23,
    ),
    (
        "a MySQL instance on the default gp2",
        [
            resource(
                "aws_db_instance.d",
                engine="mysql",
                engine_version="8.4",
                instance_class="db.m5.large",
                allocated_storage=100,
            )
        ],
        730 * 0.171 + 100 * 0.115,
    ),
    (
        "io1 when IOPS are written, with extended support in its third year",
        [
            resource(
                "aws_db_instance.d",
                engine="mysql",
                engine_version="5.7.44",
                instance_class="db.m5.large",
                allocated_storage=200,
                iops=3000,
            )
        ],
        730 * 0.171 + 200 * 0.125 + 3000 * 0.10 + 730 * 2 * 0.20,
    ),
    (
        "extended support is charged for both of a pair",
        [
            resource(
                "aws_db_instance.d",
                engine="mysql",
                engine_version="8.0.35",
                instance_class="db.m5.large",
                allocated_storage=100,
                multi_az=True,
            )
        ],
        730 * 0.342 + 100 * 0.23 + 730 * 4 * 0.10,
    ),
    (
        "gp3 on RDS from 400 GiB includes 12,000 IOPS and 500 MiB/s",
        [
            resource(
                "aws_db_instance.d",
                engine="postgres",
                engine_version="16.3",
                instance_class="db.m5.large",
                allocated_storage=500,
                storage_type="gp3",
                iops=14000,
                storage_throughput=600,
            )
        ],
        730 * 0.178 + 500 * 0.115 + 2000 * 0.02 + 100 * 0.08,
    ),
    (
        "a read replica takes engine and storage from its source",
        [
            resource("aws_db_instance.r", replicate_source_db=ref("aws_db_instance.d"), instance_class="db.m5.large"),
            resource("aws_db_instance.d", engine="mysql", engine_version="8.4", allocated_storage=100),
        ],
        730 * 0.171 + 100 * 0.115,
    ),
    (
        "an Aurora instance",
        [
            resource(
                "aws_rds_cluster_instance.i",
                cluster_identifier=ref("aws_rds_cluster.c"),
                instance_class="db.r6g.large",
            ),
            resource("aws_rds_cluster.c", engine="aurora-postgresql", engine_version="16.4"),
        ],
        730 * 0.26,
    ),
    (
        "an Aurora instance in an I/O-Optimized cluster",
        [
            resource(
                "aws_rds_cluster_instance.i",
                cluster_identifier=ref("aws_rds_cluster.c"),
                instance_class="db.r6g.large",
            ),
            resource("aws_rds_cluster.c", engine="aurora-postgresql", storage_type="aurora-iopt1"),
        ],
        730 * 0.338,
    ),
    (
        "a Redis cluster of three nodes",
        [resource("aws_elasticache_cluster.c", engine="redis", node_type="cache.t3.micro", num_cache_nodes=3)],
        3 * 730 * 0.017,
    ),
    (
        "two shards with two replicas each",
        [
            resource(
                "aws_elasticache_replication_group.g",
                engine="valkey",
                node_type="cache.r6g.large",
                num_node_groups=2,
                replicas_per_node_group=2,
            )
        ],
        2 * 3 * 730 * 0.1648,
    ),
    (
        "a replication group by number of clusters",
        [resource("aws_elasticache_replication_group.g", node_type="cache.r6g.large", num_cache_clusters=2)],
        2 * 730 * 0.206,
    ),
    (
        "Redis past its support pays 80 % more",
        [
            resource(
                "aws_elasticache_cluster.c",
                engine="redis",
                engine_version="5.0.6",
                node_type="cache.t3.micro",
                num_cache_nodes=1,
            )
        ],
        730 * 0.017 * 1.8,
    ),
    (
        "a search domain with dedicated masters",
        [
            resource(
                "aws_opensearch_domain.o",
                engine_version="OpenSearch_2.17",
                cluster_config=[
                    {
                        "instance_type": "r6g.large.search",
                        "instance_count": 3,
                        "dedicated_master_enabled": True,
                        "dedicated_master_type": "m6g.large.search",
                    }
                ],
                ebs_options=[{"ebs_enabled": True, "volume_size": 100, "volume_type": "gp3"}],
            )
        ],
        3 * 730 * 0.167 + 3 * 730 * 0.128 + 3 * 100 * 0.122,
    ),
    (
        "an Arm function kept warm",
        [
            resource(
                "aws_lambda_provisioned_concurrency_config.p",
                function_name=ref("aws_lambda_function.f", "function_name"),
                provisioned_concurrent_executions=10,
            ),
            resource("aws_lambda_function.f", memory_size=512, architectures=["arm64"]),
        ],
        10 * 0.5 * 730 * 3600 * 0.0000033334,
    ),
    (
        "a Fargate service of two tasks",
        [
            resource(
                "aws_ecs_service.s",
                launch_type="FARGATE",
                desired_count=2,
                task_definition=ref("aws_ecs_task_definition.t", "arn"),
            ),
            resource("aws_ecs_task_definition.t", cpu="1024", memory="2048"),
        ],
        2 * 730 * (0.04048 + 2 * 0.004445),
    ),
    (
        "the same on Arm",
        [
            resource(
                "aws_ecs_service.s",
                launch_type="FARGATE",
                desired_count=2,
                task_definition=ref("aws_ecs_task_definition.t", "arn"),
            ),
            resource(
                "aws_ecs_task_definition.t",
                cpu=1024,
                memory=2048,
                runtime_platform=[{"cpu_architecture": "ARM64"}],
            ),
        ],
        2 * 730 * (0.03238 + 2 * 0.00356),
    ),
    (
        "a Fargate service split evenly with Spot",
        [
            resource(
                "aws_ecs_service.s",
                desired_count=4,
                capacity_provider_strategy=[
                    {"capacity_provider": "FARGATE", "weight": 1},
                    {"capacity_provider": "FARGATE_SPOT", "weight": 1},
                ],
                task_definition=ref("aws_ecs_task_definition.t", "arn"),
            ),
            resource("aws_ecs_task_definition.t", cpu=1024, memory=2048),
        ],
        2 * 730 * (0.04048 + 2 * 0.004445) + 2 * 730 * (0.01334053 + 2 * 0.00146489),
    ),
    (
        "a task by its name of size, on a cluster with a default strategy",
        [
            resource(
                "aws_ecs_service.s",
                cluster=ref("aws_ecs_cluster.c"),
                desired_count=2,
                task_definition=ref("aws_ecs_task_definition.t", "arn"),
            ),
            resource("aws_ecs_cluster.c"),
            resource(
                "aws_ecs_cluster_capacity_providers.p",
                cluster_name=ref("aws_ecs_cluster.c", "name"),
                default_capacity_provider_strategy=[{"capacity_provider": "FARGATE", "weight": 0, "base": 1}],
            ),
            resource("aws_ecs_task_definition.t", cpu="1 vCPU", memory="2 GB"),
        ],
        2 * 730 * (0.04048 + 2 * 0.004445),
    ),
    (
        "an instance and the disks of its launch template",
        [
            resource(
                "aws_instance.a",
                ebs_block_device=[{"device_name": "xvdg", "volume_size": 10, "volume_type": "gp3"}],
                **LAUNCH,
            ),
            TEMPLATE,
        ],
        730 * 0.096 + 50 * 0.08 + 10 * 0.08,
    ),
    (
        "a short-lived certificate authority",
        [resource("aws_acmpca_certificate_authority.c", usage_mode="SHORT_LIVED_CERTIFICATE")],
        50.00,
    ),
    (
        "a check over HTTPS for a string",
        [resource("aws_route53_health_check.c", type="HTTPS_STR_MATCH", request_interval="10")],
        0.50 + 3 * 1.00,
    ),
    ("an alarm", [resource("aws_cloudwatch_metric_alarm.a", period=300)], 0.10),
    ("a high-resolution alarm", [resource("aws_cloudwatch_metric_alarm.a", period=10)], 0.30),
    ("a dashboard", [resource("aws_cloudwatch_dashboard.d")], 3.00),
    (
        "an endpoint priced from its configuration",
        [
            resource(
                "aws_sagemaker_endpoint.e", endpoint_config_name=ref("aws_sagemaker_endpoint_configuration.c", "name")
            ),
            resource(
                "aws_sagemaker_endpoint_configuration.c",
                production_variants=[{"instance_type": "ml.g5.xlarge", "initial_instance_count": 2}],
            ),
        ],
        2 * 730 * 1.41,
    ),
    (
        "a notebook with its default disk",
        [resource("aws_sagemaker_notebook_instance.n", instance_type="ml.t3.medium")],
        730 * 0.05 + 5 * 0.14,
    ),
    (
        "model units under a commitment",
        [
            resource(
                "aws_bedrock_provisioned_model_throughput.p",
                model_arn="arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1",
                model_units=2,
                commitment_duration="OneMonth",
            )
        ],
        2 * 730 * 63.0,
    ),
    (
        "Lustre on fast storage",
        [
            resource(
                "aws_fsx_lustre_file_system.l",
                storage_capacity=1200,
                deployment_type="PERSISTENT_2",
                per_unit_storage_throughput=250,
            )
        ],
        1200 * 0.21,
    ),
    (
        "scratch Lustre is the default",
        [resource("aws_fsx_lustre_file_system.l", storage_capacity=1200)],
        1200 * 0.14,
    ),
    (
        "ONTAP over two zones",
        [
            resource(
                "aws_fsx_ontap_file_system.o",
                storage_capacity=1024,
                throughput_capacity=512,
                deployment_type="MULTI_AZ_1",
            )
        ],
        1024 * 0.25 + 512 * 1.20,
    ),
    (
        "three Kafka brokers",
        [
            resource(
                "aws_msk_cluster.m",
                number_of_broker_nodes=3,
                broker_node_group_info=[
                    {
                        "instance_type": "kafka.m5.large",
                        "storage_info": [{"ebs_storage_info": [{"volume_size": 1000}]}],
                    }
                ],
            )
        ],
        3 * (730 * 0.21 + 1000 * 0.10),
    ),
    (
        "a dense-compute Redshift cluster",
        [resource("aws_redshift_cluster.r", node_type="dc2.large", number_of_nodes=4)],
        4 * 730 * 0.25,
    ),
    (
        "provisioned table capacity with an index",
        [
            resource(
                "aws_dynamodb_table.t",
                read_capacity=100,
                write_capacity=50,
                global_secondary_index=[{"read_capacity": 10, "write_capacity": 10}],
            )
        ],
        110 * 0.0949 + 60 * 0.4745,
    ),
    (
        "a spot fleet of four",
        [
            resource(
                "aws_spot_fleet_request.f",
                target_capacity=4,
                launch_specification=[{"instance_type": "m5.large", "root_block_device": ROOT}],
            )
        ],
        4 * (730 * 0.03264 + 100 * 0.08),
    ),
    ("a search index", [resource("aws_kendra_index.k", edition="DEVELOPER_EDITION")], 730 * 1.125),
    (
        "two workers of a connector",
        [
            resource(
                "aws_mskconnect_connector.c",
                capacity=[{"provisioned_capacity": [{"mcu_count": 1, "worker_count": 2}]}],
            )
        ],
        2 * 730 * 0.11,
    ),
    ("fast restore of a snapshot", [resource("aws_ebs_fast_snapshot_restore.f")], 730 * 0.75),
    ("a cache in front of an API", [resource("aws_api_gateway_stage.s", cache_cluster_enabled=True)], 730 * 0.02),
    ("an advanced parameter", [resource("aws_ssm_parameter.p", tier="Advanced")], 730 * 0.00007),
    ("an external key", [resource("aws_kms_external_key.k")], 1.00),
    (
        "the nodes of a reserved capacity that no instance uses",
        [resource("aws_ec2_capacity_reservation.r", instance_type="p5.48xlarge", instance_count=1)],
        730 * 55.04,
    ),
]

# Charges beside usage: what is left when every usage-based line is taken away.
FIXED: list[tuple[str, list[Resource], float]] = [
    ("a NAT gateway", [resource("aws_nat_gateway.n")], 730 * 0.045),
    (
        "an interface endpoint in three zones",
        [
            resource(
                "aws_vpc_endpoint.e",
                vpc_endpoint_type="Interface",
                service_name="com.amazonaws.us-east-1.ecr.api",
                subnet_ids=["a", "b", "c"],
            )
        ],
        3 * 730 * 0.01,
    ),
    (
        "an internet-facing load balancer with an address in each subnet",
        [resource("aws_lb.l", subnets=["a", "b", "c"])],
        730 * 0.0225 + 3 * 730 * 0.005,
    ),
    ("an internal load balancer", [resource("aws_lb.l", internal=True, subnets=["a", "b"])], 730 * 0.0225),
    ("a classic load balancer", [resource("aws_elb.l", internal=True)], 730 * 0.025),
    ("a transit gateway attachment", [resource("aws_ec2_transit_gateway_vpc_attachment.t")], 730 * 0.05),
    ("a VPN into a transit gateway", [resource("aws_vpn_connection.v", transit_gateway_id="tgw-1")], 2 * 730 * 0.05),
    ("a key", [resource("aws_kms_key.k")], 1.00),
    ("a secret", [resource("aws_secretsmanager_secret.s")], 0.40),
    (
        "a resolver endpoint with two addresses",
        [resource("aws_route53_resolver_endpoint.r", ip_address=[{}, {}])],
        2 * 730 * 0.125,
    ),
    ("a zone", [resource("aws_route53_zone.z")], 0.50),
    ("a web ACL with two rules", [resource("aws_wafv2_web_acl.w", rule=[{}, {}])], 5.00 + 2 * 1.00),
    ("a collection with standby replicas", [resource("aws_opensearchserverless_collection.c")], 2 * 730 * 0.24),
    (
        "a collection without",
        [resource("aws_opensearchserverless_collection.c", standby_replicas="DISABLED")],
        730 * 0.24,
    ),
    (
        "a medium workflow environment with three workers",
        [resource("aws_mwaa_environment.m", environment_class="mw1.medium", min_workers=3)],
        730 * 0.74 + 2 * 730 * 0.11,
    ),
    (
        "three provisioned App Runner instances",
        [
            resource(
                "aws_apprunner_service.a",
                auto_scaling_configuration_arn=ref("aws_apprunner_auto_scaling_configuration_version.c", "arn"),
                instance_configuration=[{"cpu": "1024", "memory": "2048"}],
            ),
            resource("aws_apprunner_auto_scaling_configuration_version.c", min_size=3),
        ],
        3 * 2 * 730 * 0.007,
    ),
    (
        "an on-demand stream",
        [resource("aws_kinesis_stream.k", stream_mode_details=[{"stream_mode": "ON_DEMAND"}])],
        29.2,
    ),
    ("four shards kept for two days", [resource("aws_kinesis_stream.k", shard_count=4, retention_period=48)], 102.2),
]


def described(case: tuple[str, list[Resource], float]) -> str:
    return case[0]


@pytest.mark.parametrize("case", DECLARED, ids=described)
def test_what_is_declared_costs_exactly(case: tuple[str, list[Resource], float]) -> None:
    _, stack, expected = case
    found = estimate_of(*stack)
    assert not found.unpriced
    fixed = found.fixed
    assert fixed.likely == pytest.approx(expected, abs=0.005)
    assert (fixed.low, fixed.high) == (fixed.likely, fixed.likely)


@pytest.mark.parametrize("case", FIXED, ids=described)
def test_the_charge_beside_usage(case: tuple[str, list[Resource], float]) -> None:
    _, stack, expected = case
    assert estimate_of(*stack).fixed.likely == pytest.approx(expected, abs=0.005)
    assert monthly(*stack) >= expected - 0.005


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-2", "ap-northeast-1"])
def test_detailed_monitoring_is_seven_metrics_at_the_same_published_price(region: str) -> None:
    bill = estimate_of(resource("aws_instance.i", region, instance_type="m5.large", monitoring=True))
    (part,) = [each for each in bill.components if each.name == "detailed monitoring"]
    assert (part.monthly.likely, part.inferred) == (pytest.approx(7 * 0.30), False)
