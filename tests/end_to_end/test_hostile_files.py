"""Files that are not what their names say: links, pipes, sizes, plans and variable files that are broken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_lines import Run
from sample_terraform import GP2_VOLUME

GOOD_FINDING = "STO001 infra/good.tf:8"


def test_links_are_read_inside_the_tree_only(here: Path, costlint_: Run) -> None:
    (here / "outside").mkdir()
    (here / "outside" / "secret.tf").write_text('resource "aws_ebs_volume" "secret" {\n  size = 1\n}\n')
    (here / "infra" / "shared").mkdir()
    (here / "infra" / "shared" / "inside.tf").write_text('variable "shared" {}\n')
    for name, target in {
        "inside.tf": "shared/inside.tf",
        "outside.tf": "../outside/secret.tf",
        "passwd.tf": "/etc/passwd",
        "gone.tf": "nowhere",
        "self.tf": "self.tf",
        "up": ".",
        "directory": "../outside",
    }.items():
        (here / "infra" / name).symlink_to(target)
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.code == 3
    assert [sentence for sentence in outcome.told if sentence.startswith("error")] == [
        "error infra/directory: it is a link that leads out of the scanned tree and is not read",
        "error infra/gone.tf: no such file or directory",
        "error infra/outside.tf: this file is a link that leads out of the scanned tree and is not read",
        "error infra/passwd.tf: this file is a link that leads out of the scanned tree and is not read",
        "error infra/self.tf: too many levels of symbolic links",
    ]
    assert outcome.found == [GOOD_FINDING]


def test_a_module_through_a_link_out_of_the_tree_is_not_read(here: Path, costlint_: Run) -> None:
    (here / "outside").mkdir()
    (here / "outside" / "main.tf").write_text('resource "aws_ebs_volume" "secret" {\n  type = "gp2"\n  size = 9\n}\n')
    (here / "infra" / "m").symlink_to("../outside")
    (here / "infra" / "call.tf").write_text('module "m" {\n  source = "./m"\n}\n')
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.code == 3
    assert outcome.told == [
        "error infra/m: it is a link that leads out of the scanned tree and is not read",
        'error infra/call.tf:2:12: there is no directory ./m for module "m"',
    ]
    assert outcome.found == [GOOD_FINDING]


def test_a_pipe_is_said_and_not_waited_for(here: Path, costlint_: Run) -> None:
    os.mkfifo(here / "infra" / "main.tf")
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.code == 3
    assert outcome.told == ["error infra/main.tf: this file is not a regular file and is not read"]
    assert outcome.found == [GOOD_FINDING]


def test_a_file_that_may_not_be_read_is_said(here: Path, costlint_: Run) -> None:
    secret = here / "infra" / "secret.tf"
    secret.write_text(GP2_VOLUME)
    secret.chmod(0)
    if os.access(secret, os.R_OK):
        pytest.skip("this user may read everything")
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.code == 3
    assert outcome.told == ["error infra/secret.tf: may not be read (permission denied)"]
    assert outcome.found == [GOOD_FINDING]


def test_a_huge_file_is_refused_by_its_size(here: Path, costlint_: Run) -> None:
    with (here / "infra" / "huge.tf").open("wb") as file:
        file.truncate(50_000_000)
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.code == 3
    assert outcome.told == ["error infra/huge.tf: this file is 50 MB; files over 32 MB are not read"]
    assert outcome.found == [GOOD_FINDING]


def test_thousands_of_empty_files_and_directories_are_no_trouble(here: Path, costlint_: Run) -> None:
    for number in range(2_000):
        (here / "infra" / f"f{number}.tf").touch()
    for number in range(200):
        (here / "infra" / f"d{number}").mkdir()
        (here / "infra" / f"d{number}" / "main.tf").touch()
    outcome = costlint_("scan", "infra", "--format", "json")
    assert (outcome.code, outcome.told, outcome.found) == (0, [], [GOOD_FINDING])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"resource": {"a_b": {"v": {"size": 10,, }}}}', '1:40: expected a property name or "}" in the object'),
        ('{"resource": {"a_b": {"v": {"size": 10', '1:39: expected "," or "}" in the object opened on line 1'),
        ("[1, 2]", "1:1: expected an object"),
        ("", "1:1: expected a value"),
        ('{"locals": {"a": ' + "[" * 100_000, "1:116: nested more than 100 levels deep; not read"),
        ('{"locals": {"a": "${"}}', '1:18: this template cannot be read: look at this "${"'),
        ('{"locals": {"a": ' + "9" * 10_000 + "}}", "1:18: a number of 10000 digits is not read"),
        ('{"locals": {"a": [' + "1," * 1_000_000 + "1]}}", "1:1: this file has more than 500,000 parts; not read"),
        ('{"resource": "foo"}', '1:14: expected an object for the block "resource"'),
    ],
)
def test_broken_terraform_in_json_is_one_error(here: Path, costlint_: Run, content: str, sentence: str) -> None:
    (here / "infra" / "bad.tf.json").write_text(content)
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.code == 3
    (told,) = outcome.told
    assert told.startswith(f"error infra/bad.tf.json:{sentence}")
    assert outcome.found == [GOOD_FINDING]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"format_version":"1.2","planned_values":{"root_module":', ":1:57: not JSON: Expecting value"),
        ('{"format_version":"1.2","planned_values":' + '{"a":' * 100_000, ": not JSON that can be read"),
        ('{"format_version":"9.0","planned_values":{}}', ': plan format version "9.0" is not known'),
        ('{"format_version":"1.2","planned_values":null}', ": not a plan in JSON"),
        ('{"format_version":"1.2","planned_values":{"root_module":[1]}}', ": not a plan as terraform show -json"),
        (
            '{"format_version":"1.2","planned_values":{"root_module":{"resources":[{"address":1,"type":2}]}}}',
            ": not a plan as terraform show -json",
        ),
    ],
)
def test_a_broken_plan_is_one_error(here: Path, costlint_: Run, content: str, sentence: str) -> None:
    (here / "plans").mkdir()
    (here / "plans" / "plan.json").write_text(content)
    outcome = costlint_("scan", "infra", "plans", "--format", "json")
    assert outcome.code == 3
    (told,) = outcome.told
    assert told.startswith(f"error plans/plan.json{sentence}")
    assert outcome.found == [GOOD_FINDING]


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        ("size = \n", 3, 'error infra/terraform.tfvars:1:6: expected a value for "size" after "="'),
        ("size = 1\nsize = 2\n", 3, 'error infra/terraform.tfvars:2:1: the argument "size" is set twice'),
        ("size {\n}\n", 3, 'error infra/terraform.tfvars:1:1: "size" is a block: a variable file holds name = value'),
        ("size = foo(1)\n", 0, 'warning infra/terraform.tfvars:1:8: there is no function named "foo"'),
        ('size = "many"\n', 0, 'warning infra/terraform.tfvars:1:8: this is no value for variable "size"'),
        ("\0\0", 3, "error infra/terraform.tfvars:1:1: not a text file in UTF-8"),
    ],
)
def test_broken_variable_files_are_one_sentence(
    here: Path, costlint_: Run, content: str, code: int, sentence: str
) -> None:
    (here / "infra" / "terraform.tfvars").write_text(content)
    (here / "infra" / "v.tf").write_text(
        'variable "size" {\n  type = number\n}\nresource "aws_ebs_volume" "v" {\n  type = "gp3"\n  size = var.size\n}\n'
    )
    outcome = costlint_("scan", "infra", "--format", "json")
    assert outcome.code == code
    (told,) = (each for each in outcome.told if not each.startswith("note"))
    assert told.startswith(sentence)
    assert outcome.found == [GOOD_FINDING]
