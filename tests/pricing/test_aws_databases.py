"""Charges beside a database's instances: extended support and who refuses it, Database Insights, stops at night."""

from __future__ import annotations

import pytest
from aws_stack import estimate_of, monthly, ref, resource

from costlint.model import UNKNOWN, Resource

OLD = {"engine": "mysql", "engine_version": "8.0.35", "instance_class": "db.m5.large", "allocated_storage": 100}
HOURS = 730
INSTANCE = resource(
    "aws_rds_cluster_instance.i", cluster_identifier=ref("aws_rds_cluster.c"), instance_class="db.r6g.large"
)


def cluster(**attributes: object) -> Resource:
    return resource("aws_rds_cluster.c", **{"engine": "aurora-postgresql", "engine_version": "16.4", **attributes})


def test_a_database_that_refuses_extended_support_is_not_charged_for_it() -> None:
    refusing = resource(
        "aws_db_instance.d", engine_lifecycle_support="open-source-rds-extended-support-disabled", **OLD
    )
    charged = resource("aws_db_instance.d", engine_lifecycle_support="open-source-rds-extended-support", **OLD)
    assert monthly(charged) - monthly(refusing) == pytest.approx(HOURS * 2 * 0.10)


def test_advanced_insights_are_billed_by_vcpu_of_both_machines_of_a_pair() -> None:
    plain = resource("aws_db_instance.d", multi_az=True, **OLD)
    watched = resource(
        "aws_db_instance.d",
        multi_az=True,
        database_insights_mode="advanced",
        performance_insights_retention_period=465,
        **OLD,
    )
    assert monthly(watched) - monthly(plain) == pytest.approx(HOURS * 4 * 0.0125)
    assert estimate_of(watched).unpriced == ()


@pytest.mark.parametrize("unsure", ["engine_version", "allocated_storage"])
def test_what_is_not_known_leaves_the_instance_priced(unsure: str) -> None:
    priced = estimate_of(resource("aws_db_instance.d", **{**OLD, unsure: UNKNOWN}))
    assert priced.monthly.likely >= HOURS * 0.171
    assert len(priced.unpriced) == 1


def test_long_history_without_advanced_insights_has_no_price() -> None:
    kept = resource("aws_db_instance.d", performance_insights_retention_period=731, **OLD)
    assert estimate_of(kept).unpriced


def test_a_cluster_decides_about_the_insights_of_its_instances() -> None:
    watched = monthly(INSTANCE, cluster(database_insights_mode="advanced"))
    assert watched - monthly(INSTANCE, cluster()) == pytest.approx(HOURS * 2 * 0.0125)


def test_a_schedule_on_a_cluster_stops_its_instances() -> None:
    night = resource("aws_scheduler_schedule.s", target=[{"input": ref("aws_rds_cluster.c")}])
    assert monthly(INSTANCE, cluster(), night) == pytest.approx(HOURS * 0.26 * 0.36)


def test_a_cluster_mode_written_as_text_leaves_the_nodes_priced() -> None:
    made = {"engine": "redis", "node_type": "cache.r6g.large", "num_cache_clusters": 2}
    plain, compatible = (
        resource("aws_elasticache_replication_group.g", **made, **more) for more in ({}, {"cluster_mode": "disabled"})
    )
    assert monthly(compatible) == monthly(plain) > 0


def test_a_schedule_added_to_a_cluster_is_seen_by_its_instances() -> None:
    assert "aws_scheduler_schedule.*" in estimate_of(INSTANCE, cluster()).consulted


def test_a_multi_az_cluster_pays_extended_support_for_three_machines() -> None:
    made = {"engine": "mysql", "db_cluster_instance_class": "db.r6gd.large", "allocated_storage": 100, "iops": 1000}
    new, old = ({**made, "storage_type": "io1", "engine_version": version} for version in ("8.4", "8.0.35"))
    difference = monthly(resource("aws_rds_cluster.c", **old)) - monthly(resource("aws_rds_cluster.c", **new))
    assert difference == pytest.approx(HOURS * 3 * 2 * 0.10)
