"""Texts that are known in part: written with gaps, read again with the gaps unknown."""

from __future__ import annotations

from costlint.model import GAP, UNKNOWN, PartialList, PartialMap, Reference, Sketch, fully_known, opened, with_gaps


def test_what_is_unknown_is_a_gap() -> None:
    assert with_gaps({"a": UNKNOWN, "b": [1, Reference("x.y", "id")], "c": "d"}) == {"a": GAP, "b": [1, GAP], "c": "d"}


def test_a_sketch_inside_is_written_as_its_text() -> None:
    assert with_gaps([Sketch(f"a\n{GAP}")]) == [f"a\n{GAP}"]


def test_values_with_a_gap_in_them_are_unknown_again() -> None:
    assert opened({"a": GAP, "b": [1, f"x-{GAP}"], "c": "d"}) == {"a": UNKNOWN, "b": [1, UNKNOWN], "c": "d"}


def test_what_may_hold_more_may_hold_more_afterwards() -> None:
    back = opened(with_gaps({"map": PartialMap({"a": 1}), "list": PartialList([1])}))
    assert back == {"map": {"a": 1}, "list": [1]}
    assert isinstance(back, dict)
    assert isinstance(back["map"], PartialMap)
    assert isinstance(back["list"], PartialList)


def test_a_key_with_a_gap_leaves_a_map_that_may_hold_more() -> None:
    back = opened({"a": 1, f"{GAP}-name": 2})
    assert back == {"a": 1}
    assert not fully_known(back)
