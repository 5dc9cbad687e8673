"""A file of manifests, cut into its documents; only those that speak of Kubernetes are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from costlint.model import Span
from costlint.model.values import Path
from costlint.readers.kubernetes.plain import NotPlain, value_in
from costlint.readers.kubernetes.syntax import Extent, YamlMistake

MOST_DOCUMENTS = 50_000
"""Documents of one file that are read."""

_BETWEEN = re.compile(rb"^(?:---(?=[\s]|\Z)[^\n]*\n?|\.\.\.[ \t]*\r?(?:\n|\Z))", re.MULTILINE)
_KIND = re.compile(rb"""^[ \t{,]*["']?kind["']?[ \t]*:|[{,]\s*["']?kind["']?\s*:""", re.MULTILINE)
_VERSION = re.compile(rb"""["']?apiVersion["']?[ \t]*:""")
_TEMPLATE = re.compile(rb"\{\{|\{%|<%")


class Document(NamedTuple):
    """A document of a file: its bytes, the line it begins on (from 1), and its place among the documents."""

    data: bytes
    line: int
    number: int


def speaks_of_kubernetes(data: bytes) -> bool:
    """Whether a file or document may hold Kubernetes objects: it names an API version and a kind."""
    return b"apiVersion" in data and _VERSION.search(data) is not None and _KIND.search(data) is not None


def is_template(data: bytes) -> bool:
    """Whether a text is (also) written in a template language, so that it need not be YAML before it is rendered."""
    return _TEMPLATE.search(data) is not None


def documents(data: bytes) -> Iterator[Document]:
    """The documents of a file, in order, without the lines between them. A `---` at the start of a line always stands
    between two documents: inside a value YAML does not allow it there."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    start, line, number = 0, 1, 0
    for match in _BETWEEN.finditer(data):
        text = data[start : match.start()]
        if text.strip():
            yield Document(text, line, number)
            number += 1
        line += text.count(b"\n") + match[0].count(b"\n")
        start = match.end()
        inline = match[0][3:].split(b"#")[0].strip() if match[0].startswith(b"---") else b""
        if inline:  # `--- {apiVersion: v1, …}`: the document begins on the line of its mark
            start, line = match.start() + 3, line - match[0].count(b"\n")
    rest = data[start:]
    if rest.strip():
        yield Document(rest, line, number)


def read(document: Document) -> object:
    """The value of a document, None if it is empty. Raises YamlMistake with lines of the file."""
    try:
        return value_in(document.data)
    except NotPlain:
        pass
    from costlint.readers.kubernetes.nodes import compose, value_of  # imports libyaml, which few files need

    try:
        node = compose(document.data)
        return None if node is None else value_of(node)
    except YamlMistake as mistake:
        raise YamlMistake(mistake.message, mistake.line + document.line - 1, mistake.column) from None


def place(document: Document, path: Path, file: str) -> tuple[Span, bool]:
    """Where the value at a path of a document stands; the nearest enclosing one (then False) if it is not written."""
    from costlint.readers.kubernetes.nodes import compose, find

    node = compose(document.data)
    extent, exact = find(node, path) if node is not None else (Extent(0, 0, 0, 0), False)
    line = document.line
    return Span(file, extent.line + line, extent.column + 1, extent.end_line + line, extent.end_column + 1), exact
