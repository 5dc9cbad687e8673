"""Values as Terraform and Kubernetes see them: what is equal, what is there, what is a number."""

from __future__ import annotations

import re

from costlint.model import PartialList, PartialMap, Reference, Unknown
from costlint.model.verdicts import Verdict, all_of

_QUANTITY = re.compile(r"^([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(m|k|[KMGTPE]i?)?$")
_SCALES = {"": 1.0, "m": 1e-3, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
_SCALES.update({f"{letter}i": 1024.0 ** (power + 1) for power, letter in enumerate("KMGTPE")})


def same(value: object, wanted: object) -> Verdict:
    """Equality as Terraform sees it: "20" is 20 and "true" is true."""
    if isinstance(value, Unknown) or isinstance(wanted, Unknown):
        return None
    if value is None or wanted is None:
        return value is wanted
    if isinstance(value, (dict, list, tuple)) or isinstance(wanted, (dict, list, tuple)):
        return _same_inside(value, wanted)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return as_text(value) == as_text(wanted)
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted
    one, other = number(value), number(wanted)
    return one == other if one is not None and other is not None else as_text(value) == as_text(wanted)


def _same_inside(value: object, wanted: object) -> Verdict:
    if isinstance(value, dict) and isinstance(wanted, dict):
        partial = isinstance(value, PartialMap) or isinstance(wanted, PartialMap)
        if set(value) != set(wanted):
            return None if partial else False
        verdict = all_of(same(value[key], wanted[key]) for key in value)
        return None if partial and verdict else verdict
    if isinstance(value, (list, tuple)) and isinstance(wanted, (list, tuple)):
        partial = isinstance(value, PartialList) or isinstance(wanted, PartialList)
        if len(value) != len(wanted):
            return None if partial else False
        verdict = all_of(same(one, other) for one, other in zip(value, wanted, strict=True))
        return None if partial and verdict else verdict
    return False


def present(value: object) -> Verdict:
    """Whether something is there: a reference to a resource of this configuration is, an empty block list is not."""
    if isinstance(value, Reference):
        return None if ".data." in f".{value.address}" else True
    if isinstance(value, Unknown):
        return None
    if isinstance(value, (dict, list, tuple)) and not value:
        return None if isinstance(value, (PartialMap, PartialList)) else False
    return value is not None


def number(value: object) -> float | None:
    """A number, numeric text, or a Kubernetes quantity ("500m", "2Gi"); None for anything else, and for integers beyond
    every measure."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        try:
            return float(value)
        except OverflowError:
            return None
    if isinstance(value, str):
        match = _QUANTITY.match(value.strip())
        if match:
            return float(match[1]) * _SCALES[match[2] or ""]
    return None


def as_text(value: object) -> str:
    """Text as it is written: `true`, and 20 for 20.0."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
