"""Service prices: what a row says, what is inferred, and what stays unpriced."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.catalog import Catalog
from costlint.catalog.regions import region_of


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog()


def small_catalog(root: Path, **files: str) -> Catalog:
    """A catalog over a few hand-written rows; "__" in a name stands for a folder, "-any" for the "*" shard."""
    files.setdefault("sources.csv", "id,what,commit,licence,date,inferred\nlist,a price list,abc,MIT,2026-01-01,\n")
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Catalog(root)


ROWS = {
    "aws__services__us-east-1.csv": "sku,unit,usd,source\ndisk.fast,gb-month,0.1,list\ndisk.slow,gb-month,0.05,list\n",
    "aws__services__eu-west-1.csv": "sku,unit,usd,source\ndisk.fast,gb-month,0.12,list\n",
    "aws__services___any.csv": "sku,unit,usd,source\nname.zone,month,0.5,list\n",
    "region_ratios.csv": (
        "provider,group,region,ratio,n,source,date\n"
        "aws,disk,eu-west-1,1.2,4,x,2026-01-01\n"
        "aws,instances,eu-west-1,1.1,90,x,2026-01-01\n"
        "aws,instances,sa-east-1,1.6,80,x,2026-01-01\n"
    ),
}


def test_a_row_of_the_region_is_the_price(tmp_path: Path) -> None:
    price = small_catalog(tmp_path, **ROWS).price("aws", "eu-west-1", "disk.fast", "gb-month")
    assert price is not None
    assert (price.amount, price.unit, price.source, price.date, price.inferred) == (
        0.12,
        "gb-month",
        "a price list @abc",
        "2026-01-01",
        False,
    )


def test_a_row_for_all_regions_holds_everywhere_and_is_not_inferred(tmp_path: Path) -> None:
    price = small_catalog(tmp_path, **ROWS).price("aws", "sa-east-1", "name.zone", "month")
    assert price is not None
    assert (price.amount, price.inferred) == (0.5, False)


def test_a_missing_row_is_the_reference_price_times_the_ratio_of_its_service(tmp_path: Path) -> None:
    price = small_catalog(tmp_path, **ROWS).price("aws", "eu-west-1", "disk.slow", "gb-month")
    assert price is not None
    assert price.amount == pytest.approx(0.06)
    assert price.inferred
    assert price.source == "us-east-1 price × 1.2 (median of 1 disk price like it); a price list @abc"


def test_a_service_the_region_does_not_state_takes_the_level_of_machines(tmp_path: Path) -> None:
    price = small_catalog(tmp_path, **ROWS).price("aws", "sa-east-1", "disk.slow", "gb-month")
    assert price is not None
    assert price.amount == pytest.approx(0.08)
    assert price.source == "us-east-1 price × 1.6 (the level of 80 machine prices); a price list @abc"


def test_only_the_skus_with_the_most_similar_name_count(tmp_path: Path) -> None:
    rows = dict(ROWS)
    rows["aws__services__us-east-1.csv"] += "disk.fast-iops,month,1,list\ndisk.slow-iops,month,1,list\n"
    rows["aws__services__eu-west-1.csv"] += "disk.slow-iops,month,3,list\n"
    catalog = small_catalog(tmp_path, **rows)
    slow = catalog.price("aws", "eu-west-1", "disk.slow", "gb-month")
    fast = catalog.price("aws", "eu-west-1", "disk.fast-iops", "month")
    assert (slow and slow.amount, fast and fast.amount) == (pytest.approx(0.15), pytest.approx(1.2))


INFERENCE = "provider,group,follows,like,machines,n,median,p90,p99,source,date\n"


@pytest.mark.parametrize(
    ("habits", "near", "far"),
    [
        ("aws,disk,0.5,yes,yes", 0.06, 0.065),
        ("aws,disk,0,no,yes", 0.05, 0.05),
        ("aws,disk,1,yes,no", 0.06, None),
        ("aws,disk,1,no,no", None, None),
        ("aws,*,0.5,no,yes", 0.0525, 0.065),
        ("aws,disk,1,no,no,9,0,0,0,x,2026-01-01\naws,disk.slow,0.5,yes,yes", 0.06, 0.065),
    ],
)
def test_a_way_that_is_known_to_go_wrong_is_not_gone(
    tmp_path: Path, habits: str, near: float | None, far: float | None
) -> None:
    table = f"{INFERENCE}{habits},9,0,0,0,x,2026-01-01\n"
    catalog = small_catalog(tmp_path, **ROWS, **{"regional_inference.csv": table})
    prices = [catalog.price("aws", region, "disk.slow", "gb-month") for region in ("eu-west-1", "sa-east-1")]
    assert [price and price.amount for price in prices] == [near and pytest.approx(near), far and pytest.approx(far)]


def test_spot_prices_are_never_inferred(tmp_path: Path) -> None:
    rows = {**ROWS, "aws__services__us-east-1.csv": "sku,unit,usd,source\ndisk.fast-spot,hour,1,list\n"}
    assert small_catalog(tmp_path, **rows).price("aws", "eu-west-1", "disk.fast-spot", "hour") is None


def test_a_price_added_by_hand_goes_before_the_shard(tmp_path: Path) -> None:
    added = "region,sku,unit,usd,source,date\neu-west-1,disk.fast,gb-month,0.2,price page,2026-02-02\n"
    price = small_catalog(tmp_path, **ROWS, **{"aws__services_added.csv": added}).price(
        "aws", "eu-west-1", "disk.fast", "gb-month"
    )
    assert price is not None
    assert (price.amount, price.source, price.date) == (0.2, "price page", "2026-02-02")


@pytest.mark.parametrize(("written", "inferred"), [("yes", True), ("", False)])
def test_a_price_added_by_hand_says_whether_it_was_read_or_worked_out(
    tmp_path: Path, written: str, inferred: bool
) -> None:
    added = (
        "region,sku,unit,usd,source,date,inferred\n"
        f"eu-west-1,disk.fast,gb-month,0.2,twice the slow disk,2026-02-02,{written}\n"
    )
    price = small_catalog(tmp_path, **ROWS, **{"aws__services_added.csv": added}).price(
        "aws", "eu-west-1", "disk.fast", "gb-month"
    )
    assert price is not None
    assert price.inferred is inferred


def test_a_price_known_only_in_another_reference_region_is_scaled_between_the_two(tmp_path: Path) -> None:
    rows = {
        "azure__services__westus.csv": "sku,unit,usd,source\nbox,hour,1.2,list\n",
        "region_ratios.csv": (
            "provider,group,region,ratio,n,source,date\n"
            "azure,instances,westus,1.2,9,x,2026-01-01\n"
            "azure,instances,uksouth,1.5,9,x,2026-01-01\n"
        ),
    }
    catalog = small_catalog(tmp_path, **rows)
    price = catalog.price("azure", "UK South", "box", "hour")
    assert price is not None
    assert price.amount == pytest.approx(1.5)
    assert price.source.startswith("westus price × 1.25")


@pytest.mark.parametrize(
    ("provider", "region", "sku", "unit"),
    [
        ("aws", "us-east-1", "no-such.sku", "hour"),
        ("aws", "us-east-1", "ebs.gp3.storage", "hour"),
        ("aws", "nowhere-1", "ebs.gp3.storage", "gb-month"),
        ("aws", "", "ebs.gp3.storage", "gb-month"),
        ("aws", "../../etc/passwd", "ebs.gp3.storage", "gb-month"),
        ("kubernetes", "us-east-1", "ebs.gp3.storage", "gb-month"),
        ("other", "", "", ""),
    ],
)
def test_what_no_source_states_has_no_price(catalog: Catalog, provider: str, region: str, sku: str, unit: str) -> None:
    assert catalog.price(provider, region, sku, unit) is None


def test_a_data_folder_without_files_knows_nothing_and_does_not_fail(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    assert catalog.price("aws", "us-east-1", "ebs.gp3.storage", "gb-month") is None
    assert catalog.shape("aws", "us-east-1", "m5.large") is None
    assert catalog.managed("aws", "us-east-1", "rds", "mysql", "single-az", "db.m5.large") is None
    assert catalog.commitments("aws", "us-east-1") == ()
    assert catalog.family("aws", "m5.large") is None
    assert catalog.free_types() == frozenset()


@pytest.mark.parametrize(
    ("provider", "place", "region"),
    [
        ("aws", "us-east-1", "us-east-1"),
        ("aws", "us-east-1a", "us-east-1"),
        ("aws", "us-west-2-lax-1a", "us-west-2-lax-1"),
        ("aws", "us-gov-west-1", "us-gov-west-1"),
        ("gcp", "us-central1-a", "us-central1"),
        ("gcp", "EUROPE-WEST4", "europe-west4"),
        ("gcp", "eu", "EU"),
        ("gcp", "NAM4", "NAM4"),
        ("azure", "West Europe", "westeurope"),
        ("azure", "eastus2", "eastus2"),
    ],
)
def test_a_zone_or_display_name_means_its_region(provider: str, place: str, region: str) -> None:
    assert region_of(provider, place) == region


@given(st.sampled_from(["aws", "gcp", "azure"]), st.text(max_size=30))
def test_naming_a_region_twice_changes_nothing(provider: str, place: str) -> None:
    once = region_of(provider, region_of(provider, place))
    assert region_of(provider, once) == once


def test_a_multi_region_bucket_has_its_own_price(catalog: Catalog) -> None:
    price = catalog.price("gcp", "us", "gcs.storage-standard-multi", "gib-month")
    assert price is not None
    assert price.amount == 0.026


def test_listing_names_shard_rows_and_added_rows(catalog: Catalog) -> None:
    skus = catalog.skus("aws", "eu-west-1")
    assert ("ebs.gp3.storage", "gb-month") in skus
    assert ("rds.extended-support-year-3", "vcpu-hour") in skus
    assert ("public-ipv4.idle", "hour") in skus
    assert skus == sorted(skus)
    assert catalog.skus("other", "x") == []


@pytest.mark.parametrize(
    "region", ["../../secret", "/secret", "a" * 5_000, "us\0east", "", "us east", "../aws/services/eu"]
)
def test_a_region_no_cloud_has_is_no_path(tmp_path: Path, region: str) -> None:
    (tmp_path / "secret.csv").write_text("sku,unit,usd,source\ndisk.fast,gb-month,1,list\n")
    catalog = small_catalog(tmp_path / "data", **ROWS)
    assert catalog.price("aws", region, "disk.fast", "gb-month") is None
    assert catalog.shape("aws", region, "m5.large") is None
    assert catalog.managed("aws", region, "rds", "mysql", "single", "db.m5.large") is None
