"""Paths in patterns: which value of a subject a key stands for, compiled to a function once."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from costlint.model import UNKNOWN, PartialMap, Path, Resource, Unknown, lookup, parse_path
from costlint.policy.facts import LOCAL, RESOURCE_FACTS, Fact
from costlint.policy.families import FAMILIES, facts_of
from costlint.policy.stack_facts import STACK_FACTS, count_of
from costlint.policy.subject import Subject
from costlint.spelling import did_you_mean

Scope: TypeAlias = Literal["resource", "element", "stack"]

CONFIGURED = ("required_tags", "allowed_regions", "budget", "commitments")
"""Settings of the user a pattern may ask for as `config.<name>`."""

_OF_RESOURCES = ("instance", "support")
"""Families among the facts every resource has."""


class PatternError(Exception):
    """A pattern, value or template in a rule that cannot be understood; `path` leads to it within the rule file."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class Read(NamedTuple):
    """A compiled path. `local` reads are equal for resources with the same attributes, tags, region, environment."""

    of: Fact
    local: bool


def compile_path(text: str, scope: Scope, where: Path = ()) -> Read:
    """The value a path stands for. A leading dot makes it an attribute whatever its name; `resource.` leads from an
    element to its resource. Raises PatternError for an unknown fact."""
    if not text or text == ".":
        raise PatternError("an empty path", where)
    if scope == "stack":
        return _stack_path(text, where)
    if text.startswith("."):
        return Read(_attribute(text[1:], scope), True)
    if scope == "element" and text.startswith("resource."):
        return compile_path(text.removeprefix("resource."), "resource", where)
    if text in RESOURCE_FACTS:
        return Read(RESOURCE_FACTS[text], text in LOCAL)
    return _of_family(text, where) or _shared_fact(text, where) or Read(_attribute(text, scope), True)


def _of_family(text: str, where: Path) -> Read | None:
    """A fact of one of the families; None where the first word names none."""
    family, dot, _ = text.partition(".")
    if not dot or family not in (*FAMILIES, *_OF_RESOURCES):
        return None
    facts = facts_of(family) if family in FAMILIES else RESOURCE_FACTS
    if text not in facts:
        raise PatternError(f'there is no fact "{text}"{_near(text, list(facts))}', where)
    return Read(facts[text], False)


def _shared_fact(text: str, where: Path) -> Read | None:
    if text == "stack.monthly":
        return Read(STACK_FACTS["monthly"], False)
    if text.startswith("stack.count."):
        return Read(count_of(text.removeprefix("stack.count.")), False)
    if text.startswith("tags."):
        key = text.removeprefix("tags.")
        return Read(lambda subject: _tag(subject.resource, key), True)
    return _configured(text, where) if text.startswith("config.") else None


def _configured(text: str, where: Path) -> Read:
    name = text.removeprefix("config.")
    if name not in CONFIGURED:
        raise PatternError(f'rules cannot ask for "{text}"{_near(name, list(CONFIGURED))}', where)
    return Read(lambda subject: subject.context.config.get(name) or None, True)


def _stack_path(text: str, where: Path) -> Read:
    if text in STACK_FACTS:
        return Read(STACK_FACTS[text], False)
    if text.startswith("count."):
        return Read(count_of(text.removeprefix("count.")), False)
    if text.startswith("config."):
        return _configured(text, where)
    raise PatternError(f'a stack has no "{text}"{_near(text, [*STACK_FACTS, "count.<type>", "config.<name>"])}', where)


def _attribute(text: str, scope: Scope) -> Fact:
    path = parse_path(text)
    if scope == "element":
        return _of_element(path, text)
    if len(path) == 1:
        return _of_resource(path[0])

    def read(subject: Subject) -> object:
        resource = subject.resource
        value = lookup(resource.attributes, path)
        return resource.defaults.get(text) if value is None else value

    return read


def _of_resource(step: str | int) -> Fact:
    key = str(step)

    def read(subject: Subject) -> object:
        resource = subject.resource
        value = resource.attributes.get(key)
        if value is None:
            if isinstance(resource.attributes, PartialMap) and key not in resource.attributes:
                return UNKNOWN
            return resource.defaults.get(key)
        return value

    return read


def _of_element(path: Path, text: str) -> Fact:
    def read(subject: Subject) -> object:
        value = lookup(subject.element, path)
        if value is None and subject.resource.defaults:
            names = ".".join(step for step in subject.prefix if isinstance(step, str))
            return subject.resource.defaults.get(f"{names}.{text}")
        return value

    return read


def _tag(resource: Resource, key: str) -> object:
    tags = resource.tags
    if isinstance(tags, Unknown):
        return tags
    if key in tags:
        return tags[key]
    return UNKNOWN if isinstance(tags, PartialMap) or resource.adapted else None


def _near(text: str, known: list[str]) -> str:
    return did_you_mean(text, known, f"; known are {', '.join(known)}")
