from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_stacks import CATALOG, GP3, NONPROD, PROD, UNKNOWN, line_span, price, resource, rule, run, stack, total_of

from costlint.graph import View
from costlint.model import (
    Environment,
    Estimate,
    Level,
    Money,
    Reference,
    RemoveResource,
    Resource,
    SetValue,
)
from costlint.policy import CheckSettings, RuleSet, check

SMALLER = rule(
    """
    resources:
      disk:
        match: {size: {more_than: 50}}
        change: {size: "{{ size // 2 }}"}
    """,
    number=2,
    phase="long-term",
)
UNUSED = rule(
    """
    resources:
      disk:
        match: {attached: false}
        remove: resource
    """,
    number=3,
)
LIFECYCLE = rule(
    """
    resources:
      bucket:
        match: {not_linked: {type: lifecycle, via: bucket}}
        add: {resource: lifecycle, attributes: {bucket: {ref: id}, days: 30}}
    """,
    number=4,
)
GATEWAYS = rule(
    """
    environment: nonprod
    resources:
      gateway:
        group: {by: {linked: vpc}, keep: 1}
        message: "{{ group.count }} gateways, {{ group.kept }} would do"
    """,
    number=5,
)


def test_the_saving_is_the_price_as_written_minus_the_price_as_proposed() -> None:
    (finding,) = run(stack(resource("disk.a", type="gp2", size=100)), GP3).findings
    assert finding.saving == Money.exactly(pytest.approx(2.0))
    assert (finding.current, finding.proposed) == (Money.exactly(10.0), Money.exactly(8.0))
    assert finding.message == "disk.a fires"
    assert finding.patch.edits == (SetValue("disk.a", ("type",), "gp3"),)
    assert [(c.path, c.before, c.after) for c in finding.changes] == [("type", "gp2", "gp3")]


def test_a_change_that_is_dearer_is_not_shown() -> None:
    dearer = rule("resources: {disk: {match: {type: gp3}, change: {type: io1}}}")
    assert run(stack(resource("disk.a", type="gp3", size=100)), dearer).findings == ()


def test_a_sibling_is_added_and_its_neighbour_priced_again() -> None:
    (finding,) = run(stack(resource('module.m.bucket.b["x"]')), LIFECYCLE).findings
    assert finding.patch.addresses == ('module.m.lifecycle.b["x"]',)
    assert finding.saving is not None
    assert finding.saving.likely == 10.0
    assert finding.usage_based
    assert finding.assumptions == ("assumes something",)


def test_a_sibling_gets_a_free_name() -> None:
    taken = resource("lifecycle.b", bucket=Reference("bucket.other", "id"))
    (finding,) = run(stack(resource("bucket.b"), resource("bucket.other"), taken), LIFECYCLE).findings
    assert finding.patch.addresses == ("lifecycle.b_2",)


def test_the_finding_stands_on_the_literal() -> None:
    made = resource("disk.a", line=3, written={("type",): 7}, type="gp2", size=100)
    (finding,) = run(stack(made), GP3).findings
    assert finding.span == line_span(7)
    assert [origin.what for origin in finding.chain] == ["attribute"]


def test_an_absent_attribute_stands_on_the_header() -> None:
    made = resource("disk.a", line=3, defaults={"type": "gp2"}, size=100)
    (finding,) = run(stack(made), GP3).findings
    assert finding.span == line_span(3)
    assert finding.changes[0].before is None


class TestCopies:
    def copies(self, *lines: int) -> list[Resource]:
        return [
            resource(f"disk.a[{index}]", written={("type",): line}, type="gp2", size=100)
            for index, line in enumerate(lines)
        ]

    def test_copies_of_one_literal_are_one_finding(self) -> None:
        (finding,) = run(stack(*self.copies(7, 7, 7)), GP3).findings
        assert finding.addresses == ("disk.a[0]", "disk.a[1]", "disk.a[2]")
        assert finding.saving == Money.exactly(pytest.approx(6.0))
        assert len(finding.changes) == 1

    def test_different_literals_are_different_findings(self) -> None:
        findings = run(stack(*self.copies(7, 8)), GP3).findings
        assert [finding.addresses for finding in findings] == [("disk.a[0]",), ("disk.a[1]",)]

    def test_one_literal_with_different_values_is_two_edits(self) -> None:
        made = [resource(f"disk.a[{s}]", written={("size",): 7}, type="gp3", size=s) for s in (100, 200)]
        assert len(run(stack(*made), SMALLER).findings) == 2

    def test_copies_may_share_one_attributes_object(self) -> None:
        made = self.copies(7, 7)
        made[1].attributes = made[0].attributes
        (finding,) = run(stack(*made), GP3).findings
        assert len(finding.addresses) == 2


