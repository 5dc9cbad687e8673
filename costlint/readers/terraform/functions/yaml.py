"""YAML: yamlencode and yamldecode with go-cty-yaml's choices (YAML 1.1 words, strings always quoted)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from costlint.readers.terraform.functions import unicode
from costlint.readers.terraform.functions.bounds import MOST_DEPTH, MOST_ITEMS, check_text
from costlint.readers.terraform.functions.calling import CallError, Parameter, function
from costlint.readers.terraform.types.kinds import STRING, friendly
from costlint.readers.terraform.types.numbers import is_number, number_text, parse_number

if TYPE_CHECKING:
    from yaml.events import Event

_TAG = "tag:yaml.org,2002:"
_WORDS: dict[str, object] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(Z|[+-]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?)?",
    re.ASCII,
)
_PREFIXED = re.compile(r"0x[0-9a-fA-F]+|0o[0-7]+", re.ASCII)


@function(Parameter("value", nullable=True), linked=True, sketched=True)
def yamlencode(value: object) -> str:
    from yaml import events as ev

    from costlint.readers.terraform.functions.yaml_emitter import emitted

    def written(item: object, depth: int) -> Iterator[Event]:
        if depth > MOST_DEPTH:
            raise CallError("the value is nested too deeply")
        if isinstance(item, str):
            yield ev.ScalarEvent(None, None, (False, True), item, style="|" if _fits_block(item) else '"')
        elif item is None or isinstance(item, bool) or is_number(item):
            yield ev.ScalarEvent(None, None, (True, False), _plain(item), style="")
        elif isinstance(item, dict):
            yield ev.MappingStartEvent(None, None, True, flow_style=False)
            for key in sorted(item):
                yield from written(key, depth + 1)
                yield from written(item[key], depth + 1)
            yield ev.MappingEndEvent()
        elif isinstance(item, (list, tuple)):
            yield ev.SequenceStartEvent(None, None, True, flow_style=False)
            for member in item:
                yield from written(member, depth + 1)
            yield ev.SequenceEndEvent()
        else:
            raise CallError("the value cannot be written as YAML")

    stream = [
        ev.StreamStartEvent(),
        ev.DocumentStartEvent(explicit=False),
        *written(value, 0),
        ev.DocumentEndEvent(explicit=False),
        ev.StreamEndEvent(),
    ]
    text = emitted(stream)
    check_text(len(text))
    return text


@function(Parameter("src", STRING), sketched=True)
def yamldecode(text: str) -> object:
    import yaml

    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        stream = _Stream(yaml.parse(str(text), Loader=loader))
        return stream.document()
    except yaml.YAMLError as error:
        raise CallError(_sentence(error)) from None
    except (UnicodeError, ValueError) as error:
        raise CallError(f"not valid YAML: {error}") from None


class _Stream:
    """Builds the value from parser events; aliases are counted at full size, so they cannot multiply unseen."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._anchors: dict[str, tuple[object, int] | None] = {}
        self._size = 0

    def document(self) -> object:
        next(self._events)
        start = next(self._events)
        if type(start).__name__ == "StreamEndEvent":
            raise CallError("on line 1, column 1: missing start of document")
        if start.version not in (None, (1, 1)):
            raise CallError("found incompatible YAML document")
        value = self._value(next(self._events), 0)
        next(self._events)
        extra = next(self._events)
        if type(extra).__name__ != "StreamEndEvent":
            mark = extra.start_mark
            raise CallError(f"on line {mark.line + 1}, column {mark.column + 1}: unexpected extra content after value")
        return value

    def _value(self, event: Any, depth: int) -> object:
        kind = type(event).__name__
        self._grow(1)
        if depth > MOST_DEPTH:
            raise CallError("the document is nested too deeply")
        if kind == "AliasEvent":
            return self._alias(event.anchor)
        before = self._size
        if event.anchor:
            self._anchors[event.anchor] = None
        value: object
        if kind == "ScalarEvent":
            value = _scalar(event)
        elif kind == "SequenceStartEvent":
            _check_tag(event.tag, "seq", "sequence")
            value = self._sequence(depth)
        else:
            _check_tag(event.tag, "map", "mapping")
            value = self._mapping(depth)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._size - before + 1)
        return value

    def _alias(self, anchor: str) -> object:
        if anchor not in self._anchors:
            raise CallError(f'reference to undefined anchor "{anchor}"')
        found = self._anchors[anchor]
        if found is None:
            raise CallError(f'cannot refer to anchor "{anchor}" from inside its own definition')
        self._grow(found[1])
        return found[0]

    def _sequence(self, depth: int) -> list[object]:
        items = []
        while type(event := next(self._events)).__name__ != "SequenceEndEvent":
            items.append(self._value(event, depth + 1))
        return items

    def _mapping(self, depth: int) -> dict[str, object]:
        items: dict[str, object] = {}
        while type(event := next(self._events)).__name__ != "MappingEndEvent":
            if type(event).__name__ == "ScalarEvent" and event.value == "<<" and not event.tag:
                items.update(self._merged(depth))
                continue
            key = self._value(event, depth + 1)
            items[_key(key)] = self._value(next(self._events), depth + 1)
        return items

    def _merged(self, depth: int) -> dict[str, object]:
        value = self._value(next(self._events), depth + 1)
        if not isinstance(value, dict):
            raise CallError(f"cannot merge {friendly(value)} into mapping")
        return value

    def _grow(self, by: int) -> None:
        self._size += by
        if self._size > MOST_ITEMS:
            raise CallError(f"the document has more than {MOST_ITEMS} values when its aliases are expanded")


