"""Which findings are new, which are fixed, and which were there before, wherever lines and files have moved."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from costlint.diffing.addresses import block_of, within
from costlint.model.differences import FindingDelta


def finding_deltas(
    before: Sequence[FindingDelta],
    after: Sequence[FindingDelta],
    addresses: Mapping[tuple[str, str], str],
    stacks: Mapping[str, str],
    beaten: Sequence[FindingDelta] = (),
    silent: Sequence[FindingDelta] = (),
) -> list[FindingDelta]:
    """Every finding of both sides once, with its status; new ones first, dearest first.

    The same are those with one fingerprint in a stack they share, then with one fingerprint; then those of one rule
    about resources that are the same: `addresses` says what an address of a stack was before, `stacks` what the stack
    was. A finding that is in other stacks as well, or worth more, is not new. Nor is one that was `beaten` before by a
    better one that is accepted now; and one that is still there, `silent` (accepted or beaten), is not fixed."""
    same, old, new = _paired(before, after, addresses, stacks)
    surfaced, _, new = _paired(beaten, new, addresses, stacks, anywhere=False)
    _, old, _ = _paired(old, silent, addresses, stacks, anywhere=False)
    unchanged = [
        replace(other, status="unchanged", gain_before=one.gain, moved_from=_moved_from(one, other, stacks))
        for one, other in (*same, *surfaced)
    ]
    return [
        *_ranked(replace(one, status="new") for one in new),
        *_ranked(replace(one, status="fixed") for one in old),
        *_ranked(unchanged),
    ]


def _paired(
    before: Sequence[FindingDelta],
    after: Sequence[FindingDelta],
    addresses: Mapping[tuple[str, str], str],
    stacks: Mapping[str, str],
    *,
    anywhere: bool = True,
) -> tuple[list[tuple[FindingDelta, FindingDelta]], list[FindingDelta], list[FindingDelta]]:
    """The findings that are the same, and what is left of either side. `anywhere`: one fingerprint is the same, in
    whatever stacks; else they share one."""
    old, new = list(before), list(after)
    same: list[tuple[FindingDelta, FindingDelta]] = []

    def pair(one: FindingDelta, other: FindingDelta) -> None:
        old.remove(one)
        new.remove(other)
        same.append((one, other))

    def take(key_before: Callable[[FindingDelta], Hashable], key_after: Callable[[FindingDelta], Hashable]) -> None:
        waiting: dict[Hashable, list[FindingDelta]] = {}
        for one in reversed(old):
            waiting.setdefault(key_before(one), []).append(one)
        for other in list(new):
            found = waiting.get(key_after(other))
            if found:
                pair(found.pop(), other)

    def was(one: FindingDelta) -> Hashable:
        stack = stacks.get(one.stack, one.stack)
        known = (addresses.get((one.stack, address), address) for address in one.addresses)
        return _about(one, stack, known)

    def meet(one: FindingDelta, other: FindingDelta) -> bool:
        return not {stacks.get(stack, stack) for stack in other.stacks}.isdisjoint(one.stacks)

    take(lambda one: (one.fingerprint, one.stack), lambda one: (one.fingerprint, stacks.get(one.stack, one.stack)))
    if anywhere:
        take(lambda one: one.fingerprint, lambda one: one.fingerprint)
    else:
        for other in list(new):
            alike = (one for one in old if one.fingerprint == other.fingerprint and meet(one, other))
            if (found := next(alike, None)) is not None:
                pair(found, other)
    take(lambda one: _about(one, one.stack, one.addresses), was)
    for other in list(new):  # some of what it is about was there, the rest is not
        stack = stacks.get(other.stack, other.stack)
        were = {addresses.get((other.stack, address)) for address in other.addresses}
        about = _about(other, stack, ())
        alike = (one for one in old if _about(one, one.stack, ()) == about and were.intersection(one.addresses))
        if (found := next(alike, None)) is not None:
            pair(found, other)
    return same, old, new


def _moved_from(one: FindingDelta, other: FindingDelta, stacks: Mapping[str, str]) -> str:
    return "" if one.stack in (other.stack, stacks.get(other.stack)) else one.stack


def _about(one: FindingDelta, stack: str, addresses: Iterable[str]) -> Hashable:
    """What a finding says about whom, without a word on where that is written."""
    blocks = frozenset(within(block_of(address)) for address in addresses)
    return one.rule, stack, one.type, blocks, tuple(change.path for change in one.change[:1])


def _ranked(findings: Iterable[FindingDelta]) -> list[FindingDelta]:
    return sorted(findings, key=lambda one: (-one.gain, one.rule, one.file, one.line, one.fingerprint))
