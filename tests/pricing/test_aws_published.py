"""Less common AWS resources at prices somebody else published: quantity × price here, the figures theirs."""

from __future__ import annotations

import pytest
from aws_stack import estimate_of, ref, resource

from costlint.model import Estimate, Resource

H = 730

DX = "aws.amazon.com/directconnect/pricing, read 2026-09-20 (api-evangelist/amazon-direct-connect@78a5204d)"
LIGHTSAIL = "docs.aws.amazon.com/lightsail bundles, read 2026-09-17 (api-evangelist/amazon-lightsail@2f86de99)"
LATTICE = "aws.amazon.com/vpc/lattice/pricing, read 2026-09-20 (api-evangelist/amazon-vpc-lattice@268ddf6d)"
NEPTUNE = "aws.amazon.com/neptune/pricing, read 2026-09-20 (api-evangelist/amazon-neptune@0a50c41f)"
MQ = "AWS metered unit map of Amazon MQ, 2025-02-13 (yeo/ec2.shop data/mq/mq.json@74c9fd8a)"
NODES = "AWS Price List API, AmazonES and AmazonElastiCache, us-east-1, 2026-10-01 (a public cost scanner's table)"
DYNAMO = "AWS Price List API, AmazonDynamoDB, us-east-1, 2026-07-31 (a public cost scanner's table)"
MSK = "AWS metered unit map of Amazon MSK, 2025-03 (yeo/ec2.shop data/msk/msk.json@74c9fd8a)"
GOLDEN = "Infracost golden test output @95ba4f49, 2024-07-01"

Fixed = tuple[str, Resource, list[tuple[float, float]]]


def one(
    source: str, address: str, units: list[tuple[float, float]], region: str = "us-east-1", **written: object
) -> Fixed:
    return source, resource(address, region, **written), units


def broker(kind: str, engine: str, mode: str, usd: float, region: str = "us-east-1") -> Fixed:
    address = "aws_mq_broker.b"
    written = {"host_instance_type": kind, "engine_type": engine, "deployment_mode": mode}
    return one(MQ, address, [(H, usd)], region, **written)


def search(kind: str, count: int, usd: float) -> Fixed:
    config = [{"instance_type": kind, "instance_count": count}]
    disks = [{"ebs_enabled": True, "volume_type": "gp3", "volume_size": 100}]
    units = [(count * H, usd), (count * 100, 0.122)]
    return one(NODES, "aws_opensearch_domain.d", units, cluster_config=config, ebs_options=disks)


def cache(kind: str, engine: str, usd: float) -> Fixed:
    return one(
        NODES, "aws_elasticache_replication_group.c", [(H, usd)], engine=engine, node_type=kind, num_cache_clusters=1
    )


