"""The syntax of RE2 (https://github.com/google/re2/wiki/Syntax) read into a tree of tuples.

("set", ranges)                     one character
("cat", nodes)  ("alt", nodes)
("rep", node, least, most, greedy)  most None: unbounded
("cap", node, number, name)
("at", what)                        begin, end, line-begin, line-end, word, not-word
"""

from __future__ import annotations

from typing import Any, TypeAlias

from costlint.re2 import classes
from costlint.re2.classes import Ranges

Node: TypeAlias = tuple[Any, ...]

EMPTY: Node = ("cat", ())
_MOST_REPEATS = 1000
_MOST_DEPTH = 200
_ESCAPES = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}


class PatternError(Exception):
    """The pattern is not valid RE2."""


class UnsupportedPattern(Exception):
    """Valid RE2 that costlint cannot evaluate (Unicode scripts)."""


def parse(text: str) -> Node:
    """The tree of a pattern. Raises PatternError, UnsupportedPattern."""
    parser = _Parser(text)
    node = parser.alternatives(0)
    if not parser.at_end():
        raise PatternError(f"unexpected ): `{text}`")
    check_repeats(node)
    return node


def group_names(node: Node) -> list[str]:
    """The names of the capturing groups in order, "" for an unnamed one."""
    if node[0] == "cap":
        return [node[3], *group_names(node[1])]
    if node[0] in ("cat", "alt"):
        return [name for child in node[1] for name in group_names(child)]
    return group_names(node[1]) if node[0] == "rep" else []


