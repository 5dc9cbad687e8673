"""Instance types and managed nodes."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog
from costlint.catalog.tables import DATA, records


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog()


def test_a_gpu_shape_tells_its_size_and_prices(catalog: Catalog) -> None:
    shape = catalog.shape("aws", "us-east-1", "g5.12xlarge")
    assert shape is not None
    assert (shape.vcpu, shape.memory_gib, shape.gpu_count, shape.gpu_model, shape.gpu_memory_gib) == (
        48,
        192,
        4,
        "A10G",
        24,
    )
    assert (shape.arch, shape.offered) == ("x86_64", True)
    assert shape.on_demand is not None
    assert shape.spot is not None
    assert shape.spot.amount < shape.on_demand.amount


def test_graviton_is_arm(catalog: Catalog) -> None:
    shape = catalog.shape("aws", "us-east-1", "m7g.large")
    assert shape is not None
    assert shape.arch == "arm64"


def test_a_shape_priced_by_regional_ratio_is_inferred(catalog: Catalog) -> None:
    shape = catalog.shape("aws", "af-south-1", "c6gd.2xlarge")
    assert shape is not None
    assert shape.on_demand is not None
    assert shape.on_demand.inferred
    assert "ratio" in shape.on_demand.source


def test_a_row_a_source_doubts_is_inferred(catalog: Catalog) -> None:
    shape = catalog.shape("azure", "southafricawest", "Standard_F8s_v2")
    assert shape is not None
    assert shape.on_demand is not None
    assert shape.on_demand.inferred
    assert "doubtful" in shape.on_demand.source


def test_a_priced_shape_can_be_not_offered(catalog: Catalog) -> None:
    offered = {shape.offered for shape in catalog.shapes("gcp", "us-central1").values()}
    assert offered == {True, False}


@pytest.mark.parametrize(
    ("provider", "region", "name"),
    [
        ("aws", "us-east-1", "m99.large"),
        ("aws", "us-east-1", ""),
        ("aws", "nowhere-1", "m5.large"),
        ("kubernetes", "us-east-1", "m5.large"),
    ],
)
def test_an_unknown_shape_is_none(catalog: Catalog, provider: str, region: str, name: str) -> None:
    assert catalog.shape(provider, region, name) is None


def test_shapes_act_as_a_mapping(catalog: Catalog) -> None:
    shapes = catalog.shapes("azure", "West Europe")
    assert "Standard_D2s_v5" in shapes
    assert None not in shapes
    assert len(shapes) == len(list(shapes)) > 500
    assert shapes["Standard_D2s_v5"] is shapes["Standard_D2s_v5"]
    with pytest.raises(KeyError):
        shapes["Standard_Nothing"]


def test_multi_az_costs_twice_single_az(catalog: Catalog) -> None:
    single = catalog.managed("aws", "us-east-1", "rds", "postgresql", "single-az", "db.m5.large")
    double = catalog.managed("aws", "us-east-1", "rds", "postgresql", "multi-az", "db.m5.large")
    assert single is not None
    assert double is not None
    assert (single.vcpu, single.memory_gib) == (2, 8)
    assert double.price.amount == pytest.approx(2 * single.price.amount)


def test_services_without_engine_take_empty_ones(catalog: Catalog) -> None:
    found = catalog.managed("aws", "eu-west-1", "opensearch", "", "", "r6g.large.search")
    assert found is not None
    assert not found.price.inferred


def test_a_region_no_source_covers_gets_an_inferred_node_price(catalog: Catalog) -> None:
    found = catalog.managed("aws", "mx-central-1", "opensearch", "", "", "r6g.large.search")
    assert found is not None
    assert found.price.inferred
    assert found.price.source.startswith("us-east-1 price × ")


@pytest.mark.parametrize("service", ["opensearch", "rds"])
def test_node_prices_are_inferred_only_where_their_published_error_allows(catalog: Catalog, service: str) -> None:
    row = next(one for one in records(DATA / "regional_inference.csv") if one["group"] == f"{service}-nodes")
    engine, deployment, name = (
        ("mysql", "single-az", "db.m5.large") if service == "rds" else ("", "", "r6g.large.search")
    )
    found = catalog.managed("aws", "mx-central-1", service, engine, deployment, name)
    assert (found is not None) == (row["machines"] == "yes")


def test_a_class_missing_from_a_covered_region_has_no_price(catalog: Catalog) -> None:
    assert catalog.managed("aws", "us-east-1", "rds", "postgresql", "single-az", "db.m99.large") is None


def test_managed_nodes_of_other_providers_have_no_price(catalog: Catalog) -> None:
    assert catalog.managed("gcp", "us-central1", "sql", "", "", "db-f1-micro") is None
    assert catalog.managed("other", "", "", "", "", "") is None
