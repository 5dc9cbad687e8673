"""Telling the directories Terragrunt deploys from those it does not."""

from __future__ import annotations

import pytest
from terragrunt_units import MODULE, app, found, unit, units

from costlint.model import Unknown, fully_known
from costlint.readers.discover import discover
from costlint.readers.terraform.files import TerraformFiles
from costlint.sources import MemorySource

UNIT = 'terraform {\n  source = "../../modules//app"\n}\n'
INCLUDING = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n'
APP = {"modules/app/main.tf": MODULE}


def test_a_directory_whose_configuration_has_a_source_is_a_unit() -> None:
    assert units({**APP, "live/app/terragrunt.hcl": UNIT, "live/env.hcl": "locals {}"}) == {"live/app": False}


def test_a_configuration_others_include_is_none_even_with_a_source_for_all_of_them() -> None:
    files = {
        **APP,
        "live/terragrunt.hcl": "terraform {\n"
        '  source = "${path_relative_from_include()}/../modules//${path_relative_to_include()}"\n}\n',
        "live/app/terragrunt.hcl": "include {\n  path = find_in_parent_folders()\n}\n",
    }
    assert units(files) == {"live/app": False}
    assert found(files).units[0].module == "modules/app"


def test_terraform_beside_the_configuration_is_what_the_unit_deploys() -> None:
    files = {"live/app/terragrunt.hcl": "inputs = {}\n", "live/app/main.tf": MODULE}
    (one,) = found(files).units
    assert (one.path, one.module) == ("live/app", "live/app")


def test_a_configuration_that_deploys_nothing_is_no_unit() -> None:
    assert units({"live/app/terragrunt.hcl": "locals {\n  a = 1\n}\n"}) == {}


def test_the_source_may_come_from_an_included_file() -> None:
    files = {
        **APP,
        "root.hcl": "",
        "_env/app.hcl": 'terraform {\n  source = "${get_repo_root()}/modules//app"\n}\n',
        "live/app/terragrunt.hcl": INCLUDING + 'include "env" {\n  path = "${get_repo_root()}/_env/app.hcl"\n}\n',
    }
    assert [one.module for one in found(files).units] == ["modules/app"]


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("skip = true\n", "it says skip = true"),
        ("skip = false\n", "terragrunt.hcl deploys it"),
        ('exclude {\n  if      = true\n  actions = ["all"]\n}\n', "its exclude block says so"),
        ('exclude {\n  if      = true\n  actions = ["destroy"]\n}\n', "terragrunt.hcl deploys it"),
        ('exclude {\n  if      = false\n  actions = ["all"]\n}\n', "terragrunt.hcl deploys it"),
        ("inputs = {\n  it = values.it\n}\n", "its values come from a stack file, and none here gives them"),
    ],
)
def test_a_unit_that_is_not_deployed_is_a_library(says: str, why: str) -> None:
    (one,) = found({**APP, "live/app/terragrunt.hcl": UNIT + says}).units
    assert (one.why, one.library) == (why, why != "terragrunt.hcl deploys it")


def test_examples_are_libraries_where_there_is_something_else() -> None:
    files = {**APP, "examples/app/terragrunt.hcl": UNIT}
    assert units(files) == {"examples/app": True}
    own = {
        "examples/app/terragrunt.hcl": 'terraform {\n  source = "./module"\n}\n',
        "examples/app/module/main.tf": MODULE,
    }
    assert units(own) == {"examples/app": False}


def test_templates_and_caches_of_tools_are_no_units() -> None:
    files = {**APP, "modules/app/.boilerplate/terragrunt.hcl": '{{ if .X }}\nterraform {\n  source = "x"\n}\n'}
    assert units(files) == {}
    assert found(files).diagnostics == []


def test_a_broken_configuration_is_told_and_the_others_are_found() -> None:
    files = {**APP, "live/a/terragrunt.hcl": "terraform {\n  source = \n", "live/b/terragrunt.hcl": UNIT}
    assert units(files) == {"live/b": False}
    (problem,) = found(files).diagnostics
    assert (problem.severity, problem.file) == ("error", "live/a/terragrunt.hcl")


def discovered(files: dict[str, str], *selected: str) -> tuple[list[str], list[str]]:
    source = MemorySource(files)
    inputs = discover(source, selected or ("",), TerraformFiles(source))
    return [root.path for root in inputs.roots], [one.path for one in inputs.units]


