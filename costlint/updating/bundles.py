"""Fetched prices as one file, to be carried to where there is no network.

    manifest.json                 the format, and for each provider when it was fetched and the SHA-256 of every table
    aws/services/eu-west-1.csv    the tables of its snapshot (costlint/catalog/updates.py)

It is a ZIP archive, and equal prices make equal bytes. `read_bundle` believes nothing in it before it is checked.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from costlint import __version__
from costlint.catalog.updates import Updates
from costlint.updating.checking import check_tables
from costlint.updating.errors import UpdateError
from costlint.updating.limits import LARGEST_BUNDLE, MOST_TABLES

MANIFEST = "manifest.json"
KIND = "costlint prices"
VERSION = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Fetched(NamedTuple):
    """What was fetched of one provider: when (ISO 8601, UTC), from which lists, and the tables by name."""

    provider: str
    written: str
    lists: dict[str, Any]
    tables: dict[str, str]

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(sorted({name.partition("/")[2][:-4] for name in self.tables if "/" in name}))


def fetched(root: Path, provider: str) -> Fetched | None:
    """What the cache holds of a provider, each table checked; None if nothing. Raises PriceCacheError."""
    updates = Updates(root, provider)
    if not updates:
        return None
    record = updates.record
    tables = {name: updates.text(name) for name in sorted(record["files"])}
    return Fetched(provider, record["written"], record.get("lists", {}), tables)


def bundle(found: Iterable[Fetched]) -> bytes:
    """The bundle of what was fetched."""
    buffer = io.BytesIO()
    providers = {}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in found:
            files = {name: sha256(text.encode()).hexdigest() for name, text in one.tables.items()}
            providers[one.provider] = {"written": one.written, "lists": one.lists, "files": files}
            for name, text in one.tables.items():
                archive.writestr(_entry(f"{one.provider}/{name}"), text.encode())
        about = {"kind": KIND, "format": VERSION, "costlint": __version__, "providers": providers}
        archive.writestr(_entry(MANIFEST), json.dumps(about, indent=1, sort_keys=True) + "\n")
    return buffer.getvalue()


def read_bundle(path: Path, digest: str = "") -> list[Fetched]:
    """What a bundle brings; `digest` is the SHA-256 it has to have. Raises UpdateError if anything in it is not as its
    manifest says, or not what costlint writes."""
    try:
        if path.stat().st_size > LARGEST_BUNDLE:
            raise UpdateError(_too_much(path))
        data = path.read_bytes()
    except OSError as error:
        raise UpdateError(f"{path} cannot be read: {error.strerror}") from error
    if digest and sha256(data).hexdigest() != digest.strip().lower():
        raise UpdateError(f"{path} is not the file that was exported: its SHA-256 is {sha256(data).hexdigest()}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(path, archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise UpdateError(f"{path} is damaged: {error}; carry it over again") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UpdateError(f"{path} is not what costlint prices export writes") from error


def _read(path: Path, archive: zipfile.ZipFile) -> list[Fetched]:
    entries = {entry.filename: entry for entry in archive.infolist()}
    if len(entries) > MOST_TABLES or sum(entry.file_size for entry in entries.values()) > LARGEST_BUNDLE:
        raise UpdateError(_too_much(path))
    about = json.loads(archive.read(entries.pop(MANIFEST)))
    if about["kind"] != KIND or not isinstance(about["format"], int):
        raise UpdateError(f"{path} is not what costlint prices export writes")
    if about["format"] != VERSION:
        newer = "newer" if about["format"] > VERSION else "older"
        by = f"costlint {about['costlint']}, which is {newer} than this"
        raise UpdateError(f"{path} was written by {by}: export it anew with costlint {__version__}")
    found = []
    for provider, record in sorted(about["providers"].items()):
        tables = {}
        for name, checksum in sorted(record["files"].items()):
            entry = entries.pop(f"{provider}/{name}", None)
            if entry is None:
                raise UpdateError(f"{path} lacks {provider}/{name}: carry it over again")
            text = archive.read(entry)
            if sha256(text).hexdigest() != checksum:
                raise UpdateError(
                    f"{provider}/{name} in {path} was changed after it was exported; nothing was imported"
                )
            tables[name] = text.decode()
        check_tables(str(path), provider, record["written"], tables)
        found.append(Fetched(provider, record["written"], dict(record["lists"]), tables))
    if entries:
        raise UpdateError(f"{path} holds {min(entries)}, which its manifest does not name; nothing was imported")
    return found


def _too_much(path: Path) -> str:
    return f"{path} holds more than a bundle of prices can ({LARGEST_BUNDLE >> 20} MB, {MOST_TABLES:,} tables)"


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
