"""The order in which findings are read: dollars that are certain first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from costlint.model import Finding, Level

SEVERITIES: tuple[Level, ...] = ("critical", "high", "medium", "low")


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Savings by size (in cash where there are commitments), those resting on usage assumptions after the fixed ones;
    then exposures by size; then findings without a price, by severity. The order is total, so equal reports print
    equally."""
    return sorted(findings, key=_rank)


def foremost(findings: Sequence[Finding], most: int) -> list[Finding]:
    """The first of ranked findings, with places kept for the largest savings that rest on assumptions: a fixed dollar
    ranks above an assumed one, but must not hide ten thousand of them."""
    assumed = [finding for finding in findings if finding.saving is not None and finding.usage_based]
    rest = [finding for finding in findings if finding.saving is None or not finding.usage_based]
    kept = min(len(assumed), max(most - len(rest), most * 2 // 5))
    return ranked([*rest[: most - kept], *assumed[:kept]])


def _rank(finding: Finding) -> tuple[object, ...]:
    group = 3 if finding.saving is None else (2 if finding.saving.likely <= 0 else 1 if finding.usage_based else 0)
    stake = finding.exposure.likely if finding.exposure else 0.0
    return (
        group,
        -round(finding.gain, 4),
        -round(finding.worth, 4),
        -round(stake, 4),
        SEVERITIES.index(finding.severity),
        finding.rule.id,
        finding.span,
        finding.addresses,
        finding.stack,
        finding.fingerprint,
    )
