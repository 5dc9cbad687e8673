"""Every row of the shipped data: figures make sense, sources exist, families point at families."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import costlint.catalog
import costlint.pricing
from costlint.catalog import PROVIDERS, Catalog
from costlint.pricing.estimators import estimated_types

DATA = Path(costlint.catalog.__file__).parent / "data"
DATE = re.compile(r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
MOST_TOWARDS_ONE = (0.5, 3.0)  # regional price levels outside this range are errors in the sources


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shards(kind: str) -> Iterator[Path]:
    return (path for provider in PROVIDERS for path in sorted((DATA / provider / kind).glob("*.csv")))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog()


@pytest.fixture(scope="module")
def known() -> set[str]:
    return {row["id"] for row in rows(DATA / "sources.csv")}


def positive(text: str) -> bool:
    return math.isfinite(float(text)) and float(text) > 0


def test_there_is_a_shard_for_the_regions_people_use() -> None:
    for place in ("aws/{}/us-east-1", "aws/{}/eu-central-1", "gcp/{}/us-central1", "azure/{}/westeurope"):
        for kind in ("instances", "services"):
            assert (DATA / f"{place.format(kind)}.csv").is_file()


def test_shards_hold_no_quoted_fields_because_they_are_split_by_hand() -> None:
    plain = [*shards("instances"), *shards("services"), *shards("managed")]
    plain += [DATA / provider / name for provider in PROVIDERS for name in ("shapes.csv", "commitments.csv")]
    assert [path for path in plain if '"' in path.read_text(encoding="utf-8")] == []


def test_every_instance_price_is_positive_and_has_a_source(known: set[str]) -> None:
    wrong = [
        (path.parts[-3:], row["name"])
        for path in shards("instances")
        for row in rows(path)
        for amount, source in ((row["on_demand"], row["source"]), (row["spot"], row["spot_source"]))
        if bool(amount) != bool(source) or (amount and not (positive(amount) and source in known))
    ]
    assert wrong == []


def test_spot_never_costs_more_than_on_demand() -> None:
    wrong = [
        (path.parts[-3:], row["name"])
        for path in shards("instances")
        for row in rows(path)
        if row["spot"] and row["on_demand"] and float(row["spot"]) > float(row["on_demand"])
    ]
    assert wrong == []


def test_every_priced_instance_type_has_a_size() -> None:
    for provider in PROVIDERS:
        sizes = {row["name"] for row in rows(DATA / provider / "shapes.csv")}
        for path in (DATA / provider / "instances").glob("*.csv"):
            assert {row["name"] for row in rows(path)} <= sizes, path.name


def test_every_gpu_of_a_shape_is_a_known_accelerator_with_enough_memory(catalog: Catalog) -> None:
    for provider in PROVIDERS:
        for row in rows(DATA / provider / "shapes.csv"):
            if row["gpu_count"] in ("", "0"):
                assert not row["gpu_memory_gib"] or row["gpu_model"], row
                continue
            accelerator = catalog.accelerator(row["gpu_model"])
            assert accelerator is not None, row
            assert float(row["gpu_count"]) > 0, row
            assert 0 < float(row["gpu_memory_gib"]) <= accelerator.memory_gib, row


def test_every_service_price_is_positive_has_a_source_and_stands_once(known: set[str]) -> None:
    for path in shards("services"):
        found = rows(path)
        assert [row for row in found if not positive(row["usd"]) or row["source"] not in known] == [], path
        keys = [(row["sku"], row["unit"]) for row in found]
        assert len(set(keys)) == len(keys) > 0, path


def test_every_managed_price_is_positive_and_has_a_source_and_a_size(known: set[str]) -> None:
    sizes = {(row["service"], row["class"]) for row in rows(DATA / "aws" / "managed_shapes.csv")}
    for path in shards("managed"):
        for row in rows(path):
            assert positive(row["usd"]), (path, row)
            assert row["source"] in known, (path, row)
            assert (row["service"], row["class"]) in sizes, (path, row)


def test_every_source_has_a_text_and_a_date() -> None:
    for row in rows(DATA / "sources.csv"):
        assert row["what"], row
        assert DATE.match(row["date"]), row
        assert row["inferred"] in ("", "yes"), row


def test_every_source_is_used(known: set[str]) -> None:
    used: set[str] = set()
    for kind in ("instances", "services", "managed"):
        for path in shards(kind):
            for row in rows(path):
                used |= {row["source"], row.get("spot_source", "")}
    for provider in PROVIDERS:
        used |= {row["source"] for row in rows(DATA / provider / "commitments.csv")}
    assert known - used == set()


def test_regional_ratios_are_near_one() -> None:
    low, high = MOST_TOWARDS_ONE
    found = rows(DATA / "region_ratios.csv")
    assert [row for row in found if not low <= float(row["ratio"]) <= high or int(row["n"]) < 1] == []
    keys = [(row["provider"], row["group"], row["region"]) for row in found]
    assert len(set(keys)) == len(keys)


def test_discounts_are_percentages_in_order(known: set[str]) -> None:
    for provider in PROVIDERS:
        for row in rows(DATA / provider / "commitments.csv"):
            assert 0 < float(row["low"]) <= float(row["percent"]) <= float(row["high"]) < 100, row
            assert row["source"] in known, row


@pytest.mark.parametrize(
    "name",
    [
        "accelerators.csv",
        "benchmarks.csv",
        "constants.csv",
        "support.csv",
        "region_ratios.csv",
        *(f"{p}/{n}.csv" for p in PROVIDERS for n in ("families", "services_added", "assumptions")),
    ],
)
def test_every_row_of_a_small_table_has_a_date_and_a_source(name: str) -> None:
    for row in rows(DATA / name):
        assert row["source"], row
        assert DATE.match(row["date"]), row


def test_added_prices_are_positive_and_stand_once() -> None:
    for provider in PROVIDERS:
        found = rows(DATA / provider / "services_added.csv")
        assert [row for row in found if not positive(row["usd"]) or row["inferred"] not in ("", "yes")] == []
        keys = [(row["region"], row["sku"], row["unit"]) for row in found]
        assert len(set(keys)) == len(keys)


def test_one_habit_has_one_figure_on_every_provider() -> None:
    for habit in ("autoscaling.average-share-of-peak", "autoscaling.scale-to-zero-share", "commitment.covered-share"):
        figures = set()
        for provider in PROVIDERS:
            found = {row["key"]: row for row in rows(DATA / provider / "assumptions.csv")}
            if f"{provider}.{habit}" in found:
                figures.add(tuple(found[f"{provider}.{habit}"][bound] for bound in ("low", "likely", "high")))
        assert len(figures) == 1, habit


def test_assumptions_are_ranges_with_unique_keys() -> None:
    keys = []
    for provider in PROVIDERS:
        for row in rows(DATA / provider / "assumptions.csv"):
            assert 0 <= float(row["low"]) <= float(row["likely"]) <= float(row["high"]), row
            keys.append(row["key"])
    assert len(set(keys)) == len(keys)


def test_defaults_are_json(catalog: Catalog) -> None:
    for provider in PROVIDERS:
        for row in rows(DATA / provider / "defaults.csv"):
            assert row["path"] in catalog.defaults(row["resource_type"])


def test_every_shape_belongs_to_a_family_and_every_counterpart_exists(catalog: Catalog) -> None:
    for provider in PROVIDERS:
        families = {row["name"]: row for row in rows(DATA / provider / "families.csv")}
        for row in rows(DATA / provider / "shapes.csv"):
            assert catalog.family(provider, row["name"]) is not None, row["name"]
        for family, row in families.items():
            for kind in ("successor", "arm_twin", "amd_twin"):
                others = row[kind].split()
                assert family not in others, family
                assert set(others) <= families.keys(), (family, others)
            assert all(families[other]["arch"] == "arm64" for other in row["arm_twin"].split()), family
            assert all(families[other]["vendor"] == "amd" for other in row["amd_twin"].split()), family


def test_a_successor_is_never_an_older_generation() -> None:
    for provider in PROVIDERS:
        families = {row["name"]: row for row in rows(DATA / provider / "families.csv")}
        for family, row in families.items():
            for newer in row["successor"].split():
                assert int(families[newer]["generation"]) > int(row["generation"]), (family, newer)


@pytest.mark.parametrize(("provider", "region"), [("aws", "us-east-1"), ("gcp", "us-central1"), ("azure", "eastus")])
def test_successors_and_twins_are_offered_and_hold_as_much(catalog: Catalog, provider: str, region: str) -> None:
    shapes = catalog.shapes(provider, region)
    found = 0
    for name, shape in shapes.items():
        others = (
            catalog.successor(provider, region, name),
            catalog.twin(provider, region, name, "arm"),
            catalog.twin(provider, region, name, "amd"),
        )
        for other in filter(None, others):
            found += 1
            assert shapes[other].offered is not False, other
            assert shapes[other].on_demand is not None, other
            assert (shapes[other].vcpu or 0) >= (shape.vcpu or 0), (name, other)
            assert (shapes[other].memory_gib or 0) >= (shape.memory_gib or 0), (name, other)
    assert found > 50


def test_support_dates_are_in_order() -> None:
    for row in rows(DATA / "support.csv"):
        assert row["source"].startswith("https://"), row
        assert DATE.match(row["standard_end"]), row
        if row["extended_end"]:
            assert DATE.match(row["extended_end"]), row
            assert row["extended_end"] > row["standard_end"], row


def test_free_types_are_sorted_and_stand_once() -> None:
    lines = (DATA / "free_types.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert lines == sorted(set(lines))


def test_free_types_have_no_price_of_their_own(catalog: Catalog) -> None:
    groups = {(path.parts[-3], row["sku"].partition(".")[0]) for path in shards("services") for row in rows(path)}
    prefixes = {"aws": "aws_", "gcp": "google_", "azure": "azurerm_"}
    priced = {
        kind
        for kind in catalog.free_types()
        for provider, prefix in prefixes.items()
        if kind.startswith(prefix) and (provider, kind.removeprefix(prefix).replace("_", "-")) in groups
    }
    assert priced == set()


def test_free_types_have_no_estimator(catalog: Catalog) -> None:
    assert estimated_types() & catalog.free_types() == set()


def test_habits_of_services_are_shares_and_stand_once() -> None:
    found = rows(DATA / "regional_inference.csv")
    assert [row for row in found if not 0 <= float(row["follows"]) <= 1.6] == []
    assert {row[way] for row in found for way in ("like", "machines")} == {"yes", "no"}
    keys = [(row["provider"], row["group"]) for row in found]
    assert len(set(keys)) == len(keys)
    assert {provider for provider, group in keys if group == "*"} == set(PROVIDERS)


def test_every_discount_is_for_a_family_or_a_machine_that_exists(catalog: Catalog) -> None:
    for provider in PROVIDERS:
        families = {row["name"] for row in rows(DATA / provider / "families.csv")}
        lines = {name.partition("-")[0] for name in families}
        machines = {row["name"] for row in rows(DATA / provider / "shapes.csv")}
        known = families | lines | machines | {"custom", "Azure OpenAI PTU-M", "virtual machines (all)"}
        assert {row["family"] for row in rows(DATA / provider / "commitments.csv")} - known == set(), provider


def test_a_machine_with_accelerators_costs_no_less_than_they_do(catalog: Catalog) -> None:
    """Google sells accelerators alone; no machine elsewhere may cost less than half of what they do."""
    skus = {"T4": "nvidia-tesla-t4", "V100-16GB": "nvidia-tesla-v100", "P100": "nvidia-tesla-p100"}
    for model, name in skus.items():
        alone = catalog.price("gcp", "us-central1", f"compute-gpu.{name}-attached", "gpu-hour")
        assert alone is not None, model
        for provider, region in (("aws", "us-east-1"), ("azure", "eastus")):
            for shape in catalog.shapes(provider, region).values():
                if shape.gpu_model == model and shape.gpu_count and shape.on_demand:
                    least = 0.5 * alone.amount * shape.gpu_count
                    assert shape.on_demand.amount >= least, (provider, shape.name)


def test_more_of_the_same_accelerator_never_costs_less(catalog: Catalog) -> None:
    for provider, region in (("aws", "us-east-1"), ("gcp", "us-central1"), ("azure", "eastus")):
        families: dict[str, list[tuple[float, float]]] = {}
        for name, shape in catalog.shapes(provider, region).items():
            family = catalog.family(provider, name)
            if shape.gpu_count and shape.on_demand and family is not None:
                families.setdefault(family.name, []).append((shape.gpu_count, shape.on_demand.amount))
        for family_name, known in families.items():
            for count, amount in known:
                fewer = [other for gpus, other in known if gpus < count]
                assert not fewer or amount > min(fewer), (provider, family_name, count)


def test_every_mapping_of_a_price_list_leads_to_a_name_the_catalog_has(catalog: Catalog) -> None:
    """A row of offers.csv, meters.csv or skus.csv that maps to a name nobody asks for would be fetched for nothing."""
    known: dict[str, set[str]] = {}
    for provider in PROVIDERS:
        places = ("*", *catalog.service_regions(provider))
        known[provider] = {sku for place in places for sku, _ in catalog.stated(provider, place)}
    for provider, table in (("aws", "offers.csv"), ("azure", "meters.csv"), ("gcp", "skus.csv")):
        for row in rows(DATA / provider / table):
            if row["table"] == "service" and "{" not in row["name"]:
                assert row["name"] in known[provider], row


def test_machines_that_are_added_up_have_a_size() -> None:
    sizes = [row["name"] for row in rows(DATA / "gcp" / "shapes.csv") if row["vcpu"] and row["memory_gib"]]
    for row in rows(DATA / "gcp" / "composed.csv"):
        assert any(re.match(row["machine"], name) for name in sizes), row
