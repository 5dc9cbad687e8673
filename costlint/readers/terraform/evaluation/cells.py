"""Lazy, memoised values with cycle detection, however long the chain of references is.

A value that needs another asks for it; beyond a fixed number of nested requests the one deepest down is postponed:
everything unwinds, that value is computed on its own from the ground, and the request starts again. So a chain of
ten thousand locals needs no more Python stack than a chain of twenty.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

_DEEPEST = 20
_MISSING = object()
BUSY = object()

Memo = dict[Any, object]


class CircularReference(Exception):
    """A value needs itself; `trail` names the values of the circle, the first one again at the end."""

    def __init__(self, trail: list[str]) -> None:
        super().__init__(" → ".join(trail))
        self.trail = trail


class Postponed(Exception):
    """A value that has to be computed from the ground first."""

    def __init__(self, memo: Memo, key: Hashable, compute: Callable[[], object], label: str) -> None:
        super().__init__(label)
        self.memo = memo
        self.key = key
        self.compute = compute
        self.label = label


class Cells:
    """Forces values. `on_circle(trail)` gives the value of one whose circle is longer than the deepest nesting."""

    def __init__(self, on_circle: Callable[[list[str]], object]) -> None:
        self.on_circle = on_circle
        self.trail: list[str] = []

    @property
    def depth(self) -> int:
        return len(self.trail)

    def force(self, memo: Memo, key: Hashable, compute: Callable[[], object], label: str) -> object:
        """`memo[key]`, computed at the first request. Raises CircularReference if that is under way already."""
        value = memo.get(key, _MISSING)
        if value is BUSY:
            trail = self.trail
            start = trail.index(label) if label in trail else 0
            raise CircularReference([*trail[start:], label])
        if value is not _MISSING:
            return value
        if not self.trail:
            self.settle(Postponed(memo, key, compute, label))
            return memo[key]
        if len(self.trail) >= _DEEPEST:
            raise Postponed(memo, key, compute, label)
        return self._compute(memo, key, compute, label)

    def settle(self, wanted: Postponed) -> None:
        """Compute a postponed value from the ground, and first whatever it postpones in turn."""
        pending = [wanted]
        while pending:
            top = pending[-1]
            if top.memo.get(top.key, _MISSING) is not _MISSING:
                pending.pop()
                continue
            try:
                self._compute(top.memo, top.key, top.compute, top.label)
            except Postponed as deeper:
                for position, other in enumerate(pending):
                    if other.memo is deeper.memo and other.key == deeper.key:
                        trail = [each.label for each in pending[position:]]
                        deeper.memo[deeper.key] = self.on_circle([*trail, deeper.label])
                        break
                else:
                    pending.append(deeper)

    def _compute(self, memo: Memo, key: Hashable, compute: Callable[[], object], label: str) -> object:
        memo[key] = BUSY
        self.trail.append(label)
        try:
            value = compute()
        except RecursionError:
            del memo[key]
            if len(self.trail) > 1:
                raise Postponed(memo, key, compute, label) from None
            raise
        except BaseException:
            del memo[key]
            raise
        finally:
            self.trail.pop()
        memo[key] = value
        return value
