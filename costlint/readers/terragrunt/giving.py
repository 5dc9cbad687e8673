"""The merged inputs of a unit as the values of its module's variables, each with the place a person would edit."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.model import PartialMap, Unknown
from costlint.readers.terraform.configuration import Variable
from costlint.readers.terraform.syntax.ast import Expr
from costlint.readers.terraform.variables.values import Given, is_text, takes_text
from costlint.readers.terragrunt.configs import Config
from costlint.readers.terragrunt.merging import origin
from costlint.readers.terragrunt.tracing import INPUTS, pair


def given_inputs(config: Config, declared: Mapping[str, Variable]) -> dict[str, Given]:
    """What each input sets. Where inputs are not all known, every other declared variable is unknown too. Terragrunt
    hands inputs over as environment variables: text for a variable that is no text is Terraform syntax, and a list or
    map for one that is text is JSON."""
    values = config.inputs.value
    given: dict[str, Given] = {}
    if not isinstance(values, dict) or isinstance(values, PartialMap):
        given = {name: _given(config, f"inputs.{name}", ("bad", *_own_place(config), "")) for name in declared}
    if isinstance(values, dict):
        given |= {name: _input(config, name, value) for name, value in values.items()}
        for name, value in values.items():
            text = isinstance(value, str) and not isinstance(value, Unknown)
            if text and name in declared and not takes_text(declared[name]):
                given[name] = Given(f"inputs.{name}", text=str(value))
            elif isinstance(value, (list, dict)) and name in declared and is_text(declared[name]):
                given[name] = _as_json(given[name])
    return given


def _input(config: Config, name: str, value: object) -> Given:
    layer, _ = origin(config.inputs, (name,))
    start, end = _own_place(config)
    what = f"inputs.{name}"
    if layer.include is not None:
        start, end = layer.include.start, layer.include.header_end
        what = f'include "{layer.include.labels[0]}"' if layer.include.labels else "include"
    elif isinstance(layer.value, dict) and layer.value.get(name) is value:
        expr, rest = pair(config.file.body.attributes["inputs"].expr, (name,))
        if not rest:
            return _given(config, what, expr)
    return _given(config, what, ("attr", start, end, ("name", start, end, INPUTS), name))


def _given(config: Config, what: str, expr: Expr) -> Given:
    return Given(what, expr, config.file, scope=config.scope)


def _as_json(given: Given) -> Given:
    assert given.expr is not None
    start, end = given.expr[1:3]
    return given._replace(expr=("call", start, end, "jsonencode", [given.expr], False))


def _own_place(config: Config) -> tuple[int, int]:
    attribute = config.file.body.attributes.get("inputs")
    return (attribute.expr[1], attribute.expr[2]) if attribute is not None else (0, 0)
