"""Groups whose members are changed together."""

from __future__ import annotations

import pytest
from policy_stacks import UNKNOWN, resource, rule, run, stack

RULE = """
resources:
  disk:
    match: {type: gp2}
    group: {by: kind, at_least: 2}
    change: {type: gp3}
    message: "{{ group.count }} alike"
"""


def test_all_of_a_group_are_changed_in_one_finding() -> None:
    disks = [resource(f"disk.{name}", type="gp2", size=100, kind="data") for name in "abc"]
    (finding,) = run(stack(*disks), rule(RULE)).findings
    assert finding.addresses == ("disk.a", "disk.b", "disk.c")
    assert finding.message == "3 alike"
    assert finding.saving is not None
    assert finding.saving.likely == pytest.approx(3 * 2.0)


def test_groups_are_told_apart() -> None:
    disks = [resource(f"disk.{name}", type="gp2", size=100, kind=name[0]) for name in ("a1", "a2", "b1", "b2")]
    found = run(stack(*disks), rule(RULE)).findings
    assert sorted(finding.addresses for finding in found) == [("disk.a1", "disk.a2"), ("disk.b1", "disk.b2")]


@pytest.mark.parametrize("other", [None, "else", UNKNOWN])
def test_one_alone_is_left_as_it_is(other: object) -> None:
    disks = [resource("disk.a", type="gp2", size=100, kind="data")]
    if other is not None:
        disks.append(resource("disk.b", type="gp2", size=100, kind=other))
    assert run(stack(*disks), rule(RULE)).findings == ()
