"""Which stacks of two sides are the same, and which resources: by name, by what `moved` blocks say, and by content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from costlint.diffing.addresses import before_moves, block_of, keys_of, within
from costlint.diffing.contents import content
from costlint.diffing.snapshots import Deployed, Priced

Thing = TypeVar("Thing")
_ALIKE = 0.5


class StackPair(NamedTuple):
    """A stack on both sides, None where it is not there."""

    before: Deployed | None
    after: Deployed | None


class Pair(NamedTuple):
    """A resource on both sides, None where it is not there. `origin` is the stack it was in, if that is another."""

    before: Priced | None
    after: Priced | None
    origin: str = ""

    @property
    def moved(self) -> bool:
        """Whether it has another address, or is in another stack."""
        if self.before is None or self.after is None:
            return False
        return bool(self.origin) or self.before.address != self.after.address


def stack_pairs(before: Sequence[Deployed], after: Sequence[Deployed]) -> list[StackPair]:
    """Every stack of both sides once, in the order of the later one. Those of different names are the same if they
    declare much the same addresses: a directory was renamed."""
    known: dict[tuple[str, str], list[Deployed]] = {}
    for one in reversed(before):
        known.setdefault((one.kind, one.key), []).append(one)
    pairs = []
    for one in after:
        same = known.get((one.kind, one.key))
        pairs.append(StackPair(same.pop() if same else None, one))
    gone = [one for left in known.values() for one in left]
    fresh = [pair.after for pair in pairs if pair.before is None and pair.after is not None]
    if len(before) == len(after) == 1 and gone:
        return [StackPair(before[0], after[0])]
    likenesses = [(_likeness(old, new), old, new) for old in gone for new in fresh if old.kind == new.kind]
    found: dict[int, Deployed] = {}
    taken: set[int] = set()
    for likeness, old, new in sorted(likenesses, key=lambda one: (-one[0], one[1].key, one[2].key)):
        if likeness > _ALIKE and id(old) not in taken and id(new) not in found:
            found[id(new)] = old
            taken.add(id(old))
    renamed = [pair if pair.before else StackPair(found.get(id(pair.after)), pair.after) for pair in pairs]
    return [*renamed, *(StackPair(old, None) for old in gone if id(old) not in taken)]


def resource_pairs(before: Deployed | None, after: Deployed | None) -> list[Pair]:
    """Every resource of both sides of a stack once: the same address; else where `moved` blocks say it was; else, of
    the same type, the same text under another name or key; else an instance of the same block without a name of its
    own."""
    old = dict(before.resources) if before else {}
    new = dict(after.resources) if after else {}
    pairs: list[Pair] = []
    moves = after.moved if after else ()

    def take(one: Priced, other: Priced) -> None:
        del old[one.address], new[other.address]
        pairs.append(Pair(one, other))

    if moves:
        for address, resource in list(new.items()):
            origin = before_moves(address, moves)
            if origin != address and (was := old.get(origin)) is not None and was.type == resource.type:
                take(was, resource)
    for address, resource in list(new.items()):
        was = old.get(address)
        if was is not None and was.type == resource.type:
            take(was, resource)
    for key in (_same_block_and_content, _same_name_and_content, _same_content, _same_block):
        if not old or not new:
            break
        for one, other in list(_matches(old.values(), new.values(), key)):
            take(one, other)
    pairs += [Pair(None, resource) for resource in new.values()]
    return [*pairs, *(Pair(resource, None) for resource in old.values())]


def across(stacks: Mapping[int, list[Pair]], names: Sequence[str]) -> dict[int, list[Pair]]:
    """The pairs of stacks, by their number, with what left one of them and is in another with the same content put
    together. `names` are what the stacks are called."""
    lost = {id(pair.before): at for at, pairs in stacks.items() for pair in pairs if pair.after is None}
    gained = {id(pair.after): at for at, pairs in stacks.items() for pair in pairs if pair.before is None}
    if not lost or not gained:
        return dict(stacks)
    left = [pair.before for pairs in stacks.values() for pair in pairs if pair.before and pair.after is None]
    come = [pair.after for pairs in stacks.values() for pair in pairs if pair.after and pair.before is None]
    found = {id(new): old for old, new in _matches(left, come, _same_content) if lost[id(old)] != gained[id(new)]}
    gone = {id(old) for old in found.values()}
    joined: dict[int, list[Pair]] = {}
    for at, pairs in stacks.items():
        kept = [pair for pair in pairs if pair.after is not None or id(pair.before) not in gone]
        joined[at] = []
        for pair in kept:
            was = found.get(id(pair.after))
            joined[at].append(pair if was is None else Pair(was, pair.after, names[lost[id(was)]]))
    return joined


def _matches(
    old: Iterable[Priced], new: Iterable[Priced], key: Callable[[Priced], Hashable | None]
) -> Iterator[tuple[Priced, Priced]]:
    """Those of both sides with the same key, paired off in order. Of an empty key nothing is said."""
    waiting: dict[Hashable, list[Priced]] = {}
    for one in sorted(old, key=_order, reverse=True):
        if (what := key(one)) is not None:
            waiting.setdefault(what, []).append(one)
    for other in sorted(new, key=_order):
        what = key(other)
        if what is not None and waiting.get(what):
            yield waiting[what].pop(), other


def _order(one: Priced) -> tuple[int, str]:
    return len(one.address), one.address


def _same_block_and_content(one: Priced) -> Hashable | None:
    """An instance with another key: `count` became `for_each`, or an item was put in front."""
    what = content(one)
    return what and (block_of(one.address), what)


def _same_name_and_content(one: Priced) -> Hashable | None:
    what = content(one)
    return what and (within(one.address), what)


def _same_content(one: Priced) -> Hashable | None:
    what = content(one)
    return what and (one.type, what)


def _same_block(one: Priced) -> Hashable | None:
    """Another kind of key on what stays: `count` became `for_each`, or neither became one of them. An instance more of
    a `for_each` is one more."""
    return None if any('"' in key for key in keys_of(one.address)) else block_of(one.address)


def _likeness(old: Deployed, new: Deployed) -> float:
    """The share of addresses two stacks have in common."""
    here, there = set(old.resources), set(new.resources)
    return len(here & there) / len(here | there) if here or there else 0.0


def counts(pairs: Sequence[StackPair]) -> Mapping[int, bool]:
    """Whether each pair, by its place, is part of the totals: as both sides have it. Where they choose another one of
    a root's alternatives, the one in production counts on both sides, else the costliest: a choice that changes hands
    is no change of the bill."""
    chosen = {at: _counted(pair) for at, pair in enumerate(pairs)}
    torn = Counter(_root(pair) for pair in pairs if _is_torn(pair))
    for root in torn:
        group = [at for at, pair in enumerate(pairs) if _root(pair) == root]
        whole = [at for at in group if pairs[at].before and pairs[at].after and chosen[at]]
        if len(whole) < 2:
            continue
        best = max(whole, key=lambda at: _rank(pairs[at]))
        for at in group:
            chosen[at] = at == best
    return chosen


def _counted(pair: StackPair) -> bool:
    return any(side.counted for side in pair if side is not None)


def _is_torn(pair: StackPair) -> bool:
    return pair.before is not None and pair.after is not None and pair.before.counted != pair.after.counted


def _root(pair: StackPair) -> str:
    side = pair.after or pair.before
    return side.root if side else ""


def _rank(pair: StackPair) -> tuple[bool, float]:
    sides = [side for side in pair if side is not None]
    return any(side.environment.kind == "prod" for side in sides), max(side.monthly.likely for side in sides)
