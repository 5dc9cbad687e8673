"""How to trace a value through each kind of expression: one step, to the part of it the value comes from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from costlint.model import Unknown
from costlint.readers.terraform.evaluation.operators import ValueProblem, pairs
from costlint.readers.terraform.evaluation.scope import Scope
from costlint.readers.terraform.syntax.ast import Expr
from costlint.readers.terraform.tracing.calls import CALLS
from costlint.readers.terraform.tracing.steps import Item, KeyOf, Next, Place, Steps
from costlint.readers.terraform.variables.workspaces import DEFAULT, UnnamedWorkspace

if TYPE_CHECKING:
    from costlint.readers.terraform.tracing.walk import Tracer


def follow_once(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """Onward from an expression, None where it cannot be told."""
    follower = _FOLLOWERS.get(expr[0])
    return follower(tracer, expr, scope, path) if follower is not None else None


def _name(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    return tracer.through(expr[3], scope, path)


def _attr(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    return expr[3], scope, (expr[4], *path)


def _index(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    key = tracer.value(expr[4], scope)
    if isinstance(key, UnnamedWorkspace):
        key = DEFAULT
    return (expr[3], scope, (key, *path)) if isinstance(key, (str, int)) else None


def _splat(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    if not path or not isinstance(path[0], int):
        return None
    inner: list[object] = []
    for step in expr[5]:
        if step[0] == "splat":
            return None
        inner.append(step[1] if step[0] == "attr" else tracer.value(step[1], scope))
    index: Steps = (path[0],) if isinstance(tracer.value(expr[3], scope), list) else ()
    return expr[3], scope, (*index, *inner, *path[1:])


def _conditional(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """The branch that is taken; where the question is how many, a plain switch (`var.nat_per_az`) decides, unless the
    branch is a number of its own (`var.clone ? var.clone_instances : 0`)."""
    test = tracer.value(expr[3], scope)
    if tracer.counting and not path and not isinstance(test, Unknown) and not _several(tracer, expr, test, scope):
        switch = expr[3][4] if expr[3][0] == "un" else expr[3]
        if switch[0] in ("attr", "index"):
            return switch, scope, path
    if test is True or test == "true":
        return expr[4], scope, path
    return (expr[5], scope, path) if test is False or test == "false" else None


def _several(tracer: Tracer, expr: Expr, test: object, scope: Scope) -> bool:
    """Whether the branch taken is a plain number of more than one, and the other one none."""
    branch, other = (expr[4], expr[5]) if test in (True, "true") else (expr[5], expr[4])
    if branch[0] not in ("lit", "attr", "index") or tracer.value(other, scope) != 0:
        return False
    value = tracer.value(branch, scope)
    return isinstance(value, int) and not isinstance(value, bool) and value > 1


def _object(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    if not path:
        return None
    wanted = path[0].key if isinstance(path[0], KeyOf) else path[0]
    for key, value in reversed(expr[3]):
        name = key[3] if key[0] == "lit" else tracer.value(key, scope)
        if name == wanted or (not isinstance(name, (str, Unknown)) and str(name) == wanted):
            if isinstance(path[0], KeyOf):
                assert scope.file is not None
                return Place(scope.file, key[1], key[2], exact=False)
            return value, scope, path[1:]
    return None


def _list(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """By index; a set's items go by their value. A name steps into the only item of a list, as `lookup` does."""
    if not path:
        return None
    wanted = path[0].key if isinstance(path[0], KeyOf) else path[0]
    if isinstance(wanted, int):
        return (expr[3][wanted], scope, path[1:]) if 0 <= wanted < len(expr[3]) else None
    for item in expr[3]:
        if tracer.value(item, scope) == wanted:
            return item, scope, path[1:]
    return (expr[3][0], scope, path) if len(expr[3]) == 1 else None


def _template(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    return (expr[3][0], scope, path) if len(expr[3]) == 1 and expr[3][0][0] not in ("tif", "tfor") else None


def _arithmetic(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """On to the operand that decides: in `1 + var.replicas` the variable. Of two that may vary neither does."""
    _, _, _, operator, left, right = expr
    varying = [operand for operand in (left, right) if operand[0] != "lit"]
    if operator not in _ARITHMETIC or len(varying) != 1:
        return None
    tracer.changed = True
    return varying[0], scope, path


def _unary(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    if expr[4][0] == "lit":
        return None
    tracer.changed = True
    return expr[4], scope, path


def _call(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    if tracer.counting and expr[3] == "length" and not path and expr[4]:
        return expr[4][0], scope, path
    follower = CALLS.get(expr[3])
    return follower(tracer, expr, scope, path) if follower is not None else None


def _for(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    _, _, _, key_name, value_name, collection, key, value, test, grouping = expr
    if not path or isinstance(path[0], KeyOf):
        return None
    try:
        items = pairs(tracer.value(collection, scope))
    except ValueProblem:
        return None
    remaining = path[1] if grouping and len(path) > 1 else path[0]
    rest = path[2:] if grouping else path[1:]
    if (key is None or grouping) and not isinstance(remaining, int):
        return None
    for item_key, item in items:
        inner = scope.binding({value_name: item, **({key_name: item_key} if key_name else {})})
        if test is not None and tracer.value(test, inner) is not True:
            continue
        if key is not None and tracer.value(key, inner) != path[0]:
            continue
        if (key is None or grouping) and isinstance(remaining, int) and remaining > 0:
            remaining -= 1
            continue
        origins = {value_name: Item(collection, scope, item_key)}
        if key_name:
            origins[key_name] = Item(collection, scope, item_key, key_only=True)
        inner.origins = {**(scope.origins or {}), **origins}
        return value, inner, rest
    return None


_ARITHMETIC = frozenset("+-*/%")
_FOLLOWERS: dict[str, Callable[[Tracer, Expr, Scope, Steps], Next]] = {
    "name": _name,
    "attr": _attr,
    "index": _index,
    "splat": _splat,
    "cond": _conditional,
    "bin": _arithmetic,
    "un": _unary,
    "obj": _object,
    "list": _list,
    "tmpl": _template,
    "call": _call,
    "for": _for,
}
