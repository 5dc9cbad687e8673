"""Unknown values refuse to be guessed, and look-ups are three-valued."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.model import (
    UNKNOWN,
    LinkedStr,
    PartialList,
    PartialMap,
    Reference,
    Unknown,
    UnknownValue,
    fully_known,
    lookup,
    parse_path,
    references_in,
    unknown_from,
)
from costlint.model.values import path_text

BUCKET = Reference("aws_s3_bucket.models", "id")


@pytest.mark.parametrize(
    "use",
    [
        lambda: bool(UNKNOWN),
        lambda: int(UNKNOWN),
        lambda: float(UNKNOWN),
        lambda: UNKNOWN + 1,
        lambda: 2 * UNKNOWN,
        lambda: UNKNOWN > 3,
        lambda: len(UNKNOWN),
        lambda: list(UNKNOWN),
    ],
)
def test_using_an_unknown_as_if_it_were_known_is_an_error(use):
    with pytest.raises(UnknownValue):
        use()


def test_the_error_names_the_resource_the_value_would_come_from():
    with pytest.raises(UnknownValue, match=r"aws_s3_bucket\.models\.id is not known before deployment"):
        bool(BUCKET)


def test_an_unknown_computed_from_references_remembers_them_once():
    mixed = unknown_from(["text", BUCKET, [BUCKET, {"k": LinkedStr("n", (Reference("aws_vpc.a", "id"),))}]])
    assert [str(source) for source in mixed.sources] == ["aws_s3_bucket.models.id", "aws_vpc.a.id"]


def test_a_reference_through_another_resource_leads_to_both():
    through = Reference("aws_s3_bucket_versioning.v", "bucket", (BUCKET,))
    assert [str(source) for source in unknown_from([through]).sources] == [
        "aws_s3_bucket_versioning.v.bucket",
        "aws_s3_bucket.models.id",
    ]


def test_an_unknown_computed_from_plain_values_is_the_plain_unknown():
    assert unknown_from([1, "a", None]) is UNKNOWN


def test_remembered_references_are_bounded():
    many = [Reference(f"aws_instance.n{i}", "id") for i in range(1000)]
    assert len(unknown_from(many).sources) < 100


@pytest.mark.parametrize(
    ("value", "path", "expected"),
    [
        ({"a": {"b": 1}}, "a.b", 1),
        ({"a": [{"b": 1}]}, "a.b", 1),
        ({"a": [{"b": 1}, {"b": 2}]}, "a.1.b", 2),
        ({"a": []}, "a.b", None),
        ({"a": 3}, "a.b", None),
        ({}, "a.b.c", None),
        ({"a": [1]}, "a.7", None),
    ],
)
def test_lookup_steps_through_maps_lists_and_single_blocks(value, path, expected):
    assert lookup(value, parse_path(path)) == expected


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (PartialMap(a=1), "b"),
        ({"tags": PartialMap()}, "tags.Owner"),
        ({"a": UNKNOWN}, "a.b.c"),
        ({"a": PartialList()}, "a.b"),
        ({"a": PartialList([1])}, "a.5"),
        ({"a": [{"b": 1}, {"b": 2}]}, "a.b"),
    ],
)
def test_what_may_be_there_is_unknown_rather_than_absent(value, path):
    assert isinstance(lookup(value, parse_path(path)), Unknown)


def test_a_key_that_is_there_is_known_even_in_a_partial_map():
    assert lookup(PartialMap(a=1), ("a",)) == 1


def test_references_are_found_with_the_path_at_which_they_stand():
    found = list(references_in({"rule": [{"bucket": BUCKET}], "name": "x"}))
    assert found == [(("rule", 0, "bucket"), BUCKET)]


def test_a_linked_string_is_an_ordinary_string_that_says_where_it_came_from():
    name = LinkedStr("models", (BUCKET,))
    assert name == "models"
    assert list(references_in(name)) == [((), BUCKET)]


_plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(_plain)
def test_plain_values_are_fully_known_and_hold_no_references(value):
    assert fully_known(value)
    assert list(references_in(value)) == []


@given(_plain)
def test_one_unknown_anywhere_makes_a_value_not_fully_known(value):
    assert not fully_known([value, {"deep": [UNKNOWN]}])


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ()),
        ("production_variants.0.instance_type", ("production_variants", 0, "instance_type")),
        ("spec.limits[nvidia.com/gpu]", ("spec", "limits", "nvidia.com/gpu")),
        ("nodeSelector[cloud.google.com/gke-nodepool].x", ("nodeSelector", "cloud.google.com/gke-nodepool", "x")),
    ],
)
def test_a_path_is_written_as_it_is_read(text: str, path: tuple[str | int, ...]) -> None:
    assert parse_path(text) == path
    assert path_text(path) == text


def test_a_name_in_brackets_may_be_quoted() -> None:
    assert parse_path("""limits["nvidia.com/gpu"].a['b.c']""") == ("limits", "nvidia.com/gpu", "a", "b.c")