class TestUnknown:
    def test_an_unknown_value_does_not_fire(self) -> None:
        assert run(stack(resource("disk.a", type=UNKNOWN, size=100)), GP3).findings == ()

    def test_a_resource_that_may_not_exist_does_not_fire(self) -> None:
        assert run(stack(resource("disk.a", type="gp2", size=100, exists=UNKNOWN)), GP3).findings == ()

    def test_what_cannot_be_priced_says_so(self) -> None:
        (finding,) = run(stack(resource("disk.a", type="gp2", size=UNKNOWN)), GP3).findings
        assert finding.saving is None
        assert finding.unpriced == ("the size or type is not known",)

    def test_what_cannot_be_priced_is_hidden_if_the_rule_is_not_sure(self) -> None:
        unsure = rule("resources: {disk: {match: {type: gp2}, change: {type: gp3}}}", confidence="medium")
        assert run(stack(resource("disk.a", type="gp2", size=UNKNOWN)), unsure).findings == ()

    def test_a_value_computed_from_something_unknown_is_not_proposed(self) -> None:
        computed = rule('resources: {disk: {match: {type: gp2}, change: {size: "{{ other * 2 }}"}}}')
        (finding,) = run(stack(resource("disk.a", type="gp2", size=100, other=UNKNOWN)), computed).findings
        assert finding.saving is None
        assert finding.patch.edits == ()


class TestEnvironment:
    rule = rule("environment: nonprod\nresources: {disk: {match: {type: gp2}, change: {type: gp3}}}")

    @pytest.mark.parametrize(("environment", "fires", "awaits"), [(NONPROD, 1, 0), (PROD, 0, 0), (Environment(), 0, 1)])
    def test_a_rule_speaks_in_its_environment(self, environment: Environment, fires: int, awaits: int) -> None:
        result = run(stack(resource("disk.a", environment=environment, type="gp2", size=100)), self.rule)
        assert (len(result.findings), result.awaiting_environment) == (fires, awaits)

    def test_only_what_would_fire_awaits(self) -> None:
        assert run(stack(resource("disk.a", type="gp3", size=100)), self.rule).awaiting_environment == 0

    def test_an_environment_inside_the_pattern_awaits_too(self) -> None:
        inside = rule("resources: {disk: {match: {type: gp2, environment: nonprod}, change: {type: gp3}}}")
        assert run(stack(resource("disk.a", type="gp2", size=100)), inside).awaiting_environment == 1


class TestGroups:
    def gateways(self, count: int, environment: Environment = NONPROD) -> list[Resource]:
        found = [resource("vpc.v")]
        for index in range(count):
            found.append(resource(f"subnet.s[{index}]", vpc=Reference("vpc.v", "id")))
            subnet = Reference(f"subnet.s[{index}]", "id")
            found.append(resource(f"gateway.g[{index}]", environment=environment, subnet=subnet))
        return found

    def test_all_but_the_kept_go(self) -> None:
        (finding,) = run(stack(*self.gateways(11)), GATEWAYS).findings
        assert finding.message == "11 gateways, 1 would do"
        assert finding.addresses[:2] == ("gateway.g[1]", "gateway.g[2]")
        assert finding.patch.edits[-1] == RemoveResource("gateway.g[10]")
        assert finding.saving is not None
        assert finding.saving.likely == 400.0

    def test_fewer_copies_show_as_their_count(self) -> None:
        (finding,) = run(stack(*self.gateways(3)), GATEWAYS).findings
        assert [(c.address, c.path, c.before, c.after) for c in finding.changes] == [("gateway.g", "count", 3, 1)]

    def test_groups_of_one_count_in_several_modules_are_one_finding(self) -> None:
        by_block = rule("resources: {gateway: {group: {by: block}, message: '{{ group.count }} to {{ group.kept }}'}}")
        written = {("count",): 5}
        made = [resource(f'module.m["{key}"].gateway.g[{i}]', written=written) for key in "pq" for i in range(3)]
        (finding,) = run(stack(*made), by_block).findings
        assert (finding.message, len(finding.addresses)) == ("3 to 1", 4)
        assert finding.saving == Money(140.0, 160.0, 200.0)

    def test_one_is_no_group(self) -> None:
        assert run(stack(*self.gateways(1)), GATEWAYS).findings == ()

    def test_members_whose_group_is_unknown_are_left_out(self) -> None:
        lone = [resource(f"gateway.x[{i}]", environment=NONPROD, subnet=UNKNOWN) for i in range(3)]
        assert run(stack(*lone), GATEWAYS).findings == ()

    def test_what_only_the_removed_ones_use_goes_along(self) -> None:
        along = rule(
            "resources: {gateway: {group: {by: block, keep: 1, with_linked: [disk]}}}",
        )
        made = self.gateways(2)
        made += [resource(f"disk.d[{i}]", size=10, type="gp2", gateway=Reference(f"gateway.g[{i}]")) for i in (0, 1)]
        (finding,) = run(stack(*made), along).findings
        assert finding.addresses == ("gateway.g[1]",)
        assert finding.patch.addresses == ("gateway.g[1]", "disk.d[1]")

    def test_usage_that_moves_is_not_saved(self) -> None:
        moving = rule("resources: {gateway: {usage: moves, group: {by: stack}}}")
        result = run(stack(*self.gateways(3)), moving)
        assert result.findings[0].saving == Money.exactly(60.0)
        assert result.totals.saving == Money.exactly(60.0)


