"""Every setting a configuration file may hold, with its type and meaning; the JSON Schema is made from here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from msgspec import Meta, Struct, structs

from costlint.config.paths import matches_glob
from costlint.model import Confidence, EnvironmentKind, Level
from costlint.model.rails import RailAction

_LEVELS: tuple[Level, ...] = ("low", "medium", "high", "critical")
_DOLLARS = re.compile(r"\$?(\d+(?:\.\d+)?)")

Amount: TypeAlias = Annotated[float, Meta(ge=0)]
Percentage: TypeAlias = Annotated[float, Meta(ge=0, le=100)]
Scalar: TypeAlias = str | int | float | bool


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
        said = [name for name in ("hourly", "count", "percent") if getattr(self, name) is not None]
        if len(said) != 1:
            found = " and ".join(said) or "none"
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
        limits = ("increase", "increase_percent", "budget", "new_finding")
        said = [name for name in limits if getattr(self, name) is not None]
        if len(said) != 1:
            found = " and ".join(said) or "none"
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


class ConfigFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of costlint. Everything is optional; command-line options override the file."""

    region: Annotated[
        str | RegionByProvider,
        Meta(description="Region of resources whose region the input does not say: one name, or one per provider."),
    ] = ""
    environment: Annotated[
        str, Meta(description="Environment of everything scanned: prod, nonprod, or a name such as staging.")
    ] = ""
    environments: Annotated[
        dict[str, str | EnvironmentLabel],
        Meta(
            description="Environment by glob over stack paths, var-files, workspaces, accounts (AWS account, Google "
            "Cloud project, Azure subscription) and cluster names; the first match counts."
        ),
    ] = {}
    profile: Annotated[
        Literal["default", "audit"],
        Meta(description="default: priced findings. audit: also governance (tags, budgets, retention)."),
    ] = "default"
    select: Annotated[tuple[str, ...], Meta(description="Only these rules: ids, names or id prefixes (STO).")] = ()
    ignore: Annotated[tuple[str, ...], Meta(description="Never these rules: ids, names or id prefixes.")] = ()
    per_path: Annotated[
        tuple[PathSettings, ...], Meta(description="Rules to select or ignore, and severities, by path glob.")
    ] = ()
    severity: Annotated[dict[str, Level], Meta(description="Severity by rule id, name or id prefix.")] = {}
    waivers: Annotated[
        tuple[Waiver, ...],
        Meta(description="Findings that are accepted, by fingerprint, with a reason; costlint ignore writes them."),
    ] = ()
    min_saving: Annotated[
        Amount, Meta(description="Leave out findings whose likely saving is smaller, in USD a month.")
    ] = 20
    fail_on: Annotated[
        str | Amount,
        Meta(description="Exit 1 on a finding of this severity or above, or that saves this much a month ($100)."),
    ] = ""
    rules: Annotated[
        tuple[str, ...], Meta(description="Directories with rules of your own, relative to the configuration file.")
    ] = ()
    required_tags: Annotated[tuple[str, ...], Meta(description="Tags every taggable resource must carry.")] = ()
    allowed_regions: Annotated[
        tuple[str, ...], Meta(description="Regions the stack may run in; cheaper ones among them are proposed.")
    ] = ()
    budget: Annotated[Amount | None, Meta(description="What everything scanned may cost, in USD a month.")] = None
    guard_rails: Annotated[
        tuple[GuardRail, ...], Meta(description="Limits that fail a run or warn: increases, budgets, new findings.")
    ] = ()
    owners: Annotated[
        dict[str, str | tuple[str, ...]],
        Meta(description="Whom to mention, by path glob, or by tag (tag:KEY or tag:KEY=VALUE)."),
    ] = {}
    baseline: Annotated[
        str, Meta(description="The findings that were there when costlint was adopted, relative to the configuration.")
    ] = ".costlint/baseline.json"
    commitments: Annotated[
        tuple[Commitment, ...], Meta(description="Savings plans, reservations and committed-use discounts you have.")
    ] = ()
    var_files: Annotated[
        tuple[str, ...], Meta(description="Terraform variable files to apply to every root, in this order.")
    ] = ()
    variables: Annotated[dict[str, Scalar], Meta(description="Terraform variables by name.")] = {}
    workspace: Annotated[str, Meta(description="Terraform workspace.")] = ""
    usage_file: Annotated[
        str, Meta(description="What is known about usage, as in infracost-usage.yml; relative to the configuration.")
    ] = ""
    prices_file: Annotated[
        str | tuple[str, ...],
        Meta(description="Your own prices, discounts and currency (docs/prices.md), relative to the configuration."),
    ] = ()
    roots: Annotated[
        tuple[RootSettings, ...],
        Meta(description="How Terraform roots are deployed; nothing is paired by itself for a root named here."),
    ] = ()
    clusters: Annotated[
        tuple[ClusterSettings, ...],
        Meta(description="Which cluster Kubernetes manifests run on; the first entry that matches counts."),
    ] = ()
    kubernetes_version: Annotated[
        str,
        Meta(
            pattern=r"^$|^v?1\.\d+(\.\d+)?$",
            description="Version of Kubernetes that Helm charts are rendered for; the latest Helm knows if absent.",
        ),
    ] = ""
    api_versions: Annotated[
        tuple[str, ...],
        Meta(description="API versions that clusters have besides those of Kubernetes, for Helm charts that ask."),
    ] = ()
    alternatives: Annotated[
        Literal["one", "all", "none"],
        Meta(
            description="Of the sets of variable files found beside a root, one counts in the total, or all; none: "
            "variable files are not looked for."
        ),
    ] = "one"
    modules: Annotated[
        tuple[ModuleMapping, ...],
        Meta(description="Where the modules of other repositories lie on disk; the first entry that matches counts."),
    ] = ()
    models: Annotated[
        dict[str, ModelSettings],
        Meta(description="Models of your own by the name manifests give them: what they are like, or how large."),
    ] = {}
    repos: Annotated[
        dict[str, str],
        Meta(description="Where repositories Argo CD and Flux deploy from lie: directories in this one, by URL."),
    ] = {}
    include_libraries: Annotated[
        bool, Meta(description="Count modules nobody here deploys in totals and thresholds.")
    ] = False
    user_prices: Annotated[
        bool, Meta(description="Use prices fetched by costlint prices update where they are newer than those shipped.")
    ] = True
    as_of: Annotated[
        date | None, Meta(description="The day that ends of support, waivers and comments are compared with.")
    ] = None


