"""costlint's answers against Terraform's own, for every expression in console_expressions.txt.

Where a `terraform` binary exists it is asked again, all expressions in a few processes; with COSTLINT_CONSOLE=each
in one process per expression. Without a binary the recorded answers count.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import pytest
import record_console

from costlint.readers.terraform.evaluation.evaluate import evaluate
from costlint.readers.terraform.evaluation.scope import EvaluationError, Scope
from costlint.readers.terraform.functions import FunctionContext, FunctionError, call
from costlint.readers.terraform.limits import Limits
from costlint.readers.terraform.syntax.ast import Expr
from costlint.readers.terraform.syntax.native import parse_expression, parse_template
from costlint.sources import MemorySource

RECORDED: dict[str, dict[str, object]] = json.loads(record_console.ANSWERS.read_text(encoding="utf-8"))["answers"]
FILES = {
    name: content if isinstance(content, bytes) else content.encode() for name, content in record_console.FILES.items()
}
ERROR = {"error": True}


class Console:
    """A module without anything in it: what `terraform console` sees in a directory without configuration."""

    limits = Limits()

    def __init__(self) -> None:
        self.context = FunctionContext(MemorySource(FILES), render=self.render)

    def render(self, text: str, variables: Mapping[str, object]) -> object:
        expr, problems = parse_template(text)
        if problems:
            raise FunctionError(problems[0].message)
        try:
            return evaluate(expr, Scope(self, None, variables))
        except EvaluationError as error:
            raise FunctionError(error.message) from None

    def root(self, name: str, expr: Expr) -> NoReturn:
        raise EvaluationError(f"there is no {name}", expr[1])

    def resolve(self, root: str, name: str, expr: Expr) -> NoReturn:
        self.root(root, expr)

    def resource(self, mode: str, type_: str, name: str, expr: Expr) -> NoReturn:
        self.root(mode, expr)

    def spend(self, steps: int, expr: Expr) -> None:
        pass

    def refuse_file(self, path: str, scope: Scope, expr: Expr) -> None:
        pass


def answer(expression: str) -> dict[str, object]:
    """What costlint says, in the form of a recorded answer."""
    expr, problems = parse_expression(expression)
    if problems:
        return ERROR
    try:
        value = evaluate(expr, Scope(Console(), None, {}))
        text = call("jsonencode", [value])
    except (EvaluationError, FunctionError):
        return ERROR
    return {"value": json.loads(text)} if isinstance(text, str) else {"unknown": repr(text)}


def agree(one: object, other: object) -> bool:
    """Equal, with numbers as close as a Python float can be to Terraform's 512 bits."""
    if isinstance(one, bool) or isinstance(other, bool) or not isinstance(one, type(other) | float | int):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-14)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(agree(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(agree, one, other))
    return one == other


# Where costlint knowingly says something else.
_TYPED = "costlint keeps no difference between list and tuple, map and object, or null of a type and of none"
_LAZY = "costlint evaluates only the side that is chosen and leaves its type alone"
DIFFERENCES = {
    "coalescelist(null, [1])": _TYPED,
    'concat(tolist([1]), tolist(["a"]))': _TYPED,
    'lookup(tomap({a = "x"}), "b", 5)': _TYPED,
    "tolist([{a = 1}, null])": _TYPED,
    "tostring(123456789.123456789)": "a fraction has the 17 digits of a Python float",
    "false && null": _LAZY,
    'true ? 1 : "a"': _LAZY,
    "true ? 1 : [1]": _LAZY,
    'true ? true : "no"': _LAZY,
}


def _cases() -> list[object]:
    return [
        pytest.param(expression, id=f"{number}-{expression[:60]}")
        for number, expression in enumerate(record_console.expressions())
        if expression not in DIFFERENCES
    ]


@pytest.mark.parametrize("expression", _cases())
def test_costlint_answers_as_terraform_does(expression: str) -> None:
    assert agree(answer(expression), RECORDED[expression]), (answer(expression), RECORDED[expression])


@pytest.mark.parametrize("expression", DIFFERENCES)
def test_known_differences_are_still_differences(expression: str) -> None:
    assert not agree(answer(expression), RECORDED[expression])


def test_every_function_of_terraform_is_asked_for_at_least_once() -> None:
    from costlint.readers.terraform.functions import every_function

    asked = " ".join(record_console.expressions())
    impure = {"bcrypt", "uuid", "timestamp", "plantimestamp", "rsadecrypt", "base64gzip", "issensitive", "sensitive"}
    legacy = {"list", "map", "type"}
    missing = {name for name in every_function() if f"{name}(" not in asked}
    assert missing <= impure | legacy


@pytest.mark.skipif(record_console.binary() is None, reason="no terraform binary")
def test_the_recorded_answers_are_what_terraform_says_today(tmp_path: Path) -> None:
    asked = record_console.expressions()
    record_console.write_files(tmp_path)
    if os.environ.get("COSTLINT_CONSOLE") == "each":
        found = [record_console.ask(expression, tmp_path) for expression in asked]
    else:
        found = record_console.ask_all(asked, tmp_path)
    assert {expression: now for expression, now in zip(asked, found, strict=True) if now != RECORDED[expression]} == {}