class TestExposure:
    untagged = rule("exposure: monthly\nresources: {'*': {match: {tags.team: absent}}}", profile="audit")

    def test_dollars_at_stake_are_shown_instead_of_a_saving(self) -> None:
        (finding,) = run(stack(resource("disk.a", size=100, type="gp2"), resource("free.a")), self.untagged).findings
        assert finding.exposure == Money.exactly(10.0)
        assert finding.saving is None

    def test_an_expression_gives_the_amount(self) -> None:
        ceiling = rule('exposure: "{{ monthly * most }}"\nresources: {disk: {match: {most: present}}}')
        (finding,) = run(stack(resource("disk.a", size=100, type="gp2", most=3)), ceiling).findings
        assert finding.exposure == Money.exactly(30.0)

    def test_what_is_on_no_bill_is_told_without_an_amount(self) -> None:
        elsewhere = rule("exposure: unpriced\nresources: {free: {match: {cache: false}}}", confidence="low")
        (finding,) = run(stack(resource("free.gateway", cache=False)), elsewhere).findings
        assert (finding.exposure, finding.saving) == (None, None)
        assert finding.unpriced == ("what is at stake cannot be priced",)

    def test_a_stack_without_a_budget_exposes_its_total(self) -> None:
        budget = rule(
            """
            scope: stack
            stack:
              match: {monthly: {at_least: 5}, not_linked: {type: budget}, count.disk: 1}
              message: "{{ stack }} costs {{ exposure | money }}"
            exposure: stack
            """
        )
        made = [resource("disk.a", size=100, type="gp2"), resource("free.a")]
        (finding,) = run(stack(*made), budget).findings
        assert finding.message == "infra costs $10.00"
        assert run(stack(*made, resource("budget.b")), budget).findings == ()


class TestTotals:
    def test_overlapping_proposals_count_once(self) -> None:
        result = run(stack(resource("disk.a", type="gp2", size=100, attached=False)), [GP3, SMALLER, UNUSED])
        assert len(result.findings) == 3
        assert result.totals.saving == Money.exactly(10.0)

    def test_compatible_proposals_are_priced_together(self) -> None:
        result = run(stack(resource("disk.a", type="gp2", size=100)), [GP3, SMALLER])
        assert result.totals.current == Money.exactly(10.0)
        assert result.totals.proposed == Money.exactly(4.0)
        assert result.totals.by_phase == pytest.approx({"long-term": 5.0, "quick-win": 1.0})

    def test_a_rule_that_no_longer_matches_adds_nothing(self) -> None:
        halve = rule("resources: {disk: {match: {size: {more_than: 150}}, change: {tier: cold, size: 10}}}", number=6)
        result = run(stack(resource("disk.a", type="gp2", size=200)), [SMALLER, halve])
        assert result.totals.proposed == Money.exactly(1.0)

    def test_what_is_unpriced_makes_the_total_partial(self) -> None:
        assert run(stack(resource("unpriced.a")), GP3).totals.partial


def test_severity_and_selection_follow_the_settings() -> None:
    made = stack(resource("disk.a", type="gp2", size=100))
    levels: dict[str, Level] = {"TST": "high", "TST001": "low"}
    assert run(made, GP3, CheckSettings(severity=levels)).findings[0].severity == "low"
    assert run(made, GP3, CheckSettings(ignore=("test",))).findings == ()
    assert run(made, GP3, CheckSettings(select=("STO",))).findings == ()


