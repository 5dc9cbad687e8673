"""The estimate for programs: versioned JSON; its schema is published in docs/schema/estimate.json."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from costlint.catalog import Catalog
from costlint.model import Component, Estimate, Report, Resource, StackResult, fully_known, total
from costlint.model.spending import CommitmentUse
from costlint.reports.amounts import converted, in_its_currency
from costlint.reports.grouping import groups
from costlint.reports.json_parts import (
    amount_out,
    currency_out,
    diagnostic_out,
    environment_out,
    line_fields,
    money_out,
    stack_fields,
    unpriced_out,
)
from costlint.reports.json_schema import (
    AmountOut,
    CurrencyOut,
    DeployedOut,
    DiagnosticOut,
    EnvironmentOut,
    LineOut,
    UnpricedOut,
)
from costlint.reports.json_text import json_text, schema_of

VERSION = 1


class CostOut(Struct, frozen=True):
    """USD a month; `usage` is the part that depends on how much something is used."""

    monthly: AmountOut
    fixed: AmountOut
    usage: AmountOut


class ComponentOut(LineOut, frozen=True):
    """quantity × unit_price = monthly. `source` and `date` are the price's; `list_price` is the public one where yours
    may differ from it. `allocated` is the address of the resource whose bill this is a share of, "" if it is a cost of
    its own: costs leave allocated components out."""

    list_price: float | None = None
    allocated: str = ""


class ResourceOut(Struct, frozen=True):
    """`unpriced` says why something has no price; `free` that there is no charge. Tags not known are left out.
    `allocated` is what it takes up of the bills of others."""

    address: str
    type: str
    module: str
    service: str
    category: str
    region: str
    environment: EnvironmentOut
    tags: dict[str, str]
    file: str
    line: int
    cost: CostOut
    free: bool
    unpriced: list[str]
    components: list[ComponentOut]
    allocated: AmountOut | None = None


class StackEstimateOut(Struct, frozen=True):
    """What is deployed together. `counted` false: left out of the totals (a library, an alternative of another).
    `partial`: something could not be priced, so the amounts are lower bounds."""

    name: str
    kind: str
    path: str
    workspace: str
    var_files: list[str]
    environment: EnvironmentOut
    region: str
    region_assumed: bool
    library: bool
    counted: bool
    partial: bool
    cost: CostOut
    resources: list[ResourceOut]
    deployed: list[DeployedOut] = []


class GroupOut(Struct, frozen=True):
    """Priced resources of all stacks that count, by what `by` names."""

    name: str
    resources: int
    cost: CostOut


class EstimateCoverageOut(Struct, frozen=True):
    """Every resource that counts is priced (`priced_in_part` of them not wholly), free, unknown or unpriced."""

    resources: int
    priced: int
    free: int
    unknown: int
    unpriced_resources: int
    unpriced: list[UnpricedOut]
    unresolved_modules: int
    adapted_modules: int
    priced_in_part: int


class CoveredOut(Struct, frozen=True):
    """Usage a commitment covers: what that costs a month at list prices, percent off those, and who says so."""

    name: str
    region: str
    list_monthly: float
    percent: float | None
    source: str


class CommitmentOut(Struct, frozen=True):
    """A commitment: its fee a month, the share of it that is used (0 to 1), what it covers, and what of the fee covers
    nothing, a month and an hour."""

    name: str
    until: str
    fee_monthly: float
    used: float
    idle_monthly: float
    idle_hourly: float
    covers: list[CoveredOut]


class EstimateOut(Struct, frozen=True):
    """What everything costs a month. `list_monthly` is set where prices are your own; `cash_monthly`, the invoice
    with the fees of commitments, where there are any."""

    version: Annotated[int, Meta(ge=VERSION, le=VERSION)]
    costlint: str
    paths: list[str]
    cost: CostOut
    partial: bool
    by: str
    groups: list[GroupOut]
    stacks: list[StackEstimateOut]
    coverage: EstimateCoverageOut
    diagnostics: list[DiagnosticOut]
    list_monthly: AmountOut | None = None
    cash_monthly: AmountOut | None = None
    currency: CurrencyOut = CurrencyOut("USD", 1.0, "")
    commitments: list[CommitmentOut] = []


@in_its_currency
def render(report: Report, catalog: Catalog, by: str = "") -> str:
    """The estimate as JSON text ending in a newline. Equal reports give equal text."""
    coverage = report.coverage
    counting = [e for result in report.stacks if result.counted for e in result.estimates.values()]
    out = EstimateOut(
        version=VERSION,
        costlint=report.version,
        paths=list(report.paths),
        cost=_cost(counting),
        partial=report.totals.partial or bool(coverage.unresolved_modules),
        by=by,
        groups=[
            GroupOut(g.name, g.resources, CostOut(amount_out(g.monthly), amount_out(g.fixed), amount_out(g.usage)))
            for g in (groups(report, by, catalog) if by else ())
        ],
        stacks=[_stack(result, catalog) for result in report.stacks],
        coverage=EstimateCoverageOut(
            coverage.resources,
            coverage.priced,
            coverage.free,
            coverage.unknown,
            coverage.unpriced_resources,
            unpriced_out(coverage.unpriced),
            coverage.unresolved_modules,
            coverage.adapted_modules,
            coverage.in_part,
        ),
        diagnostics=[diagnostic_out(diagnostic) for diagnostic in report.diagnostics],
        list_monthly=report.totals.list_current and amount_out(report.totals.list_current),
        cash_monthly=report.totals.cash_current and amount_out(report.totals.cash_current),
        currency=currency_out(report.currency),
        commitments=[_commitment(use) for use in report.commitments],
    )
    return json_text(out)


def estimate_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the JSON estimate."""
    return schema_of(EstimateOut, "costlint estimate")


