"""Filling in a template that only names values gives what Jinja2 gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.model import UNKNOWN, LinkedStr, Money, Reference, UnknownValue
from costlint.policy.load import shipped
from costlint.policy.messages import render, rendered
from costlint.policy.plain import pieces
from costlint.policy.reading import PatternError

NAMES = [
    "size",
    "name",
    "_x",
    "none",
    "min",
    "nothing",
    "items",
    "loop",
    "node",
    "a1",
    "if",
    "instance",
    "self",
    "group",
]
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**7),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.just(UNKNOWN),
    st.just(Reference("aws_vpc.a", "id")),
    st.just(LinkedStr("vpc-1", (Reference("aws_vpc.a", "id"),))),
    st.just(Money(1, 2, 3)),
    st.lists(st.integers(), max_size=2),
)
inside = st.dictionaries(st.sampled_from(["type", "count", "kept", "size", "items"]), values, max_size=3)
given_values = st.builds(
    lambda named, instance, group: {**named, **({"instance": instance} if instance else {}), "group": group},
    st.dictionaries(st.sampled_from(NAMES[:10]), values),
    inside,
    inside,
)
blanks = st.sampled_from(["", " ", "  ", "\t", "\n"])
expressions = st.one_of(
    st.sampled_from(["name | default('version')", "_x|default('a b')", "min | default('')", "node.x | default('y')"]),
    st.sampled_from(NAMES),
    st.builds(lambda holder, name: f"{holder}.{name}", st.sampled_from(NAMES), st.sampled_from(["type", "count", "x"])),
    st.sampled_from(
        [
            "size + 1",
            "5",
            "'text'",
            "size|money",
            "group.count | money",
            "name | default('version')",
            "min|default('')",
            "name | upper",
            "",
            "a.b.c",
        ]
    ),
)
slots = st.builds(
    lambda a, e, m, b: f"{{{{{a}{e}{m}{b}}}}}", blanks, expressions, st.sampled_from(["", " | money"]), blanks
)
texts = st.one_of(
    st.text("ab {}%#$\n-.", max_size=6), st.sampled_from(["{% if size %}x{% endif %}", "{# no #}", "{{-"])
)


def outcome(fill: object, text: str, named: dict[str, object]) -> object:
    assert callable(fill)
    try:
        return fill(text, named)
    except (PatternError, UnknownValue) as error:
        return type(error)


@given(st.lists(st.one_of(slots, slots, texts), max_size=4).map("".join), given_values)
def test_every_template_reads_as_jinja_fills_it_in(text: str, named: dict[str, object]) -> None:
    assert outcome(render, text, named) == outcome(rendered, text, named)


@pytest.mark.parametrize(
    "text", ["{{ size + 1 }}", "{{- size }}", "{% if size %}x{% endif %}", "{{ none }}", "{{ min }}"]
)
def test_what_takes_more_than_filling_in_is_left_to_jinja(text: str) -> None:
    assert pieces(text, frozenset(("min",))) is None


@pytest.mark.parametrize("text", ["{{ size }}", "{{ scaled_nodes.peak|money }}", "{{ engine | default('version') }} 1"])
def test_what_is_filled_in_needs_no_engine(text: str) -> None:
    assert pieces(text) is not None


def test_hardly_a_shipped_message_needs_the_engine() -> None:
    messages = [source.rule.message for source in shipped()]
    plain = [message for message in messages if pieces(message) is not None]
    assert len(plain) > 0.8 * len(messages)
