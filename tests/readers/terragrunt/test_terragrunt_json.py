"""Terragrunt in JSON: `terragrunt.hcl.json` says what `terragrunt.hcl` does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from terragrunt_units import MODULE, chain, complaints, thing, unit

from costlint.model import Unknown
from costlint.readers.discover import discover
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terragrunt import read_unit
from costlint.sources import MemorySource

ROOT = 'locals {\n  region = "eu-west-1"\n}\ninputs = {\n  it = "root"\n}\n'
UNIT: dict[str, Any] = {
    "terraform": {"source": "../../modules//app"},
    "include": {"root": {"path": '${find_in_parent_folders("root.hcl")}', "expose": True}},
    "locals": {"size": "large"},
    "inputs": {"it": "${local.size} in ${include.root.locals.region}"},
}


def tree(own: object) -> dict[str, str]:
    text = own if isinstance(own, str) else json.dumps(own, indent=2)
    return {
        "root.hcl": ROOT,
        "modules/app/main.tf": MODULE,
        "live/app/terragrunt.hcl.json": text,
    }


def read(files: dict[str, str]) -> Any:
    source = MemorySource(files)
    parsed = TerraformFiles(source)
    inputs = discover(source, [""], parsed)
    (found,) = (each for each in inputs.units if each.path == "live/app")
    return read_unit(parsed, found)


def test_a_unit_in_json_is_read() -> None:
    stack = read(tree(UNIT))
    assert complaints(stack) == []
    assert thing(stack) == "large in eu-west-1"
    assert stack.why == "terragrunt.hcl.json deploys it"


def test_its_values_are_found_where_they_are_written() -> None:
    own = {**UNIT, "inputs": {"it": "${local.size}"}}
    text = json.dumps(own, indent=2)
    line = text[: text.index('"large"')].count("\n") + 1
    assert chain(read(tree(own)))[-1] == f"live/app/terragrunt.hcl.json:{line} local.size"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"inputs": {}}, "root"),
        ({"include": {"path": '${find_in_parent_folders("root.hcl")}'}, "inputs": {"it": "bare"}}, "bare"),
        ({"include": [{"root": {"path": '${find_in_parent_folders("root.hcl")}'}}], "inputs": {}}, "root"),
        ({"feature": {"size": {"default": "small"}}, "inputs": {"it": "${feature.size.value}"}}, "small"),
        (
            {
                "dependency": {"vpc": {"config_path": "../vpc", "mock_outputs": {"id": "vpc-1"}}},
                "inputs": {"it": "${dependency.vpc.outputs.id}"},
            },
            "vpc-1",
        ),
        (
            {
                "terraform": {
                    "source": "../../modules//app",
                    "extra_arguments": {"vars": {"commands": ["plan"], "env_vars": {"TF_VAR_it": "extra"}}},
                }
            },
            "extra",
        ),
    ],
)
def test_blocks_are_told_from_arguments(changes: dict[str, object], expected: str) -> None:
    stack = read(tree({**UNIT, **changes}))
    assert complaints(stack) == []
    assert thing(stack) == expected


def test_generated_files_are_read() -> None:
    own = {
        **UNIT,
        "generate": {
            "provider": {
                "path": "provider.tf",
                "if_exists": "overwrite",
                "contents": 'provider "aws" {\n  region = "${include.root.locals.region}"\n}\n'
                'resource "aws_eip" "a" {}\n',
            }
        },
    }
    stack = read(tree(own))
    assert complaints(stack) == []
    assert [each.region.name for each in stack.resources if each.type == "aws_eip"] == ["eu-west-1"]


def test_without_mocks_the_outputs_of_others_are_unknown() -> None:
    own = {**UNIT, "dependency": {"vpc": {"config_path": "../vpc"}}, "inputs": {"it": "${dependency.vpc.outputs.id}"}}
    assert isinstance(thing(read(tree(own))), Unknown)


def test_terragrunt_prefers_its_own_syntax() -> None:
    own = 'terraform {\n  source = "../../modules//app"\n}\ninputs = {\n  it = "hcl"\n}\n'
    assert thing(read(tree(UNIT) | {"live/app/terragrunt.hcl": own})) == "hcl"


def test_a_unit_may_include_json_and_be_read_from_json() -> None:
    files = tree({**UNIT, "include": {"root": {"path": '${find_in_parent_folders("root.hcl.json")}'}}, "inputs": {}})
    files["root.hcl.json"] = json.dumps({"inputs": {"it": "json root"}})
    assert thing(read(files)) == "json root"


def test_broken_json_is_said_with_its_place() -> None:
    source = MemorySource(tree('{\n  "terraform": {"source": "../../modules//app"},\n  "inputs": {\n}\n'))
    (said,) = discover(source, [""], TerraformFiles(source)).diagnostics
    assert (said.severity, said.file) == ("error", "live/app/terragrunt.hcl.json")


def test_what_is_no_unit_stays_none() -> None:
    source = MemorySource({"live/app/terragrunt.hcl.json": "{}"})
    found = discover(source, [""], TerraformFiles(source))
    assert (found.units, found.diagnostics) == ([], [])


def test_a_stack_that_is_checked_in_finds_its_values_beside_it() -> None:
    files = {
        "modules/app/main.tf": MODULE,
        "units/app/terragrunt.hcl": 'terraform {\n  source = "${get_repo_root()}/modules/app"\n}\n'
        "inputs = {\n  it = values.size\n}\n",
        "live/terragrunt.stack.hcl": 'unit "app" {\n  source = "../units/app"\n  path = "app"\n'
        "  values = {\n    size = values.size\n  }\n}\n",
        "live/terragrunt.values.hcl": 'size = "large"\n',
    }
    assert thing(unit(files, "live/.terragrunt-stack/app")) == "large"
