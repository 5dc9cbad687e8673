"""What is read without tree-sitter is read as tree-sitter and the converter read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costlint.readers.terraform.syntax.ast import Body, Problem
from costlint.readers.terraform.syntax.expressions import Converter
from costlint.readers.terraform.syntax.native import read_by_tree, read_plainly
from costlint.readers.terraform.syntax.plain import NotPlain, PlainReader

PLATFORM = sorted(Path(__file__).parents[3].joinpath("fixtures").rglob("*.tf"))

SAMPLE = b"""
# a comment
variable "sizes" {
  type    = map(object({ size = number, kind = optional(string, "gp2") }))
  default = { a = { size = 10 }, "b-${var.x}" : { size = -1.5 } }
}
locals { one = 1 } // after
resource "aws_instance" "node" {
  count         = var.env == "prod" && !var.small ? 2 * var.n + 1 : var.env == "dev" ? 0 : 1
  ami           = data.aws_ami.this[0].id
  subnet_id     = aws_subnet.private[count.index % length(local.zones)].id
  tags          = merge(local.tags, { Name = "${var.name}-${count.index}", Cost = "100%", Price = "$5" },
    { (var.key) = "x" })
  ids           = [aws_eip.a[*].id, (aws_eip.b)[0].id, f(a, b...), -(1 - 2)]
  user_data     = "say \\"hi\\"\\n"
  only          = "${var.only}"

  root_block_device {
    volume_type = "gp2"
    volume_size = 100 # GiB
  }
  dynamic "ebs" {
    for_each = var.disks
    content { size = ebs.value }
  }
}
output "names" { value = [for k, v in var.sizes : k if v.size > 1] }
resource "a" "b" {
  policy = <<-EOT
    resource "c" "d" { }
  EOT
}
"""
PIECES = [
    '"', "${", "}", "{", "[", "]", "(", ")", ",", "\n", " ", "=", "==", "!", "-", "+", "/", "*", "%", "?", ":", ".",
    "...", "[*]", ".*", "for ", "#", "//", "/*", "*/", "<<EOT\n", "\\", '\\"', "$${", "%{", "~", "a", "true", "null",
    "1", "1e3", "0x1F", "1.5", "&&", "||", "=>", "a.b", "f(", "\t", "é", "x = ", "b {\n", '"k" = 1\n', "a-b", ".0", ";",
]  # fmt: skip


def shown(body: Body | None) -> object:
    """Everything a body holds, types and offsets included."""
    if body is None:
        return None
    attributes = [(name, repr(a.expr), a.name, a.start, a.end) for name, a in body.attributes.items()]
    blocks = [(b.type, b.labels, b.start, b.header_end, b.end, shown(b.body)) for b in body.blocks]
    return attributes, blocks


def assert_alike(data: bytes) -> bool:
    """Whether the file could be read plainly; if so, as the tree is read."""
    found: list[Problem] = []
    plain = read_plainly(data, found)
    if plain is None:
        return False
    problems: list[Problem] = []
    assert shown(plain) == shown(read_by_tree(data, problems))
    assert sorted((p.start, p.message) for p in found) == sorted((p.start, p.message) for p in problems)
    return True


@pytest.mark.parametrize("path", PLATFORM, ids=lambda path: path.name)
def test_real_files_are_read_alike(path: Path) -> None:
    assert assert_alike(path.read_bytes())


def test_every_construct_is_read_alike() -> None:
    assert assert_alike(SAMPLE)


changes = st.lists(st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 12), st.sampled_from(PIECES)), max_size=4)


@given(changes, st.integers(0, len(SAMPLE)), st.integers(0, len(SAMPLE)))
@settings(max_examples=400)
def test_files_with_mistakes_are_read_alike_or_not_at_all(
    made: list[tuple[int, int, str]], start: int, end: int
) -> None:
    data = SAMPLE[min(start, end) :] if start % 3 else SAMPLE
    for at, length, piece in made:
        data = data[:at] + piece.encode() + data[at + length :]
    assert_alike(data)


@given(st.lists(st.sampled_from([*PIECES, "\n", "\n", " ", "a", "x = ", '"']), max_size=25).map("".join))
@settings(max_examples=400)
def test_any_text_is_read_alike_or_not_at_all(text: str) -> None:
    assert_alike(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "a = 1", 'a = "b${c.d}"', "a = b[0].c", "a = f(1, [2], { c = 3 })", "a = b ? c : d + 1", 'a "b" "c" { d = 1 }',
        "a = [\n  1, # one\n  2,\n]\n", "a = x.y[*].z",
    ],
)  # fmt: skip
def test_what_people_write_needs_no_tree(text: str) -> None:
    data = text.encode()
    item, end = PlainReader(Converter(data, [])).definition(0)
    assert item is not None
    assert data[end:].strip() == b""


@pytest.mark.parametrize(
    "text",
    [
        "a = <<EOT\nb\nEOT\n", "a = [for b in c : b]", "a = 1e3", 'a = "%{ if b }c%{ endif }"', "a = b.0.c", "a = b c",
        "a = /* b */ 1", "a = 1 b = 2", 'a = "\\u00e9"', "a {", "a = {b = 1 c = 2}", "a = " + "(" * 40 + "1" + ")" * 40,
        "a = " + " + ".join("1" * 40),
    ],
)  # fmt: skip
def test_what_is_rare_or_wrong_is_left_to_the_tree(text: str) -> None:
    with pytest.raises(NotPlain):
        PlainReader(Converter(text.encode(), [])).definition(0)