def _commitment(use: CommitmentUse) -> CommitmentOut:
    return CommitmentOut(
        name=use.name,
        until=use.until,
        fee_monthly=money_out(use.fee),
        used=_rounded(use.used),
        idle_monthly=money_out(use.idle),
        idle_hourly=money_out(use.idle_hourly),
        covers=[CoveredOut(c.name, c.region, money_out(c.listed), c.percent, c.source) for c in use.covers],
    )


def _stack(result: StackResult, catalog: Catalog) -> StackEstimateOut:
    stack = result.stack
    return StackEstimateOut(
        **stack_fields(stack),
        counted=result.counted,
        partial=result.totals.partial or bool(stack.unresolved),
        cost=_cost(list(result.estimates.values())),
        resources=[
            _resource(resource, result.estimates[resource.address], catalog)
            for resource in stack.resources
            if resource.address in result.estimates
        ],
    )


def _resource(resource: Resource, estimate: Estimate, catalog: Catalog) -> ResourceOut:
    service = catalog.service(resource.type)
    return ResourceOut(
        address=resource.address,
        type=resource.type,
        module=resource.module,
        service=service.name if service else "",
        category=service.category if service else "",
        region=resource.region.name,
        environment=environment_out(resource.environment),
        tags={str(key): str(value) for key, value in resource.tags.items() if fully_known(value) and value is not None},
        file=resource.span.file,
        line=resource.span.line,
        cost=_cost([estimate]),
        free=estimate.free,
        unpriced=list(estimate.unpriced),
        components=[_component(part) for part in estimate.components],
        allocated=amount_out(estimate.allocated) if estimate.allocated.high else None,
    )


def _component(part: Component) -> ComponentOut:
    return ComponentOut(
        **line_fields(part),
        list_price=None if part.terms is None else converted(part.terms.listed),
        allocated=part.allocated,
    )


def _cost(estimates: list[Estimate]) -> CostOut:
    return CostOut(
        amount_out(total(e.monthly for e in estimates)),
        amount_out(total(e.fixed for e in estimates)),
        amount_out(total(e.usage for e in estimates)),
    )


def _rounded(amount: float) -> float:
    return round(amount, 4)
