"""ApplicationSets: the Applications their generators and template make.

https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from costlint.model import Location, Resource
from costlint.model.values import Path
from costlint.readers.gitops.repositories import Repositories
from costlint.readers.kubernetes.documents import Document, read
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.sources import Source, SourceError

_MOST = 500
_PLACEHOLDER = re.compile(r"\{\{-?\s*\.?([\w.\[\]/-]+)\s*-?\}\}|\{\{-?\s*index\s+\.([\w.]+)\s+(\d+)\s*-?\}\}")


class Parameter(NamedTuple):
    """A parameter of a generator, and where it is written in the ApplicationSet (None: it is the name of a path)."""

    value: object
    at: Path | None = None


Parameters = dict[str, Parameter]


class NotKnown(Exception):
    """A generator that depends on what is not here; the message names it."""


class Generated(NamedTuple):
    """An Application of a set: the spec it has, its name, and where each value that was filled in stands."""

    name: str
    spec: Mapping[str, object]
    filled: Mapping[Path, Path]


def generated(source: Source, repositories: Repositories, resource: Resource) -> tuple[list[Generated], list[str]]:
    """The Applications of a set, and the generators nothing is known of."""
    spec = resource.attributes.get("spec")
    listed = spec.get("generators") if isinstance(spec, dict) else None
    template = spec.get("template") if isinstance(spec, dict) else None
    found: list[Generated] = []
    unknown: list[str] = []
    for index, one in enumerate(listed if isinstance(listed, list) else ()):
        try:
            for parameters in _parameters(source, repositories, one, ("spec", "generators", index)):
                if len(found) < _MOST and isinstance(template, dict):
                    found += _filled(template, parameters)
        except NotKnown as reason:
            unknown.append(str(reason))
    return found, unknown


def _parameters(source: Source, repositories: Repositories, one: object, at: Path) -> Iterator[Parameters]:
    if not isinstance(one, dict):
        return
    if isinstance(one.get("list"), dict):
        yield from _of_list(one["list"], (*at, "list"))
    elif isinstance(one.get("git"), dict):
        yield from _of_git(source, repositories, one["git"])
    elif isinstance(one.get("matrix"), dict):
        inner = one["matrix"].get("generators")
        if not isinstance(inner, list) or len(inner) != 2:
            raise NotKnown("matrix")
        second = list(_parameters(source, repositories, inner[1], (*at, "matrix", "generators", 1)))
        for first in _parameters(source, repositories, inner[0], (*at, "matrix", "generators", 0)):
            for other in second:
                yield {**first, **other}
    else:
        raise NotKnown(next((str(key) for key in one if key not in ("selector", "values")), "generator"))


def _of_list(written: Mapping[str, object], at: Path) -> Iterator[Parameters]:
    elements = written.get("elements")
    if not isinstance(elements, list):
        raise NotKnown("list")
    for index, element in enumerate(elements):
        if isinstance(element, dict):
            yield {name: Parameter(value, path) for name, value, path in _flat(element, (*at, "elements", index))}


def _of_git(source: Source, repositories: Repositories, written: Mapping[str, object]) -> Iterator[Parameters]:
    url = written.get("repoURL")
    root = repositories.directory(url) if isinstance(url, str) else None
    if root is None:
        raise NotKnown(f"git {url}")
    prefix = f"{root}/" if root else ""
    files = [path[len(prefix) :] for path in source.files(root)]
    if isinstance(written.get("directories"), list):
        every = sorted({above for path in files for above in _above(path)})
        for directory in _chosen(every, written["directories"]):
            yield _path_parameters(directory)
    elif isinstance(written.get("files"), list):
        for file in _chosen(files, written["files"]):
            yield from _of_file(source, prefix, file)


def _of_file(source: Source, prefix: str, file: str) -> Iterator[Parameters]:
    try:
        value = read(Document(source.read(prefix + file), 1, 0))
    except (SourceError, YamlMistake) as error:
        raise NotKnown(f"git file {file}") from error
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            own = {name: Parameter(inner) for name, inner, _ in _flat(one, ())}
            yield {**_path_parameters(posixpath.dirname(file)), **own}


def _above(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def _chosen(paths: list[str], entries: object) -> Iterator[str]:
    """Those a list of globs selects; `*` stays within a directory, `**` does not."""
    assert isinstance(entries, list)
    patterns = [
        (str(one["path"]).strip("/"), one.get("exclude") is True)
        for one in entries
        if isinstance(one, dict) and isinstance(one.get("path"), str)
    ]
    for path in paths:
        if any(_glob(path, pattern) for pattern, no in patterns if not no) and not any(
            _glob(path, pattern) for pattern, no in patterns if no
        ):
            yield path


def _glob(path: str, pattern: str) -> bool:
    return _steps(path.split("/"), pattern.split("/"))


def _steps(path: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(_steps(path[count:], pattern[1:]) for count in range(len(path) + 1))
    return bool(path) and fnmatch.fnmatchcase(path[0], pattern[0]) and _steps(path[1:], pattern[1:])


def _path_parameters(directory: str) -> Parameters:
    parts = directory.split("/")
    found = {
        "path": Parameter(directory),
        "path.path": Parameter(directory),
        "path.basename": Parameter(parts[-1]),
        "path.basenameNormalized": Parameter(re.sub(r"[^a-z0-9.-]", "-", parts[-1].lower())),
    }
    for index, part in enumerate(parts):
        found[f"path[{index}]"] = found[f"path.segments.{index}"] = Parameter(part)
    return found


def _flat(value: Mapping[str, object], at: Path, name: str = "") -> Iterator[tuple[str, object, Path]]:
    for key, inner in value.items():
        called = f"{name}.{key}" if name else key
        if isinstance(inner, dict):
            yield from _flat(inner, (*at, key), called)
        else:
            yield called, inner, (*at, key)


def _filled(template: Mapping[str, object], parameters: Parameters) -> Iterator[Generated]:
    spec = template.get("spec")
    metadata = template.get("metadata")
    if not isinstance(spec, dict):
        return
    filled: dict[Path, Path] = {}
    inside = _fill(spec, parameters, ("spec", "template", "spec"), filled)
    assert isinstance(inside, dict)
    name = _fill(metadata.get("name") if isinstance(metadata, dict) else "", parameters, (), {})
    yield Generated(str(name), inside, filled)


def _fill(value: object, parameters: Parameters, at: Path, filled: dict[Path, Path]) -> object:
    if isinstance(value, dict):
        return {key: _fill(item, parameters, (*at, key), filled) for key, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, parameters, (*at, index), filled) for index, item in enumerate(value)]
    if not isinstance(value, str) or "{{" not in value:
        return value

    def put(match: re.Match[str]) -> str:
        found = parameters.get(match[1] or f"{match[2]}.{match[3]}")
        if found is None or isinstance(found.value, (dict, list)):
            return match[0]
        if found.at is not None and match[0] == value.strip():
            filled[at] = found.at
        return "true" if found.value is True else "false" if found.value is False else str(found.value)

    return _PLACEHOLDER.sub(put, value)


class FilledLocator:
    """Finds values of one Application of a set: in its template, or in the generator that fills them in."""

    def __init__(self, resource: Resource, filled: Mapping[Path, Path]) -> None:
        self._resource = resource
        self._filled = filled

    def locate(self, path: Path) -> Location | None:
        return self._resource.locator.locate(self._filled.get(path, path))
