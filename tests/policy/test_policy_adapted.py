"""Rules about modules that are known by their inputs alone: no word about what they lack, the caller's line for the
rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint.config import Config
from costlint.model import Finding
from costlint.pipeline import scan

HEAD = 'provider "aws" {\n  region = "us-east-1"\n}\n'
EVERYTHING = Config(profile="audit", min_saving=0, environment="nonprod", required_tags=("team",))


def found(here: Path, text: str, **modules: str) -> dict[str, Finding]:
    (here / "main.tf").write_text(HEAD + text)
    for name, content in modules.items():
        (here / name).mkdir()
        (here / name / "main.tf").write_text(content)
    return {finding.rule.id: finding for finding in scan([str(here)], EVERYTHING).findings}


BUCKET = """
module "models" {
  source  = "terraform-aws-modules/s3-bucket/aws"
  version = "4.11.0"
  bucket  = "models"
}
"""


def test_a_bucket_without_lifecycle_is_no_finding_if_its_module_is_not_here(here: Path) -> None:
    plain = 'resource "aws_s3_bucket" "models" {\n  bucket = "models"\n}\n'
    assert "STO002" in found(here, plain)
    assert "STO002" not in found(here, BUCKET)


def test_tags_that_a_module_may_add_are_not_missed(here: Path) -> None:
    plain = 'resource "aws_s3_bucket" "models" {\n  bucket = "models"\n}\n'
    ids = {rule for rule in found(here, plain) if rule.startswith("GOV")}
    assert ids - set(found(here, BUCKET)) != set()


def test_a_value_of_the_caller_is_a_finding_on_the_callers_line(here: Path) -> None:
    text = """
module "box" {
  source            = "terraform-aws-modules/ec2-instance/aws"
  version           = "5.8.0"
  instance_type     = "m7i.large"
  root_block_device = [{ volume_type = "gp2", volume_size = 500 }]
}
"""
    finding = found(here, text)["STO001"]
    assert (Path(finding.span.file).name, finding.span.line) == ("main.tf", 9)
    assert finding.addresses == ("module.box.aws_instance.this[0]",)
    assert finding.confidence == "medium"
    assert "terraform-aws-modules/ec2-instance/aws 5.8.0 is read from its inputs" in finding.assumptions
    assert finding.saving is not None
    assert finding.editable


def test_an_input_of_a_unit_is_called_what_the_unit_calls_it(here: Path) -> None:
    unit = """
terraform {
  source = "tfr:///terraform-aws-modules/eks/aws?version=20.28.0"
}
generate "provider" {
  path     = "provider.tf"
  contents = "provider \\"aws\\" {\\n  region = \\"eu-west-1\\"\\n}\\n"
}
inputs = {
  cluster_name    = "ml"
  cluster_version = "1.27"
}
"""
    (here / "terragrunt.hcl").write_text(unit)
    found = [each for each in scan([str(here)], EVERYTHING).findings if each.rule.id == "OPS003"]
    assert [(each.span.line, each.changes[0].name) for each in found] == [(11, "cluster_version")]


def test_a_switch_that_decides_how_many_there_are_is_the_place_of_the_finding(here: Path) -> None:
    text = """
module "vpc" {
  source             = "terraform-aws-modules/vpc/aws"
  version            = "5.21.0"
  azs                = ["us-east-1a", "us-east-1b", "us-east-1c"]
  public_subnets     = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
  enable_nat_gateway = true
  single_nat_gateway = false
}
"""
    finding = found(here, text)["NET001"]
    assert finding.span.line == 11
    assert len(finding.addresses) == 2


def test_an_argument_nobody_gave_is_proposed_at_the_call(here: Path) -> None:
    text = """
module "logs" {
  source  = "terraform-aws-modules/cloudwatch/aws//modules/log-group"
  version = "5.7.2"
  name    = "app"
}
"""
    finding = found(here, text)["OPS001"]
    assert finding.span.line == 5
    (change,) = finding.changes
    assert (change.address, change.path, change.after) == ("module.logs", "retention_in_days", 30)


def test_what_an_adapter_deploys_does_not_prove_that_there_is_no_budget(here: Path) -> None:
    machine = 'resource "aws_instance" "gpu" {\n  instance_type = "p4d.24xlarge"\n}\n'
    assert "GOV001" in found(here, machine)
    assert "GOV001" not in found(here, machine + BUCKET)


def test_a_resource_handed_to_such_a_module_may_be_completed_there(here: Path) -> None:
    bucket = 'resource "aws_s3_bucket" "models" {\n  bucket = "models"\n}\n'
    handed = 'module "key" {\n  source = "terraform-aws-modules/kms/aws"\n  policy = aws_s3_bucket.models.arn\n}\n'
    assert "STO002" not in found(here, bucket + handed)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path
