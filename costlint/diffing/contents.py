"""What a resource consists of, and which of its attributes differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from costlint.diffing.snapshots import Priced
from costlint.model import Path, Unknown

_MOST_LEAVES = 60
_ABSENT = object()


class Leaf(NamedTuple):
    """A value that differs, None where it is not there."""

    path: Path
    before: object
    after: object


def content(one: Priced) -> str | None:
    """Equal for resources of a type that are written alike; None where that is not known. Where the same value comes
    from does not matter: what it refers to may have been renamed along."""
    if one.resource is None:
        return None if not one.lines else repr((one.type, one.lines))
    return repr((one.type, one.region, _written(one.resource.attributes)))


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> list[Leaf]:
    """Where two sets of attributes differ, down to single values; lists of another length differ as a whole."""
    found: list[Leaf] = []
    for name in dict.fromkeys((*before, *after)):
        for leaf in _leaves((name,), before.get(name, _ABSENT), after.get(name, _ABSENT)):
            found.append(leaf)
            if len(found) == _MOST_LEAVES:
                return found
    return found


def _leaves(path: Path, before: object, after: object) -> Iterator[Leaf]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            yield from _leaves((*path, key), before.get(key, _ABSENT), after.get(key, _ABSENT))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for at, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _leaves((*path, at), one, other)
    elif not _same(before, after):
        yield Leaf(path, None if before is _ABSENT else before, None if after is _ABSENT else after)


def _same(before: object, after: object) -> bool:
    if before is _ABSENT or after is _ABSENT:
        return (None if before is _ABSENT else before) is (None if after is _ABSENT else after)
    if isinstance(before, Unknown) and isinstance(after, Unknown):
        return str(before) == str(after)
    if isinstance(before, (dict, list)) or isinstance(after, (dict, list)):
        return repr(_written(before)) == repr(_written(after))
    if isinstance(before, Unknown) or isinstance(after, Unknown):
        return False
    return str(before) == str(after)


def _written(value: object) -> object:
    """A value in a form that is equal where the text has the same meaning."""
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, Mapping):
        return sorted((str(key), _written(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return [_written(item) for item in value]
    return str(value)
