"""What a caller gives a module that its adapter knows nothing of."""

from __future__ import annotations

from collections.abc import Iterable


def unread(given: Iterable[str], declared: Iterable[str], free_of_charge: Iterable[str]) -> tuple[str, ...]:
    """The inputs an adapter neither reads (`declared`) nor lists among those that change no bill. An entry of those is
    a name, in which a `*` stands for any text."""
    known, free = frozenset(declared), tuple(entry.split("*") for entry in free_of_charge)
    left = (name for name in given if name not in known)
    return tuple(sorted(name for name in left if not any(_fits(name, parts) for parts in free)))


def _fits(name: str, parts: list[str]) -> bool:
    """Whether a name is these parts in order with any text between them."""
    first, *rest = parts
    if not rest:
        return name == first
    last = rest.pop()
    if not (name.startswith(first) and name.endswith(last) and len(name) >= len(first) + len(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for part in rest:
        at = name.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True
