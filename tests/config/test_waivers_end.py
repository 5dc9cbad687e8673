"""Waivers hold until their last day; then the finding is back, and the report says whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from costlint import pipeline
from costlint.config import Config, load_config
from costlint.model import Report

_TEXT = """provider "aws" {
  region = "us-east-1"
}
terraform {
  backend "s3" {}
}
resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 4000
  type              = "gp2"
}
"""


@pytest.fixture
def fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "main.tf").write_text(_TEXT)
    monkeypatch.chdir(tmp_path)
    (found,) = pipeline.scan(["."], Config()).findings
    return found.fingerprint


def _scan(waiver: str, day: str, paths: Sequence[str] = (".",)) -> Report:
    Path(".costlint.yaml").write_text(f"waivers:\n  - {{{waiver}}}\n")
    return pipeline.scan(paths, load_config(paths).override(as_of=date.fromisoformat(day)))


@pytest.mark.parametrize(("day", "told"), [("2026-12-30", False), ("2026-12-31", False), ("2027-01-01", True)])
def test_a_waiver_holds_through_its_last_day(fingerprint: str, day: str, told: bool) -> None:
    found = _scan(f'fingerprint: "{fingerprint}", reason: vendor, until: 2026-12-31, owner: "@acme/data"', day)
    assert bool(found.findings) is told
    assert bool(found.suppressed) is not told
    said = [one.message for one in found.diagnostics if "ended" in one.message]
    expected = f"1 waiver ended, what they accept counts again: {fingerprint[:8]} on 2026-12-31 (@acme/data)"
    assert said == ([expected] if told else [])


def test_a_waiver_without_an_end_or_an_owner_holds(fingerprint: str) -> None:
    found = _scan(f'fingerprint: "{fingerprint}", reason: vendor', "2099-01-01")
    assert not found.findings
    assert [one.suppressed for one in found.suppressed] == ["vendor"]
