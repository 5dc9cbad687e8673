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


@pytest.mark.parametrize(
    ("subnets", "line"), [("var.zones", 16), ("3", 1)], ids=["it counts subnets, too", "it counts gateways alone"]
)
def test_a_number_that_counts_other_things_is_edited_where_it_counts_too_many(subnets: str, line: int) -> None:
    text = GATEWAYS.replace("count     = 3", "count     = var.zones").replace("count  = 3", f"count  = {subnets}")
    result = checked({"main.tf": 'variable "zones" { default = 3 }\n' + text}, environment="dev")
    (finding,) = [f for f in result.findings if f.rule.id == "NET001"]
    assert (finding.span.line, finding.changes[0].span and finding.changes[0].span.line) == (line, line)


def test_zones_that_key_subnets_are_not_edited_for_the_gateways() -> None:
    text = """\
locals {
  zones = ["us-east-1a", "us-east-1b"]
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "public" {
  for_each = toset(local.zones)
  vpc_id   = aws_vpc.main.id
}

resource "aws_nat_gateway" "main" {
  for_each  = { for zone in local.zones : zone => zone }
  subnet_id = aws_subnet.public[each.key].id
}
"""
    (finding,) = [f for f in checked({"main.tf": text}, environment="dev").findings if f.rule.id == "NET001"]
    assert finding.span.line == 15


def test_instances_of_a_module_are_fewer_where_it_is_called() -> None:
    root = """\
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "public" {
  count  = 3
  vpc_id = aws_vpc.main.id
}

module "gateway" {
  count  = 3
  source = "./gateway"
  subnet = aws_subnet.public[count.index].id
}
"""
    gateway = 'variable "subnet" {}\n\nresource "aws_nat_gateway" "this" {\n  subnet_id = var.subnet\n}\n'
    result = checked({"main.tf": root, "gateway/main.tf": gateway}, environment="dev")
    (finding,) = [f for f in result.findings if f.rule.id == "NET001"]
    assert str(finding.span) == "main.tf:10:1"


def test_a_tag_that_repeats_a_value_does_not_hold_it() -> None:
    text = """\
locals {
  kind = "gp2"
}

resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 500
  type              = local.kind
  tags              = { Kind = local.kind }
}
"""
    (finding,) = [f for f in checked({"main.tf": text}).findings if f.rule.id == "STO001"]
    assert finding.span.line == 2


NAMED = """\
provider "aws" { region = "us-east-1" }

variable "kind" { default = "gp2" }

variable "nodes" {
  default = { kind = "m5.4xlarge" }
}

variable "kinds" {
  default = ["m5.4xlarge"]
}

locals {
  disk = { kind = "gp2" }
}

resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 500
  type              = VALUE
}

resource "aws_eks_node_group" "workers" {
  cluster_name   = "inference"
  instance_types = TYPES
  subnet_ids     = ["subnet-0123456789abcdef0"]

  scaling_config {
    min_size     = 2
    max_size     = 2
    desired_size = 2
  }
}
"""


@pytest.mark.parametrize(
    ("value", "var_files", "name"),
    [
        ('"gp2"', (), ""),
        ("var.kind", (), "default"),
        ("var.kind", ("prod.tfvars",), "kind"),
        ("local.disk.kind", (), "kind"),
        ('"${var.kind}"', (), "default"),
        ('lower("GP2")', (), ""),
    ],
)
def test_a_change_is_called_what_stands_on_its_line(value: str, var_files: tuple[str, ...], name: str) -> None:
    files = {"main.tf": NAMED.replace("VALUE", value).replace("TYPES", "[]"), "prod.tfvars": 'kind = "gp2"\n'}
    (finding,) = [f for f in checked(files, var_files=var_files).findings if f.rule.id == "STO001"]
    assert finding.changes[0].name == name


@pytest.mark.parametrize(
    ("types", "name"),
    [('["m5.4xlarge"]', ""), ("var.kinds", "default[]"), ("[var.nodes.kind]", "kind")],
    ids=["in place", "a list elsewhere", "an item from elsewhere"],
)
def test_an_item_of_a_list_says_whether_the_list_is_written_there(types: str, name: str) -> None:
    files = {"main.tf": NAMED.replace("VALUE", '"gp3"').replace("TYPES", types)}
    (finding,) = [f for f in checked(files).findings if f.rule.id == "CMP002"]
    assert finding.changes[0].name == name


def test_one_edit_in_several_environments_is_in_none_of_them() -> None:
    call = 'module "NAME" {\n  source = "./disks"\n  tags   = { Environment = "NAME" }\n}\n'
    disks = 'variable "tags" {}\n' + DISKS.replace("var.kind", '"gp2"').replace("size ", "tags = var.tags\n  size ")
    files = {"main.tf": call.replace("NAME", "prod") + call.replace("NAME", "dev"), "disks/main.tf": disks}
    (finding,) = [f for f in checked(files).findings if f.rule.id == "STO001"]
    assert (len(finding.addresses), finding.environment.kind) == (4, None)
