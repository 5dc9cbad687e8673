"""The shape of the JSON report; its schema is published in docs/schema/report.json.

Fields are only ever added within one version.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from costlint.model import Confidence, FixSafety, Level, Phase
from costlint.model.diagnostics import Severity

VERSION = 1


class AmountOut(Struct, frozen=True):
    """Money a month as a range; low = likely = high where nothing is assumed."""

    low: float
    likely: float
    high: float
    currency: str = "USD"


class EnvironmentOut(Struct, frozen=True):
    """`kind` null: nothing in the input says whether this is production."""

    name: str
    kind: str | None
    evidence: str


class ChangeOut(Struct, frozen=True):
    """`before` null: something added; `after` null: something removed. Values not known before deployment are
    objects {"unknown": "..."}."""

    address: str
    path: str
    before: Any
    after: Any
    file: str
    line: int
    column: int


class OriginOut(Struct, frozen=True):
    """One step from the resource to the literal to edit."""

    file: str
    line: int
    column: int
    what: str


class OccurrenceOut(Struct, frozen=True):
    """One stack a finding occurs in. `counted` false: an alternative of another, not part of the finding's saving."""

    stack: str
    environment: EnvironmentOut
    addresses: list[str]
    saving: AmountOut | None
    exposure: AmountOut | None
    counted: bool
    fingerprint: str


class FindingOut(Struct, frozen=True):
    """A place where money is wasted. Money is USD/month; lines and columns count from 1."""

    rule: str
    name: str
    title: str
    category: str
    practice: str
    phase: Phase
    severity: Level
    confidence: Confidence
    fix: FixSafety
    stack: str
    environment: EnvironmentOut
    address: str
    addresses: list[str]
    type: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    saving: AmountOut | None
    exposure: AmountOut | None
    current_monthly: float | None
    proposed_monthly: float | None
    usage_based: bool
    inferred: bool
    library: bool
    change: list[ChangeOut]
    assumptions: list[str]
    unpriced: list[str]
    origin: list[OriginOut]
    suppressed: str
    fingerprint: str
    stacks: list[OccurrenceOut]


class TotalsOut(Struct, frozen=True):
    """Everything once as written and once with every compatible change applied; overlaps count once.
    `partial`: something could not be priced, so the amounts are lower bounds."""

    current: AmountOut
    proposed: AmountOut
    saving: AmountOut
    by_phase: dict[str, float]
    by_category: dict[str, float]
    partial: bool


class UnpricedOut(Struct, frozen=True):
    """A reason and how many resources it concerns."""

    reason: str
    resources: int


class CoverageOut(Struct, frozen=True):
    """What was read, and what could not be said."""

    resources: int
    priced: int
    free: int
    unpriced: list[UnpricedOut]
    unpriced_resources: int
    unknown: int
    unresolved_modules: int
    libraries: int
    alternatives: int
    awaiting_environment: int


class StackOut(Struct, frozen=True):
    """What is deployed together. `alternative`: another way to deploy the root in `directory`, of which one is
    `counted` in the totals; `why` is the evidence for being deployed, or a library."""

    name: str
    kind: str
    path: str
    workspace: str
    var_files: list[str]
    environment: EnvironmentOut
    region: str
    region_assumed: bool
    library: bool
    resources: int
    findings: int
    totals: TotalsOut
    directory: str
    alternative: bool
    counted: bool
    why: str
    awaiting_environment: int


class DiagnosticOut(Struct, frozen=True):
    """Something that could not be read or is off; line and column are 0 for a file as a whole."""

    severity: Severity
    message: str
    file: str
    line: int
    column: int


class ReportOut(Struct, frozen=True):
    """The report of one run of costlint."""

    version: Annotated[int, Meta(ge=VERSION, le=VERSION)]
    costlint: str
    paths: list[str]
    totals: TotalsOut
    findings: list[FindingOut]
    suppressed: list[FindingOut]
    coverage: CoverageOut
    stacks: list[StackOut]
    diagnostics: list[DiagnosticOut]
    price_dates: dict[str, str]


def report_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the JSON report."""
    schema: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(ReportOut)))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "costlint report", **schema}
