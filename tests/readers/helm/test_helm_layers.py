"""Values that lie over each other: what counts, who sets it, and how one is changed."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.readers.helm.changing import changed, text_of
from costlint.readers.helm.layers import layer, leaves, merged, overriding, setting

INNER = layer(b"replicas: 1\nsize: 5Gi\n", "c/values.yaml", "c/values.yaml", ("cache",))
OWN = layer(b"cache: {replicas: 2}\nlist: [{a: 1}, {a: 2}]\nkept: {x: 1, y: 2}\n", "values.yaml", "values.yaml")
PROD = layer(b"list: [{a: 9}]\nkept: {y: 3}\n", "values-prod.yaml", "values-prod.yaml")
LAYERS = (INNER, OWN, PROD)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9999) | st.text("abc12", max_size=4),
    lambda inner: (
        st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3) | st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


def test_maps_are_merged_and_lists_replaced() -> None:
    assert merged(LAYERS) == {
        "cache": {"replicas": 2, "size": "5Gi"},
        "list": [{"a": 9}],
        "kept": {"x": 1, "y": 3},
    }


@pytest.mark.parametrize(
    ("path", "file"),
    [
        (("cache", "replicas"), "values.yaml"),
        (("cache", "size"), "c/values.yaml"),
        (("list", 0, "a"), "values-prod.yaml"),
        (("kept", "x"), "values.yaml"),
        (("kept", "y"), "values-prod.yaml"),
    ],
)
def test_the_last_layer_that_has_a_value_sets_it(path: tuple[str | int, ...], file: str) -> None:
    found = setting(LAYERS, path)
    assert found is not None
    assert found.file == file
    assert found.span(path)[1]


def test_of_several_documents_in_a_file_the_later_ones_go_over_the_earlier() -> None:
    found = layer(b"a: {x: 1, y: 2}\nlist: [1]\n---\n# more\n---\na: {y: 3}\n", "values.yaml", "values.yaml")
    assert found.value == {"a": {"x": 1, "y": 3}, "list": [1]}
    assert [found.span(path)[0].line for path in (("a", "x"), ("list", 0), ("a", "y"))] == [1, 2, 6]


def test_nobody_sets_what_is_not_there() -> None:
    assert setting(LAYERS, ("cache", "other")) is None


@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), VALUES, max_size=4))
def test_overriding_changes_one_value_and_no_other(values: dict[str, object]) -> None:
    for path, before in list(leaves(values)):
        given_over = cast("dict[str, object]", overriding({}, values, {path: "changed"}))
        after = dict(leaves(_over(values, given_over)))
        assert after.pop(path) == "changed"
        expected = dict(leaves(values))
        assert expected.pop(path) == before
        assert after == expected


def _over(below: dict[str, object], above: dict[str, object]) -> dict[str, object]:
    return merged((OWN._replace(value=below), OWN._replace(value=above)))


@given(st.integers(-5, 10**6) | st.from_regex(r"[1-9][0-9]{0,3}(Gi|m|%)?", fullmatch=True) | st.text("xyz", min_size=1))
def test_changed_values_are_of_the_same_kind_and_all_different(value: int | str) -> None:
    others = [changed(value, number, ()) for number in range(5)]
    assert {type(other) for other in others} == {type(value)}
    assert len({text_of(other) for other in (value, *others)}) == 6


def test_a_changed_number_is_none_that_is_there_already() -> None:
    assert changed(3, 0, {"4", "5"}) == 6