PUBLISHED: list[Fixed] = [
    one(DX, "aws_dx_connection.c", [(H, 0.30)], bandwidth="1Gbps", location="EqDC2"),
    one(DX, "aws_dx_connection.c", [(H, 2.25)], "eu-west-1", bandwidth="10Gbps", location="EqLD5"),
    one(DX, "aws_dx_connection.c", [(H, 22.50)], bandwidth="100Gbps", location="EqDC2"),
    one(DX, "aws_dx_connection.c", [(H, 2.142)], "ap-northeast-1", bandwidth="10Gbps", location="EqTY2"),
    one(DX, "aws_dx_hosted_connection.c", [(H, 0.20)], bandwidth="500Mbps", connection_id="dxcon-1"),
    one(LIGHTSAIL, "aws_lightsail_instance.i", [(1, 5.0)], bundle_id="nano_3_0"),
    one(LIGHTSAIL, "aws_lightsail_instance.i", [(1, 24.0)], "eu-central-1", bundle_id="medium_2_0"),
    one(LIGHTSAIL, "aws_lightsail_instance.i", [(1, 10.0)], bundle_id="small_ipv6_3_0"),
    one(LIGHTSAIL, "aws_lightsail_instance.i", [(1, 294.0)], bundle_id="m_2xlarge_1_0"),
    one(LATTICE, "aws_vpclattice_service.s", [(H, 0.025)], name="s"),
    one(LATTICE, "aws_vpclattice_resource_configuration.r", [(H, 0.10)], name="r", type="SINGLE"),
    one(NEPTUNE, "aws_neptune_cluster_instance.n", [(H, 0.348)], instance_class="db.r5.large"),
    broker("mq.t3.micro", "ActiveMQ", "SINGLE_INSTANCE", 0.02704),
    broker("mq.m5.large", "ActiveMQ", "ACTIVE_STANDBY_MULTI_AZ", 0.576),
    broker("mq.m5.large", "RabbitMQ", "CLUSTER_MULTI_AZ", 0.864),
    broker("mq.m5.large", "ActiveMQ", "SINGLE_INSTANCE", 0.345, "eu-central-1"),
    broker("mq.m5.xlarge", "RabbitMQ", "CLUSTER_MULTI_AZ", 2.07, "eu-central-1"),
    search("or2.large.search", 3, 0.20),
    search("m8g.large.search", 2, 0.15),
    search("r8g.xlarge.search", 3, 0.392),
    search("m6g.large.search", 2, 0.128),
    cache("cache.r7g.large", "redis", 0.219),
    cache("cache.r7g.large", "valkey", 0.1752),
    cache("cache.m6g.xlarge", "redis", 0.297),
    one(
        DYNAMO,
        "aws_dynamodb_table.t",
        [(50 * H, 0.00013), (20 * H, 0.00065)],
        billing_mode="PROVISIONED",
        read_capacity=50,
        write_capacity=20,
    ),
    one(
        MSK,
        "aws_msk_cluster.k",
        [(3 * H, 0.42), (3 * 500, 0.10)],
        number_of_broker_nodes=3,
        broker_node_group_info=[
            {"instance_type": "kafka.m5.xlarge", "storage_info": [{"ebs_storage_info": [{"volume_size": 500}]}]}
        ],
    ),
    one(GOLDEN, "aws_acmpca_certificate_authority.c", [(1, 400.0)], type="ROOT"),
    one(GOLDEN, "aws_directory_service_directory.d", [(2, 36.5)], type="SimpleAD", size="Small", name="corp.example"),
    one(GOLDEN, "aws_vpn_connection.v", [(H, 0.05)], vpn_gateway_id="vgw-1", type="ipsec.1"),
    one(
        GOLDEN,
        "aws_networkfirewall_firewall.f",
        [(3 * H, 0.395)],
        subnet_mapping=[{"subnet_id": "a"}, {"subnet_id": "b"}, {"subnet_id": "c"}],
    ),
    one(GOLDEN, "aws_mwaa_environment.m", [(H, 0.49)], environment_class="mw1.small", min_workers=1, schedulers=2),
    one(GOLDEN, "aws_ec2_host.h", [(H, 3.366)], instance_family="c5", availability_zone="us-east-1a"),
    one(GOLDEN, "aws_globalaccelerator_accelerator.a", [(H, 0.025)], name="a"),
    one(GOLDEN, "aws_ebs_fast_snapshot_restore.f", [(H, 0.75)], availability_zone="us-east-1a", snapshot_id="s"),
    one(
        GOLDEN,
        "aws_route53_health_check.h",
        [(1, 0.50), (3, 1.0)],
        type="HTTPS_STR_MATCH",
        request_interval=10,
    ),
]


def fixed(estimate: Estimate) -> float:
    return sum(part.monthly.likely for part in estimate.components if not part.usage)


@pytest.mark.parametrize(
    ("source", "first", "units"), PUBLISHED, ids=lambda v: v.type if isinstance(v, Resource) else ""
)
def test_a_resource_costs_what_was_published(source: str, first: Resource, units: list[tuple[float, float]]) -> None:
    estimate = estimate_of(first)
    assert estimate.unpriced == (), source
    assert fixed(estimate) == pytest.approx(sum(n * usd for n, usd in units), rel=2e-3), estimate.components


def test_every_figure_names_its_source_and_date() -> None:
    assert len(PUBLISHED) >= 30
    assert all("20" in source and ("@" in source or "Price List" in source) for source, _, _ in PUBLISHED)


def emr(kind: str, count: int, **more: object) -> Estimate:
    groups = {
        "master_instance_group": [{"instance_type": kind}],
        "core_instance_group": [{"instance_type": kind, "instance_count": count}],
    }
    return estimate_of(resource("aws_emr_cluster.e", keep_job_flow_alive_when_no_steps=True, **groups, **more))


