"""Waivers in the text of a pyproject.toml: each is a table `[[tool.costlint.waivers]]` of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_HEADER = "[[tool.costlint.waivers]]"
_TABLE = re.compile(
    r"^[ \t]*\[\[[ \t]*tool[ \t]*\.[ \t]*costlint[ \t]*\.[ \t]*waivers[ \t]*\]\][^\n]*\n?", re.MULTILINE
)
_ANY_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_VALUE = r"(\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'|[\w-]+)"


def block(entry: Mapping[str, Any], about: str) -> str:
    """The table of one entry."""
    lines = [f"{name} = {_value(value)}" for name, value in entry.items()]
    if about:
        lines[0] += f"  # {about}"
    return "\n".join((_HEADER, *lines)) + "\n"


def added(text: str, entry: Mapping[str, Any], about: str) -> str | None:
    """The text with the entry at its end, where a table may always begin."""
    newline = "\r\n" if "\r\n" in text else "\n"
    between = "" if not text or text.endswith("\n") else newline
    return text + between + newline + block(entry, about).replace("\n", newline)


def updated(text: str, place: int, entry: Mapping[str, Any]) -> str | None:
    """The text with another reason and another last day of the entry at a place; None if it is written otherwise."""
    tables = list(_TABLE.finditer(text))
    if place >= len(tables):
        return None
    start = tables[place].end()
    following = _ANY_TABLE.search(text, start)
    end = following.start() if following else len(text)
    body = text[start:end]
    newline = "\r\n" if "\r\n" in text else "\n"
    for name, after in (("reason", "fingerprint"), ("until", "reason")):
        changed = _set(body, name, entry[name], after, newline) if name in entry else _dropped(body, name)
        if changed is None:
            return None
        body = changed
    return text[:start] + body + text[end:]


def _set(body: str, name: str, value: object, after: str, newline: str) -> str | None:
    """A table in which a key has this value; one that is missing goes after another key."""
    found = re.search(rf"^([ \t]*{name}[ \t]*=[ \t]*){_VALUE}", body, re.MULTILINE)
    if found is not None:
        return body[: found.start()] + found[1] + _value(value) + body[found.end() :]
    before = re.search(rf"^[ \t]*{after}[ \t]*=[^\n]*(\n|\Z)", body, re.MULTILINE)
    if before is None:
        return None
    between = "" if before[1] else newline
    return body[: before.end()] + f"{between}{name} = {_value(value)}{newline}" + body[before.end() :]


def _dropped(body: str, name: str) -> str:
    return re.sub(rf"^[ \t]*{name}[ \t]*=[^\n]*(\n|\Z)", "", body, count=1, flags=re.MULTILINE)


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
