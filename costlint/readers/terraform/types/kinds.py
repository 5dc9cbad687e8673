"""Types as data, sets as a kind of list, and the one type several types can become (Terraform's unification).

A Python list stands for Terraform's lists and tuples alike, a dict for its maps and objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from costlint.model import PartialList, Unknown

Kind = Literal["any", "string", "number", "bool", "list", "set", "map", "object", "tuple"]


class TypeSpec(NamedTuple):
    """A type constraint. `element` is for list, set and map; `attributes` and `optional` (name → default, None
    when there is none) for object; `elements` for tuple."""

    kind: Kind
    element: TypeSpec | None = None
    attributes: Mapping[str, TypeSpec] = {}
    elements: tuple[TypeSpec, ...] = ()
    optional: Mapping[str, object] = {}

    def __str__(self) -> str:
        if self.kind in ("list", "set", "map"):
            return f"{self.kind} of {self.element}"
        return "dynamic" if self.kind == "any" else self.kind


ANY = TypeSpec("any")
STRING = TypeSpec("string")
NUMBER = TypeSpec("number")
BOOL = TypeSpec("bool")


def list_of(element: TypeSpec) -> TypeSpec:
    return TypeSpec("list", element)


def set_of(element: TypeSpec) -> TypeSpec:
    return TypeSpec("set", element)


def map_of(element: TypeSpec) -> TypeSpec:
    return TypeSpec("map", element)


class TerraformSet(list[object]):
    """A set: its members unique and in Terraform's order (see `converting.make_set`)."""

    __slots__ = ()


class PartialSet(TerraformSet, PartialList):
    """A set that may hold further members which are not known."""

    __slots__ = ()


def type_of(value: object) -> TypeSpec:
    """The type of a value; null and unknown values can still be of any type."""
    if isinstance(value, str):
        return STRING
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, (int, float)):
        return NUMBER
    if isinstance(value, dict):
        return TypeSpec("object", attributes={key: type_of(item) for key, item in value.items()})
    if isinstance(value, TerraformSet):
        return set_of(element_type(value) or ANY)
    if isinstance(value, (list, tuple)):
        return TypeSpec("tuple", elements=tuple(type_of(item) for item in value))
    return ANY


def friendly(value: object) -> str:
    """What a value is called in an error sentence."""
    if isinstance(value, Unknown) or value is None:
        return "dynamic"
    return type_of(value).kind


def element_type(items: Iterable[object]) -> TypeSpec | None:
    """The type all items can be converted to, None if there is none."""
    types: dict[str, TypeSpec] = {}
    complex_types: list[TypeSpec] = []
    for item in items:
        if isinstance(item, (list, tuple, dict)):
            complex_types.append(type_of(item))
        else:
            found = type_of(item)
            types[found.kind] = found
    return unify([*types.values(), *complex_types]) if types or complex_types else ANY


def unify(types: Sequence[TypeSpec]) -> TypeSpec | None:
    """The type all of `types` convert to, as go-cty's `convert.UnifyUnsafe` chooses it; None if there is none."""
    if not types:
        return None
    first = types[0]
    if all(other == first for other in types):
        return first
    kinds = {spec.kind for spec in types}
    if len(kinds) == 1:
        same = _UNIFIERS.get(first.kind)
        if same is not None:
            return same(types)
    if "any" in kinds and len(kinds) == 2 and kinds & _UNIFIERS.keys():
        return ANY
    if kinds <= {"map", "object", "any"}:
        return _unify_values("map", types)
    if kinds <= {"list", "tuple", "any"}:
        return _unify_values("list", types)
    if {"object", "tuple"} <= kinds:
        return None
    return next((want for want in _by_preference(types) if all(convertible(spec, want) for spec in types)), None)


def convertible(source: TypeSpec, target: TypeSpec) -> bool:
    """True if some value of `source` can become `target` (a conversion may still fail, as "x" to a number does)."""
    if "any" in (source.kind, target.kind) or source == target:
        return True
    if source.kind in _PRIMITIVE or target.kind in _PRIMITIVE:
        return "string" in (source.kind, target.kind) and {source.kind, target.kind} <= _PRIMITIVE
    members = _members(source)
    if target.kind in ("list", "set"):
        return source.kind in ("list", "set", "tuple") and all(convertible(m, target.element or ANY) for m in members)
    if target.kind == "map":
        return source.kind in ("map", "object") and all(convertible(m, target.element or ANY) for m in members)
    if target.kind == "object":
        return source.kind in ("map", "object")
    return source.kind == "tuple" and len(source.elements) == len(target.elements)


def _members(spec: TypeSpec) -> list[TypeSpec]:
    if spec.element is not None:
        return [spec.element]
    return [*spec.attributes.values(), *spec.elements]


def _unify_objects(types: Sequence[TypeSpec]) -> TypeSpec | None:
    names = types[0].attributes.keys()
    if any(spec.attributes.keys() != names for spec in types):
        return _unify_values("map", types)
    attributes: dict[str, TypeSpec] = {}
    for name in names:
        found = unify([spec.attributes[name] for spec in types])
        if found is None:
            return None
        attributes[name] = found
    return TypeSpec("object", attributes=attributes)


def _unify_tuples(types: Sequence[TypeSpec]) -> TypeSpec | None:
    if len({len(spec.elements) for spec in types}) > 1:
        return _unify_values("list", types)
    elements: list[TypeSpec] = []
    for column in zip(*(spec.elements for spec in types), strict=True):
        found = unify(column)
        if found is None:
            return None
        elements.append(found)
    return TypeSpec("tuple", elements=tuple(elements))


def _unify_values(kind: Kind, types: Sequence[TypeSpec]) -> TypeSpec | None:
    members = [member for spec in types for member in _members(spec)]
    element = unify(members) if members else ANY
    return None if element is None else TypeSpec(kind, element)


_UNIFIERS: dict[str, Callable[[Sequence[TypeSpec]], TypeSpec | None]] = {
    "object": _unify_objects,
    "tuple": _unify_tuples,
    "list": lambda types: _unify_values("list", types),
    "set": lambda types: _unify_values("set", types),
    "map": lambda types: _unify_values("map", types),
}
_PRIMITIVE = frozenset(("string", "number", "bool"))
_PREFERENCE: tuple[Kind, ...] = ("string", "number", "bool", "set", "list", "tuple", "map", "object", "any")


def _by_preference(types: Sequence[TypeSpec]) -> list[TypeSpec]:
    return sorted(types, key=lambda spec: _PREFERENCE.index(spec.kind))
