from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.model import UNKNOWN, Money, UnknownValue
from costlint.policy.messages import LONGEST_OUTPUT, LONGEST_TEMPLATE, check_template, evaluate, is_expression, render
from costlint.policy.reading import PatternError

VALUES = {"size": 6000, "name": "vol", "unknown": UNKNOWN, "tags": {"team": "ml"}, "zones": ["a", "b"], "none": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ size }}", 6000),
        ("{{ size / 2 }}", 3000),
        ("{{ [size, 16000] | first }}", 6000),
        ("{{ min(16000, size * 3) }}", 16000),
        ("{{ name if size > 1 else 'x' }}", "vol"),
        ("{{ tags.team == 'ml' }}", True),
        ("{{ zones | length }}", 2),
        ("{{ none }}", None),
    ],
)
def test_an_expression_keeps_its_type(text: str, expected: object) -> None:
    result = evaluate(text, VALUES)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize("text", ["{{ float('nan') }}", "{{ float('inf') }}", "{{ size ~ 1 }}", "{{ int('9' ~ 9) }}"])
def test_a_number_beyond_every_measure_is_unknown(text: str) -> None:
    text = text.replace("'9' ~ 9", f"'{'9' * 400}'").replace("size ~ 1", " * ".join(["size"] * 12))
    with pytest.raises(UnknownValue):
        evaluate(text, VALUES)


@pytest.mark.parametrize(
    ("opened", "closed"), [("(1 + ", ")"), ("[", "]"), ("-", ""), ("not ", ""), ("min(1, ", ")"), ("1 if 1 else ", "")]
)
@pytest.mark.parametrize("depth", [30, 450])
def test_a_deeply_nested_template_is_refused(opened: str, closed: str, depth: int) -> None:
    text = f"{opened * depth}1{closed * depth}"[: LONGEST_TEMPLATE - 20]
    for template in (f"{{{{ {text} }}}}", f"x {{{{ {text} }}}}"):
        with pytest.raises(PatternError, match=r"nested too deeply|expected|unexpected"):
            check_template(template)


@pytest.mark.parametrize("text", ["{{ unknown }}", "{{ unknown + 1 }}", "{{ size * unknown }}", "{{ unknown > 3 }}"])
def test_a_value_that_rests_on_an_unknown_is_unknown(text: str) -> None:
    with pytest.raises(UnknownValue):
        evaluate(text, VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ name }} holds {{ size }} GB", "vol holds 6000 GB"),
        ("{{ unknown }}", "(not known before deployment)"),
        ("{{ none }}", "unset"),
        ("{{ zones | join(', ') }}", "a, b"),
        ("{{ 1234.5 | money }} or {{ 0.5 | money }}", "$1,234 or $0.50"),
        ("plain", "plain"),
        ("{% if size > 1 %}big{% endif %}", "big"),
    ],
)
def test_a_template_is_filled_in(text: str, expected: str) -> None:
    assert render(text, VALUES) == expected


def test_money_shows_the_likely_figure() -> None:
    assert render("{{ saving | money }}", {"saving": Money(1, 2, 3)}) == "$2.00"


@pytest.mark.parametrize(
    "text",
    [
        "{% for x in zones %}{{ x }}{% endfor %}",
        "{% set a = 'x' %}{{ a }}",
        "{% macro m() %}{% endmacro %}",
        "{% include 'x' %}",
        "{{ 'a' * 1000000000 }}",
        "{{ 2 ** 999999999 }}",
        "{{ name.upper() }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ range(10) }}",
        "{{ zones | map('upper') }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ name | replace('v', 'vvvvvvv') }}",
        "{{ nothing }}",
        "{{ size / 0 }}",
        "{{ name + 1 }}",
        "{{ ",
        "x" * (LONGEST_TEMPLATE + 1) + "{{ size }}",
    ],
)
def test_what_could_grow_or_reach_out_is_refused(text: str) -> None:
    with pytest.raises(PatternError):
        evaluate(text, VALUES) if is_expression(text) else render(text, VALUES)


def test_mistakes_are_found_before_anything_is_filled_in() -> None:
    with pytest.raises(PatternError, match="may not use for") as caught:
        check_template("{% for x in y %}{% endfor %}", ("message",))
    assert caught.value.path == ("message",)


@given(st.text(max_size=60), st.text(max_size=2000))
def test_no_text_breaks_out(text: str, value: str) -> None:
    try:
        result = render("{{ value }}" + text, {"value": value})
    except PatternError:
        return
    assert len(result) <= LONGEST_OUTPUT
