"""`generate` blocks: the Terraform files a unit writes into the module it deploys, such as its provider.

What is unknown in the text of such a file (an account id, say) must not hide the rest: see `gaps`.
"""

from __future__ import annotations

import posixpath
from typing import Literal, NamedTuple

from costlint.model import UNKNOWN, Unknown
from costlint.readers.terraform.evaluation.operators import ValueProblem, as_text
from costlint.readers.terraform.evaluation.scope import Scope
from costlint.readers.terraform.files import ParsedFile, configuration_names
from costlint.readers.terraform.syntax.ast import Expr
from costlint.readers.terragrunt import gaps
from costlint.readers.terragrunt.configs import Config
from costlint.readers.terragrunt.gaps import UNKNOWN_TEXT


class _Piece(NamedTuple):
    """From byte `at` of the generated text on, it was written from byte `start` of its file on: byte by byte, line by
    line (a heredoc loses its indentation), or all of it at that one place."""

    at: int
    start: int
    by: Literal["byte", "line", "place"]


class GeneratedFile(ParsedFile):
    """A file that is written when the unit is deployed. Its places are those of the block that generates it."""

    __slots__ = ("_pieces", "_uncertain", "_writer")

    def __init__(self, path: str, text: str, pieces: list[_Piece], config: Config) -> None:
        body, problems = config.tree.parse(text)
        super().__init__(path, text.encode(), body, list(problems), config.reading.shown(config.file.path))
        self.suppressions = []
        self._pieces = pieces
        self._uncertain = UNKNOWN_TEXT in text
        self._writer = config.file

    @property
    def written_in(self) -> str:
        return self._writer.path

    @property
    def uncertain(self) -> bool:
        return self._uncertain

    def position(self, offset: int) -> tuple[int, int]:
        """Where the text at an offset is written in the Terragrunt file."""
        piece = next((each for each in reversed(self._pieces) if each.at <= offset), self._pieces[0])
        if piece.by == "byte":
            return self._writer.position(piece.start + max(offset - piece.at, 0))
        line, column = self._writer.position(piece.start)
        further = self._data[piece.at : max(offset, 0)].count(b"\n") if piece.by == "line" else 0
        return (line + further, 1) if further else (line, column)


def generated_files(config: Config, module: str) -> list[GeneratedFile]:
    """The Terraform files the `generate` blocks of a unit and of its includes write beside those of a module."""
    found: dict[str, GeneratedFile] = {}
    seen: set[str] = set()
    present = config.tree.files.source.names(module)
    for owner, block in config.merged_blocks("generate"):
        attributes = block.body.attributes
        label = block.labels[0] if block.labels else ""
        contents = attributes.get("contents")
        if label in seen or contents is None:
            continue
        seen.add(label)
        path = owner.value(attributes.get("path"))
        name = posixpath.basename(path) if isinstance(path, str) else ""
        left = owner.value(attributes.get("if_exists")) == "skip" and name in present
        if left or owner.value(attributes.get("disable")) is True or not configuration_names([name]):
            continue
        written = _written(contents.expr, owner.scope)
        if written is not None:
            found.setdefault(name, GeneratedFile(posixpath.join(module, name), *written, owner))
    return list(found.values())


def _written(expr: Expr, scope: Scope) -> tuple[str, list[_Piece]] | None:
    """The text of a generated file and where it comes from; None if nothing of it is known."""
    config = scope.module
    assert isinstance(config, Config)
    assert scope.file is not None
    if expr[0] == "lit" and isinstance(expr[3], str):
        return expr[3], [_literal(expr, scope.file)]
    if expr[0] != "tmpl":
        value = config.reading.value(expr, scope)
        return (value, [_Piece(0, expr[1], "place")]) if isinstance(value, str) else None
    text, pieces = _rendered(expr[3], scope, scope.file)
    return text, pieces or [_Piece(0, expr[1], "place")]


def _rendered(parts: list[Expr], scope: Scope, file: ParsedFile) -> tuple[str, list[_Piece]]:
    text = ""
    pieces: list[_Piece] = []
    for part in parts:
        at = len(text.encode())
        if part[0] == "lit":
            same = file.text(part[1], part[2]) == part[3]
            pieces.append(_Piece(at, part[1], "byte" if same else "line"))
            text += part[3]
        else:
            pieces.append(_Piece(at, part[1], "place"))
            text += _interpolated(part, scope, text)
    return text, pieces


def _literal(expr: Expr, file: ParsedFile) -> _Piece:
    """Text without interpolations: that of a heredoc begins on the line after its mark."""
    head, newline, body = file.text(expr[1], expr[2]).partition("\n")
    if not head.startswith("<<"):
        return _Piece(0, expr[1], "place")
    return _Piece(0, expr[1] + len((head + newline).encode()), "byte" if body.startswith(expr[3]) else "line")


def _interpolated(part: Expr, scope: Scope, before: str) -> str:
    config = scope.module
    assert isinstance(config, Config)
    whole = ("tmpl", part[1], part[2], [part]) if part[0] in ("tif", "tfor") else part
    value = config.reading.value(whole, scope)
    try:
        if not isinstance(value, Unknown):
            return as_text(value)
    except ValueProblem as problem:
        config.reading.mistake(str(problem), config, scope.file, part[1])
    place = gaps.place_after(before)
    if whole is part:
        return gaps.interpolation(place)
    return gaps.directive(place, _branches(part, scope), lambda text: config.tree.parse(text)[0])


def _branches(part: Expr, scope: Scope) -> list[str]:
    """What the text of a directive may be, its items being unknown."""
    assert scope.file is not None
    config = scope.module
    assert isinstance(config, Config)
    with config.reading.supposing(True):
        if part[0] == "tif":
            return [_rendered(parts, scope, scope.file)[0] for parts in part[4:6]]
        items = scope.binding({name: UNKNOWN for name in part[3:5] if name})
        return [_rendered(part[6], items, scope.file)[0]]
