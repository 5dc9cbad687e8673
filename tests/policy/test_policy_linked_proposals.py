"""Proposals that take linked resources along, or name all of them."""

from __future__ import annotations

import pytest
from policy_stacks import resource, rule, run, stack, subject

from costlint.model import Reference, RemoveResource, Resource
from costlint.policy.documents import RuleError
from costlint.policy.values import compile_computed

DISK = resource("disk.target", size=10, type="gp2")
SOURCE = resource("disk.source", size=10, type="gp2")


def copying(name: str = "a") -> Resource:
    return resource(
        f"copy.{name}", source=Reference("disk.source", "id"), rule=[{"to": Reference("disk.target", "id")}]
    )


WITH_TARGET = "resources: {copy: {match: {rule: present}, remove: [resource, {linked: disk, via: rule}]}}"


def removed(*made: Resource) -> set[str]:
    findings = run(stack(*made), rule(WITH_TARGET)).findings
    return {edit.address for found in findings for edit in found.patch.edits if isinstance(edit, RemoveResource)}


def test_what_an_attribute_leads_to_goes_along() -> None:
    assert removed(copying(), DISK, SOURCE) == {"copy.a", "disk.target"}


def test_what_another_resource_of_the_type_uses_stays() -> None:
    assert "disk.target" not in removed(copying("a"), copying("b"), DISK, SOURCE)


def test_a_removal_names_a_type_and_an_attribute() -> None:
    with pytest.raises(RuleError, match="linked: type, via: attribute"):
        run(stack(copying()), rule("resources: {copy: {match: {rule: present}, remove: [{linked: disk}]}}"))


def test_all_linked_resources_are_named() -> None:
    tables = [resource(f"table.t[{index}]", vpc=Reference("vpc.v", "id")) for index in range(2)]
    value = compile_computed({"refs": "id", "of": "table"}, ())
    assert value(subject(resource("vpc.v"), *tables), {}) == [Reference(t.address, "id") for t in tables]
    assert value(subject(resource("vpc.v")), {}) is None
