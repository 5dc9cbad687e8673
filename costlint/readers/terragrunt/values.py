"""`values`: what a stack file, or a `terragrunt.values.hcl` beside the unit, hands to a unit."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import UNKNOWN
from costlint.readers.terraform.evaluation.scope import Scope
from costlint.readers.terraform.reading import Reading
from costlint.readers.terraform.syntax.ast import Body, Expr

VALUES_NAME = "terragrunt.values.hcl"


class Values(NamedTuple):
    """An expression, and where it is evaluated; `giver` is the block it stands in (`unit "db"`). Without an expression
    every value is unknown."""

    expr: Expr | None = None
    scope: Scope | None = None
    reading: Reading | None = None
    giver: str = ""

    @property
    def given(self) -> bool:
        return self.expr is not None

    def value(self) -> object:
        """All of them, as a map."""
        if self.expr is None or self.scope is None or self.reading is None:
            return UNKNOWN
        return self.reading.value(self.expr, self.scope)


def as_object(body: Body) -> Expr:
    """The attributes of a file as one expression."""
    pairs = [(("lit", each.start, each.start, each.name), each.expr) for each in body.attributes.values()]
    return ("obj", 0, 0, pairs)
