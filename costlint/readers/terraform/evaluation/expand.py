"""`count` and `for_each`: which instances of a block there are, and what each is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias, Union

from msgspec import Struct, field

from costlint.model import UNKNOWN, PartialList, PartialMap, Unknown, unknown_from
from costlint.readers.terraform.evaluation.operators import ValueProblem, as_number
from costlint.readers.terraform.evaluation.scope import EvaluationError
from costlint.readers.terraform.syntax.ast import Body, Expr

Key: TypeAlias = Union[int, str, Unknown, None]
"""None for a block without count and for_each, UNKNOWN for instances that cannot be known."""


class Expansion(Struct, frozen=True):
    """The instances of one block. `values` are the each.value by key; `unknown` holds what each.value is for the
    instances that cannot be known, None when there are no such instances."""

    kind: Literal["", "count", "for_each"]
    keys: tuple[Key, ...]
    values: Mapping[Key, object] = field(default_factory=dict)
    unknown: Unknown | None = None

    @property
    def all_keys(self) -> tuple[Key, ...]:
        """Every instance, the one of unknown number last."""
        return self.keys if self.unknown is None else (*self.keys, UNKNOWN)

    def names(self, key: Key) -> Mapping[str, object]:
        """What `count` or `each` is inside the instance."""
        if key is None:
            return {}
        if self.kind == "count":
            return {"count": {"index": key}}
        value = self.unknown if isinstance(key, Unknown) else self.values[key]
        return {"each": {"key": key, "value": value}}

    def whole(self, handle: Callable[[Key], object]) -> object:
        """The block referred to as a whole: one object, a list by count, or a map by for_each."""
        if not self.kind:
            return handle(None)
        if not self.keys and self.unknown is not None:
            return handle(UNKNOWN)
        if self.kind == "count":
            return [handle(key) for key in self.keys]
        members = {str(key): handle(key) for key in self.keys}
        return members if self.unknown is None else PartialMap(members)


SINGLE = Expansion("", (None,))


def instances(kind: Literal["count", "for_each"], value: object, expr: Expr, most: int) -> Expansion:
    """The instances `count = value` or `for_each = value` asks for. Raises EvaluationError."""
    if isinstance(value, Unknown):
        return Expansion(kind, (), unknown=unknown_from((value,)))
    return _counted(value, expr, most) if kind == "count" else _for_each(value, expr, most)


def unknown_instances(kind: Literal["count", "for_each"]) -> Expansion:
    return Expansion(kind, (), unknown=UNKNOWN)


def repetition(body: Body) -> tuple[Literal["count", "for_each"], Expr] | None:
    """The meta-argument that repeats a block, and its expression."""
    attributes = body.attributes
    if "count" in attributes:
        return "count", attributes["count"].expr
    if "for_each" in attributes:
        return "for_each", attributes["for_each"].expr
    return None


def suffix(key: Key) -> str:
    """What an instance's key adds to the address of its block."""
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    if isinstance(key, str):
        return '["' + key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"]'
    return "[?]"


def _counted(value: object, expr: Expr, most: int) -> Expansion:
    if value is None:
        raise EvaluationError("count is null; it must be a whole number", expr[1])
    try:
        # Up to Terraform 0.11 true is 1 and false 0; later versions refuse them, so they mean nothing else.
        number = int(value) if isinstance(value, bool) else as_number(value)
    except ValueProblem as problem:
        raise EvaluationError(f"count must be a whole number: {problem}", expr[1]) from None
    if not isinstance(number, int) or number < 0:
        raise EvaluationError(f"count must be a whole number, 0 or more, not {number}", expr[1])
    _check(number, most, "count", expr)
    return Expansion("count", tuple(range(number)))


def _for_each(value: object, expr: Expr, most: int) -> Expansion:
    if isinstance(value, dict):
        values: dict[Key, object] = dict(sorted(value.items()))
        partial = isinstance(value, PartialMap)
    elif isinstance(value, (list, tuple)):
        values = {item: item for item in value if isinstance(item, str)}
        others = [item for item in value if not isinstance(item, str)]
        if any(not isinstance(item, Unknown) for item in others):
            raise EvaluationError("for_each needs a map or a set of strings", expr[1])
        partial = isinstance(value, PartialList) or bool(others)
    else:
        raise EvaluationError("for_each needs a map or a set of strings", expr[1])
    _check(len(values), most, "for_each", expr)
    plain: dict[Key, object] = {str(key): item for key, item in values.items()}
    return Expansion("for_each", tuple(plain), plain, unknown_from((value,)) if partial else None)


_MANY = 10**15


def _check(number: int, most: int, what: str, expr: Expr) -> None:
    if number > most:
        shown = f"{number:,}" if number < _MANY else "countless"
        message = f"{what} asks for {shown} instances; costlint expands at most {most:,} of one block"
        raise EvaluationError(message, expr[1])
