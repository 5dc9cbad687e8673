"""An item is added to a list, and every other byte stays."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from costlint.integrating.yaml_lists import with_item

ITEM = "- repo: x\n  hooks:\n    - id: costlint\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("repos:\n  - repo: a # why\n", "repos:\n  - repo: a # why\n  - repo: x\n    hooks:\n      - id: costlint\n"),
        ("repos:\n- repo: a\n", "repos:\n- repo: a\n- repo: x\n  hooks:\n    - id: costlint\n"),
        ("repos:\n- repo: a", "repos:\n- repo: a\n- repo: x\n  hooks:\n    - id: costlint\n"),
        ("", "repos:\n  - repo: x\n    hooks:\n      - id: costlint\n"),
        ("# only this\n", "# only this\nrepos:\n  - repo: x\n    hooks:\n      - id: costlint\n"),
        ("ci: 1\n", "ci: 1\n\nrepos:\n  - repo: x\n    hooks:\n      - id: costlint\n"),
        (
            "repos:\n  - repo: a\n    # of a\n\n# of ci\nci: 1\n",
            "repos:\n  - repo: a\n    # of a\n  - repo: x\n    hooks:\n      - id: costlint\n\n# of ci\nci: 1\n",
        ),
    ],
)
def test_the_item_comes_last_and_comments_stay(before: str, after: str) -> None:
    assert with_item(before, "repos", ITEM) == after


@pytest.mark.parametrize(
    "text",
    [
        "repos: []\n",
        "repos: [a]\n",
        "{repos: []}\n",
        "- a\n",
        "repos: a\n",
        "repos:\n",
        "a: [\n",
        "repos: &x\n  k: 1\n",
    ],
)
def test_what_is_not_written_item_by_item_is_left_alone(text: str) -> None:
    assert with_item(text, "repos", ITEM) is None


def test_tags_of_others_are_no_obstacle() -> None:
    text = "include:\n  - local: a.yml\njob:\n  script: !reference [.base, script]\n"
    changed = with_item(text, "include", "- local: b.yml\n")
    assert changed == text.replace("a.yml\n", "a.yml\n  - local: b.yml\n")


_words = st.text("abc#:- \"'é", max_size=6)
_values = st.recursive(
    _words | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_words | st.just("repos"), _values, max_size=4), st.integers(2, 4))
def test_whatever_a_file_says_it_says_afterwards(content: dict[str, object], indent: int) -> None:
    text = yaml.safe_dump(content, indent=indent, allow_unicode=True)
    changed = with_item(text, "repos", ITEM)
    if changed is not None:
        before = content.get("repos")
        added = [*(before if isinstance(before, list) else []), *yaml.safe_load(ITEM)]
        assert yaml.safe_load(changed) == {**content, "repos": added}
        assert [line for line in changed.splitlines() if line in text.splitlines() or not line]
