"""Whole roots become stacks: the platform fixture, JSON configurations, and anything hostile."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terraform_stacks import complaints, resource, stack

from costlint.graph import View
from costlint.model import Unknown, references_in
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import TerraformOptions, read_stack
from costlint.sources import MemorySource, open_directory

FIXTURES = Path(__file__).parents[3] / "fixtures"


@pytest.fixture(params=["dev", "prod"])
def platform(request):
    source, root = open_directory(FIXTURES / "llm-platform" / "envs" / request.param)
    return read_stack(TerraformFiles(source), root)


def test_the_platform_is_read_without_a_complaint(platform):
    assert complaints(platform) == []
    assert platform.unresolved == []
    assert len(platform.resources) >= 60
    assert not platform.region.assumed


def test_every_resource_of_the_platform_has_an_address_of_its_own_and_a_place(platform):
    assert len({each.address for each in platform.resources}) == len(platform.resources)
    for each in platform.resources:
        assert each.span.line >= 1
        assert each.span.file.endswith("main.tf")
        assert each.address.startswith(each.module)
        assert not each.region.assumed or each.provider not in ("aws", "gcp", "azure")


def test_references_of_the_platform_lead_to_resources_that_are_there(platform):
    addresses = {each.address for each in platform.resources}
    for each in platform.resources:
        for _, reference in references_in(dict(each.attributes)):
            assert reference.address in addresses, (each.address, reference)


def test_the_platform_is_connected(platform):
    view = View(platform)
    buckets = list(view.of_type("aws_s3_bucket"))
    assert buckets
    assert any(view.referring(bucket.address, "aws_s3_bucket_lifecycle_configuration") for bucket in buckets)
    pools = list(view.of_type("aws_eks_node_group"))
    assert pools
    assert all(view.referred(pool.address, "aws_eks_cluster") for pool in pools)
    assert all(pool.values("instance_types") for pool in pools)


JSON = """
{
  "variable": {"env": {"default": "dev"}},
  "locals": {"sizes": {"a": "m5.large"}},
  "provider": {"aws": [{"region": "us-east-1"}, {"alias": "eu", "region": "eu-west-1"}]},
  "resource": {
    "aws_instance": {
      "a": {
        "count": 2,
        "provider": "aws.eu",
        "instance_type": "${local.sizes[\\"a\\"]}",
        "tags": {"Name": "n-${var.env}-${count.index}"},
        "root_block_device": {"volume_size": 10},
        "dynamic": {
          "ebs_block_device": {
            "for_each": [1, 2],
            "content": {"volume_size": "${ebs_block_device.value * 10}"}
          }
        },
        "lifecycle": {"ignore_changes": ["ami"]}
      }
    }
  }
}
"""


def test_json_configurations_are_evaluated_alike():
    read = stack({"main.tf.json": JSON})
    assert complaints(read) == []
    second = resource(read, "aws_instance.a[1]")
    assert second.attributes == {
        "instance_type": "m5.large",
        "tags": {"Name": "n-dev-1"},
        "root_block_device": {"volume_size": 10},
        "ebs_block_device": [{"volume_size": 10}, {"volume_size": 20}],
        "lifecycle": [{"ignore_changes": ["ami"]}],
    }
    assert second.region.name == "eu-west-1"
    location = second.locator.locate(("instance_type",))
    assert (location.span.line, location.exact) == (4, True)


def test_a_stack_knows_how_it_was_read():
    files = {"envs/dev/main.tf": 'resource "a_b" "c" {\n  # costlint:ignore all -- test\n  v = 1\n}', "dev.tfvars": ""}
    read = stack(files, root="envs/dev", workspace="blue", var_files=("dev.tfvars",))
    assert (read.name, read.kind, read.path) == ("envs/dev", "terraform", "envs/dev")
    assert (read.workspace, read.var_files, read.files) == ("blue", ("dev.tfvars",), ("envs/dev/main.tf",))
    assert [each.comment_line for each in read.suppressions] == [2]


def test_a_directory_without_terraform_is_an_empty_stack():
    read = stack({"readme.md": "hello"})
    assert (read.resources, read.diagnostics, read.files) == ([], [], ())


def test_blocks_that_deploy_nothing_are_left_out():
    read = stack(
        """
