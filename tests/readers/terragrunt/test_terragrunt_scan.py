"""The whole way: a live repository on disk, scanned, with findings on the lines a person would edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint.config import Config
from costlint.model import Report
from costlint.pipeline import scan

FILES = {
    "root.hcl": """
generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<EOF
provider "aws" {
  region = "us-east-1"
}
EOF
}
""",
    "_envcommon/data.hcl": """
terraform {
  source = "${dirname(find_in_parent_folders("root.hcl"))}/modules//data"
}
inputs = {
  type = "gp2"
  size = 1000
}
""",
    "prod/data/terragrunt.hcl": """
include "root" {
  path = find_in_parent_folders("root.hcl")
}
include "envcommon" {
  path = "${dirname(find_in_parent_folders("root.hcl"))}/_envcommon/data.hcl"
}
""",
    "dev/data/terragrunt.hcl": """
include "root" {
  path = find_in_parent_folders("root.hcl")
}
include "envcommon" {
  path = "${dirname(find_in_parent_folders("root.hcl"))}/_envcommon/data.hcl"
}
inputs = {
  type = "gp3"
}
""",
    "modules/data/main.tf": """
variable "type" {}
variable "size" {}
resource "aws_ebs_volume" "models" {
  availability_zone = "us-east-1a"
  type              = var.type
  size              = var.size
}
""",
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scanned(*paths: str) -> Report:
    report = scan(paths or ["."], Config())
    assert list(map(str, report.diagnostics)) == []
    return report


def test_units_are_stacks_and_their_bills_add_up(tree: Path) -> None:
    report = scanned()
    assert {result.stack.name: result.stack.environment.kind for result in report.stacks} == {
        "dev/data": "nonprod",
        "prod/data": "prod",
    }
    bills = [result.totals.current.likely for result in report.stacks]
    assert all(bills)
    assert report.totals.current.likely == pytest.approx(sum(bills))


def test_a_finding_stands_on_the_line_of_the_included_inputs(tree: Path) -> None:
    (finding,) = [finding for finding in scanned().findings if finding.rule.id == "STO001"]
    assert finding.stack == "prod/data"
    assert (finding.span.file, finding.span.line) == ("_envcommon/data.hcl", 6)
    assert [step.span.file for step in finding.chain] == [
        "modules/data/main.tf",
        "prod/data/terragrunt.hcl",
        "_envcommon/data.hcl",
    ]


def test_a_part_of_the_tree_can_be_scanned(tree: Path) -> None:
    assert [result.stack.name for result in scanned("dev").stacks] == ["dev/data"]
    assert [result.stack.name for result in scanned("prod/data/terragrunt.hcl").stacks] == ["prod/data"]


def test_a_parent_outside_the_scanned_tree_is_said(tree: Path) -> None:
    (tree / ".git").rmdir()
    report = scan(["dev"], Config())
    assert sorted(str(each).partition(", as far")[0] for each in report.diagnostics) == [
        "dev/data/terragrunt.hcl:3:10: there is no root.hcl in a directory above dev/data",
        "dev/data/terragrunt.hcl:6:21: there is no root.hcl in a directory above dev/data",
    ]


def test_a_suppression_on_the_chain_counts(tree: Path) -> None:
    path = tree / "_envcommon/data.hcl"
    path.write_text(path.read_text().replace('"gp2"', '"gp2" # costlint:ignore=STO001 until the move'))
    report = scanned()
    assert [finding.rule.id for finding in report.findings if finding.rule.id == "STO001"] == []
    assert [finding.rule.id for finding in report.suppressed] == ["STO001"]


def test_a_broken_unit_does_not_stop_the_others(tree: Path) -> None:
    (tree / "dev/data/terragrunt.hcl").write_text('include "root" {\n  path = find_in_parent_folders("root.hcl"\n}\n')
    report = scan(["."], Config())
    assert [(each.severity, each.file) for each in report.diagnostics] == [("error", "dev/data/terragrunt.hcl")]
    assert [result.stack.name for result in report.stacks] == ["prod/data"]
