"""Where a planned value is written: in the Terraform files beside the plan, else in the plan itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from costlint.graph import block_address
from costlint.model import Location, Locator, Resource, Span, Suppression
from costlint.model.values import Path
from costlint.readers.terraform.files import ParsedFile, TerraformFiles, configuration_names
from costlint.readers.terraform.plans.references import ModuleStep
from costlint.readers.terraform.read import read_stack
from costlint.readers.terraform.syntax.ast import Body, Expr
from costlint.readers.terraform.syntax.json import parse_json_value

_ADDRESS = re.compile(rb'"address"\s*:\s*("(?:[^"\\]|\\.)*")')


class Places:
    """Finds the places of the resources of one plan."""

    def __init__(self, files: TerraformFiles, path: str, data: bytes) -> None:
        self._shown = files.source.shown(path)
        self._data = data
        self._file = ParsedFile(path, data, Body(), [], self._shown)
        self.suppressions: list[Suppression] = []
        self._exact: dict[str, Resource] = {}
        self._blocks: dict[str, Resource] = {}
        directory = path.rpartition("/")[0]
        if configuration_names(files.source.names(directory)):
            stack = read_stack(files, directory)
            self.suppressions = stack.suppressions
            for resource in stack.resources:
                self._exact[resource.address] = resource
                self._blocks.setdefault(block_address(resource.address), resource)

    def of(self, modules: tuple[ModuleStep, ...], written: Mapping[str, Any]) -> tuple[Span, Locator]:
        """The place of a resource, and what finds the places of its values."""
        address = written["address"]
        source = self._exact.get(address) or self._blocks.get(block_address(address))
        if source is not None:
            return source.span, source.locator
        start, end = self._addresses.get(address, (0, 0))
        return self._span(start, end), _PlanLocator(self, address)

    def value(self, address: str, path: Path) -> tuple[Span, bool] | None:
        """The place of a value in the plan, of the nearest enclosing one if it is not written there."""
        value = self._values.get(address)
        if value is None:
            return None
        for position, step in enumerate(path):
            inner = _member(value, step)
            if inner is None and isinstance(step, str) and value[0] == "list" and len(value[3]) == 1:
                inner = _member(value[3][0], step)
            if inner is None:
                return self._span(value[1], value[2]), position == len(path)
            value = inner
        return self._span(value[1], value[2]), True

    def _span(self, start: int, end: int) -> Span:
        return Span(self._shown, *self._file.position(start), *self._file.position(end))

    @cached_property
    def _addresses(self) -> dict[str, tuple[int, int]]:
        """Where each address is first written below "planned_values"."""
        found: dict[str, tuple[int, int]] = {}
        begin = max(self._data.find(b'"planned_values"'), 0)
        for match in _ADDRESS.finditer(self._data, begin):
            found.setdefault(json.loads(match[1]), match.span(1))
        return found

    @cached_property
    def _values(self) -> dict[str, Expr]:
        """The "values" object of each resource, with offsets. Read only when a place inside one is asked for."""
        found: dict[str, Expr] = {}
        root = _member(_member(parse_json_value(self._data), "planned_values"), "root_module")
        pending = [root]
        while pending:
            module = pending.pop()
            for resource in _items(_member(module, "resources")):
                address, values = _member(resource, "address"), _member(resource, "values")
                if address is not None and values is not None:
                    found[address[3]] = values
            pending.extend(_items(_member(module, "child_modules")))
        return found


class _PlanLocator:
    """Finds the values of one resource in the plan."""

    def __init__(self, places: Places, address: str) -> None:
        self._places = places
        self._address = address

    def locate(self, path: Path) -> Location | None:
        found = self._places.value(self._address, path)
        return Location(found[0], (), found[1]) if found is not None else None


def _member(value: Expr | None, step: str | int) -> Expr | None:
    if value is None:
        return None
    if value[0] == "obj":
        found: Expr | None = next((item for key, item in value[3] if key[3] == step), None)
        return found
    if value[0] == "list" and isinstance(step, int) and -len(value[3]) <= step < len(value[3]):
        item: Expr = value[3][step]
        return item
    return None


def _items(value: Expr | None) -> list[Expr]:
    return value[3] if value is not None and value[0] == "list" else []
