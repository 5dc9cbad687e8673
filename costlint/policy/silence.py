"""Why a rule says nothing about a stack, for those who write rules."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Estimate
from costlint.policy.find import find
from costlint.policy.ruleset import RuleSet
from costlint.policy.settings import CheckSettings
from costlint.policy.subject import Context


def why_silent(
    view: View, estimates: Mapping[str, Estimate], rules: RuleSet, settings: CheckSettings, catalog: Catalog
) -> str:
    """The nearest reason why none of the rules has a finding, as a clause after a colon."""
    if not view.resources:
        return "there are no resources"
    kinds = {kind for kind in view.types if rules.sections(kind)}
    if not kinds and not rules.stack_sections():
        return f"it is about none of {', '.join(sorted(view.types))}"
    at_large = any(section.repository for section in rules.stack_sections())
    context = Context(view, estimates, catalog, settings.today, settings.values, memory=settings.memory)
    found = find(context, rules, settings, repository=at_large)
    if found.matches:
        known = (estimates.get(match.address) for match in found.matches)
        reasons = dict.fromkeys(reason for estimate in known if estimate for reason in estimate.unpriced)
        if reasons:
            return f"it matches, but what the change saves has no price ({'; '.join(reasons)})"
        return "it matches, but the change saves nothing or there is none to make"
    if found.awaiting:
        return "it would match if the environment were known"
    return "the pattern does not match, or rests on something unknown"
