"""What the instances of one block become dearer or cheaper by, together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from costlint.diffing.addresses import block_of
from costlint.diffing.causes import Causes
from costlint.diffing.counting import call_of, change_of_number
from costlint.diffing.pairing import Pair, StackPair
from costlint.diffing.snapshots import Priced
from costlint.model import Money, total
from costlint.model.differences import Amount, AttributeChange, InstanceDelta, ResourceDelta, ResourceStatus

_MOST_INSTANCES = 200
_MOST_CHANGES = 20


def block_deltas(sides: StackPair, counted: bool, pairs: Iterable[Pair], causes: Causes | None) -> list[ResourceDelta]:
    """One delta for each block of a stack any of whose instances costs something else, is new, gone or elsewhere."""
    blocks: dict[str, list[Pair]] = {}
    for pair in pairs:
        side = pair.after or pair.before
        assert side is not None
        blocks.setdefault(block_of(side.address), []).append(pair)
    found = (_delta(block, sides, counted, members, causes) for block, members in blocks.items())
    return [delta for delta in found if delta is not None]


def difference(after: Money, before: Money) -> Amount:
    """What is more than before, scenario by scenario."""
    return Amount.of(after.minus(before))


def status_of(pair: Pair) -> ResourceStatus:
    """How an instance differs; one that costs the same and is where it was does not."""
    before, after, _ = pair
    if before is None:
        return "added"
    if after is None:
        return "removed"
    if before.lines != after.lines or before.unpriced != after.unpriced or before.monthly != after.monthly:
        return "changed"
    return "moved" if pair.moved else "unchanged"


def _delta(
    block: str, sides: StackPair, counted: bool, pairs: Sequence[Pair], causes: Causes | None
) -> ResourceDelta | None:
    differing = [(pair, status) for pair in pairs if (status := _status(pair, causes)) != "unchanged"]
    if not differing:
        return None
    before = [pair.before for pair in pairs if pair.before is not None]
    after = [pair.after for pair in pairs if pair.after is not None]
    call = call_of(pairs, sides) if not (before and after) else None
    side, stack = (after or before)[0], sides.after or sides.before
    assert stack is not None
    changes = list(_changes(differing, causes))
    if (number := change_of_number(block, pairs, sides)) is not None:
        changes.insert(0, number)
    fixed = [total(one.fixed for one in side_) for side_ in (before, after)]
    usage = [total(one.usage for one in side_) for side_ in (before, after)]
    origins = {_origin(pair) for pair, _ in differing if pair.moved}
    return ResourceDelta(
        address=side.address if len(pairs) == 1 else block,
        type=side.type,
        status=_together([status for _, status in differing], bool(before), bool(after)),
        stack=stack.name,
        module=side.module,
        file=side.file,
        line=side.line,
        before=Amount.of(fixed[0] + usage[0]),
        after=Amount.of(fixed[1] + usage[1]),
        delta=difference(fixed[1] + usage[1], fixed[0] + usage[0]),
        fixed=difference(fixed[1], fixed[0]),
        usage=difference(usage[1], usage[0]),
        count_before=len(before),
        count_after=len(after),
        changes=tuple(changes[:_MOST_CHANGES]),
        instances=tuple(_instance(pair, status) for pair, status in differing[:_MOST_INSTANCES]),
        moved_from=origins.pop() if len(origins) == 1 and block not in origins else "",
        unpriced_before=_reasons(before),
        unpriced=_reasons(after),
        free=all(one.free for one in (*before, *after)),
        inferred=any(one.inferred for one in (*before, *after)),
        assumptions=tuple(dict.fromkeys(text for one in after or before for text in one.assumptions)),
        counted=counted,
        comparable=all(is_comparable(pair) for pair, _ in differing),
        environment=stack.environment.name,
        tags=dict(side.tags),
        call_file=call.file if call is not None else "",
        call_line=call.line if call is not None else 0,
    )


def _status(pair: Pair, causes: Causes | None) -> ResourceStatus:
    """How an instance differs. Of one that has no price because something is not known, what would move it counts."""
    status = status_of(pair)
    if status == "unchanged" and causes is not None and pair.after is not None and pair.after.unknown:
        return "changed" if causes.of(pair) else status
    return status


def _changes(differing: Sequence[tuple[Pair, ResourceStatus]], causes: Causes | None) -> Iterable[AttributeChange]:
    """The causes of all instances, those that are alike counted."""
    if causes is None:
        return ()
    said: Counter[bytes] = Counter()
    known: dict[bytes, AttributeChange] = {}
    for pair, status in differing:
        if status == "changed":
            for change in causes.of(pair):
                key = msgspec.json.encode(replace(change, file="", line=0))
                said[key] += 1
                known.setdefault(key, change)
    return [replace(known[key], instances=number) for key, number in said.items()]


def is_comparable(pair: Pair) -> bool:
    """Whether what has a price is the same on both sides: the first price of something is no increase."""
    if pair.before is None or pair.after is None:
        return True
    return len(pair.before.unpriced) == len(pair.after.unpriced)


def _together(statuses: Sequence[ResourceStatus], was: bool, still_is: bool) -> ResourceStatus:
    """What happened to a block as a whole."""
    if not was:
        return "added"
    if not still_is:
        return "removed"
    return "moved" if set(statuses) == {"moved"} else "changed"


def _instance(pair: Pair, status: ResourceStatus) -> InstanceDelta:
    before, after, _ = pair
    side = after or before
    assert side is not None
    return InstanceDelta(
        address=side.address,
        status=status,
        before=Amount.of(before.monthly) if before else None,
        after=Amount.of(after.monthly) if after else None,
        moved_from=_origin(pair, whole=True) if pair.moved else "",
    )


def _origin(pair: Pair, *, whole: bool = False) -> str:
    """The address before, behind the stack if that was another; of the block unless the `whole` one is asked for."""
    assert pair.before is not None
    address = pair.before.address if whole else block_of(pair.before.address)
    return f"{pair.origin}: {address}" if pair.origin else address


def _reasons(side: Sequence[Priced]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for one in side for reason in one.unpriced))
