from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.pricing.ageing import Step, class_shares

STEPS = st.lists(
    st.builds(Step, st.integers(0, 1000).map(float), st.sampled_from(["cool", "cold", "archive", ""])), max_size=6
)


def test_without_steps_everything_stays_in_the_first_class() -> None:
    assert class_shares("hot", [], 365) == {"hot": 1.0}


def test_steps_take_effect_in_the_order_of_their_ages() -> None:
    shares = class_shares("hot", [Step(200, ""), Step(50, "cool"), Step(100, "archive")], 400)
    assert shares == pytest.approx({"hot": 0.125, "cool": 0.125, "archive": 0.25})


def test_a_step_beyond_the_span_changes_nothing() -> None:
    assert class_shares("hot", [Step(400, "cool")], 365) == {"hot": 1.0}


@given(STEPS)
def test_shares_are_parts_of_a_whole(steps: list[Step]) -> None:
    shares = class_shares("hot", steps, 365)
    assert all(share > 0 for share in shares.values())
    assert sum(shares.values()) <= 1 + 1e-9


@given(STEPS.filter(lambda steps: all(step.to for step in steps)))
def test_nothing_is_lost_where_nothing_is_deleted(steps: list[Step]) -> None:
    assert sum(class_shares("hot", steps, 365).values()) == pytest.approx(1.0)
