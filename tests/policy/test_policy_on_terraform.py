"""The shipped rules on Terraform text, read and priced for real."""

from __future__ import annotations

import pytest

from costlint import pipeline
from costlint.catalog import Catalog
from costlint.config import Config
from costlint.graph import View
from costlint.policy import CheckResult, check, load_rules
from costlint.pricing import price
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import TerraformOptions, read_stack
from costlint.settling import settle
from costlint.sources import MemorySource

DISKS = """\
variable "kind" { default = null }

resource "aws_ebs_volume" "data" {
  count             = 2
  availability_zone = "us-east-1a"
  size              = 50
  type              = var.kind
}
"""
MODULES = {
    "main.tf": """\
provider "aws" {
  region = "us-east-1"
}

variable "kind" {}

module "set" {
  source = "./disks"
  kind   = var.kind
}

# costlint:ignore=STO001 agreed with the data team
module "odd" {
  source = "./disks"
  kind   = "gp2"
}

module "default" {
  for_each = toset(["a", "b"])
  source   = "./disks"
}
""",
    "prod.tfvars": 'kind = "gp2"\n',
    "disks/main.tf": DISKS,
}
GATEWAYS = """\
provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "public" {
  count  = 3
  vpc_id = aws_vpc.main.id
}

resource "aws_nat_gateway" "main" {
  count     = 3
  subnet_id = aws_subnet.public[count.index].id
}
"""


def checked(files: dict[str, str], *, environment: str = "", var_files: tuple[str, ...] = ()) -> CheckResult:
    catalog, config = Catalog(), Config(environment=environment, profile="audit")
    stack = read_stack(TerraformFiles(MemorySource(files)), "", TerraformOptions(var_files=var_files))
    settle(stack, config, catalog)
    view = View(stack)
    estimates = price(view, catalog)
    settings = pipeline.settings(config)
    return check(view, estimates, load_rules(), lambda v, some: price(v, catalog, some), settings, catalog)


def test_findings_stand_on_the_line_to_edit() -> None:
    result = checked(MODULES, var_files=("prod.tfvars",))
    shown = {(f.rule.id, f.span.file, f.span.line, len(f.addresses)) for f in result.findings}
    assert {found for found in shown if found[0] == "STO001"} == {
        ("STO001", "prod.tfvars", 1, 2),
        ("STO001", "disks/main.tf", 1, 4),
    }
    (held,) = result.suppressed
    assert (held.addresses[0], held.suppressed) == ("module.odd.aws_ebs_volume.data[0]", "agreed with the data team")


def test_the_stated_saving_is_list_price_arithmetic() -> None:
    catalog = Catalog()
    gp2, gp3 = (catalog.price("aws", "us-east-1", f"ebs.{kind}.storage", "gb-month") for kind in ("gp2", "gp3"))
    assert gp2 is not None
    assert gp3 is not None
    (finding,) = [f for f in checked({"main.tf": DISKS}).findings if f.rule.id == "STO001"]
    assert finding.saving is not None
    assert finding.saving.likely == pytest.approx(2 * 50 * (gp2.amount - gp3.amount))


@pytest.mark.parametrize(("environment", "fires", "awaits"), [("dev", 1, False), ("prod", 0, False), ("", 0, True)])
def test_gateways_are_given_up_outside_production_only(environment: str, fires: int, awaits: bool) -> None:
    result = checked({"main.tf": GATEWAYS}, environment=environment)
    findings = [f for f in result.findings if f.rule.id == "NET001"]
    assert len(findings) == fires
    assert bool(result.awaiting_environment) is awaits
    for finding in findings:
        assert [(c.path, c.before, c.after) for c in finding.changes] == [("count", 3, 1)]
        assert finding.span.line == 15


POOL = """\
variable "size" { default = 4 }

resource "aws_launch_template" "gpu" {
  image_id      = "ami-0abcdef1234567890"
  instance_type = "g5.12xlarge"
}

resource "aws_autoscaling_group" "gpu" {
  min_size            = var.size
  max_size            = MAXIMUM
  vpc_zone_identifier = ["subnet-0123456789abcdef0"]

  launch_template {
    id = aws_launch_template.gpu.id
  }
}
"""


@pytest.mark.parametrize(("maximum", "line", "exact"), [("4", 1, True), ("var.size", 9, False)])
def test_a_literal_that_also_sets_what_stays_is_not_the_place_to_edit(maximum: str, line: int, exact: bool) -> None:
    (finding,) = [f for f in checked({"main.tf": POOL.replace("MAXIMUM", maximum)}).findings if f.rule.id == "GPU002"]
    assert (finding.span.line, finding.changes[0].path, finding.changes[0].span.line) == (line, "min_size", line)
    assert (len(finding.chain) > 1) is exact


NODES = """\
variable "size" { default = 4 }

resource "aws_eks_node_group" "gpu" {
  cluster_name   = "inference"
  instance_types = ["g5.12xlarge"]
  subnet_ids     = ["subnet-0123456789abcdef0"]

  scaling_config {
    min_size     = var.size
    max_size     = MAXIMUM
    desired_size = 4
  }
}
"""


@pytest.mark.parametrize(("maximum", "line"), [("4", 1), ("var.size", 9)])
def test_a_literal_behind_a_nested_block_is_the_place_to_edit(maximum: str, line: int) -> None:
    (finding,) = [f for f in checked({"main.tf": NODES.replace("MAXIMUM", maximum)}).findings if f.rule.id == "GPU002"]
    assert (finding.changes[0].path, finding.span.line) == ("scaling_config.min_size", line)
