"""Conditionals and operators, with Terraform's own precedence and associativity.

The grammar reads chained conditionals from the left, so they are flattened and put together again here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from costlint.readers.terraform.syntax import grammar as g
from costlint.readers.terraform.syntax.ast import Expr

if TYPE_CHECKING:
    from costlint.readers.terraform.syntax.expressions import Converter

PRECEDENCE = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, ">": 4, ">=": 4, "<": 4, "<=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_WRAPPERS = frozenset((g.OPERATION, g.BINARY_OPERATION, g.UNARY_OPERATION))


def conditional(converter: Converter, node: Node) -> Expr:
    """A conditional, flattened to `a ? b : c ? d : e` and read from the right, as Terraform does."""
    flat: list[Node] = []
    pending = [node]
    while pending:
        current = pending.pop()
        bare = current.children[0] if current.kind_id == g.EXPRESSION else current
        if bare.kind_id == g.CONDITIONAL:
            pending.extend(reversed(bare.children))
        elif current.kind_id != g.COMMENT:
            flat.append(current)
    questions = sum(item.kind_id == g.QUESTION for item in flat)
    if converter.depth + questions > converter.limit:
        return converter.too_deep(node, node)
    converter.depth += questions
    # Shift-reduce: a ":" part is complete when nothing follows it that could still belong to it.
    values: list[tuple[Expr, int, int]] = []
    marks: list[int] = []
    for item in flat:
        kind = item.kind_id
        if kind == g.QUESTION:
            marks.append(kind)
        elif kind == g.COLON:
            while marks[-1] == g.COLON:
                _reduce(values, marks)
            marks[-1] = kind
        else:
            values.append((converter.expression(item), item.start_byte, item.end_byte))
    while marks:
        _reduce(values, marks)
    converter.depth -= questions
    return values[0][0]


def operation(converter: Converter, node: Node) -> Expr:
    """Operators and what is between them, each operand with its postfixes and prefixes."""
    flat: list[Node] = []
    pending = [node]
    while pending:
        current = pending.pop()
        if current.kind_id in _WRAPPERS:
            pending.extend(reversed(current.children))
        elif current.kind_id != g.COMMENT:
            flat.append(current)
    count = sum(item.kind_id in g.OPERATORS for item in flat)
    if converter.depth + count > converter.limit:
        return converter.too_deep(node, node)
    converter.depth += count
    operands: list[tuple[Expr, int, int]] = []
    operators: list[str] = []
    prefixes: list[Node] = []
    position = 0
    while position < len(flat):
        item = flat[position]
        operator = g.OPERATORS.get(item.kind_id)
        if operator is not None and len(operands) == len(operators):
            prefixes.append(item)
            position += 1
        elif operator is not None:
            while operators and PRECEDENCE[operators[-1]] >= PRECEDENCE[operator]:
                combine(operands, operators)
            operators.append(operator)
            position += 1
        else:
            stop = position + 1
            while stop < len(flat) and flat[stop].kind_id not in g.OPERATORS:
                stop += 1
            start, end = item.start_byte, flat[stop - 1].end_byte
            expr = converter.sequence(flat[position:stop])
            while prefixes:
                prefix = prefixes.pop()
                start = prefix.start_byte
                expr = ("un", start, end, g.OPERATORS[prefix.kind_id], expr)
            operands.append((expr, start, end))
            position = stop
    while operators:
        combine(operands, operators)
    converter.depth -= count
    return operands[0][0]


def combine(operands: list[tuple[Expr, int, int]], operators: list[str]) -> None:
    """Put the last operator between the last two operands."""
    operator = operators.pop()
    right, _, end = operands.pop()
    left, start, _ = operands.pop()
    operands.append((("bin", start, end, operator, left, right), start, end))


def _reduce(values: list[tuple[Expr, int, int]], marks: list[int]) -> None:
    marks.pop()
    (test, start, _), (yes, _, _), (no, _, end) = values[-3:]
    values[-3:] = [(("cond", start, end, test, yes, no), start, end)]
