"""Native syntax: structure, expressions, and where they stand."""

from collections.abc import Callable
from typing import Any

import pytest
from tree_shapes import expression, outline, shape

from costlint.readers.terraform.syntax.ast import MOST_NESTED
from costlint.readers.terraform.syntax.json import parse_json
from costlint.readers.terraform.syntax.native import parse_expression, parse_hcl, parse_template

PLATFORM = """\
# GPU pool of the inference platform
terraform {
  required_version = ">= 1.5"
  backend "s3" {
    bucket = "state"
  }
}

resource "aws_instance" "node" {
  count         = var.prod ? 3 : 1 // fewer in dev
  instance_type = "p4d.24xlarge"
  /* the disk holds
     the model */
  root_block_device {
    volume_type = "gp2"
    volume_size = 500
  }
  tags = merge(local.tags, { Name = "node-${count.index}", "cost-center" : 42 })

  dynamic "ebs_block_device" {
    for_each = var.disks
    content {
      device_name = ebs_block_device.value.name
    }
  }
}

module gpu { source = "./modules/gpu" }
"""


def test_a_real_file_is_read_whole() -> None:
    body, problems = parse_hcl(PLATFORM.encode())
    assert problems == []
    assert outline(body) == [
        "terraform",
        "  required_version = '>= 1.5'",
        "  backend s3",
        "    bucket = 'state'",
        "resource aws_instance node",
        "  count = (var.prod ? 3 : 1)",
        "  instance_type = 'p4d.24xlarge'",
        "  tags = merge(local.tags, {'Name': `'node-' count.index`, 'cost-center': 42})",
        "  root_block_device",
        "    volume_type = 'gp2'",
        "    volume_size = 500",
        "  dynamic ebs_block_device",
        "    for_each = var.disks",
        "    content",
        "      device_name = ebs_block_device.value.name",
        "module gpu",
        "  source = './modules/gpu'",
    ]


