"""Directories of Terraform: order, overrides, suppressions, positions, unreadable files."""

import pytest
from tree_shapes import outline

from costlint.model import Suppression
from costlint.readers.terraform.files import ParsedDirectory, TerraformFiles
from costlint.sources import MemorySource, SourceError
from costlint.sources.limits import LARGEST_FILE


def directory(files: dict[str, str | bytes]) -> ParsedDirectory:
    return TerraformFiles(MemorySource(files)).directory("")


def shapes(parsed: ParsedDirectory) -> list[str]:
    return [line for _, block in parsed.blocks for line in outline(type(block.body)({}, [block]))]


def test_files_are_read_in_terraforms_order_overrides_last() -> None:
    names = ["b.tf", "a.tf", "override.tf", "a_override.tf", "c.tf.json", "d.tofu", "z.tf"]
    ignored = ["readme.md", ".hidden.tf", "a.tf~", "#a.tf#", "a.tfvars", "sub/x.tf"]
    files: dict[str, str | bytes] = dict.fromkeys(names + ignored, "")
    files["c.tf.json"] = "{}"
    assert [file.path for file in directory(files).files] == [
        "a.tf", "b.tf", "c.tf.json", "d.tofu", "z.tf", "a_override.tf", "override.tf",
    ]  # fmt: skip


def test_a_tofu_file_takes_the_place_of_the_tf_file() -> None:
    parsed = directory({"main.tf": "locals {\n a = 1\n}", "main.tofu": "locals {\n a = 2\n}", "x.tf": ""})
    assert [file.path for file in parsed.files] == ["main.tofu", "x.tf"]


@pytest.mark.parametrize(
    ("block", "wanted"),
    [
        ('resource "aws_eip" {}', 'expected resource "type" "name" {'),
        ("resource {}", 'expected resource "type" "name" {'),
        ('data "a" "b" "c" {}', 'expected data "type" "name" {'),
        ("module {}", 'expected module "name" {'),
        ("variable {}", 'expected variable "name" {'),
        ('output "a" "b" {}', 'expected output "name" {'),
    ],
)
def test_a_block_without_its_labels_is_a_problem(block: str, wanted: str) -> None:
    (file,) = directory({"main.tf": f"\n  {block}\n"}).files
    assert [(file.position(problem.start), problem.message) for problem in file.problems] == [((2, 3), wanted)]


def test_a_directory_without_terraform_is_empty() -> None:
    parsed = TerraformFiles(MemorySource({"a/readme.md": ""})).directory("a")
    assert (parsed.files, parsed.blocks) == ([], [])


def test_files_and_directories_are_parsed_once() -> None:
    files = TerraformFiles(MemorySource({"m/main.tf": "", "m/x.tfvars": "a = 1"}))
    assert files.directory("m") is files.directory("m")
    assert files.file("m/x.tfvars") is files.file("m/x.tfvars")


BASE = """\
resource "aws_instance" "a" {
  ami  = "one"
  type = "m5.large"
  disk {
    size = 1
  }
  disk {
    size = 2
  }
  net {
    id = 1
  }
  lifecycle {
    prevent_destroy = true
  }
}
"""


def test_arguments_replace_and_nested_blocks_replace_all_of_their_type() -> None:
    override = 'resource "aws_instance" "a" {\n  type = "m6i.large"\n  disk {\n    size = 9\n  }\n  new {}\n}\n'
    assert shapes(directory({"main.tf": BASE, "override.tf": override})) == [
        "resource aws_instance a",
        "  ami = 'one'",
        "  type = 'm6i.large'",
        "  net",
        "    id = 1",
        "  lifecycle",
        "    prevent_destroy = True",
        "  disk",
        "    size = 9",
        "  new",
    ]


def test_lifecycle_is_merged_argument_by_argument() -> None:
    override = 'resource "aws_instance" "a" {\n  lifecycle {\n    ignore_changes = [ami]\n  }\n}\n'
    found = shapes(directory({"main.tf": BASE, "x_override.tf": override}))
    assert found[-3:] == ["  lifecycle", "    prevent_destroy = True", "    ignore_changes = [ami]"]


