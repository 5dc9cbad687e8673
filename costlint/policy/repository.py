"""Everything scanned as one stack, for rules that ask something once and not of each root (`scope: repository`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Environment, Estimate, Finding, Occurrence, Resource, Stack, StackResult
from costlint.policy.check import CheckResult, check
from costlint.policy.ruleset import RuleSet
from costlint.policy.settings import CheckSettings
from costlint.policy.subject import Pricer


def check_repository(
    deployed: Sequence[StackResult],
    rules: RuleSet,
    price: Pricer,
    settings: CheckSettings,
    catalog: Catalog,
    name: str,
) -> CheckResult:
    """What the rules about a whole repository say of these stacks. What they cost is that of the ones that count, for a
    section about one provider what that provider bills; what they have may be in any. `name` is what the repository is
    called in reports."""
    sections = [s for s in rules.stack_sections() if s.repository and settings.runs(s.rule)]
    if not sections or not any(result.estimates for result in deployed):
        return CheckResult()
    asked = {kind for section in sections for kind in _linked_types(section.source.match)}
    found: list[CheckResult] = []
    for provider in dict.fromkeys(section.source.provider for section in sections):
        stack, estimates = _together(deployed, asked, name, provider)
        if estimates:
            view = View(stack)
            one = check(view, estimates, rules, price, settings, catalog, repository=True, provider=provider)
            found.append(one)
    return CheckResult(
        findings=tuple(_occurring(each) for one in found for each in one.findings),
        held=tuple(each for one in found for each in one.held),
        suppressed=tuple(each for one in found for each in one.suppressed),
        beaten=tuple(_occurring(each) for one in found for each in one.beaten),
        diagnostics=tuple(dict.fromkeys(each for one in found for each in one.diagnostics)),
        used_suppressions=tuple(each for one in found for each in one.used_suppressions),
    )


def _together(
    deployed: Sequence[StackResult], asked: set[str], name: str, provider: str
) -> tuple[Stack, dict[str, Estimate]]:
    """One stack that stands for all, with the costliest resource of each provider and every resource of the types
    `asked` for; and the bills of everything (of one `provider` if it is not ""), those of what it leaves out under
    names no resource has."""
    bills: dict[str, Estimate] = {}
    foremost: dict[str, tuple[float, Resource, str]] = {}
    kept: list[Resource] = []
    for number, result in enumerate(deployed):
        for resource in result.stack.resources:
            if resource.type in asked:
                kept.append(resource)
            estimate = result.estimates.get(resource.address)
            if estimate is None or not result.counted or provider not in ("", resource.provider):
                continue
            key = f"{number} {resource.address}"
            bills[key] = estimate
            cost = estimate.monthly.likely
            if resource.provider not in foremost or cost > foremost[resource.provider][0]:
                foremost[resource.provider] = (cost, resource, key)
    for _, resource, key in foremost.values():
        bills[resource.address] = bills.pop(key)
    return _stack(deployed, [*kept, *(resource for _, resource, _ in foremost.values())], name), bills


def _stack(deployed: Sequence[StackResult], resources: list[Resource], name: str) -> Stack:
    stacks = [result.stack for result in deployed]
    environments = {(stack.environment.kind, stack.environment.name): stack.environment for stack in stacks}
    together = Stack(name=name, kind=stacks[0].kind, path="", directory=name, resources=resources)
    together.environment = next(iter(environments.values())) if len(environments) == 1 else Environment()
    together.outside = frozenset().union(*(stack.outside for stack in stacks))
    for stack in stacks:
        together.unresolved += stack.unresolved
        together.adapted += stack.adapted
        together.suppressions += stack.suppressions
        together.calls.update(stack.calls)
    return together


def _occurring(finding: Finding) -> Finding:
    stack, at_stake = finding.stack, finding.exposure
    one = Occurrence(stack, finding.environment, finding.addresses, finding.fingerprint, finding.saving, at_stake)
    return replace(finding, stacks=(one,))


def _linked_types(pattern: object) -> Iterator[str]:
    """The resource types that links in a pattern name, however deep."""
    if isinstance(pattern, dict):
        for key, value in pattern.items():
            if key in ("linked", "not_linked"):
                yield from _types_of(value)
            yield from _linked_types(value)
    elif isinstance(pattern, list):
        for item in pattern:
            yield from _linked_types(item)


def _types_of(links: object) -> Iterable[str]:
    for link in links if isinstance(links, list) else [links]:
        kinds = link.get("type", ()) if isinstance(link, dict) else ()
        yield from [kinds] if isinstance(kinds, str) else kinds