def _scalar(event: Any) -> object:
    text: str = event.value
    tag = event.tag or ""
    if tag.startswith(_TAG):
        tag = tag[len(_TAG) :]
    elif tag:
        raise CallError(f'unsupported tag "{tag}"')
    quoted = event.style in ("'", '"', "|", ">")
    if tag == "binary":
        return _checked_base64(text)
    if tag == "str" or quoted:
        return unicode.nfc(text)
    if tag not in ("", "bool", "int", "float", "null", "timestamp"):
        raise CallError(f'unsupported tag "{_TAG}{tag}"')
    if text in _WORDS:
        return _WORDS[text]
    if text in (".nan", ".NaN", ".NAN"):
        raise CallError("floating point NaN is not supported")
    if tag == "null":
        return None
    resolved = _resolve(text, tag)
    if resolved is None and tag:
        raise CallError(f'cannot parse "{text}" as {_TAG}{tag}')
    return unicode.nfc(text) if resolved is None else resolved


def _resolve(text: str, tag: str) -> object:
    """A plain scalar as date or number, None when it is neither."""
    if not text or text[0] not in "+-.0123456789":
        return None
    if tag in ("", "timestamp"):
        date = _timestamp(text)
        if date or tag:
            return date
    plain = text.replace("_", "") if tag else text
    number = parse_number(plain)
    if number is None and (tag or _PREFIXED.fullmatch(plain)):
        try:
            number = int(plain, 0)
        except ValueError:
            return None
    return number


def _checked_base64(text: str) -> str:
    import base64

    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        raise CallError(f'cannot parse "{text[:40]}" as {_TAG}binary: not valid base64') from None
    return text


def _timestamp(text: str) -> str | None:
    found = _DATE.fullmatch(text)
    if not found:
        return None
    import datetime

    year, month, day, hour, minute, second, zone, *plain_time = found.groups()
    if plain_time[0] is not None:
        hour, minute, second = plain_time
    try:
        moment = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S").zfill(19) + ("Z" if zone in (None, "+00:00", "-00:00") else zone)


def _key(value: object) -> str:
    if value is None:
        raise CallError("mapping key cannot be null")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if not isinstance(value, str):
        raise CallError("only strings are allowed as mapping keys")
    return value


def _fits_block(text: str) -> bool:
    """Text of several lines stands as it is unless a character of it must be escaped."""
    return "\n" in text and not any(character in "\x85\u2028\u2029" or character > "\uffff" for character in text)


def _check_tag(tag: str | None, expected: str, what: str) -> None:
    if tag not in (None, "!", _TAG + expected):
        raise CallError(f"can't interpret {what} as {tag}")


def _plain(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    assert isinstance(value, (int, float))
    return number_text(value)


def _sentence(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "not valid YAML"
    return f"on line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else str(problem)
