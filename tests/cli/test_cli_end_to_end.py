"""The command line over real input, with nothing replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sample_terraform import GP2_VOLUME

ROOT = Path(__file__).parents[2]
PLATFORM = ROOT / "fixtures" / "llm-platform"
Run = Callable[..., Any]


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(GP2_VOLUME)
    return tmp_path / "infra"


def test_a_gp2_volume_is_found_on_its_line_with_dollars(run_costlint: Run, volume: Path) -> None:
    outcome = run_costlint("scan", "infra")
    assert outcome.code == 0
    assert "infra/main.tf:8:23  STO001" in outcome.out
    assert "$20.00/mo" in outcome.out
    assert '+ type = "gp3"' in outcome.out


def test_the_same_line_is_explained_down_to_the_unit_price(run_costlint: Run, volume: Path) -> None:
    out = run_costlint("explain", "infra/main.tf:8").out
    assert "saving             $20.00/month" in out
    assert "1,000 gb-month × $0.10 = $100" in out


def test_the_platform_follows_the_published_schema_and_points_at_literals(run_costlint: Run) -> None:
    outcome = run_costlint("scan", str(PLATFORM), "--format", "json")
    report = json.loads(outcome.out)
    jsonschema.validate(report, json.loads((ROOT / "docs" / "schema" / "report.json").read_text()))
    assert report["totals"]["saving"]["likely"] > 0
    assert report["findings"]
    for finding in report["findings"]:
        assert finding["line"] >= 1
        assert finding["file"]


def test_the_platform_fits_the_screen(run_costlint: Run) -> None:
    assert len(run_costlint("scan", str(PLATFORM)).out.splitlines()) <= 60


def test_two_runs_print_the_same(run_costlint: Run) -> None:
    first, second = (run_costlint("scan", str(PLATFORM), "--format", "json").out for _ in range(2))
    assert first == second


def test_a_broken_file_is_exit_code_3_and_the_rest_is_reported(run_costlint: Run, volume: Path) -> None:
    (volume / "broken.tf").write_text('resource "aws_instance" "a" {\n  ami = \n}\n')
    outcome = run_costlint("scan", "infra")
    assert outcome.code == 3
    assert "STO001" in outcome.out
    assert "infra/broken.tf:2" in outcome.out


def test_findings_at_the_threshold_win_over_a_broken_file(run_costlint: Run, volume: Path) -> None:
    (volume / "broken.tf").write_text('resource "aws_instance" "a" {\n  ami = \n}\n')
    assert run_costlint("scan", "infra", "--fail-on", "$20").code == 1


def test_an_empty_directory_is_nothing_to_scan(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    outcome = run_costlint("scan", "empty")
    assert (outcome.code, outcome.out) == (4, "Nothing to scan here.\n")


def test_a_clean_stack_is_one_line(run_costlint: Run, volume: Path) -> None:
    (volume / "main.tf").write_text(GP2_VOLUME.replace("gp2", "gp3"))
    outcome = run_costlint("scan", "infra")
    assert outcome.code == 0
    assert outcome.out == "Nothing to save found: 1 of 1 resource priced, $80.00/month (--profile audit asks more).\n"


def test_ignoring_a_rule_silences_it(run_costlint: Run, volume: Path) -> None:
    assert "STO001" not in run_costlint("scan", "infra", "--ignore", "STO001").out


def test_small_savings_can_be_left_out(run_costlint: Run, volume: Path) -> None:
    assert "STO001" not in run_costlint("scan", "infra", "--min-saving", "21").out


def test_what_is_too_small_to_tell_fails_no_run_and_is_counted(run_costlint: Run, volume: Path) -> None:
    (volume / "main.tf").write_text(GP2_VOLUME.replace("1000", "500"))
    outcome = run_costlint("scan", "infra", "--fail-on", "$5")
    assert outcome.code == 0
    assert "1 smaller finding worth $10.00/month (--min-saving 0)" in outcome.out
    assert run_costlint("scan", "infra", "--fail-on", "$5", "--min-saving", "5").code == 1
    report = json.loads(run_costlint("scan", "infra", "--format", "json").out)
    assert (report["findings"], report["totals"]["saving"]["likely"]) == ([], 0)
    assert report["left_out"] == {
        "min_saving": 20,
        "smaller": 1,
        "worth": 10,
        "unpriced": 0,
        "not_editable": 0,
        "shared": 0,
        "cashless": 0,
        "cashless_worth": 0,
    }


def test_an_explanation_leaves_nothing_out(run_costlint: Run, volume: Path) -> None:
    (volume / "main.tf").write_text(GP2_VOLUME.replace("1000", "500"))
    assert "STO001 gp2-volume" in run_costlint("explain", "infra/main.tf:8").out
