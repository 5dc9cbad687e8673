"""Module packages in the user's cache: trees named by their content, each byte checked when it is read.

A package is the directory `modules/<digest>` with the files below `tree` and a manifest: one line "<sha256>  <path>"
for each file, sorted by path. The checksum of a package is "h1:" and the base64 SHA-256 of its manifest: the directory
hash of Go (golang.org/x/mod/sumdb/dirhash), which Terraform's own lock file uses too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from costlint.sources.limits import LARGEST_FILE, too_large
from costlint.sources.source import SourceError, contained

MANIFEST = "manifest"
TREE = "tree"


def cache_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Where costlint keeps what it fetches: COSTLINT_CACHE_DIR, else the user's cache directory.

    Raises SourceError if there is neither."""
    chosen = environment.get("COSTLINT_CACHE_DIR", "")
    if chosen:
        return Path(chosen).absolute()
    bases = {"win32": environment.get("LOCALAPPDATA", ""), "darwin": ""}
    base = bases.get(sys.platform, "") or environment.get("XDG_CACHE_HOME", "")
    if base and Path(base).is_absolute():
        return Path(base) / "costlint"
    try:
        return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "costlint"
    except RuntimeError as error:
        raise SourceError("there is no home directory to keep what is fetched in: set COSTLINT_CACHE_DIR") from error


def manifest_of(digests: Mapping[str, str]) -> bytes:
    """The manifest of files with these SHA-256 digests (hex)."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()


def checksum_of(manifest: bytes) -> str:
    """The checksum of the package with this manifest."""
    import base64
    from hashlib import sha256

    return "h1:" + base64.b64encode(sha256(manifest).digest()).decode()


def package_directory(cache: Path, checksum: str) -> Path:
    """Where the package with a checksum is kept. Raises SourceError for what is no checksum."""
    import base64
    import binascii

    try:
        digest = base64.b64decode(checksum.removeprefix("h1:"), validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if not checksum.startswith("h1:") or len(digest) != 32:
        raise SourceError(f'"{checksum}" is no checksum')
    return cache / "modules" / digest.hex()


class PackageSource:
    """The files of one package; nothing is given out that is not what the checksum stands for.

    `title` takes the place of the directory in the paths people see. Raises SourceError if the package is not in the
    cache or its manifest was changed."""

    def __init__(self, cache: Path, checksum: str, title: str) -> None:
        directory = package_directory(cache, checksum)
        self._tree = directory / TREE
        self._title = title
        self.label = f"{title} {checksum}"
        try:
            manifest = (directory / MANIFEST).read_bytes()
        except OSError as error:
            raise SourceError(f"{title} is not in the cache") from error
        if checksum_of(manifest) != checksum:
            raise SourceError(f"the cached copy of {title} was changed after it was fetched (checksums differ)")
        lines = (line.partition("  ") for line in manifest.decode().splitlines())
        self._digests = {path: digest for digest, _, path in lines}
        self._directories: dict[str, list[str]] = {"": []}
        for path in self._digests:
            parent, _, name = path.rpartition("/")
            self._directories.setdefault(parent, []).append(name)
            while parent := parent.rpartition("/")[0]:
                self._directories.setdefault(parent, [])

    def files(self, under: str = "") -> list[str]:
        under = contained(under)
        return sorted(path for path in self._digests if not under or path.startswith(f"{under}/"))

    def names(self, directory: str) -> list[str]:
        return sorted(self._directories.get(contained(directory), ()))

    def read(self, path: str, most: int | None = None) -> bytes:
        path = contained(path)
        if path not in self._digests:
            what = "is a directory" if path in self._directories else "no such file or directory"
            raise SourceError(f"{self.shown(path)}: {what}")
        place = self._tree / path
        try:
            if place.stat().st_size > LARGEST_FILE:
                raise SourceError(too_large(self.shown(path), place.stat().st_size))
            data = place.read_bytes()
        except OSError as error:
            raise SourceError(f"{self.shown(path)} is missing in the cache") from error
        from hashlib import sha256

        if sha256(data).hexdigest() != self._digests[path]:
            changed = f"{self.shown(path)} was changed in the cache after it was fetched (checksums differ): "
            raise SourceError(changed + "costlint modules fetch mends it")
        return data[:most]

    def is_file(self, path: str) -> bool:
        return path in self._digests

    def is_dir(self, path: str) -> bool:
        return path in self._directories

    def shown(self, path: str) -> str:
        return f"{self._title}/{path}" if path else self._title
