"""The report for programs: versioned JSON (`json_schema` has its shape)."""

from __future__ import annotations

from costlint.model import (
    BaselineUse,
    Change,
    Estimate,
    Finding,
    Occurrence,
    RailResult,
    Report,
    StackResult,
    Totals,
)
from costlint.reports.amounts import in_its_currency
from costlint.reports.bills import rebilled
from costlint.reports.edits import text_edit
from costlint.reports.json_parts import (
    amount_out,
    change_fields,
    currency_out,
    diagnostic_out,
    environment_out,
    finding_fields,
    line_fields,
    money_out,
    plain,
    stack_fields,
    unpriced_out,
)
from costlint.reports.json_schema import (
    VERSION,
    BaselineOut,
    ChangeOut,
    CoverageOut,
    FindingOut,
    FreedOut,
    LeftOutOut,
    LineOut,
    OccurrenceOut,
    OriginOut,
    RailOut,
    RebilledOut,
    ReportOut,
    StackOut,
    TotalsOut,
)
from costlint.reports.json_text import json_text
from costlint.reports.ranking import ranked


@in_its_currency
def render(report: Report) -> str:
    """The report as JSON text ending in a newline. Equal reports give equal text."""
    coverage = report.coverage
    out = ReportOut(
        version=VERSION,
        costlint=report.version,
        paths=list(report.paths),
        totals=_totals(report.totals),
        findings=[_finding(finding) for finding in ranked(report.findings)],
        suppressed=[_finding(finding) for finding in ranked(report.suppressed)],
        left_out=LeftOutOut(
            min_saving=report.left_out.min_saving,
            smaller=report.left_out.smaller,
            worth=money_out(report.left_out.worth),
            unpriced=report.left_out.unpriced,
            not_editable=report.left_out.not_editable,
            shared=report.left_out.shared,
            cashless=report.left_out.cashless,
            cashless_worth=money_out(report.left_out.cashless_worth),
        ),
        coverage=CoverageOut(
            resources=coverage.resources,
            priced=coverage.priced,
            free=coverage.free,
            unpriced=unpriced_out(coverage.unpriced),
            unpriced_resources=coverage.unpriced_resources,
            unknown=coverage.unknown,
            unresolved_modules=coverage.unresolved_modules,
            adapted_modules=coverage.adapted_modules,
            libraries=coverage.libraries,
            alternatives=coverage.alternatives,
            awaiting_environment=coverage.awaiting_environment,
            priced_in_part=coverage.in_part,
        ),
        stacks=[_stack(result) for result in report.stacks],
        diagnostics=[diagnostic_out(diagnostic) for diagnostic in report.diagnostics],
        price_dates=report.price_dates,
        currency=currency_out(report.currency),
        rails=[_rail(rail) for rail in report.rails],
        baseline=None if report.baseline is None else _baseline(report.baseline),
        lesser=[_finding(one, bills=False) for one in ranked(one for one in report.beaten if not one.suppressed)],
    )
    return json_text(out)


def _rail(rail: RailResult) -> RailOut:
    return RailOut(
        kind=rail.kind,
        action=rail.action,
        name=rail.name,
        scope=rail.scope,
        limit=rail.limit,
        measured=round(rail.measured, 4),
        crossed=rail.crossed,
        message=rail.message,
        unchecked=rail.unchecked,
        owners=list(rail.owners),
    )


def _baseline(use: BaselineUse) -> BaselineOut:
    return BaselineOut(use.file, use.hidden, money_out(use.worth), use.stale)


def _finding(finding: Finding, *, bills: bool = True) -> FindingOut:
    rule = finding.rule
    return FindingOut(
        **finding_fields(finding),
        category=rule.category,
        practice=rule.practice,
        phase=rule.phase,
        environment=environment_out(finding.environment),
        address=finding.addresses[0] if finding.addresses else "",
        saving=finding.saving and amount_out(finding.saving),
        exposure=finding.exposure and amount_out(finding.exposure),
        list_saving=finding.list_saving and amount_out(finding.list_saving),
        cash_saving=finding.cash_saving and amount_out(finding.cash_saving),
        current_monthly=money_out(finding.current.likely) if finding.current else None,
        proposed_monthly=money_out(finding.proposed.likely) if finding.proposed else None,
        library=finding.library,
        shared=finding.shared,
        reaches=finding.reaches,
        change=[_change(change) for change in finding.changes],
        origin=[OriginOut(o.span.file, o.span.line, o.span.column, o.what) for o in finding.chain],
        suppressed=finding.suppressed,
        suppressed_at=finding.acceptance.place if finding.acceptance else "",
        suppressed_until=finding.acceptance.until if finding.acceptance else "",
        stacks=[_occurrence(one) for one in finding.stacks],
        freed=[FreedOut(one.pool, amount_out(one.amount), one.scales) for one in finding.freed],
        rebilled=[
            RebilledOut(list(one.addresses), _lines(one.before), _lines(one.after))
            for one in (rebilled(finding) if bills else ())
        ],
    )


def _lines(estimate: Estimate | None) -> list[LineOut] | None:
    return None if estimate is None else [LineOut(**line_fields(part)) for part in estimate.components]


def _occurrence(one: Occurrence) -> OccurrenceOut:
    return OccurrenceOut(
        stack=one.stack,
        environment=environment_out(one.environment),
        addresses=list(one.addresses),
        saving=one.saving and amount_out(one.saving),
        exposure=one.exposure and amount_out(one.exposure),
        list_saving=one.list_saving and amount_out(one.list_saving),
        cash_saving=one.cash_saving and amount_out(one.cash_saving),
        counted=one.counted,
        fingerprint=one.fingerprint,
    )


def _change(change: Change) -> ChangeOut:
    edit = text_edit(change)
    edited = edit.changed if edit is not None else None
    return ChangeOut(**change_fields(change, plain), text=change.line, edited=edited)


def _stack(result: StackResult) -> StackOut:
    stack = result.stack
    return StackOut(
        **stack_fields(stack),
        resources=sum(not resource.data for resource in stack.resources),
        findings=len(result.findings),
        totals=_totals(result.totals),
        directory=stack.directory or stack.name,
        alternative=stack.alternative,
        counted=result.counted,
        why=stack.why,
        awaiting_environment=result.awaiting,
    )


def _totals(totals: Totals) -> TotalsOut:
    return TotalsOut(
        current=amount_out(totals.current),
        proposed=amount_out(totals.proposed),
        saving=amount_out(totals.saving),
        by_phase={name: money_out(amount) for name, amount in sorted(totals.by_phase.items())},
        by_category={name: money_out(amount) for name, amount in sorted(totals.by_category.items())},
        partial=totals.partial,
        list_current=totals.list_current and amount_out(totals.list_current),
        list_saving=totals.list_saving and amount_out(totals.list_saving),
        cash_current=totals.cash_current and amount_out(totals.cash_current),
        cash_saving=totals.cash_saving and amount_out(totals.cash_saving),
        freed=amount_out(totals.freed) if totals.freed.high else None,
        assumed=money_out(totals.assumed),
    )
