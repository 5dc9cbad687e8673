"""Adapters for community modules: small Terraform modules of our own that map the inputs of a module nobody has fetched
to the resources the module would make of them.

They are evaluated like any called module, so counts, conditions, references and the way back to the caller's line come
from the reader. What they are and how to write one: docs/module-adapters.md.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from costlint.readers.terraform.adapters.inputs import unread
from costlint.readers.terraform.sourcing.addresses import parse_address
from costlint.sources import DirectorySource, MountedSource, tree_of
from costlint.sources.source import Shown

if TYPE_CHECKING:
    from costlint.readers.terraform.adapters.index import Row

_PLACE = Path(__file__).parents[3] / "catalog" / "data" / "module_adapters"
RELEASE = "costlint_release"
"""The variable an adapter finds the release in that it is to stand for ("20.8.5")."""

_FREE_INPUTS = "inputs_without_cost.txt"


class Adapter(Struct, frozen=True):
    """What stands in for a module call: `directory` is an ordinary module directory of the source, `version` the
    release the call is read as. `free_of_charge`: globs of inputs that change no bill."""

    module: str
    version: str
    directory: str
    free_of_charge: tuple[str, ...]

    @property
    def release(self) -> str:
        """The module and its release, for people."""
        return f"{self.module} {self.version}"

    def unread(self, given: Iterable[str], declared: Iterable[str]) -> tuple[str, ...]:
        """The inputs of a call nothing is known of; `declared` are the adapter's variables."""
        return unread(given, declared, self.free_of_charge)


class Adapters:
    """The adapters, mounted in the scanned source when the first one is needed."""

    def __init__(self, source: MountedSource, place: Path = _PLACE) -> None:
        self._source = source
        self._place = place
        self._mounted = ""

    def of(self, source: str, version: str, behind: str = "") -> Adapter | None:
        """The adapter for a module call whose module is not here; `behind` is the rest of the line of the source."""
        from costlint.readers.terraform.adapters.choosing import choose  # few runs need it
        from costlint.readers.terraform.adapters.index import module_of, rows_for

        address = parse_address(source)
        module = module_of(address)
        rows = rows_for(self._rows, module, address.subdir) if module else []
        chosen = choose(rows, address, version, behind)
        if chosen is None:
            return None
        directory = chosen.row.directory
        named = f"{chosen.row.module}//{address.subdir}" if address.subdir else chosen.row.module
        return Adapter(named, chosen.version, posixpath.join(self._tree(), directory), self._free_of_charge(directory))

    def holds(self, path: str) -> bool:
        """True for files of adapters, which nobody scanned and nobody can edit."""
        return bool(self._mounted) and tree_of(path) == self._mounted

    def _tree(self) -> str:
        if not self._mounted:
            tree = DirectorySource(self._place)
            tree.shown = Shown(prefix="<module adapters>")
            self._mounted = self._source.mount(tree)
        return self._mounted

    def _free_of_charge(self, directory: str) -> tuple[str, ...]:
        """The lists beside an adapter and in the directories above it, the general one included."""
        found: list[str] = []
        for above in (self._place, *(self._place / part for part in _prefixes(directory))):
            path = above / _FREE_INPUTS
            if path.is_file():
                lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
                found += filter(None, lines)
        return tuple(found)

    @cached_property
    def _rows(self) -> list[Row]:
        from costlint.readers.terraform.adapters.index import read_index

        return read_index(self._place / "index.csv")


def _prefixes(directory: str) -> list[str]:
    parts = directory.split("/")
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]
