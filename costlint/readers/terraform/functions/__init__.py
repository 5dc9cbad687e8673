"""Terraform's built-in functions, one module per family.

`call(name, args, context)` evaluates one; arguments are plain evaluated values, unknown ones included.
"""

from __future__ import annotations

from collections.abc import Sequence

from costlint.model import UNKNOWN
from costlint.readers.terraform.functions import (
    collections,
    conversion,
    encoding,
    filesystem,
    formatting,
    hashing,
    lists,
    matching,
    network,
    numeric,
    sensitive,
    sets,
    strings,
    tables,
    time,
    yaml,
)
from costlint.readers.terraform.functions.calling import FUNCTIONS, FunctionError, MissingFileError, invoke
from costlint.readers.terraform.functions.context import FunctionContext
from costlint.spelling import did_you_mean

__all__ = ["FUNCTIONS", "FunctionContext", "FunctionError", "MissingFileError", "call"]

FAMILIES = (
    collections,
    conversion,
    encoding,
    filesystem,
    formatting,
    hashing,
    lists,
    matching,
    network,
    numeric,
    sensitive,
    sets,
    strings,
    tables,
    time,
    yaml,
)


def call(name: str, args: Sequence[object], context: FunctionContext | None = None) -> object:
    """The result of `name(args…)`: a value, or an unknown where an argument that matters is unknown.

    `core::name` is the built-in; a provider's function (`provider::…`) is unknown. Raises FunctionError for an
    unknown function and for arguments Terraform would refuse.
    """
    if name.startswith("provider::"):
        return UNKNOWN
    found = FUNCTIONS.get(name.removeprefix("core::"))
    if found is None:
        if context is not None and context.further is not None:
            return context.further(name, args)
        raise FunctionError(_no_such_function(name))
    return invoke(found, args, context or FunctionContext())


def _no_such_function(name: str) -> str:
    return f'there is no function named "{name}"{did_you_mean(name, FUNCTIONS)}'
