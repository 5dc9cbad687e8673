"""The cache: one snapshot after the other, each whole, and what a scan makes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import LoopbackServer
from updating.conftest import Updating
from updating.price_lists import Amazon, box, offer_file, row

from costlint.catalog import Catalog, Price, PriceCacheError
from costlint.catalog.updates import POINTER, newest
from costlint.updating.collecting import Collected
from costlint.updating.snapshots import write_snapshot


def collected(source: str = "list-eu", date: str = "2026-11-23", **services: float) -> Collected:
    one = Collected(source, f"a list ({source})", date)
    for sku, amount in services.items():
        one.add("service", "eu-west-1", sku.replace("_", "."), "gb-month", amount)
    return one


def amount(root: Path, sku: str) -> float | None:
    price = Catalog(fetched=root).price("aws", "eu-west-1", sku, "gb-month")
    return price.amount if price else None


def test_a_newer_price_counts_and_an_older_one_does_not(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "aws", [collected(ebs_gp3_storage=0.5)], "2026-11-23T00:00:00Z")
    assert amount(tmp_path, "ebs.gp3.storage") == 0.5
    write_snapshot(tmp_path, "aws", [collected(date="2020-01-01", ebs_gp3_storage=0.5)], "2026-11-23T00:00:01Z")
    assert amount(tmp_path, "ebs.gp3.storage") == 0.088


def test_a_stated_price_counts_before_an_inferred_one_however_old(tmp_path: Path) -> None:
    shipped = Catalog().price("aws", "eu-west-1", "ebs.io1-iops", "iops-month")
    assert shipped is not None
    old = Price(9, "gb-month", "", "2020-01-01")
    assert newest(shipped._replace(inferred=True), old) == old
    assert newest(shipped, old) == shipped
    assert newest(None, old) == old
    assert newest(shipped, None) == shipped


def test_a_list_fetched_again_replaces_its_own_rows_and_no_others(tmp_path: Path) -> None:
    write_snapshot(tmp_path, "aws", [collected("a", a_x=1, a_y=2), collected("b", b_x=3)], "2026-11-23T00:00:00Z")
    write_snapshot(tmp_path, "aws", [collected("a", a_y=4)], "2026-11-23T00:00:01Z")
    assert [amount(tmp_path, sku) for sku in ("a.x", "a.y", "b.x")] == [None, 4, 3]


def test_two_snapshots_stay_and_nothing_half_written(tmp_path: Path) -> None:
    for second in range(5):
        write_snapshot(tmp_path, "aws", [collected(a_x=second + 1)], f"2026-11-23T00:00:0{second}Z")
    assert len([path for path in (tmp_path / "aws").iterdir() if path.is_dir()]) == 2
    assert amount(tmp_path, "a.x") == 5


def test_a_failure_while_writing_leaves_the_snapshot_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_snapshot(tmp_path, "aws", [collected(a_x=1)], "2026-11-23T00:00:00Z")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(Exception, match="No space left on device"):
        write_snapshot(tmp_path, "aws", [collected(a_x=2)], "2026-11-23T00:00:01Z")
    assert amount(tmp_path, "a.x") == 1
    assert list((tmp_path / "aws").glob(".incoming*")) == []


def test_a_file_changed_afterwards_is_refused_with_what_to_do(tmp_path: Path) -> None:
    record = write_snapshot(tmp_path, "aws", [collected(a_x=1)], "2026-11-23T00:00:00Z")
    file = tmp_path / "aws" / record["snapshot"] / "services" / "eu-west-1.csv"
    file.write_text(file.read_text().replace(",1,", ",0.01,"))
    with pytest.raises(PriceCacheError, match=r"services/eu-west-1\.csv was changed .* --no-user-prices"):
        amount(tmp_path, "a.x")
    file.unlink()
    with pytest.raises(PriceCacheError, match="is missing"):
        amount(tmp_path, "a.x")


@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        ("", "is not what an update writes"),
        ("[]", "is not what an update writes"),
        ('{"format": 99}', "another version of costlint"),
        ('{"format": 1, "snapshot": "../../etc", "files": {}}', "is not what an update writes"),
        ('{"format": 1, "snapshot": "a", "files": []}', "is not what an update writes"),
    ],
)
def test_a_damaged_pointer_is_a_sentence(tmp_path: Path, pointer: str, message: str) -> None:
    (tmp_path / "aws").mkdir()
    (tmp_path / "aws" / POINTER).write_text(pointer)
    with pytest.raises(PriceCacheError, match=message):
        amount(tmp_path, "a.x")
    assert Catalog(fetched=tmp_path).price("gcp", "us-central1", "disk.pd-ssd", "gib-month") is not None


def test_an_instance_type_nobody_knew_has_a_price_after_an_update(updating: Updating, server: LoopbackServer) -> None:
    Amazon(server).serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", [box("m99x.large", "0.5")]))
    updating("aws", "eu-west-1", services=("AmazonEC2",))
    shape = updating.catalog.shape("aws", "eu-west-1", "m99x.large")
    assert shape is not None
    assert shape.on_demand is not None
    assert (shape.on_demand.amount, shape.vcpu, shape.offered) == (0.5, None, None)
    assert "m99x.large" in list(updating.catalog.shapes("aws", "eu-west-1"))


def test_the_record_says_what_every_list_came_to(updating: Updating, server: LoopbackServer) -> None:
    rows = [box("m7i.large", "0.1"), row("EU-Other", "1")]
    Amazon(server).serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", rows))
    updating("aws", "eu-west-1", services=("AmazonEC2",))
    record = json.loads((updating.root / "aws" / POINTER).read_text())
    assert record["lists"] == {
        "AmazonEC2-eu-west-1": {"date": "2026-11-23", "read": 2, "mapped": 1, "unmapped": {"no name here": 1}}
    }


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z")), max_size=30)


@given(st.dictionaries(NAMES, st.floats(1e-9, 1e6), max_size=8))
def test_whatever_is_collected_is_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, prices: dict[str, float]
) -> None:
    root = tmp_path_factory.mktemp("prices")
    one = collected(known=1)
    for name, usd in prices.items():
        one.add("service", "eu-west-1", name, "gb-month", usd)
    write_snapshot(root, "aws", [one], "2026-11-23T00:00:00Z")
    kept = {name for _, _, name, _ in one.prices}
    for name in kept:
        price = Catalog(fetched=root).price("aws", "eu-west-1", name, "gb-month")
        assert price is not None
        assert price.amount == pytest.approx(one.prices["service", "eu-west-1", name, "gb-month"], rel=1e-9)
