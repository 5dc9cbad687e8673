"""Where rules match: every rule on every resource of its types, shared answers computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from costlint.model import (
    Environment,
    EnvironmentKind,
    Path,
    RemoveResource,
    Resource,
    is_unknown,
)
from costlint.policy.compiling import Section
from costlint.policy.grouping import grouped
from costlint.policy.match import Element, elements_at
from costlint.policy.operators import SubjectTest
from costlint.policy.ruleset import RuleSet
from costlint.policy.settings import CheckSettings
from costlint.policy.subject import Context, Subject
from costlint.policy.verdict import Verdict, all_of

_KINDS: tuple[EnvironmentKind, ...] = ("prod", "nonprod")


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that fires on a subject. For groups `removed` are the edits (all but the kept ones go), and `kept` the
    addresses that stay."""

    section: Section
    subject: Subject
    removed: tuple[RemoveResource, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return self.subject.resource.address


@dataclass(slots=True)
class Found:
    """Matches in rule order, and the addresses where only the environment is missing for a rule to speak."""

    matches: list[Match]
    awaiting: set[str]


def find(context: Context, rules: RuleSet, settings: CheckSettings) -> Found:
    """Every match of the rules that run."""
    found = Found([], set())
    for kind in context.view.types:
        sections = [section for section in rules.sections(kind) if settings.runs(section.rule)]
        if not sections:
            continue
        resources = [resource for resource in context.view.of_type(kind) if not is_unknown(resource.exists)]
        for section in sections:
            _find(section, resources, context, found)
    stack_sections = [section for section in rules.stack_sections() if settings.runs(section.rule)]
    if stack_sections:
        _find_stack(stack_sections, context, found)
    return found


def _find(section: Section, resources: list[Resource], context: Context, found: Found) -> None:
    matches: list[Match] = []
    source = section.source
    shared: dict[tuple[object, ...], tuple[list[Element], bool]] = {}
    local = section.local
    for resource in resources:
        subject = Subject(resource, context, source.shape, source.support)
        if local:
            key = (
                id(resource.attributes),
                id(resource.tags),
                id(resource.defaults),
                resource.region,
                resource.environment,
            )
            answer = shared.get(key)
            if answer is None:
                answer = shared[key] = hits(section, subject)
        else:
            answer = hits(section, subject)
        elements, awaits = answer
        if awaits:
            found.awaiting.add(resource.address)
        matches.extend(
            Match(section, subject.at(element.value, element.path) if section.each else subject) for element in elements
        )
    if section.group is not None:
        matches = [
            Match(section, group.subject, group.removed, group.kept)
            for group in grouped(section.group, [match.subject for match in matches])
        ]
    found.matches.extend(matches)


def _find_stack(sections: Iterable[Section], context: Context, found: Found) -> None:
    resources = context.view.resources
    if not resources:
        return
    costliest = max(resources.values(), key=_cost(context))
    for section in sections:
        subject = Subject(costliest, context, stack=True)
        elements, awaits = hits(section, subject)
        if awaits:
            found.awaiting.add("")
        if elements:
            found.matches.append(Match(section, subject))


def _cost(context: Context) -> Callable[[Resource], float]:
    def cost(resource: Resource) -> float:
        estimate = context.estimates.get(resource.address)
        return estimate.monthly.likely if estimate else 0.0

    return cost


_WHOLE = Element({}, ())


def hits(section: Section, subject: Subject) -> tuple[list[Element], bool]:
    """The elements of a subject on which a section fires (the whole subject if it has no `each`), and whether it
    would fire if only the environment were known."""
    allowed = section.environment(subject) if section.environment else True
    if allowed is False:
        return [], False
    if section.when is not None and section.when.test(subject) is False:
        return [], False
    if section.each:
        elements, _ = elements_at(subject.resource.attributes, section.each)
    else:
        elements = [_WHOLE]
    fired, awaits = [], False
    for element in elements:
        inner = subject.at(element.value, element.path) if section.each else subject
        verdict = _verdict(section, subject, inner)
        if verdict is True and allowed is True:
            fired.append(element)
        elif verdict is True or (verdict is None and _awaits(section, subject, inner)):
            awaits = True
    return fired, awaits


def _verdict(section: Section, subject: Subject, inner: Subject) -> Verdict:
    tests: list[tuple[SubjectTest, Subject]] = [(section.match.test, inner)]
    if section.when is not None:
        tests.append((section.when.test, subject))
    return all_of(test(on) for test, on in tests)


def _awaits(section: Section, subject: Subject, inner: Subject) -> bool:
    """Whether a pattern that cannot be told would hold in one of the environments."""
    before = subject.environment
    if before.kind is not None or not section.needs_environment:
        return False
    try:
        for kind in _KINDS:
            subject.environment = inner.environment = Environment(kind, before.name)
            if _verdict(section, subject, inner) is True:
                return True
    finally:
        subject.environment = inner.environment = before
    return False


def still_matches(section: Section, address: str, path: Path, context: Context) -> bool:
    """Whether a section fires on this resource (at this element) in another view."""
    resource = context.view.get(address)
    if resource is None:
        return False
    subject = Subject(resource, context, section.source.shape, section.source.support, stack=section.stack)
    elements, _ = hits(section, subject)
    return any(element.path == path for element in elements)
