from __future__ import annotations

from collections.abc import Iterable

import pytest
from policy_stacks import CATALOG, resource, rule, stack

from costlint.config import Commitment
from costlint.graph import View
from costlint.model import Component, Estimate, Finding, Money, Reference, Region, Resource, UnresolvedModule
from costlint.policy import CheckSettings, RuleSet, check

HOURLY = {"us-east-1": 1.0, "us-east-2": 0.8, "eu-west-1": 1.2}


def price(view: View, addresses: Iterable[str]) -> dict[str, Estimate]:
    """Machines cost 730 hours at the region's rate; a machine of type x is sold nowhere but in us-east-1."""
    found = {}
    for address in addresses:
        made = view.resources[address]
        month = Money.exactly(730 * HOURLY[made.region.name])
        hours = Component("compute", Money.exactly(730), "hour", 1.0, month)
        sold = made.attributes.get("instance_type") != "x" or made.region.name == "us-east-1"
        found[address] = Estimate((hours,)) if sold else Estimate(unpriced=("not sold",))
    return found


def findings(made: list[Resource], match: str, exposure: str, settings: CheckSettings, **more: object) -> list[Finding]:
    source = rule(
        f"scope: stack\nstack: {{match: {match}, message: 'to {{{{ region.cheapest }}}}'}}\nexposure: '{exposure}'"
    )
    view = View(stack(*made, **more))
    result = check(view, price(view, view.resources), RuleSet([source]), price, settings, CATALOG)
    return list(result.findings)


def machines(count: int, kind: str = "m5.large", region: Region = Region("us-east-1")) -> list[Resource]:  # noqa: B008
    return [resource(f"aws_instance.m[{i}]", instance_type=kind, region=region) for i in range(count)]


class TestRegion:
    settings = CheckSettings(allowed_regions=("us-east-2", "eu-west-1"))
    match = "{region.saving: {more_than: 0}}"

    def test_the_cheapest_allowed_region_is_priced(self) -> None:
        (finding,) = findings(machines(2), self.match, "{{ region.saving }}", self.settings)
        assert finding.message == "to us-east-2"
        assert finding.exposure is not None
        assert finding.exposure.likely == pytest.approx(2 * 730 * 0.2)

    @pytest.mark.parametrize(
        "made",
        [
            machines(1, kind="x"),
            machines(1, region=Region("us-east-1", assumed=True)),
            machines(1, region=Region("us-east-2")),
            [*machines(1), resource("aws_instance.other", region=Region("eu-west-1"))],
        ],
        ids=["not sold there", "region assumed", "already cheapest", "two regions"],
    )
    def test_a_stack_that_cannot_move_as_one_stays(self, made: list[Resource]) -> None:
        assert findings(made, self.match, "{{ region.saving }}", self.settings) == []

    def test_without_allowed_regions_nothing_is_proposed(self) -> None:
        assert findings(machines(1), self.match, "{{ region.saving }}", CheckSettings()) == []


class TestCommitments:
    match = "{uncommitted: {at_least: 100}}"

    def test_steady_compute_is_uncommitted(self) -> None:
        (finding,) = findings(machines(2), self.match, "{{ uncommitted }}", CheckSettings())
        assert finding.exposure == Money.exactly(1460)

    def test_what_is_bought_counts(self) -> None:
        bought = CheckSettings(commitments=(Commitment("aws", "savings-plan", 1.5), Commitment("gcp", "cud", 9)))
        (finding,) = findings(machines(2), self.match, "{{ uncommitted }}", bought)
        assert finding.exposure == Money.exactly(365)
        all_bought = CheckSettings(commitments=(Commitment("aws", "savings-plan", 2),))
        assert findings(machines(2), self.match, "{{ uncommitted }}", all_bought) == []

    def test_machines_for_which_no_commitment_is_sold_do_not_count(self) -> None:
        assert CATALOG.commitment("aws", "us-east-1", "p6-b200", "standard", "1y") is None
        mixed = [*machines(1), resource("aws_instance.gpu", instance_type="p6-b200.48xlarge")]
        (finding,) = findings(mixed, self.match, "{{ uncommitted }}", CheckSettings())
        assert finding.exposure == Money.exactly(730)

    def test_committing_saves_a_share_of_it(self) -> None:
        (finding,) = findings(machines(2), self.match, '{{ commitment["1y"] }}', CheckSettings())
        assert finding.exposure is not None
        assert 0 < finding.exposure.likely < 1460


def billed(made: Resource, component: Component, match: str) -> bool:
    view = View(stack(made))
    source = rule(f"scope: stack\nexposure: 1\nstack: {{match: {match}, message: it}}")
    one = {made.address: Estimate((component,))}
    return bool(check(view, one, RuleSet([source]), lambda *_: one, CheckSettings(), CATALOG).findings)


@pytest.mark.parametrize(
    ("kind", "sku", "name", "steady"),
    [
        ("aws_autoscaling_group", "m5.large", "m5.large, on-demand", True),
        ("aws_autoscaling_group", "m5.large", "m5.large, spot", False),
        ("aws_instance", "m5.large", "m5.large, Savings Plan", False),
        ("aws_db_instance", "db.m5.large", "postgresql db.m5.large", False),
        ("aws_nat_gateway", "nat-gateway.hour", "NAT gateway", False),
    ],
)
def test_only_machines_on_demand_can_be_committed_to(kind: str, sku: str, name: str, steady: bool) -> None:
    component = Component(name, Money.exactly(730), "hour", 1.0, Money(100, 730, 2000), sku=sku)
    made = resource(f"{kind}.a", region=Region("us-east-1"))
    assert billed(made, component, "{on_demand: 100}") is steady


class TestContents:
    def test_types_are_counted(self) -> None:
        assert len(findings(machines(3), "{count.aws_instance: 3}", "1", CheckSettings())) == 1

    def test_a_module_that_is_not_here_may_hold_more(self) -> None:
        module = UnresolvedModule("module.m", "registry", machines(1)[0].span, {"x": Reference("a.b")})
        for match in ("{count.aws_instance: 3}", "{not_linked: {type: aws_budgets_budget}}"):
            assert findings(machines(3), match, "1", CheckSettings(), unresolved=[module]) == []
