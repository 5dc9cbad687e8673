"""What every source offers, and how paths are written: relative to the source's root, with "/"."""

from __future__ import annotations

import posixpath
from typing import Protocol


class SourceError(Exception):
    """Something cannot be read: missing, too large, outside the tree, not a file. The message is a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def about(self, shown: str) -> str:
        """The sentence for a place that names the file already."""
        if self.message.startswith(f"{shown} "):
            return f"this file{self.message[len(shown) :]}"
        return self.message.removeprefix(f"{shown}: ")


class Source(Protocol):
    """A tree of files. Paths are relative to its root, "" is the root; nothing outside it is ever read.
    `label` names the tree: two sources of the same tree have the same one."""

    @property
    def label(self) -> str: ...

    def files(self, under: str = "") -> list[str]:
        """Every file below a directory, sorted; without what is ignored, and without following directory links.
        Links to files that `read` will refuse, and pipes, are among them: what is not read is to be said."""
        ...

    def names(self, directory: str) -> list[str]:
        """The names of the files directly in a directory, sorted, ignored or not; [] if there is none."""
        ...

    def read(self, path: str, most: int | None = None) -> bytes:
        """The content of a file (its first `most` bytes). Raises SourceError."""
        ...

    def is_file(self, path: str) -> bool: ...

    def is_dir(self, path: str) -> bool: ...

    def shown(self, path: str) -> str:
        """The path as people see it: relative to the current directory."""
        ...


def contained(path: str) -> str:
    """The normal form of a path below the root ("" for the root). Raises SourceError if it leads out."""
    if "\0" in path:
        raise SourceError("a path cannot hold a null character")
    normal = posixpath.normpath(path) if path else "."
    if normal.startswith("/") or normal == ".." or normal.startswith("../"):
        raise SourceError(f"{path} is outside the scanned tree and is not read")
    return "" if normal == "." else normal


def is_private(path: str) -> bool:
    """True for what no configuration has business reading: the repository's own data, which may hold tokens."""
    return ".git" in path.split("/")


class Shown:
    """Turns paths of a source into paths from the current directory; a pure function of two prefixes."""

    def __init__(self, prefix: str = "", inside: str = "") -> None:
        """`prefix` leads from the current directory to the root, or `inside` from the root to the current
        directory when that is within it."""
        self._prefix = prefix
        self._inside = inside

    def __call__(self, path: str) -> str:
        if self._inside:
            return posixpath.relpath(path or ".", self._inside)
        return posixpath.normpath(posixpath.join(self._prefix, path)) if self._prefix else path or "."
