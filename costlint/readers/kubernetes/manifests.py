"""Manifest files of a source: the objects they hold, each file read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from costlint.model import Diagnostic, Suppression
from costlint.readers.kubernetes.documents import (
    MOST_DOCUMENTS,
    Document,
    documents,
    is_template,
    read,
    speaks_of_kubernetes,
)
from costlint.readers.kubernetes.objects import Object, address_of, objects_in
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.readers.suppressions import line_starts, suppressions_in
from costlint.sources import Source, SourceError

SUFFIXES = (".yaml", ".yml", ".json")
_SNIFFED = 64 * 1024


class Manifest(Struct):
    """A file with Kubernetes objects. `shown` is its path as people see it; `templates` counts documents that were left
    alone because they are templates."""

    path: str
    shown: str
    objects: list[tuple[Object, Document]] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    suppressions: list[Suppression] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    templates: int = 0


def manifests(source: Source, paths: Iterable[str], problems: list[Diagnostic]) -> list[Manifest]:
    """The files among `paths` that hold Kubernetes objects. What cannot be read is told in `problems`."""
    found = []
    for path in paths:
        if path.endswith(SUFFIXES):
            try:
                manifest = _manifest(source, path)
            except SourceError as error:
                shown = source.shown(path)
                problems.append(Diagnostic("error", error.about(shown), shown))
                continue
            if manifest is not None:
                problems += manifest.diagnostics
                found.append(manifest)
    return found


def _manifest(source: Source, path: str) -> Manifest | None:
    """The objects of a file, None if it has nothing to do with Kubernetes. JSON that does not begin like a manifest is
    not read to its end: most of it is something else, and some of it large."""
    if path.endswith(".json") and b'"apiVersion"' not in source.read(path, _SNIFFED):
        return None
    data = source.read(path)
    if not speaks_of_kubernetes(data):
        return None
    return parsed(data, path, source.shown(path))


def parsed(data: bytes, path: str, shown: str) -> Manifest:
    """The objects of the text of a file. A broken document becomes a diagnostic; the others are read."""
    manifest = Manifest(path, shown)
    for document in documents(data):
        if document.number >= MOST_DOCUMENTS:
            message = f"the file has more than {MOST_DOCUMENTS:,} documents; the rest is not read"
            manifest.diagnostics.append(Diagnostic("error", message, shown, document.line, 1))
            break
        if not speaks_of_kubernetes(document.data):
            continue
        try:
            value = read(document)
        except YamlMistake as mistake:
            if is_template(document.data):
                manifest.templates += 1
            else:
                place = (shown, mistake.line, mistake.column)
                manifest.diagnostics.append(Diagnostic("error", mistake.message, *place))
            continue
        for found in objects_in(value):
            manifest.objects.append((found, document))
            manifest.addresses.add(address_of(found.value))
    if b"costlint:ignore" in data:
        starts = line_starts(data)
        manifest.suppressions = suppressions_in(data, shown, starts, text_blocks(data, starts))
    return manifest


def text_blocks(data: bytes, starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Where what begins on a line begins and ends: with the last line below it that is indented further. The items of
    a list may stand as far left as the key they belong to."""
    open_: list[tuple[int, bool, int]] = []
    end = 0
    for start in starts:
        line = data[start : data.find(b"\n", start) % (len(data) + 1)]
        text = line.lstrip(b" ")
        if not text.strip() or text.startswith(b"#"):
            continue
        indent, item = len(line) - len(text), text.startswith(b"- ")
        while open_ and (open_[-1][0] > indent or (open_[-1][0] == indent and (open_[-1][1] or not item))):
            yield open_.pop()[2], end
        open_.append((indent, item, start))
        end = start + len(line)
    yield from ((start, end) for _, _, start in open_)
