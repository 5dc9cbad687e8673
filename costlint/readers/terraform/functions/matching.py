"""Regular expressions: regex, regexall, and replace with either a plain text or /a pattern/."""

from __future__ import annotations

from collections.abc import Iterator

from costlint.model import UNKNOWN
from costlint.re2 import (
    Match,
    Pattern,
    PatternError,
    TooMuchWork,
    UnsupportedPattern,
    compile_pattern,
)
from costlint.readers.terraform.functions import unicode
from costlint.readers.terraform.functions.bounds import check_text
from costlint.readers.terraform.functions.calling import ArgumentError, CallError, Parameter, function, link
from costlint.readers.terraform.types.kinds import STRING

_PATTERN = Parameter("pattern", STRING)
_STRING = Parameter("string", STRING)


@function(_PATTERN, _STRING)
def regex(pattern: str, text: str) -> object:
    try:
        compiled = _compiled(pattern)
        found = compiled.search(text)
    except (UnsupportedPattern, TooMuchWork):
        return UNKNOWN
    if found is None:
        raise CallError("pattern did not match any part of the given string")
    return _captured(compiled, text, found)


@function(_PATTERN, _STRING)
def regexall(pattern: str, text: str) -> object:
    try:
        compiled = _compiled(pattern)
        return [_captured(compiled, text, found) for found in _all_matches(compiled, text)]
    except (UnsupportedPattern, TooMuchWork):
        return UNKNOWN


@function(Parameter("str", STRING), Parameter("substr", STRING), Parameter("replace", STRING), linked=True)
def replace(text: str, wanted: str, replacement: str) -> object:
    if len(wanted) < 2 or not (wanted.startswith("/") and wanted.endswith("/")):
        check_text(len(text) + text.count(wanted) * len(replacement))
        return unicode.nfc(text.replace(wanted, replacement))
    try:
        return unicode.nfc(_replaced(_compiled_for_replace(wanted[1:-1]), text, replacement))
    except (UnsupportedPattern, TooMuchWork):
        return UNKNOWN


def _compiled_for_replace(pattern: str) -> Pattern:
    try:
        return compile_pattern(pattern)
    except PatternError as error:
        raise CallError(f"error parsing regexp: {error}") from None


def _compiled(pattern: str) -> Pattern:
    """Raises ArgumentError for a pattern Terraform refuses."""
    try:
        compiled = compile_pattern(pattern)
    except PatternError as error:
        raise ArgumentError(0, f"invalid regexp pattern: {error}") from None
    if "" in compiled.groups and any(compiled.groups):
        raise ArgumentError(0, "invalid regexp pattern: cannot mix both named and unnamed capture groups")
    return compiled


def _captured(pattern: Pattern, text: str, found: Match) -> object:
    """The whole match, the list of unnamed groups, or the map of named ones; null for a group without part."""
    parts = [None if span is None else unicode.nfc(text[span[0] : span[1]]) for span in found]
    links = [link(part, [text]) for part in parts]
    if not pattern.groups:
        return links[0]
    return dict(zip(pattern.groups, links[1:], strict=True)) if pattern.groups[0] else links[1:]


def _all_matches(pattern: Pattern, text: str) -> Iterator[Match]:
    """Matches that do not overlap; an empty one right after another match does not count (as in Go)."""
    position, before = 0, -1
    while position <= len(text):
        found = pattern.search(text, position)
        if found is None:
            return
        start, end = found[0] or (0, 0)
        if end > position:
            position = end
            accepted = True
        else:
            accepted = start != before
            position += 1
        before = end
        if accepted:
            yield found


def _replaced(pattern: Pattern, text: str, replacement: str) -> str:
    parts: list[str] = []
    position = last = size = 0
    while position <= len(text):
        found = pattern.search(text, position)
        if found is None:
            break
        start, end = found[0] or (0, 0)
        parts.append(text[last:start])
        if end > last or start == 0:
            parts.append(_expanded(replacement, pattern, text, found))
            size += len(parts[-1])
            check_text(size)
        last = end
        position = max(position + 1, end)
    return "".join([*parts, text[last:]])


def _expanded(replacement: str, pattern: Pattern, text: str, found: Match) -> str:
    """$1, ${1}, $name and ${name} filled in, $$ a dollar; a name is as long as it can be."""
    parts: list[str] = []
    position = 0
    while (dollar := replacement.find("$", position)) >= 0:
        parts.append(replacement[position:dollar])
        position = dollar + 1
        if replacement.startswith("$", position):
            parts.append("$")
            position += 1
            continue
        braced = replacement.startswith("{", position)
        start = position + braced
        end = start
        while end < len(replacement) and (replacement[end] == "_" or replacement[end].isalnum()):
            end += 1
        if end == start or (braced and not replacement.startswith("}", end)):
            parts.append("$")
            continue
        parts.append(_group(replacement[start:end], pattern, text, found))
        position = end + braced
    return "".join([*parts, replacement[position:]])


def _group(name: str, pattern: Pattern, text: str, found: Match) -> str:
    if name.isdecimal() and name.isascii() and not (name.startswith("0") and len(name) > 1):
        index = int(name) if len(name) < 9 else len(found)
        span = found[index] if index < len(found) else None
        return text[span[0] : span[1]] if span else ""
    spans = (found[number] for number, group in enumerate(pattern.groups, 1) if group == name)
    return next((text[span[0] : span[1]] for span in spans if span), "")
