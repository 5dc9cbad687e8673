"""Conversion of values between types by Terraform's rules, sets, and when two values are the same.

Unknown values stay the unknowns they are: what they are converted to is not known either.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping

from costlint.model import PartialList, PartialMap, Unknown
from costlint.readers.terraform.types.kinds import (
    ANY,
    PartialSet,
    TerraformSet,
    TypeSpec,
    element_type,
    friendly,
)
from costlint.readers.terraform.types.numbers import number_text, parse_number


class ConversionError(Exception):
    """A value cannot become the type asked for; the message says why and where inside the value."""

    def __init__(self, reason: str, place: tuple[str, ...] = ()) -> None:
        super().__init__(": ".join((*place, reason)))
        self.reason = reason
        self.place = place


def convert(value: object, spec: TypeSpec) -> object:
    """The value as `spec`: lists unified, undeclared attributes dropped, `optional` defaults filled in.

    Raises ConversionError.
    """
    if value is None or spec.kind == "any" or isinstance(value, Unknown):
        return value
    return _CONVERSIONS[spec.kind](value, spec)


def make_set(items: Iterable[object], partial: bool = False) -> TerraformSet:
    """A set of items already of one type: duplicates dropped, in the order Terraform iterates them."""
    unique: dict[Hashable, object] = {}
    for item in items:
        unique.setdefault(identity(item), item)
    ordered = sorted(unique.values(), key=_order)
    return PartialSet(ordered) if partial else TerraformSet(ordered)


def same(one: object, other: object) -> bool | None:
    """Whether two values are equal (1 and "1" are not); None when unknown parts leave that open."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return True if isinstance(one, Unknown) and one is other and one.sources else None
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return None if isinstance(one, PartialMap) or isinstance(other, PartialMap) else False
        partial = isinstance(one, PartialMap) or isinstance(other, PartialMap)
        return _all_same((same(item, other[key]) for key, item in one.items()), partial)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        if isinstance(one, TerraformSet) != isinstance(other, TerraformSet):
            return False
        partial = isinstance(one, PartialList) or isinstance(other, PartialList)
        if len(one) != len(other):
            return None if partial else False
        return _all_same((same(a, b) for a, b in zip(one, other, strict=True)), partial)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return type(one) is type(other) and one == other if one is None or other is None else _same_plain(one, other)


def identity(value: object) -> Hashable:
    """A key two values share exactly when they are the same (or are the very same unknown)."""
    if isinstance(value, bool) or value is None:
        return ("", value)
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dict):
        return ("{", *sorted((key, identity(item)) for key, item in value.items())) if value else ("{",)
    if isinstance(value, (list, tuple)):
        return ("<" if isinstance(value, TerraformSet) else "[", *map(identity, value))
    return value


def _all_same(answers: Iterable[bool | None], partial: bool) -> bool | None:
    result: bool | None = None if partial else True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def _same_plain(one: object, other: object) -> bool:
    return isinstance(one, str) == isinstance(other, str) and one == other


def _order(item: object) -> tuple[int, object]:
    if item is None:
        return 3, ""
    if isinstance(item, Unknown):
        return 2, str(item)
    if isinstance(item, str):
        return 1, item
    if isinstance(item, (bool, int, float)):
        return 0, item
    return 1, _hashed(item)


def _hashed(value: object) -> str:
    """The text go-cty orders sets of other than primitive types by (cty/set_internals.go)."""
    if value is None:
        return "~"
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, (int, float)):
        return f"{value:.10g}"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return "<" + "".join(f"{_hashed(value[key])};" for key in sorted(value)) + ">"
    if isinstance(value, (list, tuple)):
        return "<" + "".join(f"{_hashed(item)};" for item in value) + ">"
    return str(value)


def _to_string(value: object, spec: TypeSpec) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    raise ConversionError("string required" + _but_have(value))


def _to_number(value: object, spec: TypeSpec) -> object:
    if isinstance(value, str):
        number = parse_number(value)
        if number is None:
            raise ConversionError("a number is required")
        return number
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise ConversionError("number required" + _but_have(value))


