"""From a value of an object back to where a person wrote it."""

from __future__ import annotations

import posixpath

from costlint.model import Location, Origin
from costlint.model.values import Path, path_text
from costlint.readers.kubernetes.documents import Document, place
from costlint.readers.kubernetes.syntax import YamlMistake


class ManifestLocator:
    """Finds values of one object in its document, by composing it again when somebody asks."""

    __slots__ = ("_address", "_document", "_file", "_inside")

    def __init__(self, address: str, document: Document, inside: Path, file: str) -> None:
        self._address = address
        self._document = document
        self._inside = inside
        self._file = file

    def locate(self, path: Path) -> Location | None:
        """The place of the value at a path, or of the nearest enclosing one (then it is not `exact`)."""
        try:
            header, _ = place(self._document, self._inside, self._file)
            span, exact = place(self._document, (*self._inside, *path), self._file)
        except YamlMistake:
            return None
        name = f"{posixpath.dirname(self._file)}: {self._address} {path_text(path)}".rstrip()
        return Location(span, (Origin(header, self._address), Origin(span, self._file)), exact, name)
