"""What Terraform's operators, indexing and string interpolation mean on values, known or not."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal

from costlint.model import LinkedStr, PartialList, PartialMap, Reference, Sketch, Unknown, unknown_from, with_gaps
from costlint.numerals import whole_number
from costlint.readers.terraform.types.converting import same
from costlint.readers.terraform.types.kinds import TerraformSet, friendly
from costlint.readers.terraform.types.numbers import ARITHMETIC, exact, normal, number_text, parse_number
from costlint.readers.terraform.variables.workspaces import DEFAULT, UnnamedWorkspace


class _ReadThrough:
    """What is read through a reference to its resource: the provider computes what is not configured."""

    __slots__ = ()
    source: Reference

    def computed(self, name: str) -> Reference:
        return Reference(self.source.address, f"{self.source.attribute}.{name}")


class BlockMap(_ReadThrough, PartialMap):
    """A nested block read through a reference to its resource: what is not configured is computed by the provider."""

    __slots__ = ("source",)

    def __init__(self, members: Mapping[str, object], source: Reference) -> None:
        super().__init__(members)
        self.source = source


class NestedMap(_ReadThrough, dict[str, object]):
    """An object an attribute of a resource is set to, read through a reference. It may be a nested attribute, whose
    other members the provider computes, so what is not configured is unknown when asked for by name."""

    __slots__ = ("source",)

    def __init__(self, members: Mapping[str, object], source: Reference) -> None:
        super().__init__(members)
        self.source = source


class NestedBlocks(list[object]):
    """The nested blocks of one type, read through a reference. Where the provider allows only one, Terraform holds it
    as an object, and `resource.block.attribute` needs no index."""

    __slots__ = ()


class ValueProblem(Exception):
    """An operation Terraform refuses, as a sentence; whoever knows the place turns it into an EvaluationError."""


def arithmetic(op: str, left: object, right: object) -> object:
    """`+ - * / %` on numbers, exactly as Terraform calculates: 0.1 + 0.2 is 0.3."""
    if type(left) is int and type(right) is int and op in _WHOLE:
        return _WHOLE[op](left, right)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return unknown_from((left, right))
    first, second = exact(as_number(left, op)), exact(as_number(right, op))
    if op == "/" and not second:
        raise ValueProblem("a number cannot be divided by zero")
    return normal(_EXACT[op](first, second))


def order(op: str, left: object, right: object) -> object:
    """`< > <= >=` on numbers."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return unknown_from((left, right))
    return _ORDERS[op](as_number(left, op), as_number(right, op))


def equal(left: object, right: object) -> object:
    """`==`: True, False, or an Unknown. Nothing is converted: 1 == "1" is false."""
    if isinstance(left, UnnamedWorkspace) or isinstance(right, UnnamedWorkspace):
        return True if DEFAULT in (left, right) or left is right else unknown_from((left, right))
    answer = same(left, right)
    return unknown_from((left, right)) if answer is None else answer


def negated(value: object) -> object:
    """`!value`."""
    return value if isinstance(value, Unknown) else not as_bool(value)


def minus(value: object) -> object:
    """`-value`."""
    return value if isinstance(value, Unknown) else normal(-exact(as_number(value, "-")))


def as_bool(value: object) -> bool:
    """A condition's value. Raises ValueProblem for what is neither true nor false."""
    if value is True or value is False:
        return value
    truth = _TRUTHS.get(value) if isinstance(value, str) else None
    if truth is None:
        raise ValueProblem(f"expected true or false, not {_named(value)}")
    return truth


