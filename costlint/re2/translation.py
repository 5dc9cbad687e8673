"""When Python's backtracking `re` is safe for a pattern, and the pattern in its syntax."""

from __future__ import annotations

import math
import sys

from costlint.re2.classes import ANYTHING, Ranges, negated
from costlint.re2.syntax import Node

_MOST_UNROLLED = 12


def most_paths(node: Node, length: int) -> float:
    """An upper bound on the ways a backtracking matcher can go through the node on `length` characters.

    Infinite for repetition whose body can itself match in several ways: there the paths multiply without end.
    """
    kind = node[0]
    if kind in ("set", "at"):
        return 1
    if kind == "cat":
        return math.prod(most_paths(child, length) for child in node[1])
    if kind == "alt":
        return sum(most_paths(child, length) for child in node[1])
    if kind == "cap":
        return most_paths(node[1], length)
    _, body, least, most, _ = node
    inner = most_paths(body, length)
    if inner == 1 and _width(body) >= 1:
        return length if most is None else min(length, most - least) + 1
    if most is not None and most <= _MOST_UNROLLED:
        return sum(inner**times for times in range(least, most + 1))
    return math.inf


def _width(node: Node) -> int:
    """The fewest characters the node takes."""
    kind = node[0]
    if kind == "set":
        return 1
    if kind == "at":
        return 0
    if kind == "cat":
        return sum(map(_width, node[1]))
    if kind == "alt":
        return min(map(_width, node[1]))
    if kind == "cap":
        return _width(node[1])
    return int(node[2]) * _width(node[1])


def translate(node: Node) -> str:
    """The node in Python's syntax; every class is spelled out, so no flag is needed."""
    kind = node[0]
    if kind == "set":
        return _class(node[1])
    if kind == "at":
        return _ASSERTIONS[node[1]]
    if kind == "cat":
        return "".join(map(_grouped, node[1]))
    if kind == "alt":
        return "|".join(map(translate, node[1]))
    if kind == "cap":
        return f"({translate(node[1])})"
    _, body, least, most, greedy = node
    bounds = f"{{{least},{'' if most is None else most}}}"
    return f"(?:{translate(body)}){bounds}" + ("" if greedy else "?")


def _grouped(node: Node) -> str:
    return f"(?:{translate(node)})" if node[0] == "alt" else translate(node)


def _class(ranges: Ranges) -> str:
    if ranges == ANYTHING:
        return r"[\s\S]"
    if not ranges:
        return r"[^\s\S]"
    if ranges[-1][1] == sys.maxunicode:  # `re` goes through a range one by one, and what is left out is short
        return f"[^{_spans(negated(ranges))}]"
    low, high = ranges[0]
    return _escaped(low) if len(ranges) == 1 and low == high else f"[{_spans(ranges)}]"


def _spans(ranges: Ranges) -> str:
    return "".join(_escaped(low) if low == high else f"{_escaped(low)}-{_escaped(high)}" for low, high in ranges)


def _escaped(code: int) -> str:
    character = chr(code)
    if character.isascii() and character.isalnum():
        return character
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


_WORD = "[0-9A-Za-z_]"
_ASSERTIONS = {
    "begin": r"\A",
    "end": r"\Z",
    "line-begin": r"(?m:^)",
    "line-end": r"(?m:$)",
    "word": f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
    "not-word": f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
}
