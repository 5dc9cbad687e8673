"""Lazy look-up: chains of any length, circles, attributes of other resources, and bounds on size."""

import pytest
from terraform_stacks import complaints, resource, stack, value

from costlint.graph import View
from costlint.model import LinkedStr, Reference, Unknown
from costlint.readers.terraform.limits import Limits


def locals_(**members):
    return "locals {\n" + "".join(f"  {name} = {text}\n" for name, text in members.items()) + "}\n"


@pytest.mark.parametrize("length", [5, 19, 20, 21, 45, 3000])
def test_a_chain_of_locals_of_any_length_has_its_value(length):
    members = {"a0": "1", **{f"a{i}": f"local.a{i - 1} + 1" for i in range(1, length)}}
    assert value(f"local.a{length - 1}", locals_(**members)) == length


@pytest.mark.parametrize("length", [1, 2, 20, 21, 50])
def test_a_circle_of_locals_is_named_once_and_unknown(length):
    members = {f"a{i}": f"local.a{(i + 1) % length}" for i in range(length)}
    read = stack(f'{locals_(**members)}\nresource "x_y" "z" {{\n  v = local.a0\n  w = 1\n}}')
    (sentence,) = complaints(read)
    assert "depends on itself: local.a" in sentence
    assert isinstance(resource(read, "x_y.z").attributes["v"], Unknown)
    assert resource(read, "x_y.z").attributes["w"] == 1


def test_the_circle_is_spelled_out():
    read = stack('locals {\n  a = local.b\n  b = [local.c]\n  c = local.a\n}\nresource "x_y" "z" {\n  v = local.a\n}')
    assert complaints(read) == ["main.tf:4:7: local.a depends on itself: local.a → local.b → local.c → local.a"]


def test_a_circle_is_not_swallowed_by_try():
    read = stack('locals {\n  a = try(local.a, "guess")\n}\nresource "x_y" "z" {\n  v = local.a\n}')
    assert len(complaints(read)) == 1
    assert isinstance(resource(read, "x_y.z").attributes["v"], Unknown)


def test_resources_may_refer_to_each_others_different_attributes():
    read = stack(
        """
resource "aws_instance" "a" {
  name = "a"
  peer = aws_instance.b.name
}
resource "aws_instance" "b" {
  name = "b"
  peer = aws_instance.a.name
}
"""
    )
    assert complaints(read) == []
    assert resource(read, "aws_instance.a").attributes["peer"] == "b"
    assert resource(read, "aws_instance.b").attributes["peer"] == "a"


def test_resources_whose_attributes_need_each_other_are_a_circle():
    read = stack('resource "a_b" "x" {\n  v = a_b.y.v\n}\nresource "a_b" "y" {\n  v = a_b.x.v\n}')
    assert [each.partition(": ")[2] for each in complaints(read)] == [
        "a_b.y.v depends on itself: a_b.y.v → a_b.x.v → a_b.y.v"
    ]


def test_a_count_that_needs_itself_is_a_circle():
    read = stack('resource "a_b" "x" {\n  count = length(a_b.x)\n}')
    assert "count of a_b.x depends on itself" in complaints(read)[0]
    assert [each.address for each in read.resources] == ["a_b.x[?]"]


def test_a_provider_whose_region_needs_the_provider_is_a_circle():
    read = stack(
        'provider "aws" {\n  region = data.aws_region.here.name\n}\ndata "aws_region" "here" {}\n'
        'resource "aws_instance" "a" {}'
    )
    assert "depends on itself" in complaints(read)[0]
    assert resource(read, "aws_instance.a").region.assumed


