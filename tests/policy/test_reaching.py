"""An edit of a text that decides other resources, too, is no edit for one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from costlint import pipeline
from costlint.config import Config
from costlint.model import Report

Scan = Callable[..., Report]
DEFAULT = 'optional(string, "gp2")'
PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'
VOLUMES = """
resource "aws_ebs_volume" "v" {
  for_each          = var.volumes
  availability_zone = "us-east-1a"
  size              = each.value.size
  type              = each.value.type
}
output "ids" { value = aws_ebs_volume.v }
"""


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    def run(text: str, profile: str = "default", **files: str) -> Report:
        for name, content in {"main.tf": PROVIDER + text, **files}.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        config = Config().override(select=("ebs",), profile=profile, min_saving=0.0)
        return pipeline.scan([str(tmp_path)], config.override(select=("STO001",), profile=profile))

    return run


def given(values: str) -> dict[str, str]:
    """A variable file; what it leaves out is the text of the variable's type."""
    return {"terraform.tfvars": f"volumes = {{ {values} }}\n"}


def declared(default: str, values: str = "") -> str:
    kind = f"map(object({{ size = number, type = {default} }}))"
    return f'variable "volumes" {{\n  type = {kind}\n  default = {{ {values} }}\n}}\n{VOLUMES}'


def test_a_default_of_several_instances_is_not_edited_for_one(scan: Scan) -> None:
    report = scan(declared(DEFAULT), "audit", **given("a = { size = 4000 }, b = { size = 5 }"))
    reached = {one.addresses: one.reaches for one in report.findings}
    a, b = 'aws_ebs_volume.v["a"]', 'aws_ebs_volume.v["b"]'
    assert reached == {(a,): (b,), (b,): (a,)}


def test_it_is_left_to_the_audit_profile_and_counted(scan: Scan) -> None:
    config = Config().override(min_saving=0.0)
    report = scan(declared(DEFAULT), "audit", **given("a = { size = 4000 }, b = { size = 5 }"))
    folder = Path(report.stacks[0].stack.files[0]).parent
    told = pipeline.scan([str(folder)], config)
    assert [one.rule.id for one in told.findings if one.rule.id == "STO001"] == []
    assert told.left_out.shared == 2


def test_a_literal_of_each_instance_is_edited_alone(scan: Scan) -> None:
    text = declared("string", 'a = { size = 500, type = "gp2" }, b = { size = 600, type = "gp3" }')
    (found,) = scan(text).findings
    assert (found.addresses, found.reaches) == (('aws_ebs_volume.v["a"]',), ())


def test_what_is_added_to_the_block_reaches_every_instance_of_it(scan: Scan) -> None:
    text = declared("string", 'a = { size = 4000, type = "gp2" }, b = { size = 5, type = "gp3" }')
    (found,) = scan(text, "audit").findings  # 12,000 IOPS, which only the block can say
    assert found.reaches == ('aws_ebs_volume.v["b"]',)


def test_an_entry_that_takes_the_value_is_edited_alone(scan: Scan) -> None:
    found = scan(declared(DEFAULT, "a = { size = 500 }, b = { size = 500 }")).findings
    assert [one.reaches for one in found] == [(), ()]
    assert found[0].span != found[1].span


def test_copies_that_all_change_reach_nothing_else(scan: Scan) -> None:
    (found,) = scan(declared(DEFAULT), **given("a = { size = 500 }, b = { size = 500 }")).findings
    assert len(found.addresses) == 2
    assert found.reaches == ()


def test_a_variable_of_two_blocks_is_one_text(scan: Scan) -> None:
    block = (
        'resource "aws_ebs_volume" "{0}" {{\n  availability_zone = "us-east-1a"\n  type = var.kind\n  size = {1}\n}}\n'
    )
    text = 'variable "kind" {\n  default = "gp2"\n}\n' + block.format("a", 4000) + block.format("b", 50)
    report = scan(text, "audit")
    reached = {one.addresses[0]: one.reaches for one in report.findings}
    assert reached == {"aws_ebs_volume.a": ("aws_ebs_volume.b",), "aws_ebs_volume.b": ("aws_ebs_volume.a",)}


def test_the_report_names_what_the_line_decides(scan: Scan) -> None:
    from costlint.reports.findings import sharing

    files = given("a = { size = 4000 }, b = { size = 5 }, c = { size = 6 }")
    (large,) = (one for one in scan(declared(DEFAULT), "audit", **files).findings if len(one.addresses) == 1)
    assert sharing(large) == 'the line decides aws_ebs_volume.v["b"] and 1 more, too'
