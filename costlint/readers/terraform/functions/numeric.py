"""Numbers: abs, ceil, floor, log, max, min, parseint, pow, signum."""

from __future__ import annotations

import math

from costlint.readers.terraform.functions.calling import ArgumentError, CallError, Parameter, function
from costlint.readers.terraform.functions.strings import whole
from costlint.readers.terraform.types.kinds import ANY, NUMBER
from costlint.readers.terraform.types.numbers import normal_float, number_text

_NUM = Parameter("num", NUMBER)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOST_DIGITS = 1000


@function(_NUM, name="abs")
def absolute(number: int | float) -> int | float:
    return abs(number)


@function(_NUM)
def ceil(number: int | float) -> int | float:
    return number if isinstance(number, float) and math.isinf(number) else math.ceil(number)


@function(_NUM)
def floor(number: int | float) -> int | float:
    return number if isinstance(number, float) and math.isinf(number) else math.floor(number)


@function(_NUM, Parameter("base", NUMBER))
def log(number: int | float, base: int | float) -> int | float:
    return _quotient(_ln(number), _ln(base))


@function(_NUM, Parameter("power", NUMBER), name="pow")
def power(number: int | float, exponent: int | float) -> int | float:
    try:
        result = math.pow(number, exponent)
    except OverflowError:
        return -math.inf if number < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        if number == 0:
            return math.inf
        raise CallError("the result is not a number") from None
    return normal_float(result)


@function(_NUM)
def signum(number: int | float) -> int:
    whole(number)
    return (number > 0) - (number < 0)


@function(rest=Parameter("numbers", NUMBER), name="max")
def largest(*numbers: int | float) -> int | float:
    if not numbers:
        raise CallError("must pass at least one number")
    return max(numbers)


@function(rest=Parameter("numbers", NUMBER), name="min")
def smallest(*numbers: int | float) -> int | float:
    if not numbers:
        raise CallError("must pass at least one number")
    return min(numbers)


@function(Parameter("number", ANY), Parameter("base", NUMBER))
def parseint(text: object, base: int | float) -> int:
    if not isinstance(text, str):
        raise ArgumentError(0, "first argument must be a string")
    if not isinstance(base, int) or not 2 <= base <= 62:
        raise ArgumentError(1, "base must be a whole number between 2 and 62 inclusive")
    if len(text) > _MOST_DIGITS:
        raise ArgumentError(0, f"the number has more than {_MOST_DIGITS} digits")
    digits = text[1:] if text[:1] in ("+", "-") else text
    value = 0
    for character in digits:
        digit = _DIGITS.find(character)
        if base <= 36 and digit >= 36:
            digit -= 26
        if not 0 <= digit < base:
            value = -1
            break
        value = value * base + digit
    if not digits or value < 0:
        raise ArgumentError(0, f'cannot parse "{text}" as a base {number_text(base)} integer')
    return -value if text[0] == "-" else value


def _ln(number: int | float) -> float:
    if number == 0:
        return -math.inf
    if number < 0:
        raise CallError("the logarithm of a negative number is not a number")
    return math.log(number)


def _quotient(numerator: float, denominator: float) -> int | float:
    if denominator == 0:
        if numerator == 0:
            raise CallError("the result is not a number")
        return math.copysign(math.inf, numerator)
    if math.isinf(numerator) and math.isinf(denominator):
        raise CallError("the result is not a number")
    return normal_float(numerator / denominator)
