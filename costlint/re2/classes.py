"""Sets of characters as sorted, disjoint ranges of code points."""

from __future__ import annotations

import functools
import sys
import unicodedata
from collections.abc import Iterable

Ranges = tuple[tuple[int, int], ...]

_LAST = sys.maxunicode
ANYTHING: Ranges = ((0, _LAST),)
NOT_NEWLINE: Ranges = ((0, 9), (11, _LAST))

PERL: dict[str, Ranges] = {
    "d": ((48, 57),),
    "s": ((9, 10), (12, 13), (32, 32)),
    "w": ((48, 57), (65, 90), (95, 95), (97, 122)),
}
POSIX: dict[str, Ranges] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": ((48, 57),),
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "word": PERL["w"],
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
# Beyond this many characters a range is case-folded in its ASCII part only.
_MOST_FOLDED = 3000


def union(parts: Iterable[Ranges]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(pair for part in parts for pair in part):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def negated(ranges: Ranges) -> Ranges:
    gaps: list[tuple[int, int]] = []
    following = 0
    for low, high in ranges:
        if low > following:
            gaps.append((following, low - 1))
        following = high + 1
    if following <= _LAST:
        gaps.append((following, _LAST))
    return tuple(gaps)


@functools.lru_cache(maxsize=512)
def folded(ranges: Ranges) -> Ranges:
    """The ranges with the other case of every letter."""
    extra: set[int] = set()
    for low, high in ranges:
        for code in range(low, min(high, low + _MOST_FOLDED) + 1):
            character = chr(code)
            for other in (character.lower(), character.upper(), *_FOLDS.get(character, ())):
                if len(other) == 1:
                    extra.add(ord(other))
    return union([ranges, tuple((code, code) for code in extra)])


def contains(ranges: Ranges, code: int) -> bool:
    return any(low <= code <= high for low, high in ranges)


@functools.lru_cache(maxsize=32)
def category(name: str) -> Ranges | None:
    """A Unicode general category ("L", "Lu"), None if there is none of that name."""
    if name == "Any":
        return ANYTHING
    return _categories().get(name)


@functools.cache
def _categories() -> dict[str, Ranges]:
    found: dict[str, list[tuple[int, int]]] = {}
    start, current = 0, unicodedata.category("\0")
    for code in range(1, _LAST + 2):
        kind = unicodedata.category(chr(code)) if code <= _LAST else ""
        if kind != current:
            found.setdefault(current, []).append((start, code - 1))
            found.setdefault(current[0], []).append((start, code - 1))
            start, current = code, kind
    return {name: union([tuple(ranges)]) for name, ranges in found.items() if name != "Cn"}


_FOLDS = {"k": "\u212a", "K": "\u212a", "s": "\u017f", "S": "\u017f", "\u212a": "kK", "\u017f": "sS"}
