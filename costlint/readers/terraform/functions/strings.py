"""Strings: cutting, joining, trimming, changing case."""

from __future__ import annotations

from costlint.readers.terraform.functions import unicode
from costlint.readers.terraform.functions.bounds import check_text
from costlint.readers.terraform.functions.calling import ArgumentError, CallError, Parameter, function
from costlint.readers.terraform.types.kinds import NUMBER, STRING, list_of

_STR = Parameter("str", STRING)
_LARGEST_INDEX = 2**63
# Go's unicode.IsSpace; Python's strip() would take U+001C to U+001F too.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_ASCII_SEPARATORS = frozenset(map(chr, range(0x80))) - frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
)


def whole(number: object) -> int:
    """The number as an index or count. Raises CallError for a fraction."""
    if not isinstance(number, int) or abs(number) >= _LARGEST_INDEX:
        raise CallError("value must be a whole number, between -9223372036854775808 and 9223372036854775807 inclusive")
    return number


@function(_STR, linked=True)
def chomp(text: str) -> str:
    return text.rstrip("\r\n")


@function(_STR, Parameter("suffix", STRING))
def endswith(text: str, suffix: str) -> bool:
    return text.endswith(suffix)


@function(_STR, Parameter("prefix", STRING))
def startswith(text: str, prefix: str) -> bool:
    return text.startswith(prefix)


@function(_STR, Parameter("substr", STRING))
def strcontains(text: str, part: str) -> bool:
    return part in text


@function(Parameter("spaces", NUMBER), _STR, linked=True)
def indent(spaces: int | float, text: str) -> str:
    width = whole(spaces)
    if width < 0:
        raise ArgumentError(0, "the number of spaces must not be negative")
    check_text(len(text) + width * text.count("\n"))
    return text.replace("\n", "\n" + " " * width)


@function(Parameter("separator", STRING), rest=Parameter("lists", list_of(STRING)), linked=True)
def join(separator: str, *lists: list[str | None]) -> str:
    if not lists:
        raise CallError("at least one list is required")
    parts: list[str] = []
    for number, items in enumerate(lists, 1):
        for index, item in enumerate(items):
            if item is None:
                where = f"element {index} of list {number}" if len(lists) > 1 else f"element {index}"
                raise ArgumentError(number, f"{where} is null; cannot concatenate null values")
            parts.append(item)
    check_text(sum(map(len, parts)) + len(separator) * len(parts))
    return unicode.nfc(separator.join(parts))


@function(_STR, linked=True)
def lower(text: str) -> str:
    return unicode.nfc(unicode.lower(text))


@function(_STR, linked=True)
def upper(text: str) -> str:
    return unicode.nfc(unicode.upper(text))


@function(_STR, linked=True)
def title(text: str) -> str:
    result = []
    before = " "
    for character in text:
        result.append(unicode.title_character(character) if _separates(before) else character)
        before = character
    return unicode.nfc("".join(result))


@function(Parameter("separator", STRING), _STR, linked=True)
def split(separator: str, text: str) -> list[str]:
    return text.split(separator) if separator else list(text)


@function(_STR, linked=True)
def strrev(text: str) -> str:
    return unicode.nfc("".join(reversed(unicode.graphemes(text))))


@function(_STR, Parameter("offset", NUMBER), Parameter("length", NUMBER), linked=True)
def substr(text: str, offset: int | float, length: int | float) -> str:
    start, count = whole(offset), whole(length)
    characters = unicode.graphemes(text)
    if start < 0:
        start = max(0, start + len(characters))
        # Terraform answers the whole rest for a zero length counted from the end.
        count = count or -1
    taken = characters[start:] if count < 0 else characters[start : start + count]
    return unicode.nfc("".join(taken))


@function(_STR, Parameter("cutset", STRING), linked=True)
def trim(text: str, cutset: str) -> str:
    return unicode.nfc(text.strip(cutset)) if cutset else text


@function(_STR, Parameter("prefix", STRING), linked=True)
def trimprefix(text: str, prefix: str) -> str:
    return unicode.nfc(text.removeprefix(prefix))


@function(_STR, Parameter("suffix", STRING), linked=True)
def trimsuffix(text: str, suffix: str) -> str:
    return text.removesuffix(suffix)


@function(_STR, linked=True)
def trimspace(text: str) -> str:
    return text.strip(_SPACE)


def _separates(character: str) -> bool:
    return character in _ASCII_SEPARATORS or (not character.isascii() and character in _SPACE)
