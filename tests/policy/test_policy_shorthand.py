from __future__ import annotations

import re
from pathlib import Path

import pytest
from policy_stacks import HEAD

from costlint.policy import RuleError, read_rules
from costlint.policy.documents import read_rule
from costlint.policy.schema import TypeRule

_LINES = len(HEAD.splitlines())
_NAMES = "names:\n  state: '(?i)etcd|kafka'\n  old: [gp2, standard]\n"
_BODY = """resources:
  disk:
    - when: {not: {any: [{address: {matches: $state}}, {tags.Name: {surely: {matches: $state}}}]}}
      match: {type: $old}
      change: {type: gp3}
    - match: {type: $old, size: {not: {one_of: $old}}}
      change: {type: $old}
      message: $old
"""


def _sections(body: str) -> list[TypeRule]:
    return [about for _, about, _ in read_rule(HEAD + body, "rule.yaml").sections()]


def test_a_name_stands_for_what_it_is_given_as_wherever_a_pattern_asks() -> None:
    first, second = _sections(_NAMES + _BODY)
    state = {"matches": "(?i)etcd|kafka"}
    assert first.when == {"not": {"any": [{"address": state}, {"tags.Name": {"surely": state}}]}}
    assert first.match == {"type": ["gp2", "standard"]}
    assert second.match == {"type": ["gp2", "standard"], "size": {"not": {"one_of": ["gp2", "standard"]}}}


def test_outside_patterns_text_is_as_it_stands() -> None:
    _, second = _sections(_NAMES + _BODY)
    assert (second.change, second.message) == ({"type": "$old"}, "$old")


def test_a_rule_with_names_is_the_one_that_is_written_out() -> None:
    named = (
        _NAMES.replace("  state: '(?i)etcd|kafka'\n", "") + "resources: {disk: {match: {t: $old}, remove: resource}}\n"
    )
    written = "resources: {disk: {match: {t: [gp2, standard]}, remove: resource}}\n"
    assert read_rule(HEAD + named, "rule.yaml") == read_rule(HEAD + written, "rule.yaml")


@pytest.mark.parametrize("text", ["$", "a$", "$OLD", "^\\$web$", "$old|x", "${old}"])
def test_a_regular_expression_that_only_ends_or_begins_like_a_name_stays_one(text: str) -> None:
    (about,) = _sections(f"resources: {{disk: {{match: {{t: {{matches: '{text}'}}}}, remove: resource}}}}\n")
    assert about.match == {"t": {"matches": text}}


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        (_NAMES + _BODY.replace("type: $old}", "type: $odl}"), 7, '`names` gives no "odl"; did you mean "old"?'),
        (_BODY, 3, '`names` gives no "state"'),
        (_NAMES.replace("old:", "new: x\n  old:") + _BODY, 3, 'nothing asks for "$new"'),
        (_NAMES.replace("[gp2, standard]", "{a: b}") + _BODY, 3, "names.old"),
        ("names: [a]\n" + _BODY, 4, '`names` gives no "state"'),
        (_NAMES.replace("etcd|", "(etcd|") + _BODY, 6, "not a regular expression"),
        ("stack: [1]\n", 1, "stack"),
    ],
)
def test_a_mistake_about_a_name_is_told_with_its_line(tmp_path: Path, body: str, line: int, said: str) -> None:
    (tmp_path / "rule.yaml").write_text(HEAD + body, encoding="utf-8")
    with pytest.raises(RuleError, match=re.escape(said)) as caught:
        read_rules(tmp_path)
    assert caught.value.line == _LINES + line
