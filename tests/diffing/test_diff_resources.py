"""Deltas of resources: their sign, their size, and what is said to be the cause."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from costlint.model.differences import AttributeChange, Diff, ResourceDelta
from costlint.reports import diff_json
from costlint.reports.diff_words import cause

Compare = Callable[[str, str], Diff]

_HOURLY = {"t3.large": 0.0832, "m5.large": 0.096, "m5.xlarge": 0.192}
"""USD an hour in us-east-1, Linux on demand (https://aws.amazon.com/ec2/pricing/on-demand/, November 2026)."""


def _instance(kind: str = "t3.large", more: str = "", name: str = "web") -> str:
    return f'resource "aws_instance" "{name}" {{\n  ami = "ami-1"\n  instance_type = "{kind}"\n  {more}\n}}\n'


def _volume(name: str = "data", size: int = 100, kind: str = "gp3", more: str = "") -> str:
    body = f'availability_zone = "us-east-1a"\n  size = {size}\n  type = "{kind}"\n  {more}'
    return f'resource "aws_ebs_volume" "{name}" {{\n  {body}\n}}\n'


def _only(diff: Diff) -> ResourceDelta:
    assert len(diff.resources) == 1
    return diff.resources[0]


def _causes(delta: ResourceDelta) -> list[tuple[str, object, object]]:
    return [(change.path, change.before, change.after) for change in delta.changes]


@pytest.mark.parametrize(
    ("before", "after", "expected", "causes"),
    [
        (_volume(size=100), _volume(size=500), 32.0, [("size", 100, 500)]),
        (_volume(size=500), _volume(size=100), -32.0, [("size", 500, 100)]),
        (_volume(kind="gp2"), _volume(kind="gp3"), -2.0, [("type", "gp2", "gp3")]),
        (_volume(kind="gp3"), _volume(kind="gp2"), 2.0, [("type", "gp3", "gp2")]),
        (_volume(more="count = 2"), _volume(more="count = 5"), 24.0, [("count", 2, 5)]),
        (_volume(more="count = 5"), _volume(more="count = 2"), -24.0, [("count", 5, 2)]),
        ("", _volume(), 8.0, []),
        (_volume(), "", -8.0, []),
    ],
)
def test_a_change_of_a_volume_has_its_sign_its_size_and_its_cause(
    compare_texts: Compare, before: str, after: str, expected: float, causes: list[tuple[str, object, object]]
) -> None:
    found = compare_texts(before, after)
    assert _only(found).delta.likely == pytest.approx(expected)
    assert found.total.delta.likely == pytest.approx(expected)
    assert _causes(_only(found)) == causes


@pytest.mark.parametrize(("old", "new"), [("t3.large", "m5.xlarge"), ("m5.xlarge", "t3.large")])
def test_an_instance_type_is_swapped_in_either_direction(compare_texts: Compare, old: str, new: str) -> None:
    found = _only(compare_texts(_instance(old), _instance(new)))
    assert found.delta.likely == pytest.approx(730 * (_HOURLY[new] - _HOURLY[old]), abs=0.02)
    assert _causes(found) == [("instance_type", old, new)]
    assert found.status == "changed"


def test_a_cause_says_where_its_value_is_written(compare_texts: Compare) -> None:
    volume = _volume().replace("size = 100", "size = local.sizes.data")
    text = "locals {\n  sizes = {\n    data = 100\n  }\n}\n" + volume
    found = _only(compare_texts(text, text.replace("100", "300")))
    (change,) = found.changes
    assert (change.file.rpartition("/")[2], change.line) == ("main.tf", 9)
    assert found.line == 12


def test_a_value_that_is_worked_out_is_shown_where_that_is_written(compare_texts: Compare) -> None:
    before = _volume().replace("size = 100", "size = 10 * 10")
    found = _only(compare_texts(before, before.replace("10 * 10", "3 * 100")))
    (change,) = found.changes
    assert (change.after, change.line) == (300, found.line + 2)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"unknown": "var.a"}, {"unknown": "var.b"}, "subnet_id differs"),
        ("a" * 80, "a" * 80 + "b", "subnet_id differs"),
        ({"unknown": "var.a"}, "b", "subnet_id unknown → b"),
    ],
)
def test_values_that_read_alike_are_said_to_differ(
    compare_texts: Compare, before: object, after: object, said: str
) -> None:
    delta = _only(compare_texts(_volume(), _volume(size=200)))
    assert cause(replace(delta, changes=(AttributeChange("subnet_id", before, after),))) == said


def test_a_value_nobody_wrote_has_no_place(compare_texts: Compare) -> None:
    found = _only(
        compare_texts(_volume(kind="io2", more="iops = 100"), _volume(kind="io2").replace('type = "io2"', ""))
    )
    assert "iops" not in {change.path for change in found.changes if change.file}
    assert all(change.line != found.line for change in found.changes)


def test_several_causes_of_one_block_are_all_named(compare_texts: Compare) -> None:
    disk = 'root_block_device {{\n    volume_type = "gp3"\n    volume_size = {}\n  }}'
    before = _instance("t3.large", "count = 2\n  " + disk.format(100))
    after = _instance("m5.large", "count = 3\n  " + disk.format(200))
    found = _only(compare_texts(before, after))
    assert _causes(found) == [
        ("count", 2, 3),
        ("instance_type", "t3.large", "m5.large"),
        ("root_block_device.volume_size", 100, 200),
    ]
    assert [one.status for one in found.instances] == ["changed", "changed", "added"]


def test_what_has_no_part_in_the_price_is_no_cause(compare_texts: Compare) -> None:
    tagged = _volume(size=200, more='tags = {\n    team = "ml"\n  }')
    assert _causes(_only(compare_texts(_volume(), tagged))) == [("size", 100, 200)]
    assert not compare_texts(_volume(), _volume(more='tags = {\n    team = "ml"\n  }')).resources