def test_a_module_a_unit_deploys_is_no_root_of_its_own() -> None:
    files = {
        "modules/app/main.tf": 'module "disk" {\n  source = "../disk"\n}\n',
        "modules/disk/main.tf": MODULE,
        "modules/other/main.tf": MODULE,
        "live/app/terragrunt.hcl": UNIT,
    }
    assert discovered(files) == (["modules/other"], ["live/app"])
    assert discovered(files, "live") == ([], ["live/app"])
    assert discovered(files, "modules") == (["modules/app", "modules/other"], [])
    assert discovered(files, "live/app/terragrunt.hcl") == ([], ["live/app"])


def test_a_unit_with_its_own_terraform_is_read_once() -> None:
    files = {"live/app/terragrunt.hcl": "inputs = {}\n", "live/app/main.tf": MODULE}
    assert discovered(files) == ([], ["live/app"])


def test_a_module_of_this_very_repository_is_read_from_the_tree() -> None:
    source = "git::git@github.com:acme/infrastructure.git//modules/app?ref=v1"
    files = {**APP, "live/app/terragrunt.hcl": f'terraform {{\n  source = "{source}"\n}}\n'}
    read = unit(files, "live/app", remotes=("https://github.com/acme/infrastructure",))
    assert [resource.address for resource in read.resources] == ["test_thing.this"]


@pytest.mark.parametrize(
    "source",
    [
        "../../modules//app",
        "../../modules/app",
        "${get_repo_root()}//modules/app",
        "${get_terragrunt_dir()}/../../modules/app",
        "git::../..//modules/app?ref=1f2e3d",
        '${dirname(find_in_parent_folders("root.hcl"))}/modules//app',
    ],
)
def test_sources_within_the_tree(source: str) -> None:
    files = {**APP, "root.hcl": "", "live/app/terragrunt.hcl": f'terraform {{\n  source = "{source}"\n}}\n'}
    assert [one.module for one in found(files).units] == ["modules/app"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("tfr:///acme/vpc/aws?version=3.3.0", "acme/vpc/aws"),
        ("tfr://registry.example.com/acme/vpc/aws//sub?version=1.0.0", "registry.example.com/acme/vpc/aws//sub"),
        (
            "git::https://github.com/acme/modules.git//vpc?ref=v1",
            "git::https://github.com/acme/modules.git//vpc?ref=v1",
        ),
    ],
)
def test_a_source_that_is_not_here_leaves_its_inputs(source: str, shown: str) -> None:
    text = f'terraform {{\n  source = "{source}"\n}}\ninputs = {{\n  size = 3\n}}\n'
    read = unit({"live/vpc/terragrunt.hcl": text}, "live/vpc")
    (missing,) = read.unresolved
    assert (missing.address, missing.source, missing.inputs) == ("vpc", shown, {"size": 3})
    assert (missing.span.file, missing.span.line) == ("live/vpc/terragrunt.hcl", 2)
    (note,) = (str(each) for each in read.diagnostics)
    assert note.startswith('live/vpc/terragrunt.hcl:2:12: module "vpc" comes from ')


def test_a_source_that_cannot_be_known_is_said() -> None:
    read = unit({"live/vpc/terragrunt.hcl": 'terraform {\n  source = run_cmd("./source.sh")\n}\n'}, "live/vpc")
    assert [one.source for one in read.unresolved] == [""]
    assert [str(each) for each in read.diagnostics] == [
        "live/vpc/terragrunt.hcl:2:12: which module this is depends on values that are not known before deployment; "
        "it is not read"
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("../../../other//app", 'module "app" lies outside the scanned tree (../../../other//app) and is not read'),
        ("../../modules//none", 'there is no directory ../../modules//none for module "app"'),
    ],
)
def test_a_source_that_leads_nowhere_is_said(source: str, message: str) -> None:
    read = unit({**APP, "live/app/terragrunt.hcl": f'terraform {{\n  source = "{source}"\n}}\n'}, "live/app")
    assert [str(each) for each in read.diagnostics] == [f"live/app/terragrunt.hcl:2:12: {message}"]
    assert len(read.unresolved) == 1