def check_repeats(node: Node) -> int:
    """How often nested counted repetition multiplies; RE2 refuses more than 1000."""
    if node[0] in ("cat", "alt"):
        return max(map(check_repeats, node[1]), default=1)
    if node[0] == "cap":
        return check_repeats(node[1])
    if node[0] == "rep":
        inner = check_repeats(node[1])
        times = node[3] if node[3] is not None else node[2]
        total: int = inner * max(1, times)
        if times > 1 and total > _MOST_REPEATS:
            raise PatternError("invalid repeat count: nested repetition multiplies beyond 1000")
        return total
    return 1


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.flags: frozenset[str] = frozenset()
        self.groups = 0

    def at_end(self) -> bool:
        return self.position >= len(self.text)

    def alternatives(self, depth: int) -> Node:
        if depth > _MOST_DEPTH:
            raise PatternError("expression nests too deeply")
        branches = [self._sequence(depth)]
        while self._take("|"):
            branches.append(self._sequence(depth))
        return branches[0] if len(branches) == 1 else ("alt", tuple(branches))

    def _sequence(self, depth: int) -> Node:
        nodes: list[Node] = []
        repeated = ""
        while not self.at_end() and self.text[self.position] not in "|)":
            start = self.position
            bounds = self._repetition()
            if bounds is None:
                repeated = ""
                node = self._atom(depth)
                nodes.extend(node[1] if node[0] == "cat" else (node,))
                continue
            operator = self.text[start : self.position]
            if repeated:
                raise PatternError(f"invalid nested repetition operator: `{repeated}{operator}`")
            if not nodes:
                raise PatternError(f"missing argument to repetition operator: `{operator}`")
            greedy = not self._take("?")
            repeated = self.text[start : self.position]
            least, most = bounds
            nodes[-1] = ("rep", nodes[-1], least, most, greedy != ("U" in self.flags))
        return nodes[0] if len(nodes) == 1 else ("cat", tuple(nodes))

    def _repetition(self) -> tuple[int, int | None] | None:
        character = self.text[self.position]
        if character in "*+?":
            self.position += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[character]
        if character != "{":
            return None
        end = self.text.find("}", self.position)
        low, comma, high = self.text[self.position + 1 : end].partition(",") if end > 0 else ("", "", "")
        if not _is_count(low) or (high and not _is_count(high)):
            return None
        least = int(low) if len(low) < 6 else _MOST_REPEATS + 1
        most = least if not comma else None if not high else int(high) if len(high) < 6 else _MOST_REPEATS + 1
        if least > _MOST_REPEATS or (most is not None and (most > _MOST_REPEATS or least > most)):
            raise PatternError(f"invalid repeat count: `{self.text[self.position : end + 1]}`")
        self.position = end + 1
        return least, most

    def _atom(self, depth: int) -> Node:
        character = self._next()
        if character == "(":
            return self._group(depth)
        if character == "[":
            return ("set", self._class())
        if character == ".":
            return ("set", classes.ANYTHING if "s" in self.flags else classes.NOT_NEWLINE)
        if character == "^":
            return ("at", "line-begin" if "m" in self.flags else "begin")
        if character == "$":
            return ("at", "line-end" if "m" in self.flags else "end")
        if character == "\\":
            return self._escaped()
        return self._literal(ord(character))

    def _literal(self, code: int) -> Node:
        ranges: Ranges = ((code, code),)
        return ("set", classes.folded(ranges) if "i" in self.flags else ranges)

    def _group(self, depth: int) -> Node:
        outer = self.flags
        number, name = 0, ""
        if self._take("?"):
            if self._take("P<") or self._take("<"):
                name = self._name()
                number = self._number()
            elif not self._set_flags():
                return EMPTY
        else:
            number = self._number()
        node = self.alternatives(depth + 1)
        if not self._take(")"):
            raise PatternError(f"missing closing ): `{self.text}`")
        self.flags = outer
        # A group keeps its node apart, so that a repetition after it covers the whole.
        return ("cap", node, number, name) if number else ("alt", (node,)) if node[0] == "cat" else node

    def _number(self) -> int:
        self.groups += 1
        return self.groups

    def _name(self) -> str:
        end = self.text.find(">", self.position)
        name = self.text[self.position : end]
        if end < 0 or not name or not all(part == "_" or (part.isalnum() and part.isascii()) for part in name):
            raise PatternError(f"invalid named capture: `{self.text[self.position - 3 :]}`")
        self.position = end + 1
        return name

    def _set_flags(self) -> bool:
        """Read `flags-flags` up to ":" (True: a group follows) or ")" (False: they hold for the rest)."""
        start = self.position
        on = set(self.flags)
        removing = found = False
        while not self.at_end():
            character = self._next()
            if character in ":)" and (found or not removing):
                if character == ")" and self.position == start + 1:
                    break
                self.flags = frozenset(on)
                return character == ":"
            if character == "-" and not removing:
                removing, found = True, False
            elif character in "imsU":
                found = True
                (on.discard if removing else on.add)(character)
            else:
                break
        raise PatternError(f"invalid or unsupported Perl syntax: `(?{self.text[start : self.position]}`")

    def _escaped(self) -> Node:
        if self.at_end():
            raise PatternError("trailing backslash at end of expression")
        character = self.text[self.position]
        assertion = {"A": "begin", "z": "end", "b": "word", "B": "not-word"}.get(character)
        if assertion:
            self.position += 1
            return ("at", assertion)
        if character == "Q":
            end = self.text.find("\\E", self.position)
            literal = self.text[self.position + 1 : end if end >= 0 else None]
            self.position = end + 2 if end >= 0 else len(self.text)
            return ("cat", tuple(self._literal(ord(each)) for each in literal))
        ranges = self._class_escape()
        return ("set", ranges) if ranges is not None else self._literal(self._code())

    def _class_escape(self) -> Ranges | None:
        """\\d, \\W, \\pL, \\P{Lu} after the backslash, None when it is something else."""
        character = self.text[self.position]
        if character.lower() in classes.PERL:
            self.position += 1
            ranges = classes.PERL[character.lower()]
            return classes.negated(ranges) if character.isupper() else ranges
        if character not in "pP":
            return None
        start = self.position
        self.position += 1
        name = "" if self.at_end() else self._next()
        if name == "{":
            end = self.text.find("}", self.position)
            if end < 0:
                raise PatternError(f"invalid character class range: `\\{self.text[start:]}`")
            name = self.text[self.position : end]
            self.position = end + 1
        negate = (character == "P") != name.startswith("^")
        found = classes.category(name.lstrip("^"))
        if found is None:
            if len(name) > 2 and name.isalpha():
                raise UnsupportedPattern(f"Unicode class {name}")
            raise PatternError(f"invalid character class range: `\\{self.text[start : self.position]}`")
        if "i" in self.flags:
            found = classes.folded(found)
        return classes.negated(found) if negate else found

    def _code(self) -> int:
        """The character an escape stands for; the position is after the backslash."""
        if self.at_end():
            raise PatternError("trailing backslash at end of expression")
        character = self._next()
        if character in _ESCAPES:
            return _ESCAPES[character]
        if character.isascii() and not character.isalnum():
            return ord(character)
        rest = self.text[self.position :]
        if character == "0" or (character in "1234567" and rest[:1] in tuple("01234567")):
            digits = character
            while len(digits) < 3 and not self.at_end() and self.text[self.position] in "01234567":
                digits += self._next()
            return int(digits, 8)
        if character == "x":
            end = rest.find("}") if rest.startswith("{") else 2
            digits = rest[1:end] if rest.startswith("{") else rest[:2]
            if 0 < len(digits) <= 8 and len(rest) >= end > 0 and all(d in "0123456789abcdefABCDEF" for d in digits):
                code = int(digits, 16)
                if code <= 0x10FFFF and (rest.startswith("{") or len(digits) == 2):
                    self.position += end + 1 if rest.startswith("{") else 2
                    return code
        raise PatternError(f"invalid escape sequence: `\\{character}`")

    def _class(self) -> Ranges:
        start = self.position - 1
        negate = self._take("^")
        parts: list[Ranges] = []
        first = True
        while first or not self._peek("]"):
            if self.at_end():
                raise PatternError(f"missing closing ]: `{self.text[start:]}`")
            first = False
            named = self._named_class()
            if named is not None:
                parts.append(named)
                continue
            low = high = self._class_character(start)
            if self._peek("-") and not self.text.startswith("-]", self.position):
                self.position += 1
                high = self._class_character(start)
                if high < low:
                    raise PatternError(f"invalid character class range: `{chr(low)}-{chr(high)}`")
            span: Ranges = ((low, high),)
            parts.append(classes.folded(span) if "i" in self.flags else span)
        self.position += 1
        ranges = classes.union(parts)
        return classes.negated(ranges) if negate else ranges

    def _named_class(self) -> Ranges | None:
        if self._peek("[:"):
            end = self.text.find(":]", self.position)
            if end < 0:
                return None
            name = self.text[self.position + 2 : end]
            ranges = classes.POSIX.get(name.removeprefix("^"))
            if ranges is None:
                raise PatternError(f"invalid character class range: `{self.text[self.position : end + 2]}`")
            self.position = end + 2
            if "i" in self.flags:
                ranges = classes.folded(ranges)
            return classes.negated(ranges) if name.startswith("^") else ranges
        if self._peek("\\") and self.position + 1 < len(self.text):
            self.position += 1
            found = self._class_escape()
            if found is None:
                self.position -= 1
            return found
        return None

    def _class_character(self, start: int) -> int:
        if self.at_end():
            raise PatternError(f"missing closing ]: `{self.text[start:]}`")
        character = self._next()
        return self._code() if character == "\\" else ord(character)

    def _next(self) -> str:
        character = self.text[self.position]
        self.position += 1
        return character

    def _peek(self, text: str) -> bool:
        return self.text.startswith(text, self.position)

    def _take(self, text: str) -> bool:
        if not self._peek(text):
            return False
        self.position += len(text)
        return True


def _is_count(text: str) -> bool:
    """A repeat count without a leading zero, as RE2 wants it."""
    return text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
