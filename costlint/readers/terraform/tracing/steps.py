"""What a walk to a literal is made of: places, steps on the way, and what remains to be selected."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias, Union

from costlint.readers.terraform.evaluation.scope import Scope
from costlint.readers.terraform.files import ParsedFile
from costlint.readers.terraform.syntax.ast import Expr


class KeyOf(NamedTuple):
    """A step of a path that leads to the key of an item instead of its value."""

    key: object


Steps: TypeAlias = tuple[object, ...]
"""What remains to be selected: attribute names, indexes, KeyOf."""


class Place(NamedTuple):
    """Bytes start to end of a file; `exact` if that is the very literal."""

    file: ParsedFile
    start: int
    end: int
    exact: bool


class Step(NamedTuple):
    """A place on the way; `what` reads as "local.sizes", "module.storage argument volume_type"."""

    file: ParsedFile
    start: int
    end: int
    what: str


class Item(NamedTuple):
    """Where a bound name's value comes from: the item `key` of a collection. `pair`: the name is an object of key
    and value (`each`, a dynamic block's iterator); `key_only`: it is the key."""

    collection: Expr
    scope: Scope
    key: object
    pair: bool = False
    key_only: bool = False


Onward: TypeAlias = tuple[Expr, Scope, Steps]
Next: TypeAlias = Union[Onward, Place, None]
