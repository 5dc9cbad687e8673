"""Which findings are new, which are fixed, and which were there before, wherever lines and files have moved."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from msgspec.structs import replace

from costlint.diffing.addresses import block_of, within
from costlint.diffing.contents import plain
from costlint.model import Change, Finding
from costlint.model.differences import Amount, FindingDelta, ProposedChange
from costlint.reports.json_schema import AmountOut, FindingOut


def as_delta(finding: Finding) -> FindingDelta:
    """A finding of one side; its status is set when both sides are compared."""
    rule, span = finding.rule, finding.span
    return FindingDelta(
        status="unchanged",
        rule=rule.id,
        name=rule.name,
        title=rule.title,
        severity=finding.severity,
        confidence=finding.confidence,
        fix=rule.fix,
        fingerprint=finding.fingerprint,
        stack=finding.stack,
        stacks=tuple(one.stack for one in finding.stacks) or (finding.stack,),
        addresses=finding.addresses,
        type=finding.resource_type,
        file=span.file,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
        message=finding.message,
        saving=finding.saving and Amount.of(finding.saving),
        exposure=finding.exposure and Amount.of(finding.exposure),
        gain=finding.gain,
        usage_based=finding.usage_based,
        inferred=finding.inferred,
        assumed=finding.assumed,
        editable=finding.editable,
        environment=finding.environment.name,
        environment_kind=finding.environment.kind,
        change=tuple(map(_proposed, finding.changes)),
        assumptions=finding.assumptions,
        unpriced=finding.unpriced,
    )


def as_saved(one: FindingOut, rate: float) -> FindingDelta:
    """The same of a saved report whose money is `rate` units for one USD."""
    saving, exposure = _amount(one.saving, rate), _amount(one.exposure, rate)
    cash = one.cash_saving.likely / rate if one.cash_saving else None
    less = saving is not None and round(saving.low, 2) < round(saving.likely, 2)
    return FindingDelta(
        status="unchanged",
        rule=one.rule,
        name=one.name,
        title=one.title,
        severity=one.severity,
        confidence=one.confidence,
        fix=one.fix,
        fingerprint=one.fingerprint,
        stack=one.stack,
        stacks=tuple(each.stack for each in one.stacks) or (one.stack,),
        addresses=tuple(one.addresses),
        type=one.type,
        file=one.file,
        line=one.line,
        column=one.column,
        end_line=one.end_line,
        end_column=one.end_column,
        message=one.message,
        saving=saving,
        exposure=exposure,
        gain=cash if cash is not None else saving.likely if saving else 0.0,
        usage_based=one.usage_based,
        inferred=one.inferred,
        assumed=one.usage_based or one.inferred or less,
        editable=one.editable,
        environment=one.environment.name,
        environment_kind=one.environment.kind,
        change=tuple(
            ProposedChange(c.address, c.path, c.before, c.after, c.file, c.line, c.column) for c in one.change
        ),
        assumptions=tuple(one.assumptions),
        unpriced=tuple(one.unpriced),
    )


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


def _amount(written: AmountOut | None, rate: float) -> Amount | None:
    return None if written is None else Amount(written.low / rate, written.likely / rate, written.high / rate)


def _moved_from(one: FindingDelta, other: FindingDelta, stacks: Mapping[str, str]) -> str:
    return "" if one.stack in (other.stack, stacks.get(other.stack)) else one.stack


def _about(one: FindingDelta, stack: str, addresses: Iterable[str]) -> Hashable:
    """What a finding says about whom, without a word on where that is written."""
    blocks = frozenset(within(block_of(address)) for address in addresses)
    return one.rule, stack, one.type, blocks, tuple(change.path for change in one.change[:1])


def _proposed(change: Change) -> ProposedChange:
    file, line, column, end_line, end_column = change.span or ("", 0, 0, 0, 0)
    return ProposedChange(
        address=change.address,
        path=change.path,
        before=plain(change.before),
        after=plain(change.after),
        file=file,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        name=change.name,
        quoted=change.line,
    )


def _ranked(findings: Iterable[FindingDelta]) -> list[FindingDelta]:
    return sorted(findings, key=lambda one: (-one.gain, one.rule, one.file, one.line, one.fingerprint))
