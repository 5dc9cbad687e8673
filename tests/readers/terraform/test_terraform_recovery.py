"""Broken files: the mistake is named at its place, and everything else is kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_shapes import outline

from costlint.readers.terraform.syntax.native import parse_hcl

FIRST = 'resource "aws_x" "first" {\n  a = 1\n}\n'
LAST = 'resource "aws_x" "last" {\n  a = [1]\n}\n'
BEGIN = FIRST.count("\n") + 1

MISTAKES = {
    "missing brace": ('resource "a" "b" {\n  x = 1\n', 0, 1, "expected a closing brace for the block opened on line 4"),
    "missing inner brace": (
        'resource "a" "b" {\n  disk {\n    y = 1\n}\n', 1, 3, "expected a closing brace for the block opened on line 5",
    ),
    "missing object brace": (
        'locals {\n  tags = {\n    y = 1\n}\n', 1, 10, 'expected a closing brace for the "{" opened on line 5',
    ),
    "missing quote": (
        'resource "a" "b" {\n  x = "abc\n}\n', 1, 7, "expected a closing quote before the end of the line",
    ),
    "missing label quote": (
        'resource "a" "b {\n  x = 1\n}\n', 0, 14, "expected a closing quote before the end of the line",
    ),
    "missing bracket": (
        'resource "a" "b" {\n  x = [1, 2\n  y = 2\n}\n', 3, 1, 'expected "]" for the "[" opened on line 5, found "}"',
    ),
    "missing parenthesis": (
        'resource "a" "b" {\n  x = foo(1\n}\n', 2, 1, 'expected ")" for the "(" opened on line 5, found "}"',
    ),
    "open interpolation": (
        'resource "a" "b" {\n  x = "${var.y"\n}\n', 1, 8, 'expected "}" to end the interpolation opened here',
    ),
    "open heredoc": (
        'resource "a" "b" {\n  x = <<EOT\ntext\n}\n', 1, 7, "expected a line with EOT to end the heredoc opened here",
    ),
    "no value": ('resource "a" "b" {\n  x =\n  y = 1\n}\n', 1, 5, 'expected a value for "x" after "="'),
    "no equals sign": ('resource "a" "b" {\n  y = 1\n  x 1\n}\n', 2, 3, 'expected "=" after "x"'),
    "no name": ('resource "a" "b" {\n  = 1\n}\n', 1, 3, 'expected a name before "="'),
    "no operand": ('resource "a" "b" {\n  x = 1 +\n}\n', 1, 9, 'expected a value after "+"'),
    "a lone word": (
        'resource "a" "b" {\n  y = 1\n  enabled\n}\n', 2, 3, 'expected "=" and a value, or a block, after "enabled"',
    ),
    "no opening brace": ('resource "a" "b"\n  x = 1\n}\n', 0, 1, 'expected "{" to open the block "resource"'),
    "one brace too many": ('resource "a" "b" {\n  x = 1\n}\n}\n', 3, 1, 'unexpected "}": nothing is open here'),
    "single quotes": ("resource \"a\" \"b\" {\n  x = 'c'\n}\n", 1, 7, "unexpected ': text is written in double quotes"),
    "dots": ('resource "a" "b" {\n  x = 1\n  ...\n}\n', 2, 3, 'unexpected "..."'),
    "yaml": ("resource:\n  a: b\n", 0, 1, 'unexpected "resource:"'),
    "conflict": (
        'resource "a" "b" {\n<<<<<<< HEAD\n  x = 1\n=======\n  x = 2\n>>>>>>> other\n}\n',
        1, 1, "conflict markers: the merge conflict has to be resolved first",
    ),
}  # fmt: skip


def place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_at_its_place_and_the_other_blocks_are_kept(name: str) -> None:
    broken, lines, column, message = MISTAKES[name]
    text = FIRST + broken + LAST
    body, problems = parse_hcl(text.encode())
    kept = [block.labels[-1] for block in body.blocks if block.type == "resource"]
    assert kept[0] == "first"
    assert kept[-1] == "last"
    assert [(*place(text, p.start), p.message) for p in problems] == [(BEGIN + lines, column, message)]


@pytest.mark.parametrize("name", [n for n in MISTAKES if n not in ("one brace too many", "a lone word")])
def test_a_broken_block_is_not_half_read(name: str) -> None:
    body, _ = parse_hcl((FIRST + MISTAKES[name][0] + LAST).encode())
    assert not [block for block in body.blocks if block.labels == ("a", "b")]


@pytest.mark.parametrize("name", [n for n in MISTAKES if n != "open heredoc"])
def test_the_order_does_not_matter(name: str) -> None:
    broken = MISTAKES[name][0]
    for text in (broken + FIRST + LAST, FIRST + LAST + broken):
        body, problems = parse_hcl(text.encode())
        assert {"first", "last"} <= {block.labels[-1] for block in body.blocks if block.labels}
        assert len(problems) == 1


def test_a_conflict_between_blocks_loses_only_its_two_sides() -> None:
    conflict = f"<<<<<<< HEAD\n{FIRST.replace('first', 'ours')}=======\n{FIRST.replace('first', 'theirs')}>>>>>>> x\n"
    body, problems = parse_hcl((FIRST + conflict + LAST).encode())
    assert [block.labels[-1] for block in body.blocks] == ["first", "last"]
    assert len(problems) == 1


def test_stray_text_behind_a_block_leaves_the_block() -> None:
    body, problems = parse_hcl((FIRST + "and so on\n" + LAST).encode())
    assert [block.labels[-1] for block in body.blocks] == ["first", "last"]
    assert len(problems) == 1


def test_a_block_closed_too_early_is_not_taken_for_whole() -> None:
    body, problems = parse_hcl((FIRST + 'resource "a" "b" {\n  d {\n  } }\n  x = 1\n}\n' + LAST).encode())
    assert [block.labels[-1] for block in body.blocks] == ["first", "last"]
    assert len(problems) == 1


def test_half_a_file_keeps_what_is_complete() -> None:
    text = FIRST + LAST + 'resource "a" "b" {\n  tags = {\n    Na'
    body, problems = parse_hcl(text.encode())
    assert [block.labels[-1] for block in body.blocks] == ["first", "last"]
    assert len(problems) == 1


def test_values_beside_a_broken_one_are_kept() -> None:
    text = 'a = 1\nlist = [\n"x",\n]\nb = "open\nc = {\n  x = 1e3\n}\nd = true\n'
    body, problems = parse_hcl(text.encode())
    assert outline(body) == ["a = 1", "list = ['x']", "c = {'x': 1000}", "d = True"]
    assert [place(text, p.start) for p in problems] == [(5, 5)]


def test_every_broken_block_is_named() -> None:
    text = FIRST + 'resource "a" "b" {\n  x =\n}\n' + LAST + 'resource "a" "c" {\n  y 1\n}\n'
    body, problems = parse_hcl(text.encode())
    assert [block.labels[-1] for block in body.blocks] == ["first", "last"]
    assert [place(text, p.start)[0] for p in problems] == [5, 11]


def test_a_mistake_in_a_large_file_costs_one_block() -> None:
    blocks = [FIRST.replace("first", f"r{i}") for i in range(5000)]
    blocks[2500] = 'resource "aws_x" "broken" {\n  x = [1\n}\n'
    body, problems = parse_hcl("".join(blocks).encode())
    assert len(body.blocks) == 4999
    assert len(problems) == 1


HOSTILE = {
    "open heredocs": "<<A\n" * 20_000,
    "heredocs of many names": "".join(f"x = <<A{i}\n" for i in range(3_000)),
    "conflict markers": "<<<<<<< x\n" * 20_000,
    "open comments": "/*\n" * 20_000,
    "braces": "{" * 50_000,
    "closing braces": "}\n" * 20_000,
    "quotes": '"' * 20_001,
    "interpolations": 'x = "' + "${" * 8_000,
    "blocks without end": 'resource "a" "b" {\n' * 2_000,
    "control characters": "\1" * 50_000,
    "strings": '"a" ' * 3_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_as_problems(name: str) -> None:
    body, problems = parse_hcl(HOSTILE[name].encode())
    assert problems
    assert body.blocks == []


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='ab{}[]()"$%=:,.?!<-~\n\\ \t#/*0', max_size=60))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    data = text.encode()
    body, problems = parse_hcl(data)
    for problem in problems:
        assert 0 <= problem.start <= len(data)
        assert problem.message
    for attribute in body.attributes.values():
        assert 0 <= attribute.start <= attribute.expr[1] <= attribute.expr[2] <= attribute.end <= len(data)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 400), st.sampled_from(["", "}", "{", '"', "]", "x", "\n<<EOT\n", "${"]))
def test_a_damaged_file_keeps_the_blocks_before_and_after(position: int, damage: str) -> None:
    middle = (
        'resource "a" "b" {\n  tags = { Name = "x-${var.a}" }\n  list = [1, foo(2)]\n  disk {\n    size = 1\n  }\n}\n'
    )
    at = position % len(middle)
    broken = middle[:at] + damage + middle[at + 1 :]
    body, problems = parse_hcl((FIRST + broken + LAST).encode())
    labels = [block.labels[-1:] for block in body.blocks]
    assert labels[0] == ("first",)
    if problems and not broken.endswith("<<EOT\n"):
        assert ("last",) in labels or at > len(middle) - 4
