"""What is told and what is left out: findings too small to bother anybody, and those left to the audit profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from costlint.model import Finding, LeftOut, StackResult
from costlint.policy.merging import merged
from costlint.policy.settings import CheckSettings

if TYPE_CHECKING:
    from costlint.policy.check import CheckResult


class Told(NamedTuple):
    """The stacks with the findings and totals that are told, those findings as the report shows them, and how many
    are left out."""

    results: list[StackResult]
    findings: list[Finding]
    left_out: LeftOut


def held(finding: Finding, settings: CheckSettings) -> bool:
    """Whether a finding is left to the audit profile: nobody can say what it saves, or make the change here. A rule
    that is selected by its id or name is told in full."""
    if settings.profile != "default" or settings.names(finding.rule):
        return False
    return (finding.saving is None and finding.exposure is None) or not finding.editable


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
    told for stacks in none of which it saves enough alone; their totals then include it."""
    all_of_them = merged(deployed, lambda result: result.findings, settings.cash)
    findings = [finding for finding in all_of_them if enough(finding, settings)]
    small = [finding for finding in all_of_them if not enough(finding, settings)]
    held_back = merged(deployed, lambda result: checked[id(result.stack)].held)
    left_out = LeftOut(
        min_saving=settings.min_saving,
        smaller=len(small),
        worth=sum(finding.worth for finding in small),
        unpriced=sum(finding.editable for finding in held_back),
        not_editable=sum(not finding.editable for finding in held_back),
    )
    if not small and not held_back:
        return Told([*results], findings, left_out)
    named = {(one.stack, one.fingerprint) for finding in findings for one in finding.stacks}
    return Told([_with(result, checked[id(result.stack)], named, settings) for result in results], findings, left_out)


def _with(
    result: StackResult, found: CheckResult, named: Iterable[tuple[str, str]], settings: CheckSettings
) -> StackResult:
    """A stack with those of its findings that are told, and what they save together."""
    kept = tuple(one for one in result.findings if enough(one, settings) or (one.stack, one.fingerprint) in named)
    together = {one.fingerprint for one in kept if not enough(one, settings)}
    totals = found.totals_with(together) if together and found.totals_with else result.totals
    return replace(result, findings=kept, totals=totals)
