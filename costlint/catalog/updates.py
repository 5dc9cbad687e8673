"""Prices the user has fetched: one snapshot per provider in the cache, laid over the shipped rows where newer.

    <cache>/prices/aws/current.json          which snapshot counts, what is in it, the checksum of every file
    <cache>/prices/aws/<snapshot>/           sources.csv, instances/, services/, managed/, commitments.csv

The files are laid out as the shipped ones. A snapshot is never changed: an update writes a new one and then replaces
`current.json`, so a scan that runs meanwhile sees one or the other. Nothing here uses the network.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from costlint.catalog.facts import Price
from costlint.catalog.sources import Source, load
from costlint.catalog.tables import NO_SHARD, Shard, is_region, parsed

FOLDER = "prices"
POINTER = "current.json"
FORMAT = 1


class PriceCacheError(Exception):
    """Fetched prices cannot be used; the message is a sentence that says what to do."""


class Updates:
    """The fetched prices of one provider; empty if there are none (`root` None: none are wanted)."""

    def __init__(self, root: Path | None, provider: str) -> None:
        self._provider = provider
        self._home = root / provider if root is not None else None
        self._sources: dict[str, Source] | None = None
        self.record = _record(self._home, provider) if self._home is not None else {}
        self._checksums: dict[str, str] = self.record.get("files", {})

    def __bool__(self) -> bool:
        return bool(self._checksums)

    @property
    def sources(self) -> dict[str, Source]:
        """What the source ids of the snapshot mean."""
        if self._sources is None:
            self._sources = load(parsed(self.text("sources.csv").splitlines()))
        return self._sources

    def shard(self, kind: str, region: str, keys: int = 1) -> Shard:
        """The rows of a region ("instances", "services", "managed"). Raises PriceCacheError."""
        name = f"{kind}/{'_any' if region == '*' else region}.csv"
        return Shard(self.text(name), keys) if name in self._checksums and is_region(region) else NO_SHARD

    def commitments(self) -> str:
        """The discounts of all regions, as text. Raises PriceCacheError."""
        return self.text("commitments.csv") if "commitments.csv" in self._checksums else ""

    def regions(self, kind: str) -> list[str]:
        """The regions with rows of a kind."""
        return [name[len(kind) + 1 : -4] for name in self._checksums if name.startswith(f"{kind}/")]

    def text(self, name: str) -> str:
        """A file of the snapshot, checked against its checksum. Raises PriceCacheError."""
        from hashlib import sha256

        assert self._home is not None
        path: Path = self._home / self.record["snapshot"] / name
        try:
            data = path.read_bytes()
        except OSError:
            raise PriceCacheError(_damaged(self._provider, f"{name} is missing")) from None
        if sha256(data).hexdigest() != self._checksums.get(name):
            raise PriceCacheError(_damaged(self._provider, f"{name} was changed after it was written"))
        return data.decode()


def newest(shipped: Price | None, updated: Price | None) -> Price | None:
    """The price that counts: what was fetched if it is newer, or if the shipped one was only inferred."""
    if shipped is None or updated is None:
        return shipped or updated
    return updated if shipped.inferred or updated.date > shipped.date else shipped


def _record(home: Path, provider: str) -> dict[str, Any]:
    """What `current.json` says, {} if nothing was fetched."""
    try:
        data = (home / POINTER).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise PriceCacheError(_damaged(provider, f"{POINTER} cannot be read ({error.strerror})")) from None
    try:
        record = json.loads(data)
        if record["format"] != FORMAT:
            raise PriceCacheError(_damaged(provider, "they were written by another version of costlint"))
        files, snapshot = record["files"], record["snapshot"]
        if isinstance(files, dict) and isinstance(snapshot, str) and "/" not in snapshot and snapshot[:1] not in "./":
            return dict(record)
    except (ValueError, KeyError, TypeError):
        pass
    raise PriceCacheError(_damaged(provider, f"{POINTER} is not what an update writes"))


def _damaged(provider: str, what: str) -> str:
    return (
        f"the fetched prices of {provider} cannot be used: {what}; run costlint prices update {provider} again, or "
        f"leave them out with --no-user-prices"
    )
