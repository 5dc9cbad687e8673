"""Every setting a configuration file may hold, with its type and meaning; the JSON Schema is made from here."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from costlint.config.sections import (
    Amount,
    ClusterSettings,
    Commitment,
    EnvironmentLabel,
    GuardRail,
    ModelSettings,
    ModuleMapping,
    PathSettings,
    RegionByProvider,
    RootSettings,
    Waiver,
)
from costlint.model import Level

Scalar: TypeAlias = str | int | float | bool


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
