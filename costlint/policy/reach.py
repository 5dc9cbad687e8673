"""What can be changed from here: a literal in somebody else's module is set where the module is called, if it has an
input for it."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Location, Resource, Span, Stack

ARGUMENT = " argument "
VARIABLE = "variable "
"""How a step of a chain of origins names an argument of a module call, and a variable."""
_OUTPUT = " output "


class Passing(NamedTuple):
    """The module call (its header, and the module's address) and the argument to pass there."""

    call: Span
    module: str
    argument: str


def is_here(span: Span, stack: Stack) -> bool:
    """Whether a stretch of text is one people who scan this stack edit."""
    return span.file not in stack.outside


def passing(location: Location | None, resource: Resource, stack: Stack) -> Passing | None:
    """How to set from here what stands at a place in a module from elsewhere: an argument for the variable of which it
    is the whole default, in a call that is written here. None if there is no such way, or none that is certain."""
    if location is None or not location.exact or not location.chain:
        return None
    last = location.chain[-1]
    if last.span != location.span or not last.what.startswith(VARIABLE):
        return None
    module = resource.module
    for origin in location.chain:
        if _OUTPUT in origin.what:
            return None
        if ARGUMENT in origin.what:
            module = caller(module)
    call = stack.calls.get(module)
    if call is None or not is_here(call, stack):
        return None
    return Passing(call, module, last.what.removeprefix(VARIABLE))


def caller(module: str) -> str:
    """The address of the module that calls this one, "" for the root."""
    return module.rpartition(".module.")[0]
