"""Texts and computed values of rules: Jinja2 without loops, assignments, calls of methods or growth of text, so that
a template's size bounds its work. Rule files may come from a stranger's pull request."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from costlint.model import Money, Path, Unknown, UnknownValue
from costlint.model.currency import shown_currency
from costlint.policy.plain import filled, pieces
from costlint.policy.reading import PatternError
from costlint.spelling import did_you_mean

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

Values: TypeAlias = Mapping[str, object]

LONGEST_TEMPLATE = 4_000
LONGEST_OUTPUT = 8_000
_LARGEST_NUMBER = 10**18
_DEEPEST = 20

_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "min": min,
    "max": max,
    "round": round,
    "ceil": math.ceil,
    "floor": math.floor,
    "int": int,
    "float": float,
}
_CALLABLE = frozenset(_FUNCTIONS)
_FILTERS = ("money", "join", "round", "int", "float", "abs", "lower", "upper", "length", "default", "first", "last")
_TESTS = ("defined", "none", "number", "string", "mapping", "sequence", "eq", "in")
_NODE_NAMES = (
    "Template Output TemplateData Name Const Getattr Getitem CondExpr If Compare Operand And Or Not Add Sub Mul Div "
    "FloorDiv Mod Neg Pos Concat Filter Test Call List Tuple Dict Pair Keyword"
)
_NODES = frozenset(_NODE_NAMES.split())


def is_expression(text: str) -> bool:
    """True if the text is one `{{ expression }}` and nothing else."""
    return text.startswith("{{") and text.endswith("}}") and "{{" not in text[2:] and "}}" not in text[:-2]


def render(text: str, values: Values, where: Path = ()) -> str:
    """A template filled in. Unknown values show as such. Raises PatternError for a broken template."""
    parts = pieces(text, _CALLABLE) if len(text) <= LONGEST_TEMPLATE else None
    if parts is None:
        return rendered(text, values, where)
    try:
        return filled(parts, values, _shown, money)[:LONGEST_OUTPUT].strip()
    except KeyError as error:
        name = str(error.args[0]) if error.args else ""
        near = did_you_mean(name, (known for known in values if isinstance(known, str)))
        raise PatternError(f'cannot fill in the template: "{name}" is not defined{near}', where) from None
    except (LookupError, TypeError, ValueError) as error:
        raise PatternError(f"cannot fill in the template: {error}", where) from None


def rendered(text: str, values: Values, where: Path = ()) -> str:
    """A template filled in by Jinja2. Raises PatternError."""
    from jinja2 import TemplateError

    try:
        return str(_template(text).render(values))[:LONGEST_OUTPUT].strip()
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise PatternError(f"cannot fill in the template: {error}", where) from None


def evaluate(text: str, values: Values, where: Path = ()) -> object:
    """The value of one `{{ expression }}`, its type kept. Raises UnknownValue where it rests on an unknown, and
    PatternError for a broken expression."""
    from jinja2 import TemplateError

    try:
        result = _expression(text[2:-2].strip())(values)
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise PatternError(f"cannot compute {text}: {error}", where) from None
    return known(result)


def known(result: object) -> object:
    """The result of an expression, whole numbers as such. Raises UnknownValue for an unknown one."""
    if isinstance(result, Unknown):
        raise UnknownValue(str(result))
    if isinstance(result, (int, float)) and not abs(result) <= _LARGEST_NUMBER:
        raise UnknownValue("a number beyond every measure")
    if isinstance(result, float) and result.is_integer():
        return int(result)
    return result


def check_template(text: str, where: Path = ()) -> None:
    """Raises PatternError if a template is too large, broken, or uses what templates may not."""
    from jinja2 import TemplateError

    try:
        if is_expression(text):
            _expression(text[2:-2].strip())
        else:
            _template(text)
    except TemplateError as error:
        raise PatternError(str(error), where) from None
    except PatternError as error:
        raise PatternError(error.message, where) from None


@lru_cache(maxsize=2048)
def _template(text: str) -> Any:
    environment = _environment()
    return environment.from_string(_checked(environment, text))


@lru_cache(maxsize=2048)
def _expression(text: str) -> Callable[[Values], object]:
    environment = _environment()
    _checked(environment, "{{" + text + "}}")
    compiled: Callable[[Values], object] = environment.compile_expression(text, undefined_to_none=False)
    return lambda values: _defined(compiled(values))


def _defined(result: object) -> object:
    from jinja2 import Undefined, UndefinedError

    if isinstance(result, Undefined):
        raise UndefinedError(f"{result._undefined_name or 'a name'} is not defined")
    return result


def _checked(environment: Environment, text: str) -> nodes.Template:
    if len(text) > LONGEST_TEMPLATE:
        raise PatternError(f"a template may have {LONGEST_TEMPLATE} characters, this one has {len(text)}")
    try:
        tree = environment.parse(text)
    except RecursionError:
        raise PatternError("the template is nested too deeply") from None
    for node in _walk(tree):
        kind = type(node).__name__
        name: Any = getattr(node, "name", "")
        if kind not in _NODES:
            raise PatternError(f"templates may not use {kind.lower()}")
        if (kind == "Filter" and name not in _FILTERS) or (kind == "Test" and name not in _TESTS):
            raise PatternError(f'templates have no {kind.lower()} "{name}"; known are {", ".join(_FILTERS)}')
        if kind == "Call" and getattr(getattr(node, "node", None), "name", "") not in _FUNCTIONS:
            raise PatternError(f"templates may call {', '.join(_FUNCTIONS)} only")
    return tree


def _walk(tree: nodes.Node) -> Iterator[nodes.Node]:
    """Every node. Raises PatternError if they are nested so deeply that compiling them might exhaust the stack."""
    level: list[nodes.Node] = [tree]
    for _ in range(_DEEPEST):
        yield from level
        level = [child for node in level for child in node.iter_child_nodes()]
        if not level:
            return
    raise PatternError("the template is nested too deeply")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset(("*", "%"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            for side in (left, right):
                if isinstance(side, Unknown):
                    raise UnknownValue(str(side))
                if not isinstance(side, (int, float)):
                    raise SecurityError(f"{operator} is for numbers")
            return left * right if operator == "*" else left % right

        def is_safe_callable(self, obj: Any) -> bool:
            return any(obj is function for function in _FUNCTIONS.values())

    environment = Sandbox(undefined=StrictUndefined, autoescape=False, finalize=_shown)
    environment.globals = dict(_FUNCTIONS)
    environment.filters = {name: environment.filters[name] for name in _FILTERS if name in environment.filters}
    environment.filters.update(money=money, join=_join)
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    return environment


def _shown(value: object) -> object:
    if isinstance(value, Unknown):
        return "(not known before deployment)"
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    return value


def money(value: object) -> str:
    """An amount of USD as people read it, in the currency shown. Raises TypeError for what is no amount."""
    amount = value.likely if isinstance(value, Money) else value
    if not isinstance(amount, (int, float)):
        raise TypeError("money is for numbers")
    currency = shown_currency()
    amount *= currency.rate
    return f"{currency.symbol}{amount:,.2f}" if abs(amount) < 100 else f"{currency.symbol}{amount:,.0f}"


def _join(values: Any, separator: str = ", ") -> str:
    return str(separator)[:20].join(str(_shown(value))[:200] for value in list(values)[:50])[:LONGEST_OUTPUT]
