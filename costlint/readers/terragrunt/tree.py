"""The scanned tree as Terragrunt sees it: absolute paths, and directories a stack file will generate.

Terragrunt hands absolute paths to functions, inputs and modules. Where a repository is checked out differs from
machine to machine, so here they begin with ROOT; nothing outside the tree can be named with them.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.sourcing.resolving import Call
from costlint.readers.terraform.syntax.ast import Body, Problem
from costlint.readers.terraform.syntax.native import parse_hcl
from costlint.sources import follow

if TYPE_CHECKING:
    from costlint.readers.terragrunt.configs import Config

ROOT = "/repository"
DEFAULT_NAMES = ("terragrunt.hcl", "terragrunt.hcl.json", "root.hcl")
"""What `find_in_parent_folders()` looks for, and what a path to a directory means."""


def absolute(path: str) -> str:
    """The absolute path of a path of the source."""
    return f"{ROOT}/{path}" if path else ROOT


def inside(text: str, directory: str) -> str | None:
    """The path of the source a text names, seen from a directory; None if it leads out of the tree."""
    if text == ROOT or text.startswith(f"{ROOT}/"):
        return follow("", text[len(ROOT) :].lstrip("/") or ".")
    if text.startswith(("/", "~")) or "\0" in text or "\\" in text:
        return None
    return follow(directory, text or ".")


class Tree:
    """What all units of one tree share: files, which paths exist, and text that was parsed before.

    `generated` are the directories of units that stack files ask for, each with the directory it is made from;
    `templates` are the calls that lead to those;
    `opened` the configurations that were evaluated to find the units, by the path of the unit, until they are read;
    `shared` the configurations units read that are the same for all of them."""

    def __init__(self, files: TerraformFiles) -> None:
        self.files = files
        self.generated: dict[str, str] = {}
        self.templates: set[Call] = set()
        self.opened: dict[str, Config] = {}
        self.shared: dict[tuple[str, frozenset[tuple[str, str]]], Config | None] = {}
        self._exists: dict[str, bool] = {}
        self._is_directory: dict[str, bool] = {}
        self._above: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self._parsed: dict[str, tuple[Body, list[Problem]]] = {}

    def real(self, path: str) -> str:
        """Where the content of a path lies: for a generated directory, in what it is made from."""
        if not self.generated:
            return path
        above = path
        while above:
            if above in self.generated:
                return self.generated[above] + path[len(above) :]
            above = posixpath.dirname(above)
        return path

    def exists(self, path: str) -> bool:
        """True if there is a file or directory."""
        found = self._exists.get(path)
        if found is None:
            found = self._exists[path] = self.files.source.is_file(self.real(path)) or self.is_directory(path)
        return found

    def is_directory(self, path: str) -> bool:
        """True if there is a directory."""
        found = self._is_directory.get(path)
        if found is None:
            found = self._is_directory[path] = self.files.source.is_dir(self.real(path))
        return found

    def place(self, text: str) -> str | None:
        """Where the content of an absolute path lies, None if that is outside the tree."""
        path = inside(text, "")
        return None if path is None else self.real(path)

    def above(self, directory: str, names: tuple[str, ...]) -> str | None:
        """The nearest path with one of the names in a directory above this one."""
        passed: list[tuple[str, tuple[str, ...]]] = []
        found: str | None = None
        while directory and found is None:
            if (directory, names) in self._above:
                found = self._above[directory, names]
                break
            passed.append((directory, names))
            directory = posixpath.dirname(directory)
            places = (follow(directory, name) for name in names)
            found = next((path for path in places if path is not None and self.exists(path)), None)
        self._above.update(dict.fromkeys(passed, found))
        return found

    def parse(self, text: str) -> tuple[Body, list[Problem]]:
        """Configuration given as text, parsed once however often it is generated."""
        found = self._parsed.get(text)
        if found is None:
            found = self._parsed[text] = parse_hcl(text.encode())
        return found
