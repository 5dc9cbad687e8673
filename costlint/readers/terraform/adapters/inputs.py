"""What a caller gives a module that its adapter knows nothing of."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase


def unread(given: Iterable[str], declared: Iterable[str], free_of_charge: Iterable[str]) -> tuple[str, ...]:
    """The inputs an adapter neither reads (`declared`) nor lists among those that change no bill (globs)."""
    known, globs = frozenset(declared), tuple(free_of_charge)
    left = (name for name in given if name not in known)
    return tuple(sorted(name for name in left if not any(fnmatchcase(name, glob) for glob in globs)))