def as_number(value: object, op: str = "") -> int | float:
    """An operand's value. Raises ValueProblem for what is no number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        number = parse_number(value)
        if number is not None:
            return number
    raise ValueProblem(
        f'"{op}" needs numbers, not {_named(value)}' if op else f"expected a number, not {_named(value)}"
    )


def as_text(value: object) -> str:
    """A value inside a longer string. Raises ValueProblem for null, lists and maps."""
    if isinstance(value, str):
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    raise ValueProblem(f"{_named(value)} cannot be put into a string")


def joined(parts: list[object], most: int) -> object:
    """The text of a template from the values of its parts: at most `most` characters. Of several lines some may be
    known where others are not."""
    if any(isinstance(part, Unknown) for part in parts):
        return _sketched(parts, most)
    text = "".join([as_text(part) for part in parts])
    if len(text) > most:
        raise ValueProblem(f"the string is longer than {most} characters")
    sources = dict.fromkeys(source for part in parts if isinstance(part, LinkedStr) for source in part.sources)
    return LinkedStr(text, tuple(sources)) if sources else text


def _sketched(parts: list[object], most: int) -> Unknown:
    lost = unknown_from(parts)
    if not any(isinstance(part, Sketch) or (isinstance(part, str) and "\n" in part) for part in parts):
        return lost
    text = "".join([as_text(part) if not isinstance(part, Unknown) else str(with_gaps(part)) for part in parts])
    return Sketch(text, lost.sources) if len(text) <= most else lost


def member(value: object, key: object) -> object:
    """`value[key]` on a list or map. Raises ValueProblem where Terraform would."""
    if isinstance(key, UnnamedWorkspace) and isinstance(value, dict):
        known = key.key_in(value)
        return unknown_from((value, key)) if known is None else value[known]
    if isinstance(value, Unknown) or isinstance(key, Unknown):
        return unknown_from((value, key))
    if value is None:
        raise ValueProblem("null has no elements")
    if key is None:
        raise ValueProblem("null cannot be an index")
    if isinstance(value, dict):
        name = as_text(key)
        if name in value:
            return value[name]
        if isinstance(value, PartialMap):
            return value.computed(name) if isinstance(value, BlockMap) else unknown_from((value,))
        if isinstance(value, NestedMap):
            return value.computed(name)
        raise ValueProblem(f'there is no element "{name}"{_instead(value)}')
    if isinstance(value, TerraformSet):
        raise ValueProblem("a set has no order, so its elements cannot be indexed")
    if isinstance(value, (list, tuple)):
        index = as_number(key)
        if isinstance(value, PartialList):
            return unknown_from(value)
        if isinstance(index, int) and 0 <= index < len(value):
            return value[index]
        raise ValueProblem(f"there is no element {number_text(index)}: the list has {len(value)}")
    raise ValueProblem(f"{_named(value)} has no elements")


def attribute(value: object, name: str) -> object:
    """`value.name` on a map or object (or `list.0`). Raises ValueProblem where Terraform would."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        if isinstance(value, PartialMap):
            return value.computed(name) if isinstance(value, BlockMap) else unknown_from((value,))
        if isinstance(value, NestedMap):
            return value.computed(name)
        raise ValueProblem(f'there is no attribute "{name}"{_instead(value)}')
    if isinstance(value, Unknown):
        return value
    if isinstance(value, (list, tuple)) and (index := whole_number(name)) is not None:
        return member(value, index)
    if isinstance(value, NestedBlocks) and len(value) == 1:
        return attribute(value[0], name)
    if value is None:
        raise ValueProblem(f'null has no attribute "{name}"')
    raise ValueProblem(f'{_named(value)} has no attribute "{name}"')


def pairs(collection: object) -> list[tuple[object, object]]:
    """Keys and values in Terraform's order of iteration. Raises ValueProblem for what cannot be iterated."""
    if isinstance(collection, dict):
        return sorted(collection.items())
    if isinstance(collection, TerraformSet):
        return [(item, item) for item in collection]
    if isinstance(collection, (list, tuple)):
        return list(enumerate(collection))
    raise ValueProblem(f"{_named(collection)} cannot be iterated over; only lists, sets and maps can")


def _instead(value: dict[str, object]) -> str:
    names = ", ".join(sorted(map(str, value))[:6])
    return f" (there are: {names}{', …' if len(value) > 6 else ''})" if names else ""


def _named(value: object) -> str:
    if value is None:
        return "null"
    kind = friendly(value)
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _remainder(left: Decimal, right: Decimal) -> Decimal:
    """The sign is the dividend's, and dividing by zero leaves the dividend, as in Terraform."""
    return ARITHMETIC.remainder(left, right) if right else left


_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_WHOLE: dict[str, Callable[[int, int], int]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_EXACT: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
    "%": _remainder,
}
_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
