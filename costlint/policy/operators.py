"""Tests of one value: what may stand to the right of a key in a pattern."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from costlint.model import PartialList, PartialMap, Path, Unknown
from costlint.model.verdicts import Verdict, all_of, any_of, negated
from costlint.policy.equality import as_text, number, present, same
from costlint.policy.reading import PatternError, Scope, compile_path
from costlint.policy.subject import Subject
from costlint.re2 import PatternError as RegexError
from costlint.re2 import TooMuchWork, UnsupportedPattern, compile_pattern

ValueTest: TypeAlias = Callable[[object, Subject], Verdict]
SubjectTest: TypeAlias = Callable[[Subject], Verdict]

_LONGEST_REGEX = 300
_LONGEST_TESTED = 2000


class Place(NamedTuple):
    """Where in a rule a test is compiled: the scope of its paths, its place in the rule file, the attribute path it
    is about (`under`), and how a nested pattern is compiled."""

    scope: Scope
    where: Path
    under: Path
    nested: Callable[[Mapping[str, object], Place], tuple[SubjectTest, bool]]

    def step(self, key: str | int) -> Place:
        return self._replace(where=(*self.where, key))


def _there(value: object, subject: Subject) -> Verdict:
    """`present`; but what a module that is not here leaves out of its resources is not known."""
    verdict = present(value)
    return None if verdict is False and subject.resource.adapted else verdict


def compile_value(spec: object, place: Place) -> tuple[ValueTest, bool]:
    """The test a value of a pattern stands for, and whether it is local. Raises PatternError."""
    if spec is None or spec == "absent":
        return (lambda value, subject: negated(_there(value, subject))), True
    if spec == "present":
        return _there, True
    if isinstance(spec, list):
        return (lambda value, _: any_of(same(value, option) for option in spec)), True
    if not isinstance(spec, dict):
        return (lambda value, _: same(value, spec)), True
    if not spec:
        raise PatternError("an empty test", place.where)
    operators = [key for key in spec if key in _OPERATORS]
    if not operators:
        run, local = place.nested(spec, place)
        return _some(run, place.under), local
    if len(operators) != len(spec):
        odd = next(key for key in spec if key not in _OPERATORS)
        raise PatternError(f'"{odd}" is not a test; known are {", ".join(_OPERATORS)}', (*place.where, odd))
    compiled = [_OPERATORS[key](spec[key], place.step(key)) for key in operators]
    if len(compiled) == 1:
        return compiled[0]
    tests = [test for test, _ in compiled]
    return (lambda value, subject: all_of(test(value, subject) for test in tests)), all(local for _, local in compiled)


def _some(run: SubjectTest, under: Path) -> ValueTest:
    """A pattern on a block: some block of a list matches it."""

    def test(value: object, subject: Subject) -> Verdict:
        verdicts = [run(element) for element in elements(value, subject, under)]
        return None if any_of(verdicts) is False and _open_ended(value) else any_of(verdicts)

    return test


def _every(run: SubjectTest, under: Path) -> ValueTest:
    def test(value: object, subject: Subject) -> Verdict:
        verdict = all_of(run(element) for element in elements(value, subject, under))
        return None if verdict is True and _open_ended(value) else verdict

    return test


def elements(value: object, subject: Subject, under: Path) -> list[Subject]:
    """The elements of a block list, list or single block, each as a subject; unknown items are left out."""
    prefix = (*subject.prefix, *under)
    if isinstance(value, dict):
        return [subject.at(value, prefix)]
    if isinstance(value, (list, tuple)):
        known = [item for item in value if not isinstance(item, Unknown)]
        return [subject.at(item if isinstance(item, dict) else {"value": item}, prefix) for item in known]
    return []


def _open_ended(value: object) -> bool:
    """True if a list may hold more than is known."""
    if isinstance(value, (Unknown, PartialList)):
        return True
    return isinstance(value, (list, tuple)) and any(isinstance(item, Unknown) for item in value)


def _operand(spec: object, place: Place) -> tuple[Callable[[Subject], object], bool]:
    """The right side of a comparison: a number or truth value as it stands, the path of another attribute
    (`max_size`, or {attribute: max_size, times: 2, plus: 1}), or {value: "text"}."""
    if isinstance(spec, dict):
        if set(spec) == {"value"}:
            literal = spec["value"]
            return (lambda _: literal), True
        if "attribute" not in spec or set(spec) - {"attribute", "times", "plus"}:
            raise PatternError(
                "expected a number, a path, {attribute: …, times: …, plus: …} or {value: …}", place.where
            )
        read = compile_path(str(spec["attribute"]), place.scope, place.where)
        times, plus = spec.get("times", 1), spec.get("plus", 0)
        if not isinstance(times, (int, float)) or not isinstance(plus, (int, float)):
            raise PatternError("times and plus are numbers", place.where)
        if "times" not in spec and "plus" not in spec:
            return read.of, read.local

        def scaled(subject: Subject) -> object:
            value = read.of(subject)
            amount = number(value)
            return value if amount is None else amount * times + plus

        return scaled, read.local
    if isinstance(spec, str) and number(spec) is None:
        read = compile_path(spec, place.scope, place.where)
        return read.of, read.local
    if isinstance(spec, (list, type(None))):
        raise PatternError("expected a number or the path of another attribute", place.where)
    return (lambda _: spec), True


def _equals(spec: object, place: Place) -> tuple[ValueTest, bool]:
    operand, local = _operand(spec, place)
    return (lambda value, subject: same(value, operand(subject))), local


def _ordered(compare: Callable[[float, float], bool]) -> Callable[..., tuple[ValueTest, bool]]:
    def compile_order(spec: object, place: Place) -> tuple[ValueTest, bool]:
        operand, local = _operand(spec, place)

        def test(value: object, subject: Subject) -> Verdict:
            bound = operand(subject)
            if isinstance(value, Unknown) or isinstance(bound, Unknown):
                return None
            if value is None or bound is None:
                return False
            one, other = number(value), number(bound)
            return None if one is None or other is None else compare(one, other)

        return test, local

    return compile_order


def _matches(spec: object, place: Place) -> tuple[ValueTest, bool]:
    if not isinstance(spec, str) or len(spec) > _LONGEST_REGEX:
        raise PatternError(f"expected a regular expression of at most {_LONGEST_REGEX} characters", place.where)
    try:
        pattern = compile_pattern(spec)
    except (RegexError, UnsupportedPattern) as error:
        raise PatternError(f"not a regular expression (RE2): {error}", place.where) from None

    def test(value: object, subject: Subject) -> Verdict:
        if isinstance(value, Unknown):
            return None
        if value is None or isinstance(value, (dict, list, tuple)):
            return False
        try:
            return pattern.occurs_in(as_text(value)[:_LONGEST_TESTED])
        except TooMuchWork:
            return None

    return test, True


def _one_of(spec: object, place: Place) -> tuple[ValueTest, bool]:
    if isinstance(spec, str):
        read = compile_path(spec, place.scope, place.where)

        def among(value: object, subject: Subject) -> Verdict:
            options = read.of(subject)
            if isinstance(options, (list, tuple)):
                verdict = any_of(same(value, option) for option in options)
                return None if verdict is False and _open_ended(options) else verdict
            return None if isinstance(options, Unknown) else False

        return among, read.local
    if not isinstance(spec, list):
        raise PatternError("expected a list", place.where)
    return (lambda value, _: any_of(same(value, option) for option in spec)), True


def _contains(spec: object, place: Place) -> tuple[ValueTest, bool]:
    inner, local = compile_value(spec, place)

    def test(value: object, subject: Subject) -> Verdict:
        if isinstance(value, Unknown):
            return None
        if isinstance(value, str):
            return str(spec) in value
        if isinstance(value, dict):
            verdict = any_of(inner(key, subject) for key in value)
            return None if verdict is False and isinstance(value, PartialMap) else verdict
        if isinstance(value, (list, tuple)):
            verdict = any_of(inner(item, subject) for item in value)
            return None if verdict is False and _open_ended(value) else verdict
        return False

    return test, local


def _length(spec: object, place: Place) -> tuple[ValueTest, bool]:
    inner, local = compile_value(spec, place)

    def test(value: object, subject: Subject) -> Verdict:
        if isinstance(value, (Unknown, PartialList, PartialMap)):
            return None
        sized = value if isinstance(value, (dict, list, tuple, str)) else ()
        return inner(len(sized), subject)

    return test, local


def _flag(positive: bool) -> Callable[..., tuple[ValueTest, bool]]:
    def compile_flag(spec: object, place: Place) -> tuple[ValueTest, bool]:
        if not isinstance(spec, bool):
            raise PatternError("expected true or false", place.where)
        wanted = spec is positive
        return (lambda value, subject: _there(value, subject) if wanted else negated(_there(value, subject))), True

    return compile_flag


def _blocks(quantifier: Callable[..., ValueTest]) -> Callable[..., tuple[ValueTest, bool]]:
    def compile_blocks(spec: object, place: Place) -> tuple[ValueTest, bool]:
        if not isinstance(spec, dict):
            raise PatternError("expected a pattern for the elements", place.where)
        run, local = place.nested(spec, place)
        return quantifier(run, place.under), local

    return compile_blocks


def _none(run: SubjectTest, under: Path) -> ValueTest:
    some = _some(run, under)

    def test(value: object, subject: Subject) -> Verdict:
        return negated(some(value, subject)) if _there(value, subject) is not None else None

    return test


def _some_key(spec: object, place: Place) -> tuple[ValueTest, bool]:
    inner, local = compile_value(spec, place)

    def test(value: object, subject: Subject) -> Verdict:
        if not isinstance(value, Mapping):
            return None if isinstance(value, Unknown) else False
        verdict = any_of(inner(key, subject) for key in value)
        return None if verdict is False and isinstance(value, PartialMap) else verdict

    return test, local


def _not(spec: object, place: Place) -> tuple[ValueTest, bool]:
    inner, local = compile_value(spec, place)
    return (lambda value, subject: negated(inner(value, subject))), local


def _surely(spec: object, place: Place) -> tuple[ValueTest, bool]:
    inner, local = compile_value(spec, place)
    return (lambda value, subject: inner(value, subject) is True), local


def _combined(combine: Callable[..., Verdict]) -> Callable[..., tuple[ValueTest, bool]]:
    def compile_list(spec: object, place: Place) -> tuple[ValueTest, bool]:
        if not isinstance(spec, list) or not spec:
            raise PatternError("expected a list of tests", place.where)
        compiled = [compile_value(item, place.step(index)) for index, item in enumerate(spec)]
        tests = [test for test, _ in compiled]
        return (lambda value, subject: combine(test(value, subject) for test in tests)), all(x for _, x in compiled)

    return compile_list


_OPERATORS: Mapping[str, Callable[[object, Place], tuple[ValueTest, bool]]] = {
    "equals": _equals,
    "at_least": _ordered(lambda one, other: one >= other),
    "at_most": _ordered(lambda one, other: one <= other),
    "more_than": _ordered(lambda one, other: one > other),
    "less_than": _ordered(lambda one, other: one < other),
    "one_of": _one_of,
    "matches": _matches,
    "contains": _contains,
    "length": _length,
    "absent": _flag(False),
    "present": _flag(True),
    "some": _blocks(_some),
    "every": _blocks(_every),
    "none": _blocks(_none),
    "some_key": _some_key,
    "not": _not,
    "surely": _surely,
    "any": _combined(any_of),
    "all": _combined(all_of),
}