terraform {
  required_version = ">= 1.5"
}
moved {
  from = a_b.x
  to   = a_b.y
}
removed {
  from = a_b.z
}
import {
  to = a_b.y
  id = "i"
}
check "health" {
  assert {
    condition     = nonsense.value
    error_message = "no"
  }
}
ephemeral "random_password" "p" {}
resource "a_b" "y" {
  password = ephemeral.random_password.p.result
}
"""
    )
    assert [each.address for each in read.resources] == ["a_b.y"]


def test_one_broken_file_does_not_stop_the_others():
    read = stack({"a.tf": 'resource "a_b" "c" {\n  v = (1\n}\n', "b.tf": 'resource "a_b" "d" {\n  v = 2\n}\n'})
    assert resource(read, "a_b.d").attributes == {"v": 2}
    assert any(each.severity == "error" and each.file == "a.tf" for each in read.diagnostics)


_ROOTS = ["var.a", "local.b", "module.m.o", "each.value", "count.index", "self.x", "data.d.e.f", "path.module"]
_RESOURCES = ["a_b.c", "a_b.c[0].v", "aws_x.y[*].id"]
_LITERALS = ["1", '"x"', "null", "true", "[1, 2]", "{ a = 1 }"]
_words = st.sampled_from([*_ROOTS, *_RESOURCES, *_LITERALS])
_expressions = st.recursive(
    _words,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "==", "<", "&&", "||"]), inner).map(" ".join),
        st.tuples(inner, inner, inner).map(lambda each: f"({each[0]} ? {each[1]} : {each[2]})"),
        inner.map(lambda each: f"[for x in {each} : x]"),
        inner.map(lambda each: f"{{ for k, v in {each} : k => v }}"),
        inner.map(lambda each: f'"a${{{each}}}"'),
        inner.map(lambda each: f"try({each}, 1)"),
        inner.map(lambda each: f"length({each})"),
        inner.map(lambda each: f"[{each}][0]"),
        inner.map(lambda each: f"({each})[*]"),
        inner.map(lambda each: f"merge({each}, {{}})"),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(_expressions, _expressions, _expressions)
def test_whatever_is_written_ends_in_values_and_sentences(first, second, third):
    text = f"""
variable "a" {{}}
locals {{
  b = {first}
}}
resource "a_b" "c" {{
  count = {second}
  v     = {third}
  dynamic "d" {{
    for_each = {first}
    content {{
      w = d.value
    }}
  }}
}}
module "m" {{
  source   = "./m"
  for_each = {third}
  i        = {second}
}}
"""
    files = {"main.tf": text, "m/main.tf": 'variable "i" {}\noutput "o" { value = var.i }\nresource "a_b" "c" {}\n'}
    read = read_stack(TerraformFiles(MemorySource(files)), "", TerraformOptions())
    for each in read.diagnostics:
        assert each.severity != "error", (text, str(each))
        assert each.message
    for each in read.resources:
        for path in (("v",), ("d", 0, "w"), ("nope",)):
            location = each.locator.locate(path)
            assert location.chain[-1].span == location.span
        assert each.exists is True or isinstance(each.exists, Unknown)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("prevent_destroy = true", [{"prevent_destroy": True}]),
        ("prevent_destroy = false", None),
        ("create_before_destroy = true", None),
        ("ignore_changes = all\n    prevent_destroy = true", [{"ignore_changes": ["all"], "prevent_destroy": True}]),
    ],
)
def test_a_resource_keeps_what_its_lifecycle_forbids(block, expected):
    read = stack(f'resource "a_b" "c" {{\n  lifecycle {{\n    {block}\n  }}\n}}')
    assert resource(read, "a_b.c").get("lifecycle") == expected
