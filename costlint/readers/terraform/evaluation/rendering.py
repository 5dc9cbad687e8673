"""Templates rendered by templatefile and templatestring: they see the variables handed to them and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from msgspec.structs import replace

from costlint.readers.terraform.evaluation.evaluate import evaluate
from costlint.readers.terraform.evaluation.scope import EvaluationError, Scope
from costlint.readers.terraform.files import ParsedFile
from costlint.readers.terraform.functions import FunctionContext, FunctionError
from costlint.readers.terraform.limits import Limits
from costlint.readers.terraform.reading import Reading
from costlint.readers.terraform.syntax.ast import Attribute, Block, Expr


class Rendering:
    """The inside of a rendered template."""

    exists: object = True

    def __init__(self, reading: Reading, context: FunctionContext) -> None:
        self.reading = reading
        self.limits: Limits = reading.limits
        # A template cannot render templates in turn, as in Terraform.
        self.context = replace(context, render=None)

    def render(self, text: str, variables: Mapping[str, object]) -> object:
        """The template's value. Raises FunctionError with the template's own line and column."""
        expr, problems = self.reading.template(text)
        if problems:
            raise FunctionError(f"the template cannot be parsed: {problems[0].message}{_at(text, problems[0].start)}")
        try:
            return evaluate(expr, Scope(self, None, variables))
        except EvaluationError as error:
            raise FunctionError(f"{error.message}{_at(text, error.start)}") from None

    def root(self, name: str, expr: Expr) -> NoReturn:
        raise EvaluationError(f'the template is given no variable "{name}"', expr[1])

    def resolve(self, root: str, name: str, expr: Expr) -> NoReturn:
        self.root(root, expr)

    def resource(self, mode: str, type_: str, name: str, expr: Expr) -> NoReturn:
        self.root(mode, expr)

    def spend(self, steps: int, expr: Expr) -> None:
        self.reading.spend(steps, expr)

    def file_of(self, node: Attribute | Block, file: ParsedFile) -> ParsedFile:
        return file

    def refuse_file(self, path: str, scope: Scope, expr: Expr) -> None:
        return None


def _at(text: str, start: int) -> str:
    before = text.encode()[:start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
    return f" (line {line}, column {column} of the template)"
