"""Lists: building, cutting, searching, testing.

Where only the beginning of a list is known, the answer is a PartialList of that beginning.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal

from costlint.model import PartialList, Reference, Unknown, fully_known, unknown_from
from costlint.readers.terraform.functions.bounds import MOST_DEPTH, MOST_RANGE, check_items, known_length
from costlint.readers.terraform.functions.calling import ArgumentError, CallError, Parameter, function
from costlint.readers.terraform.functions.strings import whole
from costlint.readers.terraform.types.converting import ConversionError, convert, identity, same
from costlint.readers.terraform.types.kinds import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    TerraformSet,
    element_type,
    friendly,
    list_of,
    unify,
)
from costlint.readers.terraform.types.numbers import ARITHMETIC, exact, is_number, normal

_LIST = Parameter("list", list_of(ANY))
_ANY_LIST = Parameter("list")


@function(Parameter("list", list_of(BOOL)), unknowns="inside")
def alltrue(items: list[object]) -> object:
    if any(item is False or item is None for item in items):
        return False
    return True if fully_known(items) else unknown_from([items])


@function(Parameter("list", list_of(BOOL)), unknowns="inside")
def anytrue(items: list[object]) -> object:
    if any(item is True for item in items):
        return True
    return False if fully_known(items) else unknown_from([items])


@function(_LIST, Parameter("size", NUMBER), unknowns="inside")
def chunklist(items: list[object], size: int | float) -> object:
    count = whole(size)
    if count < 0:
        raise CallError("the size argument must be positive")
    if not known_length(items):
        return unknown_from([items])
    if not items or count == 0:
        return [items] if items else []
    return [items[start : start + count] for start in range(0, len(items), count)]


@function(rest=Parameter("vals", nullable=True), unknowns="anywhere")
def coalescelist(*lists: object) -> object:
    if not lists:
        raise CallError("at least one argument is required")
    for position, items in enumerate(lists):
        if isinstance(items, Unknown) or (isinstance(items, PartialList) and not items):
            return unknown_from(lists[position:])
        if items is not None and (isinstance(items, TerraformSet) or not isinstance(items, list)):
            raise CallError("coalescelist arguments must be lists or tuples")
        if items:
            return items
    raise CallError("no non-null arguments")


@function(Parameter("list", list_of(STRING)), unknowns="inside")
def compact(items: list[object]) -> object:
    if fully_known(items):
        return [item for item in items if item]
    known: list[object] = []
    for position, item in enumerate(items):
        if isinstance(item, Unknown) and not _is_identifier(item):
            return partial_list(known, items[position:])
        if isinstance(item, Unknown) or item:
            known.append(item)
    return partial_list(known, ()) if isinstance(items, PartialList) else known


@function(rest=Parameter("seqs"), unknowns="anywhere")
def concat(*lists: object) -> object:
    if not lists:
        raise CallError("at least one argument is required")
    joined: list[object] = []
    for position, items in enumerate(lists):
        if isinstance(items, Unknown):
            rest = [item for later in lists[position:] for item in (later if isinstance(later, list) else [later])]
            return partial_list(joined, rest)
        if isinstance(items, TerraformSet) or not isinstance(items, (list, tuple)):
            raise ArgumentError(position, f"all arguments must be lists or tuples; got {friendly(items)}")
        joined.extend(items)
        if isinstance(items, PartialList):
            return partial_list(joined, [item for later in lists[position + 1 :] for item in _items(later)])
    check_items(len(joined))
    return joined


@function(_ANY_LIST, Parameter("value"), unknowns="anywhere")
def contains(items: object, wanted: object) -> object:
    if isinstance(items, Unknown):
        return unknown_from([items, wanted])
    if not isinstance(items, (list, tuple)):
        raise CallError("argument must be list, tuple, or set")
    open_question = isinstance(items, PartialList)
    for item in items:
        answer = same(item, wanted)
        if answer:
            return True
        open_question = open_question or answer is None
    return unknown_from([items, wanted]) if open_question else False


@function(_LIST, unknowns="inside")
def distinct(items: list[object]) -> object:
    if isinstance(items, PartialList) or not all(fully_known(item) or _is_identifier(item) for item in items):
        return unknown_from([items])
    unique: dict[Hashable, object] = {}
    for item in items:
        unique.setdefault(identity(item), item)
    return list(unique.values())


@function(_ANY_LIST, Parameter("index", NUMBER), unknowns="inside")
def element(items: object, index: int | float) -> object:
    if isinstance(items, TerraformSet) or not isinstance(items, (list, tuple)):
        raise CallError(f"cannot read elements from {friendly(items)}")
    position = whole(index)
    if isinstance(items, PartialList):
        return items[position] if 0 <= position < len(items) else unknown_from([items])
    if not items:
        raise CallError("cannot use element function with an empty list")
    return items[position % len(items)]


@function(_ANY_LIST, unknowns="inside")
def flatten(items: object) -> object:
    if not isinstance(items, (list, tuple)):
        raise CallError("can only flatten lists, sets and tuples")
    flat: list[object] = []
    is_open = _flatten(items, flat, 0)
    if not is_open:
        return flat
    first = next((index for index, item in enumerate(flat) if _may_be_several(item)), len(flat))
    return partial_list(flat[:first], flat[first:])


@function(_ANY_LIST, Parameter("value"), unknowns="anywhere")
def index(items: object, wanted: object) -> object:
    if isinstance(items, Unknown):
        return unknown_from([items, wanted])
    if isinstance(items, TerraformSet) or not isinstance(items, (list, tuple)):
        raise CallError("argument must be a list or tuple")
    if not items and not isinstance(items, PartialList):
        raise CallError("cannot search an empty list")
    for position, item in enumerate(items):
        answer = same(item, wanted)
        if answer is None:
            return unknown_from([items, wanted])
        if answer:
            return position
    if isinstance(items, PartialList):
        return unknown_from([items, wanted])
    raise CallError("item not found")


@function(rest=Parameter("items", nullable=True), unknowns="anywhere", name="list")
def legacy_list(*items: object) -> object:
    """Terraform 0.11's `list(…)`."""
    return convert(list(items), list_of(ANY))


