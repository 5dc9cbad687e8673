"""Values of a release wherever they are written: in an object, in text inside one, in Terraform, in a file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping

from costlint.model import Resource, Sketch, Span, is_unknown, lookup, opened
from costlint.model.values import Path
from costlint.readers.gitops.deployments import Deployment
from costlint.readers.helm.layers import Layer, layer, merged, setting
from costlint.readers.helm.variants import Variant
from costlint.readers.kubernetes.documents import Document, place, read
from costlint.readers.kubernetes.scalars import plain
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.sources import Source, SourceError

Finder = Callable[[Path], tuple[Span, bool]]

_PARAMETER = re.compile(r"((?:[^.\\\[\]]|\\.)+)|\[(\d+)\]")
_MOST_STEPS = 30
_MOST_ITEMS = 1000
_LARGEST = 4 << 20


def of_mapping(resource: Resource, base: Path, value: Mapping[str, object]) -> Layer:
    """Values that are a mapping at a path of a resource."""
    return Layer("", resource.span.file, value, b"", at=_located(resource, base))


def of_text(source: Source, resource: Resource, base: Path, given: str | Sketch) -> Layer | None:
    """Values that are YAML in a string at a path of a resource, None if it is no mapping. What is not known of a sketch
    is an Unknown."""
    text = given.text if isinstance(given, Sketch) else given
    document = Document(text.encode(), 1, 0)
    if len(document.data) > _LARGEST:
        return None
    try:
        value = opened(read(document)) if isinstance(given, Sketch) else read(document)
    except YamlMistake:
        return None
    if not isinstance(value, dict):
        return None
    whole = _located(resource, base)

    def at(path: Path) -> tuple[Span, bool]:
        if path:  # what yamlencode writes comes from an expression
            direct = resource.locator.locate((*base, *path))
            if direct is not None and direct.exact:
                return direct.span, True
        around, _ = whole(())
        inner, exact = place(document, path, around.file)
        found = _in_file(source, around, text, inner, path, lookup(value, path))
        return (found, exact) if found is not None else (around, False)

    return Layer("", resource.span.file, value, b"", at=at)


def of_parameter(resource: Resource, base: Path, name: str, value: object, typed: bool) -> Layer | None:
    """One value set by its dotted name (`--set a.b[0].c=1`), None if the name is none. `typed`: as Helm reads it."""
    steps: list[str | int] = [
        int(match[2]) if match[2] else match[1].replace("\\.", ".").replace("\\,", ",")
        for match in _PARAMETER.finditer(name)
    ]
    if not steps or len(steps) > _MOST_STEPS or not isinstance(steps[0], str):
        return None
    whole = _located(resource, base)
    given: object = plain(value) if typed and isinstance(value, str) else value
    inner: object = given
    for step in reversed(steps):
        if isinstance(step, int):
            if step >= _MOST_ITEMS:
                return None
            inner = [*[None] * step, inner]
        else:
            inner = {step: inner}
    assert isinstance(inner, dict)

    def at(path: Path) -> tuple[Span, bool]:
        span, exact = whole(())
        return span, exact and path == tuple(steps)

    return Layer("", resource.span.file, inner, b"", at=at)


def of_file(source: Source, path: str) -> Layer:
    """A values file of the source. Raises SourceError, and YamlMistake."""
    return layer(source.read(path), path, source.shown(path))


def together(layers: tuple[Layer, ...]) -> Layer:
    """Several layers as one. Where they overlap, a value stands in the last one that sets it."""
    if len(layers) == 1:
        return layers[0]

    def at(path: Path) -> tuple[Span, bool]:
        while True:
            found = setting(layers, path)
            if found is not None:
                return found.span(path)
            if not path:
                return layers[-1].span(())
            path = path[:-1]

    return Layer("", layers[-1].file if layers else "", merged(layers), b"", at=at)


def release(one: Deployment) -> Variant:
    """A chart with what it is given where it is known; where it is not, the chart's own values count."""
    layers = tuple(layer._replace(value=_known(layer.value)) for layer in one.layers)
    return Variant(layers, one.declared.address, True, one.signs)


def _known(value: Mapping[str, object]) -> dict[str, object]:
    return {key: _without_unknowns(item) for key, item in value.items() if not is_unknown(item)}