def test_attributes_of_another_resource_are_known_where_they_are_configured():
    read = stack(
        """
resource "aws_launch_template" "t" {
  name          = "gpu"
  instance_type = "p5.48xlarge"
  size          = 7
  flag          = true
  nothing       = null
  tags          = { team = "ml" }
  block_device_mappings {
    device = "/dev/xvda"
    ebs { volume_size = 100 }
  }
}
resource "x_y" "z" {
  text     = aws_launch_template.t.instance_type
  number   = aws_launch_template.t.size
  flag     = aws_launch_template.t.flag
  computed = aws_launch_template.t.arn
  null     = aws_launch_template.t.nothing
  tag      = aws_launch_template.t.tags.team
  nested   = aws_launch_template.t.block_device_mappings[0].ebs[0].volume_size
  device   = aws_launch_template.t.block_device_mappings.0.device
  inner    = aws_launch_template.t.block_device_mappings[0].virtual_name
}
"""
    )
    template = "aws_launch_template.t"
    found = resource(read, "x_y.z").attributes
    assert found == {
        "text": "p5.48xlarge",
        "number": 7,
        "flag": True,
        "computed": Reference(template, "arn"),
        "null": Reference(template, "nothing"),
        "tag": "ml",
        "nested": 100,
        "device": "/dev/xvda",
        "inner": Reference(template, "block_device_mappings.virtual_name"),
    }
    assert isinstance(found["text"], LinkedStr)
    assert found["text"].sources == (Reference(template, "instance_type"),)
    assert complaints(read) == []


def test_a_reference_through_another_resource_makes_both_edges():
    read = stack(
        """
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_versioning" "v" {
  bucket = aws_s3_bucket.b.id
}
resource "aws_s3_bucket_lifecycle_configuration" "l" {
  bucket = aws_s3_bucket_versioning.v.bucket
}
"""
    )
    referring = View(read).referring("aws_s3_bucket.b")
    assert {each.type for each in referring} == {"aws_s3_bucket_versioning", "aws_s3_bucket_lifecycle_configuration"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("data.aws_region.current.name", "eu-west-1"),
        ("data.aws_region.current.region", "eu-west-1"),
        ("data.aws_region.far.name", "us-east-1"),
        ('data.aws_vpc_endpoint_service.all["s3"].service_name', "com.amazonaws.eu-west-1.s3"),
        ("path.module", "."),
        ("path.root", "."),
        ("terraform.workspace", "staging"),
    ],
)
def test_what_follows_from_the_configuration_alone_is_known(expression, expected):
    rest = """
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "far"
  region = "us-east-1"
}
data "aws_region" "current" {}
data "aws_region" "far" {
  provider = aws.far
}
data "aws_vpc_endpoint_service" "all" {
  for_each     = toset(["s3", "ecr.api"])
  service      = each.key
  service_name = null
}
"""
    assert value(expression, rest, workspace="staging") == expected


@pytest.mark.parametrize(
    ("expression", "reference"),
    [
        ("data.aws_ami.x.id", Reference("data.aws_ami.x", "id")),
        ("data.aws_availability_zones.x.names", Reference("data.aws_availability_zones.x", "names")),
        ("data.aws_iam_policy_document.x.json", Reference("data.aws_iam_policy_document.x", "json")),
        ("data.aws_region.x.name", Reference("data.aws_region.x", "name")),
        ("data.aws_vpc_endpoint_service.x.service_name", Reference("data.aws_vpc_endpoint_service.x", "service_name")),
        ("data.aws_vpc_endpoint_service.x.id", Reference("data.aws_vpc_endpoint_service.x", "id")),
    ],
)
def test_what_only_the_provider_knows_is_a_reference_to_the_data_source(expression, reference):
    names = ("aws_ami", "aws_availability_zones", "aws_iam_policy_document", "aws_region", "aws_vpc_endpoint_service")
    assert value(expression, "\n".join(f'data "{name}" "x" {{}}' for name in names)) == reference


def test_data_sources_are_read_but_are_not_resources():
    read = stack('data "aws_ami" "x" {\n  most_recent = true\n}')
    (ami,) = read.resources
    assert (ami.address, ami.data, ami.attributes) == ("data.aws_ami.x", True, {"most_recent": True})
    assert not View(read).resources


def test_values_that_double_in_size_end_in_a_sentence():
    members = {"a0": "[1]", **{f"a{i}": f"[local.a{i - 1}, local.a{i - 1}]" for i in range(1, 50)}}
    read = stack(f'{locals_(**members)}\nresource "x_y" "z" {{\n  v = local.a49\n}}', limits=Limits(members=1000))
    assert "has more than 1000 members" in complaints(read)[0]