def test_offsets_are_those_of_the_file() -> None:
    data = PLATFORM.encode()
    body, _ = parse_hcl(data)
    node = body.blocks[1]
    assert data[node.start : node.header_end] == b'resource "aws_instance" "node"'
    assert data[node.end - 1 : node.end] == b"}"
    kind = node.body.attributes["instance_type"]
    assert data[kind.start : kind.end] == b'instance_type = "p4d.24xlarge"'
    assert data[kind.expr[1] : kind.expr[2]] == b'"p4d.24xlarge"'
    count = node.body.attributes["count"].expr
    assert [data[part[1] : part[2]] for part in count[3:]] == [b"var.prod", b"3", b"1"]
    disk = node.body.blocks[0].body.attributes["volume_type"]
    assert data[disk.start : disk.end] == b'volume_type = "gp2"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
        ("10 - 3 - 2", "((10 - 3) - 2)"),
        ("8 / 4 / 2", "((8 / 4) / 2)"),
        ("a || b && c", "(a || (b && c))"),
        ("a == b && c != d", "((a == b) && (c != d))"),
        ("1 < 2 == true", "((1 < 2) == True)"),
        ("1 + 1 >= 2 || false", "(((1 + 1) >= 2) || False)"),
        ("!a.b == c", "((!a.b) == c)"),
        ("!!a", "(!(!a))"),
        ("- -2", "(-(-2))"),
        ("-a.b[0] * 2", "((-a.b[0]) * 2)"),
        ("(1 + 2) * 3", "((1 + 2) * 3)"),
        ("-(a + b).c", "(-(a + b).c)"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a ? b ? c : d : e", "(a ? (b ? c : d) : e)"),
        ("a ? b : c ? d : e ? f : g", "(a ? b : (c ? d : (e ? f : g)))"),
        ("(a ? b : c) ? d : e", "((a ? b : c) ? d : e)"),
        ("a ? 1 : b == 2 ? 3 : 4", "(a ? 1 : ((b == 2) ? 3 : 4))"),
        ("a > 1 ? [1] : []", "((a > 1) ? [1] : [])"),
    ],
)
def test_operators_bind_as_in_terraform(text: str, expected: str) -> None:
    assert expression(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var.a.b", "var.a.b"),
        ("a . b", "a.b"),
        ("a /* x */ . b", "a.b"),
        ('a["k"].b[0]', "a['k'].b[0]"),
        ("a.0.b", "a[0].b"),
        ("a[*].b[0]", "a[*].b[0]"),
        ("a.*.b[0].c", "a.*.b[0].c"),
        ("a[*].b[*].c", "a[*].b[*].c"),
        ("a[*]", "a[*]"),
        ("module.m[each.key].out", "module.m[each.key].out"),
        ("foo(1, a...)", "foo(1, a...)"),
        ("foo()", "foo()"),
        ("foo(\n 1, # one\n 2,\n)", "foo(1, 2)"),
        ("provider::aws::arn_parse(x)", "provider::aws::arn_parse(x)"),
        ("[]", "[]"),
        ("[1, 2,\n 3,\n]", "[1, 2, 3]"),
        ("{}", "{}"),
        ("{ a = 1, b : 2 }", "{'a': 1, 'b': 2}"),
        ("{\n a = 1 # x\n\n b = 2\n}", "{'a': 1, 'b': 2}"),
        ("{ (a) = 1, (var.b) = 2 }", "{a: 1, var.b: 2}"),
        ('{ "k${x}" = 1 }', "{`'k' x`: 1}"),
        ("{ true = 1, null = 2, 3 = 4 }", "{'true': 1, 'null': 2, 3: 4}"),
        ("[for v in m : v]", "<for v in m: v if ->"),
        ('[for k, v in m : "${k}-${v}" if v != ""]', "<for k, v in m: `k '-' v` if (v != '')>"),
        ("{for k, v in m : k => v...}", "<for k, v in m: k => v... if ->"),
        ("{for v in m : v.id => v if v.on}", "<for v in m: v.id => v if v.on>"),
        ("true", "True"),
        ("null", "None"),
        ("trueish", "trueish"),
        ("1.50", "1.5"),
        ("2.0", "2"),
        ("1e3", "1000"),
        ("-1e3", "(-1000)"),
        ("[1 -1e3, foo-1e3]", "[(1 - 1000), foo-1e3]"),
        ("1.5E-3", "0.0015"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_expressions_have_their_shape(text: str, expected: str) -> None:
    assert expression(text) == expected


def test_attribute_only_splat_ends_at_an_index_and_full_splat_does_not() -> None:
    (_, _, _, owner, _), _ = parse_expression("a.*.b[0]")
    assert owner[0] == "splat"
    expr, _ = parse_expression("a[*].b[0]")
    assert expr[0] == "splat"
    assert [step[0] for step in expr[5]] == ["attr", "index"]
    nested, _ = parse_expression("a[*].b[*].c")
    assert nested[5] == [("attr", "b"), ("splat", True, [("attr", "c")])]


def test_hexadecimal_numbers_are_refused_as_terraform_does() -> None:
    body, problems = parse_hcl(b"x = 0x1F\n")
    assert body.attributes["x"].expr[0] == "bad"
    assert [problem.message for problem in problems] == ['"0x1F" is not a number Terraform accepts']


def test_an_argument_set_twice_is_a_problem_and_the_last_one_counts() -> None:
    body, problems = parse_hcl(b'resource "a" "b" {\n  x = 1\n  x = 2\n}\n')
    assert shape(body.blocks[0].body.attributes["x"].expr) == "2"
    assert [(problem.start, "set twice" in problem.message) for problem in problems] == [(29, True)]


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf", b"\r\n"])
def test_byte_order_mark_and_windows_newlines_are_fine(prefix: bytes) -> None:
    data = prefix + b'locals {\r\n  a = "x"\r\n  b = <<EOT\r\n text\r\nEOT\r\n}\r\n'
    body, problems = parse_hcl(data)
    assert problems == []
    local = body.blocks[0]
    assert data[local.start : local.header_end] == b"locals"
    assert outline(body) == ["locals", "  a = 'x'", "  b = ' text\\r\\n'"]


def test_text_that_is_not_utf8_is_a_problem_at_its_place_and_the_rest_is_kept() -> None:
    body, problems = parse_hcl(b'a = "x"\nb = "caf\xe9"\nc = 1\n')
    assert outline(body) == ["a = 'x'", "b = 'caf?'", "c = 1"]
    assert [(problem.start, problem.message) for problem in problems] == [(16, "not UTF-8 text: byte 0xE9")]


@pytest.mark.parametrize("parse", [parse_hcl, parse_json])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\0GITCRYPT\0\x9f\x01", "not a text file in UTF-8"),
        ('a = "x"\n'.encode("utf-16"), "this file is in UTF-16; Terraform reads UTF-8 only"),
    ],
)
def test_binary_files_are_one_problem(parse: Callable[..., Any], data: bytes, message: str) -> None:
    body, problems = parse(data)
    assert (body.attributes, body.blocks) == ({}, [])
    assert [problem.message for problem in problems] == [message]


