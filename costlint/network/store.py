"""Puts packages into the cache: file by file into a directory of their own, which then takes its final name at once."""

from __future__ import annotations

import json
import posixpath
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO

from costlint.config.writing import replace_file
from costlint.network.errors import FetchError
from costlint.network.limits import KEPT_DAYS, LARGEST_PACKAGE, MOST_FILES
from costlint.sources.packages import MANIFEST, TREE, PackageSource, checksum_of, manifest_of, package_directory
from costlint.sources.source import SourceError, contained, is_private

_CHUNK = 1 << 20


class Store:
    """The packages in one cache directory."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self._origins = cache / "origins"

    def has(self, checksum: str) -> bool:
        """True if the package with this checksum is here, whole and unchanged."""
        return _is_intact(self.cache, checksum)

    def discard_damaged(self, checksum: str) -> None:
        """Throw a package away if it was changed since it came."""
        try:
            directory = package_directory(self.cache, checksum)
        except SourceError:
            return
        if directory.exists() and not self.has(checksum):
            shutil.rmtree(directory, ignore_errors=True)

    def known(self, origin: str) -> tuple[str, str] | None:
        """The checksum and directory of what an unchanging origin (a commit, a registry version) gave before."""
        try:
            checksum, directory = json.loads((self._origins / _digest(origin)).read_text())
            return (checksum, directory) if self.has(checksum) else None
        except (OSError, ValueError, TypeError):
            return None

    def remember(self, origin: str, checksum: str, directory: str) -> None:
        """Keep what an unchanging origin gave."""
        replace_file(self._origins / _digest(origin), json.dumps([checksum, directory]).encode())

    def prepare(self) -> None:
        """Make the cache, and throw away what interrupted runs have left behind long ago. Raises FetchError."""
        try:
            for name in ("modules", "origins", "partial"):
                (self.cache / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FetchError(f"the cache {self.cache} cannot be written: {_reason(error)}") from error
        oldest = time.time() - KEPT_DAYS * 24 * 3600
        for place in (*self.cache.glob("modules/.incoming-*"), *self.cache.glob("partial/*")):
            try:
                if place.stat().st_mtime < oldest:
                    shutil.rmtree(place) if place.is_dir() else place.unlink()
            except OSError:
                continue

    def new(self) -> Incoming:
        """A package to be filled; use it in a `with` statement."""
        return Incoming(self.cache, Path(tempfile.mkdtemp(prefix=".incoming-", dir=self.cache / "modules")))


class Incoming:
    """A package on its way in. Every path is checked here, whatever brought it."""

    def __init__(self, cache: Path, directory: Path) -> None:
        self._cache = cache
        self._directory = directory
        self._tree = directory / TREE
        self._tree.mkdir()
        self._digests: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._size = 0

    def __enter__(self) -> Incoming:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)

    def add(self, path: str, content: IO[bytes]) -> None:
        """Take a file in. Raises FetchError if the path leads out of the package or the package grows too large."""
        place = self._place(path)
        if place is None:
            return
        from hashlib import sha256

        digest = sha256()
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("xb") as file:
                while chunk := content.read(_CHUNK):
                    self._size += len(chunk)
                    if self._size > LARGEST_PACKAGE:
                        raise FetchError(f"it holds more than {LARGEST_PACKAGE >> 20} MB")
                    digest.update(chunk)
                    file.write(chunk)
        except FileExistsError:
            raise FetchError(f"two of its files take the same place ({path})") from None
        self._digests[self._normal(path)] = digest.hexdigest()

    def link(self, path: str, target: str) -> None:
        """Note a symbolic link (its target relative to it): in the end it becomes a copy of what it points to in the
        package. Links that lead out of the package are left out."""
        if self._place(path) is not None:
            self._links[self._normal(path)] = target

    def finish(self) -> str:
        """Give the package its place in the cache; its checksum. Raises FetchError if it is empty."""
        for path, target in self._links.items():
            self._copy(path, self._followed(posixpath.join(posixpath.dirname(path), target)))
        if not self._digests:
            raise FetchError("it holds no files")
        manifest = manifest_of(self._digests)
        (self._directory / MANIFEST).write_bytes(manifest)
        checksum = checksum_of(manifest)
        final = package_directory(self._cache, checksum)
        if final.exists() and not _is_intact(self._cache, checksum):
            shutil.rmtree(final, ignore_errors=True)
        try:
            self._directory.rename(final)
        except OSError as error:
            if not (final / MANIFEST).is_file():
                raise error
        return checksum

    def directories(self) -> set[str]:
        """The top-level directories so far."""
        return {path.partition("/")[0] for path in self._digests if "/" in path}

    def _place(self, path: str) -> Path | None:
        """Where a file goes, None for what is left out: git's own data, and names not every system can hold."""
        normal = self._normal(path)
        if is_private(normal) or "\\" in path or any(ord(character) < 32 for character in path):
            return None
        if len(self._digests) + len(self._links) >= MOST_FILES:
            raise FetchError(f"it holds more than {MOST_FILES:,} files")
        return self._tree / normal

    def _normal(self, path: str) -> str:
        if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/"):
            raise FetchError(f"it holds a path that leads out of it ({path})")
        try:
            return contained(path)
        except SourceError:
            raise FetchError(f"it holds a path that cannot be used ({path!r})") from None

    def _followed(self, target: str, most: int = 40) -> str | None:
        """What a link finally points to within the package, None if that is not in it."""
        try:
            place = contained(target)
        except SourceError:
            return None
        parts = place.split("/")
        for count in range(1, len(parts) + 1):
            through = "/".join(parts[:count])
            if through in self._links and most:
                rest = [posixpath.dirname(through), self._links[through], *parts[count:]]
                return self._followed(posixpath.join(*rest), most - 1)
            if through in self._links:
                return None
        return place

    def _copy(self, path: str, target: str | None) -> None:
        if target is None or path == target or path.startswith(f"{target}/") or target.startswith("/"):
            return
        if target in self._digests:
            with (self._tree / target).open("rb") as file:
                self.add(path, file)
            return
        below = [inner for inner in self._digests if inner.startswith(f"{target}/")] if target else []
        for inner in below:
            if not inner.startswith(f"{path}/"):
                with (self._tree / inner).open("rb") as file:
                    self.add(path + inner[len(target) :], file)


def write_atomically(path: Path, text: str) -> None:
    """Replace a file at once, or leave it as it was. Raises FetchError."""
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise FetchError(f"{path.name} cannot be written: {error.strerror}") from error


def _is_intact(cache: Path, checksum: str) -> bool:
    try:
        package = PackageSource(cache, checksum, checksum)
        for path in package.files():
            package.read(path)
    except SourceError:
        return False
    return True


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()
