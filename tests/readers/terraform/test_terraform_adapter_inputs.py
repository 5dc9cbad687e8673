"""Which inputs of a module call change no bill."""

from __future__ import annotations

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from costlint.readers.terraform.adapters.inputs import unread

_TEXT = st.text(alphabet="ab_", max_size=6)


def test_an_input_that_is_declared_or_free_is_not_told_of() -> None:
    given_inputs = ["instance_type", "tags", "db_tags", "create_role", "storage"]
    assert unread(given_inputs, ["instance_type"], ["tags", "*_tags", "create_*"]) == ("storage",)


@given(_TEXT, st.text(alphabet="ab_*", max_size=6))
def test_a_star_stands_for_any_text(name: str, entry: str) -> None:
    assert (unread([name], [], [entry]) == ()) == fnmatchcase(name, entry)
