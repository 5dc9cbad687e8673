"""Where rules match: every rule on every resource of its types, shared answers computed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from costlint.clusters.workloads import is_workload, pod_groups
from costlint.model import (
    Environment,
    EnvironmentKind,
    Path,
    RemoveResource,
    Resource,
    is_unknown,
)
from costlint.model.verdicts import Verdict, all_of
from costlint.policy.compiling import Section
from costlint.policy.grouping import grouped
from costlint.policy.match import Element, elements_at
from costlint.policy.ruleset import RuleSet
from costlint.policy.settings import CheckSettings
from costlint.policy.subject import Context, Subject

Answer: TypeAlias = tuple[list[Element], bool]

_WHOLE = Element({}, ())
_FIRES: Answer = ([_WHOLE], False)
_SILENT: Answer = ([], False)
_KINDS: tuple[EnvironmentKind, ...] = ("prod", "nonprod")


class Match(Struct, frozen=True):
    """A rule that fires on a subject. For groups `removed` are the edits (all but the kept ones go), and `kept` the
    addresses that stay; or all of a group is changed `together`."""

    section: Section
    subject: Subject
    removed: tuple[RemoveResource, ...] = ()
    kept: tuple[str, ...] = ()
    together: tuple[Subject, ...] = ()

    @property
    def address(self) -> str:
        return self.subject.resource.address


class Found(Struct):
    """Matches in rule order, and the addresses where only the environment is missing for a rule to speak."""

    matches: list[Match]
    awaiting: set[str]


def find(
    context: Context,
    rules: RuleSet,
    settings: CheckSettings,
    *,
    repository: bool = False,
    provider: str | None = None,
) -> Found:
    """Every match of the rules that run; for a whole `repository`, of those about that alone, and of these, unless it
    is None, those about one `provider` ("": about no one in particular)."""
    awaiting: set[str] = set()
    matches: list[Match] = []
    for kind in () if repository else context.view.types:
        sections = [section for section in rules.sections(kind) if settings.runs(section.rule)]
        if sections:
            resources = [resource for resource in context.view.of_type(kind) if not is_unknown(resource.exists)]
            matches += _find(sections, resources, context, awaiting)
    about_all = (section for section in rules.stack_sections() if section.repository is repository)
    stack_sections = [
        section for section in about_all if settings.runs(section.rule) and provider in (None, section.source.provider)
    ]
    if stack_sections and context.view.resources:
        matches += _find_stack(stack_sections, context, awaiting)
    return Found(matches, awaiting)


def _find(sections: list[Section], resources: list[Resource], context: Context, awaiting: set[str]) -> Iterator[Match]:
    """The matches on the resources of one type, section by section."""
    found: list[list[Match]] = [[] for _ in sections]
    answers_of = _shared_answers(resources)
    views = _views(sections)
    numbered = [(number, section, views[_view(section)]) for number, section in enumerate(sections)]
    for resource in resources:
        answers = answers_of(resource)
        subjects: list[Subject | None] = [None] * len(views)
        for number, section, view in numbered:
            subject = subjects[view] or _subject(section, resource, context)
            subjects[view] = subject
            if answers is not None and section.local:
                answer = answers.get(number)
                if answer is None:
                    answer = answers[number] = hits(section, subject)
            else:
                answer = hits(section, subject)
            if answer is _SILENT:
                continue
            elements, awaits = answer
            if awaits:
                awaiting.add(resource.address)
            for element in elements:
                on = subject.at(element.value, element.path) if section.each else subject
                found[number].append(Match(section, on))
    for number, section in enumerate(sections):
        if section.group is None:
            yield from found[number]
            continue
        for group in grouped(section.group, [match.subject for match in found[number]]):
            yield Match(section, group.subject, group.removed, group.kept, group.together)


def _view(section: Section) -> tuple[object, ...]:
    """What decides how a section sees a resource; those that agree in it share one subject."""
    return section.source.shape, id(section.source.support), section.stack


def _views(sections: list[Section]) -> dict[tuple[object, ...], int]:
    return {view: number for number, view in enumerate(dict.fromkeys(map(_view, sections)))}


def _subject(section: Section, resource: Resource, context: Context) -> Subject:
    return Subject(resource, context, section.source.shape, section.source.support, stack=section.stack)


def _shared_answers(resources: list[Resource]) -> Callable[[Resource], dict[int, Answer] | None]:
    """For instances that share one attributes object: where the answers of local sections are kept for all of them."""
    times = Counter(id(resource.attributes) for resource in resources)
    shared: dict[tuple[object, ...], dict[int, Answer]] = {}

    def answers(resource: Resource) -> dict[int, Answer] | None:
        if times[id(resource.attributes)] < 2:
            return None
        parts = (resource.attributes, resource.tags, resource.defaults)
        return shared.setdefault((*map(id, parts), resource.region, resource.environment), {})

    return answers


def _find_stack(sections: Iterable[Section], context: Context, awaiting: set[str]) -> Iterator[Match]:
    costliest = max(context.view.resources.values(), key=_cost(context))
    for section in sections:
        subject = Subject(costliest, context, stack=True)
        elements, awaits = hits(section, subject)
        if awaits:
            awaiting.add("")
        if elements:
            yield Match(section, subject)


def _cost(context: Context) -> Callable[[Resource], float]:
    def cost(resource: Resource) -> float:
        estimate = context.estimates.get(resource.address)
        return estimate.monthly.likely if estimate else 0.0

    return cost


def hits(section: Section, subject: Subject) -> Answer:
    """The elements of a subject on which a section fires (the whole subject if it has no `each`), and whether it
    would fire if only the environment were known."""
    if section.plain:
        verdict = section.match.test(subject)
        if verdict is True:
            return _FIRES
        if verdict is False or not section.match.environment:
            return _SILENT
    allowed = section.environment(subject) if section.environment else True
    if allowed is False:
        return _SILENT
    if section.when is not None and section.when.test(subject) is False:
        return _SILENT
    elements = _elements(section.each, subject.resource) if section.each else [_WHOLE]
    fired, awaits = [], False
    for element in elements:
        inner = subject.at(element.value, element.path) if section.each else subject
        verdict = _verdict(section, subject, inner)
        if verdict is True and allowed is True:
            fired.append(element)
        elif verdict is True or (verdict is None and _awaits(section, subject, inner)):
            awaits = True
    return (fired, awaits) if fired or awaits else _SILENT


def _elements(each: tuple[str, ...], resource: Resource) -> list[Element]:
    """The items a rule stands on; of a workload, `pods` and `containers` are wherever its type keeps them."""
    if each in (("pods",), ("containers",)) and is_workload(resource.type):
        groups = pod_groups(resource)
        if each == ("pods",):
            return [Element(group.spec, group.path) for group in groups]
        return [Element(value, path) for group in groups for path, value in group.containers]
    return elements_at(resource.attributes, each)[0]


def _verdict(section: Section, subject: Subject, inner: Subject) -> Verdict:
    verdict = section.match.test(inner)
    if section.when is None or verdict is False:
        return verdict
    return all_of((verdict, section.when.test(subject)))


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
    elements, _ = hits(section, _subject(section, resource, context))
    return any(element.path == path for element in elements)
