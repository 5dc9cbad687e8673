"""Units as stacks: values, places, variable files, dependencies, environments, and what is said."""

from __future__ import annotations

import pytest
from terragrunt_units import INCLUDE, MODULE, SOURCE, app, chain, complaints, thing, unit

from costlint import environment
from costlint.model import LinkedStr, Unknown

LIVE = {
    "root.hcl": """
locals {
  account_vars = read_terragrunt_config(find_in_parent_folders("account.hcl"))
  region_vars  = read_terragrunt_config(find_in_parent_folders("region.hcl"))
  aws_region   = local.region_vars.locals.aws_region
}
generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<EOF
provider "aws" {
  region              = "${local.aws_region}"
  allowed_account_ids = ["${get_aws_account_id()}"]
  max_retries         = ${local.account_vars.locals.retries}
  default_tags {
    tags = {
      Team = "${local.account_vars.locals.team}"
    }
  }
}
EOF
}
remote_state {
  backend = "s3"
  config = {
    bucket = "state-${get_aws_account_id()}"
    key    = "${path_relative_to_include()}/terraform.tfstate"
  }
}
inputs = merge(
  local.account_vars.locals,
  local.region_vars.locals,
)
""",
    "_envcommon/gpu.hcl": """
locals {
  env_vars = read_terragrunt_config(find_in_parent_folders("env.hcl"))
  base_source_url = "${dirname(find_in_parent_folders("root.hcl"))}/modules//gpu"
}
inputs = {
  name          = "gpu-${local.env_vars.locals.environment}"
  instance_type = "g5.12xlarge"
  volume        = { type = "gp2", size = 500 }
}
""",
    "prod/account.hcl": 'locals {\n  team = "ml"\n  retries = run_cmd("retries")\n}\n',
    "prod/eu-west-1/region.hcl": 'locals {\n  aws_region = "eu-west-1"\n}\n',
    "prod/eu-west-1/blue/env.hcl": 'locals {\n  environment = "production"\n}\n',
    "prod/eu-west-1/blue/gpu/terragrunt.hcl": """
include "root" {
  path = find_in_parent_folders("root.hcl")
}
include "envcommon" {
  path           = "${dirname(find_in_parent_folders("root.hcl"))}/_envcommon/gpu.hcl"
  expose         = true
  merge_strategy = "deep"
}
terraform {
  source = include.envcommon.locals.base_source_url
}
dependency "vpc" {
  config_path  = "../vpc"
  mock_outputs = {
    subnet_ids = ["subnet-1", "subnet-2"]
  }
}
inputs = {
  subnet_ids = dependency.vpc.outputs.subnet_ids
  vpc_id     = dependency.vpc.outputs.vpc_id
  volume     = { size = 1000 }
}
""",
    "modules/gpu/main.tf": """
variable "instance_type" {}
variable "subnet_ids" {}
variable "vpc_id" {}
variable "name" {}
variable "volume" {}
variable "aws_region" {}
resource "aws_instance" "this" {
  count         = length(var.subnet_ids)
  instance_type = var.instance_type
  subnet_id     = var.subnet_ids[count.index]
  root_block_device {
    volume_type = var.volume.type
    volume_size = var.volume.size
  }
  tags = { Name = var.name, Vpc = var.vpc_id }
}
""",
}
GPU = "prod/eu-west-1/blue/gpu"


def test_a_live_repository_is_read_with_its_environments_regions_and_inputs() -> None:
    read = unit(LIVE, GPU)
    assert complaints(read) == []
    assert [resource.address for resource in read.resources] == ["aws_instance.this[0]", "aws_instance.this[1]"]
    first = read.resources[0]
    assert first.attributes["instance_type"] == "g5.12xlarge"
    assert first.attributes["root_block_device"] == [{"volume_type": "gp2", "volume_size": 1000}]
    assert (first.region.name, first.region.assumed) == ("eu-west-1", False)
    assert first.tags["Team"] == "ml"
    assert first.tags["Name"] == "gpu-production"
    assert isinstance(first.tags["Vpc"], Unknown)
    environment.assign(read)
    assert (read.environment.kind, read.environment.name) == ("prod", "production")
    assert (read.path, read.name, read.kind, read.library) == (GPU, GPU, "terraform", False)


