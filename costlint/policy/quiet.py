"""What is told and what is left out: findings too small to bother anybody, and those left to the audit profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from costlint.model import Finding, LeftOut, StackResult
from costlint.policy.merging import merged
from costlint.policy.settings import CheckSettings
from costlint.policy.sharing import OtherEnvironments

if TYPE_CHECKING:
    from costlint.policy.check import CheckResult


class Told(NamedTuple):
    """The stacks with the findings and totals that are told, those findings as the report shows them, and how many
    are left out."""

    results: list[StackResult]
    findings: list[Finding]
    left_out: LeftOut


def held(finding: Finding, settings: CheckSettings) -> bool:
    """Whether a finding is left to the audit profile: nobody can say what it saves, or make the change here without
    changing production or another resource. A rule that is selected by its id or name is told in full."""
    if settings.profile != "default" or settings.names(finding.rule):
        return False
    return _unpriced(finding) or not finding.editable or finding.shared or bool(finding.reaches)


def enough(finding: Finding, settings: CheckSettings) -> bool:
    """Whether a finding saves enough to be told, in cash where there are commitments. What saves nothing directly, or
    has no price, is told anyway."""
    return finding.saving is None or finding.gain >= settings.min_saving


def told(
    results: Sequence[StackResult],
    deployed: Sequence[StackResult],
    checked: Mapping[int, CheckResult],
    settings: CheckSettings,
) -> Told:
    """Which findings of the `deployed` stacks are told, once those of several stacks are one. `checked` has what the
    rules say about each stack, by its `id`. What a finding saves counts in all the stacks it occurs in, so one may be
    told for stacks in none of which it saves enough alone; the totals are always those of what is told."""
    others = OtherEnvironments(deployed)
    every = [others.marked(one) for one in merged(deployed, lambda result: result.findings, settings.cash)]
    small = [finding for finding in every if not enough(finding, settings)]
    rest = [finding for finding in every if enough(finding, settings)]
    findings = [finding for finding in rest if not held(finding, settings)]
    left = [finding for finding in rest if held(finding, settings)]
    left += merged(deployed, lambda result: checked[id(result.stack)].held)
    named: dict[str, set[str]] = {}
    for finding in findings:
        for one in finding.stacks:
            named.setdefault(one.stack, set()).add(one.fingerprint)
    return Told(
        [_with(result, checked[id(result.stack)], named.get(result.stack.name, set()), settings) for result in results],
        findings,
        LeftOut(
            min_saving=settings.min_saving,
            smaller=len(small),
            worth=sum(finding.worth for finding in small),
            cashless=sum(_cashless(finding, settings) for finding in small),
            cashless_worth=sum(finding.worth for finding in small if _cashless(finding, settings)),
            unpriced=sum(map(_unpriced, left)),
            not_editable=sum(not finding.editable and not _unpriced(finding) for finding in left),
            shared=sum(finding.shared or bool(finding.reaches) for finding in left),
        ),
    )


def _with(result: StackResult, found: CheckResult, named: set[str], settings: CheckSettings) -> StackResult:
    """A stack with those of its findings that are told, and what they save together. A library keeps those that save
    enough by themselves: they are not part of the report."""
    if result.stack.library and not result.counted:
        return replace(result, findings=tuple(one for one in result.findings if enough(one, settings)))
    counted_in = {one.fingerprint for one in result.findings if enough(one, settings)}
    kept = tuple(one for one in result.findings if one.fingerprint in named)
    if counted_in == named or found.totals_of is None:
        return replace(result, findings=kept)
    return replace(result, findings=kept, totals=found.totals_of(named))


def _cashless(finding: Finding, settings: CheckSettings) -> bool:
    """Whether a finding is too small in cash alone: commitments pay for what it saves."""
    return finding.cash_saving is not None and finding.worth >= settings.min_saving


def _unpriced(finding: Finding) -> bool:
    return finding.saving is None and finding.exposure is None
