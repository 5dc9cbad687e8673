"""Functions over what is unknown or linked, their bounds, and what they may see of the world."""

from __future__ import annotations

import contextlib
import json
import unicodedata
from collections.abc import Mapping

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from costlint.model import UNKNOWN, LinkedStr, PartialList, PartialMap, Reference, Unknown
from costlint.model.values import references_in
from costlint.readers.terraform.functions import FunctionContext, FunctionError, call, every_function
from costlint.readers.terraform.functions.unicode import graphemes
from costlint.readers.terraform.types.constraints import TerraformSet
from costlint.sources import MemorySource

A = Reference("aws_instance.a", "id")
B = Reference("aws_instance.b", "id")
AMI = Reference("aws_instance.a", "ami")
NAME = LinkedStr("Logs-Bucket", (Reference("aws_s3_bucket.logs", "id"),))
HOME = FunctionContext(
    MemorySource({"infra/prod/a.txt": b"inside", "infra/shared.txt": b"shared", "infra/prod/bin": b"\xff"}),
    root_path="infra/prod",
)

# Terraform breaks these itself: "<<" merges even when quoted, and a combining mark swallows the end of an escape.
normal_texts = (
    st.text(max_size=8)
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: text != "<<" and not any(map(unicodedata.combining, text)))
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | normal_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(normal_texts, inner, max_size=4),
    max_leaves=12,
)


def is_unknown_of(value: object, *sources: Reference) -> bool:
    return isinstance(value, Unknown) and set(value.sources) == set(sources)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("upper", [A]),
        ("join", ["-", ["a", A]]),
        ("format", ["%s-%s", "a", A]),
        ("jsonencode", [{"id": A}]),
        ("yamlencode", [[A]]),
        ("sort", [["b", A]]),
        ("element", [A, 0]),
        ("lookup", [A, "x", "default"]),
        ("length", [A]),
        ("cidrsubnet", [A, 8, 1]),
        ("max", [1, A]),
        ("coalesce", [None, A, "b"]),
        ("zipmap", [["a", A], [1, 2]]),
        ("contains", [["a", A], "b"]),
        ("index", [[A, "b"], "b"]),
        ("templatefile", [A, {}]),
        ("setproduct", [A, ["x"]]),
        ("flatten", [A]),
        ("tostring", [A]),
        ("sum", [[1, A]]),
    ],
)
def test_an_unknown_argument_makes_the_result_unknown_and_keeps_whom_it_came_from(
    name: str, args: list[object]
) -> None:
    assert is_unknown_of(call(name, args), A)


def test_ids_and_arns_of_resources_are_distinct_texts() -> None:
    assert call("distinct", [["b", A, B, A]]) == ["b", A, B]
    assert call("compact", [["", A, B]]) == [A, B]
    assert call("flatten", [[[A], [B, "c"]]]) == [A, B, "c"]
    for looked_up in (AMI, Reference("data.aws_instance.a", "id")):
        assert is_unknown_of(call("distinct", [["b", looked_up]]), looked_up)
    assert isinstance(call("compact", [["a", AMI]]), PartialList)


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("contains", [[A, "b"], "b"], True),
        ("contains", [[], A], False),
        ("anytrue", [[A, True]], True),
        ("alltrue", [[A, False]], False),
        ("length", [[A, B]], 2),
        ("length", [{"a": A}], 1),
        ("length", [TerraformSet([A])], 1),
        ("keys", [{"b": A, "a": 1}], ["a", "b"]),
        ("values", [{"b": A, "a": 1}], [1, A]),
        ("lookup", [{"a": 1, "b": A}, "a"], 1),
        ("lookup", [PartialMap({"a": 1}), "a", 2], 1),
        ("element", [[A, "b"], 3], "b"),
        ("element", [PartialList(["a"]), 0], "a"),
        ("index", [["b", A], "b"], 0),
        ("reverse", [[1, A]], [A, 1]),
        ("slice", [[1, A, 3], 0, 2], [1, A]),
        ("coalesce", [None, "", "x", A], "x"),
        ("coalescelist", [[], ["x"], A], ["x"]),
        ("merge", [{"a": 1}, {"b": A}], {"a": 1, "b": A}),
        ("zipmap", [["a", "b"], [A, 2]], {"a": A, "b": 2}),
        ("concat", [["a"], [A]], ["a", A]),
        ("chunklist", [[1, A, 3], 2], [[1, A], [3]]),
        ("flatten", [[["a"], [{"id": A}]]], ["a", {"id": A}]),
        ("formatlist", ["x-%s", ["a"]], ["x-a"]),
        ("one", [[A]], A),
        ("matchkeys", [[A, B], ["x", "y"], ["y"]], [B]),
        ("setproduct", [[A], ["x"]], [[A, "x"]]),
        ("tolist", [[A, 1]], [A, 1]),
        ("tomap", [{"a": A}], {"a": A}),
    ],
)
def test_what_an_unknown_member_cannot_change_is_known(name: str, args: list[object], expected: object) -> None:
    assert call(name, args) == expected


