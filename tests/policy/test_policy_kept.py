"""Rules of a checkout are read again exactly when something they were made from has changed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_stacks import rule

from costlint.policy import Source, load
from costlint.policy.kept import kept

BODY = "resources: {disk: {match: {type: gp2}, change: {type: gp3}}}"


class Reader:
    """Reads a rule of each file's name; remembers how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, files: Sequence[Path]) -> tuple[Source, ...]:
        self.times += 1
        return tuple(rule(BODY, number=i, file=path.read_text()) for i, path in enumerate(files))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    paths = [tmp_path / f"{name}.yaml" for name in ("one", "two")]
    for path in paths:
        path.write_text(path.name)
    return paths


def test_what_is_kept_is_what_was_read(files: list[Path], tmp_path: Path) -> None:
    reader, store = Reader(), tmp_path / "cache" / "rules"
    first, second = kept(files, store, reader), kept(files, store, reader)
    assert first == second == Reader()(files)
    assert reader.times == 1


@pytest.mark.parametrize("change", ["write", "touch", "remove", "add"])
def test_a_change_is_seen(files: list[Path], tmp_path: Path, change: str) -> None:
    reader, store = Reader(), tmp_path / "rules"
    kept(files, store, reader)
    if change == "write":
        files[0].write_text("something else")
    elif change == "touch":
        os.utime(files[0], ns=(1, 1))
    elif change == "remove":
        del files[0]
    else:
        (tmp_path / "three.yaml").write_text("three")
        files.append(tmp_path / "three.yaml")
    assert kept(files, store, reader) == Reader()(files)
    assert reader.times == 2


@given(broken=st.binary(max_size=40))
def test_a_broken_store_is_read_over(tmp_path_factory: pytest.TempPathFactory, broken: bytes) -> None:
    folder = tmp_path_factory.mktemp("broken")
    store, file = folder / "rules", folder / "one.yaml"
    file.write_text("one")
    store.write_bytes(broken)
    reader = Reader()
    assert kept([file], store, reader) == reader([file])


def test_nothing_is_stored_where_python_stores_no_bytecode(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    kept(files, tmp_path / "rules", Reader())
    assert not (tmp_path / "rules").exists()


def test_a_store_that_cannot_be_written_is_no_loss(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("a file, no folder")
    reader = Reader()
    assert kept(files, tmp_path / "in the way" / "rules", reader) == reader(files)


def test_the_shipped_rules_come_back_as_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.setattr(load, "KEPT", tmp_path / "rules")
    read = load.shipped()
    assert load.KEPT.exists()
    assert load.shipped() == read
