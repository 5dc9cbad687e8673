"""Expressions have Terraform's values; the expected ones were given by `terraform console` 1.11.4."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terraform_stacks import complaints, resource, stack, value

from costlint.model import LinkedStr, PartialList, PartialMap, Reference, Unknown, sources_of

UNKNOWN_ROOT = 'variable "u" {}\nresource "aws_s3_bucket" "b" {}\n'


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("5 % -3", 2),
        ("-5 % 3", -2),
        ("5.5 % 2", 1.5),
        ("7 / 2", 3.5),
        ("0.1 + 0.2", 0.3),
        ("1.1 * 3", 3.3),
        ('10 - "3"', 7),
        ("100000000000000000000 + 1", 100000000000000000001),
        ("1 + 2 * 3 - 4 / 2", 5),
        ("6 / 2", 3),
        ('-"5"', -5),
        ('1 == "1"', False),
        ("1 == 1.0", True),
        ('true == "true"', False),
        ('"a" == null', False),
        ("null == null", True),
        ("{a=1, b=2} == {b=2, a=1}", True),
        ("[1, 2] != [2, 1]", True),
        ("toset([1]) == [1]", False),
        ('"5" > 3', True),
        ("1 < 2 && 2 <= 2", True),
        ('"true" && true', True),
        ('!"false"', True),
        ("true ? 1 : 2", 1),
        ("false ? [1] : [2, 3]", [2, 3]),
        ('1 == 1 ? 2 == 2 ? "both" : "one" : "none"', "both"),
        ("{a={b={c=3}}}.a.b.c", 3),
        ('[1,2,3]["1"]', 2),
        ('{"1"=2}[1]', 2),
        ("[[1,2],[3]][0][1]", 2),
        ('{(1+1) = "x", "k${1}" = 2}', {"2": "x", "k1": 2}),
        ("{a=1, a=2}", {"a": 2}),
        ("[null][0]", None),
        ("max([1,5,3]...)", 5),
        ("merge([{c=3}, {a=4}]...)", {"c": 3, "a": 4}),
    ],
)
def test_operators_and_access(expression, expected):
    found = value(expression)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[for k, v in {b=1,a=2} : k]", ["a", "b"]),
        ("{for k, v in {b=1,a=2} : v => k}", {"1": "b", "2": "a"}),
        ("{for k, v in {b=1,a=2,c=1} : v => k...}", {"1": ["b", "c"], "2": ["a"]}),
        ('[for i, v in ["x","y","z"] : "${i}${v}" if i != 1]', ["0x", "2z"]),
        ('[for v in toset(["b","a","b"]) : upper(v)]', ["A", "B"]),
        ("[for x in [[1,2],[3]] : [for y in x : y * 10]]", [[10, 20], [30]]),
        ("null[*]", []),
        ('"x"[*]', ["x"]),
        ("{a=1}[*].a", [1]),
        ("[{a=1},{a=2}].*.a", [1, 2]),
        ("[{a={b=[1,2]}}][*].a.b[0]", [1]),
        ("[{a=[{c=1},{c=2}]},{a=[{c=3}]}][*].a[*].c", [[1, 2], [3]]),
    ],
)
def test_for_and_splat(expression, expected):
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"${1.0}"', 1),
        ('"${true}-x"', "true-x"),
        ('"a${1}b${"c"}d"', "a1bcd"),
        ('"${[1,2]}"', [1, 2]),
        ('"%{ if false }yes%{ else }no%{ endif }"', "no"),
        ('"%{ for i, x in ["a","b"] }${i}${x} %{ endfor }"', "0a 1b "),
        ('"$${x} %%{y}"', "${x} %{y}"),
        ('"  %{~ if true ~}  y  %{~ endif ~}  "', "y"),
        ("<<-EOT\n    a ${1 + 1}\n      b\n    EOT\n", "a 2\n  b\n"),
    ],
)
def test_templates(expression, expected):
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('try(null.x, "d")', "d"),
        ("try([][0], {a=1}.b, 3)", 3),
        ("try({a=1}.a, 3)", 1),
        ("can(null.x)", False),
        ("can({a=1}.a)", True),
        ('can(1 + "a")', False),
    ],
)
def test_try_and_can(expression, expected):
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("false && var.u", False),
        ("var.u && false", False),
        ("true || var.u", True),
        ("var.u || true", True),
        ('var.u ? "same" : "same"', "same"),
        ("var.u ? {a = [1]} : {a = [1]}", {"a": [1]}),
        ("[1, var.u] == [2, 3]", False),
        ("{a = var.u} == {b = 1}", False),
        ('length([var.u, "x"])', 2),
        ('{a = var.u, b = "x"}.b', "x"),
    ],
)
def test_what_an_unknown_cannot_change_is_known(expression, expected):
    assert value(expression, UNKNOWN_ROOT) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "var.u",
        "var.u + 1",
        "var.u == var.u",
        "1 == var.u",
        "true && var.u",
        "!var.u",
        "-var.u",
        'var.u ? "a" : "b"',
        'var.u ? "1" : 1',
        "[1, 2][var.u]",
        "var.u.a.b[0]",
        "var.u[*].id",
        '"x-${var.u}"',
        "[for x in var.u : x]",
        "[1, var.u] == [1, 2]",
        "try(var.u.a, 1)",
        "can(var.u.a)",
        "upper(var.u)",
        "max(var.u...)",
        '"%{ if var.u }a%{ else }b%{ endif }"',
        "templatefile(var.u, {})",
    ],
)
def test_what_an_unknown_decides_is_unknown(expression):
    assert isinstance(value(expression, UNKNOWN_ROOT), Unknown)


@pytest.mark.parametrize(
    "expression",
    [
        "aws_s3_bucket.b.id",
        '"arn:${aws_s3_bucket.b.id}/*"',
        "lower(aws_s3_bucket.b.id)",
        "element(aws_s3_bucket.b[*].id, 0)",
        'var.u ? aws_s3_bucket.b.id : ""',
        'try(aws_s3_bucket.b.id, "none")',
        'coalesce(aws_s3_bucket.b.id, "x")',
        'element([aws_s3_bucket.b.id, "x"], 0)',
        "values({a = aws_s3_bucket.b}).0.id",
        "[for b in [aws_s3_bucket.b] : b.id][0]",
        'aws_s3_bucket.b["id"]',
    ],
)
def test_edges_survive_what_is_done_with_a_reference(expression):
    assert Reference("aws_s3_bucket.b", "id") in sources_of(value(expression, UNKNOWN_ROOT))


def test_items_that_may_be_left_out_make_a_partial_list_or_map():
    items = value("[for x in [1, 2] : x if x == 1 || var.u == x]", UNKNOWN_ROOT)
    assert isinstance(items, PartialList)
    assert items == [1]
    named = value('{for x in ["a", "b"] : (x == "a" ? x : var.u) => x}', UNKNOWN_ROOT)
    assert isinstance(named, PartialMap)
    assert named == {"a": "a"}
    assert isinstance(value("[for x in [1, 2] : x if var.u == x][0]", UNKNOWN_ROOT), Unknown)


def test_a_key_that_is_not_known_leaves_missing_keys_open():
    assert isinstance(value('{(var.u) = 1, a = 2}["b"]', UNKNOWN_ROOT), Unknown)
    assert value('{(var.u) = 1, a = 2}["a"]', UNKNOWN_ROOT) == 2


def test_a_typed_empty_list_compared_with_a_written_one_is_not_guessed():
    rest = 'variable "subnets" {\n  type = list(string)\n  default = []\n}'
    assert isinstance(value("var.subnets == []", rest), Unknown)
    assert value('var.subnets == ["a"]', rest) is False


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("[1][3]", "main.tf:2:8: there is no element 3: the list has 1"),
        ('{a = 1}["b"]', 'main.tf:2:8: there is no element "b" (there are: a)'),
        ("{a = 1}.b", 'main.tf:2:8: there is no attribute "b" (there are: a)'),
        ("local.n.b", 'main.tf:2:8: null has no attribute "b"'),
        ('1 + "x"', 'main.tf:2:8: "+" needs numbers, not a string'),
        ("1 + true", 'main.tf:2:8: "+" needs numbers, not a bool'),
        ('"b" > "a"', 'main.tf:2:8: ">" needs numbers, not a string'),
        ("1 / 0", "main.tf:2:8: a number cannot be divided by zero"),
        ('"a${[1]}"', "main.tf:2:8: a tuple cannot be put into a string"),
        ('"a" ? 1 : 2', "main.tf:2:8: expected true or false, not a string"),
        ("2 ? 1 : 2", "main.tf:2:8: expected true or false, not a number"),
        ("[for x in 3 : x]", "a number cannot be iterated over; only lists, sets and maps can"),
        ('{for x in ["a","a"] : x => 1}', 'two items have the key "a"; write ... after the value to group them'),
        ('toset(["a"])[0]', "a set has no order, so its elements cannot be indexed"),
        ("var.nope", 'main.tf:2:8: there is no variable "nope" in this module'),
        ("local.nope", 'there is no local value "nope" in this module'),
        ("aws_s3_bucket.nope.id", 'there is no resource "aws_s3_bucket" "nope" in this module'),
        ("data.aws_ami.nope.id", 'there is no data source "aws_ami" "nope" in this module'),
        ("module.nope.x", 'there is no module "nope" in this module'),
        ("each.key", "each.key can only be used in a block with for_each"),
        ("count.index", "count.index can only be used in a block with count"),
        ("nothing", 'there is nothing called "nothing" here'),
        ("path.nope", "there is no path.nope"),
        ('uper("a")', 'there is no function named "uper"; did you mean "upper"?'),
        ("try()", "try needs an argument"),
        ("try(local.n.a)", "every argument of try fails; the last one: null has no attribute"),
    ],
)
def test_a_mistake_is_a_sentence_at_its_place_and_the_value_unknown(expression, sentence):
    read = stack(f"resource test_thing this {{\n  it = {expression}\n  next = 1\n}}\nlocals {{\n  n = null\n}}")
    assert [each.severity for each in read.diagnostics] == ["warning"]
    assert sentence in str(read.diagnostics[0])
    assert read.diagnostics[0].line == 2
    attributes = resource(read, "test_thing.this").attributes
    assert isinstance(attributes["it"], Unknown)
    assert attributes["next"] == 1


def test_a_mistake_met_many_times_is_reported_once():
    read = stack('resource "aws_instance" "a" {\n  count = 50\n  ami = "x${count.index + true}"\n}')
    assert len(read.resources) == 50
    assert len(complaints(read)) == 1


def test_where_a_file_is_broken_missing_declarations_are_unknown_without_a_further_complaint():
    files = {"main.tf": 'resource "a_b" "c" {\n  v = local.gone\n}\n', "broken.tf": "locals {\n  gone = (\n}\n"}
    read = stack(files)
    assert {each.severity for each in read.diagnostics} == {"error"}
    assert isinstance(resource(read, "a_b.c").attributes["v"], Unknown)


def test_a_known_string_read_from_a_resource_remembers_where():
    rest = 'resource "aws_s3_bucket" "named" {\n  bucket = "models"\n}'
    found = value("aws_s3_bucket.named.bucket", rest)
    assert found == "models"
    assert isinstance(found, LinkedStr)
    joined = value('"s3://${aws_s3_bucket.named.bucket}/x"', rest)
    assert joined == "s3://models/x"
    assert sources_of(joined) == (Reference("aws_s3_bucket.named", "bucket"),)


_numbers = st.integers(-(10**6), 10**6)


@given(_numbers, _numbers.filter(bool))
def test_division_and_remainder_agree(number, divisor):
    remainder = value(f"({number}) % ({divisor})")
    assert isinstance(remainder, int)
    assert abs(remainder) < abs(divisor)
    assert remainder * number >= 0
    assert value(f"(({number}) - ({remainder})) / ({divisor}) * ({divisor}) + ({remainder})") == number


_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=20)


@given(st.dictionaries(_texts, _numbers, max_size=6))
def test_an_object_inverted_twice_is_itself_when_its_values_differ(members):
    unique = {key: index for index, key in enumerate(members)}
    written = ", ".join(f'{_quoted(key)} = "v{index}"' for key, index in unique.items())
    found = value("{for k, v in {for k, v in local.m : v => k} : v => k}", f"locals {{\n  m = {{ {written} }}\n}}")
    assert found == {key: f"v{index}" for key, index in unique.items()}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    return f'"{escaped}"'
