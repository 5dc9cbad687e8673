"""Reading attributes: defaults, conversions, and refusal to guess."""

import pytest
from msgspec.structs import fields

from costlint.model import UNKNOWN, NowhereLocator, PartialList, Region, Resource, Span, UnknownValue

HERE = Span("main.tf", 1, 1, 1, 2)


def resource(attributes, defaults=()):
    return Resource(
        "aws_ebs_volume.a", "aws_ebs_volume", "aws", attributes, HERE, Region("us-east-1"), defaults=dict(defaults)
    )


def test_an_absent_attribute_reads_as_the_providers_default():
    assert resource({}, {"type": "gp2"}).text("type") == "gp2"


def test_null_counts_as_absent():
    assert resource({"type": None}, {"type": "gp2"}).text("type") == "gp2"


def test_a_written_value_wins_over_the_default():
    assert resource({"type": "gp3"}, {"type": "gp2"}).text("type") == "gp3"


@pytest.mark.parametrize(("value", "expected"), [(20, 20.0), ("20", 20.0), (1.5, 1.5), (None, 8.0)])
def test_numbers_may_be_written_as_text(value, expected):
    assert resource({"size": value}).number("size", 8) == expected


@pytest.mark.parametrize(("value", "expected"), [(True, True), ("true", True), ("false", False), (None, False)])
def test_booleans_may_be_written_as_text(value, expected):
    assert resource({"encrypted": value}).flag("encrypted") is expected


@pytest.mark.parametrize("read", ["text", "number", "flag", "blocks", "values"])
def test_an_unknown_value_is_never_read_as_something(read):
    with pytest.raises(UnknownValue, match=r"aws_ebs_volume\.a\.size"):
        getattr(resource({"size": UNKNOWN}), read)("size")


@pytest.mark.parametrize("text", ["large", "10 GB", "", 10**400])
def test_text_that_is_no_number_is_not_taken_for_one(text):
    with pytest.raises(UnknownValue):
        resource({"size": text}).number("size")


def test_a_block_list_of_unknown_length_is_not_taken_for_the_part_that_is_known():
    with pytest.raises(UnknownValue):
        resource({"disk": PartialList([{"size": 1}])}).blocks("disk")


def test_a_single_block_written_as_a_map_reads_as_one_block():
    assert resource({"disk": {"size": 1}}).blocks("disk") == [{"size": 1}]


def test_a_resource_with_other_attributes_keeps_everything_else() -> None:
    one = resource({"size": 1}, {"type": "gp2"})
    one.locator, one.module, one.data, one.exists = NowhereLocator(), "module.m", True, UNKNOWN
    other = one.having({"size": 2}, {"team": "ml"})
    assert (other.attributes, other.tags) == ({"size": 2}, {"team": "ml"})
    kept = {field.name for field in fields(Resource)} - {"attributes", "tags"}
    assert all(getattr(other, name) is getattr(one, name) for name in kept)
