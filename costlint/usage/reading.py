"""Usage files as they are written: quantities by resource address or by resource type.

The format is Infracost's (infracost-usage.yml), where a key may also be the name of an assumption of costlint:

    resource_type_default_usage:
      aws_lambda_function:
        monthly_requests: 100000
    resource_usage:
      module.api["eu"].aws_lambda_function.handler[*]:
        aws.lambda.seconds: 0.2
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from costlint.config import ConfigError
from costlint.config.documents import Document
from costlint.config.reading import read_document
from costlint.model import Diagnostic, Path
from costlint.spelling import did_you_mean

_LARGEST_BYTES = 10 << 20
_MOST_ENTRIES = 200_000
_DEEPEST = 6
_DEFAULTS, _RESOURCES = "resource_type_default_usage", "resource_usage"
_SECTIONS = ("version", _DEFAULTS, _RESOURCES)
_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\[\]"]*)\]')


class Entry(NamedTuple):
    """One quantity: `target` is an address, with `[*]` for any index, or (in `default`) a resource type; `key` the
    names that lead to it, joined by dots; `path` where it stands in the document."""

    target: str
    default: bool
    key: str
    value: object
    path: Path


class UsageFile(NamedTuple):
    """The entries of a file in order; `place` gives the line and column of a path."""

    file: str
    entries: list[Entry]
    diagnostics: list[Diagnostic]
    place: Callable[[Path], tuple[int, int]]


def read_usage(file: str) -> UsageFile:
    """Read a usage file. Raises ConfigError if it is not one; sections nobody knows are a warning."""
    document = read_document(file, "the usage file", _LARGEST_BYTES)
    top = document.value
    if not isinstance(top, dict):
        raise ConfigError(f"a usage file is a map with {_RESOURCES} or {_DEFAULTS}", file, 1, 1)
    diagnostics = []
    for name in top:
        if name not in _SECTIONS:
            hint = did_you_mean(str(name), _SECTIONS, f"; known keys are {', '.join(_SECTIONS)}")
            diagnostics.append(Diagnostic("warning", f'unknown key "{name}"{hint}', file, *document.position((name,))))
    entries: list[Entry] = []
    for section in (_DEFAULTS, _RESOURCES):
        for target, written in _members(top.get(section), (section,), document, file):
            path: Path = (section, target)
            for key, value, place in _leaves(written, path, document, file, 0):
                entries.append(Entry(str(target), section == _DEFAULTS, key, value, place))
                if len(entries) > _MOST_ENTRIES:
                    raise ConfigError(f"the usage file has more than {_MOST_ENTRIES:,} quantities", file)
    return UsageFile(file, entries, diagnostics, document.position)


def type_of(address: str) -> str:
    """The resource type in an address, "" if it has none."""
    steps = _INDEX.sub("", address).split(".")
    return steps[-2] if len(steps) > 1 else ""


def _leaves(
    written: object, path: Path, document: Document, file: str, depth: int
) -> Iterator[tuple[str, object, Path]]:
    """Every value below a path, with its dotted key; nothing for a key that is empty (all of it commented out)."""
    if depth > _DEEPEST:
        raise ConfigError(f"{'.'.join(map(str, path))} is nested too deeply", file, *document.position(path))
    for name, value in _members(written, path, document, file):
        inner: Path = (*path, name)
        if isinstance(value, dict):
            for key, found, place in _leaves(value, inner, document, file, depth + 1):
                yield f"{name}.{key}", found, place
        elif value is not None:
            yield str(name), value, inner


def _members(written: object, path: Path, document: Document, file: str) -> Iterator[tuple[Any, object]]:
    if written is None:
        return
    if not isinstance(written, dict):
        what = ".".join(map(str, path))
        raise ConfigError(f"{what}: expected a map of names to quantities", file, *document.position(path))
    yield from written.items()
