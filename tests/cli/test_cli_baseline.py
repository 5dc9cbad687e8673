"""`costlint baseline`: adopting what is there, looking at it, and taking out what is mended."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git_repositories import PROVIDER, REDIS, Repository

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


@pytest.fixture
def cache(repository: Repository) -> Repository:
    """A resource two rules want to give another engine version: one of them with another engine."""
    repository.write({"a/main.tf": None, "b/main.tf": None, "cache.tf": PROVIDER + REDIS})
    return repository


def test_what_an_accepted_finding_stood_in_front_of_is_accepted_with_it(run_costlint: Run, cache: Repository) -> None:
    written = run_costlint("baseline", "write", "--as-of", "2026-11-22").out
    assert re.fullmatch(r"2 findings worth \$(\d+)/month in \.costlint/baseline\.json\n", written)
    outcome = run_costlint("scan", ".", "--fail-on", "low", "--format", "json", "--as-of", "2026-11-22")
    report = json.loads(outcome.out)
    assert (outcome.code, report["findings"]) == (0, [])
    assert (report["baseline"]["hidden"], report["baseline"]["stale"]) == (2, 0)
    worth = {one["rule"]: one["saving"]["likely"] for one in report["suppressed"]}
    assert report["baseline"]["worth"] == pytest.approx(max(worth.values()))
    assert set(worth) == {"DAT002", "DAT008"}


def test_what_is_hidden_behind_a_better_finding_is_not_stale(run_costlint: Run, cache: Repository) -> None:
    first = run_costlint("baseline", "write").out
    before = (cache.root / ".costlint" / "baseline.json").read_text()
    assert run_costlint("baseline", "write").out == first
    assert run_costlint("baseline", "prune").out == first
    assert (cache.root / ".costlint" / "baseline.json").read_text() == before


def test_a_lesser_finding_is_listed_in_brackets_and_counts_nothing(run_costlint: Run, cache: Repository) -> None:
    written = run_costlint("baseline", "write").out
    _, better, lesser, total = run_costlint("baseline", "show").out.splitlines(keepends=True)
    assert re.match(r" *\$\d+/mo +DAT008 ", better)
    assert re.match(r"\(\$\d+/mo\) +DAT002 ", lesser)
    assert total == written


def test_a_baseline_from_before_is_completed_by_writing_it_again(run_costlint: Run, cache: Repository) -> None:
    run_costlint("baseline", "write", "--as-of", "2026-11-01")
    file = cache.root / ".costlint" / "baseline.json"
    held = json.loads(file.read_text())
    file.write_text(json.dumps({**held, "findings": [one for one in held["findings"] if "lesser" not in one]}))
    assert run_costlint("scan", ".", "--fail-on", "low", "--as-of", "2026-11-22").code == 1
    run_costlint("baseline", "write", "--as-of", "2026-11-22")
    assert run_costlint("scan", ".", "--fail-on", "low", "--as-of", "2026-11-22").code == 0
    assert _entries(cache) == [("cache.tf", "2026-11-22"), ("cache.tf", "2026-11-01")]


def test_a_waiver_takes_the_place_of_an_entry_and_what_is_left_counts(run_costlint: Run, cache: Repository) -> None:
    run_costlint("baseline", "write")
    entries = json.loads((cache.root / ".costlint" / "baseline.json").read_text())["findings"]
    better = next(one["fingerprint"] for one in entries if one["rule"] == "DAT008")
    done = run_costlint("ignore", better, "--reason", "we stay with Redis")
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith(
        f": accepted ({better[:8]} in .costlint.yaml)\n"
        ".costlint/baseline.json need not hold it any more (costlint baseline prune)\n"
    )
    assert run_costlint("scan", ".", "--fail-on", "low").code == 0
    pruned = run_costlint("baseline", "prune").out
    left = json.loads((cache.root / ".costlint" / "baseline.json").read_text())["findings"]
    assert [(one["rule"], "lesser" in one) for one in left] == [("DAT002", False)]
    assert pruned.startswith(f"1 finding worth ${left[0]['saving']:.0f}/month in ")
    assert run_costlint("scan", ".", "--fail-on", "low").code == 0
