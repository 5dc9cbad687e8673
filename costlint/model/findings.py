"""Rules as reports see them, findings, and the report of a whole run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from costlint.model.currency import USD, Currency
from costlint.model.diagnostics import Diagnostic
from costlint.model.money import ZERO, Estimate, Money
from costlint.model.patches import Patch
from costlint.model.places import Origin, Span
from costlint.model.rails import RailResult
from costlint.model.resources import Environment, Stack
from costlint.model.spending import CommitmentUse, Spend

Level = Literal["low", "medium", "high", "critical"]
Confidence = Literal["low", "medium", "high"]
Phase = Literal["quick-win", "medium-term", "long-term", "continuous"]
FixSafety = Literal["safe", "unsafe", "manual"]
Profile = Literal["default", "audit", "mixed"]


class Rule(Struct, frozen=True):
    """What a rule says about itself. `id` is never reused; `name` is a slug that works wherever an id does. Of a rule
    with `profile` mixed, some cases are told by default and others in an audit."""

    id: str
    name: str
    title: str
    practice: str
    phase: Phase
    severity: Level
    confidence: Confidence
    profile: Profile = "default"
    category: str = ""
    why: str = ""
    fix: FixSafety = "manual"
    references: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Change(Struct, frozen=True):
    """One line of a proposed change as people read it: `before` None for something added, `after` None for
    something removed. `span` is where it is to be edited, None if that is not in the scanned files; `name` what the
    value is called there ("[]" at its end for an item of a list), "" if that is `path`. `line` is the line of the file
    `span` is on, once it has been quoted (`costlint.quoting`); "" before that, and where `span` is on several."""

    address: str
    path: str
    before: object
    after: object
    span: Span | None = None
    name: str = ""
    line: str = ""


class Freed(Struct, frozen=True):
    """What a change frees of something another resource is billed for: USD a month of the node pool at `pool`. Where it
    `scales`, nodes nothing needs go by themselves; else the pool has to be made smaller."""

    pool: str
    amount: Money
    scales: bool = False


class Acceptance(Struct, frozen=True):
    """Why a finding is accepted: the reason, where that is written (a comment's line, the configuration), and the last
    day it holds (ISO; "" without end)."""

    reason: str
    place: str = ""
    until: str = ""


class Rebill(Struct, frozen=True):
    """What a change does to the bill of one resource: `before` is None where it adds the resource, `after` where it
    removes it."""

    address: str
    before: Estimate | None
    after: Estimate | None


class Occurrence(Struct, frozen=True):
    """One stack a finding occurs in, with what it is worth there (USD/month). Of one that is not `counted`, an
    alternative of others, nothing goes into the finding's own saving."""

    stack: str
    environment: Environment
    addresses: tuple[str, ...]
    fingerprint: str
    saving: Money | None = None
    exposure: Money | None = None
    counted: bool = True
    list_saving: Money | None = None
    cash_saving: Money | None = None


class Finding(Struct, frozen=True):
    """A place where money is wasted, what to change, and what that saves.

    Money is USD/month. Either `saving` (current minus proposed) or `exposure` (dollars at stake where nothing
    is saved directly) is set; both None means the finding could not be priced, and `unpriced` says why.
    `addresses` are all instances the same edit covers, in all the `stacks` that share the line; `among` is how many
    stacks of the same roots there are. `usage_based` marks savings that rest on assumptions (of usage, or of how far
    something scales); `inferred` those that rest on inferred prices. One that is not `editable` stands in a module from
    elsewhere that offers no input for it. What a rule says of `nonprod` alone holds only there; it is `shared` if the
    text to edit is that of other environments, too. `reaches` are resources the text decides beside `addresses`: the
    edit changes them as well, and what that costs is in no amount here.

    `list_saving` is set where your prices are not the list's, `cash_saving` where there are commitments: what the
    invoice falls by while they last. `change_of_spend` is what the latter is worked out from.

    `freed` is the part of the saving that is nobody's bill yet: shares of node pools that nothing would need any more.
    `rebilled` are the bills the change moves, `current` and `proposed` line by line; `moved` is usage of removed
    resources that goes on elsewhere and stays part of `proposed`.
    """

    rule: Rule
    stack: str
    addresses: tuple[str, ...]
    resource_type: str
    span: Span
    chain: tuple[Origin, ...]
    message: str
    patch: Patch
    changes: tuple[Change, ...]
    environment: Environment
    severity: Level
    confidence: Confidence
    fingerprint: str
    saving: Money | None = None
    exposure: Money | None = None
    current: Money | None = None
    proposed: Money | None = None
    assumptions: tuple[str, ...] = ()
    unpriced: tuple[str, ...] = ()
    usage_based: bool = False
    inferred: bool = False
    suppressed: str = ""
    acceptance: Acceptance | None = None
    library: bool = False
    editable: bool = True
    nonprod: bool = False
    shared: bool = False
    reaches: tuple[str, ...] = ()
    stacks: tuple[Occurrence, ...] = ()
    among: int = 1
    list_saving: Money | None = None
    cash_saving: Money | None = None
    change_of_spend: Spend | None = None
    freed: tuple[Freed, ...] = ()
    rebilled: tuple[Rebill, ...] = ()
    moved: Money = ZERO

    @property
    def worth(self) -> float:
        """What the finding is ranked by: the likely saving, else 0 (exposure is not a saving)."""
        return self.saving.likely if self.saving else 0.0

    @property
    def assumed(self) -> bool:
        """True where the saving is a likely amount and not a certain one: it rests on assumptions or on inferred
        prices, or may turn out smaller (a group that need not have as many machines)."""
        less = self.saving is not None and round(self.saving.low, 2) < round(self.saving.likely, 2)
        return self.usage_based or self.inferred or less

    @property
    def gain(self) -> float:
        """What thresholds compare: the likely cash saving where there are commitments, else the likely saving."""
        if self.saving is None or self.cash_saving is None:
            return self.worth
        return self.cash_saving.likely + sum(one.amount.likely for one in self.freed)


class Totals(Struct, frozen=True):
    """The stacks once as written and once with every compatible proposal applied (USD/month).

    Computed, not summed: overlapping proposals count once. `partial` when something could not be priced.

    `list_current` and `list_saving` are set where your prices are not the list's, `cash_current` (the invoice,
    commitments included) and `cash_saving` where there are commitments; the latter come from `change_of_spend`.

    `freed` is what the proposals free of node pools on top: no saving before the pools are made smaller. `assumed` is
    the part of the likely saving that comes from findings that are not certain (`Finding.assumed`).
    """

    current: Money = ZERO
    proposed: Money = ZERO
    saving: Money = ZERO
    by_phase: Mapping[str, float] = field(default_factory=dict)
    by_category: Mapping[str, float] = field(default_factory=dict)
    partial: bool = False
    list_current: Money | None = None
    list_saving: Money | None = None
    cash_current: Money | None = None
    cash_saving: Money | None = None
    change_of_spend: Spend | None = None
    freed: Money = ZERO
    assumed: float = 0.0


class Coverage(Struct, frozen=True):
    """What was read and what could not be said. Every resource is one of `priced` (`in_part` of them only), `free`,
    `unknown` (its price depends on values not known before deployment) or `unpriced_resources`; `unpriced` maps
    the reason why something has no price to how many resources it concerns. Of the modules that are not here
    `adapted_modules` are understood from their inputs, of `unresolved_modules` nothing is known."""

    resources: int = 0
    priced: int = 0
    free: int = 0
    unpriced: Mapping[str, int] = field(default_factory=dict)
    unknown: int = 0
    unresolved_modules: int = 0
    adapted_modules: int = 0
    libraries: int = 0
    alternatives: int = 0
    awaiting_environment: int = 0
    in_part: int = 0

    @property
    def unpriced_resources(self) -> int:
        """Resources nothing of which has a price, though everything about them is known."""
        return self.resources - self.priced - self.free - self.unknown


class LeftOut(Struct, frozen=True):
    """How many findings a report does without: those that save less than `min_saving` (USD/month; together they are
    worth `worth`; `cashless` of them, `cashless_worth`, save as much at your prices but less in cash while commitments
    last), and of the default profile those without a price, those nobody can make the change for here, and
    those whose line decides something else, too (production, or another resource)."""

    min_saving: float = 0.0
    smaller: int = 0
    worth: float = 0.0
    unpriced: int = 0
    not_editable: int = 0
    shared: int = 0
    cashless: int = 0
    cashless_worth: float = 0.0


class StackResult(Struct, frozen=True):
    """One stack with its estimates and findings. One that is not `counted` (a library, an alternative of another) is
    left out of the report's totals. `awaiting` counts resources some rule would speak about if the environment were
    known."""

    stack: Stack
    estimates: Mapping[str, Estimate]
    findings: tuple[Finding, ...]
    totals: Totals
    awaiting: int = 0
    counted: bool = True


class BaselineUse(Struct, frozen=True):
    """What a baseline (its file, as shown) holds back: `hidden` findings that together are `worth` USD a month, and how
    many of its entries are `stale`: what they are about is gone."""

    file: str
    hidden: int = 0
    worth: float = 0.0
    stale: int = 0


class Report(Struct, frozen=True):
    """Everything a run found out; reports are pure functions of it. `rails` are the limits of the configuration that
    were checked, `baseline` is None where there is none, `profile` is the rules' ("" where none ran). `beaten` are what
    no report shows: findings a better one for the same edit takes the place of, those that are accepted among them (in
    `suppressed`, too)."""

    version: str
    paths: tuple[str, ...]
    stacks: tuple[StackResult, ...]
    findings: tuple[Finding, ...]
    totals: Totals
    coverage: Coverage
    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Finding, ...] = ()
    beaten: tuple[Finding, ...] = ()
    left_out: LeftOut = LeftOut()
    seconds: float = 0.0
    currency: Currency = USD
    commitments: tuple[CommitmentUse, ...] = ()
    rails: tuple[RailResult, ...] = ()
    baseline: BaselineUse | None = None
    profile: str = ""

    @property
    def price_dates(self) -> dict[str, str]:
        """The date of the newest price that was used, by provider."""
        found: dict[str, str] = {}
        for result in self.stacks:
            for resource in result.stack.resources:
                estimate = result.estimates.get(resource.address)
                newest = max((part.date for part in estimate.components), default="") if estimate else ""
                if newest > found.get(resource.provider, ""):
                    found[resource.provider] = newest
        return dict(sorted(found.items()))