def test_a_rule_that_fails_on_real_input_is_told_and_the_others_go_on() -> None:
    broken = rule('resources: {disk: {match: {type: gp2}, change: {size: "{{ nothing.here }}"}}}', number=7)
    result = run(stack(resource("disk.a", type="gp2", size=100)), [GP3, broken])
    assert len(result.findings) == 1
    assert "TST007 cannot be applied to disk.a" in str(result.diagnostics[0])


kinds = st.sampled_from(["gp2", "gp3", "io1", UNKNOWN])
sizes = st.one_of(st.integers(0, 300), st.just(UNKNOWN))
disks = st.lists(st.tuples(kinds, sizes, st.booleans(), st.integers(1, 4)), max_size=8)


@given(disks, st.integers(0, 4), st.integers(0, 3))
def test_savings_are_differences_and_totals_never_exceed_what_is_spent(
    described: list[tuple[object, object, bool, int]], gateways: int, buckets: int
) -> None:
    made = [
        resource(f"disk.d[{i}]", type=kind, size=size, attached=attached, written={("type",): line})
        for i, (kind, size, attached, line) in enumerate(described)
    ]
    made += TestGroups().gateways(gateways) + [resource(f"bucket.b[{i}]") for i in range(buckets)]
    whole = stack(*made)
    view = View(whole)
    result = run(whole, [GP3, SMALLER, UNUSED, LIFECYCLE, GATEWAYS])
    for finding in result.findings:
        if finding.saving is not None:
            difference = total_of(view) - total_of(view.patched(finding.patch))
            assert finding.saving.likely == pytest.approx(difference)
            assert finding.saving.likely > 0
    totals = result.totals
    assert totals.current.likely == pytest.approx(total_of(view))
    assert -1e-9 <= totals.saving.likely <= totals.current.likely + 1e-9
    assert totals.saving.likely <= sum(finding.worth for finding in result.findings) + 1e-6
    assert sum(totals.by_phase.values()) == pytest.approx(totals.saving.likely)
    assert sum(totals.by_category.values()) == pytest.approx(totals.saving.likely)


@given(disks)
def test_the_order_of_resources_changes_nothing(described: list[tuple[object, object, bool, int]]) -> None:
    made = [
        resource(f"disk.d{i}", type=kind, size=size, attached=attached, line=line)
        for i, (kind, size, attached, line) in enumerate(described)
    ]
    one, other = (run(stack(*order), [GP3, SMALLER, UNUSED]) for order in (made, made[::-1]))
    assert {f.fingerprint for f in one.findings} == {f.fingerprint for f in other.findings}
    assert one.totals.saving.likely == pytest.approx(other.totals.saving.likely)


def test_prices_are_asked_only_for_what_a_patch_affects() -> None:
    asked: list[int] = []

    def counting(view: View, addresses: Iterable[str]) -> dict[str, Estimate]:
        chosen = list(addresses)
        asked.append(len(chosen))
        return price(view, chosen)

    view = View(stack(*(resource(f"disk.d{i}", type="gp2" if i == 9 else "gp3", size=9) for i in range(50))))
    check(view, price(view, view.resources), RuleSet([GP3]), counting, CheckSettings(), CATALOG)
    assert max(asked) == 1


def test_a_finding_keeps_the_bills_it_moves_as_they_are_and_as_they_would_be() -> None:
    made = [resource(f"disk.{name}", type="gp2", size=100) for name in ("a", "b")]
    first, _ = run(stack(*made), GP3).findings
    (moved,) = first.rebilled
    assert moved.address == "disk.a"
    assert moved.before is not None
    assert moved.after is not None
    assert (moved.before.monthly, moved.after.monthly) == (first.current, first.proposed)


def test_a_removed_resource_has_a_bill_before_and_an_added_one_after() -> None:
    (gone,) = run(stack(resource("disk.a", type="gp3", size=100, attached=False)), UNUSED).findings
    assert [(one.before is None, one.after is None) for one in gone.rebilled] == [(False, True)]
    (added,) = run(stack(resource("bucket.b")), LIFECYCLE).findings
    assert "bucket.b" in [one.address for one in added.rebilled]


def test_the_total_says_how_much_of_it_is_assumed() -> None:
    sure, guessed = resource("disk.a", type="gp2", size=100), resource("bucket.b")
    result = run(stack(sure, guessed), [GP3, LIFECYCLE])
    assert result.totals.assumed == pytest.approx(10.0)
    assert result.totals.saving.likely == pytest.approx(12.0)
