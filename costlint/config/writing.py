"""Replaces a file at once, or leaves it as it was."""

from __future__ import annotations

import os
from pathlib import Path

_LONGEST = 200
"""Characters of a name that are kept in the name beside it: names have 255 bytes."""


def replace_file(path: Path, data: bytes) -> None:
    """Give a file this content; its mode stays, and a link still leads to it. Raises OSError."""
    import tempfile  # brings random and shutil along, and most runs read only

    place = Path(os.path.realpath(path))
    mode = place.stat().st_mode & 0o777 if place.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{place.name[:_LONGEST]}-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now
