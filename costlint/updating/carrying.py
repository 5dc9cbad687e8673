"""Puts the prices of a bundle where fetched ones are, so that scans use them alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from costlint.catalog.updates import PriceCacheError
from costlint.updating.bundles import Fetched, fetched
from costlint.updating.errors import UpdateError
from costlint.updating.snapshots import install


class Placed(NamedTuple):
    """What was put in place, and what it replaced (None: nothing that could be read). `same`: it was there already."""

    new: Fetched
    before: Fetched | None
    same: bool = False


def place(found: Sequence[Fetched], root: Path, *, even_older: bool = False) -> list[Placed]:
    """Make the prices the ones that count. Raises UpdateError: before anything is changed if some were fetched before
    those that are here, unless `even_older`."""
    before = {one.provider: _here(root, one.provider) for one in found}
    for one in found:
        present = before[one.provider]
        if present is not None and present.written > one.written and not even_older:
            raise UpdateError(
                f"the prices of {one.provider} that are here were fetched {present.written[:10]}, after those of "
                f"{one.written[:10]} in the bundle; nothing was imported (--force imports them all the same)"
            )
    return [_placed(one, before[one.provider], root) for one in found]


def _placed(one: Fetched, before: Fetched | None, root: Path) -> Placed:
    if before is not None and before.tables == one.tables and before.written == one.written:
        return Placed(one, before, same=True)
    home = root / one.provider
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UpdateError(f"the cache {home} cannot be written: {error.strerror}") from error
    install(home, one.tables.items(), {"written": one.written, "lists": one.lists})
    return Placed(one, before)


def _here(root: Path, provider: str) -> Fetched | None:
    """What is in use now; what is damaged is not, and is replaced."""
    try:
        return fetched(root, provider)
    except PriceCacheError:
        return None