def test_the_place_of_a_value_is_where_the_included_file_writes_it() -> None:
    read = unit(LIVE, GPU)
    locate = read.resources[0].locator.locate
    found = locate(("instance_type",))
    assert found is not None
    assert (found.span.file, found.span.line, found.exact) == ("_envcommon/gpu.hcl", 8, True)
    assert [(step.span.file, step.what) for step in found.chain] == [
        ("modules/gpu/main.tf", "aws_instance.this.instance_type"),
        (f"{GPU}/terragrunt.hcl", 'include "envcommon"'),
        ("_envcommon/gpu.hcl", "inputs.instance_type"),
    ]
    deep = locate(("root_block_device", 0, "volume_type"))
    own = locate(("root_block_device", 0, "volume_size"))
    assert deep is not None
    assert own is not None
    assert (deep.span.file, deep.span.line) == ("_envcommon/gpu.hcl", 9)
    assert (own.span.file, own.span.line, own.exact) == (f"{GPU}/terragrunt.hcl", 22, True)


def test_the_files_of_a_unit_are_those_it_was_read_from() -> None:
    assert set(unit(LIVE, GPU).files) == {
        f"{GPU}/terragrunt.hcl",
        "root.hcl",
        "prod/account.hcl",
        "prod/eu-west-1/region.hcl",
        "_envcommon/gpu.hcl",
        "prod/eu-west-1/blue/env.hcl",
        "modules/gpu/main.tf",
    }


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ('inputs = {\n  it = "x"\n}\n', ["live/app/terragrunt.hcl:5 inputs.it"]),
        (
            'inputs = {\n  it = local.size\n}\nlocals {\n  size = "x"\n}\n',
            ["live/app/terragrunt.hcl:5 inputs.it", "live/app/terragrunt.hcl:8 local.size"],
        ),
        (
            'inputs = merge({ it = 1 }, {\n  it = "x"\n})\n',
            ["live/app/terragrunt.hcl:5 inputs.it"],
        ),
        (
            'inputs = {\n  it = read_terragrunt_config("env.hcl").locals.size\n}\n',
            ["live/app/terragrunt.hcl:5 inputs.it", "live/app/env.hcl:2 local.size"],
        ),
        (
            'locals {\n  env = read_terragrunt_config("env.hcl")\n}\ninputs = {\n  it = local.env.locals.size\n}\n',
            [
                "live/app/terragrunt.hcl:8 inputs.it",
                "live/app/terragrunt.hcl:5 local.env",
                "live/app/env.hcl:2 local.size",
            ],
        ),
        (
            f"{INCLUDE}inputs = {{\n  it = include.root.locals.size\n}}\n",
            ["live/app/terragrunt.hcl:8 inputs.it", "root.hcl:2 local.size"],
        ),
        (
            'inputs = {\n  it = dependency.vpc.outputs.id\n}\ndependency "vpc" {\n'
            '  config_path = "../vpc"\n  mock_outputs = {\n    id = "x"\n  }\n}\n',
            ["live/app/terragrunt.hcl:5 inputs.it"],
        ),
    ],
)
def test_the_chain_leads_through_the_unit_to_the_literal(own: str, expected: list[str]) -> None:
    size = 'locals {\n  size = "x"\n}\n'
    read = unit(app(own, {"root.hcl": size, "live/app/env.hcl": size}), "live/app")
    assert complaints(read) == []
    assert thing(read) == "x"
    assert chain(read) == ["modules/app/main.tf:6 test_thing.this.it.0", *expected]


def test_the_literal_in_a_merged_map_is_the_place() -> None:
    read = unit(app('inputs = merge({ it = 1 }, {\n  it = "x"\n})\n'), "live/app")
    location = read.resources[0].locator.locate(("it", 0))
    assert location is not None
    assert (location.span.file, location.span.line, location.span.column) == ("live/app/terragrunt.hcl", 5, 8)


