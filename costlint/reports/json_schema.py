"""The shape of the JSON report; its schema is published in docs/schema/report.json.

Fields are only ever added within one version.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from costlint.model import Confidence, FixSafety, Level, Phase
from costlint.model.diagnostics import Severity
from costlint.model.rails import RailAction, RailKind
from costlint.reports.json_text import schema_of

VERSION = 1


class AmountOut(Struct, frozen=True):
    """Money a month as a range; low = likely = high where nothing is assumed."""

    low: float
    likely: float
    high: float
    currency: str = "USD"


class CurrencyOut(Struct, frozen=True):
    """The currency of every amount: `rate` units of `code` for one USD on `date` (ISO; "" for USD itself)."""

    code: str
    rate: float
    date: str


class EnvironmentOut(Struct, frozen=True):
    """`kind` null: nothing in the input says whether this is production."""

    name: str
    kind: str | None
    evidence: str


class ChangeOut(Struct, frozen=True):
    """`before` null: something added; `after` null: something removed. Values not known before deployment are
    objects {"unknown": "..."}. `name` is what the value is called at the place, if not as in `path`; `text` is the line
    that stands there, and `edited` that line as it is to be, null where the change is more than the edit of a literal
    on it."""

    address: str
    path: str
    before: Any
    after: Any
    file: str
    line: int
    column: int
    end_line: int = 0
    end_column: int = 0
    name: str = ""
    text: str = ""
    edited: str | None = None


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
    list_saving: AmountOut | None = None
    cash_saving: AmountOut | None = None


class FreedOut(Struct, frozen=True):
    """What a change frees of a node pool (its address): part of the saving, but no less on the bill before the pool has
    fewer nodes; where it `scales`, they go by themselves."""

    pool: str
    amount: AmountOut
    scales: bool


class LineOut(Struct, frozen=True):
    """One line of a bill: quantity × unit_price = monthly, with the source and date of the price."""

    name: str
    quantity_low: float
    quantity: float
    quantity_high: float
    unit: str
    unit_price: float
    monthly: AmountOut
    sku: str
    source: str
    date: str
    usage: bool
    inferred: bool
    assumptions: list[str]


class RebilledOut(Struct, frozen=True):
    """Resources whose bills a change moves alike: each one's lines `before` and `after` it, null where it is not there
    then."""

    addresses: list[str]
    before: list[LineOut] | None
    after: list[LineOut] | None


class DeployedOut(Struct, frozen=True):
    """Manifests added to a stack because they run on its cluster, and what says so."""

    directory: str
    resources: int
    evidence: str


class FindingOut(Struct, frozen=True):
    """A place where money is wasted. Money is a month's; lines and columns count from 1. `list_saving` is set where
    prices are your own, `cash_saving` where there are commitments: what the invoice falls by while they last."""

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
    addresses: tuple[str, ...]
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
    editable: bool
    shared: bool
    change: list[ChangeOut]
    assumptions: tuple[str, ...]
    unpriced: tuple[str, ...]
    origin: list[OriginOut]
    suppressed: str
    fingerprint: str
    stacks: list[OccurrenceOut]
    list_saving: AmountOut | None = None
    cash_saving: AmountOut | None = None
    suppressed_at: str = ""
    suppressed_until: str = ""
    freed: list[FreedOut] = []
    rebilled: list[RebilledOut] = []
    reaches: tuple[str, ...] = ()


class TotalsOut(Struct, frozen=True):
    """Everything once as written and once with every compatible change applied; overlaps count once.
    `partial`: something could not be priced, so the amounts are lower bounds. The list amounts are set where prices are
    your own; cash where there are commitments: `cash_current` is the invoice, their fees included, and is the whole
    report's alone. `freed` is what the changes free of node pools on top: no saving before those have fewer nodes.
    `assumed` is the part of the likely saving that rests on assumptions or may turn out smaller."""

    current: AmountOut
    proposed: AmountOut
    saving: AmountOut
    by_phase: dict[str, float]
    by_category: dict[str, float]
    partial: bool
    list_current: AmountOut | None = None
    list_saving: AmountOut | None = None
    cash_current: AmountOut | None = None
    cash_saving: AmountOut | None = None
    freed: AmountOut | None = None
    assumed: float = 0.0


class UnpricedOut(Struct, frozen=True):
    """A reason and how many resources it concerns."""

    reason: str
    resources: int


class CoverageOut(Struct, frozen=True):
    """What was read, and what could not be said; `priced_in_part` are among `priced`."""

    resources: int
    priced: int
    free: int
    unpriced: list[UnpricedOut]
    unpriced_resources: int
    unknown: int
    unresolved_modules: int
    adapted_modules: int
    libraries: int
    alternatives: int
    awaiting_environment: int
    priced_in_part: int


class LeftOutOut(Struct, frozen=True):
    """Findings the report does without. `smaller` of them save less than `min_saving` (USD a month), together `worth`;
    `cashless` of these as much (`cashless_worth`) at your prices, but less in cash while commitments last. Of the
    default profile, `unpriced` have no price, `not_editable` stand in modules that have no input for it, and the line
    of `shared` ones decides something else, too."""

    min_saving: float
    smaller: int
    worth: float
    unpriced: int
    not_editable: int
    shared: int
    cashless: int = 0
    cashless_worth: float = 0.0


class StackOut(Struct, frozen=True):
    """What is deployed together. `alternative`: another way to deploy the root in `directory`, of which one is
    `counted` in the totals; `why` is the evidence for being deployed, or a library.
    `deployed` are the manifests that run on its cluster."""

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
    deployed: list[DeployedOut] = []


class DiagnosticOut(Struct, frozen=True):
    """Something that could not be read or is off; line and column are 0 for a file as a whole."""

    severity: Severity
    message: str
    file: str
    line: int
    column: int


class BaselineOut(Struct, frozen=True):
    """Findings the baseline in `file` holds back: how many, what they are worth a month together, and how many of its
    entries are about nothing any more. They are in `suppressed`, with the file in `suppressed_at`."""

    file: str
    hidden: int
    worth: float
    stale: int


class RailOut(Struct, frozen=True):
    """A guard rail that was checked. `limit` and `measured` are USD a month; `unchecked` says why it could not be."""

    kind: RailKind
    action: RailAction
    name: str
    scope: str
    limit: float
    measured: float
    crossed: bool
    message: str
    unchecked: str
    owners: list[str]


class ReportOut(Struct, frozen=True):
    """The report of one run of costlint. `lesser` are findings that are not told because another one proposes something
    better for the same text: no total counts them, and their `rebilled` is empty."""

    version: Annotated[int, Meta(ge=VERSION, le=VERSION)]
    costlint: str
    paths: list[str]
    totals: TotalsOut
    findings: list[FindingOut]
    suppressed: list[FindingOut]
    left_out: LeftOutOut
    coverage: CoverageOut
    stacks: list[StackOut]
    diagnostics: list[DiagnosticOut]
    price_dates: dict[str, str]
    currency: CurrencyOut = CurrencyOut("USD", 1.0, "")
    rails: list[RailOut] = []
    baseline: BaselineOut | None = None
    lesser: list[FindingOut] = []


def report_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the JSON report."""
    return schema_of(ReportOut, "costlint report")
