"""What is said of YAML (or JSON) text: its mistakes, where something stands in it, and how much of it is read."""

from __future__ import annotations

from typing import NamedTuple

MOST_DEPTH = 200
"""How deep a document may nest. The API server's own limit for JSON is 10,000; real manifests stay below 40."""

MOST_PARTS = 1_000_000
"""Values a document may have once its aliases are expanded."""


class YamlMistake(Exception):
    """A document that cannot be read. Line and column count from 1, within the document."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class Extent(NamedTuple):
    """Where a value stands in a document: lines and columns count from 0, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int
