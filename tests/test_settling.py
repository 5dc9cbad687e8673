"""What is assumed of resources that name no region."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog
from costlint.config import Config, RegionByProvider
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import TerraformOptions, read_stack
from costlint.settling import settle
from costlint.sources import MemorySource

POOL = """\
data "azurerm_kubernetes_cluster" "aks" {
  name                = "shared"
  resource_group_name = "platform"
}

resource "azurerm_kubernetes_cluster_node_pool" "gpu" {
  name                  = "gpu"
  kubernetes_cluster_id = data.azurerm_kubernetes_cluster.aks.id
  vm_size               = "Standard_NC4as_T4_v3"
}
"""
GROUP = 'resource "azurerm_resource_group" "NAME" {\n  name     = "NAME"\n  location = "PLACE"\n}\n'
ADDRESS = "azurerm_kubernetes_cluster_node_pool.gpu"


def group(name: str, place: str) -> str:
    return GROUP.replace("NAME", name).replace("PLACE", place)


@pytest.mark.parametrize(
    ("others", "config", "name", "evidence"),
    [
        ("", Config(), "eastus", "nothing names a region"),
        (group("a", "West Europe"), Config(), "westeurope", "the rest of the stack is there"),
        (group("a", "westeurope") + group("b", "italynorth"), Config(), "eastus", "nothing names a region"),
        (group("a", "westeurope") + group("b", "global"), Config(), "westeurope", "the rest of the stack is there"),
        (group("a", "westeurope"), Config(region=RegionByProvider(azure="uksouth")), "uksouth", "configuration"),
    ],
    ids=["alone", "one region", "two regions", "one region and none", "configured"],
)
def test_what_names_no_region_is_where_everything_else_is(
    others: str, config: Config, name: str, evidence: str
) -> None:
    stack = read_stack(TerraformFiles(MemorySource({"main.tf": POOL + others})), "", TerraformOptions())
    settle(stack, config, Catalog())
    (pool,) = [each for each in stack.resources if each.address == ADDRESS]
    assert pool.region == (name, True, evidence)


def test_on_aws_the_provider_decides_and_no_neighbour() -> None:
    text = """\
variable "region" {}

provider "aws" {
  region = var.region
}

provider "aws" {
  alias  = "edge"
  region = "eu-west-1"
}

resource "aws_ebs_volume" "a" {
  availability_zone = "${var.region}a"
  size              = 10
}

resource "aws_ebs_volume" "b" {
  provider          = aws.edge
  availability_zone = "eu-west-1a"
  size              = 10
}
"""
    stack = read_stack(TerraformFiles(MemorySource({"main.tf": text})), "", TerraformOptions())
    settle(stack, Config(), Catalog())
    assert {each.address: each.region.name for each in stack.resources} == {
        "aws_ebs_volume.a": "us-east-1",
        "aws_ebs_volume.b": "eu-west-1",
    }


@pytest.mark.parametrize(
    ("zones", "name", "evidence"),
    [
        (["eu-west-2a", "eu-west-2b"], "eu-west-2", "the rest of the stack is there"),
        (["eu-west-2a", "us-west-2a"], "us-east-1", "nothing names a region"),
        (["nowhere-1a"], "us-east-1", "nothing names a region"),
    ],
)
def test_zones_show_where_the_provider_of_a_stack_is(zones: list[str], name: str, evidence: str) -> None:
    text = "".join(
        f'resource "aws_subnet" "s{at}" {{\n  vpc_id            = "vpc-1"\n  availability_zone = "{zone}"\n}}\n'
        for at, zone in enumerate(zones)
    )
    text += 'resource "aws_nat_gateway" "n" {\n  subnet_id = aws_subnet.s0.id\n}\n'
    stack = read_stack(TerraformFiles(MemorySource({"main.tf": text})), "", TerraformOptions())
    settle(stack, Config(), Catalog())
    (gateway,) = [each for each in stack.resources if each.type == "aws_nat_gateway"]
    assert gateway.region == (name, True, evidence)
