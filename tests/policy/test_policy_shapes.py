"""Proposals that search the catalog for another instance type, and values that copy or join references."""

from __future__ import annotations

from typing import Any

import pytest
from policy_stacks import CATALOG, NONPROD, UNKNOWN, resource, rule, run, stack, subject

from costlint.catalog import Shape
from costlint.model import AddResource, LinkedStr, Reference, SetValue, UnknownValue
from costlint.policy.proposals.instances import cheapest_successor
from costlint.policy.proposals.shapes import cheapest_gpu, cheapest_shape, single_gpu
from costlint.policy.subject import Subject
from costlint.policy.values import compile_computed


def instance(kind: object, **attributes: Any) -> Subject:
    return subject(resource("aws_instance.a", instance_type=kind, **attributes))


def hourly(name: str) -> float:
    shape = CATALOG.shapes("aws", "us-east-1")[name]
    assert shape.on_demand
    return shape.on_demand.amount


def bandwidth(shape: Shape) -> float:
    accelerator = CATALOG.accelerator(shape.gpu_model)
    assert accelerator
    return accelerator.memory_bandwidth_gb_s or 0


def proposed(alternatives: Any) -> list[str]:
    return [str(edits[0].value) for edits in alternatives]


def test_the_next_size_down_keeps_the_family_and_half_the_size() -> None:
    found = proposed(cheapest_shape(instance("m5.8xlarge"), {"families": "same", "vcpu": 0.5, "memory": 0.5}))
    assert found[0] == "m5.4xlarge"
    assert all(name.startswith("m5.") for name in found)


def test_every_newer_family_of_the_size_is_an_alternative() -> None:
    found = proposed(cheapest_successor(instance("r4.large"), {}))
    assert {"r5.large", "r6i.large", "r7i.large"} <= set(found)
    assert "r4.large" not in found


def test_families_and_categories_narrow_the_search() -> None:
    found = proposed(cheapest_shape(instance("r5.xlarge"), {"families": "m5|m6i", "memory": 0.5}))
    assert set(found) == {"m5.xlarge", "m6i.xlarge"}
    assert proposed(cheapest_shape(instance("r5.xlarge"), {"category": "no-such"})) == []


def test_vendor_and_generation_can_be_kept() -> None:
    options = {"category": "general", "memory": 0.5, "alike": ["vendor", "generation"]}
    assert proposed(cheapest_shape(instance("r6i.xlarge"), options))[0] == "m6i.xlarge"


def test_every_alternative_is_cheaper_sold_here_and_of_the_same_architecture() -> None:
    found = proposed(cheapest_shape(instance("m4.2xlarge"), {}))
    assert found
    for name in found:
        shape = CATALOG.shapes("aws", "us-east-1")[name]
        assert hourly(name) < hourly("m4.2xlarge")
        assert shape.arch == "x86_64"
        assert shape.offered is not False


@pytest.mark.parametrize("kind", ["p3.2xlarge", "p3.8xlarge", "p3.16xlarge", "ml.p3.2xlarge"])
def test_a_gpu_is_replaced_by_as_many_that_are_as_good(kind: str) -> None:
    sold = CATALOG.shapes("aws", "us-east-1")
    own = sold[kind.removeprefix("ml.")]
    found = proposed(cheapest_gpu(instance(kind), {"bandwidth": 0.9}))
    assert found
    for name in found:
        assert name.startswith("ml.") is kind.startswith("ml.")
        shape = sold[name.removeprefix("ml.")]
        assert shape.gpu_count == own.gpu_count
        assert (shape.gpu_memory_gib or 0) >= (own.gpu_memory_gib or 0)
        assert bandwidth(shape) >= 0.9 * bandwidth(own)


def test_a_machine_without_gpus_has_no_better_gpu() -> None:
    assert list(cheapest_gpu(instance("m5.large"), {})) == []


def test_several_gpus_become_as_many_nodes_with_one_each() -> None:
    options = {"counts": ["size", "most"], "memory": 0.3, "vcpu": 0.3}
    edits = next(iter(single_gpu(instance("g4dn.12xlarge", size=3, most=6), options)))
    assert [edit.value for edit in edits if isinstance(edit, SetValue)] == ["g4dn.xlarge", 12, 24]


def test_a_count_that_is_not_known_leaves_nothing_to_propose() -> None:
    with pytest.raises(UnknownValue):
        list(single_gpu(instance("g4dn.12xlarge", size=UNKNOWN), {"counts": ["size"]}))


@pytest.mark.parametrize("kind", [UNKNOWN, None, "nothing.large"])
def test_a_type_nobody_knows_is_not_searched_for(kind: object) -> None:
    with pytest.raises(UnknownValue):
        list(cheapest_shape(instance(kind), {}))


def test_a_value_is_copied_with_its_references() -> None:
    template = Reference("aws_launch_template.t", "id")
    one = subject(resource("aws_instance.a", launch_template=[{"id": template}]))
    spec = {"id": {"value_of": "launch_template.id"}, "name": {"value_of": "launch_template.name"}}
    assert compile_computed(spec, ())(one, {}) == {"id": template}


def test_a_joined_text_names_the_linked_resource() -> None:
    made = rule(
        """
        resources:
          bucket:
            add:
              resource: lifecycle
              attributes: {bucket: {ref: id}, name: {join: [of/, {ref: name, of: gateway}, "/{{ kind }}"]}}
        """
    )
    gateway = resource("gateway.g", bucket=Reference("bucket.b", "id"))
    edits = run(stack(resource("bucket.b", kind="hot"), gateway), made).findings[0].patch.edits
    assert isinstance(edits[0], AddResource)
    text = edits[0].attributes["name"]
    assert text == "of/${gateway.g.name}/hot"
    assert isinstance(text, LinkedStr)
    assert text.sources == (Reference("gateway.g", "name"),)


def test_an_address_can_be_matched_and_an_environment_asked_for() -> None:
    made = rule(
        """
        resources:
          disk:
            match: {address: {matches: kafka}}
            change: {size: "{{ 1 if nonprod else 2 }}"}
        """
    )
    disks = (
        resource("disk.kafka", size=9, type="gp3"),
        resource("module.kafka.disk.a", size=9, type="gp3", environment=NONPROD),
        resource("disk.web", size=9, type="gp3"),
    )
    found = run(stack(*disks), made).findings
    values = {finding.addresses[0]: finding.changes[0].after for finding in found}
    assert values == {"disk.kafka": 2, "module.kafka.disk.a": 1}
