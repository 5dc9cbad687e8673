"""Alternatives a rule lists itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from costlint.model import Edit, SetValue, parse_path
from costlint.policy.subject import Subject


def cheapest_value(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """Each of `values` at `path`: the storage classes, editions or sizes that would all do."""
    path = (*subject.prefix, *parse_path(str(options["path"])))
    for value in options["values"]:
        yield [SetValue(subject.resource.address, path, value)]
