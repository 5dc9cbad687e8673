"""`costlint baseline`: adopting what is there, looking at it, and taking out what is mended."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git_repositories import PROVIDER, Repository

Run = Callable[..., Any]


def _gp2(name: str, size: int = 3000) -> str:
    body = f'availability_zone = "us-east-1a"\n  size = {size}\n  type = "gp2"'
    return f'resource "aws_ebs_volume" "{name}" {{\n  {body}\n}}\n'


@pytest.fixture
def repository(run_costlint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    found = Repository(tmp_path)
    found.write({"a/main.tf": PROVIDER + _gp2("one"), "b/main.tf": PROVIDER + _gp2("two")})
    return found


def _entries(repository: Repository) -> list[tuple[str, str]]:
    found = json.loads((repository.root / ".costlint" / "baseline.json").read_text())
    return [(one["place"], one["since"]) for one in found["findings"]]


def test_a_scan_is_quiet_once_the_baseline_is_written(run_costlint: Run, repository: Repository) -> None:
    assert run_costlint("scan", ".", "--fail-on", "low").code == 1
    written = run_costlint("baseline", "write", "--as-of", "2026-11-22")
    assert written.out == "2 findings worth $50.00/month in .costlint/baseline.json\n"
    outcome = run_costlint("scan", ".", "--fail-on", "low")
    assert outcome.code == 0
    assert "2 findings worth $50.00/month known before (costlint baseline show)" in " ".join(outcome.out.split())
    assert _entries(repository) == [("a/main.tf", "2026-11-22"), ("b/main.tf", "2026-11-22")]


def test_writing_again_adds_what_is_new_and_keeps_the_days(run_costlint: Run, repository: Repository) -> None:
    run_costlint("baseline", "write", "a", "--as-of", "2026-11-01")
    run_costlint("baseline", "write", "--as-of", "2026-11-22")
    assert _entries(repository) == [("a/main.tf", "2026-11-01"), ("b/main.tf", "2026-11-22")]


def test_what_is_new_is_told_beside_the_line_that_counts_the_rest(run_costlint: Run, repository: Repository) -> None:
    run_costlint("baseline", "write")
    repository.write({"c/main.tf": PROVIDER + _gp2("three")})
    out = run_costlint("scan", ".").out
    assert "c/main.tf:" in out
    assert "a/main.tf:" not in out
    assert "Baseline  2 findings worth $50.00/month known before (costlint baseline show)" in out


def test_prune_takes_out_what_is_mended_and_adds_nothing(run_costlint: Run, repository: Repository) -> None:
    run_costlint("baseline", "write", "--as-of", "2026-11-01")
    repository.write({"a/main.tf": PROVIDER + _gp2("one").replace("gp2", "gp3"), "c/main.tf": PROVIDER + _gp2("three")})
    assert "1 entry is mended or gone (costlint baseline prune)" in " ".join(run_costlint("scan", ".").out.split())
    outcome = run_costlint("baseline", "prune")
    assert outcome.out == (
        "1 finding worth $25.00/month in .costlint/baseline.json; 1 entry taken out, mended or gone\n"
    )
    assert _entries(repository) == [("b/main.tf", "2026-11-01")]


def test_prune_follows_a_directory_that_was_renamed(run_costlint: Run, repository: Repository) -> None:
    run_costlint("baseline", "write", "--as-of", "2026-11-01")
    (repository.root / "b").rename(repository.root / "z")
    run_costlint("baseline", "prune")
    assert _entries(repository) == [("a/main.tf", "2026-11-01"), ("z/main.tf", "2026-11-01")]


def test_show_lists_it_dearest_first(run_costlint: Run, repository: Repository) -> None:
    repository.write({"b/main.tf": PROVIDER + _gp2("two", 9000)})
    run_costlint("baseline", "write", "--as-of", "2026-11-22")
    lines = run_costlint("baseline", "show").out.splitlines()
    assert lines[0].split() == ["saving", "rule", "since", "file", "address"]
    assert lines[1].split()[1:] == ["STO001", "2026-11-22", "b/main.tf", "aws_ebs_volume.two"]
    assert lines[-1].startswith("2 findings worth $")


def test_without_a_baseline_show_and_prune_say_how_to_make_one(run_costlint: Run, repository: Repository) -> None:
    assert "costlint baseline write makes one" in run_costlint("baseline", "show").out
    outcome = run_costlint("baseline", "prune")
    assert outcome.code == 2
    assert "costlint baseline write makes one" in outcome.err


def test_the_json_of_a_scan_says_what_is_held_back(run_costlint: Run, repository: Repository) -> None:
    repository.write({".costlint.yaml": "guard_rails: [{budget: 100, action: warn}]\n"})
    run_costlint("baseline", "write")
    found = json.loads(run_costlint("scan", ".", "--format", "json").out)
    assert found["baseline"] == {"file": ".costlint/baseline.json", "hidden": 2, "worth": 50.0, "stale": 0}
    assert [(rail["kind"], rail["measured"], rail["crossed"]) for rail in found["rails"]] == [("budget", 600.0, True)]
    assert {one["suppressed_at"] for one in found["suppressed"]} == {".costlint/baseline.json"}


def test_branches_that_adopt_different_things_merge(run_costlint: Run, repository: Repository) -> None:
    run_costlint("baseline", "write", "b", "--as-of", "2026-11-01")
    repository.commit()
    repository.git("checkout", "-q", "-b", "other")
    repository.commit({"c/main.tf": PROVIDER + _gp2("three")})
    run_costlint("baseline", "write", "c", "--as-of", "2026-11-02")
    repository.commit()
    repository.git("checkout", "-q", "main")
    run_costlint("baseline", "write", "a", "--as-of", "2026-11-03")
    repository.commit()
    repository.git("merge", "-q", "--no-edit", "other")
    assert [place for place, _ in _entries(repository)] == ["a/main.tf", "b/main.tf", "c/main.tf"]
