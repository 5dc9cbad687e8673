"""Patches conflict exactly when they cannot both be applied."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.model import AddResource, Patch, RemoveResource, RemoveValue, SetValue


def patch(*edits):
    return Patch(tuple(edits))


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        (SetValue("a.b", ("type",), "gp3"), SetValue("a.b", ("type",), "io2"), True),
        (SetValue("a.b", ("type",), "gp3"), SetValue("a.b", ("size",), 10), False),
        (SetValue("a.b", ("type",), "gp3"), SetValue("a.c", ("type",), "gp3"), False),
        (SetValue("a.b", ("disk", 0, "type"), "gp3"), RemoveValue("a.b", ("disk",)), True),
        (SetValue("a.b", ("disk", 0, "type"), "gp3"), SetValue("a.b", ("disk", 1, "type"), "gp3"), False),
        (SetValue("a.b", ("type",), "gp3"), RemoveResource("a.b"), True),
        (AddResource("l.x", "l", "a.b"), RemoveResource("a.b"), False),
        (AddResource("l.x", "l", "a.b"), AddResource("l.x", "l", "a.b"), True),
    ],
)
def test_conflicts(one, other, conflict):
    assert patch(one).conflicts(patch(other)) is conflict


_edits = st.builds(
    SetValue,
    st.sampled_from(["a.b", "a.c"]),
    st.lists(st.sampled_from(["x", "y", 0]), max_size=3).map(tuple),
    st.integers(),
)


@given(st.lists(_edits, max_size=4), st.lists(_edits, max_size=4))
def test_conflict_is_symmetric(one, other):
    assert patch(*one).conflicts(patch(*other)) == patch(*other).conflicts(patch(*one))