@pytest.mark.parametrize(
    ("text", "place"),
    [("${", 0), ("a ${b", 2), ("${a} %{ if b }", 5), ("${a} é ${", 8), ("%{ for x in }%{ endfor }", 13)],
)
def test_a_broken_template_is_told_where_it_is_broken(text: str, place: int) -> None:
    _, (problem,) = parse_template(text)
    assert (problem.start, problem.message[:28]) == (place, "this template cannot be read")


def test_a_broken_expression_is_told_without_what_was_put_around_it() -> None:
    _, (problem,) = parse_expression("[1, ")
    assert problem.message == "this is no expression Terraform can read"


def test_json_in_a_native_file_is_a_problem() -> None:
    body, problems = parse_hcl(b'{\n  "resource": {"aws_instance": {}}\n}\n')
    assert (body.attributes, body.blocks) == ({}, [])
    assert "JSON belongs into a file named .tf.json" in problems[0].message


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# only a comment", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_empty_body(data: bytes) -> None:
    body, problems = parse_hcl(data)
    assert (body.attributes, body.blocks, problems) == ({}, [], [])


@pytest.mark.parametrize("count", [MOST_NESTED + 1, 10_000])
@pytest.mark.parametrize(
    ("before", "after"), [("[", "]"), ("(", ")"), ("{a=", "}"), ("f(", ")"), ("-", ""), ("a ? b : ", ""), ("1 + ", "")]
)
def test_nesting_without_end_is_a_problem_not_a_crash(before: str, after: str, count: int) -> None:
    body, problems = parse_hcl(f"x = {before * count}1{after * count}\ny = 2\n".encode())
    assert shape(body.attributes["y"].expr) == "2"
    assert [problem.message for problem in problems] == [f"nested more than {MOST_NESTED} levels deep; not read"]


def test_blocks_nested_without_end_are_a_problem_not_a_crash() -> None:
    count = 3000
    body, problems = parse_hcl(b"a {\n" * count + b"}\n" * count + b"z = 1\n")
    assert "z" in body.attributes
    assert problems[0].message == f"blocks are nested more than {MOST_NESTED} levels deep"


def test_postfixes_without_end_are_a_problem() -> None:
    _, problems = parse_hcl(b"x = a" + b"[0]" * 1000 + b"\n")
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("text", "expected"), [('["a", 1]', "['a', 1]"), ("a.b", "a.b"), ("{ k = [1] }", "{'k': [1]}"), ("1e3", "1000")]
)
def test_a_single_expression_can_be_parsed(text: str, expected: str) -> None:
    expr, problems = parse_expression(text)
    assert problems == []
    assert shape(expr) == expected
    assert (expr[1], expr[2]) == (0, len(text))


@pytest.mark.parametrize("text", ["", "1 +", "a = 1", "x\ny = 2", "}", "[1", '"a'])
def test_what_is_no_expression_is_a_problem(text: str) -> None:
    expr, problems = parse_expression(text)
    assert expr[0] == "bad"
    assert problems


def test_large_files_are_read_in_sections_with_the_same_result() -> None:
    block = 'resource "aws_ebs_volume" "v" {\n  size = 1\n  note = <<EOT\nresource "x" "y" {\n}\nEOT\n}\n'
    copies = 2000
    body, problems = parse_hcl(block.encode() * copies)
    assert problems == []
    assert len(body.blocks) == copies
    assert {tuple(outline(type(body)({}, [b]))) for b in body.blocks} == {
        ("resource aws_ebs_volume v", "  size = 1", '  note = \'resource "x" "y" {\\n}\\n\'')
    }
    assert [b.start for b in body.blocks] == [i * len(block) for i in range(copies)]
