"""Words of a command line, parts of which may not be known before deployment, and each with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from costlint.model import UNKNOWN, Path, Unknown

HOLE = "\ue000"
"""Stands in a text for a part that is not known. (A private character: text that holds it itself is not known.)"""

_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>", re.DOTALL)
_IN_BRACKETS = re.compile(r"<[^<>\s][^<>]*>")
_VARIABLE = re.compile(r"\$(\$)?\(([A-Za-z_][\w.-]*)\)")


class Word(NamedTuple):
    """A word and where in the resource's attributes it is written (() if elsewhere). A `loose` hole may stand for
    any number of words."""

    text: str
    path: Path = ()
    loose: bool = False

    @property
    def known(self) -> bool:
        return HOLE not in self.text


class Variable(NamedTuple):
    """A variable of a container: its value, with holes for what is not known, and where it is written."""

    text: str
    path: Path = ()


class Variables(NamedTuple):
    """The environment of a container. `open`: it may hold variables nobody can tell."""

    values: Mapping[str, Variable]
    open: bool = False

    def text(self, name: str) -> str | None:
        """The value of a variable, None if there is none, a hole if that cannot be told."""
        found = self.values.get(name)
        return found.text if found is not None else HOLE if self.open else None


NO_VARIABLES = Variables({})


def written_text(value: object) -> str:
    """A scalar as a container gets it, with holes for what a template puts there."""
    if isinstance(value, Unknown) or value is None:
        return HOLE
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return _TEMPLATE.sub(HOLE, value) if isinstance(value, str) else str(value)
    return HOLE


def expanded(text: str, variables: Variables) -> str:
    """A text with `$(NAME)` replaced as Kubernetes does; a name that is not set leaves a hole."""

    def value(match: re.Match[str]) -> str:
        if match[1]:
            return match[0][1:]
        found = variables.text(match[2])
        return HOLE if found is None else found

    return _VARIABLE.sub(value, text) if "$(" in text else text


def settled(text: str) -> str | Unknown:
    """A value as it may be used: an Unknown if part of it is not known or to be filled in (`<MODEL>`, `${MODEL}`)."""
    text = text.strip()
    if HOLE in text or _IN_BRACKETS.search(text) or "$" in text:
        return UNKNOWN
    return text
