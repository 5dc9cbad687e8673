"""Expressions: tree-sitter nodes → tuples. The grammar leaves postfixes (`.a`, `[0]`, `[*]`) as flat siblings, which
are put together again here; `operators` does the same for operators and conditionals."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from sys import intern
from typing import Any

from tree_sitter import Node

from costlint.readers.terraform.syntax import grammar as g
from costlint.readers.terraform.syntax import operators, templates
from costlint.readers.terraform.syntax.ast import MOST_NESTED, Expr, Problem, offsets

NAME = rb"[A-Za-z_][A-Za-z0-9_-]*"
# What most expressions are: a plain string, a number, a keyword, a traversal by names. Four to five groups.
TERM = (
    rb'(?:"([^"\\$%\n]*(?:[$%](?![{$%])[^"\\$%\n]*)*)"'
    rb"|([0-9]+(?:\.[0-9]+)?)"
    rb"|(true|false|null)"
    rb"|(" + NAME + rb")((?:\." + NAME + rb")*))"
)
_TERM = re.compile(TERM).fullmatch
_NAME = re.compile(NAME).fullmatch
_SIMPLE_PAIR = re.compile(rb"(" + NAME + rb")[ \t]*[=:][ \t]*" + TERM).fullmatch
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?").fullmatch

_KEYWORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}
_LONGEST_SHARED_TEXT = 64
_MOST_DIGITS = 400


class Converter:
    """Converts the expressions of one file; collects problems, shares equal strings, bounds nesting."""

    def __init__(self, data: bytes, problems: list[Problem]) -> None:
        self.data = data
        self.problems = problems
        self.limit = MOST_NESTED
        self.at = offsets(len(data))
        self.depth = 0
        self._names: dict[bytes, str] = {}
        self._texts: dict[bytes, str] = {}

    def expression(self, node: Node) -> Expr:
        """The tuple of an `expression` node."""
        match = _TERM(self.data, node.start_byte, node.end_byte)
        if match is not None:
            return self.simple(match, 0)
        return self.sequence(node.children)

    def sequence(self, nodes: list[Node]) -> Expr:
        """A term with its postfixes, given as siblings; parentheses leave no trace."""
        if self.depth >= self.limit:
            return self.too_deep(nodes[0], nodes[-1])
        self.depth += 1
        try:
            nodes = [node for node in nodes if node.kind_id != g.COMMENT]
            first = nodes[0]
            if first.kind_id == g.OPEN_PAREN:
                return self._postfixed(self.expression(nodes[1]), first.start_byte, nodes[3:])
            term = _TERMS.get(first.kind_id)
            if term is None:
                return self._bad(first.start_byte, nodes[-1].end_byte)
            return self._postfixed(term(self, first), first.start_byte, nodes[1:])
        finally:
            self.depth -= 1

    def simple(self, match: re.Match[bytes], before: int) -> Expr:
        """The expression of a TERM match; `before` is the number of groups in front of TERM's."""
        group = match.lastindex or 0
        which = group - before
        at = self.at
        start, end = match.span(group)
        if which == 1:
            return ("lit", at[start - 1], at[end + 1], self.text(match[group]))
        if which == 5:
            expr: Expr
            root, root_end = match.span(group - 1)
            root = at[root]
            expr = ("name", root, at[root_end], self.name(match[group - 1]))
            if start != end:
                stop = start
                for part in match[group].split(b".")[1:]:
                    stop += len(part) + 1
                    expr = ("attr", root, at[stop], expr, self.name(part))
            elif match[group - 1] in _KEYWORDS:
                return ("lit", root, at[root_end], _KEYWORDS[match[group - 1]])
            return expr
        if which == 2:
            return self._number(start, end)
        return ("lit", at[start], at[end], _KEYWORDS[match[group]])

    def span(self, node: Node) -> tuple[int, int]:
        """Where a node begins and ends."""
        return self.at[node.start_byte], self.at[node.end_byte]

    def name(self, raw: bytes) -> str:
        found = self._names.get(raw)
        if found is None:
            found = self._names[raw] = intern(raw.decode())
        return found

    def text(self, raw: bytes) -> str:
        """Decoded text; equal short texts of a file are one object."""
        if len(raw) > _LONGEST_SHARED_TEXT:
            return raw.decode()
        found = self._texts.get(raw)
        if found is None:
            found = self._texts[raw] = raw.decode()
        return found

    def quoted_text(self, start: int, end: int) -> str:
        """The text of a quoted string without interpolation (a label)."""
        return templates.unescaped(self, start + 1, end - 1, quoted=True)

    def too_deep(self, first: Node, last: Node) -> Expr:
        """What stands for nodes that are not read, since they would nest too deeply."""
        self.problems.append(Problem(first.start_byte, f"nested more than {self.limit} levels deep; not read"))
        return ("bad", first.start_byte, last.end_byte, "")

    def _bad(self, start: int, end: int) -> Expr:
        self.problems.append(Problem(start, "expected an expression"))
        return ("bad", start, end, self.data[start:end].decode())

    def _number(self, start: int, end: int) -> Expr:
        text = self.data[start:end].decode()
        number = number_of(text)
        if number is None:
            self.problems.append(Problem(start, f'"{text[:40]}" is not a number Terraform accepts'))
            return ("bad", start, end, text)
        return ("lit", self.at[start], self.at[end], number)

    # -- terms ---------------------------------------------------------------------------------------------

    def _literal(self, node: Node) -> Expr:
        start, end = self.span(node)
        if self.data[start] == 0x22:
            return ("lit", start, end, self.quoted_text(start, end))
        text = self.data[start:end]
        if text in _KEYWORDS:
            return ("lit", start, end, _KEYWORDS[text])
        return self._number(start, end)

    def _variable(self, node: Node) -> Expr:
        start, end = self.span(node)
        return ("name", start, end, self.name(self.data[start:end]))

    def _template(self, node: Node) -> Expr:
        return templates.template(self, node)

    def _collection(self, node: Node) -> Expr:
        inner = node.children[0]
        start, end = self.span(inner)
        if inner.kind_id == g.TUPLE:
            items = [self.expression(child) for child in inner.children if child.kind_id == g.EXPRESSION]
            return ("list", start, end, items)
        return ("obj", start, end, [self._pair(child) for child in inner.children if child.kind_id == g.OBJECT_ELEM])

    def _pair(self, node: Node) -> tuple[Expr, Expr]:
        match = _SIMPLE_PAIR(self.data, node.start_byte, node.end_byte)
        if match is not None:
            return ("lit", self.at[match.start(1)], self.at[match.end(1)], self.name(match[1])), self.simple(match, 1)
        key, value = (child for child in node.children if child.kind_id == g.EXPRESSION)
        start, end = self.span(key)
        raw = self.data[start:end]
        if _NAME(raw) or (len(key.children) == 1 and key.children[0].kind_id == g.VARIABLE_EXPR):
            return ("lit", start, end, self.name(raw)), self.expression(value)
        return self.expression(key), self.expression(value)

    def _call(self, node: Node) -> Expr:
        name = node.children[0]
        args: list[Expr] = []
        expand = False
        for child in node.children:
            if child.kind_id == g.FUNCTION_ARGUMENTS:
                for argument in child.children:
                    if argument.kind_id == g.EXPRESSION:
                        args.append(self.expression(argument))
                    elif argument.kind_id == g.ELLIPSIS:
                        expand = True
        function = self.name(self.data[name.start_byte : name.end_byte])
        return ("call", *self.span(node), function, args, expand)

    def _for(self, node: Node) -> Expr:
        inner = node.children[0]
        names: list[str] = []
        collection: Expr | None = None
        results: list[Expr] = []
        condition: Expr | None = None
        grouping = False
        for child in inner.children:
            kind = child.kind_id
            if kind == g.FOR_INTRO:
                names, collection = self.for_intro(child)
            elif kind == g.FOR_COND:
                condition = self.expression(next(c for c in child.children if c.kind_id == g.EXPRESSION))
            elif kind == g.EXPRESSION:
                results.append(self.expression(child))
            elif kind == g.ELLIPSIS:
                grouping = True
        key = results[0] if inner.kind_id == g.FOR_OBJECT_EXPR else None
        key_name = names[0] if len(names) > 1 else ""
        start, end = self.span(inner)
        return ("for", start, end, key_name, names[-1], collection, key, results[-1], condition, grouping)

    def for_intro(self, node: Node) -> tuple[list[str], Expr]:
        """The names and the collection of `for k, v in x`, in an expression or a template."""
        names = [self.name(self.data[c.start_byte : c.end_byte]) for c in node.children if c.kind_id == g.IDENTIFIER]
        return names, self.expression(next(c for c in node.children if c.kind_id == g.EXPRESSION))

    # -- postfixes -----------------------------------------------------------------------------------------

    def _postfixed(self, expr: Expr, start: int, nodes: list[Node]) -> Expr:
        if not nodes:
            return expr
        steps = self._steps(nodes)
        if self.depth + len(steps) > self.limit:
            return self.too_deep(nodes[0], nodes[-1])
        return self.applied(expr, start, steps)

    def applied(self, expr: Expr, start: int, steps: Sequence[tuple[str, Any, int]]) -> Expr:
        """An expression with its postfixes, as `_steps` gives them."""
        position = 0
        while position < len(steps):
            kind, value, end = steps[position]
            position += 1
            if kind == "*":
                rest = steps[position:]
                if not value:  # .* takes the names that follow; an index applies to the whole result
                    rest = rest[: next((i for i, step in enumerate(rest) if step[0] != "attr"), len(rest))]
                end = rest[-1][2] if rest else end
                expr = ("splat", start, end, expr, value, _nested(rest))
                position += len(rest)
            else:
                expr = (kind, start, end, expr, value)
        return expr

    def _steps(self, nodes: list[Node]) -> list[tuple[str, Any, int]]:
        """Postfix nodes as (`attr` | `index` | `*`, name | key | full, end)."""
        steps: list[tuple[str, Any, int]] = []
        pending = list(reversed(nodes))
        while pending:
            node = pending.pop()
            kind = node.kind_id
            if kind == g.GET_ATTR:
                name = node.children[-1]
                steps.append(("attr", self.name(self.data[name.start_byte : name.end_byte]), self.at[node.end_byte]))
            elif kind == g.INDEX:
                inner = node.children[0]
                if inner.kind_id == g.NEW_INDEX:
                    key = next((c for c in inner.children if c.kind_id == g.EXPRESSION), None)
                    if key is not None:
                        steps.append(("index", self.expression(key), self.at[node.end_byte]))
                else:
                    first = inner.start_byte + 1
                    digits = self.data[first : inner.end_byte].strip()
                    number = int(digits) if len(digits) < 10 else 0
                    steps.append(("index", ("lit", first, inner.end_byte, number), node.end_byte))
            elif kind == g.SPLAT:
                inner = node.children[0]
                marker = inner.children[0]
                steps.append(("*", inner.kind_id == g.FULL_SPLAT, marker.end_byte))
                pending.extend(reversed(inner.children[1:]))
        return steps


