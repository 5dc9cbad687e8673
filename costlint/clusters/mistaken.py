"""Labels a pod selects that no pool has, though one has almost the same: a typing error, told where it leaves the pod
without a node."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from costlint.clusters.constraints import Constraints
from costlint.clusters.pools import Pool
from costlint.model import Unknown
from costlint.spelling import one_edit_apart

_WORD = re.compile(r"[A-Za-z0-9]+")


def mistaken_label(constraints: Constraints, pools: Iterable[Pool]) -> str:
    """`; no pool has role=gpuu: did you mean role=gpu?`, "" where no label a pod selects looks like a typing error, or
    a pool may have it."""
    pools = tuple(pools)
    labels = {(key, value) for pool in pools for key, value in pool.labels.items() if isinstance(value, str)}
    for key, value in _selected(constraints):
        if (key, value) in labels or any(_may_have(pool, key) for pool in pools):
            continue
        near = sorted(label for label in labels if _alike((key, value), label))
        if near:
            return f"; no pool has {key}={value}: did you mean {near[0][0]}={near[0][1]}?"
    return ""


def _may_have(pool: Pool, key: str) -> bool:
    """Whether nobody can tell that a pool has no such label, or which value its nodes get."""
    if key in pool.labels:
        return isinstance(pool.labels[key], Unknown)
    return not pool.complete or any(one.key == key for one in pool.requirements)


def _selected(constraints: Constraints) -> Iterator[tuple[str, str]]:
    """The labels of which one value alone is asked for."""
    for requirement in constraints.requirements:
        values = requirement.values if requirement.operator == "In" else None
        if isinstance(values, list) and len(values) == 1 and isinstance(values[0], str):
            yield requirement.key, values[0]


def _alike(selected: tuple[str, str], label: tuple[str, str]) -> bool:
    """Whether name or value is mistyped, the other being the same."""
    (key, value), (own_key, own_value) = selected, label
    return (key == own_key and _mistyped(value, own_value)) or (value == own_value and _mistyped(key, own_key))


def _mistyped(written: str, there: str) -> bool:
    """One edit apart, in a word without a digit: `a100` and `h100`, `pool-1` and `pool-2` are two things."""
    if not one_edit_apart(written, there):
        return False
    words, others = _WORD.findall(written), _WORD.findall(there)
    differing = {*words} ^ {*others}
    return not any(character.isdigit() for word in differing for character in word)
