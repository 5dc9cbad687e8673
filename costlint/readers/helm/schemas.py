"""The schemas of charts' values: whether Helm would fetch or open something else to check values against one."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

_STANDARD = ("http://json-schema.org/", "https://json-schema.org/")
_LEADING = ("$ref", "$schema", "$dynamicRef", "$recursiveRef")


def elsewhere(schema: bytes) -> str:
    """What the first reference of a schema names that leads out of it, "" if none does. Of what is no JSON it says
    nothing (Helm does), and what is nested too deeply to look through counts as leading out."""
    try:
        value = msgspec.json.decode(schema)
    except msgspec.DecodeError:
        return ""
    except RecursionError:
        return "more than can be looked through"
    return next((one for one in _references(value) if not one.startswith(("#", *_STANDARD))), "")


def _references(value: object) -> Iterator[str]:
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            yield from (one[key] for key in _LEADING if isinstance(one.get(key), str))
            pending += one.values()
        elif isinstance(one, list):
            pending += one
