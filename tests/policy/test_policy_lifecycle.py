"""A proposal is only made if Terraform would carry it out."""

import pytest
from policy_stacks import resource, rule, run, stack

OLD = "resources: {disk: {match: {type: gp2}, change: {type: gp3, label: fast}}}"
IDLE = "resources: {disk: {match: {type: gp2}, remove: resource}}"
NESTED = "resources: {disk: {match: {nodes.least: 2}, change: {nodes.least: 1, type: gp3}}}"


def changed(body: str, **lifecycle: object) -> list[list[str]]:
    nodes = [{"least": 2, "desired": 2}]
    made = resource("disk.a", type="gp2", size=100, nodes=nodes, lifecycle=[lifecycle])
    found = run(stack(made), rule(body)).findings
    return [[change.path for change in finding.changes] for finding in found]


@pytest.mark.parametrize("names", [["all"], ["size", "type"], ["type"]])
def test_a_change_terraform_ignores_is_not_proposed(names):
    assert changed(OLD, ignore_changes=names) == []


def test_only_the_ignored_part_of_a_change_is_left_out():
    assert changed(OLD, ignore_changes=["label"]) == [["type"]]


@pytest.mark.parametrize("names", [["size"], ["types"], []])
def test_what_else_is_ignored_does_not_matter(names):
    assert changed(OLD, ignore_changes=names) == [["type", "label"]]


@pytest.mark.parametrize(
    ("name", "paths"),
    [("nodes.0.desired", [["nodes.0.least", "type"]]), ("nodes.0.least", []), ("nodes", [])],
)
def test_a_nested_attribute_may_be_ignored_alone(name, paths):
    found = changed(NESTED, ignore_changes=[name])
    assert [[path.replace("nodes.least", "nodes.0.least") for path in each] for each in found] == paths


def test_what_must_not_be_destroyed_is_not_proposed_for_removal():
    assert changed(IDLE, prevent_destroy=True) == []
    assert len(changed(IDLE)) == 1
    assert len(changed(OLD, prevent_destroy=True)) == 1
