"""Templates: text with interpolations, `%{ if }` and `%{ for }`."""

from __future__ import annotations

from costlint.model import PartialList, PartialMap, Unknown, unknown_from
from costlint.readers.terraform.evaluation import operators
from costlint.readers.terraform.evaluation.evaluating import bound, condition, evaluate, selected
from costlint.readers.terraform.evaluation.operators import ValueProblem
from costlint.readers.terraform.evaluation.scope import EvaluationError, Scope
from costlint.readers.terraform.syntax.ast import Expr


def template(expr: Expr, scope: Scope) -> object:
    values: list[object] = []
    _append_parts(expr[3], scope, values)
    try:
        return operators.joined(values, scope.module.limits.text)
    except ValueProblem as problem:
        raise EvaluationError(str(problem), expr[1]) from None


def _append_parts(parts: list[Expr], scope: Scope, values: list[object]) -> None:
    for part in parts:
        kind = part[0]
        if kind == "lit":
            values.append(part[3])
        elif kind == "tif":
            values.append(template_if(part, scope))
        elif kind == "tfor":
            _for(part, scope, values)
        else:
            values.append(evaluate(part, scope))


def template_if(expr: Expr, scope: Scope) -> object:
    _, start, end, test, yes, no = expr
    truth = condition(test, scope)
    branches = [("tmpl", start, end, parts) for parts in (yes, no)]
    if isinstance(truth, Unknown):
        return selected(truth, lambda: template(branches[0], scope), lambda: template(branches[1], scope))
    return template(branches[0] if truth else branches[1], scope)


def _for(expr: Expr, scope: Scope, values: list[object]) -> None:
    _, _, _, key_name, value_name, collection, parts = expr
    found = evaluate(collection, scope)
    if isinstance(found, (Unknown, PartialList, PartialMap)):
        values.append(unknown_from((found,)))
        return
    for inner in bound(found, key_name, value_name, collection, scope):
        _append_parts(parts, inner, values)
