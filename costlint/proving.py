"""Proves rules by their own examples: a bad one fires, and with the change applied is silent and costs less; a good
one is silent. The saving a finding states must be the difference of two independent estimates of the whole stack."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from costlint import pipeline
from costlint.catalog import Catalog
from costlint.config import Config
from costlint.graph import View
from costlint.model import Diagnostic, Finding, Money, Stack, total
from costlint.policy import CheckResult, RuleSet, check, load_rules, read_rules, why_silent
from costlint.policy.ruleset import Source as RuleSource
from costlint.policy.schema import Example
from costlint.pricing import Pricer, price
from costlint.readers.gitops.kinds import deploys
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.settling import settle
from costlint.sources import MemorySource
from costlint.spelling import did_you_mean

_CENT = 0.005
_TERRAFORM = (".tf", ".tf.json", ".tofu")


class Proof(NamedTuple):
    """What one example of a rule showed; no `failures` if it is as it should be."""

    rule: str
    file: str
    example: int
    failures: tuple[str, ...]


def rules_in(path: Path | None = None) -> list[RuleSource]:
    """The rules of a file or folder, or the shipped ones. Raises RuleError."""
    return list(load_rules().sources) if path is None else list(read_rules(path))


def prove(sources: Iterable[RuleSource]) -> Iterator[Proof]:
    """Run every example of every rule. A rule without a bad and a good example has nothing to show for itself, and one
    that serves no practice, or is called like another, cannot be used."""
    catalogs: dict[date | None, Catalog] = {}
    taken: dict[str, RuleSource] = {name: each for each in load_rules().sources for name in _names(each)}
    for source in sources:
        if wrong := (*_of_no_practice(source), *_called_like_others(source, taken)):
            yield Proof(source.rule.id, source.file, 0, wrong)
        examples = [msgspec.convert(example, Example) for example in source.rule.examples]
        if not any(example.bad for example in examples) or not any(example.good for example in examples):
            yield Proof(source.rule.id, source.file, 0, ("needs at least one bad and one good example",))
        for number, example in enumerate(examples, 1):
            config = _config(source, example)
            catalog = catalogs.setdefault(config.as_of, Catalog(as_of=config.as_of))
            yield Proof(source.rule.id, source.file, number, tuple(_failures(source, example, config, catalog)))


def _names(source: RuleSource) -> tuple[str, str]:
    return source.rule.id, source.rule.name


def _of_no_practice(source: RuleSource) -> Iterator[str]:
    known = [practice.key for practice in Catalog().practices()]
    named = source.rule.practice
    if named not in known:
        hint = did_you_mean(named, known, f"; known are {', '.join(known)}")
        yield f'there is no practice "{named}"{hint}'


def _called_like_others(source: RuleSource, taken: dict[str, RuleSource]) -> Iterator[str]:
    """Ids and names that another rule has: one that is shipped, or one before it."""
    for name in _names(source):
        other = taken.setdefault(name, source)
        if other.rule != source.rule:
            yield f'"{name}" is already the rule {other.rule.id} ({other.file})'


def _failures(source: RuleSource, example: Example, config: Config, catalog: Catalog) -> Iterator[str]:
    rules = RuleSet([source])
    view, problems = _view(example, config, catalog)
    yield from problems
    checked = _checked(view, rules, config, catalog)
    findings = checked.findings
    if example.good:
        yield from (f"the good example fires: {finding.message}" for finding in findings)
        return
    yield from (diagnostic.message for diagnostic in checked.diagnostics)
    if not findings and not checked.diagnostics:
        why = why_silent(view, price(view, catalog), rules, pipeline.settings(config), catalog)
        yield f"the bad example does not fire: {why}"
    for finding in findings:
        yield from _broken_promises(finding, view, rules, config, catalog)


def _broken_promises(finding: Finding, view: View, rules: RuleSet, config: Config, catalog: Catalog) -> Iterator[str]:
    if finding.exposure is not None and finding.saving is None:
        return
    if finding.saving is None and _promises_no_price(rules):
        return
    if finding.saving is None:
        yield f"the bad example has no price: {'; '.join(finding.unpriced) or 'unpriced'}"
        return
    changed = view.patched(finding.patch)
    again = [one for one in _fired(changed, rules, config, catalog) if one.fingerprint == finding.fingerprint]
    if finding.patch.edits and again:
        yield "the changed example still fires"
    if finding.saving.likely <= _CENT:
        yield "the changed example is not cheaper"
    pools = {freed.pool for freed in finding.freed}
    before, after = _cost(view, catalog, pools), _cost(changed, catalog, pools)
    difference = before.likely - after.likely
    if not _usage_moves(rules) and abs(difference - finding.saving.likely) > _CENT:
        yield (
            f"states a saving of ${finding.saving.likely:.2f}, but the two stacks differ by ${difference:.2f} a month"
        )


def _promises_no_price(rules: RuleSet) -> bool:
    """True for rules about what no price read here tells."""
    (source,) = rules.sources
    return any("unpriced" in (source.rule.exposure, section.exposure) for _, section, _ in source.rule.sections())


def _fired(view: View, rules: RuleSet, config: Config, catalog: Catalog) -> tuple[Finding, ...]:
    return _checked(view, rules, config, catalog).findings


def _checked(view: View, rules: RuleSet, config: Config, catalog: Catalog) -> CheckResult:
    pricer = Pricer(catalog)
    return check(view, pricer(view), rules, pricer, pipeline.settings(config), catalog, repository=_at_large(rules))


def _view(example: Example, config: Config, catalog: Catalog) -> tuple[View, list[str]]:
    written = example.bad or example.good
    files = {_name(written): written} if isinstance(written, str) else written
    source = MemorySource(files)
    declared = any(name.endswith(_TERRAFORM) for name in files)
    stack = read_stack(TerraformFiles(source), "") if declared else Stack("", "kubernetes", "")
    problems: list[Diagnostic] = []
    for manifests in _manifests(source, files, problems):
        stack.resources += manifests.resources
        stack.suppressions += manifests.suppressions
        problems += manifests.diagnostics
    if deploys(stack):
        _put_in_stand_ins(source, stack)
    settle(stack, config, catalog)
    errors = [diagnostic for diagnostic in (*stack.diagnostics, *problems) if diagnostic.severity == "error"]
    return View(stack), [f"the example cannot be read: {diagnostic}" for diagnostic in errors]


def _manifests(source: MemorySource, files: Iterable[str], problems: list[Diagnostic]) -> list[Stack]:
    """The manifests of an example; they run on the cluster its Terraform declares, if it has any."""
    paths = [name for name in files if name.endswith((".yaml", ".yml"))]
    if not paths:
        return []
    from costlint.readers.kubernetes.read import read_stacks

    return read_stacks(source, paths, [""], problems)


def _put_in_stand_ins(source: MemorySource, stack: Stack) -> None:
    """Let the values of releases stand for their charts, which no example holds."""
    from costlint.readers.gitops.read import deployments
    from costlint.readers.gitops.stand_ins import stand_ins

    stand_ins(deployments(source, [stack], {}))


def _name(written: str) -> str:
    """What an example of one file is: Terraform, or a manifest if it begins like one."""
    return "manifest.yaml" if re.search(r"^apiVersion:", written, re.MULTILINE) else "main.tf"


def _config(source: RuleSource, example: Example) -> Config:
    settings = {"select": [source.rule.id], "profile": "audit", "environment": example.environment, **example.config}
    return msgspec.convert(settings, Config)


def _cost(view: View, catalog: Catalog, pools: Collection[str]) -> Money:
    """What a stack costs, with the shares of those pools a change frees something of."""
    estimates = price(view, catalog).values()
    shares = (part.monthly for each in estimates for part in each.components if part.allocated in pools)
    return total(estimate.monthly for estimate in estimates) + total(shares)


def _at_large(rules: RuleSet) -> bool:
    """True for a rule about a whole repository; its examples are one."""
    return any(source.rule.scope == "repository" for source in rules.sources)


def _usage_moves(rules: RuleSet) -> bool:
    """True for rules whose removed resources leave their usage cost to others: no estimate of the patched stack
    shows where it went."""
    (source,) = rules.sources
    return any(section.usage == "moves" for _, section, _ in source.rule.sections())
