"""Times: formatdate, timeadd, timecmp; the current time cannot be known."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from costlint.model import UNKNOWN
from costlint.readers.terraform.functions.calling import ArgumentError, CallError, Parameter, function
from costlint.readers.terraform.types.kinds import STRING

_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(Z|([+-])(\d\d):(\d\d))", re.ASCII)
_DURATION = re.compile(r"(\d*\.?\d*)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_LONGEST_DURATION = 2**63
_FORMAT = re.compile(r"''|'(?:[^']|'')*(?:'|\Z)|([A-Za-z])\1*|[^A-Za-z']+")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@function()
def timestamp() -> object:
    return UNKNOWN


@function()
def plantimestamp() -> object:
    return UNKNOWN


@function(Parameter("timestamp", STRING), Parameter("duration", STRING), linked=True)
def timeadd(text: str, duration: str) -> str:
    moment, nanoseconds = _parse(text, 0)
    seconds = (nanoseconds + _parse_duration(duration)) // 10**9
    try:
        moment += timedelta(seconds=seconds)
    except OverflowError:
        raise CallError("the result is beyond the year 9999") from None
    return moment.isoformat().replace("+00:00", "Z")


@function(Parameter("timestamp_a", STRING), Parameter("timestamp_b", STRING))
def timecmp(first: str, second: str) -> int:
    one, other = _parse(first, 0), _parse(second, 1)
    return (one > other) - (one < other)


@function(Parameter("format", STRING), Parameter("time", STRING))
def formatdate(layout: str, text: str) -> str:
    moment, _ = _parse(text, 1)
    return "".join(_formatted(token[0], moment) for token in _FORMAT.finditer(layout))


def _formatted(token: str, moment: datetime) -> str:
    first = token[0]
    if first == "'":
        if token == "''":
            return "'"
        if len(token) == 1 or not token.endswith("'"):
            raise ArgumentError(0, "unterminated literal '")
        return token[1:-1].replace("''", "'")
    if not (first.isascii() and first.isalpha()):
        return token
    lengths = _VERBS.get(first)
    if lengths is None:
        raise ArgumentError(0, f'invalid date format verb "{token}"')
    if len(token) not in lengths:
        valid = ", ".join(f'"{first * length}"' for length in lengths)
        raise ArgumentError(0, f'invalid date format verb "{token}": must be {valid}')
    return _verb(first, len(token), moment)


def _verb(verb: str, length: int, moment: datetime) -> str:
    if verb == "Y":
        return f"{moment.year % 100:02}" if length == 2 else f"{moment.year:04}"
    if verb == "M" and length > 2:
        return _MONTHS[moment.month - 1][: None if length == 4 else 3]
    if verb == "E":
        return _DAYS[moment.weekday()][: None if length == 4 else 3]
    if verb in "aA":
        half = "am" if moment.hour < 12 else "pm"
        return half.upper() if verb == "A" else half
    if verb == "Z":
        zone = moment.strftime("%z")
        if length in (1, 5):
            return "Z" if length == 1 and zone == "+0000" else f"{zone[:3]}:{zone[3:]}"
        return "UTC" if length == 3 and zone == "+0000" else zone
    number = {
        "M": moment.month,
        "D": moment.day,
        "h": moment.hour,
        "H": (moment.hour - 1) % 12 + 1,
        "m": moment.minute,
        "s": moment.second,
    }[verb]
    return f"{number:0{length}}"


def _parse(text: str, argument: int) -> tuple[datetime, int]:
    """A moment in whole seconds, and the nanoseconds beyond it. Raises ArgumentError."""
    found = _RFC3339.fullmatch(text)
    if not found:
        raise ArgumentError(argument, f'not a valid RFC3339 timestamp: "{text[:60]}" is not like 2006-01-02T15:04:05Z')
    year, month, day, hour, minute, second, fraction, zone, sign, hours, minutes = found.groups()
    offset = UTC
    try:
        if zone != "Z" and (int(hours) or int(minutes)):
            if int(minutes) > 59:
                raise ValueError("offset minutes must be below 60")
            shift = timedelta(hours=int(hours), minutes=int(minutes))
            offset = timezone(-shift if sign == "-" else shift)
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=offset)
    except ValueError as error:
        raise ArgumentError(argument, f"not a valid RFC3339 timestamp: {error}") from None
    return moment, int((fraction or "0").ljust(9, "0"))


def _parse_duration(text: str) -> int:
    """A Go duration ("1h30m", "-1.5s") in nanoseconds. Raises CallError."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    if unsigned == "0":
        return 0
    nanoseconds = position = 0
    while position < len(unsigned):
        part = _DURATION.match(unsigned, position)
        if not part or part[1] in ("", "."):
            break
        whole, _, fraction = part[1].partition(".")
        unit = _NANOSECONDS[part[2]]
        nanoseconds += int(whole or 0) * unit + int((fraction or "0")[:18]) * unit // 10 ** len((fraction or "0")[:18])
        position = part.end()
    if not unsigned or position < len(unsigned) or nanoseconds >= _LONGEST_DURATION:
        raise CallError(f'time: invalid duration "{text[:60]}"')
    return -nanoseconds if text[0] == "-" else nanoseconds


_VERBS = {
    "Y": (2, 4),
    "M": (1, 2, 3, 4),
    "D": (1, 2),
    "E": (3, 4),
    "h": (1, 2),
    "H": (1, 2),
    "A": (2,),
    "a": (2,),
    "m": (1, 2),
    "s": (1, 2),
    "Z": (1, 3, 4, 5),
}
