""".gitignore: which files of a tree a person does not consider part of it (gitignore(5))."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct


class _Pattern(Struct, frozen=True):
    matches: Callable[[str], object]
    ignore: bool
    directories_only: bool
    whole_path: bool


class IgnoreFile:
    """The patterns of one .gitignore; they apply to paths relative to the directory it stands in."""

    def __init__(self, text: str) -> None:
        self._patterns = [p for line in text.splitlines() if (p := _pattern(line)) is not None]
        self._patterns.reverse()

    def verdict(self, path: str, directory: bool) -> bool | None:
        """True: ignored, False: explicitly not, None: not mentioned. The last matching line wins."""
        name = path.rpartition("/")[2]
        for pattern in self._patterns:
            if pattern.directories_only and not directory:
                continue
            if pattern.matches(path if pattern.whole_path else name):
                return pattern.ignore
        return None


Rules = tuple[tuple[str, IgnoreFile], ...]
"""The ignore files in force, outermost first, each with the directory it stands in."""


def ignored(path: str, directory: bool, rules: Rules) -> bool:
    """True if a path whose parent directories are not ignored is. The innermost file that mentions it decides."""
    for base, file in reversed(rules):
        verdict = file.verdict(path[len(base) + 1 :] if base else path, directory)
        if verdict is not None:
            return verdict
    return False


def ignored_at(path: str, text_of: Callable[[str], str]) -> str:
    """The directory git ignores that `path` is or lies in, "" if there is none; for paths that need not exist.
    `text_of` gives what an ignore file says, "" where there is none."""
    rules: Rules = ()
    steps = path.split("/")
    for count in range(len(steps)):
        above = "/".join(steps[:count])
        text = text_of(f"{above}/.gitignore" if above else ".gitignore")
        rules = (*rules, (above, IgnoreFile(text))) if text else rules
        here = "/".join(steps[: count + 1])
        if ignored(here, True, rules):
            return here
    return ""


def _pattern(line: str) -> _Pattern | None:
    line = line.rstrip("\r\n")
    if line.startswith("#"):
        return None
    stripped = line.rstrip(" ")
    if stripped.endswith("\\") and len(stripped) < len(line):
        stripped += " "
    line = stripped
    ignore = not line.startswith("!")
    if not ignore:
        line = line[1:]
    directories_only = line.endswith("/")
    line = line[:-1] if directories_only else line
    if not line:
        return None
    whole_path = "/" in line
    expression = _expression(line.removeprefix("/"))
    if expression is None:
        return None
    return _Pattern(re.compile(expression, re.DOTALL).fullmatch, ignore, directories_only, whole_path)


def _expression(glob: str) -> str | None:
    """The regular expression of a glob: * and ? stop at "/", ** does not. None if it can match nothing."""
    out: list[str] = []
    position = 0
    while position < len(glob):
        character = glob[position]
        if character == "*":
            stop = position
            while stop < len(glob) and glob[stop] == "*":
                stop += 1
            at_start = position == 0 or glob[position - 1] == "/"
            at_end = stop == len(glob)
            if stop - position >= 2 and at_start and glob.startswith("/", stop):
                out.append("(?:[^/]+/)*")
                stop += 1
            elif stop - position >= 2 and at_start and at_end:
                out.append(".+")
            elif not (out and out[-1] == "[^/]*"):
                out.append("[^/]*")
            position = stop
        elif character == "[":
            found = _bracket(glob, position)
            if found is None:
                return None
            text, position = found
            out.append(text)
        else:
            if character == "\\":
                position += 1
                if position == len(glob):
                    return None
                character = glob[position]
                out.append(re.escape(character))
            else:
                out.append("[^/]" if character == "?" else re.escape(character))
            position += 1
    return "".join(out)


_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "lower": "a-z",
    "upper": "A-Z",
    "space": r"\s",
    "xdigit": "0-9a-fA-F",
}


def _bracket(glob: str, position: int) -> tuple[str, int] | None:
    """The character class that begins at `position`, and where it ends."""
    position += 1
    negated = glob[position : position + 1] in ("!", "^")
    position += negated
    out: list[str] = []
    first = True
    while position < len(glob) and (glob[position] != "]" or first):
        first = False
        if glob.startswith("[:", position) and (end := glob.find(":]", position)) > 0:
            name = glob[position + 2 : end]
            if name not in _CLASSES:
                return None
            out.append(_CLASSES[name])
            position = end + 2
            continue
        low, position = _member(glob, position)
        if glob[position : position + 1] == "-" and glob[position + 1 : position + 2] not in ("]", ""):
            high, position = _member(glob, position + 1)
            if low <= high:
                out.append(f"{re.escape(low)}-{re.escape(high)}")
        else:
            out.append(re.escape(low))
    if position >= len(glob):
        return None
    members = "".join(out)
    if negated:
        return f"[^/{members}]", position + 1
    return (f"(?!/)[{members}]" if members else "(?!)"), position + 1


def _member(glob: str, position: int) -> tuple[str, int]:
    if glob[position] == "\\" and position + 1 < len(glob):
        position += 1
    return glob[position], position + 1
