"""`# costlint:ignore=STO001,gp2-volume reason until=2027-03-31`: comments that accept a finding.

Alone on its line it takes effect on the next line of code, behind code on that line; where that line opens a block, a
map or an expression of several lines, on all of it. Without a list of rules it means all of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from costlint.model import Suppression
from costlint.readers.terraform.syntax.ast import Body, Expr

_MARK = b"costlint:ignore"
_COMMENT = re.compile(rb"(?P<mark>\#|//|/\*)[ \t]*costlint:ignore(?P<rest>(?:[= \t][^\n]*)?)(?=\r?\n|$)", re.MULTILINE)
_RULES = re.compile(r"=[ \t]*([\w*-]+(?:[ \t]*,[ \t]*[\w*-]+)*)(.*)", re.DOTALL)
_UNTIL = re.compile(r"(?:^|\s)until=(\S+)")
_CODE = re.compile(rb"^[ \t]*(?!\#|//|/\*|\r?$)\S", re.MULTILINE)


def suppressions_in(data: bytes, shown: str, line_starts: Sequence[int], body: Body) -> list[Suppression]:
    """The suppressions of a file; `line_starts` are the offsets its lines begin at, `body` is what it says."""
    found = _comments(data, shown, line_starts)
    if not found:
        return found
    ends: dict[int, int] = {}
    for start, end in _extents(body):
        line = bisect_right(line_starts, start)
        ends[line] = max(ends.get(line, 0), bisect_right(line_starts, max(end - 1, start)))
    return [replace(each, end_line=ends.get(each.line, 0)) for each in found]


def _extents(body: Body) -> Iterator[tuple[int, int]]:
    """Where each definition of a body begins and ends: blocks, attributes, and the members of maps."""
    for attribute in body.attributes.values():
        yield attribute.start, attribute.expr[2]
        yield from _members(attribute.expr)
    for block in body.blocks:
        yield block.start, block.end
        yield from _extents(block.body)


def _members(expr: Expr) -> Iterator[tuple[int, int]]:
    if expr[0] == "obj":
        for key, value in expr[3]:
            yield key[1], value[2]
            yield from _members(value)
    elif expr[0] == "list":
        for item in expr[3]:
            yield item[1], item[2]
            yield from _members(item)
    elif expr[0] == "call":
        for argument in expr[4]:
            yield argument[1], argument[2]
            yield from _members(argument)


def _comments(data: bytes, shown: str, line_starts: Sequence[int]) -> list[Suppression]:
    found: list[Suppression] = []
    if _MARK not in data:
        return found
    for match in _COMMENT.finditer(data):
        rules, rest = _split(match["rest"].decode(errors="replace").rstrip(), match["mark"] == b"/*")
        if rules is None:
            continue
        line = bisect_right(line_starts, match.start())
        begin = line_starts[line - 1]
        takes_effect = line
        if not data[begin : match.start()].strip():
            code = _CODE.search(data, match.end() + 1)
            takes_effect = bisect_right(line_starts, code.start()) if code else line
        until = _UNTIL.search(rest)
        reason = " ".join(_UNTIL.sub(" ", rest).split()).strip(" -–—:;,")
        found.append(Suppression(shown, takes_effect, line, rules, reason, until[1].rstrip(".,;)") if until else ""))
    return found


def _split(rest: str, block: bool) -> tuple[tuple[str, ...] | None, str]:
    """The rules named (none: all) and what follows them; None if the list is not one."""
    if block:
        rest = rest.partition("*/")[0]
    if not rest.startswith("="):
        return (), rest
    match = _RULES.match(rest)
    if match is None:
        return None, rest
    return tuple(name.strip() for name in match[1].split(",")), match[2]
