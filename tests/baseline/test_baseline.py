"""A baseline holds back what was there, through every move, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from git_repositories import PROVIDER, Repository

from costlint import pipeline
from costlint.baseline import Entry, baseline_file, entries_of, read_baseline, write_baseline
from costlint.baseline.entries import rendered
from costlint.config import Config, ConfigError, load_config
from costlint.model import Report


def _gp2(name: str = "data", size: int = 2000) -> str:
    body = f'availability_zone = "us-east-1a"\n  size = {size}\n  type = "gp2"'
    return f'resource "aws_ebs_volume" "{name}" {{\n  {body}\n}}\n'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    found = Repository(tmp_path / "repository")
    monkeypatch.chdir(found.root)
    found.write({"providers.tf": PROVIDER, "disks.tf": _gp2()})
    return found


def _scan(*paths: str, **settings: Any) -> Report:
    return pipeline.scan(paths or ["."], Config(**settings))


def _adopt(*paths: str) -> Path:
    report = _scan(*paths, use_baseline=False)
    file, base = baseline_file(Config(), paths or ["."])
    write_baseline(file, entries_of(report.findings, base, "2026-11-22"))
    return file


def test_what_was_there_is_held_back_and_counted(repository: Repository) -> None:
    assert [one.rule.id for one in _scan().findings] == ["STO001"]
    assert _adopt() == repository.root / ".costlint" / "baseline.json"
    found = _scan()
    assert found.findings == ()
    assert found.totals.saving.likely == 0
    assert found.baseline is not None
    assert (found.baseline.hidden, found.baseline.worth, found.baseline.stale) == (1, pytest.approx(20), 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"disks.tf": "# moved down\n\n\n" + _gp2()},
        {"disks.tf": None, "storage.tf": _gp2()},
        {"disks.tf": _gp2(size=3000)},
        {"disks.tf": _gp2() + 'resource "aws_ebs_volume" "aaa" {\n  size = 1\n  availability_zone = "us-east-1a"\n}\n'},
    ],
)
def test_it_holds_wherever_lines_and_files_move(repository: Repository, changed: Mapping[str, str | None]) -> None:
    _adopt()
    repository.write(changed)
    found = _scan()
    assert found.findings == ()
    assert found.baseline is not None
    assert (found.baseline.hidden, found.baseline.stale) == (1, 0)


def test_it_holds_for_a_directory_that_was_renamed(repository: Repository) -> None:
    repository.write({"providers.tf": None, "disks.tf": None, "a/main.tf": PROVIDER + _gp2()})
    _adopt()
    repository.write({"a/main.tf": None, "b/main.tf": PROVIDER + _gp2()})
    assert _scan().findings == ()


def test_a_copy_in_another_stack_is_new(repository: Repository) -> None:
    _adopt()
    repository.write({"copy/main.tf": PROVIDER + _gp2()})
    assert [one.stack for one in _scan().findings] == ["copy"]


def test_another_finding_is_told(repository: Repository) -> None:
    _adopt()
    repository.write({"more.tf": _gp2("more")})
    assert [one.addresses for one in _scan().findings] == [("aws_ebs_volume.more",)]


def test_what_is_mended_makes_its_entry_stale(repository: Repository) -> None:
    _adopt()
    repository.write({"disks.tf": _gp2().replace("gp2", "gp3")})
    found = _scan()
    assert found.baseline is not None
    assert (found.baseline.hidden, found.baseline.stale) == (0, 1)


def test_an_entry_about_something_else_is_not_stale(repository: Repository) -> None:
    repository.write({"a/main.tf": PROVIDER + _gp2(), "b/main.tf": PROVIDER + _gp2()})
    _adopt()
    found = _scan("a")
    assert found.baseline is not None
    assert (found.baseline.hidden, found.baseline.stale) == (1, 0)


def test_it_is_the_same_from_every_directory(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.write({"a/main.tf": PROVIDER + _gp2()})
    text = _adopt().read_text()
    monkeypatch.chdir(repository.root / "a")
    assert _scan().findings == ()
    assert _adopt(str(repository.root)).read_text() == text


def test_the_configuration_says_where_it_is(repository: Repository) -> None:
    repository.write({"infra/.costlint.yaml": "baseline: known.json\n", "infra/main.tf": PROVIDER + _gp2()})
    config = load_config(["infra"])
    file, base = baseline_file(config, ["infra"])
    assert file == repository.root / "infra" / "known.json"
    write_baseline(file, entries_of(pipeline.scan(["infra"], config).findings, base, ""))
    assert pipeline.scan(["infra"], config).findings == ()
    assert [entry.stack for entry in read_baseline(file, "known.json")] == ["."]


def test_a_baseline_outside_the_repository_is_refused(repository: Repository) -> None:
    repository.write({".costlint.yaml": "baseline: ../known.json\n"})
    with pytest.raises(ConfigError, match=r"baseline: \.\./known\.json is outside the repository"):
        load_config(["."])


def test_the_file_is_sorted_by_place_and_address(tmp_path: Path) -> None:
    entries = [
        Entry(place, "STO001", f"aws_ebs_volume.{name}", ".", "0123456789abcdef", 40.0, "2026-11-22")
        for place, name in (("b.tf", "x"), ("a.tf", "z"), ("a.tf", "y"))
    ]
    write_baseline(tmp_path / "deep" / "baseline.json", entries)
    found = json.loads((tmp_path / "deep" / "baseline.json").read_text())
    assert [one["address"] for one in found["findings"]] == [
        "aws_ebs_volume.y",
        "aws_ebs_volume.z",
        "aws_ebs_volume.x",
    ]
    assert read_baseline(tmp_path / "deep" / "baseline.json", "b") == tuple(sorted(entries))
    assert json.loads(rendered([])) == {"version": 1, "findings": []}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<<<<<<< ours\n{}", "merge that was not finished"),
        ("{", "is not JSON"),
        ("[]", "not a baseline"),
        ('{"version": 2, "findings": []}', "newer costlint"),
        ('{"version": 1, "findings": [{"place": "a"}]}', "not a baseline"),
        ('{"version": 1, "findings": 7}', "not a baseline"),
    ],
)
def test_a_file_that_is_no_baseline_stops_the_run(repository: Repository, text: str, sentence: str) -> None:
    repository.write({".costlint/baseline.json": text})
    with pytest.raises(ConfigError, match=r"\.costlint/baseline\.json: .*" + sentence):
        _scan()
