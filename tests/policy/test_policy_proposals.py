"""Proposals beyond single attributes: sizes of managed nodes, rewritten texts, references to what is added, and rules
with a section for each kind of stack."""

from __future__ import annotations

import pytest
from policy_stacks import CATALOG, resource, rule, run, stack, subject

from costlint.model import AddResource, Reference, SetValue
from costlint.policy import CheckSettings
from costlint.policy.proposals.alternatives import rewritten
from costlint.policy.proposals.instances import cheapest_size, cheapest_twin
from costlint.policy.values import compile_computed, sibling_address


def sizes(kind: str, node: str, **options: object) -> list[object]:
    made = resource(f"{kind}.a", node_type=node)
    return [edits[0].value for edits in cheapest_size(subject(made), options) if isinstance(edits[0], SetValue)]


class TestSameSize:
    kind = "aws_elasticache_replication_group"

    def test_a_family_that_holds_a_little_less_will_do_where_the_rule_says_so(self) -> None:
        families = ["m6g", "m7g", "m4"]
        assert sizes(self.kind, "cache.m4.large", families=families) == []
        assert sizes(self.kind, "cache.m4.large", families=families, memory=0.95) == [
            "cache.m6g.large",
            "cache.m7g.large",
        ]

    def test_domains_keep_the_old_ending_of_their_node_names(self) -> None:
        made = resource("aws_elasticsearch_domain.a", cluster_config=[{"instance_type": "r4.large.elasticsearch"}])
        (edits,) = cheapest_size(subject(made), {"families": ["r5"]})
        assert isinstance(edits[0], SetValue)
        assert edits[0].value == "r5.large.elasticsearch"

    def test_families_the_region_does_not_sell_and_unknown_nodes_give_nothing(self) -> None:
        assert sizes(self.kind, "cache.r5.large", families=["c7gd", "nosuch"]) == []
        assert sizes(self.kind, "cache.nosuch.large", families=["m6g"], memory=0.1) == []


TIER = {"path": "sku.name", "pattern": "^BC_", "by": "GP_"}


@pytest.mark.parametrize(
    ("every", "found"), [(False, ["cache.r7g.xlarge"]), (True, ["cache.r7g.xlarge", "cache.r6g.xlarge"])]
)
def test_a_twin_may_be_of_every_generation(every: bool, found: list[str]) -> None:
    made = subject(resource("aws_elasticache_cluster.a", node_type="cache.r5.xlarge"))
    edits = [edits[0] for edits in cheapest_twin(made, {"vendors": ["arm"], "every": every})]
    assert [edit.value for edit in edits if isinstance(edit, SetValue)] == found


class TestRewritten:
    @pytest.mark.parametrize(
        ("written", "after"), [("BC_Gen5_8", ["GP_Gen5_8"]), ("HS_Gen5_2", ["HS_Gen5_2"]), (3, [])]
    )
    def test_the_matching_part_of_a_text_is_replaced(self, written: object, after: list[str]) -> None:
        found = rewritten(subject(resource("x.a", sku=[{"name": written}])), TIER)
        assert [edits[0].value for edits in found if isinstance(edits[0], SetValue)] == after


def test_a_change_can_name_the_resource_added_with_it() -> None:
    both = rule(
        "exposure: 1\nresources: {machine: {match: {policies: absent}, change: {policies: [{ref: id, added: policy}]},"
        " add: {resource: policy, attributes: {hours: 9}}}}"
    )
    taken = resource("module.m.policy.a")
    (finding,) = run(stack(resource("module.m.machine.a"), taken), both).findings
    change, added = finding.patch.edits
    assert isinstance(added, AddResource)
    assert added.address == "module.m.policy.a_2"
    assert isinstance(change, SetValue)
    assert change.value == [Reference(added.address, "id")]


def test_an_added_resource_can_have_its_own_name() -> None:
    named = compile_computed({"ref": "arn", "added": "policy", "name": "start"}, ())
    assert named(subject(resource("machine.a")), {}) == Reference("policy.start", "arn")


@pytest.mark.parametrize(
    ("name", "address"),
    [("", 'module.m.policy.a["x"]'), ("*_stop", 'module.m.policy.a_stop["x"]'), ("stop", "module.m.policy.stop")],
)
def test_added_resources_are_called_after_the_one_they_stand_beside(name: str, address: str) -> None:
    assert sibling_address(subject(resource('module.m.machine.a["x"]')), "policy", name) == address


def test_a_stack_rule_has_a_section_for_each_kind_of_stack() -> None:
    sections = "[{match: {count.disk: 1}, message: one}, {match: {count.gateway: 1}, message: two}]"
    source = rule(f"scope: stack\nexposure: 1\nstack: {sections}")
    assert [finding.message for finding in run(stack(resource("gateway.g")), source).findings] == ["two"]


@pytest.mark.parametrize(("limit", "fires"), [("30", True), ("50", False)])
def test_a_resource_can_be_compared_with_what_its_whole_stack_costs(limit: str, fires: bool) -> None:
    source = rule("exposure: stack\nresources: {budget: {match: {limit_amount: {less_than: stack.monthly}}}}")
    result = run(stack(resource("budget.b", limit_amount=limit), resource("gateway.g")), source, CheckSettings())
    assert bool(result.findings) is fires


def test_the_catalog_knows_no_size_for_a_name_it_does_not_know() -> None:
    assert CATALOG.same_size("aws", "us-east-1", "db.nosuch.large", ["m6g"]) == ()
