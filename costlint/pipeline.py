"""The whole program on one page: discover → read → link → price → check → report."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from costlint import __version__
from costlint.catalog import Catalog
from costlint.config import Config, ConfigError
from costlint.graph import View
from costlint.model import (
    Diagnostic,
    Estimate,
    Finding,
    Report,
    Stack,
    StackResult,
    Suppression,
    Totals,
    total,
)
from costlint.model.currency import USD, showing
from costlint.opening import open_catalog, opened
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
from costlint.settling import settle
from costlint.spelling import asked
from costlint.stacks import Progress, Tree, silent, stacks_at
from costlint.tallying import coverage_of, sum_of

if TYPE_CHECKING:
    from costlint.baseline import Baseline
    from costlint.prices import Paying
    from costlint.sizing.names import Names
    from costlint.usage import Usage


def scan(
    paths: Sequence[str], config: Config, progress: Progress | None = None, trees: Sequence[Tree] | None = None
) -> Report:
    """Read everything at `paths` and report what it costs and what wastes money. `trees` take the place of the files on
    disk (those of a commit).

    Raises ConfigError and RuleError for settings and rules that cannot be used; anything wrong with what is at the
    paths becomes a diagnostic of the report.
    """
    started = time.perf_counter()
    catalog, paying = opened(config)
    price = Pricer(catalog)
    rules = load_rules(config.rule_paths)
    baseline = _baseline(config, paths)
    chosen = settings(config)
    if baseline is not None:
        chosen = replace(chosen, baseline=baseline.accepts)
    check_names(config, rules)
    results: list[StackResult] = []
    checks: dict[int, CheckResult] = {}
    diagnostics: list[Diagnostic] = []
    written: list[Suppression] = []
    used: list[Suppression] = []
    with _collector_paused(), showing(paying.currency if paying else USD):
        priced = _priced(paths, config, catalog, price, diagnostics, progress or silent, trees=trees)
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
    report = replace(
        _report(paths, config, said.results, diagnostics, started, paying),
        findings=(*said.findings, *at_large.findings),
        profile=config.profile,
        suppressed=(*merged(results, lambda result: checks[id(result.stack)].suppressed), *at_large.suppressed),
        beaten=(*_beaten(deployed, checks, chosen), *at_large.beaten),
        left_out=said.left_out,
    )
    if baseline is not None:
        report = replace(report, baseline=baseline.use(report, whole=_covers_configuration(paths, config)))
    if config.guard_rails:
        from costlint.guardrails.reported import rails_of

        report = replace(report, rails=rails_of(report, config))
    return report


def estimate(
    paths: Sequence[str], config: Config, progress: Progress | None = None, *, watched: bool = False
) -> Report:
    """Read everything at `paths` and report what it costs; no rule is run. `watched`: resources remember which
    assumptions their price rests on (`Resource.usage`). Raises ConfigError."""
    started = time.perf_counter()
    catalog, paying = opened(config)
    price = Pricer(catalog)
    results: list[StackResult] = []
    diagnostics: list[Diagnostic] = []
    with _collector_paused():
        for view, estimates in _priced(paths, config, catalog, price, diagnostics, progress or silent, watched):
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
        for stack, label in stacks_at(paths, config, [], silent):
            settle(stack, config, catalog, label)
            found.append(stack)
    return found


def _baseline(config: Config, paths: Sequence[str]) -> Baseline | None:
    """The baseline of a run, None if there is none. Raises ConfigError for one that cannot be used."""
    if not config.use_baseline or not config.baseline:
        return None
    from costlint.baseline import Baseline, baseline_file, read_baseline

    path, base = baseline_file(config, paths)
    return Baseline(read_baseline(path, os.path.relpath(path)), path, base) if path.is_file() else None


def _priced(
    paths: Sequence[str],
    config: Config,
    catalog: Catalog,
    price: Pricer,
    diagnostics: list[Diagnostic],
    tell: Progress,
    watched: bool = False,
    trees: Sequence[Tree] | None = None,
) -> Iterator[tuple[View, dict[str, Estimate]]]:
    """Every stack at the paths, settled and priced. What is to be said about reading them, and about the usage file
    once the last one is done, goes to `diagnostics`."""
    usage = _usage(config.usage_file, catalog) if config.usage_file else None
    for stack, label in stacks_at(paths, config, diagnostics, tell, trees):
        settle(stack, config, catalog, label)
        if usage is not None:
            usage.settle(stack)
        if watched:
            from costlint.usage import watch

            watch(stack)
        view = View(stack)
        estimates = price(view)
        diagnostics.extend(stack.diagnostics)
        yield view, estimates
    if usage is not None:
        diagnostics.extend(usage.diagnostics())


def _usage(file: str, catalog: Catalog) -> Usage:
    from costlint.usage import Usage, read_usage

    return Usage(read_usage(file), catalog)


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
        totals=sum_of(result.totals for result in billed),
        coverage=coverage_of(billed, len(results) - len(deployed), len(deployed) - len(billed)),
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


def _beaten(
    deployed: Sequence[StackResult], checks: Mapping[int, CheckResult], chosen: CheckSettings
) -> Iterator[Finding]:
    """What a better finding takes the place of in each stack, those of several stacks as one: what is accepted in one
    of them may not be in another."""
    for accepted, cash in ((False, chosen.cash), (True, None)):

        def found(result: StackResult, accepted: bool = accepted) -> Iterator[Finding]:
            return (one for one in checks[id(result.stack)].beaten if bool(one.suppressed) is accepted)

        yield from merged(deployed, found, cash)


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
                hint = asked(rules.near(selector), "; costlint rules list names them all")
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
        model_names=own_models(config),
    )


def own_models(config: Config) -> Names | None:
    """What names of models mean where the configuration declares some, None where it does not. Raises ConfigError."""
    if not config.models:
        return None
    from costlint.sizing.names import Names
    from costlint.sizing.own import BadModel, models_of

    try:
        return Names(models_of(config))
    except BadModel as error:
        raise ConfigError(str(error), config.file) from error


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
