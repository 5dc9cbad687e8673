"""What differs between two states of the infrastructure: cost by resource, findings, and the limits that were checked.

A `Diff` is plain data and is its own file format: `reports.diff_json` writes and reads it (docs/diff.md).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from costlint.model.diagnostics import Severity
from costlint.model.findings import Confidence, FixSafety, Level
from costlint.model.money import Money
from costlint.model.rails import RailResult

VERSION = 1
"""Of the format: within one version fields are only added."""

ResourceStatus = Literal["added", "removed", "changed", "moved", "unchanged"]
StackStatus = Literal["added", "removed", "changed", "unchanged"]
FindingStatus = Literal["new", "fixed", "unchanged"]


class Amount(Struct, frozen=True):
    """Money a month as a range; low = likely = high where nothing is assumed. USD while in memory; in a file in the
    currency the file names."""

    low: float = 0.0
    likely: float = 0.0
    high: float = 0.0

    @classmethod
    def of(cls, money: Money) -> Amount:
        return cls(*money)

    @property
    def money(self) -> Money:
        return Money(self.low, self.likely, self.high)


class AttributeChange(Struct, frozen=True):
    """An attribute that moves the price: its value `before` and `after`, null where there was or is none. Values not
    known before deployment are objects {"unknown": "..."}. `address` names the resource it is an attribute of, if that
    is another one (the launch template of a group); `instances` is how many instances of the block it changes.
    The path `count` stands for the number of instances, also from 0 or to 0 of a block that is declared on both sides;
    its place is that of the literal behind `count` or `for_each`, of the block or of a module call. `file` and `line`
    are where the value after is written, "" and 0 where that is not known."""

    path: str
    before: Any
    after: Any
    address: str = ""
    instances: int = 1
    file: str = ""
    line: int = 0


class InstanceDelta(Struct, frozen=True):
    """One instance of a block: what it costs before and after, null on the side where it is not there. `moved_from` is
    its address before, "" if that is the same."""

    address: str
    status: ResourceStatus
    before: Amount | None
    after: Amount | None
    moved_from: str = ""


class ResourceDelta(Struct, frozen=True):
    """What becomes dearer or cheaper: all instances of one block of a stack together, or the one resource.

    `delta` = `fixed` + `usage`: what the configuration alone decides, and what rests on how much something is used.
    `count_before` and `count_after` are instances. `moved_from` is the block's address before. `unpriced_before` and
    `unpriced` say what has no price on either side, so that `delta` leaves it out; `free`: there is no charge for it.
    One that is not `comparable` has a part that is priced on one side only: its `delta` is no growth and no saving.
    `inferred`: it rests on inferred prices. `counted`: it is part of the total. `tags` are those after (before, of a
    removed one); `owners` whom the configuration names for its place or tags. Where a call of a module brings it or
    took it away, `call_file` and `call_line` are where that call is or was, else "" and 0."""

    address: str
    type: str
    status: ResourceStatus
    stack: str
    module: str
    file: str
    line: int
    before: Amount
    after: Amount
    delta: Amount
    fixed: Amount
    usage: Amount
    count_before: int
    count_after: int
    changes: tuple[AttributeChange, ...] = ()
    instances: tuple[InstanceDelta, ...] = ()
    moved_from: str = ""
    unpriced_before: tuple[str, ...] = ()
    unpriced: tuple[str, ...] = ()
    free: bool = False
    inferred: bool = False
    assumptions: tuple[str, ...] = ()
    counted: bool = True
    comparable: bool = True
    environment: str = ""
    tags: dict[str, str] = {}
    owners: tuple[str, ...] = ()
    call_file: str = ""
    call_line: int = 0


class StackDelta(Struct, frozen=True):
    """What a stack costs before and after. `renamed_from` is its name before, "" if that is the same. One that is not
    `counted` (a library, an alternative of another) is left out of the total. `partial_before` and `partial`: something
    has no price, so the amount is a lower bound. The numbers count blocks of resources."""

    name: str
    status: StackStatus
    counted: bool
    before: Amount
    after: Amount
    delta: Amount
    fixed: Amount
    usage: Amount
    environment: str = ""
    environment_kind: str | None = None
    renamed_from: str = ""
    partial_before: bool = False
    partial: bool = False
    added: int = 0
    removed: int = 0
    changed: int = 0
    moved: int = 0


class ProposedChange(Struct, frozen=True):
    """One edit a finding proposes: `before` null for something added, `after` null for something removed. The place is
    where to edit, "" and 0 if that is not in the scanned files; `name` is what the value is called there, `quoted` the
    line it is on, "" where that is not one."""

    address: str
    path: str
    before: Any
    after: Any
    file: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    name: str = ""
    quoted: str = ""


class FindingDelta(Struct, frozen=True):
    """A finding that is `new`, `fixed` or `unchanged`. Of a fixed one everything is as it was before. `assumed`: the
    saving is a likely amount and not a certain one; `gain` is what it is ranked by, USD a month, and `gain_before` what
    that was of an unchanged one. `moved_from` is the stack it was in before, if that is another."""

    status: FindingStatus
    rule: str
    name: str
    title: str
    severity: Level
    confidence: Confidence
    fix: FixSafety
    fingerprint: str
    stack: str
    stacks: tuple[str, ...]
    addresses: tuple[str, ...]
    type: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    saving: Amount | None
    exposure: Amount | None
    gain: float
    gain_before: float | None = None
    usage_based: bool = False
    inferred: bool = False
    assumed: bool = False
    editable: bool = True
    environment: str = ""
    environment_kind: str | None = None
    change: tuple[ProposedChange, ...] = ()
    assumptions: tuple[str, ...] = ()
    unpriced: tuple[str, ...] = ()
    moved_from: str = ""
    owners: tuple[str, ...] = ()


class Side(Struct, frozen=True):
    """One of the two states: a `commit`, the files of a `directory`, the `work tree`, a `plan` or a saved `report`.
    `label` is what people call it, `commit` the full id of the commit, of a work tree that of the one checked out."""

    kind: Literal["commit", "directory", "work tree", "plan", "report"]
    label: str
    commit: str = ""


class Sums(Struct, frozen=True):
    """The whole bill before and after. `percent` is the growth of the likely amount, null if there was none before.
    `partial_before` and `partial`: something has no price, so that the amount is a lower bound. Of `delta`, `unsure` is
    what comes from resources that are priced on one side only: `known` leaves it out. `aside` is what changes in
    libraries and in alternatives, which are part of neither sum, as far as there are prices on both sides."""

    before: Amount
    after: Amount
    delta: Amount
    fixed: Amount
    usage: Amount
    percent: float | None = None
    partial_before: bool = False
    partial: bool = False
    unsure: Amount = Amount()
    aside: Amount = Amount()

    @property
    def known(self) -> Amount:
        """What is more or less for sure, as far as there are prices on both sides."""
        return Amount.of(self.delta.money.minus(self.unsure.money))


class DiffDiagnostic(Struct, frozen=True):
    """Something that could not be read or is off, in the state after (`side` "head") or before ("base"). `before`: it
    is one of the state after, and the state before has the same."""

    side: Literal["base", "head"]
    severity: Severity
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    before: bool = False


class ShownCurrency(Struct, frozen=True):
    """The currency money is shown in: `rate` units of `code` for one USD on `date`."""

    code: str = "USD"
    rate: float = 1.0
    date: str = ""


class Diff(Struct, frozen=True):
    """What differs between `base` and `head`. Resources are those that differ, dearest drivers first; stacks are all;
    findings are ranked by what they are worth. `detail` says how far down costs are known: to the resource, or only to
    the stack (saved reports of scan). `findings_compared` and `costs_compared` are false where saved files do not hold
    them. `owners` are all that are to be mentioned. `directory` is what files are relative to, from the root of the
    repository ("" for the root, or if there is none)."""

    version: Annotated[int, Meta(ge=VERSION, le=VERSION)]
    costlint: str
    base: Side
    head: Side
    total: Sums
    stacks: tuple[StackDelta, ...] = ()
    resources: tuple[ResourceDelta, ...] = ()
    findings: tuple[FindingDelta, ...] = ()
    rails: tuple[RailResult, ...] = ()
    diagnostics: tuple[DiffDiagnostic, ...] = ()
    notes: tuple[str, ...] = ()
    detail: Literal["resource", "stack"] = "resource"
    costs_compared: bool = True
    findings_compared: bool = True
    currency: ShownCurrency = ShownCurrency()
    owners: tuple[str, ...] = ()
    directory: str = ""

    @property
    def drivers(self) -> list[ResourceDelta]:
        """What moves the fixed part of the total, most first."""
        found = (one for one in self.resources if one.counted and one.comparable and round(one.fixed.likely, 2))
        return sorted(found, key=lambda one: -abs(one.fixed.likely))

    @property
    def by_usage(self) -> list[ResourceDelta]:
        """What moves the part that rests on usage, most first."""
        moving = (one for one in self.resources if round(one.usage.low, 2) or round(one.usage.high, 2))
        found = (one for one in moving if one.counted and one.comparable)
        return sorted(found, key=lambda one: -abs(one.usage.likely))

    @property
    def newly_unreadable(self) -> list[DiffDiagnostic]:
        """The errors of the state after that the state before has not."""
        then = {(one.file, one.message) for one in self.diagnostics if one.side == "base"}
        errors = (one for one in self.diagnostics if one.severity == "error" and one.side == "head")
        return [one for one in errors if not one.before and (one.file, one.message) not in then]

    def of_status(self, status: FindingStatus) -> list[FindingDelta]:
        """The findings of a status, most valuable first."""
        return [one for one in self.findings if one.status == status]
