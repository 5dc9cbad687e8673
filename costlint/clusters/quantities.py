"""Quantities as Kubernetes writes them: `500m`, `1Gi`, `"8"`, `8`, `1e3`. Exact.

The grammar is that of https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from costlint.model import Unknown, UnknownValue

GIB = 1 << 30

_QUANTITY = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))([numkKMGTPE]i?|[eE][+-]?\d{1,2})?", re.ASCII)
_LONGEST = 40
"""Far more than 64 bits, which is what Kubernetes keeps, and far less than a float does."""
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}


class NotAQuantity(ValueError):
    """A value that Kubernetes would not take for a quantity."""


def quantity(value: object) -> Fraction:
    """The exact number a quantity stands for, in its base unit (cores, bytes, devices).

    Raises NotAQuantity, and UnknownValue for what is not known before deployment.
    """
    if isinstance(value, Unknown):
        raise UnknownValue(str(value))
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise NotAQuantity(f"{value!r} is not a quantity")
    if isinstance(value, int) and value.bit_length() > 3 * _LONGEST:
        raise NotAQuantity("a number this large is not a quantity")
    return _exact(str(value).strip())


@lru_cache(maxsize=4096)
def _exact(value: str) -> Fraction:
    match = _QUANTITY.fullmatch(value)
    if match is None or len(value) > _LONGEST:
        raise NotAQuantity(f"{value!r} is not a quantity")
    number, suffix = Fraction(match[1].rstrip(".")), match[2] or ""
    if suffix in _BINARY:
        return number * (1 << _BINARY[suffix])
    if suffix in _DECIMAL:
        return number * Fraction(10) ** _DECIMAL[suffix]
    if suffix[0] in "eE" and len(suffix) > 1 and suffix != "Ei":
        return number * Fraction(10) ** int(suffix[1:])
    raise NotAQuantity(f"{value!r} is not a quantity")


def cores(value: object) -> float:
    """CPU in cores: `500m` is 0.5."""
    return float(quantity(value))


def gib(value: object) -> float:
    """Memory or storage in GiB: `1Gi` is 1, `1G` is 0.931."""
    return float(quantity(value) / GIB)


def devices(value: object) -> float:
    """How many of a device: `"8"` is 8."""
    return float(quantity(value))
