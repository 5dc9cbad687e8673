"""A machine that walks all threads of a pattern at once (Pike's virtual machine): work ≤ pattern × text.

Russ Cox, "Regular Expression Matching: the Virtual Machine Approach", https://swtch.com/~rsc/regexp/regexp2.html
"""

from __future__ import annotations

from typing import Any, TypeAlias

from costlint.re2.classes import PERL, Ranges, contains
from costlint.re2.syntax import Node

Captures: TypeAlias = tuple[int, ...]
Instruction: TypeAlias = tuple[Any, ...]

_MOST_INSTRUCTIONS = 20_000
_MOST_STEPS = 3_000_000


class TooMuchWork(Exception):
    """Matching would take longer than costlint is willing to spend on one call."""


class Program:
    """Instructions: ("set", ranges, ascii) ("jump", a) ("split", a, b) ("save", slot) ("at", what) ("match",)."""

    def __init__(self, code: list[Instruction], slots: int) -> None:
        self._code = code
        self._slots = slots

    def search(self, text: str, start: int) -> tuple[tuple[int, int] | None, ...] | None:
        """As Pattern.search. Raises TooMuchWork."""
        code = self._code
        matched: Captures | None = None
        threads: list[tuple[int, Captures]] = []
        steps = 0
        for position in range(start, len(text) + 1):
            seen: set[int] = set()
            following: list[tuple[int, Captures]] = []
            for at, captures in threads:
                self._follow(following, seen, at, captures, text, position)
            if matched is None:
                self._follow(following, seen, 0, (-1,) * self._slots, text, position)
            elif not following:
                break
            steps += len(seen) + 1
            if steps > _MOST_STEPS:
                raise TooMuchWork("the pattern needs too many steps on this text")
            threads = []
            character = ord(text[position]) if position < len(text) else -1
            for at, captures in following:
                instruction = code[at]
                if instruction[0] == "match":
                    matched = captures
                    break
                if character >= 0 and _accepts(instruction, character):
                    threads.append((at + 1, captures))
        if matched is None:
            return None
        pairs = zip(matched[::2], matched[1::2], strict=True)
        return tuple(None if low < 0 or high < 0 else (low, high) for low, high in pairs)

    def _follow(
        self,
        threads: list[tuple[int, Captures]],
        seen: set[int],
        at: int,
        captures: Captures,
        text: str,
        position: int,
    ) -> None:
        """Add the threads reachable from `at` without taking a character, the preferred first."""
        waiting = [(at, captures)]
        while waiting:
            at, captures = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            instruction = self._code[at]
            kind = instruction[0]
            if kind == "jump":
                waiting.append((instruction[1], captures))
            elif kind == "split":
                waiting.append((instruction[2], captures))
                waiting.append((instruction[1], captures))
            elif kind == "save":
                slot = instruction[1]
                waiting.append((at + 1, (*captures[:slot], position, *captures[slot + 1 :])))
            elif kind == "at":
                if _holds(instruction[1], text, position):
                    waiting.append((at + 1, captures))
            else:
                threads.append((at, captures))


def assemble(node: Node, groups: int) -> Program:
    """The program for a whole pattern. Raises TooMuchWork for one that is too large."""
    code: list[Instruction] = [("save", 0)]
    _assemble(node, code)
    code += [("save", 1), ("match",)]
    return Program(code, 2 * (groups + 1))


def _assemble(node: Node, code: list[Instruction]) -> None:
    if len(code) > _MOST_INSTRUCTIONS:
        raise TooMuchWork("the pattern is too large")
    kind = node[0]
    if kind == "set":
        ranges: Ranges = node[1]
        code.append(("set", ranges, frozenset(code for code in range(128) if contains(ranges, code))))
    elif kind == "at":
        code.append(node)
    elif kind == "cat":
        for child in node[1]:
            _assemble(child, code)
    elif kind == "cap":
        code.append(("save", 2 * node[2]))
        _assemble(node[1], code)
        code.append(("save", 2 * node[2] + 1))
    elif kind == "alt":
        _assemble_alternatives(node, code)
    else:
        _assemble_repetition(node, code)


def _assemble_alternatives(node: Node, code: list[Instruction]) -> None:
    exits: list[int] = []
    for branch in node[1][:-1]:
        split = len(code)
        code.append(())
        _assemble(branch, code)
        exits.append(len(code))
        code.append(())
        code[split] = ("split", split + 1, len(code))
    _assemble(node[1][-1], code)
    for jump in exits:
        code[jump] = ("jump", len(code))


def _assemble_repetition(node: Node, code: list[Instruction]) -> None:
    _, body, least, most, greedy = node
    if most is None and least == 0:
        # x* as (x+)?, so that a body matching nothing is still entered once, as in Go.
        split = len(code)
        code.append(())
        _assemble_repetition(("rep", body, 1, None, greedy), code)
        code[split] = _split(split + 1, len(code), greedy)
        return
    for _ in range(least - 1 if most is None else least):
        _assemble(body, code)
    if most is None:
        start = len(code)
        _assemble(body, code)
        code.append(_split(start, len(code) + 1, greedy))
        return
    splits = []
    for _ in range(most - least):
        splits.append(len(code))
        code.append(())
        _assemble(body, code)
    for split in splits:
        code[split] = _split(split + 1, len(code), greedy)


def _split(enter: int, leave: int, greedy: bool) -> Instruction:
    return ("split", enter, leave) if greedy else ("split", leave, enter)


def _accepts(instruction: Instruction, code: int) -> bool:
    return code in instruction[2] if code < 128 else contains(instruction[1], code)


def _holds(what: str, text: str, position: int) -> bool:
    if what == "begin":
        return position == 0
    if what == "end":
        return position == len(text)
    if what == "line-begin":
        return position == 0 or text[position - 1] == "\n"
    if what == "line-end":
        return position == len(text) or text[position] == "\n"
    boundary = _is_word(text, position - 1) != _is_word(text, position)
    return boundary == (what == "word")


def _is_word(text: str, position: int) -> bool:
    return 0 <= position < len(text) and contains(PERL["w"], ord(text[position]))
