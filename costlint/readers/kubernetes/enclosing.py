"""The document around a line of a file of manifests."""

from __future__ import annotations

from pathlib import Path

from costlint.readers.kubernetes.documents import documents


def lines_around(path: str, line: int) -> tuple[int, int] | None:
    """The first and last line of the document a line stands in; None if it stands in none."""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return None
    for document in documents(data):
        blank = len(document.data) - len(document.data.lstrip(b"\r\n \t"))
        first = document.line + document.data.count(b"\n", 0, blank)
        last = document.line + document.data.rstrip().count(b"\n")
        if first <= line <= last:
            return first, last
    return None
