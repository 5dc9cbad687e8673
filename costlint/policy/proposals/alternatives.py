"""Alternatives a rule lists itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from costlint.model import Edit, SetValue, lookup, parse_path
from costlint.policy.subject import Subject


def cheapest_value(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """Each of `values` at `path`: the storage classes, editions or sizes that would all do."""
    path = (*subject.prefix, *parse_path(str(options["path"])))
    for value in options["values"]:
        yield [SetValue(subject.resource.address, path, value)]


def rewritten(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """The text at `path` with the part that matches `pattern` replaced by `by`: one tier of a size for another."""
    path = (*subject.prefix, *parse_path(str(options["path"])))
    written = lookup(subject.resource.attributes, path)
    if isinstance(written, str):
        yield [SetValue(subject.resource.address, path, re.sub(str(options["pattern"]), str(options["by"]), written))]
