"""The invoice under commitments: what they cover, in which order, and what a change takes off it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from your_stacks import LIST, cash_saving, machines, monthly, resource, spent, yours

from costlint.config import Commitment
from costlint.prices import Cash

RESERVED = Commitment("aws", "reservation", count=4, sku="m5.xlarge", region="us-east-1")


def list_price(name: str, region: str = "us-east-1") -> float:
    shape = LIST.shape("aws", region, name)
    assert shape is not None
    assert shape.on_demand is not None
    return shape.on_demand.amount * 730


@pytest.mark.parametrize(
    ("before", "after", "saved"),
    [
        ({"m5.xlarge": 4}, {"m5.xlarge": 2}, 0),
        ({"m5.xlarge": 6}, {"m5.xlarge": 4}, 2),
        ({"m5.xlarge": 6}, {"m5.xlarge": 2}, 2),
        ({"m5.xlarge": 4}, {"m5.xlarge": 5}, -1),
        ({"m5.xlarge": 3}, {"m5.xlarge": 4}, 0),
        ({"m5.2xlarge": 2}, {"m5.2xlarge": 1}, 0),
        ({"m5.large": 8, "m5.xlarge": 4}, {"m5.xlarge": 4}, 4),
    ],
    ids=["all covered", "beyond", "partly beyond", "one more", "into spare", "another size", "two sizes"],
)
def test_what_a_reservation_covers_saves_nothing(before: dict[str, int], after: dict[str, int], saved: float) -> None:
    found = cash_saving(machines(before), machines(after), RESERVED)
    assert found == pytest.approx(saved * list_price("m5.xlarge"), abs=0.01)


@pytest.mark.parametrize(
    ("commitment", "kept"),
    [
        (Commitment("aws", "reservation", count=2, sku="m5.xlarge", region="eu-west-1"), 0),
        (Commitment("aws", "reservation", count=2, sku="c5.xlarge", region="us-east-1"), 0),
        (Commitment("gcp", "cud", hourly=10.0), 0),
        (Commitment("aws", "reservation", count=2, sku="m5.xlarge", region="us-east-1", until=date(2026, 1, 1)), 0),
        (Commitment("aws", "reservation", count=2, sku="m5.xlarge", region="us-east-1", until=date(2027, 1, 1)), 2),
        (Commitment("aws", "reservation", percent=50, family="m5"), 2),
        (Commitment("aws", "savings-plan", percent=25), 1),
        (Commitment("aws", "savings-plan", percent=100, region="eu-*"), 0),
    ],
)
def test_a_commitment_covers_what_it_says_while_it_lasts(commitment: Commitment, kept: float) -> None:
    found = cash_saving(machines({"m5.xlarge": 4}), [], commitment)
    assert found == pytest.approx((4 - kept) * list_price("m5.xlarge"), abs=0.01)


def test_a_reservation_for_a_gpu_type_covers_that_size_alone() -> None:
    commitment = Commitment("aws", "reservation", count=1, sku="g5.xlarge", region="us-east-1")
    other = cash_saving(machines({"g5.2xlarge": 1}), [], commitment)
    assert other == pytest.approx(list_price("g5.2xlarge"))
    assert cash_saving(machines({"g5.xlarge": 1}), [], commitment) == pytest.approx(0, abs=0.01)


def test_a_reservation_of_machines_covers_no_database_of_the_same_family() -> None:
    database = [resource("aws_db_instance.d", engine="postgres", instance_class="db.m5.xlarge", allocated_storage=20)]
    by_family = Commitment("aws", "reservation", percent=100, family="m5")
    assert cash_saving(database, [], by_family) == pytest.approx(monthly(database, LIST))
    assert cash_saving(database, [], RESERVED) == pytest.approx(monthly(database, LIST))


def test_a_reserved_database_covers_its_hours_and_not_its_storage() -> None:
    database = [resource("aws_db_instance.d", engine="postgres", instance_class="db.m5.large", allocated_storage=100)]
    commitment = Commitment("aws", "reservation", count=1, sku="db.m5.large", region="us-east-1", service="rds")
    storage = cash_saving(database, [], commitment)
    assert storage == pytest.approx(100 * 0.115, rel=0.3)
    assert storage < monthly(database, LIST) / 2


def test_a_savings_plan_covers_at_its_own_prices() -> None:
    plan = Commitment("aws", "savings-plan", hourly=0.1, discount=50)
    found = cash_saving(machines({"m5.xlarge": 2}), [], plan)
    assert found == pytest.approx(2 * list_price("m5.xlarge") - 0.2 * 730)


def test_a_plan_for_a_family_goes_before_one_for_everything() -> None:
    """m5 is covered by its own plan, so the wide plan is free for c5, and removing c5 saves nothing."""
    narrow = Commitment("aws", "savings-plan", hourly=list_price("m5.xlarge") / 730 / 2, family="m5", discount=50)
    wide = Commitment("aws", "savings-plan", hourly=list_price("c5.xlarge") / 730 / 2, discount=50)
    before = machines({"m5.xlarge": 1, "c5.xlarge": 1})
    for order in ((narrow, wide), (wide, narrow)):
        assert cash_saving(before, machines({"m5.xlarge": 1}), *order) == pytest.approx(0, abs=0.01)


def test_a_plan_goes_where_it_takes_most_off() -> None:
    """A plan covers the deeper discount first: what stays uncovered is the other family."""
    three_years = Commitment("aws", "savings-plan", hourly=0.05, term="3y")
    before = machines({"m5.xlarge": 1, "c6g.xlarge": 1})
    catalog = yours(None, three_years)
    spending = spent(before, catalog)
    percents = {c.name: catalog.scopes.discount(three_years, c) or 0 for c in spending.coverable}
    deeper = max(percents, key=percents.__getitem__)
    other = min(percents, key=percents.__getitem__)
    assert percents[deeper] > percents[other]
    saved = cash_saving(before, machines({deeper: 1}), three_years)
    assert saved == pytest.approx(list_price(other))


def test_capacity_a_change_frees_goes_to_other_usage_first() -> None:
    plan = Commitment("aws", "savings-plan", hourly=0.096, discount=50)
    before = machines({"m5.xlarge": 2})
    assert cash_saving(before, machines({"m5.xlarge": 1}), plan) == pytest.approx(list_price("m5.xlarge"))


def test_a_change_into_spare_capacity_saves_more_cash_than_the_prices_say() -> None:
    spare = Commitment("aws", "reservation", count=1, sku="m6i.xlarge", region="us-east-1")
    found = cash_saving(machines({"m5.xlarge": 1}), machines({"m6i.xlarge": 1}), spare)
    assert found == pytest.approx(list_price("m5.xlarge"))


def test_spot_and_storage_are_covered_by_nothing() -> None:
    spot = [
        resource("aws_instance.s", instance_type="m5.xlarge", instance_market_options=[{"market_type": "spot"}]),
        resource("aws_ebs_volume.v", size=500, type="gp3"),
    ]
    plan = Commitment("aws", "savings-plan", hourly=100.0, discount=30)
    assert cash_saving(spot, [], plan) == pytest.approx(monthly(spot, LIST))


def test_functions_are_covered_by_a_plan_for_everything() -> None:
    plan = Commitment("aws", "savings-plan", hourly=100.0, discount=15)
    found = cash_saving([resource("aws_lambda_function.f", memory_size=1024)], [], plan)
    whole = monthly([resource("aws_lambda_function.f", memory_size=1024)], LIST)
    assert 0 < found < whole


def test_a_sustained_use_discount_lowers_what_a_commitment_takes_over() -> None:
    machine = [resource("google_compute_instance.g", "us-central1", machine_type="n1-standard-8", zone="us-central1-a")]
    whole = Commitment("gcp", "cud", percent=100, family="n1")
    other = resource("google_compute_instance.g", "us-central1", machine_type="n1-standard-16", zone="us-central1-a")
    hours = monthly([other], LIST) - monthly(machine, LIST)
    assert hours > 0
    assert cash_saving(machine, [], whole) == pytest.approx(monthly(machine, LIST) - hours, abs=0.01)


def test_the_invoice_is_fees_and_what_is_left() -> None:
    plan = Commitment("aws", "savings-plan", hourly=0.096, discount=50)
    catalog = yours(None, plan)
    cash = Cash((plan,), catalog, spent(machines({"m5.xlarge": 2}), catalog))
    assert cash.fees.likely == pytest.approx(0.096 * 730)
    assert cash.current.likely == pytest.approx(0.096 * 730 + list_price("m5.xlarge"))


FLEET = st.dictionaries(
    st.sampled_from(["m5.large", "m5.xlarge", "c5.xlarge", "r5.large", "g5.xlarge"]), st.integers(1, 4)
)
COMMITMENTS = st.lists(
    st.one_of(
        st.builds(
            Commitment,
            st.just("aws"),
            st.just("savings-plan"),
            hourly=st.floats(0, 2),
            family=st.sampled_from(["", "m5", "c5"]),
            discount=st.floats(0, 80),
        ),
        st.builds(
            Commitment,
            st.just("aws"),
            st.just("reservation"),
            count=st.integers(0, 5).map(float),
            sku=st.sampled_from(["m5.xlarge", "r5.large", "g5.xlarge"]),
            region=st.just("us-east-1"),
        ),
        st.builds(
            Commitment,
            st.just("aws"),
            st.just("reservation"),
            percent=st.floats(0, 100),
            family=st.sampled_from(["m5", "g5"]),
        ),
    ),
    max_size=4,
).map(tuple)


@given(fleet=FLEET, commitments=COMMITMENTS, data=st.data())
def test_taking_machines_away_never_saves_more_cash_than_they_cost(
    fleet: dict[str, int], commitments: tuple[Commitment, ...], data: st.DataObject
) -> None:
    fewer = {name: data.draw(st.integers(0, number), name) for name, number in fleet.items()}
    before, after = machines(fleet), machines(fewer)
    saved = cash_saving(before, after, *commitments)
    assert -0.001 <= saved <= monthly(before, LIST) - monthly(after, LIST) + 0.001


@given(fleet=FLEET, other=FLEET, commitments=COMMITMENTS)
def test_the_invoice_after_a_change_is_at_least_what_is_committed(
    fleet: dict[str, int], other: dict[str, int], commitments: tuple[Commitment, ...]
) -> None:
    catalog = yours(None, *commitments)
    now, then = spent(machines(fleet), catalog), spent(machines(other), catalog)
    cash = Cash(commitments, catalog, now)
    after = cash.current.likely - cash.saving(then.plus(now, -1)).likely
    assert after >= cash.fees.likely - 0.001


@given(fleet=FLEET, other=FLEET)
def test_without_commitments_cash_is_what_the_prices_say(fleet: dict[str, int], other: dict[str, int]) -> None:
    before, after = machines(fleet), machines(other)
    assert cash_saving(before, after) == pytest.approx(monthly(before, LIST) - monthly(after, LIST), abs=0.001)
