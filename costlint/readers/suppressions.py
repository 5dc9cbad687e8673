"""`# costlint:ignore=STO001,gp2-volume reason until=2027-03-31`: comments that accept a finding.

Alone on its line it takes effect on the next line of code, behind code on that line; where that line opens a block, a
map or an expression of several lines, on all of it. Without a list of rules it means all of them.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from costlint.model import Suppression

_MARK = b"costlint:ignore"
_COMMENT = re.compile(rb"(?P<mark>\#|//|/\*)[ \t]*costlint:ignore(?P<rest>(?:[= \t][^\n]*)?)(?=\r?\n|$)", re.MULTILINE)
_RULES = re.compile(r"=[ \t]*([\w*-]+(?:[ \t]*,[ \t]*[\w*-]+)*)(.*)", re.DOTALL)
_UNTIL = re.compile(r"(?:^|\s)until=(\S+)")
_CODE = re.compile(rb"^[ \t]*(?!\#|//|/\*|\r?$)\S", re.MULTILINE)


def line_starts(data: bytes) -> array[int]:
    """The offsets at which the lines of a file begin."""
    starts = array("I", (0,))
    at = data.find(b"\n")
    while at >= 0:
        starts.append(at + 1)
        at = data.find(b"\n", at + 1)
    return starts


def suppressions_in(
    data: bytes, shown: str, starts: Sequence[int], extents: Iterable[tuple[int, int]] = ()
) -> list[Suppression]:
    """The suppressions of a file; `starts` are the offsets its lines begin at, `extents` those where something in
    it begins and ends (asked for only where there is a suppression)."""
    found = _comments(data, shown, starts)
    if not found:
        return found
    ends: dict[int, int] = {}
    for start, end in extents:
        line = bisect_right(starts, start)
        ends[line] = max(ends.get(line, 0), bisect_right(starts, max(end - 1, start)))
    return [replace(each, end_line=ends.get(each.line, 0)) for each in found]


def _comments(data: bytes, shown: str, starts: Sequence[int]) -> list[Suppression]:
    found: list[Suppression] = []
    if _MARK not in data:
        return found
    for match in _COMMENT.finditer(data):
        rules, rest = _split(match["rest"].decode(errors="replace").rstrip(), match["mark"] == b"/*")
        if rules is None:
            continue
        line = bisect_right(starts, match.start())
        begin = starts[line - 1]
        takes_effect = line
        if not data[begin : match.start()].strip():
            code = _CODE.search(data, match.end() + 1)
            takes_effect = bisect_right(starts, code.start()) if code else line
        until = _UNTIL.search(rest)
        reason = " ".join(_UNTIL.sub(" ", rest).split()).strip(" -–—:;,")
        found.append(Suppression(shown, takes_effect, line, rules, reason, until[1].rstrip(".,;)") if until else ""))
    return found


def annotated(text: str, file: str, lines: tuple[int, int], written: int) -> Suppression | None:
    """What an annotation says that lists rules before its reason: `K8S001,idle-gpu reason until=2027-03-31` (`all` for
    every rule). It takes effect from the first to the last of `lines`; None if it lists none."""
    names, _, rest = text.strip().partition(" ")
    rules = tuple(filter(None, names.split(",")))
    if not rules:
        return None
    until = _UNTIL.search(f" {rest}")
    reason = " ".join(_UNTIL.sub(" ", f" {rest}").split()).strip(" -–—:;,")
    day = until[1].rstrip(".,;)") if until else ""
    return Suppression(file, lines[0], written, () if rules == ("all",) else rules, reason, day, lines[1])


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