@function(
    Parameter("values", list_of(ANY)),
    Parameter("keys", list_of(ANY)),
    Parameter("searchset", list_of(ANY)),
    unknowns="inside",
)
def matchkeys(items: list[object], keys: list[object], searched: list[object]) -> object:
    common = unify([element_type(keys) or ANY, element_type(searched) or ANY])
    if common is None:
        raise CallError("keys and searchset must be of the same type")
    if not (known_length(items) and fully_known(keys) and fully_known(searched)):
        return unknown_from([items, keys, searched])
    if len(items) != len(keys):
        raise CallError("length of keys and values should be equal")
    wanted = {identity(convert(key, common)) for key in searched}
    return [item for item, key in zip(items, keys, strict=True) if identity(convert(key, common)) in wanted]


@function(_ANY_LIST, unknowns="inside")
def one(items: object) -> object:
    if not isinstance(items, (list, tuple)) or (len(items) > 1 and not _may_collapse(items)):
        raise ArgumentError(0, "must be a list, set, or tuple value with either zero or one elements")
    if isinstance(items, PartialList) or len(items) > 1:
        return unknown_from([items])
    return items[0] if items else None


@function(rest=Parameter("params", NUMBER), name="range")
def number_range(*bounds: int | float) -> list[object]:
    if not 1 <= len(bounds) <= 3:
        raise CallError("must have one, two, or three arguments")
    start, end = (0, bounds[0]) if len(bounds) == 1 else bounds[:2]
    step = bounds[2] if len(bounds) == 3 else (-1 if end < start else 1)
    if step == 0:
        raise ArgumentError(2, "step must not be zero")
    if (end > start) if step < 0 else (end < start):
        order, sign = ("less", "negative") if step < 0 else ("greater", "positive")
        raise ArgumentError(1, f"end must be {order} than start when step is {sign}")
    count = -(-(exact(end) - exact(start)) // exact(step)) if end != start else 0
    if count > MOST_RANGE:
        raise CallError(
            f"more than {MOST_RANGE} values were generated; "
            "either decrease the difference between start and end or use a smaller step"
        )
    if isinstance(start, int) and isinstance(step, int):
        return [value for value in range(start, start + step * (MOST_RANGE + 1), step) if _before(value, end, step)]
    values = (ARITHMETIC.add(exact(start), exact(step) * position) for position in range(MOST_RANGE + 1))
    return [normal(value) for value in values if _before(value, exact(end), step)]


@function(_ANY_LIST, unknowns="inside")
def reverse(items: object) -> object:
    if not isinstance(items, (list, tuple)):
        raise ArgumentError(0, f"can only reverse list or tuple values, not {friendly(items)}")
    return unknown_from([items]) if isinstance(items, PartialList) else list(items)[::-1]


@function(_ANY_LIST, Parameter("start_index", NUMBER), Parameter("end_index", NUMBER), name="slice", unknowns="inside")
def cut(items: object, start: int | float, end: int | float) -> object:
    if isinstance(items, TerraformSet):
        raise ArgumentError(0, "cannot slice a set, because its elements do not have indices")
    if not isinstance(items, (list, tuple)):
        raise ArgumentError(0, "must be a list or tuple value")
    first, last = whole(start), whole(end)
    if first < 0:
        raise ArgumentError(1, "start index must not be less than zero")
    if last > len(items):
        if isinstance(items, PartialList):
            return unknown_from([items])
        raise ArgumentError(2, "end index must not be greater than the length of the given list")
    if first > last:
        raise ArgumentError(1, "start index must not be greater than end index")
    return list(items[first:last])


@function(Parameter("list", list_of(STRING)))
def sort(items: list[str | None]) -> list[str]:
    texts = [item for item in items if item is not None]
    if len(texts) < len(items):
        raise CallError(f"given list element {items.index(None)} is null; a null string cannot be sorted")
    return sorted(texts)


@function(_ANY_LIST, name="sum")
def total(items: object) -> int | float:
    if not isinstance(items, (list, tuple)):
        raise ArgumentError(0, "argument must be list, set, or tuple of number values")
    if not items:
        raise ArgumentError(0, "cannot sum an empty list")
    result = Decimal(0)
    for item in items:
        try:
            number = convert(item, NUMBER)
        except ConversionError:
            number = None
        if not is_number(number):
            raise ArgumentError(0, "argument must be list, set, or tuple of number values")
        assert isinstance(number, (int, float))
        result = ARITHMETIC.add(result, exact(number))
    return normal(result)


def partial_list(known: Sequence[object], rest: Iterable[object]) -> PartialList:
    """A list of which only the beginning is known; of the rest no value but every reference is kept."""
    kept = (item if isinstance(item, Unknown) else unknown_from([item]) for item in rest)
    return PartialList([*known, *(item for item in kept if item.sources)])


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _is_identifier(value: object) -> bool:
    """True for the id or ARN of a resource: one text, not empty, and no other resource has the same."""
    return isinstance(value, Reference) and value.attribute in ("id", "arn") and "data." not in value.address


def _may_be_several(item: object) -> bool:
    return isinstance(item, Unknown) and not _is_identifier(item)


def _may_collapse(items: object) -> bool:
    """A set with unknown members may turn out to have fewer."""
    return isinstance(items, TerraformSet) and not fully_known(items)


def _before(value: int | float | Decimal, end: int | float | Decimal, step: int | float) -> bool:
    return value > end if step < 0 else value < end


def _flatten(items: Iterable[object], flat: list[object], depth: int) -> bool:
    """Append the leaves; True if an unknown may hide further ones."""
    if depth > MOST_DEPTH:
        raise CallError("the list is nested too deeply")
    is_open = isinstance(items, PartialList)
    for item in items:
        if isinstance(item, (list, tuple)):
            is_open = _flatten(item, flat, depth + 1) or is_open
        else:
            is_open = is_open or _may_be_several(item)
            flat.append(item)
    return is_open
