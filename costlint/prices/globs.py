"""Globs over names that are no paths: `*` is anything, `?` one character. Case is of no account."""

from __future__ import annotations

import re
from functools import lru_cache


def matches(glob: str, name: str) -> bool:
    """True if the whole name matches."""
    return glob == "*" or _compiled(glob).fullmatch(name) is not None


def literal(glob: str) -> int:
    """How much a glob says: the number of its characters that stand for themselves."""
    return sum(character not in "*?" for character in glob)


@lru_cache(maxsize=1024)
def _compiled(glob: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    text = "".join(parts.get(character) or re.escape(character) for character in re.sub(r"\*+", "*", glob))
    return re.compile(text, re.IGNORECASE | re.DOTALL)
