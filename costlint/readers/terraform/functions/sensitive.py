"""Marks: costlint keeps none, so marking changes nothing and asking for a mark has no known answer."""

from __future__ import annotations

from costlint.model import UNKNOWN
from costlint.readers.terraform.functions.calling import Parameter, function

_VALUE = Parameter("value", nullable=True)


@function(_VALUE, unknowns="anywhere")
def sensitive(value: object) -> object:
    return value


@function(_VALUE, unknowns="anywhere")
def nonsensitive(value: object) -> object:
    return value


@function(_VALUE, unknowns="anywhere")
def ephemeralasnull(value: object) -> object:
    return value


@function(_VALUE, unknowns="anywhere")
def issensitive(_value: object) -> object:
    return UNKNOWN
