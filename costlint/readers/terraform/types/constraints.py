"""Type constraints as written in `type = …`, and everything one does with them.

`parse_type` reads the constraint; `convert` applies it. Import types, sets and conversion from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from costlint.model import UNKNOWN
from costlint.readers.terraform.syntax.ast import Expr
from costlint.readers.terraform.types.converting import ConversionError, convert, identity, make_set, same
from costlint.readers.terraform.types.kinds import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    Kind,
    PartialSet,
    TerraformSet,
    TypeSpec,
    list_of,
    map_of,
    set_of,
    type_of,
    unify,
)

__all__ = [
    "ANY",
    "BOOL",
    "NUMBER",
    "STRING",
    "ConversionError",
    "PartialSet",
    "TerraformSet",
    "TypeSpec",
    "TypeSyntaxError",
    "convert",
    "identity",
    "list_of",
    "make_set",
    "map_of",
    "parse_type",
    "same",
    "set_of",
    "type_of",
    "unify",
]


class TypeSyntaxError(Exception):
    """The expression is no type constraint; `start` is the byte offset of the part that is not."""

    def __init__(self, message: str, start: int) -> None:
        super().__init__(message)
        self.start = start


def parse_type(expr: Expr, evaluate: Callable[[Expr], object] | None = None) -> TypeSpec:
    """The type an expression names: `string`, `list(object({a = optional(string, "x")}))`, or Terraform 0.11's
    quoted "string", "list", "map". `evaluate` computes the defaults of `optional`; by default constants are read
    and anything else is unknown. Raises TypeSyntaxError."""
    kind, start = expr[0], expr[1]
    text = _text(expr)
    if kind in ("lit", "tmpl"):
        if text in _QUOTED:
            return _QUOTED[text]
        raise TypeSyntaxError(f"{_shown(expr)} is not a type: write string, number, bool, list(…), map(…) …", start)
    if kind == "name":
        if text in _NAMED:
            return _NAMED[text]
        if text in _COLLECTIONS or text in ("object", "tuple", "optional"):
            raise TypeSyntaxError(f"the type {text} needs an argument in parentheses", start)
        raise TypeSyntaxError(f'there is no type named "{text}"', start)
    if kind == "call":
        return _parse_call(expr, evaluate or _constant)
    raise TypeSyntaxError("a type is expected here: string, number, bool, list(…), map(…), object({…}) …", start)


def _parse_call(expr: Expr, evaluate: Callable[[Expr], object]) -> TypeSpec:
    _, start, _, name, args, _ = expr
    if name == "optional":
        raise TypeSyntaxError("optional(…) is only valid for an attribute of object({…})", start)
    if name not in _COLLECTIONS and name not in ("object", "tuple"):
        raise TypeSyntaxError(f'there is no type named "{name}"', start)
    if len(args) != 1:
        raise TypeSyntaxError(f"the type {name} takes exactly one argument", start)
    argument = args[0]
    if name == "object":
        return _parse_object(argument, evaluate)
    if name == "tuple":
        if argument[0] != "list":
            raise TypeSyntaxError("tuple takes a list of types: tuple([string, number])", argument[1])
        return TypeSpec("tuple", elements=tuple(parse_type(item, evaluate) for item in argument[3]))
    return TypeSpec(_COLLECTIONS[name], parse_type(argument, evaluate))


def _parse_object(argument: Expr, evaluate: Callable[[Expr], object]) -> TypeSpec:
    if argument[0] != "obj":
        raise TypeSyntaxError("object takes attribute names and types: object({name = string})", argument[1])
    attributes: dict[str, TypeSpec] = {}
    optional: dict[str, object] = {}
    for key, value in argument[3]:
        name = _text(key)
        if name is None:
            raise TypeSyntaxError("an attribute of an object type needs a plain name", key[1])
        default = None
        is_optional = value[0] == "call" and value[3] == "optional"
        if is_optional:
            args = value[4]
            if len(args) not in (1, 2):
                raise TypeSyntaxError("optional takes a type and, if wanted, a default", value[1])
            attributes[name] = parse_type(args[0], evaluate)
            if len(args) == 2:
                default = _default(args[1], attributes[name], evaluate)
            optional[name] = default
        else:
            attributes[name] = parse_type(value, evaluate)
    return TypeSpec("object", attributes=attributes, optional=optional)


def _default(expr: Expr, spec: TypeSpec, evaluate: Callable[[Expr], object]) -> object:
    try:
        return convert(evaluate(expr), spec)
    except ConversionError as error:
        raise TypeSyntaxError(f"this default does not fit its type: {error}", expr[1]) from None


def _constant(expr: Expr) -> object:
    kind = expr[0]
    if kind == "lit":
        return expr[3]
    if kind == "list":
        return [_constant(item) for item in expr[3]]
    if kind == "obj" and all(_text(key) is not None for key, _ in expr[3]):
        return {_text(key) or "": _constant(value) for key, value in expr[3]}
    if kind == "un" and expr[3] == "-":
        operand = _constant(expr[4])
        return -operand if isinstance(operand, (int, float)) else UNKNOWN
    text = _text(expr)
    return UNKNOWN if text is None or kind == "name" else text


def _text(expr: Expr) -> str | None:
    """The plain text of a name, a literal string or a template without interpolation."""
    if expr[0] in ("lit", "name"):
        return expr[3] if isinstance(expr[3], str) else None
    if expr[0] == "tmpl" and all(part[0] == "lit" for part in expr[3]):
        return "".join(str(part[3]) for part in expr[3])
    return None


def _shown(expr: Expr) -> str:
    text = _text(expr)
    return "this template" if text is None else f'"{text}"'


_NAMED = {
    "string": STRING,
    "number": NUMBER,
    "bool": BOOL,
    "any": ANY,
    "list": list_of(ANY),
    "set": set_of(ANY),
    "map": map_of(ANY),
}
_QUOTED = {"string": STRING, "list": list_of(ANY), "map": map_of(ANY)}
_COLLECTIONS: Mapping[str, Kind] = {"list": "list", "set": "set", "map": "map"}
