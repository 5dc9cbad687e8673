"""One note for each root about the variables nobody gives a value, with the lines to add; of Terragrunt units, one for
all that lack the same inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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
    message = f"no value{where} for {_named(told)}: add to {file}{others}: {_lines(told)}"
    return Diagnostic("note", message, told[0].span.file, told[0].span.line, told[0].span.column)


class MissingInputs:
    """What the units of a repository lack, gathered by module and variables while they are read."""

    def __init__(self) -> None:
        self._units: dict[tuple[Missing, ...], list[str]] = {}

    def add(self, stack: Stack) -> None:
        """Note what a unit lacks; nothing of a library."""
        if stack.missing and not stack.library:
            self._units.setdefault(stack.missing, []).append(stack.name)

    def notes(self) -> Iterator[Diagnostic]:
        """A note for each group, at the first variable."""
        for told, units in self._units.items():
            shown = ", ".join(units[:_MOST]) + _more(units)
            where = f"{shown}: add to its inputs" if len(units) == 1 else f"{len(units)} units ({shown}): add to inputs"
            span = told[0].span
            message = f"no input for {_named(told)} in {where}: {_lines(told)}"
            yield Diagnostic("note", message, span.file, span.line, span.column)


def _named(told: Sequence[Missing]) -> str:
    return f"variable{'s' if len(told) > 1 else ''} " + ", ".join(f'"{one.name}"' for one in told[:_MOST]) + _more(told)


def _lines(told: Sequence[Missing]) -> str:
    return "; ".join(f"{one.name} = {_placeholder(one.type)}" for one in told[:_MOST]) + _more(told)


def _names(stack: Stack) -> set[str]:
    return {one.name for one in stack.missing}


def _more(told: Sequence[object]) -> str:
    return f" and {len(told) - _MOST} more" if len(told) > _MOST else ""


def _placeholder(type_: str) -> str:
    """A value of the type with its content left to fill in."""
    kind = _KIND.match(type_)
    return _PLACEHOLDERS.get(kind[1] if kind else "", "…")
