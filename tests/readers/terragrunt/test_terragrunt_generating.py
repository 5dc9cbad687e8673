"""Files a unit writes into its module: providers with their regions, and the places of what is generated."""

from __future__ import annotations

import pytest
from terragrunt_units import INCLUDE, app, complaints, unit

from costlint.model import UNKNOWN, PartialList, Stack, Unknown, fully_known

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


def test_what_a_module_that_is_not_here_may_declare_is_no_mistake() -> None:
    source = 'terraform {\n  source = "git::https://example.com/acme/modules.git//app"\n}\n'
    data = '<<EOF\ndata "aws_eks_cluster" "this" {\n  name = var.cluster\n  tags = local.tags\n}\nEOF'
    read = unit({"live/app/terragrunt.hcl": source + generating(data)}, "live/app")
    assert [each.severity for each in read.diagnostics] == ["note"]


def test_what_a_unit_writes_is_read_even_where_its_module_is_not_here() -> None:
    source = 'terraform {\n  source = "git::https://example.com/acme/modules.git//app"\n}\n'
    text = source + generating(REGIONAL.join(("<<EOF\n", "EOF")), "machine.tf")
    read = unit({"live/app/terragrunt.hcl": text}, "live/app")
    assert [resource.address for resource in read.resources] == ["aws_instance.this"]
    assert len(read.unresolved) == 1


UNDECIDED = 'run_cmd("x") == "y"'
MACHINE = 'resource "aws_instance" "more" {\n  instance_type = "t3.micro"\n}\n'
SMALL = '  instance_type = "t3.micro"\n'
TWICE = f"{MACHINE}%{{ else }}{MACHINE.replace('micro', 'large')}"


def undecided(text: str) -> str:
    return f"%{{ if {UNDECIDED} }}{text}%{{ endif }}"


def generated(text: str) -> Stack:
    return unit(app(generating(f"<<EOF\n{text}EOF", "more.tf"), {"modules/app/main.tf": ""}), "live/app")


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (SMALL + undecided("  ebs_optimized = true\n"), {"instance_type": "t3.micro", "ebs_optimized": UNKNOWN}),
        (undecided(f"{SMALL}%{{ else }}{SMALL}  it = 1\n"), {"instance_type": UNKNOWN, "it": UNKNOWN}),
        (undecided("  disk {\n    size = 1\n  }\n") + SMALL, {"disk": PartialList(), "instance_type": "t3.micro"}),
        (f"{SMALL}  it = " + undecided("1%{ else }2") + "\n", {"instance_type": "t3.micro", "it": UNKNOWN}),
        (
            '%{ for each in run_cmd("x") }  it = each\n%{ endfor }\n' + SMALL,
            {"instance_type": "t3.micro", "it": UNKNOWN},
        ),
        ('  it = [1, ${run_cmd("x")}]\n', {"it": [1, UNKNOWN]}),
        ('  it = [\n    ${run_cmd("x")}\n  ]\n', {"it": [UNKNOWN]}),
        ('${run_cmd("x")}\n' + SMALL, {"instance_type": "t3.micro"}),
        ('  it = "a" # ${run_cmd("x")}\n', {"it": "a"}),
    ],
)
def test_an_undecided_part_of_a_generated_file_is_unknown_and_the_rest_is_read(
    inside: str, expected: dict[str, object]
) -> None:
    read = generated(f'resource "aws_instance" "more" {{\n{inside}}}\n')
    assert complaints(read) == []
    found = read.resources[0].attributes
    assert found == expected
    assert {name: type(value) for name, value in found.items()} == {
        name: type(value) for name, value in expected.items()
    }


@pytest.mark.parametrize(
    "inside",
    [
        '  it = "a-${run_cmd("x")}"\n',
        '  it = "a-%{ if run_cmd("x") == "" }b%{ endif }"\n',
        '  it = <<TEXT\na ${run_cmd("x")}\nTEXT\n',
        '  it = <<TEXT\na\n${run_cmd("x")}\nTEXT\n',
    ],
)
def test_text_of_a_generated_file_that_holds_what_is_unknown_is_unknown(inside: str) -> None:
    read = generated(f'resource "aws_instance" "more" {{\n{inside}}}\n')
    assert complaints(read) == []
    assert isinstance(read.resources[0].attributes["it"], Unknown)


@pytest.mark.parametrize(
    ("text", "attributes"), [(undecided(MACHINE), {"instance_type": "t3.micro"}), (undecided(TWICE), {})]
)
def test_a_resource_that_may_not_be_generated_has_an_unknown_count(text: str, attributes: dict[str, object]) -> None:
    read = generated(text + 'resource "test_thing" "its" {\n  it = aws_instance.more.id\n}\n')
    assert complaints(read) == []
    (machine,) = (each for each in read.resources if each.type == "aws_instance")
    assert isinstance(machine.exists, Unknown)
    assert machine.attributes == attributes


def test_local_values_that_may_not_be_generated_are_unknown() -> None:
    read = generated(undecided("locals {\n  it = 1\n}\n") + 'resource "test_thing" "its" {\n  it = local.it\n}\n')
    assert complaints(read) == []
    assert isinstance(read.resources[0].attributes["it"], Unknown)


def test_members_of_an_object_that_may_not_be_generated_leave_it_partly_known() -> None:
    read = generated('resource "test_thing" "its" {\n  it = {\n    a = 1\n' + undecided("    b = 2\n") + "  }\n}\n")
    assert complaints(read) == []
    assert not fully_known(read.resources[0].attributes["it"])


def test_a_generated_file_that_is_unreadable_for_what_is_unknown_gets_a_note() -> None:
    read = generated('resource "test_thing" "its" {\n  it = [${run_cmd("x")} "a"]\n}\n' + MACHINE)
    assert "aws_instance.more" in [resource.address for resource in read.resources]
    assert {(problem.severity, "self" in problem.message) for problem in read.diagnostics} == {("note", False)}
