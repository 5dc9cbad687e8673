"""Two sides → what differs: stacks and resources paired, every delta, findings with their status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from costlint import __version__
from costlint.config import Config
from costlint.diffing.blocks import block_deltas, difference, is_comparable
from costlint.diffing.causes import Causes, Price
from costlint.diffing.findings import finding_deltas
from costlint.diffing.modules import module_deltas
from costlint.diffing.pairing import Pair, StackPair, across, counts, resource_pairs, stack_pairs
from costlint.diffing.snapshots import Deployed, Snapshot
from costlint.guardrails import Known, Line, Owners, check
from costlint.model import ZERO, Money, total
from costlint.model.currency import showing
from costlint.model.differences import (
    VERSION,
    Amount,
    Diff,
    DiffDiagnostic,
    FindingDelta,
    ResourceDelta,
    ShownCurrency,
    StackDelta,
    StackStatus,
    Sums,
)


def compare(
    base: Snapshot, head: Snapshot, config: Config, price: Price | None = None, notes: Sequence[str] = ()
) -> Diff:
    """What differs between two sides, and which guard rails of the configuration that crosses. `price` prices views of
    the later side, to tell which attributes are the cause; without it, none is named."""
    pairs = stack_pairs(base.stacks, head.stacks)
    counted = counts(pairs)
    members = {at: resource_pairs(*pair) for at, pair in enumerate(pairs)}
    followed: dict[int, list[Pair]] = {}
    for counting in (True, False):
        some = {at: members[at] for at in members if counted[at] is counting}
        followed.update(across(some, [_name(pair) for pair in pairs]))
    resources: list[ResourceDelta] = []
    stacks: list[StackDelta] = []
    for at, pair in enumerate(pairs):
        side = pair.after or pair.before
        assert side is not None
        here = pair.after.stack if pair.after else None
        causes = Causes(here, followed[at], price) if here is not None and price is not None else None
        deltas = block_deltas(pair, counted[at], followed[at], causes)
        deltas += module_deltas(side.name, counted[at], side.environment.name, *pair)
        resources += deltas
        stacks.append(_stack(pair, counted[at], deltas))
    owners = Owners(config)
    findings = _findings(base, head, pairs, members)
    detailed, compared = base.detailed and head.detailed, base.priced and head.priced
    billed = [(pair, followed[at]) for at, pair in enumerate(pairs) if counted[at]]
    lines = [line for pair, inside in billed for line in _lines(pair, inside, detailed=detailed)]
    with showing(head.currency):
        rails = check(config, lines, None if findings is None else _known(findings), compared=compared)
    owned = [replace(one, owners=owners.of((one.file, _directory(one.stack)), one.tags)) for one in resources]
    marked = [replace(one, owners=owners.of((one.file, _directory(one.stack)))) for one in findings or ()]
    mentioned = (
        *(who for rail in rails if rail.crossed for who in rail.owners),
        *(who for one in owned if one.counted and round(one.delta.likely, 2) for who in one.owners),
        *(who for one in marked if one.status == "new" for who in one.owners),
    )
    return Diff(
        version=VERSION,
        costlint=__version__,
        base=base.side,
        head=head.side,
        total=replace(
            _sums([pair for at, pair in enumerate(pairs) if counted[at]]),
            unsure=_sum(one.delta for one in resources if one.counted and not one.comparable),
            aside=_beside(stacks, resources),
        ),
        stacks=tuple(sorted(stacks, key=lambda one: (-abs(one.delta.likely), one.name))),
        resources=tuple(sorted(owned, key=_by_weight)),
        findings=tuple(marked),
        rails=rails,
        diagnostics=_diagnostics(base, head),
        notes=tuple(notes),
        detail="resource" if detailed else "stack",
        costs_compared=compared,
        findings_compared=findings is not None,
        currency=ShownCurrency(head.currency.code, head.currency.rate, head.currency.date),
        owners=tuple(dict.fromkeys(mentioned)),
    )


def _by_weight(one: ResourceDelta) -> tuple[object, ...]:
    return not one.counted, -abs(one.delta.likely), -abs(one.delta.high), one.stack, one.address


def _stack(pair: StackPair, counted: bool, deltas: Sequence[ResourceDelta]) -> StackDelta:
    before, after = pair
    side = after or before
    assert side is not None
    sums = _sums([pair])
    number = Counter(one.status for one in deltas)
    return StackDelta(
        name=side.name,
        status=_status(pair, bool(deltas) or bool(round(sums.delta.likely, 2))),
        counted=counted,
        before=sums.before,
        after=sums.after,
        delta=sums.delta,
        fixed=sums.fixed,
        usage=sums.usage,
        environment=side.environment.name,
        environment_kind=side.environment.kind,
        renamed_from=before.name if before and after and before.key != after.key else "",
        partial_before=sums.partial_before,
        partial=sums.partial,
        added=number["added"],
        removed=number["removed"],
        changed=number["changed"],
        moved=number["moved"],
    )


def _status(pair: StackPair, differs: bool) -> StackStatus:
    if pair.before is None:
        return "added"
    if pair.after is None:
        return "removed"
    return "changed" if differs else "unchanged"


def _sums(pairs: Sequence[StackPair]) -> Sums:
    before = [pair.before for pair in pairs if pair.before is not None]
    after = [pair.after for pair in pairs if pair.after is not None]
    fixed, usage = [_fixed(side) for side in (before, after)], [_usage(side) for side in (before, after)]
    sums = [fixed[0] + usage[0], fixed[1] + usage[1]]
    delta = difference(sums[1], sums[0])
    return Sums(
        before=Amount.of(sums[0]),
        after=Amount.of(sums[1]),
        delta=delta,
        fixed=difference(fixed[1], fixed[0]),
        usage=difference(usage[1], usage[0]),
        percent=100 * delta.likely / sums[0].likely if round(sums[0].likely, 2) else None,
        partial_before=any(one.partial for one in before),
        partial=any(one.partial for one in after),
    )


def _sum(amounts: Iterable[Amount]) -> Amount:
    return Amount.of(total(amount.money for amount in amounts))


def _beside(stacks: Iterable[StackDelta], resources: Iterable[ResourceDelta]) -> Amount:
    """What changes in stacks that are part of neither sum, without what is priced on one side only."""
    all_ = _sum(one.delta for one in stacks if not one.counted).money
    return Amount.of(all_.minus(_sum(one.delta for one in resources if not one.counted and not one.comparable).money))


def _fixed(side: Sequence[Deployed]) -> Money:
    return total(one.fixed for one in side) if side else ZERO


def _usage(side: Sequence[Deployed]) -> Money:
    return total(one.usage for one in side) if side else ZERO


def _findings(
    base: Snapshot, head: Snapshot, pairs: Sequence[StackPair], members: Mapping[int, Sequence[Pair]]
) -> list[FindingDelta] | None:
    if base.findings is None or head.findings is None:
        return None
    stacks = {pair.after.name: pair.before.name for pair in pairs if pair.before and pair.after}
    addresses = {
        (after.name, one.after.address): one.before.address
        for at, (_, after) in enumerate(pairs)
        if after is not None
        for one in members[at]
        if one.before and one.after
    }
    silent = base.beaten, [*head.accepted, *head.beaten]
    return finding_deltas(base.findings, head.findings, addresses, stacks, *silent)


def _lines(pair: StackPair, inside: Sequence[Pair], *, detailed: bool) -> Iterator[Line]:
    """The bill of a stack, each side by itself: what changes its tag leaves one sum for another."""
    side = pair.after or pair.before
    assert side is not None
    about = (side.directory, side.environment.name, side.environment.kind)
    if not detailed:
        before, after = (one.monthly.likely if one else 0.0 for one in pair)
        yield Line(*about, None, before, after)
        return
    for one in inside:
        comparable = is_comparable(one)
        if one.before is not None:
            yield Line(*about, one.before.tags, one.before.monthly.likely, 0.0, comparable)
        if one.after is not None:
            yield Line(*about, one.after.tags, 0.0, one.after.monthly.likely, comparable)


def _known(findings: Sequence[FindingDelta]) -> list[Known]:
    """The new findings whose worth is certain: what is assumed fails nobody."""
    return [
        Known(
            one.rule,
            one.file,
            one.line,
            _directory(one.stack),
            one.environment,
            one.environment_kind,
            one.confidence,
            one.gain,
        )
        for one in findings
        if one.status == "new" and not one.usage_based and not one.inferred
    ]


def _directory(stack: str) -> str:
    """The directory in the name of a stack: `infra [prod.tfvars]`."""
    return stack.partition(" [")[0]


def _diagnostics(base: Snapshot, head: Snapshot) -> tuple[DiffDiagnostic, ...]:
    """What is off on either side; what is off on both is said once, also of a file that is in another directory now."""
    said = {(one.message, one.file) for one in head.diagnostics}
    left = Counter((one.message, one.file) for one in base.diagnostics)
    gone = Counter(
        (one.message, _file_name(one.file)) for one in base.diagnostics if (one.message, one.file) not in said
    )
    now = []
    for d in head.diagnostics:
        moved = (d.message, _file_name(d.file))
        known = left[d.message, d.file] > 0
        left[d.message, d.file] -= known
        if not known and gone[moved] > 0:
            gone[moved] -= 1
            known = True
        now.append(DiffDiagnostic("head", d.severity, d.message, d.file, d.line, d.column, known))
    then = []
    for d in base.diagnostics:
        moved = (d.message, _file_name(d.file))
        if (d.message, d.file) not in said and gone[moved] > 0:
            gone[moved] -= 1
            then.append(DiffDiagnostic("base", d.severity, d.message, d.file, d.line, d.column))
    return (*now, *then)


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]


def _name(pair: StackPair) -> str:
    side = pair.after or pair.before
    return side.name if side else ""
