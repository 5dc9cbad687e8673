"""Patterns compiled to functions: `match`, `when` and `where` of a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from costlint.clusters.workloads import workload_types
from costlint.model import PartialList, PartialMap, Path, Unknown, parse_path
from costlint.model.verdicts import Verdict, all_of, any_of, negated
from costlint.policy.equality import same
from costlint.policy.links import Link, linked
from costlint.policy.operators import Place, SubjectTest, compile_value
from costlint.policy.reading import PatternError, Read, Scope, compile_path
from costlint.policy.subject import Subject

WORKLOAD = "workload"
"""What stands for every type that makes pods."""

_MOST_TESTS = 200


class Matcher(NamedTuple):
    """A compiled pattern. `local`: the answer is the same for every resource of a type with the same attributes,
    tags, region and environment. `environment`: the answer may depend on the environment."""

    test: SubjectTest
    local: bool
    environment: bool


def compile_match(pattern: Mapping[str, Any], scope: Scope, where: Path = ()) -> Matcher:
    """Compile a pattern. Raises PatternError with the place within the rule."""
    tests: list[tuple[SubjectTest, bool]] = []
    about_environment = False
    for key, spec in pattern.items():
        here = (*where, key)
        if not isinstance(key, str):
            raise PatternError(f"expected text as a key, not {key!r} (YAML reads on, off, yes and no as truth)", where)
        if key == "environment" and not isinstance(spec, dict):
            tests.append((compile_environment(spec, here), True))
            about_environment = True
        elif key in ("any", "all", "not"):
            inner = [compile_match(p, scope, w) for p, w in _patterns(spec, here, single=key == "not")]
            about_environment |= any(matcher.environment for matcher in inner)
            tests.append((_combined(key, [matcher.test for matcher in inner]), all(m.local for m in inner)))
        elif key in ("linked", "not_linked"):
            for item, place in _patterns(spec, here, single=True):
                link = compile_link(item, place)
                tests.append((_link(link, wanted=key == "linked"), False))
        else:
            tests.append(_value_test(key, spec, scope, here))
    if len(tests) > _MOST_TESTS:
        raise PatternError(f"more than {_MOST_TESTS} tests in one pattern", where)
    tests.sort(key=lambda test: not test[1])
    return Matcher(_conjunction([test for test, _ in tests]), all(local for _, local in tests), about_environment)


def _conjunction(tests: list[SubjectTest]) -> SubjectTest:
    if len(tests) == 1:
        return tests[0]

    def run(subject: Subject) -> Verdict:
        result: Verdict = True
        for test in tests:
            verdict = test(subject)
            if verdict is False:
                return False
            if verdict is None:
                result = None
        return result

    return run


def _combined(key: str, tests: list[SubjectTest]) -> SubjectTest:
    if key == "any":
        return lambda subject: any_of(test(subject) for test in tests)
    if key == "all":
        return lambda subject: all_of(test(subject) for test in tests)
    return lambda subject: negated(any_of(test(subject) for test in tests))


def _value_test(key: str, spec: object, scope: Scope, where: Path) -> tuple[SubjectTest, bool]:
    read = compile_path(key, scope, where)
    of = read.of
    if isinstance(spec, str) and spec not in ("absent", "present"):
        return _equal_text(read, spec), read.local
    under = parse_path(key.removeprefix("."))
    test, local = compile_value(spec, Place(scope, where, under, _nested))
    return (lambda subject: test(of(subject), subject)), read.local and local


def _equal_text(read: Read, wanted: str) -> SubjectTest:
    """The commonest test, without detours."""
    of = read.of

    def run(subject: Subject) -> Verdict:
        value = of(subject)
        if value is None:
            return False
        return value == wanted if type(value) is str else same(value, wanted)

    return run


def _nested(pattern: Mapping[str, object], place: Place) -> tuple[SubjectTest, bool]:
    matcher = compile_match(pattern, "element", place.where)
    if matcher.environment:
        raise PatternError("environment belongs to the resource, not to one of its blocks", place.where)
    return matcher.test, matcher.local


def _patterns(spec: object, where: Path, *, single: bool) -> Iterator[tuple[dict[str, Any], Path]]:
    if isinstance(spec, dict) and single:
        yield spec, where
        return
    if not isinstance(spec, list) or not spec:
        raise PatternError("expected a pattern" if single else "expected a list of patterns", where)
    for index, item in enumerate(spec):
        if not isinstance(item, dict) or not item:
            raise PatternError("expected a pattern", (*where, index))
        yield item, (*where, index)


def compile_environment(spec: object, where: Path = ()) -> SubjectTest:
    """`prod`, `nonprod`, or names of environments; one or a list."""
    wanted = [spec] if isinstance(spec, str) else spec
    if not isinstance(wanted, list) or not wanted or not all(isinstance(name, str) for name in wanted):
        raise PatternError("expected prod, nonprod or the names of environments", where)
    kinds = {name for name in wanted if name in ("prod", "nonprod")}
    names = {name.lower() for name in wanted} - kinds

    def test(subject: Subject) -> Verdict:
        environment = subject.environment
        if environment.kind in kinds:
            return True
        if environment.name:
            if environment.name.lower() in names:
                return True
            return False if environment.kind or not kinds else None
        if environment.kind is None:
            return None
        return None if names else False

    return test


def compile_link(spec: Mapping[str, Any], where: Path = ()) -> Link:
    """The part after `linked:`. Raises PatternError."""
    unknown = set(spec) - {"type", "where", "via", "at_least"}
    if unknown or "type" not in spec:
        raise PatternError("expected type, and if needed where, via and at_least", where)
    kinds = spec["type"]
    named = kinds if isinstance(kinds, list) else [kinds]
    if not named or not all(isinstance(kind, str) for kind in named):
        raise PatternError("expected a resource type or a list of them", (*where, "type"))
    types = tuple(kind for one in named for kind in (sorted(workload_types()) if one == WORKLOAD else (one,)))
    via, at_least = spec.get("via", ""), spec.get("at_least", 1)
    if not isinstance(via, str) or not isinstance(at_least, int) or at_least < 1:
        raise PatternError("via is an attribute, at_least a number from 1", where)
    inner = spec.get("where") or {}
    if not isinstance(inner, dict):
        raise PatternError("expected a pattern", (*where, "where"))
    matcher = compile_match(inner, "resource", (*where, "where"))
    return Link(types, tuple(step for step in parse_path(via) if isinstance(step, str)), matcher.test, at_least)


def _link(link: Link, *, wanted: bool) -> SubjectTest:
    if wanted:
        return lambda subject: linked(link, subject)
    return lambda subject: negated(linked(link, subject))


class Element(NamedTuple):
    """One item `each` stands on, and the path of it in the resource."""

    value: Mapping[str, object]
    path: Path


def elements_at(value: object, steps: tuple[str, ...], path: Path = ()) -> tuple[list[Element], bool]:
    """Every item at a dotted path, through lists on the way; and whether there may be more that are not known.

    Items of a map are {key, value}; items that are not blocks are {value}.
    """
    if isinstance(value, Unknown):
        return [], True
    if isinstance(value, (list, tuple)):
        found: list[Element] = []
        more = isinstance(value, PartialList)
        for index, item in enumerate(value):
            inner, unsure = _item(item, steps, (*path, index))
            found += inner
            more = more or unsure
        return found, more
    if value is None:
        return [], False
    if not steps and isinstance(value, dict):
        items = [Element({"key": key, "value": item}, (*path, key)) for key, item in value.items()]
        return items, isinstance(value, PartialMap)
    return _item(value, steps, path)


def _item(item: object, steps: tuple[str, ...], path: Path) -> tuple[list[Element], bool]:
    if isinstance(item, Unknown):
        return [], True
    if not steps:
        return [Element(item if isinstance(item, dict) else {"value": item}, path)], False
    if isinstance(item, (list, tuple)):
        return elements_at(item, steps, path)
    if not isinstance(item, dict):
        return [], False
    if steps[0] not in item:
        return [], isinstance(item, PartialMap)
    return elements_at(item[steps[0]], steps[1:], (*path, steps[0]))
