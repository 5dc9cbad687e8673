"""File name patterns of `fileset`: *, ?, [a-z], {a,b} within a folder name, ** across folders."""

from __future__ import annotations

import re
from collections.abc import Iterable

from costlint.re2 import PatternError, compile_pattern
from costlint.readers.terraform.functions.calling import CallError


def matching(pattern: str, files: Iterable[str]) -> list[str]:
    """The paths that match as a whole. Raises CallError for a malformed pattern."""
    try:
        compiled = compile_pattern(f"^(?:{_translate(pattern)})$")
    except PatternError:
        raise CallError(f'failed to glob pattern "{pattern}": syntax error in pattern') from None
    return [file for file in files if compiled.search(file)]


def _translate(pattern: str) -> str:
    folders = pattern.split("/")
    parts = []
    for position, folder in enumerate(folders):
        last = position == len(folders) - 1
        if folder == "**":
            parts.append(".*" if last else "(?:[^/]+/)*")
        else:
            parts.append(_translate_name(folder) + ("" if last else "/"))
    return "".join(parts)


def _translate_name(name: str) -> str:
    parts = []
    position = braces = 0
    while position < len(name):
        character = name[position]
        position += 1
        if character == "*":
            parts.append("[^/]*")
        elif character == "?":
            parts.append("[^/]")
        elif character == "[":
            end = name.find("]", position + 1)
            if end < 0:
                raise PatternError("missing ]")
            inside = name[position:end].replace("\\", "\\\\").replace("[", "\\[")
            parts.append(f"[^/{inside[1:]}]" if inside[0] in "^!" else f"[{inside}]")
            position = end + 1
        elif character == "\\" and position < len(name):
            parts.append(re.escape(name[position]))
            position += 1
        elif character == "{":
            braces += 1
            parts.append("(?:")
        elif character == "}" and braces:
            braces -= 1
            parts.append(")")
        elif character == "," and braces:
            parts.append("|")
        else:
            parts.append("\\" + character if not character.isalnum() and character.isascii() else character)
    if braces:
        raise PatternError("missing }")
    return "".join(parts)
