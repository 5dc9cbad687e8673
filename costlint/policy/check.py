"""The rule engine on one page: find → bundle → price → word → total."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from msgspec import Struct, field

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Diagnostic, Estimate, Finding, Suppression, Totals
from costlint.policy.bundles import bundles, problem
from costlint.policy.counterfactual import Consulted
from costlint.policy.find import find
from costlint.policy.findings import Assembler, Priced
from costlint.policy.quiet import enough, held
from costlint.policy.reading import PatternError
from costlint.policy.rivals import best_and_beaten
from costlint.policy.ruleset import RuleSet
from costlint.policy.settings import CheckSettings
from costlint.policy.subject import Context, Pricer
from costlint.policy.suppress import Suppressions, review
from costlint.policy.totals import totals


class CheckResult(Struct, frozen=True):
    """What the rules say about one stack. `held` are findings that are left to the audit profile, `beaten` those a
    better one takes the place of: one that is told, or one that is accepted in the same place as they are. The totals
    are those of the findings that reach the least saving by themselves; `totals_of` gives those of any others, asked
    for by fingerprint. `awaiting_environment` counts resources about which a rule would speak if their environment were
    known."""

    findings: tuple[Finding, ...] = ()
    held: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    beaten: tuple[Finding, ...] = ()
    totals: Totals = field(default_factory=Totals)
    totals_of: Callable[[Collection[str]], Totals] | None = None
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
    *,
    repository: bool = False,
    provider: str | None = None,
) -> CheckResult:
    """Run the rules over a stack; of a whole `repository`, those with that scope alone, and unless it is None only what
    they say of one `provider` ("": of all of them together). `estimates` are those of every
    resource as the stack stands; `price(view, addresses)` gives estimates in patched views. Raises RuleError for a
    rule that cannot be compiled."""
    context = Context(view, estimates, catalog, settings.today, settings.values, price, settings.memory)
    found = find(context, rules, settings, repository=repository, provider=provider)
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
        if result is not None:
            priced.append(result)
    priced.sort(key=lambda one: (-one.finding.worth, one.finding.rule.id, one.finding.span, one.finding.addresses))
    open_ones = [one for one in priced if not one.finding.suppressed]
    accepted = [one for one in priced if one.finding.suppressed]
    active, beaten = best_and_beaten(one for one in open_ones if not held(one.finding, settings))
    certain = [one for one in active if enough(one.finding, settings)]

    def totals_of(fingerprints: Collection[str]) -> Totals:
        chosen = (one for one in active if one.finding.fingerprint in fingerprints)
        return totals(chosen, context, consulted, price, settings)

    return CheckResult(
        findings=tuple(one.finding for one in active),
        held=tuple(one.finding for one in open_ones if held(one.finding, settings)),
        suppressed=_told_apart(accepted),
        beaten=_told_apart((*beaten, *_beaten_together(accepted))),
        totals=totals(certain, context, consulted, price, settings),
        totals_of=totals_of if active else None,
        awaiting_environment=len(found.awaiting),
        diagnostics=(*problems, *review(view.stack, rules, settings)),
        used_suppressions=tuple(suppressions.used),
    )


def _told_apart(priced: Iterable[Priced]) -> tuple[Finding, ...]:
    """One finding of each fingerprint, the first: several cases of a rule may be about one thing."""
    found: dict[str, Finding] = {}
    for one in priced:
        found.setdefault(one.finding.fingerprint, one.finding)
    return tuple(found.values())


def _beaten_together(accepted: Iterable[Priced]) -> Iterator[Priced]:
    """The accepted findings that a better one takes the place of which is accepted in the same place."""
    places: dict[str, list[Priced]] = {}
    for one in accepted:
        places.setdefault(one.finding.acceptance.place if one.finding.acceptance else "", []).append(one)
    for there in places.values():
        yield from best_and_beaten(there)[1]
