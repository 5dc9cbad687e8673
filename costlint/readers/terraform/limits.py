"""Bounds on the work one configuration can ask for, so that hostile input ends in a sentence."""

from __future__ import annotations

from msgspec import Struct


class Limits(Struct, frozen=True):
    """`instances`: of one block; `resources` and `modules`: of one stack; `steps`: items all `for` expressions of a
    stack go through; `text`: characters of one string; `members`: items of one value, nested ones included."""

    instances: int = 10_000
    resources: int = 400_000
    modules: int = 20_000
    steps: int = 5_000_000
    text: int = 4_000_000
    members: int = 200_000


def outweighs(value: object, most: int) -> bool:
    """True if a value has more than `most` members, counting nested ones as often as they are reached."""
    pending: list[object] = [value]
    seen = 0
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            seen += len(item)
            members = [inner for inner in item.values() if isinstance(inner, (dict, list))]
        elif isinstance(item, list):
            seen += len(item)
            members = [inner for inner in item if isinstance(inner, (dict, list))]
        else:
            continue
        if seen > most:
            return True
        pending += members
    return False