def test_emr_machines_carry_the_charge_of_the_service() -> None:
    """m5.xlarge: 0.192 of EC2 and 0.048 of EMR."""
    estimate = emr("m5.xlarge", 4)
    assert estimate.unpriced == ()
    assert fixed(estimate) == pytest.approx(5 * H * (0.192 + 0.048))


def test_a_family_without_a_listed_emr_charge_is_inferred_from_the_usual_share() -> None:
    charges = [part for part in emr("m7g.xlarge", 1).components if part.name.startswith("EMR charge")]
    assert len(charges) == 2
    assert all(part.inferred and part.unit_price == pytest.approx(0.25 * 0.1632) for part in charges)


def test_a_size_beyond_the_list_of_emr_charges_is_unpriced() -> None:
    assert "the EMR charge on top of m5.24xlarge is not known" in emr("m5.24xlarge", 1).unpriced


def test_an_emr_fleet_runs_its_capacity_in_machines_of_the_first_type() -> None:
    fleet = resource(
        "aws_emr_instance_fleet.f",
        target_on_demand_capacity=8,
        instance_type_configs=[{"instance_type": "m5.xlarge", "weighted_capacity": 4}],
        cluster_id=ref("aws_emr_cluster.e"),
    )
    assert fixed(estimate_of(fleet)) == pytest.approx(2 * H * (0.192 + 0.048))


def test_a_lightsail_bundle_nobody_lists_is_unpriced() -> None:
    estimate = estimate_of(resource("aws_lightsail_instance.i", bundle_id="giant_3_0"))
    assert estimate.components == ()
    assert "lightsail.bundle-giant" in estimate.unpriced[0]


@pytest.mark.parametrize(
    ("status", "free"),
    [("ENABLED", False), ("DISABLED", True)],
)
def test_a_guardduty_plan_is_billed_while_it_is_on(status: str, free: bool) -> None:
    plan = resource("aws_guardduty_detector_feature.f", name="EKS_AUDIT_LOGS", status=status)
    estimate = estimate_of(plan)
    assert estimate.free is free
    assert bool(estimate.components) is not free


def test_what_has_no_traceable_price_says_what_it_is_billed_by() -> None:
    (reason,) = estimate_of(resource("aws_memorydb_cluster.m", node_type="db.r6g.large")).unpriced
    assert reason == (
        "aws_memorydb_cluster is billed by node-hours by type and data written; no price of it could be traced"
    )


def test_hybrid_nodes_and_larger_control_planes_of_eks_are_said_to_be_missing() -> None:
    cluster = resource(
        "aws_eks_cluster.k",
        version="1.34",
        remote_network_config=[{"remote_node_networks": [{"cidrs": ["10.0.0.0/8"]}]}],
        control_plane_scaling_config=[{"tier": "tier-xl"}],
    )
    estimate = estimate_of(cluster)
    assert fixed(estimate) == pytest.approx(H * 0.10)
    assert any("hybrid nodes" in reason for reason in estimate.unpriced)
    assert any("tier-xl" in reason for reason in estimate.unpriced)


def test_the_disk_of_a_studio_space_is_kept_all_month() -> None:
    settings = [{"space_storage_settings": [{"ebs_storage_settings": [{"ebs_volume_size_in_gb": 100}]}]}]
    assert fixed(estimate_of(resource("aws_sagemaker_space.s", space_settings=settings))) == pytest.approx(11.2)


def test_an_archive_without_an_end_keeps_growing() -> None:
    kept = estimate_of(resource("aws_cloudwatch_event_archive.a", retention_days=0)).monthly.likely
    month = estimate_of(resource("aws_cloudwatch_event_archive.a", retention_days=30)).monthly.likely
    assert kept > month > 0


@pytest.mark.parametrize(
    ("first", "count"),
    [
        (resource("aws_eip.a", domain="vpc"), 1),
        (resource("aws_instance.a", instance_type="t3.micro", associate_public_ip_address=True), 1),
        (resource("aws_lb.a", load_balancer_type="application", internal=False, subnets=["a", "b", "c"]), 3),
    ],
    ids=["eip", "instance", "balancer"],
)
def test_public_addresses_in_use_are_charged(first: Resource, count: int) -> None:
    """0.005 an hour since February 2024, attached or not."""
    parts = [part for part in estimate_of(first).components if part.sku.startswith("public-ipv4.")]
    assert sum(part.monthly.likely for part in parts) == pytest.approx(count * H * 0.005)
