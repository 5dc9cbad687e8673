"""Formatted text: format and formatlist with go-cty's verbs."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from costlint.model import PartialList, Unknown, fully_known, unknown_from
from costlint.readers.terraform.functions import unicode
from costlint.readers.terraform.functions.bounds import check_text
from costlint.readers.terraform.functions.calling import ArgumentError, CallError, Parameter, function, link
from costlint.readers.terraform.functions.encoding import json_text
from costlint.readers.terraform.types.converting import ConversionError, convert
from costlint.readers.terraform.types.kinds import BOOL, NUMBER, STRING, TerraformSet
from costlint.readers.terraform.types.numbers import exact, is_number

_FORMAT = Parameter("format", STRING)
_ARGS = Parameter("args", nullable=True)
_SEQUENCE = re.compile(
    r"%(?P<flags>[0#\-+ ]*)(?P<width>[1-9]\d*)?(?:\.(?P<prec>\d*))?(?:\[(?P<arg>[1-9]\d*)\])?(?P<mode>[a-zA-Z])"
)
_MOST_DIGITS_OF_WIDTH = 9
# Where Go's big.Float turns to an exponent when %g has no precision.
_SHORTEST_EXPONENT = 6


class Verb(NamedTuple):
    """One `%` sequence: `width` and `precision` are -1 when not given, `argument` counts from 1."""

    text: str
    offset: int
    flags: str
    width: int
    precision: int
    argument: int
    mode: str


@function(_FORMAT, rest=_ARGS, unknowns="anywhere")
def format_(template: object, *args: object) -> object:
    if isinstance(template, Unknown) or not fully_known(args):
        return unknown_from([template, *args])
    return link(formatted(str(template), args), [template, *args])


@function(_FORMAT, rest=_ARGS, unknowns="anywhere")
def formatlist(template: object, *args: object) -> object:
    """Lists are walked in step, other arguments repeat."""
    if isinstance(template, Unknown) or any(isinstance(arg, (Unknown, PartialList)) for arg in args):
        return unknown_from([template, *args])
    if any(isinstance(arg, TerraformSet) and len(arg) > 1 and not fully_known(arg) for arg in args):
        return unknown_from([template, *args])
    lengths = {position: len(arg) for position, arg in enumerate(args, 1) if isinstance(arg, (list, tuple))}
    if len(set(lengths.values())) > 1:
        first, *others = lengths
        other = next(position for position in others if lengths[position] != lengths[first])
        raise ArgumentError(
            other,
            f"argument {other} has length {lengths[other]}, which is inconsistent with argument {first} of length "
            f"{lengths[first]}",
        )
    results: list[object] = []
    for step in range(next(iter(lengths.values()), 1)):
        chosen = [arg[step] if isinstance(arg, (list, tuple)) else arg for arg in args]
        if not fully_known(chosen):
            results.append(unknown_from([template, *chosen]))
            continue
        try:
            results.append(link(formatted(str(template), chosen), [template, *chosen]))
        except CallError as error:
            raise CallError(f"error on format iteration {step}: {error}") from None
    return results


def formatted(template: str, args: tuple[object, ...] | list[object]) -> str:
    """The template with its verbs replaced. Raises CallError, ArgumentError."""
    parts: list[str] = []
    position = highest = size = 0
    following = 1
    while position < len(template):
        percent = template.find("%", position)
        end = len(template) if percent < 0 else percent
        parts.append(template[position:end])
        if percent < 0:
            break
        if template.startswith("%%", percent):
            parts.append("%")
            position = percent + 2
            continue
        verb = _parse_verb(template, percent, following)
        highest = max(highest, verb.argument)
        following = verb.argument + 1
        parts.append(_apply(verb, args))
        size += len(parts[-1])
        check_text(size)
        position = percent + len(verb.text)
    if highest < len(args):
        used = f"only {highest} used by format string" if highest else "no verbs in format string"
        raise ArgumentError(highest + 1, f"too many arguments; {used}")
    return unicode.nfc("".join(parts))


def _parse_verb(template: str, offset: int, following: int) -> Verb:
    found = _SEQUENCE.match(template, offset)
    if not found:
        partial = re.compile(r"%[0#\-+ ]*(?:[1-9]\d*)?(?:\.\d*)?(?:\[\d*\]?)?").match(template, offset)
        stop = partial.end() if partial else offset + 1
        if stop >= len(template):
            raise CallError(f"invalid format string starting at offset {stop}")
        raise CallError(f"unrecognized format character {template[stop]!r} at offset {stop}")
    numbers = [found["width"] or "", found["prec"] or "", found["arg"] or ""]
    if any(len(number) > _MOST_DIGITS_OF_WIDTH for number in numbers):
        raise CallError(f"a number in {found[0]!r} at offset {offset} is too large")
    width = int(numbers[0]) if numbers[0] else -1
    precision = -1 if found["prec"] is None else int(numbers[1] or 0)
    check_text(max(width, precision))
    return Verb(found[0], offset, found["flags"], width, precision, int(numbers[2] or following), found["mode"])


def _apply(verb: Verb, args: tuple[object, ...] | list[object]) -> str:
    if verb.argument > len(args):
        raise CallError(
            f'not enough arguments for "{verb.text}" at {verb.offset}: need index {verb.argument} but have '
            f"{len(args)} total"
        )
    arg = args[verb.argument - 1]
    if arg is None and verb.mode != "v":
        raise _unsupported(verb, "null value cannot be formatted")
    try:
        if verb.mode == "v":
            return _padded(verb, _as_is(verb, arg))
        if verb.mode == "t":
            return "true" if convert(arg, BOOL) else "false"
        if verb.mode in "sq":
            return _string(verb, str(convert(arg, STRING)))
        if verb.mode in "bdoxXeEfgG":
            number = convert(arg, NUMBER)
            assert isinstance(number, (int, float))
            return _number(verb, number)
    except ConversionError as error:
        raise _unsupported(verb, str(error)) from None
    raise CallError(f'unsupported format verb {verb.mode!r} in "{verb.text}" at offset {verb.offset}')


def _as_is(verb: Verb, arg: object) -> str:
    if "#" not in verb.flags:
        if isinstance(arg, str):
            return arg
        if is_number(arg):
            assert isinstance(arg, (int, float))
            return ("-" if arg < 0 else "") + _significant(abs(exact(arg)), -1, "e")
    return json_text(arg)


def _string(verb: Verb, text: str) -> str:
    if verb.precision > 0:
        text = "".join(unicode.graphemes(text)[: verb.precision])
    return _padded(verb, json_text(text) if verb.mode == "q" else text)


def _padded(verb: Verb, text: str) -> str:
    padding = ("0" if "0" in verb.flags else " ") * max(0, verb.width - unicode.length(text))
    return text + padding if "-" in verb.flags else padding + text


def _number(verb: Verb, number: int | float) -> str:
    value = exact(number)
    if not value.is_finite():
        digits = "Inf"
    elif verb.mode in "bdoxX":
        if not isinstance(number, int):
            raise _unsupported(verb, "an integer is required")
        if number == 0 == verb.precision:
            return ""
        digits = _integer(verb, abs(number))
    else:
        digits = _float(verb, abs(value))
    sign = "-" if number < 0 else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    padding = verb.width - len(sign) - len(digits)
    if padding <= 0:
        return sign + digits
    if "0" in verb.flags and _takes_zeros(verb, value):
        prefix = digits[:2] if "#" in verb.flags and verb.mode in "xXb" else ""
        return sign + prefix + "0" * padding + digits[len(prefix) :]
    if "-" in verb.flags:
        return sign + digits + " " * padding
    return " " * padding + sign + digits


def _takes_zeros(verb: Verb, value: Decimal) -> bool:
    """Whether the flag 0 pads: never infinity; an integer neither with "-" nor with a precision."""
    if verb.mode in "bdoxX":
        return verb.precision < 0 and "-" not in verb.flags
    return value.is_finite()


def _integer(verb: Verb, number: int) -> str:
    digits = format(number, verb.mode).rjust(max(0, verb.precision), "0")
    if "#" in verb.flags:
        digits = {"x": "0x", "X": "0X", "o": "0", "b": "0b"}.get(verb.mode, "") + digits
    return digits


def _float(verb: Verb, value: Decimal) -> str:
    letter = "E" if verb.mode in "EG" else "e"
    if verb.mode == "f":
        return _fixed(value, 6 if verb.precision < 0 else verb.precision)
    if verb.mode in "eE":
        return _scientific(value, 6 if verb.precision < 0 else verb.precision, letter)
    return _significant(value, verb.precision, letter)


def _fixed(value: Decimal, places: int) -> str:
    return f"{value:.{places}f}"


def _scientific(value: Decimal, places: int, letter: str) -> str:
    if not value:
        return f"{_fixed(value, places)}{letter}+00"
    mantissa, _, exponent = f"{value:.{places}e}".partition("e")
    return f"{mantissa}{letter}{exponent[0]}{exponent[1:].rjust(2, '0')}"


def _significant(value: Decimal, precision: int, letter: str) -> str:
    """%g: that many significant digits (the shortest exact text when negative), exponent where it is large."""
    if not value.is_finite():
        return "Inf"
    shortest = precision < 0
    if not shortest:
        precision = max(1, precision)
        if value:
            unit = Decimal(1).scaleb(value.adjusted() - precision + 1)
            value = (
                value.quantize(unit, rounding=ROUND_HALF_EVEN) if len(value.as_tuple().digits) > precision else value
            )
    plain = value.normalize() if value else Decimal(0)
    count = len(plain.as_tuple().digits)
    exponent = value.adjusted() if value else 0
    limit = precision
    if shortest:
        limit = _SHORTEST_EXPONENT
    elif limit > count >= exponent + 1:
        limit = count
    if exponent < -4 or exponent >= limit:
        return _scientific(plain, count - 1, letter)
    places = max(0, count - exponent - 1)
    return _fixed(plain, places)


def _unsupported(verb: Verb, reason: str) -> CallError:
    return CallError(f'unsupported value for "{verb.text}" at {verb.offset}: {reason}')