def test_strings_that_double_in_length_end_in_a_sentence():
    members = {"a0": '"xx"', **{f"a{i}": f'"${{local.a{i - 1}}}${{local.a{i - 1}}}"' for i in range(1, 50)}}
    read = stack(f'{locals_(**members)}\nresource "x_y" "z" {{\n  v = local.a49\n}}', limits=Limits(text=10_000))
    assert "longer than 10000 characters" in complaints(read)[0]
    assert isinstance(resource(read, "x_y.z").attributes["v"], Unknown)


def test_loops_in_loops_end_in_a_sentence():
    loops = "[for a in local.r : [for b in local.r : [for c in local.r : c]]]"
    read = stack(
        f'locals {{\n  r = range(100)\n  x = {loops}\n}}\nresource "x_y" "z" {{\n  v = local.x\n}}',
        limits=Limits(steps=5000),
    )
    assert "loops over more than 5000 items" in complaints(read)[0]


def test_resource_tags_that_double_end_in_a_sentence():
    text = 'resource "a_b" "r0" {\n  tags = { x = "y" }\n}\n' + "".join(
        f'resource "a_b" "r{i}" {{\n  tags = {{ a = a_b.r{i - 1}.tags, b = a_b.r{i - 1}.tags }}\n}}\n'
        for i in range(1, 40)
    )
    assert "has more than 1000 members" in complaints(stack(text, limits=Limits(members=1000)))[0]


def test_deep_expressions_behind_deep_chains_still_have_their_value():
    deep = "[" * 80 + "local.a{}" + "]" * 80 + "[0]" * 80
    members = {"a0": "1", **{f"a{i}": deep.format(i - 1) for i in range(1, 60)}}
    assert value("local.a59", locals_(**members)) == 1


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../etc/passwd", "~/.ssh/id_rsa"])
def test_files_outside_the_scanned_tree_are_refused_with_a_sentence(path):
    read = stack(f'resource "x_y" "z" {{\n  v = file("{path}")\n}}')
    assert complaints(read) == [f"main.tf:2:7: {path} lies outside the scanned tree and is not read"]
    assert isinstance(resource(read, "x_y.z").attributes["v"], Unknown)


def test_files_are_named_from_the_root_and_path_module_leads_to_the_module():
    files = {
        "envs/prod/main.tf": 'module "m" {\n  source = "../../m"\n}\nresource "x_y" "z" {\n  v = file("a.txt")\n}',
        "envs/prod/a.txt": "root",
        "m/main.tf": 'resource "x_y" "z" {\n  v = file("${path.module}/a.txt")\n  p = path.module\n}',
        "m/a.txt": "module",
    }
    read = stack(files, root="envs/prod")
    assert resource(read, "x_y.z").attributes == {"v": "root"}
    assert resource(read, "module.m.x_y.z").attributes == {"v": "module", "p": "../../m"}


TEMPLATE = "%{ for n in names ~}\n${n}=${size}\n%{ endfor ~}\n"


def rendered(variables, template=TEMPLATE, rest=""):
    text = f'resource "x_y" "z" {{\n  v = templatefile("t.tpl", {variables})\n}}\n{rest}'
    read = stack({"main.tf": text, "t.tpl": template})
    return read, resource(read, "x_y.z").attributes["v"]


def test_templatefile_renders_with_its_own_variables():
    assert rendered('{ names = ["a", "b"], size = 2 }')[1] == "a=2\nb=2\n"


def test_templatefile_over_a_reference_keeps_the_edge():
    _, found = rendered("{ names = [aws_x.y.id], size = 2 }", rest='resource "aws_x" "y" {}')
    assert isinstance(found, Unknown)
    assert found.sources == (Reference("aws_x.y", "id"),)


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("a\n  ${nope}", 'the template is given no variable "nope" (line 2, column 5 of the template)'),
        ("${var.x}", 'the template is given no variable "var"'),
        ("${1 + }", "the template cannot be parsed"),
    ],
)
def test_a_mistake_in_a_template_names_its_place_in_the_template(template, sentence):
    read, found = rendered("{}", template)
    assert sentence in complaints(read)[0]
    assert complaints(read)[0].startswith("main.tf:2:")
    assert isinstance(found, Unknown)