def test_merging_an_unknown_map_keeps_the_keys_but_not_values_it_may_override() -> None:
    merged = call("merge", [{"Name": "x", "Owner": NAME}, A, {"Env": "prod"}])
    assert isinstance(merged, PartialMap)
    assert merged["Env"] == "prod"
    assert isinstance(merged["Name"], Unknown)
    assert is_unknown_of(merged["Owner"], *NAME.sources)


def test_merging_only_unknown_maps_is_unknown() -> None:
    assert is_unknown_of(call("merge", [A, B]), A, B)
    assert isinstance(call("merge", [UNKNOWN, {}]), PartialMap)


def test_a_list_with_an_unknown_end_keeps_its_known_beginning_and_every_reference() -> None:
    joined = call("concat", [["a"], A, ["b", B]])
    assert isinstance(joined, PartialList)
    assert joined == ["a", A, B]
    assert call("element", [joined, 0]) == "a"
    assert isinstance(call("length", [joined]), Unknown)


def test_flattening_an_unknown_item_leaves_open_what_follows_it() -> None:
    flat = call("flatten", [["a", [AMI, "b"]]])
    assert isinstance(flat, PartialList)
    assert flat[0] == "a"
    assert "b" not in flat
    assert [source for _, source in references_in(flat)] == [AMI]


@pytest.mark.parametrize("name", ["keys", "values", "length"])
def test_the_members_of_a_partial_map_cannot_be_counted(name: str) -> None:
    assert isinstance(call(name, [PartialMap({"a": 1})]), Unknown)


def test_a_key_missing_from_a_partial_map_is_unknown_not_the_default() -> None:
    assert isinstance(call("lookup", [PartialMap({"a": 1}), "b", "default"]), Unknown)


def test_two_unknown_members_of_a_set_may_be_one() -> None:
    assert isinstance(call("length", [TerraformSet([A, B])]), Unknown)
    assert isinstance(call("one", [TerraformSet([A, B])]), Unknown)


def test_a_union_of_sets_keeps_the_references_in_it() -> None:
    union = call("setunion", [["x"], [A], ["x"]])
    assert isinstance(union, TerraformSet)
    assert "x" in union
    assert A in union
    assert len(union) == 2


@pytest.mark.parametrize("args", [["%d", A], ["%s %s", A]])
def test_an_error_that_depends_on_unknown_arguments_is_not_claimed(args: list[object]) -> None:
    assert isinstance(call("format", args), Unknown)


def test_a_wrong_argument_beside_an_unknown_one_is_an_error_all_the_same() -> None:
    with pytest.raises(FunctionError, match="a number is required"):
        call("max", [A, "x"])


@pytest.mark.parametrize("name", ["uuid", "timestamp", "plantimestamp"])
def test_what_differs_from_run_to_run_is_unknown(name: str) -> None:
    assert isinstance(call(name, []), Unknown)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("bcrypt", ["x"]),
        ("bcrypt", ["x", 10]),
        ("rsadecrypt", ["x", "key"]),
        ("base64gzip", ["x"]),
        ("issensitive", ["x"]),
        ("abspath", ["x"]),
        ("pathexpand", ["~/x"]),
        ("type", ["x"]),
        ("provider::aws::arn_parse", ["x"]),
        ("regex", ["\\p{Greek}", "x"]),
    ],
)
def test_what_cannot_be_told_is_unknown(name: str, args: list[object]) -> None:
    assert isinstance(call(name, args), Unknown)