def test_a_dynamic_block_is_replaced_as_its_type_is() -> None:
    base = 'resource "a" "b" {\n  dynamic "disk" {\n    for_each = []\n  }\n}\n'
    found = shapes(directory({"m.tf": base, "override.tf": 'resource "a" "b" {\n  disk {\n    n = 1\n  }\n}\n'}))
    assert found == ["resource a b", "  disk", "    n = 1"]


def test_json_overrides_replace_blocks_too() -> None:
    parsed = directory(
        {"main.tf": BASE, "override.tf.json": '{"resource": {"aws_instance": {"a": {"disk": {"size": 7}}}}}'}
    )
    found = shapes(parsed)
    assert "  disk = {'size': 7}" in found
    assert "    size = 1" not in found


def test_an_overridden_argument_knows_its_file() -> None:
    override = 'resource "aws_instance" "a" {\n  type = "x"\n  disk {\n    size = 9\n  }\n}\n'
    parsed = directory({"main.tf": BASE, "override.tf": override})
    file, block = parsed.blocks[0]
    assert file.path == "main.tf"
    written = parsed.file_of(block.body.attributes["type"])
    assert written is not None
    assert written.path == "override.tf"
    expr = block.body.attributes["type"].expr
    assert written.text(expr[1], expr[2]) == '"x"'
    disk = next(inner for inner in block.body.blocks if inner.type == "disk")
    assert parsed.file_of(disk) is parsed.file_of(disk.body.attributes["size"]) is written
    assert parsed.file_of(block.body.attributes["ami"]) is None


def test_locals_are_overridden_one_by_one() -> None:
    parsed = directory(
        {
            "a.tf": "locals {\n a = 1\n b = 1\n}\n",
            "b.tf": "locals {\n c = 1\n}\n",
            "override.tf": "locals {\n c = 2\n a = 2\n}\n",
        }
    )
    assert shapes(parsed) == ["locals", "  a = 2", "  b = 1", "locals", "  c = 2"]


def test_required_providers_are_merged_and_the_backend_replaced() -> None:
    base = (
        'terraform {\n  required_version = "1"\n  backend "s3" {}\n'
        "  required_providers {\n    a = 1\n    b = 1\n  }\n}\n"
    )
    override = 'terraform {\n  required_providers {\n    b = 2\n  }\n  cloud {\n    organization = "x"\n  }\n}\n'
    assert shapes(directory({"m.tf": base, "override.tf": override})) == [
        "terraform",
        "  required_version = '1'",
        "  required_providers",
        "    a = 1",
        "    b = 2",
        "  cloud",
        "    organization = 'x'",
    ]


def test_providers_are_matched_by_their_alias() -> None:
    base = 'provider "aws" {\n region = "a"\n}\nprovider "aws" {\n alias = "eu"\n region = "b"\n}\n'
    override = 'provider "aws" {\n alias = "eu"\n region = "c"\n}\n'
    assert [line for line in shapes(directory({"m.tf": base, "override.tf": override})) if "region" in line] == [
        "  region = 'a'",
        "  region = 'c'",
    ]


def test_an_override_of_nothing_is_a_problem() -> None:
    parsed = directory({"m.tf": "", "override.tf": 'resource "a" "b" {}\nlocals {\n x = 1\n}\n'})
    assert parsed.blocks == []
    assert [problem.message for problem in parsed.files[1].problems] == [
        'there is no resource "a" "b" to override in this directory',
        'there is no local value "x" to override',
    ]


def test_a_block_declared_twice_is_a_problem() -> None:
    text = 'variable "a" {}\nvariable "a" {}\nprovider "aws" {}\nprovider "aws" {\n  alias = "x"\n}\n'
    parsed = directory({"a.tf": text, "b.tf": 'variable "a" {}\n'})
    assert [problem.message for problem in parsed.files[0].problems] == [
        'variable "a" is declared twice; the first one is in this file'
    ]
    assert [problem.message for problem in parsed.files[1].problems] == [
        'variable "a" is declared twice; the first one is in a.tf'
    ]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [(0, (1, 1)), (2, (1, 3)), (4, (1, 4)), (5, (1, 5)), (8, (1, 6)), (9, (2, 1)), (13, (2, 5)), (-1, (0, 0))],
)
def test_columns_count_characters(offset: int, expected: tuple[int, int]) -> None:
    file = TerraformFiles(MemorySource({"a.tf": '# é"€\nb = 1\n'})).file("a.tf")
    assert file.position(offset) == expected


