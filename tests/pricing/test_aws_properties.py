"""Properties of the AWS estimators over generated input."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from aws_stack import CATALOG, estimate_of, monthly, resource, view_of
from hypothesis import given, settings
from hypothesis import strategies as st

from costlint.model import UNKNOWN, Money, PartialList, PartialMap
from costlint.pricing.aws.s3_lifecycle import Ageing
from costlint.pricing.aws.scaling import autoscaled
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimated_types
from costlint.pricing.quantities import above, product, remainder

TYPES = sorted(kind for kind in estimated_types() if kind.startswith("aws_"))

# What each monotone quantity is called: growing it never makes the bill smaller.
GROWING: list[tuple[str, str, Mapping[str, object]]] = [
    ("aws_ebs_volume.v", "size", {"type": "gp2"}),
    ("aws_ebs_volume.v", "iops", {"type": "gp3", "size": 100}),
    ("aws_ebs_volume.v", "iops", {"type": "io2", "size": 100}),
    ("aws_ebs_volume.v", "throughput", {"type": "gp3", "size": 100}),
    ("aws_db_instance.d", "allocated_storage", {"engine": "mysql", "instance_class": "db.m5.large"}),
    (
        "aws_db_instance.d",
        "backup_retention_period",
        {"engine": "mysql", "instance_class": "db.m5.large", "allocated_storage": 50},
    ),
    ("aws_elasticache_cluster.c", "num_cache_nodes", {"engine": "redis", "node_type": "cache.r6g.large"}),
    ("aws_redshift_cluster.r", "number_of_nodes", {"node_type": "dc2.large"}),
    ("aws_dynamodb_table.t", "read_capacity", {"write_capacity": 1}),
    ("aws_cloudwatch_log_group.l", "retention_in_days", {}),
    ("aws_kinesis_stream.k", "shard_count", {}),
    ("aws_lambda_function.f", "memory_size", {}),
    ("aws_efs_file_system.f", "provisioned_throughput_in_mibps", {"throughput_mode": "provisioned"}),
    ("aws_fsx_openzfs_file_system.z", "storage_capacity", {"throughput_capacity": 64}),
    ("aws_mwaa_environment.m", "min_workers", {}),
    ("aws_ec2_capacity_reservation.r", "instance_count", {"instance_type": "m5.large"}),
]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**6),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.text(max_size=8),
    st.sampled_from(["m5.large", "gp3", "SPOT", "db.m5.large", "mysql", "PAY_PER_REQUEST", "FARGATE", "Interface"]),
    st.just(UNKNOWN),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=2).map(PartialList),
        st.dictionaries(st.text(max_size=6), inner, max_size=3),
        st.dictionaries(st.text(max_size=6), inner, max_size=2).map(PartialMap),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(("address", "attribute", "others"), GROWING, ids=lambda case: str(case)[:40])
@given(numbers=st.tuples(st.integers(1, 5000), st.integers(1, 5000)))
@settings(max_examples=25, deadline=None)
def test_more_never_costs_less(
    address: str, attribute: str, others: Mapping[str, object], numbers: tuple[int, int]
) -> None:
    few, many = sorted(numbers)
    small = estimate_of(resource(address, **{**others, attribute: few})).monthly
    large = estimate_of(resource(address, **{**others, attribute: many})).monthly
    assert all(one <= other + 1e-9 for one, other in zip(small, large, strict=True))


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_any_value_of_any_attribute_is_survived(data: st.DataObject) -> None:
    """The attributes estimators read, each with a value of any shape: never an exception, never below zero."""
    kind = data.draw(st.sampled_from(TYPES))
    names = data.draw(st.lists(st.sampled_from(READ), max_size=6, unique=True))
    attributes = {name: data.draw(st.one_of(values, blocks(data))) for name in names}
    found = estimate_of(resource(f"{kind}.x", **attributes))
    assert found.components or found.unpriced or found.free
    assert all(scenario >= -1e-9 for component in found.components for scenario in component.monthly)


def blocks(data: st.DataObject) -> st.SearchStrategy[list[dict[str, object]]]:
    block = st.dictionaries(st.sampled_from(READ), scalars, max_size=4)
    return st.lists(block, min_size=1, max_size=2)


READ = (
    "instance_type",
    "root_block_device",
    "ebs_block_device",
    "volume_size",
    "volume_type",
    "size",
    "type",
    "iops",
    "min_size",
    "max_size",
    "desired_capacity",
    "scaling_config",
    "desired_size",
    "launch_template",
    "id",
    "mixed_instances_policy",
    "capacity_type",
    "instance_types",
    "version",
    "engine",
    "engine_version",
    "instance_class",
    "allocated_storage",
    "multi_az",
    "backup_retention_period",
    "node_type",
    "num_cache_nodes",
    "cluster_config",
    "ebs_options",
    "ebs_enabled",
    "billing_mode",
    "read_capacity",
    "replica",
    "region_name",
    "memory_size",
    "architectures",
    "subnet_ids",
    "subnets",
    "vpc_endpoint_type",
    "vpc_id",
    "lifecycle_rule",
    "enabled",
    "transition",
    "days",
    "storage_class",
    "versioning",
    "retention_in_days",
    "production_variants",
    "event_selector",
    "storage_capacity",
    "deployment_type",
    "compute_resources",
    "worker_type",
    "standby_replicas",
    "protocols",
    "rule",
)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-southeast-2"])
def test_every_type_is_priced_or_says_why_in_every_region(region: str) -> None:
    for kind in TYPES:
        found = estimate_of(resource(f"{kind}.x", region))
        assert found.components or found.unpriced or found.free, kind


@given(least=st.integers(0, 20), written=st.none() | st.integers(0, 20), most=st.integers(0, 20))
@settings(deadline=None)
def test_an_autoscaled_number_stays_between_its_bounds(least: int, written: int | None, most: int) -> None:
    probe = resource("aws_instance.a")
    count = autoscaled(Bill(probe, view_of(probe), CATALOG), least, written, most).number
    assert 0 <= count.low <= count.likely <= count.high or least > most
    if least < most:
        assert count.low == least
        assert count.high == most


classes = st.sampled_from(["STANDARD_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE", "INTELLIGENT_TIERING"])


@given(
    transitions=st.lists(st.tuples(st.integers(0, 800), classes), max_size=4),
    expiration=st.none() | st.integers(1, 800),
)
def test_ageing_never_loses_or_invents_data(transitions: list[tuple[float, str]], expiration: int | None) -> None:
    span = 365.0
    shares = Ageing(transitions=tuple(transitions), expiration=expiration).classes(span)
    kept = 1.0 if expiration is None else min(1.0, expiration / span)
    assert sum(shares.values()) == pytest.approx(kept)
    assert all(share >= -1e-12 for share in shares.values())


ranges = st.tuples(*[st.floats(0, 1e6)] * 3).map(lambda three: Money(*sorted(three)))


@given(one=ranges, other=ranges, included=st.floats(0, 1e6))
def test_ranges_stay_in_order(one: Money, other: Money, included: float) -> None:
    for result in (product(one, other), above(one, included)):
        assert result.low <= result.likely <= result.high
    assert remainder(Money.exactly(0.25)) == Money.exactly(0.75)


def test_a_later_expiry_keeps_more() -> None:
    costs = [
        monthly(resource("aws_s3_bucket.b", lifecycle_rule=[{"enabled": True, "expiration": [{"days": days}]}]))
        for days in (30, 90, 365, 3650)
    ]
    assert costs == sorted(costs)
