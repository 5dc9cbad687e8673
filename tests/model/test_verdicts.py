"""Three-valued logic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from costlint.model.verdicts import Verdict, all_of, any_of, negated

verdicts = st.sampled_from([True, False, None])
several = st.lists(verdicts, max_size=5)


@given(several)
def test_not_all_is_any_not(values: list[Verdict]) -> None:
    assert negated(all_of(values)) == any_of(negated(value) for value in values)


@given(several)
def test_order_does_not_matter(values: list[Verdict]) -> None:
    assert all_of(values) == all_of(reversed(values))
    assert any_of(values) == any_of(reversed(values))


@given(several, several)
def test_nesting_does_not_matter(one: list[Verdict], other: list[Verdict]) -> None:
    assert all_of([all_of(one), all_of(other)]) == all_of([*one, *other])
    assert any_of([any_of(one), any_of(other)]) == any_of([*one, *other])


@given(several, st.integers(0, 4), st.booleans())
def test_learning_a_value_never_turns_a_known_answer_around(values: list[Verdict], index: int, learned: bool) -> None:
    for combine in (all_of, any_of):
        before = combine(values)
        known = [learned if i == index and value is None else value for i, value in enumerate(values)]
        if before is not None:
            assert combine(known) is before


def test_nothing_is_all_and_not_any() -> None:
    assert all_of([]) is True
    assert any_of([]) is False
