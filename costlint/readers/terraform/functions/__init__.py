"""Terraform's built-in functions, one module per family.

`call(name, args, context)` evaluates one; arguments are plain evaluated values, unknown ones included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import import_module

from costlint.model import UNKNOWN
from costlint.readers.terraform.functions.calling import (
    FUNCTIONS,
    Function,
    FunctionError,
    MissingFileError,
    invoke,
)
from costlint.readers.terraform.functions.context import FunctionContext
from costlint.spelling import did_you_mean

__all__ = ["FAMILIES", "FunctionContext", "FunctionError", "MissingFileError", "call", "every_function"]

FAMILIES = (
    "lists",
    "collections",
    "strings",
    "conversion",
    "formatting",
    "encoding",
    "filesystem",
    "matching",
    "network",
    "numeric",
    "hashing",
    "sets",
    "time",
    "sensitive",
    "yaml",
    "tables",
)
"""The modules, those most configurations call first: one is imported when those before it lack what is asked for."""


def call(name: str, args: Sequence[object], context: FunctionContext | None = None) -> object:
    """The result of `name(args…)`: a value, or an unknown where an argument that matters is unknown.

    `core::name` is the built-in; a provider's function (`provider::…`) is unknown. Raises FunctionError for an
    unknown function and for arguments Terraform would refuse.
    """
    if name.startswith("provider::"):
        return UNKNOWN
    found = _named(name.removeprefix("core::"))
    if found is None:
        if context is not None and context.further is not None:
            return context.further(name, args)
        raise FunctionError(_no_such_function(name))
    return invoke(found, args, context or FunctionContext())


def every_function() -> Mapping[str, Function]:
    """All of them by name."""
    _named("")
    return FUNCTIONS


@lru_cache(maxsize=1024)
def _named(name: str) -> Function | None:
    """The built-in of a name, None if there is none."""
    for family in FAMILIES:
        import_module(f"{__name__}.{family}")
        if name in FUNCTIONS:
            return FUNCTIONS[name]
    return None


def _no_such_function(name: str) -> str:
    return f'there is no function named "{name}"{did_you_mean(name, every_function())}'
