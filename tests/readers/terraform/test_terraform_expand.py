"""count, for_each and dynamic blocks become instances and blocks; what cannot be counted is one that may exist."""

import pytest
from terraform_stacks import complaints, resource, stack

from costlint.model import PartialList, PartialMap, Reference, Unknown
from costlint.readers.terraform.limits import Limits

UNKNOWN = 'variable "u" {}\n'


def addresses(read):
    return [each.address for each in read.resources]


@pytest.mark.parametrize(
    ("repetition", "keys"),
    [
        ("count = 2", ["[0]", "[1]"]),
        ("count = 0", []),
        ('count = "1"', ["[0]"]),
        ("count = false ? 1 : 0", []),
        ("count = true", ["[0]"]),
        ("count = false", []),
        ('for_each = toset(["b", "a"])', ['["a"]', '["b"]']),
        ("for_each = { b = 1, a = 2 }", ['["a"]', '["b"]']),
        ("for_each = {}", []),
        ('for_each = { "a b" = 1, "q\\"x" = 2 }', ['["a b"]', '["q\\"x"]']),
        ("for_each = { a = var.u }", ['["a"]']),
        ("count = var.u", ["[?]"]),
        ("for_each = var.u", ["[?]"]),
        ("for_each = { (var.u) = 1, a = 1 }", ['["a"]', "[?]"]),
        ('for_each = [for x in ["a"] : x if var.u == x]', ["[?]"]),
    ],
)
def test_instances_of_a_block(repetition, keys):
    read = stack(f'{UNKNOWN}resource "aws_instance" "a" {{\n  {repetition}\n}}')
    assert addresses(read) == [f"aws_instance.a{key}" for key in keys]
    assert complaints(read) == []


def test_an_instance_that_may_not_exist_says_so():
    read = stack(f'{UNKNOWN}resource "aws_instance" "a" {{\n  count = var.u\n  type = "m5.large"\n}}')
    (maybe,) = read.resources
    assert isinstance(maybe.exists, Unknown)
    assert maybe.attributes["type"] == "m5.large"


@pytest.mark.parametrize(
    ("repetition", "sentence"),
    [
        ("count = -1", "main.tf:2:11: count must be a whole number, 0 or more, not -1"),
        ("count = 1.5", "count must be a whole number, 0 or more, not 1.5"),
        ("count = null", "count is null; it must be a whole number"),
        ('count = "many"', "count must be a whole number: expected a number, not a string"),
        ("for_each = 3", "for_each needs a map or a set of strings"),
        ("for_each = null", "for_each needs a map or a set of strings"),
        ("for_each = [1, 2]", "for_each needs a map or a set of strings"),
        (
            "count = 1000000000",
            "main.tf:2:11: count asks for 1,000,000,000 instances; costlint expands at most 10,000 of one block",
        ),
        ("count = 1e300", "count asks for countless instances; costlint expands at most 10,000 of one block"),
    ],
)
def test_an_impossible_number_of_instances_is_a_sentence_and_one_that_may_exist(repetition, sentence):
    read = stack(f'resource "aws_instance" "a" {{\n  {repetition}\n}}')
    assert [sentence in each for each in complaints(read)] == [True]
    assert addresses(read) == ["aws_instance.a[?]"]
    assert isinstance(read.resources[0].exists, Unknown)


def test_the_resources_of_a_stack_are_bounded():
    text = "\n".join(f'resource "aws_instance" "n{i}" {{\n  count = 40\n}}' for i in range(4))
    read = stack(text, limits=Limits(resources=100))
    assert len(read.resources) == 100
    assert [each.message for each in read.diagnostics] == [
        "the stack has more than 100 resources; the rest is not read"
    ]


def test_each_and_count_have_their_values_inside_the_block():
    read = stack(
        """
resource "aws_instance" "e" {
  for_each      = { web = { size = "m5.large" } }
  instance_type = each.value.size
  name          = each.key
}
resource "aws_instance" "s" {
  for_each = toset(["x"])
  name     = "${each.key}-${each.value}"
}
resource "aws_instance" "c" {
  count = 2
  name  = "n${count.index}"
}
"""
    )
    assert resource(read, 'aws_instance.e["web"]').attributes == {"instance_type": "m5.large", "name": "web"}
    assert resource(read, 'aws_instance.s["x"]').attributes == {"name": "x-x"}
    assert resource(read, "aws_instance.c[1]").attributes == {"name": "n1"}


def test_instances_that_do_not_differ_share_their_attributes():
    read = stack('resource "aws_instance" "a" {\n  count = 3\n  type = "m5.large"\n  b {\n    x = 1\n  }\n}')
    first, second, third = (each.attributes for each in read.resources)
    assert first is second is third
    read = stack('resource "aws_instance" "a" {\n  count = 2\n  b {\n    x = count.index\n  }\n}')
    assert [each.attributes for each in read.resources] == [{"b": [{"x": 0}]}, {"b": [{"x": 1}]}]


def test_nested_blocks_are_lists_and_null_is_absent():
    read = stack(
        """
resource "aws_instance" "a" {
  ami  = null
  type = "m5.large"
  root { size = 1 }
  disk {
    size = null
    kms { key = "k" }
  }
  disk { count = 2 }
  empty {}
  count = 1
  depends_on = [aws_x.y]
  provider = aws.eu
  lifecycle { ignore_changes = [type, disk[0].size] }
  provisioner "local-exec" { command = self.nonsense }
}
"""
    )
    assert read.resources[0].attributes == {
        "type": "m5.large",
        "root": [{"size": 1}],
        "disk": [{"kms": [{"key": "k"}]}, {"count": 2}],
        "empty": [{}],
        "lifecycle": [{"ignore_changes": ["type", "disk.0.size"]}],
    }


