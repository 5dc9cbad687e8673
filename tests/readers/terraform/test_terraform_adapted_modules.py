"""Community modules that are not here: what follows from their inputs, and where it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from terraform_stacks import complaints, resource, stack

from costlint.model import Reference, Resource, Stack, Unknown, is_unknown
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.sources import DirectorySource, MemorySource

VPC = """
provider "aws" {
  region = "eu-west-1"
}
module "vpc" {
  source             = "terraform-aws-modules/vpc/aws"
  version            = "~> 5.0"
  name               = "main"
  azs                = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
  public_subnets     = ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]
  private_subnets    = ["10.0.4.0/24", "10.0.5.0/24", "10.0.6.0/24"]
  enable_nat_gateway = true
REST
}
"""


def vpc(rest: str = "", outside: str = "") -> Stack:
    return stack(VPC.replace("REST", rest) + outside)


def of_type(read: Stack, kind: str) -> list[Resource]:
    return [each for each in read.resources if each.type == kind]


@pytest.mark.parametrize(
    ("inputs", "gateways"),
    [
        ("", 3),
        ("single_nat_gateway = true", 1),
        ("one_nat_gateway_per_az = true", 3),
        ('one_nat_gateway_per_az = true\nsecondary = ["x"]', 3),
        ('database_subnets = ["a", "b", "c", "d", "e"]', 5),
        ("create_vpc = false", 0),
        ('single_nat_gateway = true\nreuse_nat_ips = true\nexternal_nat_ip_ids = ["eipalloc-1"]', 1),
    ],
)
def test_nat_gateways_are_counted_as_the_module_counts_them(inputs, gateways):
    assert len(of_type(vpc(inputs), "aws_nat_gateway")) == gateways


def test_resources_stand_at_the_call_and_run_where_its_provider_does():
    found = resource(vpc(), "module.vpc.aws_nat_gateway.this[0]")
    assert (found.span.file, found.span.line, found.region.name) == ("main.tf", 5, "eu-west-1")
    assert found.adapted


def test_a_value_of_the_caller_is_found_in_the_callers_file():
    found = resource(vpc("single_nat_gateway = true"), "module.vpc.aws_nat_gateway.this[0]").locator.locate(("count",))
    assert found.exact
    assert (found.span.file, found.span.line) == ("main.tf", 13)
    assert [origin.what for origin in found.chain] == ["module.vpc argument single_nat_gateway"]


def test_a_default_of_the_module_stands_in_no_file():
    found = resource(vpc(), "module.vpc.aws_nat_gateway.this[0]").locator.locate(("count",))
    read = vpc()
    assert found.span.file in read.outside
    assert found.chain[-1].what == "variable single_nat_gateway"
    assert all("/" not in each for each in read.files)


def test_outputs_lead_on_to_the_resources():
    count = "count = length(module.vpc.private_subnets)"
    rest = f'resource "x_y" "z" {{\n  {count}\n  subnet = module.vpc.private_subnets[1]\n}}'
    read = vpc(outside=rest)
    assert resource(read, "x_y.z[2]").attributes["subnet"] == Reference("module.vpc.aws_subnet.private[1]", "id")


def test_an_output_the_adapter_does_not_know_is_unknown():
    read = vpc(outside='resource "x_y" "z" {\n  v = module.vpc.vpc_owner_id\n}')
    assert isinstance(resource(read, "x_y.z").attributes["v"], Unknown)
    assert complaints(read) == []


def test_an_unknown_input_makes_unknown_what_depends_on_it():
    read = vpc("single_nat_gateway = data.x_y.z.one", 'data "x_y" "z" {}')
    (gateway,) = of_type(read, "aws_nat_gateway")
    assert is_unknown(gateway.exists)
    assert len(of_type(read, "aws_subnet")) == 6


def test_inputs_nothing_is_known_of_are_said_and_tell_that_the_bill_is_a_lower_bound():
    read = vpc("enable_everything = true")
    (module,) = read.adapted
    assert (module.module, module.version) == ("terraform-aws-modules/vpc/aws", "5.0")
    assert module.unread == ("enable_everything",)
    assert read.read_in_part
    (note,) = read.diagnostics
    assert (note.severity, note.line) == ("note", 5)
    assert "nothing is known of enable_everything" in note.message


def test_names_tags_and_permissions_are_no_news():
    read = vpc('tags = {}\nmanage_default_network_acl = true\npublic_subnet_tags = { a = "b" }')
    assert (read.adapted[0].unread, read.diagnostics) == ((), [])


def test_a_module_that_is_installed_is_read_itself():
    record = {"Modules": [{"Key": "vpc", "Source": "registry.terraform.io/terraform-aws-modules/vpc/aws", "Dir": "m"}]}
    files = {
        "main.tf": VPC.replace("REST", ""),
        ".terraform/modules/modules.json": json.dumps(record),
        "m/main.tf": 'resource "x_y" "z" {}\nvariable "name" {}',
    }
    read = stack(files)
    assert [each.address for each in read.resources] == ["module.vpc.x_y.z"]
    assert read.adapted == []


def test_a_module_nobody_has_an_adapter_for_stays_unresolved():
    read = stack('module "m" {\n  source = "terraform-aws-modules/vpc/aws"\n  version = "99.0.0"\n}')
    assert ([each.address for each in read.unresolved], read.adapted) == (["module.m"], [])


def test_instances_of_a_call_are_modules_of_their_own():
    read = stack(
        'module "m" {\n  for_each = { a = "gp3", b = "gp2" }\n  source = "terraform-aws-modules/ec2-instance/aws"\n'
        '  version = "5.8.0"\n  instance_type = "m7i.large"\n  root_block_device = [{ volume_type = each.value }]\n}'
    )
    disk = resource(read, 'module.m["b"].aws_instance.this[0]').locator.locate(("root_block_device", 0, "volume_type"))
    assert len(read.adapted) == 2
    assert (disk.span.line, disk.exact) == (2, True)


@pytest.mark.parametrize(
    ("release", "monitored"), [("18.31.2", True), ("19.21.0", True), ("20.37.2", True), ("21.19.0", False)]
)
def test_defaults_are_those_of_the_release(release, monitored):
    read = stack(
        f'module "eks" {{\n  source = "terraform-aws-modules/eks/aws"\n  version = "{release}"\n'
        '  eks_managed_node_groups = { gpu = { instance_types = ["g6.xlarge"] } }\n}'
    )
    template = resource(read, 'module.eks.module.eks_managed_node_group["gpu"].aws_launch_template.this[0]')
    assert ("monitoring" in template.attributes) is monitored
    assert complaints(read) == []


def test_what_a_pool_lacks_comes_from_the_defaults_of_all_pools():
    read = stack(
        'module "eks" {\n  source = "terraform-aws-modules/eks/aws"\n  version = "20.37.2"\n'
        '  eks_managed_node_group_defaults = { instance_types = ["m7i.large"], min_size = 2 }\n'
        '  eks_managed_node_groups = {\n    a = {}\n    b = { instance_types = ["c7i.large"] }\n  }\n}'
    )
    prefix = "module.eks.module.eks_managed_node_group"
    one, other = (resource(read, f'{prefix}["{name}"].aws_eks_node_group.this[0]') for name in "ab")
    assert one.attributes["instance_types"] == ["m7i.large"]
    assert other.attributes["instance_types"] == ["c7i.large"]
    assert one.get("scaling_config.min_size") == 2
    assert one.locator.locate(("instance_types", 0)).span.line == 4
    assert other.locator.locate(("instance_types", 0)).span.line == 7


def test_a_regional_pool_is_counted_by_zone_and_a_map_of_text_is_understood():
    read = stack(
        'module "gke" {\n  source = "terraform-google-modules/kubernetes-engine/google//modules/private-cluster"\n'
        '  version = "~> 36.0"\n  name = "k"\n  region = "us-central1"\n  zones = ["us-central1-a", "us-central1-b"]\n'
        '  node_pools = [{ name = "gpu", machine_type = "g2-standard-8", min_count = "1", max_count = "4",\n'
        '    accelerator_count = "1", accelerator_type = "nvidia-l4", spot = "true" }]\n}'
    )
    pool = resource(read, 'module.gke.google_container_node_pool.pools["gpu"]')
    assert pool.number("autoscaling.max_node_count") == 4
    assert pool.flag("node_config.spot")
    assert pool.text("node_config.guest_accelerator.type") == "nvidia-l4"
    cluster = resource(read, "module.gke.google_container_cluster.primary")
    assert cluster.values("node_locations") == ["us-central1-a", "us-central1-b"]
    assert pool.locator.locate(("node_config", 0, "machine_type")).span.line == 7


def test_wrong_inputs_are_unknown_and_no_complaint_about_files_nobody_has():
    read = stack(
        'module "eks" {\n  source = "terraform-aws-modules/eks/aws"\n  version = "20.37.2"\n'
        '  eks_managed_node_groups = "many"\n  cluster_upgrade_policy = 7\n}'
    )
    assert all("module adapters" not in str(each) for each in read.diagnostics)
    assert resource(read, "module.eks.aws_eks_cluster.this[0]").adapted


def test_a_secret_in_an_address_is_not_shown():
    read = stack(
        'module "m" {\n  source = "git::https://u:hunter2@github.com/terraform-aws-modules/terraform-aws-kms?ref=v3.1.0"\n}'
    )
    assert "hunter2" not in read.adapted[0].source


def test_the_caller_of_an_adapted_module_may_be_a_module_itself():
    files = {
        "main.tf": 'module "net" {\n  source = "./net"\n  nat = true\n}',
        "net/main.tf": 'variable "nat" {}\n' + VPC.replace("REST", "").replace("= true", "= var.nat"),
    }
    gateway = resource(stack(files), "module.net.module.vpc.aws_nat_gateway.this[0]")
    assert (gateway.span.file, gateway.span.line) == ("net/main.tf", 6)


def test_reading_does_not_depend_on_where_costlint_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "main.tf").write_text(VPC.replace("REST", ""))
    monkeypatch.chdir(tmp_path)
    read = read_stack(TerraformFiles(DirectorySource(tmp_path)), "")
    same = read_stack(TerraformFiles(MemorySource({"main.tf": VPC.replace("REST", "")})), "")
    assert [each.span for each in read.resources] == [each.span for each in same.resources]
    assert read.outside == same.outside == {"terraform-aws-modules/vpc/aws 5.0"}
