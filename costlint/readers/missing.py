"""One note for each root about the variables nobody gives a value, with the lines to add."""

from __future__ import annotations

import re
from collections.abc import Sequence

from costlint.model import Diagnostic, Missing, Stack

_MOST = 4
_KIND = re.compile(r"\W*(\w*)")
_PLACEHOLDERS = {
    **dict.fromkeys(("string", ""), '"…"'),
    "number": "0",
    "bool": "false",
    **dict.fromkeys(("list", "set", "tuple"), "[…]"),
    **dict.fromkeys(("map", "object", "any"), "{…}"),
}


def missing_note(stacks: Sequence[Stack]) -> Diagnostic | None:
    """What to add so that the stacks of one root have all their variables; None if they do, or it is a library.

    Variables every stack lacks belong into a file Terraform always loads, or each into its own where they differ;
    others into that of the first that does.
    """
    lacking = {one.name: one for stack in reversed(stacks) if not stack.library for one in stack.missing}
    if not lacking:
        return None
    ordered = sorted(lacking.values(), key=lambda one: one.span)
    everywhere = [one for one in ordered if all(one.name in _names(stack) for stack in stacks)]
    told = everywhere or ordered
    first = next(stack for stack in stacks if told[0].name in _names(stack))
    directory = "" if first.directory == "." else f"{first.directory}/"
    file = f"{directory}terraform.tfvars" if everywhere or not first.var_files else first.var_files[-1]
    others = ", or to each variable file if values differ" if everywhere and len(stacks) > 1 else ""
    where = "" if everywhere or len(stacks) == 1 else f" in {first.name}"
    names = ", ".join(f'"{one.name}"' for one in told[:_MOST]) + _more(told)
    lines = "; ".join(f"{one.name} = {_placeholder(one.type)}" for one in told[:_MOST]) + _more(told)
    message = f"no value{where} for variable{'s' if len(told) > 1 else ''} {names}: add to {file}{others}: {lines}"
    return Diagnostic("note", message, told[0].span.file, told[0].span.line, told[0].span.column)


def _names(stack: Stack) -> set[str]:
    return {one.name for one in stack.missing}


def _more(told: Sequence[Missing]) -> str:
    return f" and {len(told) - _MOST} more" if len(told) > _MOST else ""


def _placeholder(type_: str) -> str:
    """A value of the type with its content left to fill in."""
    kind = _KIND.match(type_)
    return _PLACEHOLDERS.get(kind[1] if kind else "", "…")
