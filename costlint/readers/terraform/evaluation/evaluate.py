"""Expressions → values: Terraform's semantics, carrying what is unknown and where it came from.

    evaluate(expr, scope)

Names (`var`, `local`, resources …) are looked up by the scope's module. Operators and conditionals are here, the
rest of the language in the modules imported below.
"""

from __future__ import annotations

from costlint.model import UNKNOWN, Unknown, unknown_from
from costlint.readers.terraform.evaluation import calls, comprehensions, interpolation, operators, traversals
from costlint.readers.terraform.evaluation.evaluating import EVALUATORS, condition, evaluate, selected
from costlint.readers.terraform.evaluation.operators import ValueProblem
from costlint.readers.terraform.evaluation.scope import EvaluationError, Scope
from costlint.readers.terraform.syntax.ast import Expr

__all__ = ["condition", "evaluate"]


def _unary(expr: Expr, scope: Scope) -> object:
    value = evaluate(expr[4], scope)
    try:
        return operators.negated(value) if expr[3] == "!" else operators.minus(value)
    except ValueProblem as problem:
        raise EvaluationError(str(problem), expr[1]) from None


def _binary(expr: Expr, scope: Scope) -> object:
    op = expr[3]
    if op in ("&&", "||"):
        return _logical(expr, scope)
    left, right = evaluate(expr[4], scope), evaluate(expr[5], scope)
    if op in ("==", "!="):
        answer = operators.equal(left, right)
        if answer is True and isinstance(left, (list, dict)) and (expr[4][0] in _WRITTEN) != (expr[5][0] in _WRITTEN):
            # A list or map of a declared type never equals a [] or {} written out, which is a tuple or an object.
            answer = UNKNOWN
        return answer if op == "==" else operators.negated(answer)
    try:
        if op in ("<", ">", "<=", ">="):
            return operators.order(op, left, right)
        return operators.arithmetic(op, left, right)
    except ValueProblem as problem:
        raise EvaluationError(str(problem), expr[1]) from None


_WRITTEN = frozenset(("list", "obj"))


def _logical(expr: Expr, scope: Scope) -> object:
    """Kleene's && and ||: `false && unknown` is false."""
    decisive = expr[3] == "||"
    left = condition(expr[4], scope)
    if left is decisive:
        return left
    right = condition(expr[5], scope)
    if right is decisive or not isinstance(left, Unknown):
        return right
    return unknown_from((left, right))


def _conditional(expr: Expr, scope: Scope) -> object:
    test = condition(expr[3], scope)
    if isinstance(test, Unknown):
        return selected(test, lambda: evaluate(expr[4], scope), lambda: evaluate(expr[5], scope))
    return evaluate(expr[4] if test else expr[5], scope)


def _bad(expr: Expr, scope: Scope) -> object:
    """What could not be parsed: its syntax error has been reported already."""
    return UNKNOWN


EVALUATORS.update(
    {
        "name": traversals.name,
        "attr": traversals.attr,
        "index": traversals.index,
        "splat": traversals.splat,
        "tmpl": interpolation.template,
        "tif": interpolation.template_if,
        "call": calls.call,
        "list": comprehensions.list_,
        "obj": comprehensions.object_,
        "for": comprehensions.for_,
        "un": _unary,
        "bin": _binary,
        "cond": _conditional,
        "bad": _bad,
    }
)
