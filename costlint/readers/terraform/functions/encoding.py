"""Encoding and decoding: JSON, base64, text encodings, URLs."""

from __future__ import annotations

import base64
import binascii
import json
from typing import NoReturn

from costlint.model import UNKNOWN
from costlint.readers.terraform.functions import unicode
from costlint.readers.terraform.functions.bounds import check_text
from costlint.readers.terraform.functions.calling import CallError, Parameter, function, link
from costlint.readers.terraform.types.kinds import STRING
from costlint.readers.terraform.types.numbers import is_number, number_text, parse_number

_STR = Parameter("str", STRING)
_ENCODING = Parameter("encoding", STRING)

# Go's encoding/json escapes what would be unsafe inside HTML and JavaScript.
_JSON_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029", "\x7f": "\x7f"}
)
# Python codecs that are no character encodings of the IANA registry.
_NO_CHARSET = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))


@function(Parameter("val", nullable=True), linked=True, sketched=True)
def jsonencode(value: object) -> str:
    text = json_text(value)
    check_text(len(text))
    return unicode.nfc(text)


def json_text(value: object) -> str:
    """The value as Terraform writes JSON: keys sorted, no spaces, <, > and & escaped. Raises CallError."""
    parts: list[str] = []
    _write_json(value, parts)
    return "".join(parts)


def _write_json(value: object, parts: list[str]) -> None:
    if value is None:
        parts.append("null")
    elif isinstance(value, str):
        parts.append(json.dumps(value, ensure_ascii=False).translate(_JSON_ESCAPES))
    elif isinstance(value, bool):
        parts.append("true" if value else "false")
    elif is_number(value):
        assert isinstance(value, (int, float))
        text = number_text(value)
        if text.endswith("inf"):
            raise CallError("an infinite number cannot be serialized")
        parts.append(text)
    elif isinstance(value, dict):
        opening = "{"
        for key in sorted(value):
            parts.append(opening)
            _write_json(key, parts)
            parts.append(":")
            _write_json(value[key], parts)
            opening = ","
        parts.append("{}" if not value else "}")
    elif isinstance(value, (list, tuple)):
        opening = "["
        for item in value:
            parts.append(opening)
            _write_json(item, parts)
            opening = ","
        parts.append("[]" if not value else "]")
    else:
        raise CallError("the value cannot be serialized as JSON")


@function(_STR, sketched=True)
def jsondecode(text: str) -> object:
    def refuse(name: str) -> NoReturn:
        raise CallError(f"invalid character '{name[0]}' looking for beginning of value")

    try:
        return _in_terraform(json.loads(text, parse_int=_number, parse_float=_number, parse_constant=refuse))
    except json.JSONDecodeError as error:
        raise CallError(f"invalid JSON at line {error.lineno}, column {error.colno}: {error.msg}") from None


@function(_STR, linked=True)
def base64encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@function(_STR)
def base64decode(text: str) -> object:
    try:
        return link(unicode.nfc(_base64_bytes(text).decode()), [text])
    except UnicodeDecodeError:
        raise CallError("the result of decoding the provided string is not valid UTF-8") from None


@function(_STR)
def base64gzip(_text: str) -> object:
    """Every gzip implementation compresses to other bytes, so the result cannot be told."""
    return UNKNOWN


@function(Parameter("string", STRING), _ENCODING)
def textencodebase64(text: str, encoding: str) -> str:
    try:
        return base64.b64encode(text.encode(_charset(encoding))).decode()
    except UnicodeEncodeError:
        raise CallError(f"the given string contains characters that cannot be represented in {encoding}") from None


@function(Parameter("source", STRING), _ENCODING)
def textdecodebase64(text: str, encoding: str) -> str:
    charset = _charset(encoding)
    try:
        return unicode.nfc(_base64_bytes(text).decode(charset))
    except UnicodeDecodeError:
        raise CallError(f"the given source string contains invalid symbols for {encoding}") from None


@function(_STR, linked=True)
def urlencode(text: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(text, safe="~")


def _base64_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        raise CallError("failed to decode base64 data: illegal or incomplete base64") from None


def _charset(encoding: str) -> str:
    import codecs

    try:
        found = codecs.lookup(encoding)
        if found.name in _NO_CHARSET or not isinstance("".encode(found.name), bytes):
            raise LookupError
    except (LookupError, ValueError, TypeError):
        raise CallError(f'"{encoding}" is not a supported IANA encoding name or alias in this version') from None
    return found.name


def _number(text: str) -> int | float:
    number = parse_number(text)
    if number is None:
        raise CallError(f"the number {text[:40]} is too large")
    return number


def _in_terraform(value: object) -> object:
    """Strings in normal form, without the lone surrogates only JSON can spell."""
    if isinstance(value, str):
        if value.isascii():
            return value
        return unicode.nfc(value.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    if isinstance(value, list):
        return [_in_terraform(item) for item in value]
    if isinstance(value, dict):
        return {str(_in_terraform(key)): _in_terraform(item) for key, item in value.items()}
    return value
