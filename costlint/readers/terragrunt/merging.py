"""`inputs` of a unit and of what it includes, merged as the include blocks say: a tree of layers that keeps track of
which one each value comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, Union

from costlint.model import PartialList, PartialMap, Unknown, unknown_from
from costlint.readers.terraform.tracing.steps import Steps

if TYPE_CHECKING:
    from costlint.readers.terraform.syntax.ast import Block
    from costlint.readers.terragrunt.configs import Config


class Layer(NamedTuple):
    """The inputs one file sets. `include` is the block of the unit that brings them in, None for its own."""

    config: Config
    include: Block | None
    value: object


class Merged(NamedTuple):
    """Two sets of inputs; `upper` wins, with `deep` only where both are not maps or lists."""

    lower: Layer
    upper: Inputs
    value: object
    deep: bool


Inputs: TypeAlias = Union[Layer, Merged]


def merge(lower: Layer, upper: Inputs, deep: bool) -> Merged:
    """Inputs with those of an included file below them."""
    return Merged(lower, upper, merged(lower.value, upper.value, deep), deep)


def merged(lower: object, upper: object, deep: bool) -> object:
    """The value of two maps on top of each other. Deep: maps in maps are merged, lists are put one after the other."""
    if isinstance(upper, dict) and isinstance(lower, dict):
        return _maps(lower, upper, deep)
    if isinstance(upper, Unknown):
        if isinstance(lower, dict) and lower:
            return PartialMap({key: unknown_from((value, upper)) for key, value in lower.items()})
        return upper
    if isinstance(lower, Unknown) and isinstance(upper, dict):
        return PartialMap({key: _both(lower, value) if deep else value for key, value in upper.items()})
    return upper


def origin(inputs: Inputs, path: Steps) -> tuple[Layer, Steps]:
    """The layer the value at a path comes from, and the path within it."""
    while isinstance(inputs, Merged):
        inputs, path = _chosen(inputs, path)
    return inputs, path


def _maps(lower: dict[str, object], upper: dict[str, object], deep: bool) -> dict[str, object]:
    result = dict(lower)
    if isinstance(upper, PartialMap):
        result = {key: unknown_from((value,)) for key, value in lower.items()}
    for key, value in upper.items():
        result[key] = _both(lower[key], value) if deep and key in lower else value
    partial = isinstance(lower, PartialMap) or isinstance(upper, PartialMap)
    return PartialMap(result) if partial else result


def _both(lower: object, upper: object) -> object:
    """Two values on top of each other, the lower one perhaps unknown: then it may add members nobody can name."""
    if isinstance(upper, dict):
        if isinstance(lower, dict):
            return _maps(lower, upper, deep=True)
        return PartialMap(upper) if isinstance(lower, Unknown) else upper
    if isinstance(upper, list):
        if isinstance(lower, PartialList):
            return PartialList(lower)
        if isinstance(lower, list):
            items = [*lower, *upper]
            return PartialList(items) if isinstance(upper, PartialList) else items
        return unknown_from((lower, upper)) if isinstance(lower, Unknown) else upper
    return unknown_from((lower, upper)) if isinstance(upper, Unknown) else upper


def _chosen(inputs: Merged, path: Steps) -> tuple[Inputs, Steps]:
    """The side a value comes from, and the path on that side: the lower one's items of a list stand first."""
    lower, upper = inputs.lower.value, inputs.upper.value
    for position, step in enumerate(path):
        key = getattr(step, "key", step)
        if position and isinstance(lower, list) and isinstance(upper, list) and isinstance(key, int):
            if key < len(lower):
                return inputs.lower, path
            return inputs.upper, (*path[:position], key - len(lower), *path[position + 1 :])
        if not isinstance(lower, dict) or not isinstance(upper, dict) or key not in lower:
            break
        if key not in upper:
            return inputs.lower, path
        if not inputs.deep:
            break
        lower, upper = lower[key], upper[key]
    return inputs.upper, path
