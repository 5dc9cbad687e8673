"""The small tables: support dates, discounts, accelerators, practices, assumptions, defaults."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from costlint.catalog import Assumption, Catalog
from costlint.model import Money


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog()


@pytest.mark.parametrize(
    ("product", "version", "standard_end", "extended_end"),
    [
        ("eks", "1.29", "2025-03-23", "2026-03-23"),
        ("eks", "1.34", "2026-12-02", "2027-12-02"),
        ("rds-postgresql", "11", "2024-02-29", "2027-03-31"),
        ("rds-postgresql", "14.7", "2027-02-28", "2030-02-28"),
        ("rds-mysql", "5.7.44", "2024-02-29", "2029-06-30"),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.2", "2024-10-31", "2029-06-30"),
        ("elasticache-redis", "5.0.6", "2026-01-31", "2029-01-31"),
        ("opensearch", "OpenSearch_1.3", "2027-11-07", "2030-11-07"),
        ("elasticsearch", "Elasticsearch_7.10", "2027-11-07", "2030-11-07"),
        ("gke", "1.29.4-gke.1043002", "2025-04-12", ""),
    ],
)
def test_a_version_has_dates(
    catalog: Catalog, product: str, version: str, standard_end: str, extended_end: str
) -> None:
    support = catalog.support(product, version)
    assert support is not None
    assert (support.standard_end, support.extended_end) == (standard_end, extended_end)
    assert support.source.startswith("https://")


@pytest.mark.parametrize(
    ("day", "version"),
    [("2025-01-01", "1.30"), ("2026-11-22", "1.35"), ("2027-07-01", "1.36"), ("2030-01-01", None)],
    ids=["years left", "too little left for 1.34", "the newest there is", "none in standard support"],
)
def test_an_upgrade_leads_to_the_oldest_version_that_stays_in_support(day: str, version: str | None) -> None:
    assert Catalog().upgrade("eks", date.fromisoformat(day)) == version


def test_a_product_without_dates_has_no_upgrade() -> None:
    assert Catalog().upgrade("nothing") is None


@pytest.mark.parametrize(
    ("product", "version"),
    [("eks", "9.99"), ("eks", ""), ("nothing", "1.29"), ("rds-postgresql", "latest"), ("eks", "1")],
)
def test_an_unknown_version_has_no_dates(catalog: Catalog, product: str, version: str) -> None:
    assert catalog.support(product, version) is None


def test_the_day_dates_are_compared_with_is_given_or_today() -> None:
    assert Catalog(as_of=date(2026, 1, 2)).as_of == date(2026, 1, 2)
    assert Catalog().as_of >= date(2026, 1, 1)


def test_a_commitment_is_found_by_family_kind_and_term(catalog: Catalog) -> None:
    found = catalog.commitment("aws", "us-east-1a", "c5", "standard", "1y")
    assert found is not None
    assert (found.percent, found.low, found.high) == (37.0, 36.5, 37.1)
    assert catalog.commitment("aws", "us-east-1", "c5", "standard", "7y") is None
    assert catalog.commitment("aws", "nowhere-1", "c5", "standard", "1y") is None


def test_commitments_of_a_region_do_not_leak_into_one_with_the_same_start(catalog: Catalog) -> None:
    assert {found.region for found in catalog.commitments("gcp", "us-east1")} <= {"us-east1"}


def test_an_accelerator_tells_memory_speed_and_how_sure_we_are(catalog: Catalog) -> None:
    h100 = catalog.accelerator("H100")
    assert h100 is not None
    assert (h100.memory_gib, h100.memory_bandwidth_gb_s, h100.fp16_tflops, h100.confidence) == (80, 3350, 989, "high")
    assert catalog.accelerator("H9000") is None
    assert {"A10G", "L4", "T4", "H100"} <= {known.model for known in catalog.accelerators()}


@pytest.mark.parametrize("free", ["aws_iam_role", "aws_subnet", "google_project_service", "azurerm_resource_group"])
def test_glue_types_are_free(catalog: Catalog, free: str) -> None:
    assert catalog.is_free(free)


@pytest.mark.parametrize("charged", ["aws_instance", "aws_nat_gateway", "azurerm_eventhub_cluster", "", "#"])
def test_charged_and_unknown_types_are_not_free(catalog: Catalog, charged: str) -> None:
    assert not catalog.is_free(charged)


def test_every_practice_has_a_phase_and_keys_do_not_repeat(catalog: Catalog) -> None:
    practices = catalog.practices()
    phases = {"quick-win", "medium-term", "long-term", "continuous"}
    assert len({practice.key for practice in practices}) == len(practices) > 60
    assert all(practice.phases and set(practice.phases) <= phases for practice in practices)
    assert {practice.mission for practice in practices} == {True, False}


def test_benchmarks_are_ranges(catalog: Catalog) -> None:
    ranges = {benchmark.key: (benchmark.low, benchmark.high) for benchmark in catalog.benchmarks()}
    assert ranges["gpu.h100-80gb"] == (8, 12)
    assert all(0 < low <= high for low, high in ranges.values())


@pytest.mark.parametrize(
    ("resource_type", "path", "service"),
    [
        ("aws_instance", "instance_type", "ec2"),
        ("aws_eks_node_group", "instance_types.0", "ec2"),
        ("aws_opensearch_domain", "cluster_config.instance_type", "opensearch"),
        ("aws_sagemaker_endpoint_configuration", "production_variants.0.instance_type", "sagemaker"),
        ("google_container_node_pool", "node_config.machine_type", "compute"),
        ("azurerm_kubernetes_cluster", "default_node_pool.vm_size", "compute"),
    ],
)
def test_a_type_tells_where_its_shape_is_written(catalog: Catalog, resource_type: str, path: str, service: str) -> None:
    assert catalog.shape_attribute(resource_type) == (path, service)


def test_other_types_have_no_shape(catalog: Catalog) -> None:
    assert catalog.shape_attribute("aws_s3_bucket") is None


def test_a_month_has_730_hours(catalog: Catalog) -> None:
    assert catalog.hours_per_month == 730


@pytest.mark.parametrize("look", [lambda c: c.constant("no-such"), lambda c: c.assumption("no-such")])
def test_an_unknown_name_is_a_programming_error(catalog: Catalog, look: object) -> None:
    assert callable(look)
    with pytest.raises(KeyError):
        look(catalog)


def test_an_assumption_reads_as_a_sentence() -> None:
    ranged = Assumption("k", Money(10, 100, 1000), "GB", "a small site", "us", "2026-01-01")
    exact = Assumption("k", Money(2.5, 2.5, 2.5), "requests", "", "us", "2026-01-01")
    assert str(ranged) == "assumes 100 GB/month (10–1,000): a small site"
    assert str(exact) == "assumes 2.5 requests/month"


def test_assumptions_and_defaults_come_from_every_provider(tmp_path: Path) -> None:
    for provider in ("aws", "gcp"):
        folder = tmp_path / provider
        folder.mkdir()
        (folder / "assumptions.csv").write_text(
            f'key,low,likely,high,unit,text,source,date\n{provider}.x,1,2,3,GB,"a, b",s,2026-01-01\n'
        )
        (folder / "defaults.csv").write_text(
            f'resource_type,path,value,source\n{provider}_t,a.b,"[1, ""x""]",s\n{provider}_t,c,false,s\n'
        )
    catalog = Catalog(tmp_path)
    assert catalog.assumption("gcp.x").quantity == Money(1, 2, 3)
    assert catalog.assumption("aws.x").text == "a, b"
    assert set(catalog.assumptions()) == {"aws.x", "gcp.x"}
    assert catalog.defaults("aws_t") == {"a.b": [1, "x"], "c": False}
    assert catalog.defaults("azurerm_t") == {}
