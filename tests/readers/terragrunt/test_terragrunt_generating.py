"""Files a unit writes into its module: providers with their regions, and the places of what is generated."""

from __future__ import annotations

import pytest
from terragrunt_units import INCLUDE, app, complaints, unit

REGIONAL = 'resource "aws_instance" "this" {\n  instance_type = "t3.micro"\n}\n'


def generating(contents: str, path: str = "provider.tf", more: str = "") -> str:
    head = f'generate "provider" {{\n  path = "{path}"\n  if_exists = "overwrite"\n'
    return f"{head}{more}  contents = {contents}\n}}\n"


def provider(region: str) -> str:
    return f'<<EOF\nprovider "aws" {{\n  region = "{region}"\n}}\nEOF'


@pytest.mark.parametrize(
    ("contents", "region"),
    [
        ('"provider \\"aws\\" {\\n  region = \\"eu-west-1\\"\\n}\\n"', "eu-west-1"),
        ('<<-EOF\n    provider "aws" {\n      region = "eu-west-1"\n    }\n  EOF', "eu-west-1"),
        ('<<EOF\nprovider "aws" {\n  region = "${local.region}"\n  profile = "${run_cmd("x")}"\n}\nEOF', "eu-west-1"),
        ('<<EOF\nprovider "aws" {\n  region = "${run_cmd("x")}"\n}\nEOF', ""),
        ('<<EOF\nprovider "aws" {\n  max_retries = ${run_cmd("x")}\n  region = "eu-west-1"\n}\nEOF', "eu-west-1"),
        ('<<EOF\nprovider "aws" {\n%{ if local.region != "" }  region = "eu-west-1"\n%{ endif }}\nEOF', "eu-west-1"),
        ('file("provider.tpl")', "eu-west-1"),
        ('templatefile("provider.tpl", {})', "eu-west-1"),
        ('run_cmd("./provider.sh")', ""),
    ],
)
def test_a_generated_provider_gives_the_region(contents: str, region: str) -> None:
    locals_ = 'locals {\n  region = "eu-west-1"\n}\n'
    template = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
    own = {"modules/app/main.tf": REGIONAL, "live/app/provider.tpl": template}
    read = unit(app(generating(contents) + locals_, own), "live/app")
    assert complaints(read) == []
    assert read.resources[0].region.name == region


@pytest.mark.parametrize(
    ("path", "region"),
    [
        ("provider.tf", "eu-west-1"),
        ("${get_terragrunt_dir()}/provider.tf", "eu-west-1"),
        ("z_override.tf", "eu-west-1"),
        ("notes.txt", "us-east-1"),
    ],
)
def test_a_generated_file_takes_the_place_of_the_modules(path: str, region: str) -> None:
    own = {"modules/app/main.tf": REGIONAL, "modules/app/provider.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n'}
    assert unit(app(generating(provider("eu-west-1"), path), own), "live/app").resources[0].region.name == region


def test_a_file_may_be_kept_or_not_generated_at_all() -> None:
    own = {"modules/app/main.tf": REGIONAL, "modules/app/provider.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n'}
    skipping = generating(provider("eu-west-1")).replace("overwrite", "skip")
    disabled = generating(provider("eu-west-1"), more="  disable = true\n")
    for text in (skipping, disabled):
        assert unit(app(text, own), "live/app").resources[0].region.name == "us-east-1"


def test_a_unit_generates_its_own_file_instead_of_an_included_one() -> None:
    included = {"root.hcl": generating(provider("us-east-1")), "modules/app/main.tf": REGIONAL}
    files = app(INCLUDE + generating(provider("eu-west-1")), included)
    assert unit(files, "live/app").resources[0].region.name == "eu-west-1"
    assert unit(app(INCLUDE, included), "live/app").resources[0].region.name == "us-east-1"


@pytest.mark.parametrize("flush", ["", "-"])
def test_what_is_generated_is_found_where_it_is_written(flush: str) -> None:
    body = '  resource "test_thing" "this" {\n    name = "${get_repo_root()}"\n    it = ["x"]\n  }\n'
    contents = f"<<{flush}EOF\n{body}EOF"
    read = unit(app(generating(contents, "thing.tf"), {"modules/app/main.tf": ""}), "live/app")
    location = read.resources[0].locator.locate(("it",))
    assert location is not None
    assert (location.span.file, location.span.line) == ("live/app/terragrunt.hcl", 10)
    assert (read.resources[0].span.file, read.resources[0].span.line) == ("live/app/terragrunt.hcl", 8)


def test_a_mistake_in_a_generated_file_is_said_where_it_is_written() -> None:
    contents = '<<EOF\nresource "test_thing" "this" {\n  it = [local.none]\n}\nEOF'
    read = unit(app(generating(contents, "thing.tf"), {"modules/app/main.tf": ""}), "live/app")
    assert complaints(read) == ['live/app/terragrunt.hcl:9:9: there is no local value "none" in this module']


def test_a_syntax_error_in_a_generated_file_is_said_and_the_rest_is_read() -> None:
    contents = '<<EOF\nresource "test_thing" "this" {\n  it = \n}\nEOF'
    read = unit(app(generating(contents, "thing.tf"), {"modules/app/main.tf": REGIONAL}), "live/app")
    (problem,) = read.diagnostics
    assert (problem.severity, problem.file, problem.line) == ("error", "live/app/terragrunt.hcl", 9)
    assert "aws_instance.this" in [resource.address for resource in read.resources]


def test_terraform_beside_a_unit_with_a_source_is_put_into_the_module() -> None:
    extra = 'resource "test_extra" "more" {\n  it = var.it\n}\n'
    read = unit(app('inputs = {\n  it = "x"\n}\n', {"live/app/extra.tf": extra}), "live/app")
    assert {resource.address: resource.span.file for resource in read.resources} == {
        "test_extra.more": "live/app/extra.tf",
        "test_thing.this": "modules/app/main.tf",
    }


def test_what_a_unit_writes_is_read_even_where_its_module_is_not_here() -> None:
    source = 'terraform {\n  source = "git::https://example.com/acme/modules.git//app"\n}\n'
    text = source + generating(REGIONAL.join(("<<EOF\n", "EOF")), "machine.tf")
    read = unit({"live/app/terragrunt.hcl": text}, "live/app")
    assert [resource.address for resource in read.resources] == ["aws_instance.this"]
    assert len(read.unresolved) == 1
