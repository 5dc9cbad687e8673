"""Reads configurations given as text, for the tests of the evaluator."""

from __future__ import annotations

from costlint.model import Resource, Stack
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import TerraformOptions, read_stack
from costlint.sources import MemorySource


def stack(files: dict[str, str] | str, root: str = "", **options: object) -> Stack:
    """The stack of a configuration; a lone string is its main.tf."""
    texts = {"main.tf": files} if isinstance(files, str) else files
    return read_stack(TerraformFiles(MemorySource(texts)), root, TerraformOptions(**options))


def resource(read: Stack, address: str) -> Resource:
    found = {each.address: each for each in read.resources}
    assert address in found, f"{address} is not among {list(found)}"
    return found[address]


def value(expression: str, rest: str = "", **options: object) -> object:
    """What an expression evaluates to; fails on any diagnostic."""
    read = stack(f"resource test_thing this {{\n  it = [{expression}]\n}}\n{rest}", **options)
    assert [str(each) for each in read.diagnostics if each.severity != "note"] == []
    items = resource(read, "test_thing.this").attributes["it"]
    assert isinstance(items, list)
    return items[0]


def complaints(read: Stack) -> list[str]:
    """The diagnostics that are no mere notes, as people see them."""
    return [str(each) for each in read.diagnostics if each.severity != "note"]