def dynamic(header, body="size = disk.value", rest=""):
    text = f'{UNKNOWN}resource "aws_instance" "a" {{\n  dynamic "disk" {{\n    {header}\n    content {{\n      {body}\n'
    return stack(f"{text}    }}\n  }}\n{rest}}}").resources[0].attributes.get("disk")


def test_dynamic_blocks_are_expanded_in_order_beside_written_ones():
    assert dynamic("for_each = [10, 20]") == [{"size": 10}, {"size": 20}]
    assert dynamic("for_each = { b = 2, a = 1 }", "name = disk.key") == [{"name": "a"}, {"name": "b"}]
    assert dynamic('for_each = toset(["b", "a"])', "name = disk.key") == [{"name": "a"}, {"name": "b"}]
    assert dynamic("for_each = [1]\n    iterator = it", "size = it.value + it.key") == [{"size": 1}]
    assert dynamic("for_each = []") is None
    assert dynamic("for_each = null") is None
    assert dynamic("for_each = [5]", rest="  disk {\n    size = 9\n  }\n") == [{"size": 5}, {"size": 9}]


def test_dynamic_blocks_nest():
    inner = 'dynamic "part" {\n for_each = disk.value\n content {\n n = "${disk.key}.${part.value}"\n }\n }'
    assert dynamic("for_each = { a = [1, 2] }", inner) == [{"part": [{"n": "a.1"}, {"n": "a.2"}]}]


def test_a_dynamic_block_over_something_unknown_is_a_list_with_more_to_come():
    found = dynamic("for_each = var.u", rest="  disk {\n    size = 9\n  }\n")
    assert isinstance(found, PartialList)
    assert found == [{"size": 9}]
    assert isinstance(dynamic("for_each = var.u"), PartialList)


WHOLE = """
resource "aws_subnet" "one" {
  cidr = "10.0.0.0/24"
}
resource "aws_subnet" "c" {
  count = 2
}
resource "aws_subnet" "e" {
  for_each = { a = "1.0", b = "2.0" }
  cidr     = each.value
}
resource "aws_subnet" "maybe" {
  count = var.u
}
resource "aws_subnet" "some" {
  for_each = { (var.u) = 1, a = 1 }
}
variable "u" {}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("aws_subnet.c[*].id", ["aws_subnet.c[0].id", "aws_subnet.c[1].id"]),
        ("aws_subnet.c.*.id", ["aws_subnet.c[0].id", "aws_subnet.c[1].id"]),
        ("[aws_subnet.c[1].id]", ["aws_subnet.c[1].id"]),
        ("[aws_subnet.c.1.id]", ["aws_subnet.c[1].id"]),
        ("values(aws_subnet.e)[*].id", ['aws_subnet.e["a"].id', 'aws_subnet.e["b"].id']),
        ("[for k, s in aws_subnet.e : s.id]", ['aws_subnet.e["a"].id', 'aws_subnet.e["b"].id']),
        ('[aws_subnet.e["b"].id]', ['aws_subnet.e["b"].id']),
        ("aws_subnet.one[*].id", ["aws_subnet.one.id"]),
        ("[one(aws_subnet.one[*].id)]", ["aws_subnet.one.id"]),
        ("[aws_subnet.maybe[0].id]", ["aws_subnet.maybe[?].id"]),
        ('[aws_subnet.some["a"].id]', ['aws_subnet.some["a"].id']),
    ],
)
def test_references_to_repeated_resources(expression, expected):
    read = stack(f'{WHOLE}\nresource "x_y" "z" {{\n  ids = {expression}\n}}')
    assert complaints(read) == []
    ids = resource(read, "x_y.z").attributes["ids"]
    assert [str(each) for each in ids] == expected
    assert all(isinstance(each, Reference) for each in ids)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("length(aws_subnet.c)", 2),
        ("length(aws_subnet.e)", 2),
        ('join(",", keys(aws_subnet.e))', "a,b"),
        ('aws_subnet.e["a"].cidr', "1.0"),
        ("[for s in aws_subnet.e : s.cidr][1]", "2.0"),
        ("{for k, s in aws_subnet.e : s.cidr => k}", {"1.0": "a", "2.0": "b"}),
        ('try(aws_subnet.c[7].id, "none")', "none"),
    ],
)
def test_what_is_known_of_repeated_resources(expression, expected):
    read = stack(f'{WHOLE}\nresource "x_y" "z" {{\n  it = {expression}\n}}')
    assert resource(read, "x_y.z").attributes["it"] == expected


@pytest.mark.parametrize(
    "expression",
    ["length(aws_subnet.maybe)", "aws_subnet.maybe[*].id", 'try(aws_subnet.maybe[0].id, "none")', "aws_subnet.some"],
)
def test_what_is_not_known_of_repeated_resources(expression):
    read = stack(f'{WHOLE}\nresource "x_y" "z" {{\n  it = {expression}\n}}')
    found = resource(read, "x_y.z").attributes["it"]
    assert isinstance(found, (Unknown, PartialMap))


def test_an_index_out_of_range_is_a_sentence():
    read = stack(f'{WHOLE}\nresource "x_y" "z" {{\n  it = aws_subnet.c[2].id\n}}')
    assert [each.partition(": ")[2] for each in complaints(read)] == ["there is no element 2: the list has 2"]
