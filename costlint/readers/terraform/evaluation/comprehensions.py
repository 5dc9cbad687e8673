"""Lists, objects and `for` expressions."""

from __future__ import annotations

from costlint.model import PartialList, PartialMap, Unknown, unknown_from
from costlint.readers.terraform.evaluation import operators
from costlint.readers.terraform.evaluation.evaluating import bound, condition, evaluate
from costlint.readers.terraform.evaluation.operators import ValueProblem
from costlint.readers.terraform.evaluation.scope import EvaluationError, Scope
from costlint.readers.terraform.syntax.ast import Expr


def list_(expr: Expr, scope: Scope) -> object:
    return [item[3] if item[0] == "lit" else evaluate(item, scope) for item in expr[3]]


def object_(expr: Expr, scope: Scope) -> object:
    result: dict[str, object] = {}
    partial = False
    for key, value in expr[3]:
        name = key[3] if key[0] == "lit" else evaluate(key, scope)
        if isinstance(name, Unknown):
            partial = True
            continue
        result[name if type(name) is str else _key(name, key)] = evaluate(value, scope)
    return PartialMap(result) if partial else result


def _key(value: object, expr: Expr) -> str:
    try:
        return operators.as_text(value)
    except ValueProblem:
        raise EvaluationError("the key of a map must be a string", expr[1]) from None


def for_(expr: Expr, scope: Scope) -> object:
    _, _, _, key_name, value_name, collection, key, value, test, grouping = expr
    found = evaluate(collection, scope)
    if isinstance(found, Unknown):
        return unknown_from((found,))
    partial = isinstance(found, (PartialList, PartialMap))
    items: list[object] = []
    named: dict[str, object] = {}
    for inner in bound(found, key_name, value_name, collection, scope):
        if test is not None:
            included = condition(test, inner)
            if isinstance(included, Unknown):
                partial = True
                continue
            if not included:
                continue
        if key is None:
            items.append(evaluate(value, inner))
            continue
        name = evaluate(key, inner)
        if isinstance(name, Unknown):
            partial = True
            continue
        text = _key(name, key)
        if grouping:
            group = named.setdefault(text, [])
            assert isinstance(group, list)
            group.append(evaluate(value, inner))
        elif text in named:
            raise EvaluationError(f'two items have the key "{text}"; write ... after the value to group them', key[1])
        else:
            named[text] = evaluate(value, inner)
    if key is None:
        return PartialList(items) if partial else items
    if not partial:
        return named
    if grouping:
        return PartialMap({name: PartialList(group) for name, group in named.items() if isinstance(group, list)})
    return PartialMap(named)
