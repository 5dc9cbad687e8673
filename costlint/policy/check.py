"""The rule engine on one page: find → bundle → price → word → total."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Diagnostic, Estimate, Finding, Suppression, Totals
from costlint.policy.bundles import bundles, problem
from costlint.policy.counterfactual import Consulted
from costlint.policy.find import find
from costlint.policy.findings import Assembler, Priced
from costlint.policy.reading import PatternError
from costlint.policy.rivals import without_rivals
from costlint.policy.ruleset import RuleSet
from costlint.policy.settings import CheckSettings
from costlint.policy.subject import Context, Pricer
from costlint.policy.suppress import Suppressions, review
from costlint.policy.totals import totals


class CheckResult(Struct, frozen=True):
    """What the rules say about one stack. `awaiting_environment` counts resources about which a rule would speak if
    their environment were known."""

    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    totals: Totals = field(default_factory=Totals)
    awaiting_environment: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    used_suppressions: tuple[Suppression, ...] = ()


def check(
    view: View,
    estimates: Mapping[str, Estimate],
    rules: RuleSet,
    price: Pricer,
    settings: CheckSettings,
    catalog: Catalog,
) -> CheckResult:
    """Run the rules over a stack. `estimates` are those of every resource as the stack stands; `price(view,
    addresses)` gives estimates in patched views. Raises RuleError for a rule that cannot be compiled."""
    context = Context(view, estimates, catalog, settings.today, settings.values, price)
    found = find(context, rules, settings)
    suppressions = Suppressions(view.stack, settings.today)
    consulted = Consulted(estimates)
    assembler = Assembler(context, settings, consulted, price)
    problems: list[Diagnostic] = []
    priced: list[Priced] = []
    for bundle in bundles(found.matches, settings, suppressions, problems):
        try:
            result = assembler.finding(bundle)
        except PatternError as error:
            problems.append(problem(bundle.matches[0], error))
            continue
        if result is not None and not _too_small(result.finding, settings):
            priced.append(result)
    priced.sort(key=lambda one: (-one.finding.worth, one.finding.rule.id, one.finding.span, one.finding.addresses))
    active = without_rivals(one for one in priced if not one.finding.suppressed)
    return CheckResult(
        findings=tuple(one.finding for one in active),
        suppressed=tuple(one.finding for one in priced if one.finding.suppressed),
        totals=totals(active, context, consulted, price),
        awaiting_environment=len(found.awaiting),
        diagnostics=(*problems, *review(view.stack, rules, settings)),
        used_suppressions=tuple(suppressions.used),
    )


def _too_small(finding: Finding, settings: CheckSettings) -> bool:
    return finding.saving is not None and finding.saving.likely < settings.min_saving
