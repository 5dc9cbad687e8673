"""The whole program on one page: discover → read → link → price → check → report."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from costlint import __version__
from costlint.catalog import Catalog
from costlint.catalog.updates import FOLDER
from costlint.config import Config, ConfigError, EnvironmentLabel
from costlint.graph import View
from costlint.model import (
    Coverage,
    Diagnostic,
    Estimate,
    Report,
    Stack,
    StackResult,
    Suppression,
    Totals,
    total,
)
from costlint.model.currency import USD, showing
from costlint.policy import (
    CheckResult,
    CheckSettings,
    RuleSet,
    check,
    check_repository,
    counted,
    in_force,
    load_rules,
    merged,
    review_waivers,
    told,
    unused_suppressions,
)
from costlint.pricing import Pricer
from costlint.readers.deployments import Deployments
from costlint.readers.discover import Inputs, discover
from costlint.readers.gitops.kinds import deploys
from costlint.readers.missing import MissingInputs, missing_note
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.plans.plan import read_plan
from costlint.readers.terraform.read import read_stack
from costlint.readers.terragrunt import read_unit
from costlint.settling import check_regions, environment_of, settle
from costlint.sources import Source, SourceError, cache_directory, open_directory
from costlint.usage import Usage, read_usage, watch

if TYPE_CHECKING:
    from costlint.prices import Paying
    from costlint.readers.gitops.deployments import Deployment

Progress: TypeAlias = Callable[[str, int, int], None]


def scan(paths: Sequence[str], config: Config, progress: Progress | None = None) -> Report:
    """Read everything at `paths` and report what it costs and what wastes money.

    Raises ConfigError and RuleError for settings and rules that cannot be used; anything wrong with what is at the
    paths becomes a diagnostic of the report.
    """
    started = time.perf_counter()
    catalog, paying = _opened(config)
    price = Pricer(catalog)
    rules = load_rules(config.rule_paths)
    chosen = settings(config)
    check_names(config, rules)
    results: list[StackResult] = []
    checks: dict[int, CheckResult] = {}
    diagnostics: list[Diagnostic] = []
    written: list[Suppression] = []
    used: list[Suppression] = []
    with _collector_paused(), showing(paying.currency if paying else USD):
        priced = _priced(paths, config, catalog, price, diagnostics, progress or _silent)
        if paying is not None:  # what a commitment covers is known once everything is priced
            together = list(priced)
            paying.settle(counted((_bill(*one) for one in together), config.include_libraries))
            chosen = replace(chosen, own_prices=True, cash=paying.cash, commitments=paying.commitments)
            priced = iter(together)
        for view, estimates in priced:
            stack = view.stack
            checked = checks[id(stack)] = check(view, estimates, rules, price, chosen, catalog)
            awaiting = checked.awaiting_environment
            results.append(StackResult(stack, estimates, tuple(checked.findings), checked.totals, awaiting))
            diagnostics.extend(checked.diagnostics)
            written.extend(stack.suppressions)
            used.extend(checked.used_suppressions)
        results = counted(results, config.include_libraries)
        deployed = _deployed(results, config)
        at_large = check_repository(deployed, rules, price, chosen, catalog, ", ".join(paths))
        said = told(results, deployed, checks, chosen)
    diagnostics.extend(at_large.diagnostics)
    diagnostics.extend(unused_suppressions(written, (*used, *at_large.used_suppressions), rules, chosen))
    if config.waivers:
        every = (each for one in (*checks.values(), at_large) for each in (*one.findings, *one.held, *one.suppressed))
        met = {finding.fingerprint for finding in every}
        whole = _covers_configuration(paths, config)
        diagnostics.extend(review_waivers(config.waivers, met, config.file, rules, chosen, whole=whole))
    return replace(
        _report(paths, config, said.results, diagnostics, started, paying),
        findings=(*said.findings, *at_large.findings),
        suppressed=(*merged(results, lambda result: checks[id(result.stack)].suppressed), *at_large.suppressed),
        left_out=said.left_out,
    )


def estimate(
    paths: Sequence[str], config: Config, progress: Progress | None = None, *, watched: bool = False
) -> Report:
    """Read everything at `paths` and report what it costs; no rule is run. `watched`: resources remember which
    assumptions their price rests on (`Resource.usage`). Raises ConfigError."""
    started = time.perf_counter()
    catalog, paying = _opened(config)
    price = Pricer(catalog)
    results: list[StackResult] = []
    diagnostics: list[Diagnostic] = []
    with _collector_paused():
        for view, estimates in _priced(paths, config, catalog, price, diagnostics, progress or _silent, watched):
            results.append(_bill(view, estimates))
    results = counted(results, config.include_libraries)
    if paying is not None:
        paying.settle(results)
    return _report(paths, config, results, diagnostics, started, paying)


def survey(paths: Sequence[str], config: Config) -> list[Stack]:
    """Every stack at `paths` as it is read, with its environment; nothing is priced or checked. Raises ConfigError."""
    catalog = open_catalog(config)
    found: list[Stack] = []
    with _collector_paused():
        for stack, label in _stacks(paths, config, [], _silent):
            settle(stack, config, catalog, label)
            found.append(stack)
    return found


def open_catalog(config: Config) -> Catalog:
    """The shipped prices and, unless the configuration says otherwise, what the user has fetched since and their own
    over it. Raises ConfigError for a price file that cannot be used."""
    return _opened(config)[0]


def _opened(config: Config) -> tuple[Catalog, Paying | None]:
    catalog, paying = _kept(config)
    check_regions(config, catalog)
    return catalog, paying


def _kept(config: Config) -> tuple[Catalog, Paying | None]:
    try:
        fetched = cache_directory() / FOLDER if config.user_prices else None
    except SourceError:  # nowhere to keep anything, so nothing was fetched
        fetched = None
    if not config.price_files and not config.commitments:
        return Catalog(as_of=config.as_of, fetched=fetched), None
    from costlint.prices import Paying

    paying = Paying(config, fetched)
    return paying.catalog, paying


def _priced(
    paths: Sequence[str],
    config: Config,
    catalog: Catalog,
    price: Pricer,
    diagnostics: list[Diagnostic],
    tell: Progress,
    watched: bool = False,
) -> Iterator[tuple[View, dict[str, Estimate]]]:
    """Every stack at the paths, settled and priced. What is to be said about reading them, and about the usage file
    once the last one is done, goes to `diagnostics`."""
    usage = Usage(read_usage(config.usage_file), catalog) if config.usage_file else None
    for stack, label in _stacks(paths, config, diagnostics, tell):
        settle(stack, config, catalog, label)
        if usage is not None:
            usage.settle(stack)
        if watched:
            watch(stack)
        view = View(stack)
        estimates = price(view)
        diagnostics.extend(stack.diagnostics)
        yield view, estimates
    if usage is not None:
        diagnostics.extend(usage.diagnostics())


def _report(
    paths: Sequence[str],
    config: Config,
    results: list[StackResult],
    diagnostics: list[Diagnostic],
    started: float,
    paying: Paying | None,
) -> Report:
    """The report of stacks that are counted already, without findings."""
    if paying is not None:
        diagnostics.extend(paying.diagnostics())
    billed = [result for result in results if result.counted]
    deployed = _deployed(results, config)
    report = Report(
        version=__version__,
        paths=tuple(paths),
        stacks=tuple(results),
        findings=(),
        totals=_sum(result.totals for result in billed),
        coverage=_coverage(billed, len(results) - len(deployed), len(deployed) - len(billed)),
        diagnostics=tuple(dict.fromkeys(diagnostics)),
        seconds=time.perf_counter() - started,
    )
    return report if paying is None else paying.report(report)


def _bill(view: View, estimates: Mapping[str, Estimate]) -> StackResult:
    """A stack with what it costs, nothing proposed."""
    cost = total(estimate.monthly for estimate in estimates.values())
    partial = view.stack.read_in_part or any(estimate.unpriced for estimate in estimates.values())
    return StackResult(view.stack, estimates, (), Totals(cost, cost, partial=partial))


def _deployed(results: Iterable[StackResult], config: Config) -> list[StackResult]:
    return [result for result in results if config.include_libraries or not result.stack.library]


def _covers_configuration(paths: Sequence[str], config: Config) -> bool:
    """Whether everything below the configuration file is at the paths, and every rule of the profile runs."""
    base = PurePath(config.base) if config.base else None
    above = () if base is None or config.select else (base, *base.parents)
    return any(PurePath(os.path.realpath(path)) in above for path in paths)


def check_names(config: Config, rules: RuleSet) -> None:
    """Raises ConfigError if a setting names a rule that does not exist: a misspelt one would silently do nothing."""
    named = {"select": config.select, "ignore": config.ignore, "severity": tuple(config.severity)}
    for place, selectors in [
        *named.items(),
        *((f"per_path {each.path}", (*each.select, *each.ignore, *each.severity)) for each in config.per_path),
    ]:
        for selector in selectors:
            if not rules.named(selector):
                near = rules.near(selector)
                hint = f"; did you mean {' or '.join(near)}?" if near else "; costlint rules list names them all"
                raise ConfigError(f'{place}: there is no rule "{selector}"{hint}', config.file)


def settings(config: Config) -> CheckSettings:
    """What the rule engine needs to know of the configuration."""
    return CheckSettings(
        profile=config.profile,
        select=config.select,
        ignore=config.ignore,
        severity=config.severity,
        per_path=config.settings_for,
        min_saving=config.min_saving,
        required_tags=config.required_tags,
        allowed_regions=config.allowed_regions,
        budget=config.budget,
        commitments=config.commitments,
        as_of=config.as_of,
        waived=in_force(config.waivers, config.as_of or date.today(), config.file),
    )


def _stacks(
    paths: Sequence[str], config: Config, diagnostics: list[Diagnostic], tell: Progress
) -> Iterator[tuple[Stack, EnvironmentLabel]]:
    """Every stack at the paths, one after the other, with the environment the configuration says it is deployed to.
    What cannot be read is told in `diagnostics`. Manifests wait for all of Terraform: they may run on a cluster it
    declares."""
    for source, selected in _sources(paths, diagnostics):
        every, manifests, _ = _of_source(source, selected, config, diagnostics, tell)
        yield from _on_clusters(manifests, every, config) if manifests else every


def charts_asked_for(source: Source, selected: Sequence[str], config: Config) -> list[Deployment]:
    """The charts from elsewhere that something at the selected paths of a source deploys."""
    found = _of_source(source, selected, config, [], _silent)[2]
    return [one for one in found if one.path is None and one.chart and one.packaged]


def _of_source(
    source: Source, selected: Sequence[str], config: Config, diagnostics: list[Diagnostic], tell: Progress
) -> tuple[list[tuple[Stack, EnvironmentLabel]], list[Stack], list[Deployment]]:
    """What Terraform declares, what manifests, overlays and charts make, and what any of these say is deployed."""
    process = {name: text for name, text in os.environ.items() if name.startswith(("TF_VAR_", "TF_DATA_DIR"))}
    files = TerraformFiles(source, config.modules)
    deployments = Deployments(files, config, process if config.tf_var_env else {})
    inputs = discover(source, selected, files, deployments.is_named, deployments.options.environment)
    diagnostics.extend(inputs.diagnostics)
    declared = list(_declared(source, files, deployments, inputs, diagnostics, tell))
    stacks = [stack for stack, _ in declared]
    manifests = _manifests(source, selected, inputs, diagnostics)
    if not inputs.charts and not any(map(deploys, (*stacks, *manifests))):
        return declared, manifests, []
    from costlint.readers.gitops.read import read_deployed

    found = read_deployed(source, selected, inputs, config, stacks, manifests, diagnostics)
    return declared, found.stacks, found.deployments


def _manifests(source: Source, selected: Sequence[str], inputs: Inputs, diagnostics: list[Diagnostic]) -> list[Stack]:
    """The stacks overlays make, and manifests that belong to none."""
    found: list[Stack] = []
    plain = inputs.manifests
    if inputs.kustomizations:
        from costlint.readers.kustomize import read_overlays

        overlays = read_overlays(source, inputs.kustomizations, selected, diagnostics)
        found += overlays.stacks
        plain = [path for path in plain if path not in overlays.read]
    if plain:
        from costlint.readers.kubernetes.read import read_stacks

        found += read_stacks(source, plain, selected, diagnostics)
    return found


def _declared(
    source: Source,
    files: TerraformFiles,
    deployments: Deployments,
    inputs: Inputs,
    diagnostics: list[Diagnostic],
    tell: Progress,
) -> Iterator[tuple[Stack, EnvironmentLabel]]:
    """The stacks Terraform and Terragrunt declare."""
    steps = len(inputs.roots) + len(inputs.units) + len(inputs.plans)
    for done, root in enumerate(inputs.roots):
        tell(root.path or ".", done, steps)
        alike: list[Stack] = []
        for deployment in deployments.of(root, diagnostics):
            stack = read_stack(files, root.path, deployment.options)
            stack.library, stack.why, stack.alternative = root.library, root.why, deployment.alternative
            alike.append(stack)
            yield stack, deployment.environment
        diagnostics.extend(filter(None, [missing_note(alike)]))
    lacking = MissingInputs()
    for done, unit in enumerate(inputs.units, len(inputs.roots)):
        tell(unit.path or ".", done, steps)
        stack = read_unit(files, unit, deployments.options)
        lacking.add(stack)
        yield stack, EnvironmentLabel()
    diagnostics.extend(lacking.notes())
    for done, path in enumerate(inputs.plans, steps - len(inputs.plans)):
        tell(path, done, steps)
        yield read_plan(source, path, files), EnvironmentLabel()


def _on_clusters(
    manifests: list[Stack], declared: list[tuple[Stack, EnvironmentLabel]], config: Config
) -> Iterator[tuple[Stack, EnvironmentLabel]]:
    """The stacks with the manifests that run on their clusters, then the manifests nothing says that of."""
    from costlint.readers.kubernetes.deploying import Host, deployed

    hosts = [Host(stack, environment_of(stack, config, label)) for stack, label in declared]
    staying = deployed(manifests, hosts, config, lambda stack: environment_of(stack, config))
    yield from declared
    yield from ((stack, EnvironmentLabel()) for stack in staying)


def _sources(paths: Sequence[str], diagnostics: list[Diagnostic]) -> Iterable[tuple[Source, list[str]]]:
    """One source for each tree the paths lie in, with the paths inside it. A tree inside another is part of that."""
    opened: list[tuple[Source, str]] = []
    for path in paths:
        try:
            opened.append(open_directory(path))
        except SourceError as error:
            diagnostics.append(Diagnostic("error", error.about(path), path))
    roots = {PurePath(source.label): source for source, _ in opened}
    trees: dict[str, tuple[Source, list[str]]] = {}
    for source, selected in opened:
        root = PurePath(source.label)
        outermost = next(above for above in (*reversed(root.parents), root) if above in roots)
        inside = (root / selected).relative_to(outermost).as_posix()
        trees.setdefault(str(outermost), (roots[outermost], []))[1].append("" if inside == "." else inside)
    return trees.values()


def _sum(parts: Iterable[Totals]) -> Totals:
    """The totals of several stacks that are all deployed."""
    many = list(parts)
    phases: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    for part in many:
        phases.update(part.by_phase)
        categories.update(part.by_category)
    return Totals(
        current=total(part.current for part in many),
        proposed=total(part.proposed for part in many),
        saving=total(part.saving for part in many),
        freed=total(part.freed for part in many),
        assumed=sum(part.assumed for part in many),
        by_phase=dict(phases),
        by_category=dict(categories),
        partial=any(part.partial for part in many),
    )


def _coverage(results: Sequence[StackResult], libraries: int, alternatives: int) -> Coverage:
    estimates: list[Estimate] = [e for result in results for e in result.estimates.values()]
    reasons = Counter(reason for e in estimates if not e.unknown for reason in set(e.unpriced))
    kinds = Counter(map(_kind, estimates))
    return Coverage(
        resources=len(estimates),
        priced=kinds["priced"],
        free=kinds["free"],
        unpriced=dict(reasons.most_common()),
        unknown=kinds["unknown"],
        unresolved_modules=sum(len(result.stack.unresolved) for result in results),
        adapted_modules=sum(len(result.stack.adapted) for result in results),
        libraries=libraries,
        alternatives=alternatives,
        awaiting_environment=sum(result.awaiting for result in results),
        in_part=sum(1 for e in estimates if e.components and e.unpriced and not e.free),
    )


def _kind(estimate: Estimate) -> str:
    """What coverage counts a resource as. One priced in part is priced, and counted again as that."""
    if estimate.free:
        return "free"
    if estimate.components or not estimate.unpriced:
        return "priced"
    return "unknown" if estimate.unknown else "unpriced"


@contextmanager
def _collector_paused() -> Iterator[None]:
    """The cyclic collector would walk millions of live tuples again and again while reading; nothing here is cyclic
    garbage, so it rests until the report is done."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _silent(step: str, done: int, of: int) -> None:
    """Progress nobody asked for."""
