"""Waivers in the text of a YAML file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_KEY = "waivers"
_RULE = re.compile(r"[A-Z]{3}\d{3}")


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def block(entry: Mapping[str, Any], about: str) -> str:
    """The whole setting with one entry, as people would write it."""
    return f"{_KEY}:\n{_item(entry, about, '  ')}"


def added(text: str, entry: Mapping[str, Any], about: str) -> str | None:
    """The text with the entry after those that are there; None where there is no place for it."""
    root, waivers = _compose(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    if root is None:
        return _appended(text, block(entry, about), newline)
    if waivers is None:
        indent = " " * root.start_mark.column
        lines = [f"{indent}{line}" for line in block(entry, about).splitlines()]
        return None if root.flow_style else _appended(text, "\n".join(lines) + "\n", newline)
    if waivers.id == "scalar":
        end = _end_of_line(text, waivers.start_mark.index)
        return None if waivers.value else _inserted(text, end, _item(entry, about, "  "), newline)
    if waivers.id != "sequence":
        return None
    if waivers.flow_style:
        before = ", " if waivers.value else ""
        return _changed(text, [_Edit(waivers.end_mark.index - 1, waivers.end_mark.index - 1, before + _flow(entry))])
    end = _end_of_line(text, _last_character(text, waivers))
    return _inserted(text, end, _item(entry, about, " " * waivers.start_mark.column), newline)


def updated(text: str, place: int, entry: Mapping[str, Any]) -> str | None:
    """The text with another reason and another last day of the entry at a place."""
    _, waivers = _compose(text)
    if waivers is None or waivers.id != "sequence" or waivers.value[place].id != "mapping":
        return None
    item = waivers.value[place]
    pairs = {key.value: (key, value) for key, value in item.value}
    newline = "\r\n" if "\r\n" in text else "\n"
    edits: list[_Edit] = []
    missing: list[str] = []
    for name in ("reason", "until"):
        if name in pairs and name in entry:
            value = pairs[name][1]
            edits.append(_Edit(value.start_mark.index, _last_character(text, value) + 1, _scalar(entry[name])))
        elif name in pairs:
            key, value = pairs[name]
            start = text.rfind("\n", 0, key.start_mark.index) + 1
            if item.flow_style or text[start : key.start_mark.index].strip():
                return None
            edits.append(_Edit(start, _end_of_line(text, _last_character(text, value)) + 1, ""))
        elif name in entry:
            missing.append(f"{name}: {_scalar(entry[name])}")
    if missing and item.flow_style:
        edits.append(_Edit(item.end_mark.index - 1, item.end_mark.index - 1, f", {', '.join(missing)}"))
    elif missing:
        indent = " " * item.start_mark.column
        end = _end_of_line(text, _last_character(text, pairs.get("reason", pairs["fingerprint"])[1]))
        edits.append(_Edit(end, end, "".join(f"{newline}{indent}{line}" for line in missing)))
    return _changed(text, edits)


def _compose(text: str) -> tuple[Any, Any]:
    """The document, and what its key `waivers` holds. The reader written in Python counts characters, as edits do."""
    import yaml

    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None or root.id != "mapping":
        return root, None
    return root, next((value for key, value in root.value if key.value == _KEY), None)


def _item(entry: Mapping[str, Any], about: str, indent: str) -> str:
    lines = [f"{name}: {_scalar(value)}" for name, value in entry.items()]
    if about:
        lines[0] += f"  # {about}"
    return "".join(f"{indent}{'  ' if index else '- '}{line}\n" for index, line in enumerate(lines))


def _flow(entry: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {_scalar(value)}" for name, value in entry.items()) + "}"


def _scalar(value: object) -> str:
    """Text in quotes (it may look like a number), unless it is the id of a rule; a day as YAML writes days."""
    if not isinstance(value, str):
        return str(value)
    return value if _RULE.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _last_character(text: str, node: Any) -> int:
    """Where the last character of a node stands; the end of a block is said to be where the next thing begins."""
    if node.id != "scalar" and not node.flow_style and node.value:
        last = node.value[-1]
        inner = last[1] if isinstance(last, tuple) else last
        return _last_character(text, inner)
    end = node.end_mark.index
    while end > node.start_mark.index and text[end - 1] in " \t\r\n":
        end -= 1
    return max(int(end) - 1, int(node.start_mark.index) - 1)


def _end_of_line(text: str, index: int) -> int:
    """Where the line a character is on ends, before its newline."""
    end = text.find("\n", max(index, 0))
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1 : end] == "\r" else end


def _inserted(text: str, at: int, lines: str, newline: str) -> str:
    """The text with whole lines after the line that ends at `at`."""
    return text[:at] + newline + lines.rstrip("\n").replace("\n", newline) + (text[at:] or newline)


def _appended(text: str, lines: str, newline: str) -> str:
    between = "" if not text or text.endswith("\n") else newline
    return text + between + (newline if text.strip() else "") + lines.replace("\n", newline)


def _changed(text: str, edits: list[_Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text
