"""The core of evaluation: one function that hands each kind of expression to whoever knows it.

Import `evaluate` from `evaluate.py`, which brings everyone in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from costlint.model import UNKNOWN, Unknown, fully_known, unknown_from
from costlint.readers.terraform.evaluation import operators
from costlint.readers.terraform.evaluation.operators import ValueProblem
from costlint.readers.terraform.evaluation.scope import EvaluationError, Scope
from costlint.readers.terraform.syntax.ast import Expr
from costlint.readers.terraform.types.converting import same

EVALUATORS: dict[str, Callable[[Expr, Scope], object]] = {}


def evaluate(expr: Expr, scope: Scope) -> object:
    """The value of an expression. Raises EvaluationError where Terraform would refuse it."""
    kind = expr[0]
    if kind == "lit":
        return expr[3]
    return EVALUATORS[kind](expr, scope)


def condition(expr: Expr, scope: Scope) -> bool | Unknown:
    """The truth of an expression used as a condition."""
    value = evaluate(expr, scope)
    if value is True or value is False or isinstance(value, Unknown):
        return value
    try:
        return operators.as_bool(value)
    except ValueProblem as problem:
        raise EvaluationError(str(problem), expr[1]) from None


def selected(test: object, yes: Callable[[], object], no: Callable[[], object]) -> object:
    """What an undecided condition leaves: the value both branches agree on, else an unknown from both."""
    results: list[object] = []
    for branch in (yes, no):
        try:
            results.append(branch())
        except EvaluationError:
            results.append(UNKNOWN)
    first, second = results
    if fully_known(first) and type(first) is type(second) and same(first, second):
        return first
    return unknown_from(results)


def bound(found: object, key_name: str, value_name: str, collection: Expr, scope: Scope) -> Iterator[Scope]:
    """The scope of each iteration over `found`; the same object every time, so use it before the next."""
    try:
        items = operators.pairs(found)
    except ValueProblem as problem:
        raise EvaluationError(str(problem), collection[1]) from None
    scope.module.spend(len(items), collection)
    names = dict(scope.names)
    inner = Scope(scope.module, scope.file, names)
    for key, value in items:
        if key_name:
            names[key_name] = key
        names[value_name] = value
        yield inner
