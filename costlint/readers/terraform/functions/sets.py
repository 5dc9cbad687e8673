"""Sets: union, intersection, difference, Cartesian product."""

from __future__ import annotations

import itertools
import math

from costlint.model import PartialList, fully_known, unknown_from
from costlint.readers.terraform.functions.bounds import check_items
from costlint.readers.terraform.functions.calling import ArgumentError, CallError, Parameter, function
from costlint.readers.terraform.types.converting import convert, identity, make_set
from costlint.readers.terraform.types.kinds import ANY, TerraformSet, element_type, set_of

_FIRST = Parameter("first_set", set_of(ANY))
_OTHERS = Parameter("other_sets", set_of(ANY))


@function(_FIRST, rest=_OTHERS, unknowns="inside")
def setunion(*sets: TerraformSet) -> TerraformSet:
    partial = any(isinstance(each, PartialList) for each in sets)
    return make_set(itertools.chain.from_iterable(_alike(sets)), partial)


@function(_FIRST, rest=_OTHERS)
def setintersection(first: TerraformSet, *others: TerraformSet) -> TerraformSet:
    first, *others_alike = _alike((first, *others))
    shared = set(map(identity, first)).intersection(*(map(identity, other) for other in others_alike))
    return make_set(item for item in first if identity(item) in shared)


@function(Parameter("a", set_of(ANY)), Parameter("b", set_of(ANY)))
def setsubtract(first: TerraformSet, second: TerraformSet) -> TerraformSet:
    first, second = _alike((first, second))
    taken = set(map(identity, second))
    return make_set(item for item in first if identity(item) not in taken)


@function(rest=Parameter("sets"), unknowns="inside")
def setproduct(*collections: object) -> object:
    if len(collections) < 2:
        raise CallError("at least two arguments are required")
    columns: list[list[object]] = []
    for position, items in enumerate(collections):
        if not isinstance(items, (list, tuple)):
            raise ArgumentError(position, "a set or a list is required")
        common = element_type(items)
        if common is None:
            raise ArgumentError(position, "all elements must be of the same type")
        columns.append([convert(item, common) for item in items])
    if any(isinstance(items, PartialList) or _may_collapse(items) for items in collections):
        return unknown_from(collections)
    check_items(math.prod(map(len, columns)))
    rows = map(list, itertools.product(*columns))
    return make_set(rows) if any(isinstance(items, TerraformSet) for items in collections) else list(rows)


def _alike(sets: tuple[TerraformSet, ...]) -> list[TerraformSet]:
    """The sets with their members converted to one type (["a"] and [1] become ["a"] and ["1"])."""
    common = element_type(itertools.chain.from_iterable(sets))
    if common is None:
        raise CallError("all arguments must have the same element type")
    return [make_set((convert(item, common) for item in each), isinstance(each, PartialList)) for each in sets]


def _may_collapse(items: object) -> bool:
    return isinstance(items, TerraformSet) and len(items) > 1 and not fully_known(items)
