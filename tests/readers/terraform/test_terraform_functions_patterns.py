"""Regular expressions: bounded work on hostile patterns, and one meaning on both ways to run them."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.model import Unknown
from costlint.re2 import Pattern, PatternError
from costlint.re2.machine import assemble
from costlint.re2.syntax import group_names, parse
from costlint.re2.translation import most_paths, translate
from costlint.readers.terraform.functions import FunctionError, call

atoms = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\b", "^", "$", "(?i:A)", "é", "[[:alpha:]]", r"\pL"]
)
repeated = st.builds(
    "{}{}".format, atoms, st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "*?", "+?", "{2,}?"])
)
sequences = st.lists(repeated, min_size=1, max_size=4).map("".join)
patterns = st.recursive(
    sequences,
    lambda inner: (
        st.builds("({}){}".format, inner, st.sampled_from(["", "?"]))
        | st.builds("(?:{}|{})".format, inner, inner)
        | st.builds("{}{}".format, inner, inner)
    ),
    max_leaves=4,
)
texts = st.text(alphabet="aAbé1 \n", max_size=8)


@given(patterns, texts)
def test_both_ways_to_run_a_pattern_find_the_same(pattern: str, text: str) -> None:
    try:
        tree = parse(pattern)
    except PatternError:
        return
    machine = assemble(tree, len(group_names(tree))).search(text, 0)
    found = re.search(translate(tree), text)
    spans = None if found is None else [found.span(group) for group in range(found.re.groups + 1)]
    assert (machine and [span or (-1, -1) for span in machine]) == spans


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*$",
        "(a|aa)+$",
        "(a*)*$",
        "(.*)*x",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(x+x+)+y",
        "a*a*a*a*a*a*a*a*a*a*b",
        "(a?){40}a{40}",
        "(?:a{1,30}){1,30}$",
        "(((a+)+)+)+$",
        "a" * 5000,
        "(?:" * 150 + "a" + ")*" * 150,
    ],
)
def test_a_hostile_pattern_ends(pattern: str) -> None:
    text = "a" * 60 + "!"
    for name, args in (("regexall", [pattern, text]), ("replace", [text, f"/{pattern}/", "x"])):
        assert call(name, args) is not None


def test_a_pattern_over_a_text_too_long_for_it_is_unknown() -> None:
    assert isinstance(call("regexall", ["(a|b)*c", "ab" * 400_000]), Unknown)
    assert isinstance(call("regex", ["a", "b" * 2_000_000 + "a"]), Unknown)


def test_repetition_that_multiplies_is_refused() -> None:
    with pytest.raises(FunctionError, match="invalid repeat count"):
        call("regex", ["((a{100}){100}){100}", "a"])


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(FunctionError, match="nests too deeply"):
        call("regex", ["(" * 5000 + ")" * 5000, "a"])


@pytest.mark.parametrize(
    ("pattern", "bounded"),
    [
        ("^arn:aws:[a-z0-9-]+:[a-z0-9-]*:.*$", True),
        (r"(\d+)\.(\d+)", True),
        ("(a+)+", False),
        ("(a|b)*", False),
        ("(?:ab)*", True),
        ("(a?){3}", True),
    ],
)
def test_only_patterns_with_few_paths_run_on_pythons_engine(pattern: str, bounded: bool) -> None:
    assert (most_paths(parse(pattern), 50) < 10**9) is bounded


def test_a_pattern_knows_the_names_of_its_groups() -> None:
    assert Pattern(r"(a)(?P<x>b)(?<y>c)(?:d)").groups == ["", "x", "y"]


@given(st.text(alphabet=r"ab()[]{}|*+?\^$.-PpQE1,:<>=!éiU", max_size=12), texts)
def test_whatever_the_pattern_it_is_run_or_refused(pattern: str, text: str) -> None:
    with contextlib.suppress(FunctionError):
        call("regexall", [pattern, text])
