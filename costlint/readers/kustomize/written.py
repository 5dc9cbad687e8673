"""Text a person wrote that holds values: a document of a file, or YAML inside a string of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from costlint.model import Span
from costlint.model.values import Path
from costlint.readers.kubernetes.documents import Document, documents, place, read
from costlint.readers.kubernetes.nodes import compose, find
from costlint.readers.kubernetes.syntax import YamlMistake


class Text(NamedTuple):
    """A document, and how far it is indented in its file. Of text whose lines are not those of its file, `whole` is
    where all of it stands."""

    value: object
    document: Document
    shown: str
    indent: int = 0
    whole: Span | None = None

    def span(self, path: Path) -> tuple[Span, bool]:
        """Where a value stands, or what is nearest around it (then False)."""
        if self.whole is not None:
            return self.whole, True
        found, exact = place(self.document, path, self.shown)
        columns = found.column + self.indent, found.end_column + self.indent
        return Span(self.shown, found.line, columns[0], found.end_line, columns[1]), exact

    def header(self) -> Span:
        """Its first line that is no comment."""
        for number, line in enumerate(self.document.data.split(b"\n"), self.document.line):
            text = line.strip()
            if text and not text.startswith(b"#"):
                column = len(line) - len(line.lstrip()) + 1 + self.indent
                return Span(self.shown, number, column, number, column + len(text.decode(errors="replace")))
        return Span(self.shown, self.document.line, 1, self.document.line, 1)


def embedded(outer: Document, path: Path, text: str, shown: str) -> Iterator[Text]:
    """The documents inside a string at a path of another document."""
    node = compose(outer.data)
    if node is None:
        return
    extent, exact = find(node, path)
    lines = outer.data.decode(errors="replace").split("\n")
    line = lines[extent.line] if extent.line < len(lines) else ""
    literal = exact and line[extent.column : extent.column + 1] == "|"
    content = [each for each in lines[extent.line + 1 :] if each.strip()]
    indent = len(content[0]) - len(content[0].lstrip(" ")) if content and literal else 0
    start = extent.line + outer.line
    span = Span(shown, start, extent.column + 1, extent.end_line + outer.line, extent.end_column + 1)
    for inner in documents(text.encode()):
        try:
            value = read(inner)
        except YamlMistake:
            continue
        moved = inner._replace(line=inner.line + start) if literal else inner
        yield Text(value, moved, shown, indent, None if literal else span)


def mappings(value: object) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The mappings among the items of a list, with their places."""
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield index, item
