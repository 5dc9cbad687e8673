"""How to trace a value through a function call: which argument, and which part of it, the value comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from costlint.model import PartialMap, Unknown
from costlint.readers.terraform.evaluation.evaluate import evaluate
from costlint.readers.terraform.evaluation.scope import EvaluationError, Scope
from costlint.readers.terraform.syntax.ast import Expr
from costlint.readers.terraform.variables.workspaces import DEFAULT, UnnamedWorkspace

if TYPE_CHECKING:
    from costlint.readers.terraform.tracing.steps import Next, Steps
    from costlint.readers.terraform.tracing.walk import Tracer

Follower = Callable[["Tracer", Expr, Scope, "Steps"], "Next"]


def _key(step: object) -> object:
    """The key a step of a path means, whether it leads to the value or to the key itself."""
    return getattr(step, "key", step)


def _through(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """The first argument, unchanged in structure."""
    return (expr[4][0], scope, path) if expr[4] else None


def _changed(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """The first argument; the literal there is not what the value is."""
    tracer.changed = True
    return _through(tracer, expr, scope, path)


def _encoded(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """What is inside comes from the argument; the whole is written here."""
    return _through(tracer, expr, scope, path) if path else None


def _extreme(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """Of the arguments of `max` and `min` the one that is the result, if no other is."""
    if expr[5]:
        return None
    result = tracer.value(expr, scope)
    deciding = [argument for argument in expr[4] if tracer.value(argument, scope) == result]
    if len(deciding) != 1 or isinstance(result, Unknown):
        return None
    tracer.changed = True
    return deciding[0], scope, path


def _merge(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """The last map that holds the key."""
    if not path:
        return None
    arguments: list[tuple[Expr, Steps, object]] = [
        (argument, (), tracer.value(argument, scope)) for argument in expr[4]
    ]
    if expr[5] and arguments:
        last, _, value = arguments.pop()
        if not isinstance(value, list):
            return None
        arguments += [(last, (index,), item) for index, item in enumerate(value)]
    for argument, before, value in reversed(arguments):
        if isinstance(value, dict) and _key(path[0]) in value:
            return argument, scope, (*before, *path)
        if isinstance(value, (Unknown, PartialMap)):
            return None
    return None


def _lookup(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    if len(expr[4]) < 2:
        return None
    value, key = (tracer.value(argument, scope) for argument in expr[4][:2])
    if isinstance(key, UnnamedWorkspace):
        key = DEFAULT
    if not isinstance(value, dict) or not isinstance(key, str):
        return None
    if key in value:
        return expr[4][0], scope, (key, *path)
    return (expr[4][2], scope, path) if len(expr[4]) > 2 and not isinstance(value, PartialMap) else None


def _coalesce(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """The first argument that is neither null nor empty."""
    for argument in expr[4]:
        value = tracer.value(argument, scope)
        if isinstance(value, Unknown):
            return None
        if value is not None and value != "" and value != []:
            return argument, scope, path
    return None


def _try(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """The first argument without an error."""
    for argument in expr[4]:
        try:
            value = evaluate(argument, scope)
        except EvaluationError:
            continue
        return None if isinstance(value, Unknown) else (argument, scope, path)
    return None


def _concat(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    if not path or not isinstance(path[0], int) or expr[5]:
        return None
    index = path[0]
    for argument in expr[4]:
        value = tracer.value(argument, scope)
        if not isinstance(value, list):
            return None
        if index < len(value):
            return argument, scope, (index, *path[1:])
        index -= len(value)
    return None


def _element(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    if len(expr[4]) != 2:
        return None
    value, index = (tracer.value(argument, scope) for argument in expr[4])
    if not isinstance(value, list) or not value or not isinstance(index, int):
        return None
    return expr[4][0], scope, (index % len(value), *path)


def _one(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    return (expr[4][0], scope, (0, *path)) if expr[4] else None


def _values(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    value = tracer.value(expr[4][0], scope) if expr[4] else None
    if not path or not isinstance(path[0], int) or not isinstance(value, dict) or path[0] >= len(value):
        return None
    return expr[4][0], scope, (sorted(value)[path[0]], *path[1:])


def _zipmap(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    names = tracer.value(expr[4][0], scope) if len(expr[4]) == 2 else None
    if not path or not isinstance(names, list) or _key(path[0]) not in names:
        return None
    return expr[4][1], scope, (names.index(_key(path[0])), *path[1:])


def _flatten(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    if not path or not isinstance(path[0], int) or not expr[4]:
        return None
    for position, leaf in enumerate(_leaves(tracer.value(expr[4][0], scope))):
        if position == path[0]:
            return expr[4][0], scope, (*leaf, *path[1:])
    return None


def _leaves(value: Any) -> Iterator[tuple[int, ...]]:
    """The index paths of what is left when lists in lists are flattened."""
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, list):
            yield from ((index, *rest) for rest in _leaves(item))
        else:
            yield (index,)


def _rearranged(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """Functions that drop or reorder items: the item is found again by its value."""
    result = tracer.value(expr, scope)
    if not path or not isinstance(result, list):
        return None
    wanted = _key(path[0])
    if isinstance(wanted, int):
        if wanted >= len(result):
            return None
        wanted = result[wanted]
    for argument in expr[4]:
        value = tracer.value(argument, scope)
        if isinstance(value, list) and wanted in value:
            return argument, scope, (value.index(wanted), *path[1:])
    return None


CALLS: dict[str, Follower] = {
    **dict.fromkeys(("yamlencode", "jsonencode", "yamldecode", "jsondecode"), _encoded),
    "merge": _merge,
    "lookup": _lookup,
    "coalesce": _coalesce,
    "coalescelist": _coalesce,
    "try": _try,
    "concat": _concat,
    "element": _element,
    "one": _one,
    "values": _values,
    "zipmap": _zipmap,
    "flatten": _flatten,
    **dict.fromkeys(("tostring", "tonumber", "tobool", "tolist", "tomap"), _through),
    **dict.fromkeys(("sensitive", "nonsensitive"), _through),
    **dict.fromkeys(("max", "min"), _extreme),
    **dict.fromkeys(("ceil", "floor", "abs"), _changed),
    **dict.fromkeys(("lower", "upper", "title", "trimspace", "chomp"), _changed),
    **dict.fromkeys(("toset", "sort", "distinct", "compact", "reverse", "slice", "setunion"), _rearranged),
}
