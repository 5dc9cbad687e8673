"""A tree of files in memory: for tests, rule examples and embedding."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.sources.limits import LARGEST_FILE, SKIPPED_DIRECTORIES, too_large
from costlint.sources.source import SourceError, contained, is_private


class MemorySource:
    """Files given by path; directories exist where a file is below them."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {
            contained(path): text.encode() if isinstance(text, str) else text for path, text in files.items()
        }
        self._directories = {""}
        for path in self._files:
            parts = path.split("/")
            self._directories.update("/".join(parts[:count]) for count in range(1, len(parts)))

    @property
    def label(self) -> str:
        return f"memory {id(self)}"

    def files(self, under: str = "") -> list[str]:
        under = contained(under)
        prefix = f"{under}/" if under else ""
        return sorted(
            path
            for path in self._files
            if path.startswith(prefix) and not SKIPPED_DIRECTORIES.intersection(path[len(prefix) :].split("/")[:-1])
        )

    def names(self, directory: str) -> list[str]:
        directory = contained(directory)
        split = (path.rpartition("/") for path in self._files)
        return sorted(name for parent, _, name in split if parent == directory)

    def read(self, path: str, most: int | None = None) -> bytes:
        path = contained(path)
        if is_private(path):
            raise SourceError(f"{path} belongs to git and is not read")
        if path not in self._files:
            what = "is a directory" if path in self._directories else "no such file or directory"
            raise SourceError(f"{path}: {what}")
        data = self._files[path]
        if most is not None:
            return data[:most]
        if len(data) > LARGEST_FILE:
            raise SourceError(too_large(path, len(data)))
        return data

    def is_file(self, path: str) -> bool:
        try:
            return contained(path) in self._files
        except SourceError:
            return False

    def is_dir(self, path: str) -> bool:
        try:
            return contained(path) in self._directories
        except SourceError:
            return False

    def shown(self, path: str) -> str:
        return path
