"""Where a value of a unit was written: on from a name to the expression behind it, through includes and files read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from costlint.model import Unknown
from costlint.readers.terraform.evaluation.scope import Scope
from costlint.readers.terraform.syntax.ast import Expr
from costlint.readers.terraform.tracing.calls import CALLS
from costlint.readers.terraform.tracing.steps import Next, Steps
from costlint.readers.terragrunt import functions
from costlint.readers.terragrunt.merging import origin
from costlint.sources import SourceError

if TYPE_CHECKING:
    from costlint.readers.terraform.tracing.walk import Tracer
    from costlint.readers.terragrunt.configs import Config

INPUTS = "<inputs>"
"""A name no expression can hold: the merged inputs, for references that are made up while reading."""


def onward(config: Config, tracer: Tracer, root: str, path: Steps) -> Next:
    """The expression behind `root` and what `path` selects from it, None where it cannot be told."""
    if root == "local":
        return _local(config, tracer, path)
    if root == INPUTS:
        return _input(config, tracer, path)
    if root == "values":
        values = config.evaluation.values_of_unit()
        if values.expr is None or values.scope is None or not path:
            return None
        return tracer.onward(values.expr, values.scope, path, f"{values.giver} values.{path[0]}".lstrip())
    if root == "include" and path:
        include = config.includes.get(str(path[0]))
        if include is None:
            include = config.includes.get("")
            path = ("", *path)
        found = config.included(include) if include is not None else None
        return _within(found, tracer, path[1:]) if found is not None else None
    return None


def _within(config: Config, tracer: Tracer, path: Steps) -> Next:
    """On from `include.name` or a file read."""
    if len(path) < 2:
        return None
    if path[0] == "locals":
        return _local(config, tracer, path[1:])
    return _input(config, tracer, path[1:]) if path[0] == "inputs" else None


def _local(config: Config, tracer: Tracer, path: Steps) -> Next:
    attribute = config.locals.get(str(path[0])) if path else None
    if attribute is None:
        return None
    return tracer.onward(attribute.expr, config.scope, path[1:], f"local.{attribute.name}")


def _input(config: Config, tracer: Tracer, path: Steps) -> Next:
    """On to the inputs of the file that sets it."""
    if not path:
        return None
    layer, rest = origin(config.inputs, path)
    attribute = layer.config.file.body.attributes.get("inputs")
    if attribute is None or not isinstance(layer.value, dict):
        return None
    expr, rest = pair(attribute.expr, rest)
    if layer.config is config:
        return expr, config.scope, rest
    return tracer.onward(expr, layer.config.scope, rest, f"inputs.{path[0]}")


def pair(expr: Expr, path: Steps) -> tuple[Expr, Steps]:
    """The value of a key of an object that is written out, and what remains to be selected."""
    if expr[0] == "obj" and path and all(key[0] == "lit" for key, _ in expr[3]):
        for key, value in reversed(expr[3]):
            if key[3] == path[0]:
                return value, path[1:]
    return expr, path


def _read_config(tracer: Tracer, expr: Expr, scope: Scope, path: Steps) -> Next:
    """Through `read_terragrunt_config`, into the file or into its fallback."""
    from costlint.readers.terragrunt.configs import Config

    config = scope.module
    if not isinstance(config, Config) or not expr[4]:
        return None
    text = tracer.value(expr[4][0], scope)
    if not isinstance(text, str) or isinstance(text, Unknown):
        return None
    place = functions.read_path(config, text)
    if place is not None and config.tree.exists(place):
        try:
            return _within(config.evaluation.read(place), tracer, path)
        except SourceError:
            return None
    return (expr[4][1], scope, path) if len(expr[4]) > 1 else None


CALLS["read_terragrunt_config"] = _read_config
