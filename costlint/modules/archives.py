"""Unpacks zip and tar archives into a package. What is in them is not trusted: paths, links and sizes are checked."""

from __future__ import annotations

import lzma
import posixpath
import stat
import tarfile
import zipfile
import zlib
from pathlib import Path

from costlint.network.errors import FetchError
from costlint.network.limits import LARGEST_PACKAGE
from costlint.network.store import Incoming

SUFFIXES = {
    ".zip": "zip",
    ".tar": "tar",
    ".tar.gz": "tar",
    ".tgz": "tar",
    ".tar.bz2": "tar",
    ".tbz2": "tar",
    ".tar.xz": "tar",
    ".txz": "tar",
}
_LONGEST_LINK = 4096


def archive_kind(path: str, wanted: str = "") -> str:
    """ "zip" or "tar" by the name of a file, or by the `archive` parameter of its address; "" if it is neither.

    Raises FetchError for kinds that cannot be unpacked."""
    if wanted:
        kind = SUFFIXES.get(f".{wanted}", "")
        if not kind:
            raise FetchError(f"archives of kind {wanted} cannot be unpacked; zip, tar.gz, tar.bz2 and tar.xz can")
        return kind
    name = posixpath.basename(path).lower()
    return next((kind for suffix, kind in SUFFIXES.items() if name.endswith(suffix)), "")


def unpack(archive: Path, kind: str, package: Incoming) -> None:
    """Take every file of an archive into a package. Raises FetchError."""
    try:
        if kind == "zip":
            _unzip(archive, package)
        else:
            _untar(archive, package)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, UnicodeError, ValueError) as e:
        raise FetchError(
            f"the archive is damaged, or is none ({str(e).splitlines()[0] if str(e) else 'no end'})"
        ) from e
    except (NotImplementedError, RuntimeError) as error:
        raise FetchError(f"the archive cannot be unpacked: {error}") from error
    except OSError as error:
        raise FetchError(f"the archive cannot be read: {error.strerror or error}") from error


def _unzip(archive: Path, package: Incoming) -> None:
    with zipfile.ZipFile(archive) as file:
        for entry in file.infolist():
            path = entry.filename.replace("\\", "/")
            if entry.is_dir() or path.endswith("/"):
                continue
            mode = entry.external_attr >> 16
            with file.open(entry) as content:
                if stat.S_ISLNK(mode):
                    package.link(path, content.read(_LONGEST_LINK).decode(errors="replace"))
                else:
                    package.add(path, content)


def _untar(archive: Path, package: Incoming) -> None:
    with tarfile.open(archive, "r:*") as file:
        size = 0
        for entry in file:
            # What is left out is unpacked all the same: it counts, too.
            size += entry.size
            if size > LARGEST_PACKAGE:
                raise FetchError(f"it holds more than {LARGEST_PACKAGE >> 20} MB")
            if entry.issym():
                package.link(_plain(entry.name), entry.linkname)
            elif entry.islnk():
                path = _plain(entry.name)
                package.link(path, posixpath.relpath(_plain(entry.linkname), posixpath.dirname(path) or "."))
            elif entry.isfile():
                content = file.extractfile(entry)
                if content is not None:
                    package.add(_plain(entry.name), content)


def _plain(path: str) -> str:
    return path.removeprefix("./")
