"""Whether the repository something is deployed from is the one that is scanned."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from costlint.readers.terraform.sourcing.addresses import repository_key
from costlint.sources import Source
from costlint.sources.directory import DirectorySource
from costlint.sources.mounted import MountedSource
from costlint.sources.repository import remote_addresses


class Repositories:
    """`mapped` leads from URLs (as the configuration writes them) to directories, as people see them from where they
    are; those outside the source are not read."""

    def __init__(self, source: Source, mapped: Mapping[str, str], remotes: tuple[str, ...] | None = None) -> None:
        self._source = source
        inside = {_key(url): _inside(source, path) for url, path in mapped.items()}
        self._mapped = {key: path for key, path in inside.items() if path is not None}
        if remotes is None:
            base = source.base if isinstance(source, MountedSource) else source
            remotes = remote_addresses(base.root) if isinstance(base, DirectorySource) else ()
        self._own = {_key(url) for url in remotes}

    def directory(self, url: str) -> str | None:
        """The directory of the source a repository's root is, None if it is another repository. A fork is the same
        one: Applications go on naming the repository it was made from."""
        key = _key(url)
        if key in self._mapped:
            return self._mapped[key]
        if key in self._own or posixpath.basename(key) in {posixpath.basename(own) for own in self._own}:
            return ""
        return None

    def path(self, url: str, inside: str) -> str | None:
        """A directory or file of a repository as a path of the source, None if it is not in it."""
        root = self.directory(url)
        if root is None:
            return None
        path = posixpath.normpath(posixpath.join(root, inside.lstrip("/") or "."))
        path = "" if path == "." else path
        if path.startswith("../") or path == "..":
            return None
        return path if self._source.is_dir(path) or self._source.is_file(path) else None


def _inside(source: Source, shown: str) -> str | None:
    """The path in the source of a directory as shown, None if it is not in it."""
    path = posixpath.relpath(shown or ".", source.shown("") or ".")
    return None if path == ".." or path.startswith("../") else "" if path == "." else path


def _key(url: str) -> str:
    found = repository_key(url)
    return "/".join(found) if found is not None else url.lower().rstrip("/").removesuffix(".git")
