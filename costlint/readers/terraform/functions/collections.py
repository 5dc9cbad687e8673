"""Maps, and what lists and maps share: length, keys, values, lookup, merge, zipmap, transpose, coalesce."""

from __future__ import annotations

from costlint.model import PartialList, PartialMap, Unknown, fully_known, unknown_from
from costlint.readers.terraform.functions import unicode
from costlint.readers.terraform.functions.bounds import known_length
from costlint.readers.terraform.functions.calling import ArgumentError, CallError, Parameter, function
from costlint.readers.terraform.types.converting import convert
from costlint.readers.terraform.types.kinds import (
    ANY,
    STRING,
    TerraformSet,
    TypeSpec,
    element_type,
    friendly,
    list_of,
    map_of,
)
from costlint.readers.terraform.variables.workspaces import UnnamedWorkspace


@function(Parameter("value"), unknowns="inside")
def length(value: object) -> object:
    if isinstance(value, str):
        return unicode.length(value)
    if isinstance(value, (PartialMap, PartialList)):
        return unknown_from([value])
    if isinstance(value, TerraformSet):
        # Two unknown members may turn out to be one.
        return len(value) if len(value) < 2 or fully_known(value) else unknown_from(value)
    if isinstance(value, (dict, list, tuple)):
        return len(value)
    raise CallError("argument must be a string, a collection type, or a structural type")


@function(Parameter("inputMap"), unknowns="inside")
def keys(mapping: object) -> object:
    if not isinstance(mapping, dict):
        raise ArgumentError(0, "must have map or object type")
    return unknown_from([mapping]) if isinstance(mapping, PartialMap) else sorted(mapping)


@function(Parameter("mapping"), unknowns="inside")
def values(mapping: object) -> object:
    if not isinstance(mapping, dict):
        raise ArgumentError(0, "values() requires a map as the first argument")
    return unknown_from([mapping]) if isinstance(mapping, PartialMap) else [mapping[key] for key in sorted(mapping)]


@function(
    Parameter("inputMap"), Parameter("key", STRING), rest=Parameter("default", nullable=True), unknowns="anywhere"
)
def lookup(mapping: object, key: object, *default: object) -> object:
    if len(default) > 1:
        raise CallError(f"lookup() takes two or three arguments, got {2 + len(default)}")
    if isinstance(key, UnnamedWorkspace) and isinstance(mapping, dict):
        known = key.key_in(mapping)
        return unknown_from([mapping, *default]) if known is None else mapping[known]
    if isinstance(mapping, Unknown) or isinstance(key, Unknown):
        return unknown_from([mapping, key, *default])
    if not isinstance(mapping, dict):
        raise ArgumentError(0, "lookup() requires a map as the first argument")
    if key in mapping:
        return mapping[str(key)]
    if isinstance(mapping, PartialMap):
        return unknown_from(default)
    if not default:
        raise ArgumentError(0, f'the given object has no attribute "{key}"')
    return default[0]


@function(rest=Parameter("maps", nullable=True), unknowns="anywhere")
def merge(*maps: object) -> object:
    """Later maps win; a key an unknown map may still override keeps its place but not its value."""
    merged: dict[str, object] = {}
    partial = False
    for argument in maps:
        if argument is None:
            continue
        if not isinstance(argument, (dict, Unknown)):
            raise CallError(f"arguments must be maps or objects, got {friendly(argument)}")
        if isinstance(argument, (Unknown, PartialMap)):
            partial = True
            merged = {
                key: value if isinstance(value, Unknown) else unknown_from([value]) for key, value in merged.items()
            }
        if isinstance(argument, dict):
            merged.update(argument)
    if not partial:
        return merged
    return PartialMap(merged) if merged else _of_unknown_maps(maps)


@function(Parameter("keys", list_of(STRING)), Parameter("values"), unknowns="anywhere")
def zipmap(names: object, items: object) -> object:
    if isinstance(items, TerraformSet) or not isinstance(items, (list, tuple, Unknown)):
        raise CallError("values argument must be a list or tuple value")
    if not isinstance(names, list) or not fully_known(names) or not known_length(items):
        return unknown_from([names, items])
    assert isinstance(items, (list, tuple))
    if len(names) != len(items):
        raise CallError(f"number of keys ({len(names)}) does not match number of values ({len(items)})")
    if None in names:
        raise CallError(f"keys list has null value at index {names.index(None)}")
    return dict(zip(names, items, strict=True))


@function(Parameter("values", map_of(list_of(STRING))))
def transpose(mapping: dict[str, list[str | None] | None]) -> dict[str, list[str]]:
    turned: dict[str, list[str]] = {}
    for key in sorted(mapping):
        for item in mapping[key] or ():
            if item is None:
                raise CallError("input must not contain null list elements")
            turned.setdefault(item, []).append(key)
    return {key: sorted(turned[key]) for key in sorted(turned)}


@function(rest=Parameter("vals", nullable=True), unknowns="anywhere")
def coalesce(*candidates: object) -> object:
    """The first argument that is neither null nor (among strings) empty."""
    wanted = element_type(candidates)
    if wanted is None:
        raise CallError("all arguments must have the same type")
    for position, candidate in enumerate(candidates):
        if candidate is None or (candidate == "" and wanted in (STRING, ANY)):
            continue
        if isinstance(candidate, Unknown):
            return unknown_from(candidates[position:])
        return convert(candidate, wanted)
    raise CallError("no non-null, non-empty-string arguments")


@function(rest=Parameter("items", nullable=True), unknowns="anywhere", name="map")
def legacy_map(*items: object) -> object:
    """Terraform 0.11's `map("key", value, …)`."""
    if len(items) % 2:
        raise CallError("map() takes keys and values in turn, so an even number of arguments")
    names = [convert(name, STRING) for name in items[::2]]
    if not fully_known(names):
        return unknown_from(items)
    return convert(dict(zip(names, items[1::2], strict=True)), TypeSpec("map", ANY))


def _of_unknown_maps(maps: tuple[object, ...]) -> object:
    unknown = unknown_from(maps)
    return unknown if unknown.sources else PartialMap()
