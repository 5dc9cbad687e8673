"""Exit codes, and which one a report earns (docs/exit-codes.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from costlint.config import Threshold
    from costlint.model import Finding, Report
    from costlint.model.differences import Diff, FindingDelta

DONE = 0
FINDINGS = 1
USAGE = 2
UNREADABLE = 3
NOTHING = 4
GUARDED = 5
FAILED = 70
INTERRUPTED = 130
BROKEN_PIPE = 141


def exit_code(report: Report, threshold: Threshold | None) -> int:
    """1 before 5 before 3 before 4 (2 never gets as far as a report)."""
    if threshold is not None and any(gates(finding, threshold) for finding in report.findings):
        return FINDINGS
    if any(rail.crossed and rail.action == "fail" for rail in report.rails):
        return GUARDED
    if any(diagnostic.severity == "error" for diagnostic in report.diagnostics):
        return UNREADABLE
    return DONE if report.stacks else NOTHING


def diff_exit_code(diff: Diff, threshold: Threshold | None) -> int:
    """1 before 5 before 3 before 4. Only what is new, and what cannot be read now, counts."""
    if threshold is not None and any(_gates_newly(finding, threshold) for finding in diff.of_status("new")):
        return FINDINGS
    if any(rail.crossed and rail.action == "fail" for rail in diff.rails):
        return GUARDED
    if any(one.severity == "error" and one.side == "head" for one in diff.diagnostics):
        return UNREADABLE
    return DONE if diff.stacks else NOTHING


def _gates_newly(finding: FindingDelta, threshold: Threshold) -> bool:
    if finding.usage_based or finding.inferred:
        return False
    return threshold.reached_by(finding.severity, finding.gain)


def gates(finding: Finding, threshold: Threshold) -> bool:
    """True if the finding fails the run. A saving that rests on assumed usage or on an inferred price never does."""
    if finding.usage_based or finding.inferred or finding.suppressed:
        return False
    return threshold.reached_by(finding.severity, finding.gain)
