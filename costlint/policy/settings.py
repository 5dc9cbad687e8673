"""Which rules a check runs and how it weighs them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec import Struct, field

from costlint.model import Acceptance, Level, Money, Rule, Stack
from costlint.model.spending import Spend
from costlint.policy.ruleset import any_selects, selects

if TYPE_CHECKING:
    from costlint.sizing.names import Names


class PathRules(Protocol):
    """Settings for some files (`costlint.config.PathSettings`)."""

    @property
    def select(self) -> tuple[str, ...]: ...
    @property
    def ignore(self) -> tuple[str, ...]: ...
    @property
    def severity(self) -> Mapping[str, Level]: ...


CashSaving: TypeAlias = Callable[[Sequence[Stack], Spend], Money]
"""What the invoice falls by (USD/month) if the spend of these stacks changes so."""


Accepting: TypeAlias = Callable[[str, str, str, Sequence[str]], "Acceptance | None"]
"""Why a finding (fingerprint, stack, rule, addresses) is not told again; None if it is."""


class Commitment(Protocol):
    """A commitment already bought (`costlint.config.Commitment`); `hourly` is USD an hour, None where it is counted
    otherwise."""

    @property
    def provider(self) -> str: ...
    @property
    def hourly(self) -> float | None: ...


def _nowhere(file: str) -> Sequence[PathRules]:
    return ()


class CheckSettings(Struct, frozen=True):
    """Selectors are ids, names, id prefixes (STO), categories, or all. `profile`: default, audit (default and
    governance rules) or all. `per_path` gives the settings that hold for one file. Findings that save less than
    `min_saving` (USD/month, over all the stacks that share the line) are left out. Support ends are compared with
    `as_of`, today if None. `own_prices`: findings say what they save at list prices too; `cash` where there are
    commitments. `waived` are the fingerprints of accepted findings, with why; `baseline` says which were there before
    (fingerprint, stack, rule, addresses). `model_names` where the user declares
    models of their own. The rest is what rules may ask for as `config.<name>`."""

    profile: str = "default"
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    severity: Mapping[str, Level] = field(default_factory=dict)
    per_path: Callable[[str], Sequence[PathRules]] = _nowhere
    min_saving: float = 0
    required_tags: Sequence[str] = ()
    allowed_regions: Sequence[str] = ()
    budget: float | None = None
    commitments: Sequence[Commitment] = ()
    as_of: datetime.date | None = None
    waived: Mapping[str, Acceptance] = field(default_factory=dict)
    baseline: Accepting | None = None
    own_prices: bool = False
    cash: CashSaving | None = None
    model_names: Names | None = None

    @property
    def today(self) -> datetime.date:
        return self.as_of or datetime.date.today()

    @property
    def values(self) -> dict[str, object]:
        """What rules see as `config.<name>`."""
        return {
            "required_tags": list(self.required_tags),
            "allowed_regions": list(self.allowed_regions),
            "budget": self.budget,
            "commitments": list(self.commitments),
        }

    @property
    def memory(self) -> dict[object, object]:
        """What facts need not find out: the models that names mean, where some are the user's own."""
        return {} if self.model_names is None else {"model names": self.model_names}

    def runs(self, rule: Rule) -> bool:
        """Whether a rule is part of this run at all. Selecting a rule by its id or name brings it in whatever its
        profile; a prefix or category only chooses among the profile's rules."""
        if any_selects(self.ignore, rule):
            return False
        if self.names(rule):
            return True
        if self.profile == "default" and rule.profile != "default":
            return False
        return not self.select or any_selects(self.select, rule)

    def names(self, rule: Rule) -> bool:
        """Whether a rule is selected by its own id or name, not only among others."""
        return any(text.lower() in (rule.id.lower(), rule.name) for text in self.select)

    def runs_on(self, rule: Rule, file: str) -> bool:
        """Whether a finding of a running rule counts in a file."""
        for settings in self.per_path(file):
            if any_selects(settings.ignore, rule):
                return False
            if settings.select and not any_selects(settings.select, rule):
                return False
        return True

    def severity_of(self, rule: Rule, file: str) -> Level:
        """The rule's severity, or what the run or the file's settings say; an id beats a prefix."""
        level = _chosen(self.severity, rule) or rule.severity
        for settings in self.per_path(file):
            level = _chosen(settings.severity, rule) or level
        return level


def _chosen(levels: Mapping[str, Level], rule: Rule) -> Level | None:
    found = [(text, level) for text, level in levels.items() if selects(text, rule)]
    exact = [level for text, level in found if text.lower() in (rule.id.lower(), rule.name)]
    if exact:
        return exact[-1]
    return max(found, key=lambda pair: len(pair[0]))[1] if found else None
