"""Reads Terragrunt trees given as text, for the tests of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costlint.model import Stack
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import TerraformOptions
from costlint.readers.terragrunt import read_unit
from costlint.readers.terragrunt.units import UNIT_NAME, Found, find_units
from costlint.sources import MemorySource, MountedSource

MODULE = """
variable "it" {
  default = "default"
}
resource "test_thing" "this" {
  it = [var.it]
}
"""


SOURCE = 'terraform {\n  source = "../../modules//app"\n}\n'
INCLUDE = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n'


def app(own: str, files: Mapping[str, str] | None = None) -> dict[str, str]:
    """A tree with a unit in live/app that deploys modules/app; `own` is what else the unit says."""
    return {
        "root.hcl": "",
        "modules/app/main.tf": MODULE,
        "live/app/terragrunt.hcl": SOURCE + own,
        **(files or {}),
    }


def terraform_files(files: Mapping[str, str], remotes: tuple[str, ...] = ()) -> TerraformFiles:
    return TerraformFiles(MountedSource(MemorySource(files), remotes))


def found(files: Mapping[str, str], remotes: tuple[str, ...] = ()) -> Found:
    return _found(terraform_files(files, remotes))


def units(files: Mapping[str, str], remotes: tuple[str, ...] = ()) -> dict[str, bool]:
    """The paths of the units, each with whether it is a library."""
    return {unit.path: unit.library for unit in found(files, remotes).units}


def unit(files: Mapping[str, str], path: str, remotes: tuple[str, ...] = (), **options: Any) -> Stack:
    """The stack of one unit."""
    parsed = terraform_files(files, remotes)
    every = {each.path: each for each in _found(parsed).units}
    assert path in every, f"{path} is not among {list(every)}"
    return read_unit(parsed, every[path], TerraformOptions(**options))


def value(
    expression: str, rest: str = "", files: Mapping[str, str] | None = None, path: str = "live/prod/app"
) -> object:
    """What an expression evaluates to in the inputs of a unit; fails on any complaint."""
    up = "../" * (path.count("/") + 1)
    text = f'terraform {{\n  source = "{up}module"\n}}\ninputs = {{\n  it = {expression}\n}}\n{rest}'
    read = unit({"module/main.tf": MODULE, **(files or {}), f"{path}/{UNIT_NAME}": text}, path)
    assert complaints(read) == []
    return thing(read)


def thing(read: Stack) -> object:
    """What the test module got for its variable."""
    (resource,) = (each for each in read.resources if each.type == "test_thing")
    items = resource.attributes["it"]
    assert isinstance(items, list)
    return items[0]


def complaints(read: Stack) -> list[str]:
    """The diagnostics that are no mere notes, as people see them."""
    return [str(each) for each in read.diagnostics if each.severity != "note"]


def notes(read: Stack) -> list[str]:
    return [str(each) for each in read.diagnostics if each.severity == "note"]


def chain(read: Stack, path: tuple[str | int, ...] = ("it", 0)) -> list[str]:
    """The steps from the attribute of the test module's resource to where it is written: "file:line what"."""
    (resource,) = (each for each in read.resources if each.type == "test_thing")
    location = resource.locator.locate(path)
    assert location is not None
    return [f"{step.span.file}:{step.span.line} {step.what}" for step in location.chain]


def _found(files: TerraformFiles) -> Found:
    names = (UNIT_NAME, "terragrunt.stack.hcl")
    return find_units(files, {path: "" for path in files.source.files() if path.rpartition("/")[2] in names})
