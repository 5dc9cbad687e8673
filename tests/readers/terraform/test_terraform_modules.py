"""Modules: arguments, outputs, instances, providers, and every way in which a source can be missing."""

import json

import pytest
from terraform_stacks import complaints, resource, stack

from costlint.model import Reference, Unknown
from costlint.readers.terraform.limits import Limits

BUCKET = """
variable "name" {}
variable "force" {
  type    = bool
  default = false
}
resource "aws_s3_bucket" "this" {
  bucket        = var.name
  force_destroy = var.force
}
output "id" { value = aws_s3_bucket.this.id }
output "name" { value = aws_s3_bucket.this.bucket }
output "all" { value = aws_s3_bucket.this }
"""


def test_arguments_go_in_and_outputs_come_out():
    read = stack(
        {
            "main.tf": """
module "models" {
  source = "./bucket"
  name   = "models"
  force  = "true"
}
resource "aws_s3_bucket_versioning" "v" {
  bucket = module.models.id
  name   = module.models.name
  arn    = module.models.all.arn
}
""",
            "bucket/main.tf": BUCKET,
        }
    )
    bucket = resource(read, "module.models.aws_s3_bucket.this")
    assert bucket.attributes == {"bucket": "models", "force_destroy": True}
    assert (bucket.module, bucket.name) == ("module.models", "this")
    assert resource(read, "aws_s3_bucket_versioning.v").attributes == {
        "bucket": Reference("module.models.aws_s3_bucket.this", "id"),
        "name": "models",
        "arn": Reference("module.models.aws_s3_bucket.this", "arn"),
    }
    assert read.files == ("main.tf", "bucket/main.tf")


def test_modules_are_repeated_and_nested_to_any_depth():
    read = stack(
        {
            "main.tf": """
module "team" {
  source   = "./modules/team"
  for_each = { ml = 2, web = 1 }
  name     = each.key
  size     = each.value
}
resource "x_y" "z" {
  ids   = [for k, m in module.team : m.ids[0]]
  named = module.team["ml"].names
  all   = flatten(values(module.team)[*].names)
}
""",
            "modules/team/main.tf": """
variable "name" {}
variable "size" {}
module "bucket" {
  source = "../bucket"
  count  = var.size
  name   = "${var.name}-${count.index}"
}
output "ids" { value = module.bucket[*].id }
output "names" { value = [for b in module.bucket : b.name] }
""",
            "modules/bucket/main.tf": BUCKET,
        }
    )
    assert [each.address for each in read.resources] == [
        "x_y.z",
        'module.team["ml"].module.bucket[0].aws_s3_bucket.this',
        'module.team["ml"].module.bucket[1].aws_s3_bucket.this',
        'module.team["web"].module.bucket[0].aws_s3_bucket.this',
    ]
    found = resource(read, "x_y.z").attributes
    assert [str(each) for each in found["ids"]] == [
        'module.team["ml"].module.bucket[0].aws_s3_bucket.this.id',
        'module.team["web"].module.bucket[0].aws_s3_bucket.this.id',
    ]
    assert found["named"] == ["ml-0", "ml-1"]
    assert found["all"] == ["ml-0", "ml-1", "web-0"]


def test_everything_in_a_module_of_unknown_number_may_exist():
    files = {
        "main.tf": 'variable "u" {}\nmodule "m" {\n  source = "./b"\n  count = var.u\n  name = "x"\n}\n'
        'resource "x_y" "z" {\n  id = module.m[0].id\n  t = try(module.m[0].name, "none")\n}',
        "b/main.tf": BUCKET,
    }
    read = stack(files)
    bucket = resource(read, "module.m[?].aws_s3_bucket.this")
    assert isinstance(bucket.exists, Unknown)
    found = resource(read, "x_y.z").attributes
    assert Reference("module.m[?].aws_s3_bucket.this", "id") in found["id"].sources
    assert isinstance(found["t"], Unknown)


def test_a_remote_module_is_recorded_with_what_it_is_given():
    read = stack(
        """
resource "aws_s3_bucket" "b" {}
module "vpc" {
  source    = "acme/vpc/aws"
  version   = "5.0.0"
  name      = "main"
  bucket    = aws_s3_bucket.b.id
  providers = { aws = aws.eu }
}
resource "x_y" "z" {
  vpc = module.vpc.vpc_id
}
"""
    )
    (module,) = read.unresolved
    assert (module.address, module.source) == ("module.vpc", "acme/vpc/aws")
    assert module.inputs == {"name": "main", "bucket": Reference("aws_s3_bucket.b", "id")}
    assert (module.span.line, module.span.column) == (3, 1)
    assert isinstance(resource(read, "x_y.z").attributes["vpc"], Unknown)
    assert [(each.severity, each.line) for each in read.diagnostics] == [("note", 4)]


def test_a_remote_module_that_was_fetched_is_read():
    record = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "b", "Dir": ".terraform/modules/b/sub"}]}
    read = stack(
        {
            "root/main.tf": 'module "b" {\n  source = "acme/bucket/aws//sub"\n  name = "x"\n}',
            "root/.terraform/modules/modules.json": json.dumps(record),
            "root/.terraform/modules/b/sub/main.tf": BUCKET,
        },
        root="root",
    )
    assert resource(read, "module.b.aws_s3_bucket.this").attributes["bucket"] == "x"
    assert read.unresolved == []


BORROWING = """
module "v3" {
  source = "git::https://example.com/acme/modules.git//net?ref=v3"
}
module "disk" {
  source = "./.terraform/modules/v3/disk"
  size   = 5
}
"""


