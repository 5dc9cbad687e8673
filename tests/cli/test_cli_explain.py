from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sample_reports import finding, report, span

Run = Callable[..., Any]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "modules" / "disk").mkdir(parents=True)
    (tmp_path / "modules" / "disk" / "main.tf").write_text("\n" * 9)
    return tmp_path


def test_a_place_is_explained_with_its_arithmetic(run_costlint: Run, pipeline: Any, tree: Path) -> None:
    pipeline.report = report(finding(span=span("modules/disk/main.tf", 3)))
    outcome = run_costlint("explain", "modules/disk/main.tf:3:7")
    assert outcome.code == 0
    assert "as written         $100/month" in outcome.out
    assert pipeline.calls[0][0] == ("modules/disk",)


def test_a_place_without_a_finding_is_looked_for_outward_to_the_root(
    run_costlint: Run, pipeline: Any, tree: Path
) -> None:
    outcome = run_costlint("explain", "./modules/disk/main.tf:3")
    assert outcome.out.startswith("Nothing at modules/disk/main.tf:3")
    assert [paths for paths, _ in pipeline.calls] == [("modules/disk",), ("modules",), (".",)]


def test_what_to_scan_can_be_said(run_costlint: Run, pipeline: Any, tree: Path) -> None:
    run_costlint("explain", "modules/disk/main.tf:3", "--in", "envs/prod")
    assert [paths for paths, _ in pipeline.calls] == [("envs/prod",)]


def test_a_file_that_is_not_there_is_a_usage_error(run_costlint: Run, pipeline: Any) -> None:
    outcome = run_costlint("explain", "nowhere.tf:3")
    assert outcome.code == 2
    assert "there is no file nowhere.tf" in outcome.err


def test_a_file_without_a_line_is_answered_with_how_to_name_one(run_costlint: Any, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("locals {}\n")
    outcome = run_costlint("explain", "main.tf")
    assert (outcome.code, outcome.out) == (2, "")
    assert "main.tf is a file: name a line of it too, such as main.tf:1" in outcome.err


def test_the_beginning_of_ids_is_told_as_what_it_means(run_costlint: Run) -> None:
    told = run_costlint("explain", "STO")
    assert told.code == 2
    assert "STO001 to STO" in told.err
    assert "costlint rules list --select STO lists them" in told.err
