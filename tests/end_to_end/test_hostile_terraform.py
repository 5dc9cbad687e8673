"""Broken and hostile Terraform beside a good file: one sentence with its place, and the good file's finding stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_lines import Run

_SIZED = 'resource "aws_ebs_volume" "v" {\n  size = %s\n}\n'
_BAD = "infra/bad.tf"

_BROKEN = {
    "a block that is not closed": (
        'resource "aws_instance" "a" {\n  ami = "x"\n',
        "1:1: expected a closing brace for the block opened on line 1",
    ),
    "a value that is missing": (
        'resource "aws_instance" "a" {\n  ami = \n}\n',
        '2:7: expected a value for "ami" after "="',
    ),
    "a quote that is not closed": (
        'resource "aws_instance" "a" {\n  ami = "x\n}\n',
        "2:9: expected a closing quote before the end of the line",
    ),
    "an interpolation that is not closed": (
        'resource "aws_instance" "a" {\n  ami = "${foo"\n}\n',
        '2:10: expected "}" to end the interpolation opened here',
    ),
    "a heredoc that is not closed": (
        'resource "aws_instance" "a" {\n  user_data = <<EOT\n  hi\n}\n',
        "2:15: expected a line with EOT to end the heredoc opened here",
    ),
    "a comment that is not closed": ("/* hello\n", "1:1: expected */ to end the comment opened here"),
    "a stray brace": ("}\nlocals {\n  a = 1\n}\n", '1:1: unexpected "}": nothing is open here'),
    "single quotes": ("resource 'a' 'b' {}\n", "1:10: unexpected ': text is written in double quotes"),
    "another language": ("import os\nprint('hi')\n", '1:1: expected "{" to open the block "import"'),
    "prose": ("This is not Terraform at all.\n", '1:1: expected "=" after "This"'),
    "a web page": ("<!DOCTYPE html><html></html>\n", '1:28: expected a value after ">"'),
    "conflict markers": (
        "locals {\n<<<<<<< HEAD\n  a = 1\n=======\n  a = 2\n>>>>>>> branch\n}\n",
        "2:1: conflict markers: the merge conflict has to be resolved first",
    ),
    "a block without its names": ("resource {\n}\n", '1:1: expected resource "type" "name" {'),
    "a block declared twice": (
        'variable "a" {\n  default = 1\n}\nvariable "a" {}\n',
        '4:1: variable "a" is declared twice; the first one is in this file',
    ),
    "an argument set twice": (
        "locals {\n  a = 1\n  a = 2\n}\n",
        '3:3: the argument "a" is set twice in the same block',
    ),
    "a number of ten thousand digits": (
        _SIZED % ("9" * 10_000),
        f'2:10: "{"9" * 40}" is not a number Terraform accepts',
    ),
    "an absurd exponent": (_SIZED % "1e999999999", '2:10: "1e999999999" is not a number Terraform accepts'),
    "ten thousand brackets": (
        f"locals {{\n  a = {'[' * 10_000}{']' * 10_000}\n}}\n",
        "2:107: nested more than 100 levels deep; not read",
    ),
    "ten thousand brackets that are not closed": (
        f"locals {{\n  a = {'[' * 10_000}\n}}\n",
        '3:1: expected "]" for the "[" opened on line 2, found "}"',
    ),
    "ten thousand parentheses": (
        _SIZED % f"{'(' * 10_000}1{')' * 10_000}",
        "2:110: nested more than 100 levels deep; not read",
    ),
    "five thousand nested blocks": (
        'resource "aws_instance" "x" {\n' + "a {\n" * 5_000 + "}\n" * 5_001,
        "101:1: blocks are nested more than 100 levels deep",
    ),
    "twenty thousand additions": (
        _SIZED % ("1 + " * 20_000 + "1"),
        "2:10: nested more than 100 levels deep; not read",
    ),
    "a list of a million numbers": (
        f"locals {{\n  a = [{'1,' * 1_000_000}]\n}}\n",
        "1:1: what begins here has more than 500,000 parts; not read",
    ),
    "Latin-1": (b'locals {\n  a = "caf\xe9"\n}\n', "2:11: not UTF-8 text: byte 0xE9"),
    "null bytes": (b"locals {\n  a = \0\n}\n", "2:7: not a text file in UTF-8"),
    "UTF-16": ("locals {}\n".encode("utf-16"), "1:1: this file is in UTF-16; Terraform reads UTF-8 only"),
    "a missing module": (
        'module "m" {\n  source = "./nope"\n}\n',
        '2:12: there is no directory ./nope for module "m"',
    ),
    "a module outside the tree": (
        'module "m" {\n  source = "../../etc"\n}\n',
        '2:12: module "m" lies outside the scanned tree (../../etc) and is not read',
    ),
    "a module that calls itself": (
        'module "m" {\n  source = "./"\n}\n',
        '1:1: module "m" calls itself: infra → infra',
    ),
}

_UNSOUND = {
    "locals in a circle": (
        "locals {\n  a = local.b\n  b = local.a\n}\n" + _SIZED % "local.a",
        "3:7: local.a depends on itself: local.a → local.b → local.a",
    ),
    "a variable that is its own default": (
        'variable "a" {\n  default = var.a\n}\n' + _SIZED % "var.a",
        "2:13: var.a depends on itself: var.a → var.a",
    ),
    "resources in a circle": (
        _SIZED % "aws_ebs_volume.w.size" + (_SIZED % "aws_ebs_volume.v.size").replace('"v"', '"w"'),
        "2:10: aws_ebs_volume.w.size depends on itself: "
        "aws_ebs_volume.w.size → aws_ebs_volume.v.size → aws_ebs_volume.w.size",
    ),
    "a billion instances": (
        _SIZED % "1\n  count = 1e9",
        "3:11: count asks for 1,000,000,000 instances; costlint expands at most 10,000 of one block",
    ),
    "a negative count": (_SIZED % "1\n  count = -1", "3:11: count must be a whole number, 0 or more, not -1"),
    "a million keys": (
        'locals {\n  n = [for i in range(1000) : "${i}"]\n}\n'
        + _SIZED % '1\n  for_each = toset([for p in setproduct(local.n, local.n) : join("-", p)])',
        "6:30: setproduct makes a value that is too large to be evaluated",
    ),
    "an unknown function": (_SIZED % "foo(1)", '2:10: there is no function named "foo"; did you mean "floor"?'),
    "a name nobody declares": (_SIZED % "var.nope", '2:10: there is no variable "nope" in this module'),
    "an attribute of null": (
        "locals {\n  a = null\n}\n" + _SIZED % "local.a.b",
        '5:10: null has no attribute "b"',
    ),
    "a value of the wrong type": (
        'variable "s" {\n  type    = number\n  default = "many"\n}\n' + _SIZED % "var.s",
        '3:13: this is no value for variable "s": a number is required',
    ),
    "a file of the system": (
        _SIZED % 'file("/etc/passwd")',
        "2:10: /etc/passwd lies outside the scanned tree and is not read",
    ),
    "a file above the tree": (
        _SIZED % 'file("../../outside")',
        "2:10: ../../outside lies outside the scanned tree and is not read",
    ),
    "a string that doubles": (
        "locals {\n  a0 = 1\n"
        + "".join(f'  a{i} = "${{local.a{i - 1}}}${{local.a{i - 1}}}"\n' for i in range(1, 64))
        + "}\n"
        + _SIZED % "local.a63",
        "24:9: the string is longer than 4000000 characters",
    ),
    "padding without end": (
        _SIZED % 'format("%999999999999s", "a")',
        """2:10: call to function "format" failed: a number in '%999999999999s' at offset 0 is too large""",
    ),
    "a chain of twenty thousand attributes": (
        _SIZED % ("local.b" + ".x" * 20_000) + "locals {\n  b = {}\n}\n",
        "2:10: this expression is nested too deeply to be evaluated",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), _BROKEN.values(), ids=_BROKEN)
def test_what_cannot_be_read_is_one_error(here: Path, costlint_: Run, content: str | bytes, sentence: str) -> None:
    (here / _BAD).write_bytes(content if isinstance(content, bytes) else content.encode())
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.told == [f"error {_BAD}:{sentence}"]
    assert (outcome.code, outcome.err) == (3, "")
    assert "STO001 infra/good.tf:8" in outcome.found


@pytest.mark.parametrize(("content", "sentence"), _UNSOUND.values(), ids=_UNSOUND)
def test_what_cannot_be_evaluated_is_one_warning(here: Path, costlint_: Run, content: str, sentence: str) -> None:
    (here / _BAD).write_text(content)
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.told == [f"warning {_BAD}:{sentence}"]
    assert (outcome.code, outcome.err) == (0, "")
    assert "STO001 infra/good.tf:8" in outcome.found


@pytest.mark.parametrize(
    "content",
    ["", "# nothing\n// at\n/* all */\n", "\ufeff", "locals {}\r\n", f'locals {{\n  a = "{"x" * 5_000_000}"\n}}\n'],
    ids=["empty", "comments", "a byte order mark", "Windows line ends", "a line of 5 MB"],
)
def test_what_is_only_odd_is_read_without_a_word(here: Path, costlint_: Run, content: str) -> None:
    (here / _BAD).write_bytes(content.encode())
    outcome = costlint_("scan", "infra", "--format", "json")
    assert (outcome.code, outcome.told, outcome.found) == (0, [], ["STO001 infra/good.tf:8"])


@pytest.mark.parametrize(
    "regex", ['regexall("(a+)+$", local.text)', 'regexall("(a|aa)+$", local.text)', 'split("", local.text)']
)
def test_a_hostile_expression_is_unknown_at_worst(here: Path, costlint_: Run, regex: str) -> None:
    text = f'locals {{\n  text = "{"a" * 5_000}b"\n}}\n'
    (here / _BAD).write_text(text + _SIZED % f"length({regex})")
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.code == 0
    assert "STO001 infra/good.tf:8" in outcome.found


def test_a_template_that_loops_is_stopped(here: Path, costlint_: Run) -> None:
    (here / "infra" / "loop.tftpl").write_text(
        "%{ for a in n }%{ for b in n }%{ for c in n }xxxxxxxxxx%{ endfor }%{ endfor }%{ endfor }"
    )
    (here / _BAD).write_text(
        'resource "aws_instance" "v" {\n  ami           = "ami-1"\n  instance_type = "m7i.large"\n'
        '  user_data     = templatefile("loop.tftpl", { n = range(1000) })\n}\n'
    )
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.code == 0
    (sentence,) = outcome.told
    assert sentence.startswith(f"warning {_BAD}:4:19: ")
    assert "STO001 infra/good.tf:8" in outcome.found


def test_modules_that_call_each_other_in_a_circle_are_read_once_round(here: Path, costlint_: Run) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (here / "infra" / name).mkdir()
        (here / "infra" / name / "main.tf").write_text(f'module "{other}" {{\n  source = "../{other}"\n}}\n')
    (here / _BAD).write_text('module "a" {\n  source = "./a"\n}\n')
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.code == 3
    assert outcome.told == ['error infra/b/main.tf:1:1: module "a" calls itself: infra/a → infra/b → infra/a']
    assert outcome.found == ["STO001 infra/good.tf:8"]


def test_an_empty_module_is_a_module_without_resources(here: Path, costlint_: Run) -> None:
    (here / "infra" / "m").mkdir()
    (here / _BAD).write_text('module "m" {\n  source = "./m"\n}\n')
    outcome = costlint_("scan", "infra", "--format", "json")
    assert (outcome.code, outcome.found) == (0, ["STO001 infra/good.tf:8"])


def test_a_finding_at_the_threshold_wins_over_a_broken_file(here: Path, costlint_: Run) -> None:
    (here / _BAD).write_text("}\n")
    assert costlint_("scan", "infra", "--fail-on", "$20").code == 1
    assert costlint_("scan", "infra", "--fail-on", "$21").code == 3
