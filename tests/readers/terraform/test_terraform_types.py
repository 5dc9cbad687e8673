"""Type constraints: reading them, converting to them, sets, equality."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.model import UNKNOWN, LinkedStr, PartialList, PartialMap, Reference
from costlint.readers.terraform.syntax.native import parse_expression
from costlint.readers.terraform.types.constraints import (
    ANY,
    BOOL,
    NUMBER,
    STRING,
    ConversionError,
    PartialSet,
    TerraformSet,
    TypeSpec,
    TypeSyntaxError,
    convert,
    identity,
    list_of,
    make_set,
    map_of,
    parse_type,
    same,
    set_of,
    type_of,
    unify,
)
from costlint.readers.terraform.types.numbers import number_text, parse_number

BUCKET = Reference("aws_s3_bucket.logs", "id")

scalars = st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
)


def spec(text: str) -> TypeSpec:
    expr, problems = parse_expression(text)
    assert not problems
    return parse_type(expr)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("string", STRING),
        ("number", NUMBER),
        ("bool", BOOL),
        ("any", ANY),
        ("list(string)", list_of(STRING)),
        ("set(number)", set_of(NUMBER)),
        ("map(list(bool))", map_of(list_of(BOOL))),
        ("map(any)", map_of(ANY)),
        ("list", list_of(ANY)),
        ("map", map_of(ANY)),
        ('"string"', STRING),
        ('"list"', list_of(ANY)),
        ('"map"', map_of(ANY)),
        ("tuple([string, number])", TypeSpec("tuple", elements=(STRING, NUMBER))),
        ("tuple([])", TypeSpec("tuple")),
        ("object({})", TypeSpec("object")),
    ],
)
def test_a_type_constraint_is_read(text: str, expected: TypeSpec) -> None:
    assert spec(text) == expected


def test_an_object_type_keeps_its_optional_attributes_and_their_defaults() -> None:
    read = spec('object({ name = string, size = optional(number, "3"), tags = optional(map(string)) })')
    assert read.attributes == {"name": STRING, "size": NUMBER, "tags": map_of(STRING)}
    assert read.optional == {"size": 3, "tags": None}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("strng", 'no type named "strng"'),
        ('"text"', '"text" is not a type'),
        ("listing(string)", 'no type named "listing"'),
        ("object", "needs an argument"),
        ("list()", "exactly one argument"),
        ("list(string, number)", "exactly one argument"),
        ("object([string])", "object takes attribute names"),
        ("tuple(string)", "tuple takes a list"),
        ("optional(string)", "only valid for an attribute"),
        ("list(optional(string))", "only valid for an attribute"),
        ("object({a = optional()})", "optional takes a type"),
        ('object({a = optional(number, "x")})', "default does not fit"),
        ("[string]", "a type is expected here"),
        ("5", "is not a type"),
    ],
)
def test_what_is_no_type_is_refused_with_a_sentence(text: str, complaint: str) -> None:
    with pytest.raises(TypeSyntaxError, match=complaint.replace("(", r"\(")) as caught:
        spec(text)
    assert 0 <= caught.value.start < len(text)


@pytest.mark.parametrize(
    ("value", "type_text", "expected"),
    [
        (5, "string", "5"),
        (1.5, "string", "1.5"),
        (True, "string", "true"),
        ("8", "number", 8),
        ("1e3", "number", 1000),
        ("true", "bool", True),
        ("1", "bool", True),
        ("0", "bool", False),
        (None, "string", None),
        (None, "list(string)", None),
        ([1, "a", True], "list(string)", ["1", "a", "true"]),
        ([1, "a"], "list(any)", ["1", "a"]),
        ([1, None], "list(string)", ["1", None]),
        ([3, 1, 3], "set(string)", ["1", "3"]),
        ([10, 9], "set(number)", [9, 10]),
        (TerraformSet(["b"]), "list(string)", ["b"]),
        ({"b": 1, "a": True}, "map(string)", {"a": "true", "b": "1"}),
        ({"a": 1, "b": "x"}, "map(any)", {"a": "1", "b": "x"}),
        ({"a": 1, "z": 2}, "object({a = string})", {"a": "1"}),
        ({}, "object({a = optional(string)})", {"a": None}),
        ({}, 'object({a = optional(string, "x")})', {"a": "x"}),
        ({"a": None}, 'object({a = optional(string, "x")})', {"a": "x"}),
        ({"a": None}, "object({a = string})", {"a": None}),
        ({}, "object({a = optional(object({b = optional(number, 3)}), {})})", {"a": {"b": 3}}),
        ([{}, {"n": 2}], "list(object({n = optional(number, 1)}))", [{"n": 1}, {"n": 2}]),
        ({"x": {}}, "map(object({n = optional(number, 1)}))", {"x": {"n": 1}}),
        ([None], "list(object({n = optional(number, 1)}))", [None]),
        (["a", "1"], "tuple([string, number])", ["a", 1]),
        ({"a": [1]}, "any", {"a": [1]}),
        ([[1], ["a", "b"]], "list(list(string))", [["1"], ["a", "b"]]),
        ([{"a": 1}, {"b": "x"}], "list(any)", [{"a": "1"}, {"b": "x"}]),
    ],
)
def test_a_value_is_converted_by_terraforms_rules(value: object, type_text: str, expected: object) -> None:
    assert convert(value, spec(type_text)) == expected


@pytest.mark.parametrize(
    ("value", "type_text", "complaint"),
    [
        ("x", "number", "a number is required"),
        (True, "number", "number required, but have bool"),
        (1, "bool", "bool required, but have number"),
        ("True", "bool", 'use lowercase "true"'),
        ([], "string", "string required, but have tuple"),
        ({}, "list(string)", "list of string required, but have object"),
        ("a", "set(string)", "set of string required, but have string"),
        ([], "map(string)", "map of string required"),
        ([1, [2]], "list(any)", "must have the same type"),
        ([True, 1], "list(any)", "must have the same type"),
        ({"a": 1, "b": [1]}, "map(any)", "must have the same type"),
        (["a", "x"], "list(number)", "element 0: a number is required"),
        ({"k": {"n": "x"}}, "map(object({n = number}))", 'element "k": attribute "n": a number is required'),
        ({}, "object({a = string})", 'attribute "a" is required'),
        ({}, "object({a = string, b = string})", 'attributes "a", "b" are required'),
        ("a", "object({})", "object required, but have string"),
        (["a"], "tuple([string, string])", "tuple of 2 elements required, but have 1"),
        (TerraformSet(["a"]), "tuple([string])", "tuple required"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_place(value: object, type_text: str, complaint: str) -> None:
    with pytest.raises(ConversionError) as caught:
        convert(value, spec(type_text))
    assert complaint in str(caught.value)


@pytest.mark.parametrize("type_text", ["string", "number", "bool", "list(string)", "map(any)", "object({a = string})"])
def test_what_is_unknown_stays_the_unknown_it_is(type_text: str) -> None:
    assert convert(BUCKET, spec(type_text)) is BUCKET


def test_unknown_members_do_not_stop_the_conversion_of_the_others() -> None:
    assert convert([1, BUCKET], spec("list(string)")) == ["1", BUCKET]
    assert convert({"a": UNKNOWN, "b": 2}, spec("map(string)")) == {"a": UNKNOWN, "b": "2"}


def test_a_partial_map_stays_partial_and_its_missing_attributes_unknown() -> None:
    assert isinstance(convert(PartialMap({"a": 1}), spec("map(string)")), PartialMap)
    read = convert(PartialMap({"a": 1}), spec('object({a = string, b = string, c = optional(string, "x")})'))
    assert isinstance(read, dict)
    assert read["a"] == "1"
    assert read["b"] is not None
    assert read["c"] != "x"


def test_a_partial_list_stays_partial_as_list_and_as_set() -> None:
    assert isinstance(convert(PartialList([1]), spec("list(string)")), PartialList)
    assert isinstance(convert(PartialList([1]), spec("set(string)")), PartialSet)


def test_a_linked_string_stays_linked() -> None:
    linked = LinkedStr("logs", (BUCKET,))
    converted = convert([linked], spec("set(string)"))
    assert isinstance(converted, TerraformSet)
    assert converted[0] is linked


def test_a_set_of_references_keeps_each_once() -> None:
    assert len(make_set([BUCKET, Reference("aws_s3_bucket.logs", "id"), Reference("aws_s3_bucket.other", "id")])) == 2


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        (1, 1.0, True),
        (1, "1", False),
        (True, 1, False),
        (None, None, True),
        (None, "", False),
        ([1, [2]], [1, [2]], True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {"b": 1}, False),
        (TerraformSet(["a"]), ["a"], False),
        (UNKNOWN, 1, None),
        (UNKNOWN, UNKNOWN, None),
        ([1, UNKNOWN], [2, 3], False),
        ([1, UNKNOWN], [1, 3], None),
        ([1], PartialList([1]), None),
        ({"a": 1}, PartialMap({"b": 2}), None),
        (PartialMap({"a": 1}), {"a": 2}, False),
        ([1, 2], [1], False),
    ],
)
def test_two_values_are_the_same_different_or_not_known_to_be(one: object, other: object, answer: bool | None) -> None:
    assert same(one, other) is answer
    assert same(other, one) is answer


@given(values, values)
def test_values_are_the_same_exactly_when_their_identities_are(one: object, other: object) -> None:
    assert same(one, other) is (identity(one) == identity(other))
    assert same(one, one) is True


@given(st.lists(scalars | st.lists(scalars, max_size=2), max_size=6))
def test_a_set_is_free_of_duplicates_and_does_not_depend_on_the_order_of_its_items(items: list[object]) -> None:
    texts = [str(item) for item in items]
    made = make_set(texts)
    assert len(set(map(identity, made))) == len(made)
    assert made == make_set(reversed(texts))
    assert {identity(item) for item in make_set(items)} == {identity(item) for item in items}


@given(st.lists(values, min_size=1, max_size=4))
def test_every_value_fits_the_type_all_were_unified_to(items: list[object]) -> None:
    common = unify([type_of(item) for item in items])
    if common is None:
        return
    for item in items:
        try:
            converted = convert(item, common)
        except ConversionError:
            # A type can promise more than a value keeps: null where an object is meant, "x" where a number is.
            continue
        assert identity(convert(converted, common)) == identity(converted)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-1.50", -1.5),
        ("1e3", 1000),
        ("1E-2", 0.01),
        (".5", 0.5),
        ("5.", 5),
        ("12345678901234567890123", 12345678901234567890123),
        ("", None),
        ("-", None),
        (" 1", None),
        ("0x10", None),
        ("1_000", None),
        ("١", None),
        ("nan", None),
        ("1e999999999", None),
        ("9" * 5000, None),
    ],
)
def test_a_number_is_read_from_text_in_base_ten_only(text: str, number: int | float | None) -> None:
    assert parse_number(text) == number


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_being_written_as_text(number: int | float) -> None:
    if abs(number) < 1e300:
        assert parse_number(number_text(number)) == number
    assert "e" not in number_text(number)