def test_templatestring_renders_text_from_the_configuration():
    assert value('templatestring(local.t, { n = "x" })', 'locals {\n  t = "hello $${n}"\n}') == "hello x"


def test_a_resource_may_be_named_with_its_mode_in_front():
    read = stack('resource "a_b" "c" {\n  name = "x"\n}\nresource "a_d" "e" {\n  v = resource.a_b.c.name\n}')
    assert not read.diagnostics
    assert next(each for each in read.resources if each.type == "a_d").attributes["v"] == "x"


NESTED = """
resource "datadog_account" "a" {
  auth {
    role {
      name = "reader"
    }
  }
}
resource "ec_deployment" "d" {
  search = {
    hot = { size = "4g" }
  }
  tags = { team = "a" }
}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("datadog_account.a.auth.role.name", "reader"),
        ("datadog_account.a.auth.role.external_id", Reference("datadog_account.a", "auth.external_id")),
        ("datadog_account.a.auth[0].role[0].name", "reader"),
        ("ec_deployment.d.search.hot.size", "4g"),
        ("ec_deployment.d.search.endpoint", Reference("ec_deployment.d", "search.endpoint")),
        ('ec_deployment.d.search["endpoint"]', Reference("ec_deployment.d", "search.endpoint")),
        ("keys(ec_deployment.d.search)", ["hot"]),
    ],
)
def test_what_a_provider_may_hold_as_an_object_is_read_without_an_index(expression, expected):
    read = stack(f'{NESTED}\nresource "x_y" "z" {{\n  v = {expression}\n}}')
    assert complaints(read) == []
    assert resource(read, "x_y.z").attributes["v"] == expected


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("aws_instance.many.id", 'a tuple has no attribute "id"'),
        ("ec_deployment.d.tags.taem", 'there is no attribute "taem" (there are: team)'),
        ("aws_instance.two.disk.size", 'a tuple has no attribute "size"'),
        ("aws_instance.two.names.size", 'a tuple has no attribute "size"'),
    ],
)
def test_what_no_provider_holds_as_an_object_is_a_mistake(expression, sentence):
    instances = """
resource "aws_instance" "many" {
  count = 2
}
resource "aws_instance" "two" {
  names = [{ size = 1 }]
  disk {
    size = 1
  }
  disk {
    size = 2
  }
}
"""
    read = stack(f'{NESTED}{instances}\nresource "x_y" "z" {{\n  v = {expression}\n}}')
    (complaint,) = complaints(read)
    assert complaint.endswith(sentence)


def test_the_one_instance_of_a_counted_block_needs_no_index():
    """As Terraform 0.11 has it, and no later version."""
    read = stack(
        """
resource "aws_lb" "main" {
  count = 1
  name  = "main"
}
resource "x_y" "z" {
  name = aws_lb.main.name
  same = aws_lb.main.0.name
  lb   = aws_lb.main.arn
}
"""
    )
    assert complaints(read) == []
    found = resource(read, "x_y.z").attributes
    assert found == {"name": "main", "same": "main", "lb": Reference("aws_lb.main[0]", "arn")}


def test_of_several_instances_of_a_counted_block_none_is_meant_without_an_index():
    read = stack(
        """
resource "aws_lb" "main" {
  count = 2
  name  = "main"
}
resource "x_y" "z" {
  name = aws_lb.main.name
}
"""
    )
    (complaint,) = complaints(read)
    assert 'has no attribute "name"' in complaint


@pytest.mark.parametrize("call", ['file("layer.zip")', 'filemd5("layer.zip")', 'templatefile("layer.zip", {})'])
def test_a_file_that_a_build_may_write_is_noted_and_its_contents_are_unknown(call):
    read = stack(f'resource "x_y" "z" {{\n  v = {call}\n}}')
    assert [each.severity for each in read.diagnostics] == ["note"]
    assert 'no file exists at "layer.zip"' in str(read.diagnostics[0])
    assert isinstance(resource(read, "x_y.z").attributes["v"], Unknown)
