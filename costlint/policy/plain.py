"""Templates that only name values, as nearly all messages do: filled in without Jinja2, whose import takes as long as
reading a small stack. The result is the one Jinja2 gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from costlint.policy.families import FAMILIES

_HOLDERS = "|".join(("instance", "support", "group", *FAMILIES))
_NAMED = rf"(?:(?:({_HOLDERS})\.)?([A-Za-z]\w*)[ \t]*(\|[ \t]*money)?|([A-Za-z]\w*)[ \t]*\|[ \t]*default\('([\w ]*)'\))"
_SLOT = re.compile(rf"\{{\{{[ \t]*{_NAMED}[ \t]*\}}\}}", re.ASCII)
_MARKS = ("{{", "}}", "{%", "{#", "\r")
_WORDS = "true false none True False None and or not in is if else self super caller loop context"
_RESERVED = frozenset(_WORDS.split())


class Slot(NamedTuple):
    """`{{ holder.name | money }}`; the holder is "" for a name alone, for which a text may stand in (`default`)."""

    holder: str
    name: str
    money: bool
    default: str | None = None

    def value(self, values: Mapping[str, object]) -> object:
        """The value named. Raises LookupError if there is none."""
        if not self.holder:
            return values[self.name] if self.default is None else values.get(self.name, self.default)
        inside: Any = values[self.holder]
        try:
            return inside[self.name]
        except TypeError:  # an attribute of that name, which has no parts
            raise LookupError(self.name) from None


@lru_cache(maxsize=2048)
def pieces(text: str, functions: frozenset[str] = frozenset()) -> tuple[str | Slot, ...] | None:
    """The text and the slots of a template, None for one that takes more than filling in. `functions` are names that
    mean something else."""
    found: list[str | Slot] = []
    end = 0
    for match in _SLOT.finditer(text):
        holder, name, money, optional, default = match.groups()
        name = name or optional
        if name in _RESERVED or name in functions:
            return None
        found += [text[end : match.start()], Slot(holder or "", name, money is not None, default)]
        end = match.end()
    found.append(text[end:])
    if any(mark in piece for piece in found if isinstance(piece, str) for mark in _MARKS):
        return None
    return tuple(found)


def filled(
    parts: tuple[str | Slot, ...],
    values: Mapping[str, object],
    shown: Callable[[object], object],
    money: Callable[[object], object],
) -> str:
    """The template with its values as people read them. Raises LookupError for a name without a value."""
    texts = []
    for part in parts:
        if isinstance(part, str):
            texts.append(part)
            continue
        value = part.value(values)
        texts.append(str(shown(money(value) if part.money else value)))
    return "".join(texts)