# -- precedence


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ({}, "input"),
        ({"modules/app/terraform.tfvars": 'it = "module"\n'}, "module"),
        ({"live/app/terraform.tfvars": 'it = "unit"\n'}, "unit"),
        ({"live/app/x.auto.tfvars": 'it = "auto"\n', "modules/app/terraform.tfvars": 'it = "module"\n'}, "auto"),
    ],
)
def test_inputs_are_weaker_than_variable_files(beside: dict[str, str], expected: str) -> None:
    assert thing(unit(app('inputs = {\n  it = "input"\n}\n', beside), "live/app")) == expected


def test_options_are_stronger_than_inputs() -> None:
    files = app('inputs = {\n  it = "input"\n}\n')
    assert thing(unit(files, "live/app", variables={"it": "option"})) == "option"
    assert thing(unit(files, "live/app", environment={"TF_VAR_it": "environment"})) == "environment"


def extra_arguments(inside: str, files: dict[str, str] | None = None) -> dict[str, str]:
    text = f'terraform {{\n  source = "../../modules//app"\n  extra_arguments "vars" {{\n{inside}  }}\n}}\n'
    return app("", {**(files or {}), "live/app/terragrunt.hcl": text})


def test_extra_arguments_add_variable_files() -> None:
    files = {"live/account.tfvars": 'it = "account"\n', "live/app/late.tfvars": 'it = "late"\n'}
    optional = (
        '    commands = ["plan", "apply"]\n'
        '    optional_var_files = ["none.tfvars", find_in_parent_folders("account.tfvars", "ignore")]\n'
    )
    read = unit(extra_arguments(optional, files), "live/app")
    assert complaints(read) == []
    assert thing(read) == "account"
    assert read.var_files == ("live/account.tfvars",)
    assert chain(read)[-1] == "live/account.tfvars:1 account.tfvars"
    argument = '    commands = ["apply"]\n    arguments = ["-var-file=late.tfvars"]\n'
    assert thing(unit(extra_arguments(argument, files), "live/app")) == "late"
    destroying = argument.replace('"apply"', '"destroy"')
    assert thing(unit(extra_arguments(destroying, files), "live/app")) == "default"


def test_extra_arguments_may_set_variables_by_environment() -> None:
    read = unit(extra_arguments('    env_vars = {\n      TF_VAR_it = "set"\n    }\n'), "live/app")
    assert thing(read) == "set"
    assert chain(read)[-1] == "live/app/terragrunt.hcl:5 env_vars TF_VAR_it"


def test_a_variable_file_that_is_required_and_missing_is_said() -> None:
    read = unit(extra_arguments('    required_var_files = ["none.tfvars"]\n'), "live/app")
    assert complaints(read) == ["live/app/terragrunt.hcl:3:3: the variable file none.tfvars is not in the scanned tree"]


# -- dependencies


def dependent(outputs: str, expression: str) -> dict[str, str]:
    block = f'dependency "vpc" {{\n  config_path = "../vpc"\n{outputs}}}\n'
    return app(f"{block}inputs = {{\n  it = {expression}\n}}\n")


MOCKS = '  mock_outputs = {\n    id    = "vpc-1"\n    zones = ["a", "b"]\n    map   = { a = 1 }\n  }\n'


def test_outputs_of_a_dependency_are_unknown_unless_they_are_mocked() -> None:
    assert isinstance(thing(unit(dependent("", "dependency.vpc.outputs.id"), "live/app")), Unknown)
    assert thing(unit(dependent(MOCKS, "dependency.vpc.outputs.id"), "live/app")) == "vpc-1"
    assert thing(unit(dependent(MOCKS, "length(dependency.vpc.outputs.zones)"), "live/app")) == 2


@pytest.mark.parametrize("name", ["outputs.other", "outputs.map.b", "inputs.x"])
def test_what_a_mock_does_not_hold_is_unknown(name: str) -> None:
    read = unit(dependent(MOCKS, f"dependency.vpc.{name}"), "live/app")
    assert complaints(read) == []
    assert isinstance(thing(read), Unknown)


