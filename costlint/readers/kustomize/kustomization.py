"""One kustomization file: what it says, and where in it something is written."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from msgspec import Struct

from costlint.model import Span
from costlint.model.values import Path
from costlint.readers.kubernetes.documents import Document, documents, place, read
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.sources import Source

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""The names a kustomization file may have, in the order kustomize looks for them."""

_GROUP = "kustomize.config.k8s.io/"


class Kustomization(Struct, eq=False):
    """A kustomization or component. `path` is that of its file; `shown` the same as people see it."""

    directory: str
    path: str
    shown: str
    value: Mapping[str, object]
    document: Document

    @property
    def component(self) -> bool:
        """True for what is only ever a part of something else."""
        return self.value.get("kind") == "Component"

    def list(self, field: str) -> list[object]:
        """The items of a field, [] if it is absent or no list."""
        found = self.value.get(field)
        return found if isinstance(found, list) else []

    def text(self, field: str) -> str:
        found = self.value.get(field)
        return found if isinstance(found, str) else ""

    def span(self, path: Path = ()) -> Span:
        """Where something is written, or what is nearest around it; the beginning of the file for ()."""
        if not path:
            return Span(self.shown, 1, 1, 1, 1)
        return place(self.document, path, self.shown)[0]


def read_kustomization(source: Source, path: str) -> Kustomization | None:
    """The kustomization in a file, None if it is something else (Flux has files of that name, too).

    Raises SourceError, and YamlMistake with lines of the file."""
    value: object = {}
    first = Document(b"", 1, 0)
    for document in documents(source.read(path)):
        found = read(document)
        if found is not None:  # a licence above the first `---` is a document, too
            value, first = found, document
            break
    if not isinstance(value, dict):
        raise YamlMistake("a kustomization is a mapping", first.line)
    version = value.get("apiVersion")
    if version is not None and not (isinstance(version, str) and version.startswith(_GROUP)):
        return None
    return Kustomization(posixpath.dirname(path), path, source.shown(path), value, first)
