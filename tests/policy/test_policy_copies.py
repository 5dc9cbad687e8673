"""Copies that cost the same are asked about together: the findings are those of asking about each."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_stacks import CATALOG, EVERYTHING, price, resource, rule, stack

from costlint.graph import View
from costlint.model import UNKNOWN, AddBlock, Edit, Estimate, RemoveValue, Resource, SetValue
from costlint.policy import CheckResult, RuleSet, check
from costlint.policy.places import Places, place_of

OTHER_TYPE = rule("""
    resources:
      disk:
        match: {type: present}
        propose: {name: cheapest-value, path: type, values: [io1, gp3, gp2, other]}
""")


class Sharing:
    """Prices as the pipeline does: what cannot be told apart has one estimate. Counts what it is asked."""

    def __init__(self) -> None:
        self.estimates: dict[Estimate, Estimate] = {}
        self.asked = 0

    def __call__(self, view: View, addresses: Iterable[str]) -> dict[str, Estimate]:
        found = price(view, addresses)
        self.asked += len(found)
        return {address: self.estimates.setdefault(one, one) for address, one in found.items()}


def checked(made: list[Resource], price: Sharing | None) -> CheckResult:
    view = View(stack(*made))
    ask = price or globals()["price"]
    return check(view, ask(view, view.resources), RuleSet([OTHER_TYPE]), ask, EVERYTHING, CATALOG)


sizes = st.one_of(st.integers(0, 300), st.sampled_from([10, 100]), st.just(UNKNOWN))
disks = st.lists(st.tuples(st.sampled_from(["gp2", "gp3", "io1"]), sizes, st.integers(1, 2)), min_size=1, max_size=8)


@given(disks)
def test_asking_about_one_of_several_copies_changes_no_finding(described: list[tuple[str, object, int]]) -> None:
    """Disks on one line are written once, so they make one finding if the same is proposed for them."""
    made = [
        resource(f"disk.d[{index}]", written={("type",): line}, type=kind, size=size)
        for index, (kind, size, line) in enumerate(described)
    ]
    shared, alone = checked(made, Sharing()), checked(made, None)
    assert (shared.findings, shared.totals) == (alone.findings, alone.totals)


def test_of_many_copies_only_the_chosen_proposal_is_priced_for_all() -> None:
    made = [resource(f"disk.d[{index}]", written={("type",): 1}, type="io1", size=100) for index in range(50)]
    sharing = Sharing()
    (finding,) = checked(made, sharing).findings
    assert finding.saving is not None
    assert finding.saving.likely == pytest.approx(50 * 100 * (0.125 - 0.05))
    alternatives, kept_and_final = 3, 2 * 50
    assert sharing.asked <= 50 + alternatives + kept_and_final + 50


paths = st.sampled_from([("type",), ("size",), ("blocks", 0, "type"), ("absent",)])
edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(SetValue, st.just("disk.d"), paths, st.integers()),
    st.builds(RemoveValue, st.just("disk.d"), paths),
    st.builds(AddBlock, st.just("disk.d"), paths, st.just({"a": 1})),
)


@given(st.lists(st.tuples(st.integers(0, 2), edits), max_size=8))
def test_a_place_that_is_remembered_is_the_one_a_fresh_look_gives(asked: list[tuple[int, Edit]]) -> None:
    written = {("type",): 3, ("blocks", 0): 5, ("blocks", 0, "type"): 6}
    made = [resource(f"disk.d{i}", line=i, written=written, type="gp2", blocks=[{"type": "a"}]) for i in range(3)]
    around = stack(made)
    places = Places(around)
    for index, edit in asked:
        assert places.of((edit,), made[index]) == place_of((edit,), made[index], around)
