"""Function calls, and the three functions that are part of the language: try, can, templatestring."""

from __future__ import annotations

from collections.abc import Callable

from costlint.model import UNKNOWN, PartialList, Reference, Unknown, unknown_from
from costlint.readers.terraform.evaluation.evaluating import evaluate
from costlint.readers.terraform.evaluation.scope import EvaluationError, Scope
from costlint.readers.terraform.functions import FunctionError, MissingFileError
from costlint.readers.terraform.functions import call as call_function
from costlint.readers.terraform.syntax.ast import Expr


def call(expr: Expr, scope: Scope) -> object:
    _, start, _, name, arguments, expand = expr
    special = _SPECIAL.get(name)
    if special is not None:
        return special(expr, scope)
    values = [evaluate(argument, scope) for argument in arguments]
    if expand:
        last = values.pop()
        if isinstance(last, (Unknown, PartialList)):
            return unknown_from((*values, last))
        if not isinstance(last, (list, tuple)):
            raise EvaluationError("only a list can be expanded with ...", arguments[-1][1])
        values.extend(last)
    if name in _FILES and values and isinstance(values[0], str):
        scope.module.refuse_file(values[0], scope, expr)
    try:
        result = call_function(name, values, scope.module.context)
    except FunctionError as error:
        raise EvaluationError(str(error), start, isinstance(error, MissingFileError)) from None
    if isinstance(result, (str, list, dict)):
        limits = scope.module.limits
        if len(result) > (limits.text if isinstance(result, str) else limits.members):
            raise EvaluationError(f"{name} makes a value that is too large to be evaluated", start)
    return result


def _try(expr: Expr, scope: Scope) -> object:
    failure: EvaluationError | None = None
    doubtful: list[object] = []
    for argument in expr[4]:
        try:
            value = evaluate(argument, scope)
        except EvaluationError as error:
            failure = error
            continue
        if _may_fail(value):
            doubtful.append(value)
            continue
        return unknown_from((*doubtful, value)) if doubtful else value
    if doubtful:
        return unknown_from(doubtful)
    raise EvaluationError(
        f"every argument of try fails; the last one: {failure.message}" if failure else "try needs an argument",
        expr[1],
    )


def _can(expr: Expr, scope: Scope) -> object:
    if len(expr[4]) != 1:
        raise EvaluationError("can takes exactly one argument", expr[1])
    try:
        value = evaluate(expr[4][0], scope)
    except EvaluationError:
        return False
    return UNKNOWN if _may_fail(value) else True


def _may_fail(value: object) -> bool:
    """Whether an evaluation that gave this value could still turn out to be an error after deployment.

    It cannot where an attribute of an instance that certainly exists is all that was asked for.
    """
    if not isinstance(value, Unknown):
        return False
    return not isinstance(value, Reference) or "[?]" in value.address or "." in value.attribute


def _template_string(expr: Expr, scope: Scope) -> object:
    if len(expr[4]) != 2:
        raise EvaluationError("templatestring takes a template and its variables", expr[1])
    template, variables = (evaluate(argument, scope) for argument in expr[4])
    if isinstance(template, Unknown) or isinstance(variables, Unknown):
        return unknown_from((template, variables))
    if not isinstance(template, str) or not isinstance(variables, dict):
        raise EvaluationError("templatestring takes a template and its variables", expr[1])
    try:
        render = scope.module.context.render
        assert render is not None
        return render(template, variables)
    except FunctionError as error:
        raise EvaluationError(str(error), expr[1]) from None


_FILES = frozenset(
    ("file", "filebase64", "filemd5", "filesha1", "filesha256", "filesha512", "templatefile", "fileset", "fileexists")
)
_SPECIAL: dict[str, Callable[[Expr, Scope], object]] = {
    "try": _try,
    "can": _can,
    "templatestring": _template_string,
}
