"""Mistakes are told where Terraform would meet them, and only there."""

from __future__ import annotations

import pytest

from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import TerraformOptions, read_stack
from costlint.sources import MemorySource

_NULL = 'variable "settings" {\n  default = null\n}\nvariable "on" {}\n'
_VOLUME = 'resource "aws_ebs_volume" "v" {\n%s  size = %s\n}\n'
_MESSAGE = 'null has no attribute "size"'


def told(files: dict[str, str], **options: object) -> list[str]:
    stack = read_stack(TerraformFiles(MemorySource(files)), "", TerraformOptions(**options))  # type: ignore[arg-type]
    return [diagnostic.message for diagnostic in stack.diagnostics if diagnostic.severity != "note"]


def test_a_mistake_in_what_is_deployed_is_told() -> None:
    assert told({"main.tf": _NULL + _VOLUME % ("", "var.settings.size")}) == [_MESSAGE]


@pytest.mark.parametrize("repeated", ["count = var.on ? 1 : 0", "for_each = var.on"])
def test_a_resource_that_may_not_exist_has_no_mistakes(repeated: str) -> None:
    assert told({"main.tf": _NULL + _VOLUME % (f"  {repeated}\n", "var.settings.size")}) == []


def test_a_local_only_such_a_resource_uses_has_none_either() -> None:
    text = _NULL + "locals {\n  size = var.settings.size\n}\n"
    assert told({"main.tf": text + _VOLUME % ("  count = var.on\n", "local.size")}) == []
    assert told({"main.tf": text + _VOLUME % ("", "local.size")}) == [_MESSAGE]


@pytest.mark.parametrize("source", ["./m", "app.terraform.io/a/b/c"])
def test_arguments_of_a_module_that_may_not_exist_have_no_mistakes(source: str) -> None:
    call = 'module "m" {\n  source = "%s"\n%s  size = var.settings.size\n}\n'
    files = {"m/main.tf": 'variable "size" {}\n' + _VOLUME % ("", "var.size")}
    assert told({**files, "main.tf": _NULL + call % (source, "  count = var.on\n")}) == []
    assert told({**files, "main.tf": _NULL + call % (source, "")}) == [_MESSAGE]


@pytest.mark.parametrize(
    "body",
    [
        _VOLUME % ("", "var.settings.size"),
        _VOLUME % ("  count = var.settings.size\n", "1"),
        'variable "n" {\n  type = number\n  default = null\n}\n' + _VOLUME % ("  count = var.n\n", "1"),
        'module "below" {\n  source = "../below"\n  size = var.settings.size\n}\n',
    ],
    ids=["attribute", "count", "null count", "argument of a module below"],
)
def test_a_module_that_may_not_exist_has_no_mistakes(body: str) -> None:
    files = {
        "main.tf": 'variable "on" {}\nmodule "m" {\n  source = "./m"\n  count = var.on\n  on = true\n}\n',
        "m/main.tf": _NULL + body,
        "below/main.tf": 'variable "size" {\n  type = number\n}\n' + _VOLUME % ("", "var.size"),
    }
    assert told(files) == []
    files["main.tf"] = files["main.tf"].replace("count = var.on", "count = 1")
    assert len(told(files)) == 1


def test_a_library_read_without_its_inputs_has_no_mistakes_and_misses_nothing() -> None:
    files = {"main.tf": _NULL + _VOLUME % ("", "var.settings.size")}
    stack = read_stack(TerraformFiles(MemorySource(files)), "", TerraformOptions(library=True))
    assert stack.diagnostics == []


def test_what_cannot_be_parsed_is_told_even_there() -> None:
    assert told({"main.tf": _VOLUME % ("", "")}, library=True) == ['expected a value for "size" after "="']
