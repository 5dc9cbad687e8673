"""A commit as it would lie in a work tree: its files, and beside them what git ignores there.

What git ignores (installed modules, somebody's own `terraform.tfvars`) belongs to no commit, so it is the same before
and after any change. So is what is in submodules, as far as costlint compares: they are read as they are here.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from costlint.sources.directory import DirectorySource
from costlint.sources.git import GitSource
from costlint.sources.limits import SKIPPED_DIRECTORIES
from costlint.sources.source import contained


class _Ignored(NamedTuple):
    """What git ignores in a work tree: files, whole directories, and where the files lie."""

    files: frozenset[str]
    directories: frozenset[str]
    above: frozenset[str]


class CheckoutSource(GitSource):
    """The tree of `ref`, with the ignored files of the work tree around `repo`. Raises SourceError."""

    def __init__(self, repo: str | Path, ref: str, *, ahead: bool = True) -> None:
        super().__init__(repo, ref, ahead=ahead)
        self._beside = DirectorySource(self.root)

    def list_ahead(self) -> None:
        super().list_ahead()
        _ = self._ignored_now, self._tracked_now

    @cached_property
    def _ignored_now(self) -> Callable[[], bytes | None]:
        return self._later("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")

    @cached_property
    def _tracked_now(self) -> Callable[[], bytes | None]:
        return self._later("ls-files", "-z", "--cached", "--ignored", "--exclude-standard")

    def files(self, under: str = "") -> list[str]:
        found = [path for path in super().files(under) if path not in self._left_out]
        inside = [place for place in self.submodules if not under or f"{place}/".startswith(f"{contained(under)}/")]
        others = [path for place in inside for path in self._beside.files(place)]
        return sorted({*found, *others}) if others else found

    def names(self, directory: str) -> list[str]:
        found = super().names(directory)
        if self._may_hold_ignored(contained(directory)):
            here = (name for name in self._beside.names(directory) if self._is_ignored(posixpath.join(directory, name)))
            found = sorted({*found, *here})
        return found

    def read(self, path: str, most: int | None = None) -> bytes:
        if self._is_ignored(contained(path)) and not super().is_file(path):
            return self._beside.read(path, most)
        return super().read(path, most)

    def is_file(self, path: str) -> bool:
        return super().is_file(path) or (self._is_ignored(path) and self._beside.is_file(path))

    def is_dir(self, path: str) -> bool:
        return super().is_dir(path) or (self._is_ignored(path) and self._beside.is_dir(path))

    def belongs_to_no_commit(self, path: str) -> bool:
        """Whether a path is read as it lies here: git ignores it, or it is in a submodule."""
        return self._is_ignored(path) and self.object_of(path) is None

    def _is_ignored(self, path: str) -> bool:
        if path in self._ignored.files or not SKIPPED_DIRECTORIES.isdisjoint(path.split("/")):
            return True
        while path:
            if path in self._ignored.directories:
                return True
            path = path.rpartition("/")[0]
        return False

    def _may_hold_ignored(self, directory: str) -> bool:
        return directory in self._ignored.above or self._is_ignored(directory)

    @cached_property
    def _ignored(self) -> _Ignored:
        listed = [*_paths(self._ignored_now()), *(f"{path}/" for path in self.submodules)]
        files = frozenset(path for path in listed if not path.endswith("/"))
        directories = frozenset(path.rstrip("/") for path in listed if path.endswith("/"))
        return _Ignored(files, directories, frozenset(map(posixpath.dirname, files)))

    @cached_property
    def _left_out(self) -> frozenset[str]:
        """Files of the index that a rule ignores: a listing of the work tree does not have them."""
        return frozenset(_paths(self._tracked_now()))


def _paths(listing: bytes | None) -> list[str]:
    return [path for path in (listing or b"").decode(errors="replace").split("\0") if path]