def test_the_cause_may_be_an_attribute_of_another_resource(compare_texts: Compare) -> None:
    text = """
resource "aws_launch_template" "t" {{
  instance_type = "{}"
  description   = "{}"
}}
resource "aws_autoscaling_group" "g" {{
  min_size         = 2
  max_size         = 2
  desired_capacity = 2
  launch_template {{
    id = aws_launch_template.t.id
  }}
}}
"""
    found = compare_texts(text.format("t3.large", "one"), text.format("m5.large", "two"))
    group = next(one for one in found.resources if one.type == "aws_autoscaling_group")
    assert [(change.address, change.path) for change in group.changes] == [("aws_launch_template.t", "instance_type")]
    assert group.delta.likely == pytest.approx(2 * 730 * (_HOURLY["m5.large"] - _HOURLY["t3.large"]), abs=0.05)


@pytest.mark.parametrize(
    ("before", "after", "origin"),
    [
        (_volume("data"), _volume("models"), "aws_ebs_volume.data"),
        (
            _volume("data", 100),
            _volume("models", 100) + "moved {\n  from = aws_ebs_volume.data\n  to = aws_ebs_volume.models\n}\n",
            "aws_ebs_volume.data",
        ),
    ],
)
def test_what_is_only_renamed_costs_nothing(compare_texts: Compare, before: str, after: str, origin: str) -> None:
    found = compare_texts(before, after)
    assert _only(found).status == "moved"
    assert _only(found).moved_from == origin
    assert found.total.delta.likely == 0


def test_what_is_moved_and_changed_is_one_change(compare_texts: Compare) -> None:
    moved = "moved {\n  from = aws_ebs_volume.data\n  to = aws_ebs_volume.models[0]\n}\n"
    found = _only(compare_texts(_volume("data", 100), _volume("models", 300, more="count = 1") + moved))
    assert found.delta.likely == pytest.approx(16)
    assert (found.status, found.moved_from) == ("changed", "aws_ebs_volume.data")
    assert _causes(found) == [("size", 100, 300)]


def test_a_count_that_becomes_a_for_each_moves_and_costs_the_same(compare_texts: Compare) -> None:
    found = compare_texts(_volume(more="count = 2"), _volume(more='for_each = toset(["a", "b"])'))
    assert found.total.delta.likely == 0
    assert {one.status for one in found.resources} == {"moved"}


def test_one_more_key_of_a_for_each_is_one_more(compare_texts: Compare) -> None:
    before = _volume(more='for_each = toset(["b", "c"])')
    found = _only(compare_texts(before, _volume(more='for_each = toset(["a", "b", "c"])')))
    assert _causes(found) == [("count", 2, 3)]
    assert [(one.address, one.status) for one in found.instances] == [('aws_ebs_volume.data["a"]', "added")]


def test_a_new_price_and_a_lost_one_are_no_growth(compare_texts: Compare) -> None:
    unknown = 'variable "kind" {}\n' + _instance().replace('"t3.large"', "var.kind")
    known = 'variable "kind" {}\n' + _instance()
    for before, after in ((unknown, known), (known, unknown)):
        found = compare_texts(before, after)
        assert not _only(found).comparable
        assert found.total.delta.likely != 0
        assert found.total.known.likely == pytest.approx(0)
        assert found.drivers == []


def test_what_may_exist_names_what_would_move_its_price(compare_texts: Compare) -> None:
    several = 'variable "names" {\n  type = set(string)\n}\n' + _volume(size=100, more="for_each = var.names")
    found = _only(compare_texts(several, several.replace("size = 100", "size = 300")))
    assert _causes(found) == [("size", 100, 300)]
    assert found.unpriced
    assert found.delta.likely == 0


def test_inputs_of_a_module_that_is_not_here_are_told_without_an_amount(compare_texts: Compare) -> None:
    text = 'module "runners" {{\n  source = "git::https://example.com/m.git"\n  size = {}\n}}\n'
    found = _only(compare_texts(text.format(31), text.format(63)))
    assert (found.type, found.status, found.delta.likely) == ("module", "changed", 0)
    assert _causes(found) == [("size", 31, 63)]
    assert found.unpriced


def test_a_tag_read_from_another_resource_is_text_in_the_file(compare_texts: Compare) -> None:
    named = 'resource "aws_sqs_queue" "q" {\n  name = "jobs"\n}\n'
    tagged = _volume(more="tags = {\n    queue = aws_sqs_queue.q.name\n  }")
    found = compare_texts(named, named + tagged)
    assert _only(found).tags == {"queue": "jobs"}
    assert '"queue": "jobs"' in diff_json.render(found)


def test_the_region_is_a_cause(compare_texts: Compare) -> None:
    alias = 'provider "aws" {\n  alias = "tokyo"\n  region = "ap-northeast-1"\n}\n'
    found = compare_texts(alias + _instance(), alias + _instance(more="provider = aws.tokyo"))
    assert ("region", "us-east-1", "ap-northeast-1") in _causes(_only(found))


def test_usage_is_apart_and_a_range(compare_texts: Compare) -> None:
    nat = 'resource "aws_nat_gateway" "n" {\n  subnet_id = "subnet-1"\n}\n'
    found = _only(compare_texts("", nat))
    assert found.fixed.likely == pytest.approx(32.85)
    assert found.usage.low < found.usage.likely < found.usage.high
    assert found.delta.likely == pytest.approx(found.fixed.likely + found.usage.likely)
    gone = _only(compare_texts(nat, ""))
    assert (gone.usage.low, gone.usage.high) == (-found.usage.high, -found.usage.low)
