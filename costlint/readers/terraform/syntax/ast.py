"""The compact syntax tree both syntaxes (HCL and JSON) are read into.

Expressions are plain tuples `(kind, start, end, …)`; start and end are byte offsets into the file, end exclusive.
Tuples instead of objects keep 10 MB of configuration in about 100 MB of memory.

    ("lit", s, e, value)                      str | int | float | bool | None
    ("tmpl", s, e, parts)                     template; parts are expressions, text is a "lit" part
    ("name", s, e, name)                      var, local, each, aws_instance …: the root of a traversal
    ("attr", s, e, object, name)
    ("index", s, e, object, key)              key is an expression
    ("splat", s, e, object, full, steps)      full: [*] (True) or .* (False); steps: ("attr", name) | ("index", expr)
                                              | ("splat", full, steps), always the last step
    ("call", s, e, function, args, expand)    expand: the last argument ends in "..."
    ("un", s, e, op, operand)                 "-" "!"
    ("bin", s, e, op, left, right)
    ("cond", s, e, test, yes, no)
    ("list", s, e, items)
    ("obj", s, e, items)                      items: (key, value) pairs of expressions; a bare key is a "lit"
    ("for", s, e, key_name, value_name, collection, key, value, condition, grouping)
                                              key_name "" if absent; key None for a list; condition may be None
    ("tif", s, e, test, yes_parts, no_parts)  %{ if } inside a template
    ("tfor", s, e, key_name, value_name, collection, parts)
    ("bad", s, e, text)                       could not be parsed: evaluates to UNKNOWN
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from msgspec import Struct, field

Expr: TypeAlias = tuple[Any, ...]

MOST_NESTED = 100
"""No expression is deeper than this many levels; what is becomes "bad", so plain recursion is safe."""


_OFFSETS: list[int] = []
_MOST_OFFSETS = 1 << 16


def offsets(size: int) -> Sequence[int]:
    """The numbers 0 to `size`. For files of usual size they are the same objects: offsets are a third of a tree."""
    if size >= _MOST_OFFSETS:
        return range(size + 1)
    _OFFSETS.extend(range(len(_OFFSETS), size + 1))
    return _OFFSETS


class Attribute(Struct):
    """`name = expr`; the offsets cover the whole line's definition, the expression carries its own."""

    name: str
    expr: Expr
    start: int
    end: int


class Block(Struct):
    """`type "label" { body }`; `header_end` is the offset just after the last label."""

    type: str
    labels: tuple[str, ...]
    body: Body
    start: int
    header_end: int
    end: int


class Body(Struct):
    """Attributes by name (the last one wins) and blocks in order."""

    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def literal(self, name: str) -> str:
        """The text of an attribute, "" if it is missing or no plain string."""
        attribute = self.attributes.get(name)
        if attribute is None or attribute.expr[0] != "lit" or not isinstance(attribute.expr[3], str):
            return ""
        return attribute.expr[3]


class Problem(Struct):
    """A syntax error: where, and a sentence saying what was expected."""

    start: int
    message: str


def add_attribute(body: Body, attribute: Attribute, problems: list[Problem]) -> None:
    """Put an attribute into a body; one that is there already gives way, and that is a problem."""
    if attribute.name in body.attributes:
        message = f'the argument "{attribute.name}" is set twice in the same block'
        problems.append(Problem(attribute.start, message))
    body.attributes[attribute.name] = attribute
