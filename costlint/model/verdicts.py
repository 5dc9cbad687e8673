"""Three-valued logic: True, False, and None for "cannot be told"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Verdict: TypeAlias = bool | None


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """False if any is false, else None if any cannot be told, else True."""
    result: Verdict = True
    for verdict in verdicts:
        if verdict is False:
            return False
        if verdict is None:
            result = None
    return result


def any_of(verdicts: Iterable[Verdict]) -> Verdict:
    """True if any is true, else None if any cannot be told, else False."""
    result: Verdict = False
    for verdict in verdicts:
        if verdict is True:
            return True
        if verdict is None:
            result = None
    return result


def negated(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict
