"""Names, attributes, indexes and splats: the way from a name to a value inside it."""

from __future__ import annotations

from typing import Any

from costlint.model import PartialList, Unknown, unknown_from
from costlint.readers.terraform.evaluation import operators
from costlint.readers.terraform.evaluation.evaluating import evaluate
from costlint.readers.terraform.evaluation.operators import ValueProblem
from costlint.readers.terraform.evaluation.scope import EvaluationError, Handle, Scope
from costlint.readers.terraform.syntax.ast import Expr

_MODES = ("data", "resource")


def member_of(value: object, name: str, expr: Expr) -> object:
    """`value.name`; a resource or module as a whole looks the attribute up where it is configured.

    A block with `count` needs no index where there is one instance: later versions of Terraform than 0.11 refuse that,
    so it means nothing else."""
    if isinstance(value, Handle):
        return value.member(name, expr[1])
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], Handle) and not name.isdigit():
        return value[0].member(name, expr[1])
    try:
        return operators.attribute(value, name)
    except ValueProblem as problem:
        raise EvaluationError(str(problem), expr[1]) from None


def element_of(value: object, key: object, expr: Expr) -> object:
    """`value[key]`."""
    if isinstance(value, Handle):
        return value.element(key, expr[1])
    try:
        return operators.member(value, key)
    except ValueProblem as problem:
        raise EvaluationError(str(problem), expr[1]) from None


def name(expr: Expr, scope: Scope) -> object:
    name = expr[3]
    if name in scope.names:
        return scope.names[name]
    return scope.module.root(name, expr)


def attr(expr: Expr, scope: Scope) -> object:
    owner = expr[3]
    name: str = expr[4]
    kind = owner[0]
    if kind == "name":
        root = owner[3]
        if root in scope.names:
            return member_of(scope.names[root], name, expr)
        return scope.module.resolve(root, name, expr)
    if kind == "attr" and owner[3][0] == "name":
        mode = owner[3][3]
        if mode in _MODES and mode not in scope.names:
            return scope.module.resource(mode, owner[4], name, expr)
    return member_of(evaluate(owner, scope), name, expr)


def index(expr: Expr, scope: Scope) -> object:
    owner, key = expr[3], evaluate(expr[4], scope)
    if owner[0] == "name" and owner[3] not in scope.names and isinstance(key, str):
        return scope.module.resolve(owner[3], key, expr)
    return element_of(evaluate(owner, scope), key, expr)


def splat(expr: Expr, scope: Scope) -> object:
    return _splatted(evaluate(expr[3], scope), expr[5], scope, expr)


def _splatted(value: object, steps: Any, scope: Scope, expr: Expr) -> object:
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        items = [_stepped(item, steps, scope, expr) for item in value]
        return PartialList(items) if isinstance(value, PartialList) else items
    if isinstance(value, Unknown) and not (isinstance(value, Handle) and value.single):
        return unknown_from((_stepped(value, steps, scope, expr),))
    return [_stepped(value, steps, scope, expr)]


def _stepped(value: object, steps: Any, scope: Scope, expr: Expr) -> object:
    for step in steps:
        if step[0] == "attr":
            value = member_of(value, step[1], expr)
        elif step[0] == "index":
            value = element_of(value, evaluate(step[1], scope), expr)
        else:
            return _splatted(value, step[2], scope, expr)
    return value