@pytest.mark.parametrize("name", ["sensitive", "nonsensitive", "ephemeralasnull"])
@pytest.mark.parametrize("value", [None, 1, "a", [A], A])
def test_marks_leave_the_value_alone(name: str, value: object) -> None:
    assert call(name, [value]) is value


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("lower", [NAME], "logs-bucket"),
        ("trimprefix", [NAME, "Logs-"], "Bucket"),
        ("replace", [NAME, "-", "_"], "Logs_Bucket"),
        ("replace", [NAME, "/[A-Z]/", "x"], "xogs-xucket"),
        ("format", ["arn:%s/*", NAME], "arn:Logs-Bucket/*"),
        ("join", ["/", ["a", NAME]], "a/Logs-Bucket"),
        ("substr", [NAME, 0, 4], "Logs"),
        ("jsonencode", [{"b": NAME}], '{"b":"Logs-Bucket"}'),
        ("base64decode", [LinkedStr("YQ==", NAME.sources)], "a"),
        ("tostring", [NAME], "Logs-Bucket"),
        ("basename", [NAME], "Logs-Bucket"),
    ],
)
def test_text_made_from_a_linked_string_still_says_whom_it_came_from(
    name: str, args: list[object], expected: str
) -> None:
    made = call(name, args)
    assert made == expected
    assert isinstance(made, LinkedStr)
    assert made.sources == NAME.sources


def test_the_parts_of_a_linked_string_are_linked() -> None:
    parts = call("split", ["-", NAME])
    assert isinstance(parts, list)
    assert parts == ["Logs", "Bucket"]
    assert all(isinstance(part, LinkedStr) for part in parts)


def test_formatlist_links_each_text_to_its_own_resource_only() -> None:
    first, second = LinkedStr("a", (A,)), LinkedStr("b", (B,))
    made = call("formatlist", ["%s/x", [first, second]])
    assert isinstance(made, list)
    assert [item.sources for item in made] == [(A,), (B,)]


def test_lists_and_maps_carry_linked_strings_along() -> None:
    assert call("concat", [[NAME], ["x"]]) == [NAME, "x"]
    merged = call("merge", [{"a": NAME}])
    assert isinstance(merged, dict)
    assert merged["a"] is NAME


@pytest.mark.parametrize(
    ("name", "args", "complaint"),
    [
        ("nosuch", [], 'there is no function named "nosuch"'),
        ("uper", ["a"], 'did you mean "upper"'),
        ("upper", [], 'expects 1; "str" is missing'),
        ("upper", ["a", "b"], "expects only 1, not 2"),
        ("join", [], "expects at least 1"),
        ("upper", [None], "must not be null"),
        ("upper", [["a"]], 'invalid value for "str" parameter of function "upper": string required'),
        ("element", [[], 0], 'call to function "element" failed: cannot use element function with an empty list'),
        ("slice", [["a"], 0, 2], "end index must not be greater"),
        ("cidrsubnet", ["10.0.0.0/16", 8, 256], "prefix extension of 8 does not accommodate a subnet numbered 256"),
        ("regex", ["(", "x"], "missing closing )"),
        ("jsondecode", ["{"], "line 1, column 2"),
        ("yamldecode", ["a: [1"], "on line 2, column 1: did not find"),
        ("csvdecode", ["a,b\n1"], "line 2"),
        ("parseint", ["12", 2], 'cannot parse "12" as a base 2 integer'),
        ("formatdate", ["YYYY", "yesterday"], "not a valid RFC3339 timestamp"),
    ],
)
def test_a_wrong_call_is_refused_with_a_sentence(name: str, args: list[object], complaint: str) -> None:
    with pytest.raises(FunctionError) as caught:
        call(name, args)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("range", [10**12]),
        ("range", [0, 1, 1e-9]),
        ("setproduct", [[str(number) for number in range(200)]] * 4),
        ("format", ["%999999999d", 1]),
        ("format", ["%.99999999f", 0.5]),
        ("format", ["%[99999999999999999999]d", 1]),
        ("indent", [10**9, "a\nb"]),
        ("replace", ["a" * 100_000, "", "b" * 100_000]),
        ("replace", ["a" * 10_000, "/a/", "b" * 100_000]),
        ("parseint", ["9" * 100_000, 10]),
        ("tonumber", ["1e999999999"]),
        ("jsondecode", ["[" * 100_000]),
        ("jsondecode", ["1e999999999"]),
        ("yamldecode", ["[" * 5_000]),
        ("yamldecode", ["a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
        )]),
        ("cidrsubnets", ["fd00::/8", *[33] * 3]),
        ("join", ["x" * 1_000_000, ["a"] * 1000]),
    ],
)  # fmt: skip
def test_an_answer_too_large_to_build_is_refused(name: str, args: list[object]) -> None:
    with pytest.raises(FunctionError):
        call(name, args)


