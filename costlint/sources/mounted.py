"""One tree made of several: the scanned one, and beside it the trees remote modules were found in.

Each further tree is mounted below a directory no real tree has. A path leads from one tree into another only where a
reader asked for it; `follow` never does.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from costlint.sources.directory import DirectorySource, work_tree
from costlint.sources.repository import remote_addresses
from costlint.sources.source import Source, contained

_MOUNTS = "<modules>/"
_COPIES = frozenset((".terraform", ".terragrunt-cache"))


def tree_of(path: str) -> str:
    """The directory the tree of a path is mounted at, "" for the scanned tree."""
    if not path.startswith(_MOUNTS):
        return ""
    end = path.find("/", len(_MOUNTS))
    return path if end < 0 else path[:end]


def is_elsewhere(path: str) -> bool:
    """Whether a path is not in the scanned tree itself, or in a directory there where Terraform or Terragrunt keep
    copies of modules: nobody edits it here."""
    return bool(tree_of(path)) or not _COPIES.isdisjoint(path.split("/"))


def follow(directory: str, relative: str) -> str | None:
    """Where a relative path leads from a directory; None if it leaves the tree the directory is in."""
    place = posixpath.normpath(posixpath.join(directory, relative))
    if place == ".." or place.startswith(("../", "/")):
        return None
    place = "" if place == "." else place
    return place if tree_of(place) == tree_of(directory) else None


class MountedSource:
    """A source with others mounted in it. `remotes` are the addresses the scanned tree is known under, those of its
    git remotes if nothing else is given."""

    def __init__(self, base: Source, remotes: Iterable[str] | None = None) -> None:
        self.base = base
        self._trees: dict[str, Source] = {}
        self._mounts: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        self._remotes = None if remotes is None else tuple(remotes)

    def mount(self, tree: Source) -> str:
        """The directory at which a tree can be read from now on; always the same one for the same tree."""
        found = self._mounts.get(tree.label)
        if found is None:
            found = self._mounts[tree.label] = f"{_MOUNTS}{len(self._mounts)}"
            self._trees[found] = tree
        return found

    def inside(self, path: str | Path) -> str | None:
        """The path within the scanned tree of something on disk, whether it is there or not; None if it is elsewhere.
        Of a commit, the tree is the work tree it is a commit of."""
        real = Path(os.path.realpath(path))
        if self._root is None or not real.is_relative_to(self._root):
            return None
        return real.relative_to(self._root).as_posix()

    def place(self, path: str | Path, whole: bool = True) -> str | None:
        """Where a directory on disk is: in the scanned tree, or in a tree mounted for it, None if there is none.

        The mounted tree is the directory's work tree (with `whole` False, and where the scanned tree would lie
        inside, the directory itself)."""
        try:
            real = Path(os.path.realpath(path, strict=True))
        except (OSError, ValueError):
            return None
        if not real.is_dir():
            return None
        if self._root is not None and real.is_relative_to(self._root):
            inside = real.relative_to(self._root).as_posix()
            return "" if inside == "." else inside
        around = work_tree(real) if whole else None
        root = around if around is not None and not (self._root and self._root.is_relative_to(around)) else real
        inside = real.relative_to(root).as_posix()
        return posixpath.normpath(posixpath.join(self.mount(DirectorySource(root)), inside))

    @cached_property
    def remotes(self) -> tuple[str, ...]:
        if self._remotes is not None:
            return self._remotes
        return remote_addresses(self._root) if self._root is not None else ()

    @property
    def label(self) -> str:
        return self.base.label

    def files(self, under: str = "") -> list[str]:
        tree, inside, mount = self._at(under)
        found = tree.files(inside)
        return [f"{mount}/{file}" for file in found] if mount else found

    def names(self, directory: str) -> list[str]:
        found = self._names.get(directory)
        if found is None:
            tree, inside, _ = self._at(directory)
            found = self._names[directory] = tree.names(inside)
        return found

    def read(self, path: str, most: int | None = None) -> bytes:
        tree, inside, _ = self._at(path)
        return tree.read(inside, most)

    def is_file(self, path: str) -> bool:
        tree, inside, _ = self._at(path)
        return tree.is_file(inside)

    def is_dir(self, path: str) -> bool:
        tree, inside, _ = self._at(path)
        return tree.is_dir(inside)

    def shown(self, path: str) -> str:
        tree, inside, _ = self._at(path)
        return tree.shown(inside)

    def _at(self, path: str) -> tuple[Source, str, str]:
        """The tree a path is in, the path within it, and where it is mounted ("" for the scanned tree)."""
        if not path.startswith(_MOUNTS):
            return self.base, path, ""
        path = contained(path)
        mount = tree_of(path)
        tree = self._trees.get(mount)
        return (self.base, path, "") if tree is None else (tree, path[len(mount) + 1 :], mount)

    @cached_property
    def _root(self) -> Path | None:
        root = getattr(self.base, "root", None)  # a directory and a commit have one, what is in memory has none
        return root if isinstance(root, Path) else None
