"""Definitions as nearly all are written, read straight from the bytes: no syntax tree is built and walked for them.

What is not read here (heredocs, directives, `for`, block comments, rare escapes, anything that looks wrong) is left to
tree-sitter. What is read here gives exactly what tree-sitter and the converter make of it.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from costlint.readers.terraform.syntax.ast import Attribute, Block, Body, Expr, add_attribute
from costlint.readers.terraform.syntax.expressions import NAME, TERM, Converter
from costlint.readers.terraform.syntax.operators import PRECEDENCE, combine
from costlint.readers.terraform.syntax.templates import unescaped

Written: TypeAlias = tuple[Expr, int, int]
"""An expression and where it begins and ends, its parentheses included."""

_END = rb"(?=[ \t]*(?:\n|\}|#|//|\Z))"
_LABELS = rb'((?:[ \t]+"[^"\\$%\n]*")*)'
_GAP = re.compile(rb"(?:[ \t\n]+|#[^\n]*\n|//[^\n]*\n)*")
_SPACE = re.compile(rb"[ \t]*")
_LINE_ENDS = re.compile(_END).match
_SIMPLE = re.compile(rb"(" + NAME + rb")[ \t]*=[ \t]*" + TERM + _END).match
_OPENING = re.compile(rb"(" + NAME + rb")(?:[ \t]*=(?![=>])[ \t]*|" + _LABELS + rb"([ \t]*)\{)").match
_LABEL = re.compile(rb'"([^"]*)"').findall
_TERM = re.compile(TERM).match
_PAIR = re.compile(rb"(" + NAME + rb")[ \t]*[=:][ \t]*" + TERM + rb"(?=[ \t]*(?:\n|\}|,|#|//))").match
_KEY = re.compile(rb"(" + NAME + rb")(?=[ \t]*(?:=(?![=>])|:))").match
_ASSIGNED = re.compile(rb"[ \t]*(?:=(?![=>])|:)[ \t]*").match
_STEP = re.compile(rb"\.(" + NAME + rb")|\[(\*\])?").match
_OPERATOR = re.compile(rb"\|\||&&|==|!=|>=|<=|>|<|\+|-|\*|/(?![/*])|%").match
_TEXT = re.compile(rb'(?:[^"\\$%\n]|\\[nrt"\\]|[$%](?![{$%]))*')
_GOES_ON = re.compile(rb"[A-Za-z0-9_.\-\x80-\xff]").match
_COMPLETE = frozenset(b"\n,)]}")
_MOST = 20
"""Deeper nesting and longer chains than this are left to the converter, which bounds them."""
_STRING, _NUMBER, _KEYWORD = 1, 2, 3  # groups of TERM


class NotPlain(Exception):
    """Here stands what is left to tree-sitter."""


class PlainReader:
    """Reads the plain definitions of one file."""

    def __init__(self, converter: Converter) -> None:
        self.converter = converter
        self.data = converter.data
        self.at = converter.at
        self._depth = 0

    def definition(self, start: int, depth: int = 0) -> tuple[Attribute | Block | None, int]:
        """The attribute or block after an offset, and where it ends. None, and the offset of a closing brace or the end
        of the file, if there is none. Raises NotPlain."""
        data, at = self.data, self.at
        start = self._after(_GAP, start)
        simple = _SIMPLE(data, start)
        if simple is not None:
            end = simple.end(simple.lastindex or 0) + (simple.lastindex == 1 + _STRING)
            return Attribute(self.converter.name(simple[1]), self.converter.simple(simple, 1), at[start], at[end]), end
        if data[start : start + 1] in (b"", b"}"):
            return None, start
        opening = _OPENING(data, start)
        if opening is None:
            raise NotPlain
        if opening[3] is not None:
            return self._block(opening, start, depth + 1)
        self._depth = 0
        expr, _, end = self._expression(opening.end(), _SPACE)
        if _LINE_ENDS(data, end) is None:
            raise NotPlain
        return Attribute(self.converter.name(opening[1]), expr, at[start], at[end]), end

    def _block(self, opening: re.Match[bytes], start: int, depth: int) -> tuple[Block, int]:
        if depth > _MOST:
            raise NotPlain
        body = Body()
        end = opening.end()
        while True:
            item, end = self.definition(end, depth)
            if isinstance(item, Attribute):
                add_attribute(body, item, self.converter.problems)
            elif item is not None:
                body.blocks.append(item)
            elif self.data[end : end + 1] == b"}":
                break
            else:
                raise NotPlain
        end += 1
        if _LINE_ENDS(self.data, end) is None:
            raise NotPlain
        labels = tuple([self.converter.text(label) for label in _LABEL(opening[2])])
        name, header_end = self.converter.name(opening[1]), self.at[opening.start(3)]
        return Block(name, labels, body, self.at[start], header_end, self.at[end]), end

    def _after(self, blank: re.Pattern[bytes], start: int) -> int:
        match = blank.match(self.data, start)
        return match.end() if match else start

    def _expect(self, wanted: bytes, blank: re.Pattern[bytes], start: int) -> int:
        """The offset after some punctuation that must come next."""
        at = self._after(blank, start)
        if not self.data.startswith(wanted, at):
            raise NotPlain
        return at + len(wanted)

    # -- expressions: `blank` is what may stand between their parts, line ends only inside brackets

    def _expression(self, start: int, blank: re.Pattern[bytes]) -> Written:
        term = _TERM(self.data, start)
        if term is not None and term.lastindex is not None:
            end = term.end(term.lastindex) + (term.lastindex == _STRING)
            if self.data[end : end + 1] and self.data[end] in _COMPLETE:
                return self.converter.simple(term, 0), start, end
        self._depth += 1
        if self._depth > _MOST:
            raise NotPlain
        found = self._operation(start, blank)
        at = self._after(blank, found[2])
        if self.data.startswith(b"?", at):
            yes = self._expression(self._after(blank, at + 1), blank)
            no = self._expression(self._after(blank, self._expect(b":", blank, yes[2])), blank)
            begin, end = self.at[found[1]], self.at[no[2]]
            found = ("cond", begin, end, found[0], yes[0], no[0]), begin, end
        self._depth -= 1
        return found

    def _operation(self, start: int, blank: re.Pattern[bytes]) -> Written:
        first = self._operand(start, blank)
        operator = _OPERATOR(self.data, self._after(blank, first[2]))
        if operator is None:
            return first
        operands, operators = [first], [operator[0].decode()]
        for _ in range(_MOST):
            if operator is None:
                break
            operands.append(self._operand(self._after(blank, operator.end()), blank))
            operator = _OPERATOR(self.data, self._after(blank, operands[-1][2]))
            if operator is not None:
                name = operator[0].decode()
                while operators and PRECEDENCE[operators[-1]] >= PRECEDENCE[name]:
                    combine(operands, operators)
                operators.append(name)
        if operator is not None:
            raise NotPlain
        while operators:
            combine(operands, operators)
        return operands[0]

    def _operand(self, start: int, blank: re.Pattern[bytes]) -> Written:
        if self.data[start : start + 1] not in (b"-", b"!"):
            return self._postfixed(*self._term(start))
        self._depth += 1
        if self._depth > _MOST:
            raise NotPlain
        inner, _, end = self._operand(self._after(blank, start + 1), blank)
        self._depth -= 1
        return ("un", self.at[start], self.at[end], chr(self.data[start]), inner), start, end

    def _term(self, start: int) -> Written:
        data = self.data
        term = _TERM(data, start)
        if term is None or term.lastindex is None:
            reader = _BRACKETS.get(data[start : start + 1])
            if reader is None:
                raise NotPlain
            return reader(self, start)
        end = term.end(term.lastindex) + (term.lastindex == _STRING)
        if data[end : end + 1] == b"(" and not term[5] and term.lastindex > _KEYWORD:
            return self._call(term, start, end)
        goes_on = _GOES_ON(data, end) if term.lastindex != _STRING else None
        if term[4] == b"for" or (goes_on and (term.lastindex <= _KEYWORD or goes_on[0] != b".")):
            raise NotPlain
        return self.converter.simple(term, 0), start, end

    def _postfixed(self, expr: Expr, start: int, end: int) -> Written:
        data = self.data
        if data[end : end + 1] not in (b".", b"["):
            return expr, start, end
        steps: list[tuple[str, object, int]] = []
        while data[end : end + 1] in (b".", b"["):
            step = _STEP(data, end)
            if step is None or len(steps) > _MOST:
                raise NotPlain
            end = step.end()
            if step[1] is not None:
                steps.append(("attr", self.converter.name(step[1]), self.at[end]))
            elif step[2] is not None:
                steps.append(("*", True, self.at[end]))
            else:
                key, _, end = self._expression(self._after(_GAP, end), _GAP)
                end = self._expect(b"]", _GAP, end)
                steps.append(("index", key, self.at[end]))
        if _GOES_ON(data, end):
            raise NotPlain
        return self.converter.applied(expr, self.at[start], steps), start, end

    def _call(self, name: re.Match[bytes], start: int, end: int) -> Written:
        args, expand = [], False
        end = self._after(_GAP, end + 1)
        while not self.data.startswith(b")", end):
            arg, _, end = self._expression(end, _GAP)
            args.append(arg)
            end = self._after(_GAP, end)
            if self.data.startswith(b"...", end):
                expand = True
                end = self._expect(b")", _GAP, end + 3) - 1
            elif not self.data.startswith(b")", end):
                end = self._after(_GAP, self._expect(b",", _GAP, end))
        end += 1
        return ("call", self.at[start], self.at[end], self.converter.name(name[4]), args, expand), start, end

    def _parenthesis(self, start: int) -> Written:
        expr, _, end = self._expression(self._after(_GAP, start + 1), _GAP)
        return expr, start, self._expect(b")", _GAP, end)

    def _list(self, start: int) -> Written:
        items = []
        end = self._after(_GAP, start + 1)
        while not self.data.startswith(b"]", end):
            item, _, end = self._expression(end, _GAP)
            items.append(item)
            end = self._after(_GAP, end)
            if not self.data.startswith(b"]", end):
                end = self._after(_GAP, self._expect(b",", _GAP, end))
        end += 1
        return ("list", self.at[start], self.at[end], items), start, end

    def _object(self, start: int) -> Written:
        items = []
        end = self._after(_GAP, start + 1)
        while not self.data.startswith(b"}", end):
            pair, end = self._pair(end)
            items.append(pair)
            end = self._after(_SPACE, end)
            if self.data.startswith(b",", end):
                end += 1
            elif _LINE_ENDS(self.data, end) is None:
                raise NotPlain
            end = self._after(_GAP, end)
        end += 1
        return ("obj", self.at[start], self.at[end], items), start, end

    def _pair(self, start: int) -> tuple[tuple[Expr, Expr], int]:
        at = self.at
        pair = _PAIR(self.data, start)
        if pair is not None:
            key: Expr = ("lit", at[start], at[pair.end(1)], self.converter.name(pair[1]))
            end = pair.end(pair.lastindex or 0) + (pair.lastindex == 1 + _STRING)
            return (key, self.converter.simple(pair, 1)), end
        name = _KEY(self.data, start)
        if name is not None:
            key, end = ("lit", at[start], at[name.end()], self.converter.name(name[1])), name.end()
        elif self.data[start : start + 1] in (b'"', b"("):
            key, _, end = self._term(start)
        else:
            raise NotPlain
        assigned = _ASSIGNED(self.data, end)
        if assigned is None:
            raise NotPlain
        value, _, end = self._expression(assigned.end(), _SPACE)
        return (key, value), end

    def _template(self, start: int) -> Written:
        """A quoted text that is more than plain text."""
        parts: list[Expr] = []
        only_text, end = True, start + 1
        while True:
            stop = self._after(_TEXT, end)
            if stop > end:
                parts.append(("lit", self.at[end], self.at[stop], unescaped(self.converter, end, stop, quoted=True)))
            if self.data.startswith(b'"', stop):
                break
            if not self.data.startswith(b"${", stop) or self.data.startswith(b"~", stop + 2):
                raise NotPlain
            only_text = False
            expr, _, end = self._expression(self._after(_GAP, stop + 2), _GAP)
            parts.append(expr)
            end = self._expect(b"}", _GAP, end)
        end = stop + 1
        first, last = self.at[start], self.at[end]
        if only_text:
            return ("lit", first, last, parts[0][3] if parts else ""), start, end
        if len(parts) == 1:
            return parts[0], start, end
        return ("tmpl", first, last, parts), start, end


_BRACKETS = {
    b"(": PlainReader._parenthesis,
    b"[": PlainReader._list,
    b"{": PlainReader._object,
    b'"': PlainReader._template,
}