def _without_unknowns(value: object) -> object:
    if isinstance(value, dict):
        return _known(value)
    return [_without_unknowns(item) for item in value if not is_unknown(item)] if isinstance(value, list) else value


def _located(resource: Resource, base: Path) -> Finder:
    def at(path: Path) -> tuple[Span, bool]:
        found = resource.locator.locate((*base, *path))
        return (found.span, found.exact) if found is not None else (resource.span, False)

    return at


def _in_file(source: Source, around: Span, text: str, inner: Span, path: Path, value: object) -> Span | None:
    """Where a part of a text stands in the file it comes from: on a line that says the same. `around` is where the text
    (or what makes it) is written; the file may be another one that this names."""
    lines = text.split("\n")
    wanted = lines[inner.line - 1].strip() if inner.line <= len(lines) else ""
    if not wanted:
        return None
    own = _lines(source, around.file)
    for number in (around.line + inner.line, around.line + inner.line - 1):
        if 0 < number <= len(own) and own[number - 1].strip() == wanted:
            return _shifted(inner, around.file, number, own[number - 1], lines[inner.line - 1])
    for shown, content in _named_files(source, around, own):
        if "\n".join(content).strip() == text.strip():
            return Span(shown, inner.line, inner.column, inner.end_line, inner.end_column)
        same = [number for number, line in enumerate(content, 1) if line.strip() == wanted]
        if len(same) == 1:
            return _shifted(inner, shown, same[0], content[same[0] - 1], lines[inner.line - 1])
    return _assigned(around, own, path, value)


def _shifted(inner: Span, file: str, number: int, line: str, written: str) -> Span:
    """A part of a line of text, in the file whose line is indented otherwise."""
    by = (len(line) - len(line.lstrip())) - (len(written) - len(written.lstrip()))
    rows = inner.end_line - inner.line
    return Span(file, number, inner.column + by, number + rows, inner.end_column + (by if not rows else 0))


_FILE = re.compile(r'"([^"\n]*?[\w.-]+\.(?:ya?ml|json|tftpl|tpl|tmpl)[\w.]*)"')


def _named_files(source: Source, around: Span, own: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The files an expression names (`file("${path.module}/values.yaml")`), as shown, with their lines."""
    directory = posixpath.dirname(around.file)
    texts = ["\n".join(own[around.line - 1 : around.end_line])]
    path = source_path(source, around.file)
    if path is not None and path.endswith((".tf", ".tofu")):  # the name may be that of a variable
        beside = [name for name in source.names(posixpath.dirname(path)) if name.endswith((".tf", ".tofu", ".tfvars"))]
        texts += ["\n".join(_lines(source, posixpath.join(directory, name))) for name in beside]
    for match in (found for text in texts for found in _FILE.finditer(text)):
        name = re.sub(r"^\$\{path\.\w+\}/", "", match[1])
        shown = posixpath.normpath(posixpath.join(directory, name))
        lines = _lines(source, shown)
        if lines:
            yield shown, lines


def _assigned(around: Span, own: list[str], path: Path, value: object) -> Span | None:
    """The only line of an expression that gives this name this value (`cpu = "4"`)."""
    if not path or not isinstance(path[-1], str) or isinstance(value, (dict, list)) or value is None:
        return None
    shown = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    pattern = re.compile(rf'(?<![\w.])"?{re.escape(path[-1])}"?\s*[=:]\s*("?{re.escape(shown)}"?)(?![\w.])')
    found = [
        (number, match)
        for number, line in enumerate(own[around.line - 1 : around.end_line], around.line)
        for match in pattern.finditer(line)
    ]
    if len(found) != 1:
        return None
    number, match = found[0]
    return Span(around.file, number, match.start(1) + 1, number, match.end(1) + 1)


def _lines(source: Source, shown: str) -> list[str]:
    path = source_path(source, shown)
    try:
        return source.read(path).decode(errors="replace").split("\n") if path is not None else []
    except SourceError:
        return []


def source_path(source: Source, shown: str) -> str | None:
    """The path in the source of a file as shown to people, None if it is in none."""
    prefix = source.shown("")
    path = shown if prefix == "." else posixpath.relpath(shown, prefix)
    if prefix == ".":
        path = posixpath.normpath(path)
    return None if path.startswith("../") or not source.is_file(path) else path
