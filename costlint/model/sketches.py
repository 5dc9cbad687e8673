"""Texts that are known in part: YAML a template fills in, whose other lines say the same whatever it is filled with."""

from __future__ import annotations

from costlint.model.values import UNKNOWN, PartialList, PartialMap, Reference, Unknown

GAP = "costlintUnknown"
"""What stands in a sketch for a part nobody can know. YAML and JSON take it for a word."""

_MORE = f"{GAP}More"


class Sketch(Unknown):
    """A text that is not known as a whole, though parts of it are: `text` has GAP in place of the others."""

    __slots__ = ("text",)

    def __init__(self, text: str, sources: tuple[Reference, ...] = ()) -> None:
        super().__init__(sources)
        self.text = text


def with_gaps(value: object) -> object:
    """A value to be written as text, with GAP for what is not known, and for what may be there besides."""
    if isinstance(value, Sketch):
        return value.text
    if isinstance(value, Unknown):
        return GAP
    if isinstance(value, dict):
        more = {_MORE: GAP} if isinstance(value, PartialMap) else {}
        return {key: with_gaps(item) for key, item in value.items()} | more
    if isinstance(value, (list, tuple)):
        return [*map(with_gaps, value), *([_MORE] if isinstance(value, PartialList) else [])]
    return value


def opened(value: object) -> object:
    """What was read from a sketch: values with a gap in them are unknown, and so is what else a map or list with one
    holds."""
    if isinstance(value, str):
        return UNKNOWN if GAP in value else value
    if isinstance(value, dict):
        known = {key: opened(item) for key, item in value.items() if not isinstance(key, str) or GAP not in key}
        return known if len(known) == len(value) else PartialMap(known)
    if isinstance(value, list):
        items = [opened(item) for item in value if item != _MORE]
        return items if len(items) == len(value) else PartialList(items)
    return value
