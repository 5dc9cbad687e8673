"""Layers of inputs: merged values, and that each leads back to the layer it comes from."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.model import UNKNOWN, PartialList, PartialMap, Unknown, lookup
from costlint.readers.terragrunt.configs import Config
from costlint.readers.terragrunt.merging import Inputs, Layer, merge, merged, origin

NO_CONFIG = cast("Config", None)
SCALARS = st.integers(0, 9) | st.sampled_from(["a", "b"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=8,
)
MAPS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


@pytest.mark.parametrize(
    ("lower", "upper", "deep", "expected"),
    [
        ({"a": 1}, {"b": 2}, False, {"a": 1, "b": 2}),
        ({"a": {"x": 1}}, {"a": {"y": 2}}, False, {"a": {"y": 2}}),
        ({"a": {"x": 1}}, {"a": {"y": 2}}, True, {"a": {"x": 1, "y": 2}}),
        ({"a": [1]}, {"a": [2]}, True, {"a": [1, 2]}),
        ({"a": [1]}, {"a": "b"}, True, {"a": "b"}),
        ({"a": {"x": 1}}, {"a": None}, True, {"a": None}),
        ({}, {}, True, {}),
    ],
)
def test_maps_on_top_of_each_other(lower: object, upper: object, deep: bool, expected: object) -> None:
    assert merged(lower, upper, deep) == expected


def test_an_unknown_upper_map_may_override_every_key() -> None:
    result = merged({"a": 1}, UNKNOWN, False)
    assert isinstance(result, PartialMap)
    assert isinstance(result["a"], Unknown)


def test_a_lower_map_with_unknown_keys_only_adds_some() -> None:
    result = merged(UNKNOWN, {"a": 1}, False)
    assert isinstance(result, PartialMap)
    assert result == {"a": 1}


@pytest.mark.parametrize(
    ("lower", "upper"),
    [(UNKNOWN, [1]), ([1], UNKNOWN), (UNKNOWN, {"x": 1}), ({"x": 1}, UNKNOWN)],
)
def test_a_deep_merge_with_something_unknown_is_not_wholly_known(lower: object, upper: object) -> None:
    result = merged({"a": lower}, {"a": upper}, True)
    assert isinstance(result, dict)
    assert isinstance(result["a"], (Unknown, PartialMap, PartialList))


def layered(values: list[tuple[dict[str, Any], bool]], own: dict[str, Any]) -> Inputs:
    inputs: Inputs = Layer(NO_CONFIG, None, own)
    for value, deep in values:
        inputs = merge(Layer(NO_CONFIG, None, value), inputs, deep)
    return inputs


def leaves(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [path]


@given(st.lists(st.tuples(MAPS, st.booleans()), max_size=3), MAPS)
def test_every_value_is_found_in_the_layer_it_comes_from(
    values: list[tuple[dict[str, Any], bool]], own: dict[str, Any]
) -> None:
    inputs = layered(values, own)
    for path in leaves(inputs.value):
        layer, rest = origin(inputs, path)
        assert lookup(layer.value, rest) == lookup(inputs.value, path)


@given(MAPS, MAPS)
def test_a_deep_merge_loses_no_key_and_no_item(lower: dict[str, Any], upper: dict[str, Any]) -> None:
    result = merged(lower, upper, True)
    assert isinstance(result, dict)
    assert set(result) == {*lower, *upper}
    for key in set(lower).intersection(upper):
        if isinstance(lower[key], list) and isinstance(upper[key], list):
            assert result[key] == lower[key] + upper[key]