def test_deeply_nested_arguments_end_in_a_sentence() -> None:
    nested: object = "x"
    for _ in range(3000):
        nested = [nested]
    for name in ("flatten", "yamlencode"):
        with pytest.raises(FunctionError, match="nested too deeply"):
            call(name, [nested])


def test_files_are_read_relative_to_the_root_module() -> None:
    assert call("file", ["a.txt"], HOME) == "inside"
    assert call("file", ["../shared.txt"], HOME) == "shared"
    assert call("fileexists", ["../shared.txt"], HOME) is True
    assert call("fileset", ["..", "**"], HOME) == ["prod/a.txt", "prod/bin", "shared.txt"]


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "~/.ssh/id_rsa", "../../../etc/passwd", "C:\\secrets", "..\\..\\..\\x"]
)
@pytest.mark.parametrize("name", ["file", "filesha256", "fileexists", "filebase64"])
def test_files_outside_the_tree_are_unknown_and_never_read(name: str, path: str) -> None:
    assert isinstance(call(name, [path], HOME), Unknown)


def test_a_pattern_that_leads_out_of_the_tree_is_unknown() -> None:
    assert isinstance(call("fileset", [".", "../../../*"], HOME), Unknown)


def test_a_missing_file_is_an_error_and_one_that_is_not_text_too() -> None:
    with pytest.raises(FunctionError, match=r'no file exists at "b\.txt"'):
        call("file", ["b.txt"], HOME)
    with pytest.raises(FunctionError, match="not valid UTF-8"):
        call("file", ["bin"], HOME)


def test_without_a_source_every_file_is_unknown() -> None:
    assert isinstance(call("file", ["a.txt"]), Unknown)
    assert isinstance(call("fileset", [".", "*"]), Unknown)


def test_a_template_is_rendered_with_the_variables_it_is_given() -> None:
    def render(text: str, variables: Mapping[str, object]) -> object:
        return f"{text}:{sorted(variables)}"

    context = FunctionContext(MemorySource({"t": b"text"}), render=render)
    assert call("templatefile", ["t", {"b": A, "a": 1}], context) == "text:['a', 'b']"
    assert call("templatestring", ["x", {}], context) == "x:[]"
    with pytest.raises(FunctionError, match='invalid template variable name "1x"'):
        call("templatefile", ["t", {"1x": 1}], context)
    assert is_unknown_of(call("templatefile", ["t", {"a": A}], FunctionContext(MemorySource({"t": b"x"}))), A)


def test_the_functions_of_terraform_0_11_still_answer() -> None:
    assert call("list", ["a", 1]) == ["a", "1"]
    assert call("map", ["a", 1, "b", "x"]) == {"a": "1", "b": "x"}
    with pytest.raises(FunctionError, match="even number"):
        call("map", ["a"])


def test_the_core_namespace_names_the_built_in() -> None:
    assert call("core::upper", ["a"]) == "A"
    with pytest.raises(FunctionError, match="no function named"):
        call("other::upper", ["a"])


@given(json_values)
def test_json_written_is_json_read(value: object) -> None:
    text = call("jsonencode", [value])
    assert isinstance(text, str)
    assert call("jsonencode", [call("jsondecode", [text])]) == text
    assert isinstance(json.loads(text), type(value))


@given(json_values)
def test_yaml_written_is_yaml_read(value: object) -> None:
    text = call("yamlencode", [value])
    assert isinstance(text, str)
    assert call("jsonencode", [call("yamldecode", [text])]) == call("jsonencode", [value])
    yaml.safe_load(text)


@given(st.text(max_size=30))
def test_the_characters_of_a_text_make_up_the_text(text: str) -> None:
    clusters = graphemes(text)
    assert "".join(clusters) == text
    assert call("length", [text]) == len(clusters)


@given(st.text(max_size=20), st.integers(-25, 25), st.integers(-1, 25))
def test_a_substring_is_part_of_the_text(text: str, offset: int, count: int) -> None:
    part = call("substr", [text, offset, count])
    assert isinstance(part, str)
    if text.isascii():
        assert part in text


@given(st.sampled_from(sorted(every_function())), st.lists(json_values | st.just(A), max_size=4))
def test_whatever_the_arguments_a_function_answers_or_refuses(name: str, args: list[object]) -> None:
    with contextlib.suppress(FunctionError):
        call(name, args, HOME)
