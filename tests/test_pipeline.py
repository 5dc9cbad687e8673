"""The pipeline: what a run counts, which environment a stack gets, which variable files it is read with."""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint.config import Config
from costlint.pipeline import scan

_KNOWN = 'resource "aws_ebs_volume" "known" {\n  size = 10\n  type = "gp3"\n}\n'
_SIZE_UNKNOWN = 'variable "size" {}\nresource "aws_ebs_volume" "sized" {\n  size = var.size\n  type = "gp3"\n}\n'
_COUNT_UNKNOWN = 'variable "n" {}\nresource "aws_eip" "some" {\n  count = var.n\n}\n'
_FREE = 'resource "aws_iam_role" "free" {}\n'
_UNPRICED = 'resource "aws_made_up" "nobody" {}\n'
_NOTHING_RUNS = (
    'resource "aws_launch_template" "t" {\n  instance_type = "m5.large"\n}\n'
    'resource "aws_autoscaling_group" "none" {\n  min_size = 0\n  max_size = 0\n  desired_capacity = 0\n'
    "  launch_template {\n    id = aws_launch_template.t.id\n  }\n}\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (_KNOWN, (1, 0, 0, 0)),
        (_FREE, (0, 1, 0, 0)),
        (_SIZE_UNKNOWN, (0, 0, 1, 0)),
        (_COUNT_UNKNOWN, (0, 0, 1, 0)),
        (_UNPRICED, (0, 0, 0, 1)),
        (_NOTHING_RUNS, (1, 1, 0, 0)),
        (_KNOWN + _SIZE_UNKNOWN + _COUNT_UNKNOWN + _FREE + _UNPRICED + _NOTHING_RUNS, (2, 2, 2, 1)),
    ],
    ids=["known", "free", "unknown attribute", "unknown count", "no estimator", "runs nothing", "all of them"],
)
def test_every_resource_is_priced_free_unknown_or_unpriced(here: Path, text: str, counts: tuple[int, ...]) -> None:
    write(here / "main.tf", 'provider "aws" {\n  region = "us-east-1"\n}\n' + text)
    coverage = scan(["."], Config()).coverage
    assert (coverage.priced, coverage.free, coverage.unknown, coverage.unpriced_resources) == counts
    assert coverage.resources == sum(counts)


def test_reasons_are_counted_once_for_each_resource(here: Path) -> None:
    write(here / "main.tf", _UNPRICED + _UNPRICED.replace("nobody", "either") + _SIZE_UNKNOWN)
    coverage = scan(["."], Config(include_libraries=True)).coverage
    assert coverage.unpriced == {"aws_made_up is not priced yet": 2}
