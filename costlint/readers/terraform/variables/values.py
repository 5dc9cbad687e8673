"""What the root module's variables are set to: environment, tfvars files, --var-file and --var, in that order."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable
from typing import NamedTuple

from costlint.readers.terraform.configuration import Variable
from costlint.readers.terraform.evaluation.scope import Scope
from costlint.readers.terraform.files import ParsedFile, TerraformFiles
from costlint.readers.terraform.reading import Reading
from costlint.readers.terraform.syntax.ast import Expr
from costlint.readers.terraform.syntax.native import parse_expression
from costlint.sources import SourceError, open_directory

_ENVIRONMENT = "TF_VAR_"
_ENCRYPTED = "\0GITCRYPT\0"


class Given(NamedTuple):
    """A value from outside the configuration: an expression in a file, or the text of an option. `what` names
    where it came from: "prod.tfvars", "--var region". `scope` is where the expression is evaluated, if not in the
    root module."""

    what: str
    expr: Expr | None = None
    file: ParsedFile | None = None
    text: str = ""
    scope: Scope | None = None

    def expression(self, variable: Variable) -> Expr:
        """The expression to evaluate. Text is taken literally for variables of a simple type or none, else it is
        Terraform syntax."""
        if self.expr is not None:
            return self.expr
        literal = ("lit", 0, len(self.text), self.text)
        if takes_text(variable):
            return literal
        expr, problems = parse_expression(self.text)
        return literal if problems else expr


_SIMPLE = frozenset(("string", "number", "bool"))


def takes_text(variable: Variable) -> bool:
    """True for a variable of a simple type or none: text from outside is its value, not Terraform syntax."""
    declared = variable.block.body.attributes.get("type")
    return declared is None or (declared.expr[0] in ("name", "lit") and declared.expr[3] in _SIMPLE)


def is_text(variable: Variable) -> bool:
    """True for a variable declared as a string."""
    declared = variable.block.body.attributes.get("type")
    return declared is not None and declared.expr[0] in ("name", "lit") and declared.expr[3] == "string"


def root_variables(reading: Reading, declared: Iterable[str]) -> dict[str, Given]:
    """The value given to each variable, by Terraform's precedence: later sources win. An encrypted file may set any
    of the declared ones, so they are all unknown."""
    options = reading.options
    given = {
        name.removeprefix(_ENVIRONMENT): Given(f"environment variable {name}", text=text)
        for name, text in sorted(options.environment.items())
        if name.startswith(_ENVIRONMENT)
    }
    for path in (*automatic_files(reading.files, reading.root), *options.var_files):
        try:
            file = reading.files.file(path)
        except SourceError as error:
            reading.say("error", f"the variable file cannot be read: {error}", None)
            continue
        name = posixpath.basename(path)
        if is_encrypted(file):
            reading.say("warning", "this file is encrypted with git-crypt: the variables it may set are unknown", file)
            given.update(dict.fromkeys(declared, Given(name, ("bad", 0, 0, ""), file)))
            continue
        for problem in file.problems:
            reading.say("error", problem.message, file, problem.start)
        for block in file.body.blocks:
            reading.say("error", f'"{block.type}" is a block: a variable file holds name = value', file, block.start)
        for attribute in file.body.attributes.values():
            given[attribute.name] = Given(name, attribute.expr, file)
    for name, text in options.variables.items():
        given[name] = Given(f"--var {name}", text=text)
    return given


def named_files(files: TerraformFiles, paths: Iterable[str]) -> tuple[str, ...]:
    """The variable files a user named, relative to the current directory, as paths of the source. They may lie
    outside of it. Raises SourceError for one that cannot be read."""
    found = []
    for path in paths:
        inside = files.source.inside(path)
        if inside is not None:
            files.source.read(inside)
            found.append(inside)
            continue
        source, selected = open_directory(path)
        data = source.read(selected)
        selected = os.path.relpath(os.path.realpath(path), files.source.label).replace(os.sep, "/")
        files.adopt(selected, data)
        found.append(selected)
    return tuple(found)


def automatic_files(files: TerraformFiles, root: str) -> list[str]:
    """terraform.tfvars, terraform.tfvars.json and *.auto.tfvars(.json) of a root, in the order they are read."""
    names = files.source.names(root)
    fixed = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in names]
    automatic = sorted(name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    return [posixpath.join(root, name) for name in (*fixed, *automatic)]


def is_encrypted(file: ParsedFile) -> bool:
    """True if git-crypt holds what the file says."""
    return file.text(0, len(_ENCRYPTED)) == _ENCRYPTED
