"""Which part of stored data lies in which storage class when rules move or delete it by age.

Objects are taken to arrive evenly over a span, so a rule at age A concerns the part older than A.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Step(NamedTuple):
    """What happens to objects at an age in days: a move to a class, or deletion (to "")."""

    age: float
    to: str


def class_shares(first: str, steps: Iterable[Step], span: float) -> dict[str, float]:
    """The share of the data by class; shares add up to 1, or to less where a step deletes.

    >>> class_shares("standard", [Step(73, "nearline")], 365)
    {'standard': 0.2, 'nearline': 0.8}
    """
    shares: dict[str, float] = {}
    kind, since = first, 0.0
    for step in sorted(steps, key=lambda step: (step.age, step.to != "")):
        until = min(step.age, span)
        if until > since:
            shares[kind] = shares.get(kind, 0.0) + (until - since) / span
            since = until
        if not step.to:
            return shares
        kind = step.to
    if since < span:
        shares[kind] = shares.get(kind, 0.0) + (span - since) / span
    return shares