def test_a_call_into_what_another_call_installs_is_to_that_package():
    read = stack({"root/main.tf": BORROWING}, root="root")
    assert [(each.address, each.source) for each in read.unresolved] == [
        ("module.v3", "git::https://example.com/acme/modules.git//net?ref=v3"),
        ("module.disk", "git::https://example.com/acme/modules.git//disk?ref=v3"),
    ]
    assert {each.severity for each in read.diagnostics} == {"note"}


def test_a_call_into_what_is_installed_is_read_there():
    files = {"main.tf": BORROWING, ".terraform/modules/v3/disk/main.tf": 'resource "aws_ebs_volume" "d" {}'}
    assert resource(stack(files), "module.disk.aws_ebs_volume.d")


@pytest.mark.parametrize("source", ["./elsewhere", ""])
def test_a_call_into_what_nothing_installs_leads_nowhere(source):
    lender = f'module "v3" {{\n  source = "{source}"\n}}\n' if source else ""
    borrower = 'module "disk" {\n  source = "./.terraform/modules/v3/disk"\n}\n'
    (said,) = complaints(stack({"main.tf": lender + borrower, "elsewhere/main.tf": ""}))
    assert 'there is no directory ./.terraform/modules/v3/disk for module "disk"' in said


@pytest.mark.parametrize("record", ["", "[]", "{", '{"Modules": [1, {"Key": "b", "Dir": "../../etc"}]}'])
def test_a_useless_record_of_fetched_modules_is_ignored(record):
    files = {"main.tf": 'module "b" {\n  source = "acme/b/aws"\n}', ".terraform/modules/modules.json": record}
    assert [each.address for each in stack(files).unresolved] == ["module.b"]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ('"./gone"', 'main.tf:2:12: there is no directory ./gone for module "m"'),
        ('"../../etc"', 'module "m" lies outside the scanned tree (../../etc) and is not read'),
        ("var.source", 'module "m" has no source that can be read'),
    ],
)
def test_a_module_without_a_readable_source_is_a_sentence_and_its_outputs_unknown(source, sentence):
    read = stack(f'module "m" {{\n  source = {source}\n}}\nresource "x_y" "z" {{\n  v = module.m.out\n}}')
    assert [sentence in each for each in complaints(read)] == [True]
    assert [each.address for each in read.unresolved] == ["module.m"]
    assert isinstance(resource(read, "x_y.z").attributes["v"], Unknown)


def test_a_module_that_calls_itself_is_a_sentence():
    call = 'module "again" {\n  source = "../m"\n}\nresource "a_b" "c" {}\n'
    read = stack({"main.tf": 'module "m" {\n  source = "./m"\n}', "m/main.tf": call})
    assert complaints(read) == ['m/main.tf:1:1: module "again" calls itself: m → m']
    assert [each.address for each in read.resources] == ["module.m.a_b.c"]


def test_modules_that_call_each_other_are_a_sentence_naming_the_circle():
    files = {
        "main.tf": 'module "a" {\n  source = "./a"\n}\nresource "x_y" "z" {\n  v = module.a.out\n}',
        "a/main.tf": 'module "b" {\n  source = "../b"\n}\noutput "out" { value = module.b.out }',
        "b/main.tf": 'module "a" {\n  source = "../a"\n}\noutput "out" { value = module.a.out }',
    }
    read = stack(files)
    assert 'b/main.tf:1:1: module "a" calls itself: a → b → a' in complaints(read)
    assert isinstance(resource(read, "x_y.z").attributes["v"], Unknown)


def test_the_number_of_module_instances_is_bounded():
    files = {"m0/main.tf": 'resource "a_b" "c" {}'}
    for depth in range(1, 30):
        files[f"m{depth}/main.tf"] = "\n".join(
            f'module "{name}" {{\n  source = "../m{depth - 1}"\n}}' for name in ("left", "right")
        )
    read = stack(files, root="m29", limits=Limits(modules=200))
    assert any("more than 200 module instances" in each for each in complaints(read))
    assert len(read.resources) <= 200


def test_an_argument_that_is_missing_or_an_output_that_is_not_there_is_a_sentence():
    files = {
        "main.tf": 'module "b" {\n  source = "./b"\n}\nresource "x_y" "z" {\n  v = module.b.nope\n}',
        "b/main.tf": BUCKET,
    }
    assert complaints(stack(files)) == [
        'main.tf:5:7: module.b has no output "nope"',
        'main.tf:1:1: module "b" needs the argument "name"',
    ]


def test_an_output_may_be_null():
    files = {
        "main.tf": 'module "b" {\n  source = "./b"\n}\nresource "x_y" "z" {\n  v = module.b.nothing\n  w = 1\n}',
        "b/main.tf": 'output "nothing" { value = null }',
    }
    assert resource(stack(files), "x_y.z").attributes == {"w": 1}


def test_two_modules_may_use_each_others_outputs_as_long_as_no_value_needs_itself():
    files = {
        "main.tf": """
module "a" {
  source = "./m"
  in     = "x"
}
module "b" {
  source = "./m"
  in     = module.a.out
}
""",
        "m/main.tf": 'variable "in" {}\noutput "out" { value = "${var.in}!" }\nresource "a_b" "c" {\n  v = var.in\n}',
    }
    assert resource(stack(files), "module.b.a_b.c").attributes == {"v": "x!"}


def test_override_files_change_what_is_evaluated():
    files = {
        "main.tf": 'resource "aws_instance" "a" {\n  type = "m5"\n  ami = local.ami\n}\nlocals {\n  ami = "one"\n}',
        "main_override.tf": 'resource "aws_instance" "a" {\n  type = null.x\n}\nlocals {\n  ami = "two"\n}',
    }
    read = stack(files)
    assert resource(read, "aws_instance.a").attributes["ami"] == "two"
    assert [each.partition(": ")[0] for each in complaints(read)] == ["main_override.tf:2:10"]