def test_mocked_text_says_whose_output_it_stands_for() -> None:
    found = thing(unit(dependent(MOCKS, "dependency.vpc.outputs.id"), "live/app"))
    assert isinstance(found, LinkedStr)
    assert [str(source) for source in found.sources] == ["dependency.vpc.id"]


def test_a_dependency_may_be_declared_in_an_included_file() -> None:
    root = 'dependency "vpc" {\n  config_path = "../vpc"\n  mock_outputs = {\n    id = "vpc-1"\n  }\n}\n'
    own = INCLUDE + "inputs = {\n  it = dependency.vpc.outputs.id\n}\n"
    assert thing(unit(app(own, {"root.hcl": root}), "live/app")) == "vpc-1"


# -- what is said


def test_variables_without_an_input_are_missing() -> None:
    module = 'variable "a" {}\nvariable "b" {}\nvariable "c" {\n  default = 1\n}\n'
    read = unit(app("inputs = {}\n", {"modules/app/main.tf": module}), "live/app")
    assert [(one.name, str(one.span)) for one in read.missing] == [
        ("a", "modules/app/main.tf:1:1"),
        ("b", "modules/app/main.tf:2:1"),
    ]
    assert read.diagnostics == []


def test_inputs_the_module_does_not_take_are_no_trouble() -> None:
    assert unit(app("inputs = {\n  nobody = 1\n}\n"), "live/app").diagnostics == []


def test_an_input_of_the_wrong_type_is_said_on_its_line() -> None:
    module = 'variable "size" {\n  type = number\n}\nresource "test_thing" "this" {\n  it = [var.size]\n}\n'
    read = unit(app('inputs = {\n  size = "large"\n}\n', {"modules/app/main.tf": module}), "live/app")
    (said,) = complaints(read)
    assert said.startswith('live/app/terragrunt.hcl:5:10: this is no value for variable "size"')
    assert isinstance(thing(read), Unknown)


def test_suppressions_count_in_units_and_in_what_they_include() -> None:
    mark = "# costlint:ignore=STO001 agreed\n"
    own = INCLUDE + mark + 'inputs = {\n  it = "x"\n}\n'
    read = unit(app(own, {"root.hcl": mark + "locals {}\n"}), "live/app")
    assert {(each.file, each.line, each.reason) for each in read.suppressions} == {
        ("live/app/terragrunt.hcl", 8, "agreed"),
        ("root.hcl", 2, "agreed"),
    }


@pytest.mark.parametrize(
    ("files", "kind", "evidence"),
    [
        ({"live/app/terragrunt.hcl": SOURCE}, None, ""),
        ({"live/app/terragrunt.hcl": SOURCE + 'locals {\n  env = "staging"\n}\n'}, "nonprod", 'env = "staging"'),
        ({"live/app/terragrunt.hcl": SOURCE + 'inputs = {\n  environment = "dev"\n}\n'}, "nonprod", '= "dev"'),
        (
            {"live/app/terragrunt.hcl": SOURCE + INCLUDE, "root.hcl": 'locals {\n  environment = "prod"\n}\n'},
            "prod",
            'environment = "prod"',
        ),
    ],
)
def test_locals_and_inputs_tell_the_environment(files: dict[str, str], kind: str | None, evidence: str) -> None:
    read = unit(app("", files), "live/app")
    environment.assign(read)
    assert read.environment.kind == kind
    assert read.environment.evidence.endswith(evidence)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("non-prod/us-east-1/gpu", "nonprod"), ("prod/us-east-1/gpu", "prod"), ("eu/us-east-1/gpu", None)],
)
def test_the_path_of_a_unit_tells_the_environment(path: str, kind: str | None) -> None:
    source = 'terraform {\n  source = "../../../modules//app"\n}\n'
    read = unit({"modules/app/main.tf": MODULE, f"{path}/terragrunt.hcl": source}, path)
    environment.assign(read)
    assert [resource.address for resource in read.resources] == ["test_thing.this"]
    assert read.environment.kind == kind