@pytest.mark.parametrize("filling", ["x", "é", "€", "😀"])
def test_columns_of_long_lines_are_exact(filling: str) -> None:
    text = f'a = 1\nb = "{filling * 9000}" # end\nc = 1\n'
    file = TerraformFiles(MemorySource({"a.tf": text})).file("a.tf")
    end = text.encode().index(b"# end")
    assert file.position(end) == (2, text.splitlines()[1].index("#") + 1)
    assert file.position(len(text.encode())) == (4, 1)


def test_columns_do_not_count_a_byte_order_mark() -> None:
    file = TerraformFiles(MemorySource({"a.tf": b"\xef\xbb\xbfa = 1\r\nb = 2\r\n"})).file("a.tf")
    assert file.position(file.body.attributes["a"].start) == (1, 1)
    assert file.position(file.body.attributes["b"].expr[1]) == (2, 5)


def test_unreadable_files_become_problems_and_the_others_are_read() -> None:
    parsed = directory(
        {"big.tf": b" " * (LARGEST_FILE + 5_000_000), "main.tf": 'resource "a" "b" {}\n', "x.tf": b"\xff"}
    )
    assert len(parsed.blocks) == 1
    problem = parsed.files[0].problems[0]
    assert problem.message == "this file is 39 MB; files over 32 MB are not read"
    assert parsed.files[0].position(problem.start) == (0, 0)
    assert parsed.files[2].problems


def test_a_single_file_that_is_missing_is_an_error() -> None:
    with pytest.raises(SourceError, match="no such file"):
        TerraformFiles(MemorySource({})).file("prod.tfvars")


SUPPRESSED = """\
resource "a" "b" {
  x = 1 # costlint:ignore=STO001,gp2-volume kept for the migration until=2027-03-31
  y = 2
}

# costlint:ignore=CMP002 -- bursts every night

// a comment between
resource "a" "c" { // costlint:ignore
  # costlint:ignore= STO001 , STO002: two
  # costlint:ignore=STO003
  z = "# costlint:ignored"
}
/* costlint:ignore=NET001 one line */
module "m" {}
# costlint:ignore=!
# costlint:ignore=LAST
"""


def test_suppressions_take_effect_on_their_line_or_the_next_line_of_code() -> None:
    found = TerraformFiles(MemorySource({"main.tf": SUPPRESSED})).file("main.tf").suppressions
    assert found == [
        Suppression("main.tf", 2, 2, ("STO001", "gp2-volume"), "kept for the migration", "2027-03-31", 2),
        Suppression("main.tf", 9, 6, ("CMP002",), "bursts every night", "", 13),
        Suppression("main.tf", 9, 9, (), "", "", 13),
        Suppression("main.tf", 12, 10, ("STO001", "STO002"), "two", "", 12),
        Suppression("main.tf", 12, 11, ("STO003",), "", "", 12),
        Suppression("main.tf", 15, 14, ("NET001",), "one line", "", 15),
        Suppression("main.tf", 17, 17, ("LAST",), "", ""),
    ]


def test_json_has_no_suppressions() -> None:
    parsed = directory({"a.tf.json": '{"//": "# costlint:ignore=STO001"}'})
    assert parsed.files[0].suppressions == []


def test_suppressions_survive_windows_newlines() -> None:
    text = SUPPRESSED.replace("\n", "\r\n")
    found = TerraformFiles(MemorySource({"main.tf": text})).file("main.tf").suppressions
    assert [(s.line, s.rules, s.reason) for s in found][:2] == [
        (2, ("STO001", "gp2-volume"), "kept for the migration"),
        (9, ("CMP002",), "bursts every night"),
    ]
