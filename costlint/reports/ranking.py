"""The order in which findings are read: dollars that are certain first."""

from __future__ import annotations

from collections.abc import Iterable

from costlint.model import Finding, Level

SEVERITIES: tuple[Level, ...] = ("critical", "high", "medium", "low")


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Savings by size, those resting on usage assumptions after the fixed ones; then exposures by size; then
    findings without a price, by severity. The order is total, so equal reports print equally."""
    return sorted(findings, key=_rank)


def _rank(finding: Finding) -> tuple[object, ...]:
    group = 3 if finding.saving is None else (2 if finding.saving.likely <= 0 else 1 if finding.usage_based else 0)
    stake = finding.exposure.likely if finding.exposure else 0.0
    return (
        group,
        -round(finding.worth, 4),
        -round(stake, 4),
        SEVERITIES.index(finding.severity),
        finding.rule.id,
        finding.span,
        finding.addresses,
        finding.stack,
        finding.fingerprint,
    )