class Config(ConfigFile, frozen=True, kw_only=True):
    """Settings of one run. `file` is the configuration file as shown to people ("" if there is none);
    `base` is the directory its globs are relative to ("" for the current directory). `tf_var_env`: TF_VAR_… of the
    process may be used; no file can say so, only who runs costlint. Without `use_baseline` every finding is told.

    `rules`, `var_files`, `prices_file` and the paths of `roots`, `modules` and `models` are relative to the current
    directory here, wherever they were written.
    """

    file: str = ""
    base: str = ""
    tf_var_env: bool = False
    use_baseline: bool = True

    def override(self, **settings: Any) -> Config:
        """A copy with the given settings replaced; None and empty collections leave a setting as it is."""
        given = {name: value for name, value in settings.items() if value not in (None, "", (), {})}
        return structs.replace(self, **given)

    def region_for(self, provider: str) -> str:
        """The configured region for a provider, "" if there is none."""
        if isinstance(self.region, str):
            return self.region
        return str(getattr(self.region, provider, ""))

    def environment_for(
        self, path: str, var_files: Iterable[str] = (), workspace: str = "", names: Iterable[str] = ()
    ) -> EnvironmentLabel:
        """What the configuration says about a stack's environment; an empty label if it says nothing.

        Paths are given as shown to people (relative to the current directory); `names` are the accounts and clusters
        it is deployed to.
        """
        if self.environment:
            return environment_label(self.environment)
        named = [*names, *([workspace] if workspace not in ("", "default") else [])]
        places = [*named, *map(self._relative, (path, *var_files))]
        for glob, label in self.environments.items():
            if any(matches_glob(glob, place) for place in places):
                return environment_label(label)
        return EnvironmentLabel()

    def cluster_for(self, path: str, namespaces: Iterable[str]) -> ClusterSettings | None:
        """What the configuration says about the cluster of the manifests at a path (as shown to people), None if it
        says nothing. `namespaces` are those they name."""
        relative, named = self._relative(path), list(namespaces)
        for entry in self.clusters:
            if matches_glob(entry.path, relative) and all(matches_glob(entry.namespace, one) for one in named):
                return entry
        return None

    def is_at(self, glob: str, path: str) -> bool:
        """Whether a path (as shown to people) is one a glob of the configuration means."""
        return matches_glob(glob, self._relative(path))

    def settings_for(self, file: str) -> list[PathSettings]:
        """The `per_path` entries that hold for a file, given as shown to people."""
        if not self.per_path:
            return []
        relative = self._relative(file)
        return [settings for settings in self.per_path if matches_glob(settings.path, relative)]

    @property
    def variable_texts(self) -> dict[str, str]:
        """Variables as they would be written after `-var name=`."""
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in self.variables.items()
        }

    @property
    def rule_paths(self) -> tuple[Path, ...]:
        """Directories with rules of the user's own."""
        return tuple(Path(path) for path in self.rules)

    @property
    def price_files(self) -> tuple[str, ...]:
        """Files with prices of your own, in order; what a later one says goes before."""
        return (self.prices_file,) if isinstance(self.prices_file, str) else self.prices_file

    @property
    def threshold(self) -> Threshold | None:
        """When findings fail the run, None if they never do."""
        return None if self.fail_on == "" else parse_threshold(str(self.fail_on))

    def _relative(self, shown: str) -> str:
        if not self.base:
            return Path(shown).as_posix()
        try:
            return Path(shown).absolute().relative_to(self.base).as_posix()
        except ValueError:
            return Path(shown).as_posix()


class Threshold(NamedTuple):
    """A finding fails the run at or above this severity, or this saving (USD/month)."""

    severity: Level | None = None
    saving: float | None = None

    def reached_by(self, severity: Level, saving: float) -> bool:
        if self.severity is not None:
            return _LEVELS.index(severity) >= _LEVELS.index(self.severity)
        return self.saving is not None and saving >= self.saving


def parse_threshold(text: str) -> Threshold:
    """`"high"` or `"$100"`. Raises ValueError with a sentence for anything else."""
    lowered = text.strip().lower()
    for level in _LEVELS:
        if lowered == level:
            return Threshold(severity=level)
    dollars = _DOLLARS.fullmatch(lowered.replace(",", ""))
    if dollars is None:
        raise ValueError(f'"{text}" is neither a severity ({", ".join(_LEVELS)}) nor an amount such as $100')
    return Threshold(saving=float(dollars.group(1)))


def environment_label(said: str | EnvironmentLabel) -> EnvironmentLabel:
    """The environment a setting names: prod and nonprod are kinds as well as names."""
    if isinstance(said, EnvironmentLabel):
        return said
    if said == "prod":
        return EnvironmentLabel(said, "prod")
    return EnvironmentLabel(said, "nonprod" if said == "nonprod" else None)
