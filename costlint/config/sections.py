"""What the entries of a configuration file may hold: roots, clusters, commitments, guard rails, waivers …"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from costlint.model import Confidence, EnvironmentKind, Level
from costlint.model.rails import RailAction

Amount: TypeAlias = Annotated[float, Meta(ge=0)]
Percentage: TypeAlias = Annotated[float, Meta(ge=0, le=100)]


class RegionByProvider(Struct, frozen=True, forbid_unknown_fields=True):
    """A region for each provider."""

    aws: str = ""
    gcp: str = ""
    azure: str = ""


class EnvironmentLabel(Struct, frozen=True, forbid_unknown_fields=True):
    """What an environment is called and whether it is production."""

    name: str = ""
    kind: EnvironmentKind | None = None


class PathSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Settings for the findings whose file matches `path`."""

    path: str
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Level] = {}


class RootSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One deployment of a Terraform root: several entries with the same `path` are several deployments, all of which
    count."""

    path: str
    var_files: tuple[str, ...] = ()
    workspace: str = ""
    environment: str | EnvironmentLabel = ""


class ClusterSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which cluster manifests run on: those whose path matches `path`, and all of whose namespaces match `namespace`.
    The cluster is that of a Terraform `root`, or one of which this is known: where its nodes are rented, and their
    `instance_type` if all are alike."""

    path: str = "**"
    namespace: str = "*"
    root: str = ""
    provider: Literal["", "aws", "gcp", "azure"] = ""
    region: str = ""
    instance_type: str = ""

    def complaint(self) -> str:
        """What is contradictory or missing, "" if nothing is."""
        described = self.provider or self.region or self.instance_type
        if self.root and described:
            return "the nodes of a root are read from it: name either root, or provider, region and instance_type"
        return "" if self.root or self.provider else "name the root whose cluster it is, or its provider"


class ModuleMapping(Struct, frozen=True, forbid_unknown_fields=True):
    """Where modules from elsewhere lie on disk: `match` is a glob over their sources, `path` the directory."""

    match: str
    path: str


class ModelSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A model of your own, said in one of three ways: it is `like` a known one (a fine-tune), it has the shape its
    `config_json` states, or all that is known is how many `billions` of parameters it has. `format` is how its weights
    are stored (bf16, fp8, awq, …), if not as those of the model it is like."""

    like: str = ""
    config_json: str = ""
    billions: Annotated[float, Meta(gt=0, le=100_000)] | None = None
    format: str = ""

    def complaint(self) -> str:
        """What is contradictory or missing, "" if nothing is."""
        said = [name for name in ("like", "config_json", "billions") if getattr(self, name)]
        found = " and ".join(said) or "none"
        return "" if len(said) == 1 else f"say what it is by one of like, config_json and billions, not {found}"


class Commitment(Struct, frozen=True, forbid_unknown_fields=True):
    """A commitment already bought. It says how much it covers in one of three ways: `hourly` (what it costs, USD an
    hour), `count` (machines of `sku`, in `region`) or `percent` (of the usage it can cover). `service`, `family`,
    `sku` and `region` say of what; without any, what the provider lets this kind cover. `discount` is the percentage
    off list prices it gives, the catalog's if absent; after `until` it covers nothing."""

    provider: Literal["aws", "gcp", "azure"]
    kind: Literal["savings-plan", "reservation", "cud"]
    hourly: Amount | None = None
    count: Amount | None = None
    percent: Percentage | None = None
    service: str = ""
    family: str = ""
    sku: str = ""
    region: str = "*"
    term: Literal["1y", "3y"] = "1y"
    discount: Percentage | None = None
    until: date | None = None

    def complaint(self) -> str:
        """What is contradictory or missing, "" if nothing is."""
        if found := _not_one(self, ("hourly", "count", "percent")):
            return f"say how much is committed by one of hourly, count and percent, not {found}"
        if self.count is not None and (not self.sku or "*" in self.region):
            return "count needs the sku that is counted and its region"
        return ""


class NewFinding(Struct, frozen=True, forbid_unknown_fields=True):
    """Which new findings cross a guard rail: those that save this much (USD a month) and are at least this certain."""

    saving: Amount = 0
    confidence: Confidence = "low"


class GuardRail(Struct, frozen=True, forbid_unknown_fields=True):
    """A limit: the bill grows by more than `increase` (USD a month) or `increase_percent`, is above `budget` (USD a
    month), or a change brings a `new_finding`. It holds for what is deployed from `path` (a glob over stacks), in an
    `environment` (a name, prod, nonprod) and with a `tag` (KEY or KEY=VALUE); without them, for everything. `fail` ends
    the run with exit code 5, `warn` says so."""

    increase: Amount | None = None
    increase_percent: Amount | None = None
    budget: Amount | None = None
    new_finding: NewFinding | None = None
    path: str = ""
    environment: str = ""
    tag: str = ""
    action: RailAction = "fail"
    name: str = ""

    def complaint(self) -> str:
        """What is contradictory or missing, "" if nothing is."""
        if found := _not_one(self, ("increase", "increase_percent", "budget", "new_finding")):
            return f"set one limit of increase, increase_percent, budget and new_finding, not {found}"
        if self.new_finding is not None and self.tag:
            return "new_finding is not measured by tag: name a path or an environment"
        return ""


class Waiver(Struct, frozen=True, forbid_unknown_fields=True):
    """A finding that is accepted: its fingerprint, why, and the last day that holds. `rule` says what it is about,
    `owner` whom to ask when that is over."""

    fingerprint: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
    reason: str = ""
    until: date | None = None
    rule: str = ""
    owner: str = ""

    def ended(self, today: date) -> bool:
        """True once its last day is over."""
        return self.until is not None and self.until < today


def _not_one(settings: Struct, names: Iterable[str]) -> str:
    """What is set of several settings one of which is to be: "" if it is one, else which they are, or none."""
    said = [name for name in names if getattr(settings, name) is not None]
    return "" if len(said) == 1 else " and ".join(said) or "none"


def environment_label(said: str | EnvironmentLabel) -> EnvironmentLabel:
    """The environment a setting names: prod and nonprod are kinds as well as names."""
    if isinstance(said, EnvironmentLabel):
        return said
    if said == "prod":
        return EnvironmentLabel(said, "prod")
    return EnvironmentLabel(said, "nonprod" if said == "nonprod" else None)
