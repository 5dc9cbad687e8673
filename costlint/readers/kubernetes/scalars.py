"""What a YAML scalar means to Kubernetes: YAML 1.1 words as go-yaml (v2, which kubectl and Helm use) reads them.

Unlike other YAML 1.1 readers it has no base-60 numbers: `1:30` is text. Dates are text, too, once they are JSON.
"""

from __future__ import annotations

import re

_WORDS: dict[str, object] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_MAY_MEAN_MORE = frozenset("+-.0123456789~nNtTfFyYoO")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)", re.ASCII)
_BASED = re.compile(r"([-+]?)0(?:(b)([01_]+)|(x)([0-9a-fA-F_]+)|o?([0-7_]+))", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_LONGEST_NUMBER = 100


def plain(text: str) -> object:
    """The value of a scalar written without quotes and without a tag."""
    if not text or text[0] in _MAY_MEAN_MORE:
        if text in _WORDS:
            return _WORDS[text]
        if len(text) <= _LONGEST_NUMBER:
            return _number(text)
    return text


def _number(text: str) -> object:
    if _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    based = _BASED.fullmatch(text)
    if based:
        sign, binary, twos, hexadecimal, sixteens, eights = based.groups()
        digits, base = (twos, 2) if binary else (sixteens, 16) if hexadecimal else (eights, 8)
        digits = digits.replace("_", "")
        return int(sign + digits, base) if digits else text
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    return text