@pytest.mark.parametrize(
    ("source", "read"),
    [
        (
            'get_env("CI") == "1" ? "git::https://example.com/acme/infra//modules/app?ref=v1" : "../../modules//app"',
            True,
        ),
        (
            'get_env("LOCAL") == "1" ? "../../modules//app" : "git::https://example.com/acme/app?ref=${get_env("V")}"',
            True,
        ),
        ('"${get_env("CI") == "1" ? "git::https://example.com/acme/infra//app?ref=v1" : "../../modules//app"}"', True),
        ('get_env("CI") == "1" ? "git::https://example.com/acme/infra//other?ref=v1" : "../../modules//app"', False),
        ('get_env("CI") == "1" ? "git::https://example.com/acme/infra//app-2?ref=v1" : "../../modules//app"', False),
        ('get_env("CI", "1") == "1" ? "git::https://example.com/acme/infra//app" : "../../modules//app"', False),
    ],
)
def test_of_two_ways_to_a_module_the_one_that_is_here_is_read(source: str, read: bool) -> None:
    files = {**APP, "live/app/terragrunt.hcl": f"terraform {{\n  source = {source}\n}}\n"}
    assert bool(unit(files, "live/app").resources) is read


def test_what_an_environment_variable_nobody_set_would_say_is_a_default() -> None:
    text = UNIT + 'locals {\n  stage = get_env("STAGE", "dev")\n}\ninputs = {\n  env = local.stage\n  size = "s"\n}\n'
    module = 'variable "env" {}\nvariable "size" {}\nresource "aws_ebs_volume" "v" {}\n'
    files = {**APP, "modules/app/main.tf": module, "live/app/terragrunt.hcl": text}
    assert unit(files, "live/app").defaulted == {"env", "stage"}
    assert unit(files, "live/app", environment={"STAGE": "prod"}).defaulted == set()


@pytest.mark.parametrize(
    ("type_", "given", "value"),
    [
        ("list(string)", '"[\\"a\\", \\"b\\"]"', ["a", "b"]),
        ("map(number)", 'get_env("LIMITS", "{a = 1}")', {"a": 1}),
        ("string", '"[]"', "[]"),
        ("number", '"3"', 3),
        ("list(string)", '["a"]', ["a"]),
    ],
)
def test_text_given_to_a_variable_that_is_no_text_is_terraform_syntax(type_: str, given: str, value: object) -> None:
    module = f'variable "it" {{\n  type = {type_}\n}}\nresource "test_thing" "this" {{\n  it = var.it\n}}\n'
    files = {
        **APP,
        "modules/app/main.tf": module,
        "live/app/terragrunt.hcl": UNIT + f"inputs = {{\n  it = {given}\n}}\n",
    }
    read = unit(files, "live/app")
    assert (read.resources[0].attributes["it"], read.diagnostics) == (value, [])


@pytest.mark.parametrize(
    ("type_", "given", "expected"),
    [
        ("string", '[{ b = 1, a = "<" }]', r'[[{"a":"\u003c","b":1}]]'),
        ("string", "[]", "[[]]"),
        ("string", '{ a = run_cmd("x") }', None),
        ("list(string)", '["x"]', None),
    ],
)
def test_a_list_or_map_given_to_a_text_variable_is_json(type_: str, given: str, expected: str | None) -> None:
    module = f'variable "it" {{\n  type = {type_}\n}}\nresource "test_thing" "this" {{\n  it = "[${{var.it}}]"\n}}\n'
    if type_ != "string":
        module = module.replace('"[${var.it}]"', "var.it")
    read = unit(app(f"inputs = {{\n  it = {given}\n}}\n", {"modules/app/main.tf": module}), "live/app")
    assert [each for each in read.diagnostics if each.severity != "note"] == []
    value = read.resources[0].attributes["it"]
    if expected is not None:
        assert value == expected
    else:
        assert value == ["x"] if type_ != "string" else isinstance(value, Unknown)


def test_an_output_mocked_as_null_is_unknown() -> None:
    mocked = 'dependency "lb" {\n  config_path = "../lb"\n  mock_outputs = {\n    arn = null\n    port = 80\n  }\n}\n'
    given = 'inputs = {\n  it = "${dependency.lb.outputs.port}-${dependency.lb.outputs.arn}"\n}\n'
    read = unit(app(mocked + given), "live/app")
    assert [each for each in read.diagnostics if each.severity != "note"] == []
    assert not fully_known(read.resources[0].attributes["it"])
