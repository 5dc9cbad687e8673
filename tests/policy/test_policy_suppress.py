"""Comments that accept a finding, on real trees: anywhere on the way from the resource to the literal."""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint import pipeline
from costlint.config import Config

DISK = """\
resource "aws_ebs_volume" "{name}" {{
  availability_zone = "us-east-1a"
  size              = 1000
  type              = {kind}
}}
"""
TERRAFORM = {
    "disks/main.tf": """\
variable "kind" { default = "gp3" }
variable "kinds" {
  default = {
    low  = "gp2"
    high = "gp3"
  }
}
"""
    + DISK.format(name="one", kind="var.kind")
    + DISK.format(name="each", kind='var.kinds["low"]'),
    "root/main.tf": """\
provider "aws" {
  region = "us-east-1"
}
variable "old" {
  default = "gp2"
}
variable "given" {}
locals {
  nodes = {
    x = { type = "gp2" }
    y = { type = "gp2" }
  }
}
module "a" {
  source = "../disks"
  kind   = var.given
}
resource "aws_ebs_volume" "own" {
  availability_zone = "us-east-1a"
  size              = 1000
  type              = var.old
}
resource "aws_ebs_volume" "map" {
  for_each          = local.nodes
  availability_zone = "us-east-1a"
  size              = 1000
  type              = each.value.type
}
""",
    "root/terraform.tfvars": 'given = "gp2"\n',
}
TERRAGRUNT = {
    "modules/disks/main.tf": 'variable "kind" { default = "gp3" }\n'
    'variable "more" { default = "gp3" }\n'
    + DISK.format(name="kind", kind="var.kind")
    + DISK.format(name="more", kind="var.more"),
    "_env/disks.hcl": """\
locals {
  env = read_terragrunt_config(find_in_parent_folders("env.hcl"))
}
terraform {
  source = "${get_repo_root()}/modules/disks"
}
inputs = {
  kind = local.env.locals.kind
}
""",
    "prod/env.hcl": 'locals {\n  kind = "gp2"\n}\n',
    "prod/disks/terragrunt.hcl": """\
include "disks" {
  path = "${get_repo_root()}/_env/disks.hcl"
}
inputs = {
  more = "gp2"
}
""",
    "units/disks/terragrunt.hcl": """\
terraform {
  source = "${get_repo_root()}/modules/disks"
}
inputs = {
  kind = values.kind
}
""",
    "live/terragrunt.stack.hcl": """\
unit "one" {
  source = "../units/disks"
  path   = "one"
  values = {
    kind = "gp2"
  }
}
unit "two" {
  source = "../units/disks"
  path   = "two"
  values = { kind = "gp2" }
}
""",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def held(here: Path, files: dict[str, str], file: str, code: str) -> list[str]:
    """What a comment above the first line with this code holds back; each finding by file and code of its literal."""
    written = dict(files)
    before, found, after = written[file].partition(code)
    assert found, "the code is not in the file"
    start = before.rfind("\n") + 1
    written[file] = f"{before[:start]}# costlint:ignore=STO001 agreed\n{before[start:]}{found}{after}"
    for name, text in written.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text)
    report = pipeline.scan(["."], Config(select=("STO001",)))
    assert all(finding.suppressed == "agreed" for finding in report.suppressed)
    lines = {name: text.splitlines() for name, text in written.items()}
    return sorted(lines[one.span.file][one.span.line - 1].strip() for one in report.suppressed)


@pytest.mark.parametrize(
    ("file", "code", "expected"),
    [
        ("disks/main.tf", 'resource "aws_ebs_volume" "one"', ['given = "gp2"']),
        ("disks/main.tf", "= var.kind\n", ['given = "gp2"']),
        ("root/main.tf", 'module "a"', ['given = "gp2"', 'low  = "gp2"']),
        ("root/main.tf", "kind   = var.given", ['given = "gp2"']),
        ("root/terraform.tfvars", "given", ['given = "gp2"']),
        ("root/main.tf", "default = ", ['default = "gp2"']),
        ("root/main.tf", 'variable "old"', ['default = "gp2"']),
        ("disks/main.tf", "low  =", ['low  = "gp2"']),
        ("disks/main.tf", "high =", []),
        ("disks/main.tf", 'variable "kinds"', ['low  = "gp2"']),
        ("root/main.tf", "x = {", ['x = { type = "gp2" }']),
        ("root/main.tf", "y = {", ['y = { type = "gp2" }']),
        ("root/main.tf", "nodes = {", ['x = { type = "gp2" }', 'y = { type = "gp2" }']),
        ("root/main.tf", "for_each", []),
        ("root/main.tf", "size ", []),
    ],
)
def test_a_comment_anywhere_on_the_way_in_terraform_counts(
    here: Path, file: str, code: str, expected: list[str]
) -> None:
    assert held(here, TERRAFORM, file, code) == expected


@pytest.mark.parametrize(
    ("file", "code", "expected"),
    [
        ("_env/disks.hcl", "kind =", ['kind = "gp2"']),
        ("_env/disks.hcl", "inputs =", ['kind = "gp2"']),
        ("_env/disks.hcl", "terraform {", []),
        ("prod/env.hcl", "kind", ['kind = "gp2"']),
        ("prod/disks/terragrunt.hcl", 'include "disks"', ['kind = "gp2"']),
        ("prod/disks/terragrunt.hcl", "more =", ['more = "gp2"']),
        ("prod/disks/terragrunt.hcl", "inputs =", ['more = "gp2"']),
        ("units/disks/terragrunt.hcl", "kind =", ['kind = "gp2"', 'values = { kind = "gp2" }']),
        ("live/terragrunt.stack.hcl", "kind =", ['kind = "gp2"']),
        ("live/terragrunt.stack.hcl", 'unit "two"', ['values = { kind = "gp2" }']),
    ],
)
def test_a_comment_anywhere_on_the_way_in_terragrunt_counts(
    here: Path, file: str, code: str, expected: list[str]
) -> None:
    assert held(here, TERRAGRUNT, file, code) == expected


def test_a_comment_on_another_member_of_the_same_map_is_not_about_this_one(here: Path) -> None:
    files = {
        "main.tf": 'locals {\n  nodes = {\n    a = { kind = "gp2" }\n    b = { kind = "gp2" }\n  }\n'
        "  kinds = { for name, node in local.nodes : name => node.kind }\n}\n"
        'provider "aws" {\n  region = "us-east-1"\n}\n' + DISK.format(name="a", kind='local.kinds["a"]')
    }
    assert held(here, files, "main.tf", "b = {") == []
    assert held(here, files, "main.tf", "a = {") == ['a = { kind = "gp2" }']
