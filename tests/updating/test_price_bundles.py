"""Fetched prices as one file: carried over whole, or not at all."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.catalog import Catalog
from costlint.catalog.updates import POINTER
from costlint.updating import UpdateError
from costlint.updating.bundles import bundle, fetched, read_bundle
from costlint.updating.carrying import place
from costlint.updating.collecting import Collected
from costlint.updating.snapshots import write_snapshot

WHEN = "2026-11-23T00:00:00Z"
SKU = ("ebs.gp3.storage", "gb-month")


def fetch(root: Path, amount: float, when: str = WHEN, provider: str = "aws", region: str = "eu-west-1") -> None:
    one = Collected("list", "a public list", "2026-11-23")
    one.add("service", region, *SKU, amount)
    write_snapshot(root, provider, [one], when)


def exported(root: Path, *providers: str) -> bytes:
    return bundle([one for name in providers or ("aws",) if (one := fetched(root, name))])


def amount(root: Path) -> float:
    price = Catalog(fetched=root).price("aws", "eu-west-1", *SKU)
    assert price is not None
    return price.amount


@pytest.fixture
def carried(tmp_path: Path) -> Path:
    fetch(tmp_path / "there", 0.5)
    path = tmp_path / "prices.zip"
    path.write_bytes(exported(tmp_path / "there"))
    return path


def test_what_was_fetched_there_is_used_here_with_its_date_and_source(carried: Path, tmp_path: Path) -> None:
    (placed,) = place(read_bundle(carried), tmp_path / "here")
    assert (placed.new.regions, placed.before, placed.same) == (("eu-west-1",), None, False)
    price = Catalog(fetched=tmp_path / "here").price("aws", "eu-west-1", *SKU)
    assert price is not None
    assert (price.amount, price.date) == (0.5, "2026-11-23")
    assert "a public list" in price.source


def test_every_kind_of_table_an_update_writes_arrives(tmp_path: Path) -> None:
    one = Collected("list", 'a list, with "quotes" and a comma', "2026-11-23")
    one.add("machine", "eu-west-1", "m7i.large", "hour", 0.1)
    one.add("spot", "eu-west-1", "m7i.large", "hour", 0.04)
    one.add("rds", "eu-west-1", "mysql single-az db.m5.large", "hour", 0.2)
    one.add("service", "_any", "route53.zone", "month", 0.5)
    one.commitments.append(("eu-west-1", "m7i", "standard", "1y", "no-upfront", "30", "20", "40"))
    write_snapshot(tmp_path / "there", "aws", [one], WHEN)
    path = tmp_path / "prices.zip"
    path.write_bytes(exported(tmp_path / "there"))
    (placed,) = place(read_bundle(path), tmp_path / "here")
    there, here = fetched(tmp_path / "there", "aws"), fetched(tmp_path / "here", "aws")
    assert there == here == placed.new
    assert {name.partition("/")[0] for name in placed.new.tables} == {
        "commitments.csv",
        "instances",
        "managed",
        "services",
        "sources.csv",
    }


def test_equal_prices_make_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        fetch(tmp_path / name, 0.5)
        fetch(tmp_path / name, 0.25, provider="azure", region="westeurope")
    assert exported(tmp_path / "a", "aws", "azure") == exported(tmp_path / "b", "aws", "azure")


def test_what_is_replaced_is_told_and_what_is_here_already_stays(carried: Path, tmp_path: Path) -> None:
    fetch(tmp_path / "here", 0.4, "2026-11-01T00:00:00Z")
    (placed,) = place(read_bundle(carried), tmp_path / "here")
    assert placed.before is not None
    assert placed.before.written == "2026-11-01T00:00:00Z"
    pointer = (tmp_path / "here" / "aws" / POINTER).read_bytes()
    assert place(read_bundle(carried), tmp_path / "here")[0].same
    assert (tmp_path / "here" / "aws" / POINTER).read_bytes() == pointer


def test_newer_prices_are_replaced_only_if_that_is_asked_for(carried: Path, tmp_path: Path) -> None:
    fetch(tmp_path / "here", 0.6, "2026-11-24T00:00:00Z")
    with pytest.raises(UpdateError, match="were fetched 2026-11-24, after those of 2026-11-23 in the bundle"):
        place(read_bundle(carried), tmp_path / "here")
    assert amount(tmp_path / "here") == 0.6
    place(read_bundle(carried), tmp_path / "here", even_older=True)
    assert amount(tmp_path / "here") == 0.5


def test_if_one_provider_is_refused_none_is_imported(tmp_path: Path) -> None:
    fetch(tmp_path / "there", 0.5)
    fetch(tmp_path / "there", 0.5, provider="azure", region="westeurope")
    path = tmp_path / "prices.zip"
    path.write_bytes(exported(tmp_path / "there", "aws", "azure"))
    fetch(tmp_path / "here", 0.6, "2026-11-24T00:00:00Z", provider="azure", region="westeurope")
    with pytest.raises(UpdateError, match="azure"):
        place(read_bundle(path), tmp_path / "here")
    assert not (tmp_path / "here" / "aws").exists()


def test_damaged_prices_are_replaced(carried: Path, tmp_path: Path) -> None:
    fetch(tmp_path / "here", 0.6, "2026-11-24T00:00:00Z")
    (tmp_path / "here" / "aws" / POINTER).write_text("{")
    assert place(read_bundle(carried), tmp_path / "here")[0].before is None
    assert amount(tmp_path / "here") == 0.5


def _rewritten(data: bytes, change: Callable[[dict[str, bytes]], Any]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _manifest(**changes: Any) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        files["manifest.json"] = json.dumps({**json.loads(files["manifest.json"]), **changes}).encode()

    return change


def _table(name: str, text: str, signed: bool = True) -> Callable[[dict[str, bytes]], None]:
    """A table with another text; with the checksum of that text in the manifest if `signed`."""

    def change(files: dict[str, bytes]) -> None:
        files[f"aws/{name}"] = text.encode()
        about = json.loads(files["manifest.json"])
        if signed:
            about["providers"]["aws"]["files"][name] = sha256(text.encode()).hexdigest()
        files["manifest.json"] = json.dumps(about).encode()

    return change


HEAD = "sku,unit,usd,source\n"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_table("services/eu-west-1.csv", HEAD + "a,b,1,list\n", signed=False), "was changed after it was exported"),
        (lambda files: files.pop("aws/sources.csv"), "lacks aws/sources.csv"),
        (_table("../../evil.csv", HEAD), "which is no table of prices"),
        (_table("services/../x.csv", HEAD), "which is no table of prices"),
        (_table("notes.txt", "hello", signed=False), "which its manifest does not name"),
        (_table("services/eu-west-1.csv", HEAD + "a,b,nan,list\n"), ':2: "nan" is no amount'),
        (_table("services/eu-west-1.csv", HEAD + "a,b,-1,list\n"), ':2: "-1" is no amount'),
        (_table("services/eu-west-1.csv", HEAD + "a,b,1\n"), ":2: 3 columns instead of 4"),
        (_table("services/eu-west-1.csv", HEAD + "a,b,1,elsewhere\n"), 'what the source "elsewhere" is'),
        (_table("services/eu-west-1.csv", "sku,usd\n"), ":1: the columns are not those of an update"),
        (_table("sources.csv", "id\n"), "does not say where the prices of aws come from"),
        (_table("sources.csv", "id,what,commit,licence,date,inferred\nx\n"), 'the source "x" of aws lacks columns'),
        (_table("sources.csv", "id,what,commit,licence,date,inferred\nx,y,,,,\n"), 'the source "x" of aws has no date'),
        (_manifest(format=2), "which is newer than this: export it anew"),
        (_manifest(format=0), "which is older than this: export it anew"),
        (_manifest(kind="something else"), "is not what costlint prices export writes"),
        (_manifest(providers={"aws": {}}), "is not what costlint prices export writes"),
        (_manifest(providers=[]), "is not what costlint prices export writes"),
        (lambda files: files.update({"manifest.json": b"{"}), "is not what costlint prices export writes"),
        (lambda files: files.pop("manifest.json"), "is not what costlint prices export writes"),
    ],
)
def test_a_bundle_that_is_not_as_it_was_written_is_refused(
    carried: Path, change: Callable[[dict[str, bytes]], Any], sentence: str
) -> None:
    carried.write_bytes(_rewritten(carried.read_bytes(), change))
    with pytest.raises(UpdateError) as refused:
        read_bundle(carried)
    assert sentence in str(refused.value)


def test_a_checksum_that_was_told_apart_has_to_fit(carried: Path) -> None:
    assert read_bundle(carried, sha256(carried.read_bytes()).hexdigest().upper())
    with pytest.raises(UpdateError, match="is not the file that was exported"):
        read_bundle(carried, "0" * 64)


@given(data=st.data())
def test_no_changed_byte_is_imported_as_another_price(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("bundle")
    fetch(folder / "there", 0.5)
    written = bytearray(exported(folder / "there"))
    (before,) = read_bundle(_kept(folder, written))
    place_ = data.draw(st.integers(0, len(written) - 1))
    written[place_] ^= data.draw(st.integers(1, 255))
    try:
        (after,) = read_bundle(_kept(folder, written))
    except UpdateError:
        return
    assert after.tables == before.tables


def _kept(folder: Path, data: bytes | bytearray) -> Path:
    path = folder / "prices.zip"
    path.write_bytes(bytes(data))
    return path
