"""A comparison for programs: versioned JSON that can be read back; its schema is published in docs/schema/diff.json.

Amounts are in the currency the file names, to a hundredth of a cent.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from costlint.model.differences import VERSION, Amount, Diff, FindingDelta
from costlint.reports.escaping import printable
from costlint.reports.json_text import json_text, schema_of

Thing = TypeVar("Thing")
_DIGITS = 4
_LONGEST = 300


class DiffError(Exception):
    """A file is not a comparison as `costlint diff --format json` writes it. The message is a sentence."""


def render(diff: Diff) -> str:
    """The comparison as JSON text ending in a newline. Equal comparisons give equal text."""
    shown = _scaled(diff, diff.currency.rate, _DIGITS)
    return json_text(shown)


def read(text: bytes | str, name: str) -> Diff:
    """The comparison in a file called `name`. Raises DiffError."""
    try:
        head = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise DiffError(f"{name}: not JSON") from None
    version = head.get("version") if isinstance(head, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise DiffError(f"{name}: written by a newer costlint (format {version}); this one reads format {VERSION}")
    try:
        found = msgspec.convert(head, Diff)
    except msgspec.ValidationError as error:
        said = printable(str(error))[:_LONGEST]
        raise DiffError(f"{name}: not a comparison as costlint diff --format json writes it: {said}") from None
    if not found.currency.rate > 0:
        raise DiffError(f"{name}: currency.rate is no rate")
    return _scaled(found, 1 / found.currency.rate, None)


def diff_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the JSON comparison."""
    return schema_of(Diff, "costlint diff")


def _scaled(thing: Thing, rate: float, digits: int | None) -> Thing:
    """The same with every amount in another currency."""

    def amount(value: float) -> float:
        return value * rate if digits is None else round(value * rate, digits)

    def walk(value: Any) -> Any:
        if isinstance(value, Amount):
            return Amount(amount(value.low), amount(value.likely), amount(value.high))
        if isinstance(value, FindingDelta):
            before = None if value.gain_before is None else amount(value.gain_before)
            value = replace(value, gain=amount(value.gain), gain_before=before)
        if isinstance(value, Struct):
            return replace(value, **{name: walk(getattr(value, name)) for name in _HOLDING.get(type(value), ())})
        return tuple(map(walk, value)) if isinstance(value, tuple) else value

    scaled: Thing = walk(thing)
    return scaled


def _holding() -> dict[type, tuple[str, ...]]:
    """The fields of each part of a comparison that hold amounts, or parts that do."""
    from costlint.model import differences

    return {
        differences.Diff: ("total", "stacks", "resources", "findings"),
        differences.Sums: (*_SUMS, "unsure", "aside"),
        differences.StackDelta: _SUMS,
        differences.ResourceDelta: (*_SUMS, "instances"),
        differences.InstanceDelta: ("before", "after"),
        differences.FindingDelta: ("saving", "exposure"),
    }


_SUMS = ("before", "after", "delta", "fixed", "usage")
_HOLDING = _holding()
