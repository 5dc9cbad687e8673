"""Where things are written: spans in files, and the chain of steps from a use to its literal."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a file. `file` is relative to the scan root (as shown to people); lines and columns count
    from 1, columns in characters; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Origin(NamedTuple):
    """One step of a provenance chain: `what` reads as "variable node_type", "prod.tfvars", "module gpu"."""

    span: Span
    what: str


class Location(NamedTuple):
    """Where a value was written. `span` is the literal a person would edit; `chain` leads there from the
    resource, first step at the resource, last step at `span`. `exact` is False when only the nearest
    enclosing expression could be named. `name` says what is written there in names alone, which stay when lines move
    ("envs/prod: local.nodes.gpu.type"); "" if it has none."""

    span: Span
    chain: tuple[Origin, ...]
    exact: bool = True
    name: str = ""
