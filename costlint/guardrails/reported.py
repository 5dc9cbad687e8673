"""Guard rails on one state alone: budgets, and findings nobody has accepted."""

from __future__ import annotations

from costlint.config import Config
from costlint.guardrails.checking import Known, Line, check
from costlint.model import RailResult, Report
from costlint.model.currency import showing


def rails_of(report: Report, config: Config) -> tuple[RailResult, ...]:
    """The guard rails a scan can check. What a change brings is for `costlint diff`; every finding that is told counts
    as new, since what was there before is in the baseline."""
    lines = [
        Line(
            place=result.stack.directory or result.stack.name,
            environment=resource.environment.name,
            kind=resource.environment.kind,
            tags={str(key): value for key, value in resource.tags.items() if isinstance(value, str)},
            before=0.0,
            after=result.estimates[resource.address].monthly.likely,
        )
        for result in report.stacks
        if result.counted
        for resource in result.stack.resources
        if resource.address in result.estimates
    ]
    findings = [
        Known(
            rule=finding.rule.id,
            place=finding.span.file,
            line=finding.span.line,
            stack=finding.stack.partition(" [")[0],
            environment=finding.environment.name,
            kind=finding.environment.kind,
            confidence=finding.confidence,
            worth=finding.gain,
        )
        for finding in report.findings
        if not finding.usage_based and not finding.inferred
    ]
    with showing(report.currency):
        return check(config, lines, findings, compared=False)
