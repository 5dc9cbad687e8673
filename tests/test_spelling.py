from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.spelling import did_you_mean, nearest, one_edit_apart

_REGIONS = ("us-east-1", "us-east-2", "eu-west-1")


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("us-est-1", {}, '; did you mean "us-east-1"?'),
        ("us-est-1", {"most": 2}, '; did you mean "us-east-1" or "us-east-2"?'),
        ("US-EST-1", {}, '; did you mean "us-east-1"?'),
        ("mars", {}, ""),
        ("mars", {"otherwise": "; there are three"}, "; there are three"),
        ("us-est-1", {"least": 0.99}, ""),
        ("", {}, ""),
    ],
)
def test_what_was_meant_is_asked_in_one_way(name: str, options: dict[str, Any], said: str) -> None:
    assert did_you_mean(name, _REGIONS, **options) == said


def test_a_name_is_told_as_it_is_known_whatever_its_case() -> None:
    assert nearest("standard_d4s_v6", ["Standard_D4s_v5", "Standard_E64_v5"]) == ["Standard_D4s_v5"]


@given(st.text(max_size=20), st.lists(st.text(max_size=20)), st.integers(1, 4))
def test_only_what_is_known_is_suggested_and_no_more_than_asked_for(name: str, known: list[str], most: int) -> None:
    found = nearest(name, known, most=most)
    assert set(found) <= set(known)
    assert len(found) <= most


@given(st.text("ab", max_size=5), st.integers(0, 4), st.sampled_from("abc"))
def test_one_character_more_is_one_edit_either_way(text: str, at: int, added: str) -> None:
    longer = text[:at] + added + text[at:]
    assert one_edit_apart(text, longer)
    assert one_edit_apart(longer, text)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("gpu", "gqu", True),
        ("training", "trainign", True),
        ("gpu", "gpu", False),
        ("gpu", "gpuuu", False),
        ("ab", "ba", True),
        ("abc", "cba", False),
        ("abcd", "badc", False),
        ("", "a", True),
    ],
)
def test_more_than_one_edit_is_not_one(one: str, other: str, apart: bool) -> None:
    assert one_edit_apart(one, other) is apart
    assert one_edit_apart(other, one) is apart