def _to_bool(value: object, spec: TypeSpec) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value in _BOOLS:
            return _BOOLS[value]
        hint = f'; to convert from string, use lowercase "{value.lower()}"' if value.lower() in _BOOLS else ""
        raise ConversionError("a bool is required" + hint)
    raise ConversionError("bool required" + _but_have(value))


def _to_list(value: object, spec: TypeSpec) -> object:
    items = _converted_items(value, spec)
    return PartialList(items) if isinstance(value, PartialList) else items


def _to_set(value: object, spec: TypeSpec) -> object:
    if isinstance(value, TerraformSet) and (spec.element or ANY).kind == "any":
        return value
    return make_set(_converted_items(value, spec), isinstance(value, PartialList))


def _converted_items(value: object, spec: TypeSpec) -> list[object]:
    if not isinstance(value, (list, tuple)):
        raise ConversionError(f"{spec} required" + _but_have(value))
    element = _element(value, spec, "all list elements must have the same type")
    if element.kind == "any" or (element.kind == "string" and all(isinstance(item, str) for item in value)):
        return list(value)
    return [_inside(f"element {index}", item, element) for index, item in enumerate(value)]


def _to_map(value: object, spec: TypeSpec) -> object:
    if not isinstance(value, dict):
        raise ConversionError(f"{spec} required" + _but_have(value))
    element = _element(value.values(), spec, "all map elements must have the same type")
    items = {key: _inside(f'element "{key}"', value[key], element) for key in sorted(value)}
    return PartialMap(items) if isinstance(value, PartialMap) else items


def _element(items: Iterable[object], spec: TypeSpec, refusal: str) -> TypeSpec:
    element = spec.element or ANY
    if element.kind != "any":
        return element
    unified = element_type(items)
    if unified is None:
        raise ConversionError(refusal)
    return unified


def _to_object(value: object, spec: TypeSpec) -> object:
    if not isinstance(value, dict):
        raise ConversionError("object required" + _but_have(value))
    result: dict[str, object] = {}
    missing = []
    for name, wanted in spec.attributes.items():
        given = value.get(name)
        if name in spec.optional:
            if name not in value and isinstance(value, PartialMap):
                given = Unknown()
            elif given is None:
                given = spec.optional[name]
        elif name not in value:
            if not isinstance(value, PartialMap):
                missing.append(f'"{name}"')
                continue
            given = Unknown()
        result[name] = _inside(f'attribute "{name}"', given, wanted)
    if missing:
        listed = ", ".join(missing)
        raise ConversionError(
            f"attribute {listed} is required" if len(missing) == 1 else f"attributes {listed} are required"
        )
    return result


def _to_tuple(value: object, spec: TypeSpec) -> object:
    if not isinstance(value, (list, tuple)) or isinstance(value, TerraformSet):
        raise ConversionError("tuple required" + _but_have(value))
    if isinstance(value, PartialList):
        return value
    if len(value) != len(spec.elements):
        raise ConversionError(f"tuple of {len(spec.elements)} elements required, but have {len(value)}")
    pairs = zip(value, spec.elements, strict=True)
    return [_inside(f"element {index}", item, wanted) for index, (item, wanted) in enumerate(pairs)]


def _inside(place: str, value: object, spec: TypeSpec) -> object:
    try:
        return convert(value, spec)
    except ConversionError as error:
        raise ConversionError(error.reason, (place, *error.place)) from None


def _but_have(value: object) -> str:
    return f", but have {friendly(value)}"


_BOOLS = {"true": True, "1": True, "false": False, "0": False}
_CONVERSIONS: Mapping[str, Callable[[object, TypeSpec], object]] = {
    "string": _to_string,
    "number": _to_number,
    "bool": _to_bool,
    "list": _to_list,
    "set": _to_set,
    "map": _to_map,
    "object": _to_object,
    "tuple": _to_tuple,
}
