"""Explicit conversion: tobool, tolist, tomap, tonumber, toset, tostring."""

from __future__ import annotations

from costlint.model import UNKNOWN
from costlint.readers.terraform.functions.calling import Parameter, function
from costlint.readers.terraform.types.kinds import ANY, BOOL, NUMBER, STRING, TypeSpec, list_of, map_of, set_of


def _declare(name: str, wanted: TypeSpec) -> None:
    @function(Parameter("v", wanted, nullable=True), name=name, unknowns="anywhere")
    def converted(value: object) -> object:
        return value


for _name, _wanted in {
    "tobool": BOOL,
    "tolist": list_of(ANY),
    "tomap": map_of(ANY),
    "tonumber": NUMBER,
    "toset": set_of(ANY),
    "tostring": STRING,
}.items():
    _declare(_name, _wanted)


@function(Parameter("value", nullable=True), name="type", unknowns="anywhere")
def type_name(_value: object) -> object:
    """Exists in the console only, where it yields a type, which is no value."""
    return UNKNOWN