# Not kept by each converter: it would refer to itself, and stay in memory with every text of its file.
_TERMS: Mapping[int, Callable[[Converter, Node], Expr]] = {
    g.LITERAL_VALUE: Converter._literal,
    g.VARIABLE_EXPR: Converter._variable,
    g.COLLECTION_VALUE: Converter._collection,
    g.TEMPLATE_EXPR: Converter._template,
    g.FUNCTION_CALL: Converter._call,
    g.FOR_EXPR: Converter._for,
    g.CONDITIONAL: operators.conditional,
    g.OPERATION: operators.operation,
    g.EXPRESSION: Converter.expression,
}


def number_of(text: str) -> int | float | None:
    """The value of a number as written: int where it is whole, None if it is none or absurdly long."""
    if not _NUMBER(text) or len(text) > _MOST_DIGITS:
        return None
    if text.isdigit():
        return int(text)
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def _nested(steps: Sequence[tuple[str, Any, int]]) -> list[tuple[Any, ...]]:
    """What is applied to each item of a splat; a further splat takes all that follows it."""
    result: list[tuple[Any, ...]] = []
    for position, (kind, value, _) in enumerate(steps):
        if kind == "*":
            result.append(("splat", value, _nested(steps[position + 1 :])))
            break
        result.append((kind, value))
    return result
