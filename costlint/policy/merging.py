"""Findings of several stacks about the same literal are one finding: the line is edited once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import TypeAlias

from msgspec.structs import replace

from costlint.model import (
    AddBlock,
    AddResource,
    Edit,
    Environment,
    Finding,
    Freed,
    Money,
    Occurrence,
    RemoveResource,
    SetValue,
    StackResult,
    total,
)
from costlint.model.spending import Spend
from costlint.policy.settings import CashSaving

_Told: TypeAlias = tuple[StackResult, Finding]
_SURER = ("low", "medium", "high")
_INDEX = re.compile(r"\[(?:\\?[\"'][^\"'\]]*\\?[\"']|\d+)\]")
_MODULE = re.compile(r"\b(?:module\.[\w-]+\.)+")


def merged(
    results: Sequence[StackResult],
    findings_of: Callable[[StackResult], Iterable[Finding]],
    cash: CashSaving | None = None,
) -> list[Finding]:
    """The findings of all stacks, those with the same rule, line and edit as one.

    Its saving (or exposure) is summed over the stacks that count. Stacks that do not count are alternatives of others:
    of a root none of whose counted stacks has the finding, the largest saving stands for all. The order is that of
    the stacks; a merged finding has the fingerprint of its first one, and keeps those of the others.
    """
    stacks = Counter(_root(result) for result in results)
    lines: dict[object, list[_Told]] = {}
    for result in results:
        for finding in findings_of(result):
            line = finding.span if finding.resource_type else None
            lines.setdefault((finding.rule.id, line), []).append((result, finding))
    return [
        _one(same, cash, sum(stacks[root] for root in {_root(result) for result, _ in same}))
        for there in lines.values()
        for same in _alike(there)
    ]


def _alike(there: Sequence[_Told]) -> Iterator[Sequence[_Told]]:
    """Findings of one rule on one line, gathered by what is to be edited. What one stack keeps apart (blocks of a plan
    all stand in one place) stays apart: it is told by the block."""
    if len(there) == 1:
        yield there
        return
    for same in _gathered(there, _literal):
        if _are_of_different_stacks(same):
            yield same
            continue
        for block in _gathered(same, _block):
            yield from [block] if _are_of_different_stacks(block) else ([one] for one in block)


def _gathered(told: Sequence[_Told], by: Callable[[_Told], object]) -> Iterable[Sequence[_Told]]:
    found: dict[object, list[_Told]] = {}
    for one in told:
        found.setdefault(by(one), []).append(one)
    return found.values()


def _are_of_different_stacks(told: Sequence[_Told]) -> bool:
    return len({id(result) for result, _ in told}) == len(told)


def _block(told: _Told) -> object:
    """The blocks a finding is about, wherever their module is called from."""
    return frozenset(".".join(_INDEX.sub("", address).split(".")[-2:]) for address in told[1].addresses)


def _root(result: StackResult) -> str:
    return result.stack.choice or result.stack.directory or result.stack.name


def _one(same: Sequence[_Told], cash: CashSaving | None, among: int) -> Finding:
    counting = _counting(same)
    _, main = max(counting, key=lambda one: (one[1].worth, _stake(one[1])))
    occurrences = tuple(_occurrence(result, finding) for result, finding in same)
    if len(same) == 1:
        return replace(main, stacks=occurrences, among=among)
    findings = [finding for _, finding in same]
    counted = [finding for _, finding in counting]
    return replace(
        main,
        addresses=tuple(dict.fromkeys(address for finding in findings for address in finding.addresses)),
        environment=_shared_environment(findings),
        fingerprint=findings[0].fingerprint,
        saving=_sum(finding.saving for finding in counted),
        exposure=_sum(finding.exposure for finding in counted),
        list_saving=_sum(finding.list_saving for finding in counted),
        cash_saving=_together(counting, cash),
        current=_sum(finding.current for finding in counted),
        proposed=_sum(finding.proposed for finding in counted),
        freed=_freed(counted),
        rebilled=tuple(one for finding in counted for one in finding.rebilled),
        moved=total(finding.moved for finding in counted),
        assumptions=tuple(dict.fromkeys(text for finding in counted for text in finding.assumptions)),
        unpriced=tuple(dict.fromkeys(text for finding in findings for text in finding.unpriced)),
        confidence=min((finding.confidence for finding in counted), key=_SURER.index),
        usage_based=any(finding.usage_based for finding in counted),
        inferred=any(finding.inferred for finding in counted),
        library=all(finding.library for finding in findings),
        reaches=tuple(dict.fromkeys(address for finding in findings for address in finding.reaches)),
        stacks=occurrences,
        among=among,
    )


def _together(counting: Sequence[_Told], cash: CashSaving | None) -> Money | None:
    """What the invoice falls by if the change is made everywhere: less than the sum, where one commitment covers
    several stacks."""
    changes = [finding.change_of_spend for _, finding in counting if finding.change_of_spend is not None]
    if cash is None or not changes:
        return None
    return cash([result.stack for result, _ in counting], reduce(Spend.plus, changes))


def _counting(same: Sequence[_Told]) -> list[_Told]:
    """For each root the stacks that count, or the one alternative that stands for them."""
    roots: dict[str, list[_Told]] = {}
    for result, finding in same:
        roots.setdefault(_root(result), []).append((result, finding))
    chosen: list[_Told] = []
    for members in roots.values():
        counted = [one for one in members if one[0].counted]
        chosen += counted or [max(members, key=lambda one: (one[1].worth, _stake(one[1])))]
    return chosen


def _occurrence(result: StackResult, finding: Finding) -> Occurrence:
    return Occurrence(
        stack=finding.stack,
        environment=finding.environment,
        addresses=finding.addresses,
        fingerprint=finding.fingerprint,
        saving=finding.saving,
        exposure=finding.exposure,
        counted=result.counted,
        list_saving=finding.list_saving,
        cash_saving=finding.cash_saving,
    )


def _shared_environment(findings: Iterable[Finding]) -> Environment:
    environments = [finding.environment for finding in findings]
    return environments[0] if len({(one.kind, one.name) for one in environments}) == 1 else Environment()


def _literal(told: _Told) -> object:
    """What makes findings of several stacks the same. What is about a whole stack is shared by alternatives at most."""
    result, finding = told
    if not finding.resource_type:
        return ("stack", finding.rule.id, _root(result) if result.stack.alternative else finding.stack)
    edits = frozenset(_edit(edit) for edit in finding.patch.edits)
    changes = frozenset((change.path, _text(change.after), change.span) for change in finding.changes)
    return (finding.rule.id, finding.resource_type, finding.span, edits, changes, finding.library)


def _edit(edit: Edit) -> object:
    if isinstance(edit, RemoveResource):
        return "remove"
    if isinstance(edit, AddResource):
        return ("add", edit.type)
    path = tuple(step for step in edit.path if isinstance(step, str))
    return (type(edit).__name__, path, _text(edit.value) if isinstance(edit, (SetValue, AddBlock)) else "")


def _text(value: object) -> str:
    """A value without the instance it may speak of, and without the call its module is reached by."""
    return _MODULE.sub("", _INDEX.sub("", repr(value)))


def _freed(findings: Iterable[Finding]) -> tuple[Freed, ...]:
    """What the findings free of each pool. Pools of several stacks may have one address: nodes go by themselves only
    where they do in all."""
    found: dict[str, Freed] = {}
    for one in (freed for finding in findings for freed in finding.freed):
        before = found.get(one.pool)
        found[one.pool] = (
            one if before is None else Freed(one.pool, before.amount + one.amount, before.scales and one.scales)
        )
    return tuple(found.values())


def _sum(amounts: Iterable[Money | None]) -> Money | None:
    known = [amount for amount in amounts if amount is not None]
    return total(known) if known else None


def _stake(finding: Finding) -> float:
    return finding.exposure.likely if finding.exposure else 0.0
