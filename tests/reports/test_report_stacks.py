"""Alternatives in words: which one counts, what the others cost, what waits for an environment."""

from __future__ import annotations

import pytest
from sample_reports import finding, report

from costlint.model import Coverage, Environment, Money, Occurrence, Report, Stack, StackResult, Totals
from costlint.reports.explain import explain_place
from costlint.reports.findings import occurring
from costlint.reports.stacks import beside_line, side_by_side, stack_line, waiting_line, which_line
from costlint.reports.text import render


def result(name: str, cost: float, *, counts: bool = True, alternative: bool = True, awaiting: int = 0) -> StackResult:
    directory = name.partition(" [")[0]
    stack = Stack(name, "terraform", directory, directory=directory, alternative=alternative)
    return StackResult(stack, {}, (), Totals(current=Money.exactly(cost)), awaiting, counts)


def alternatives(root: str = "infra", number: int = 3) -> list[StackResult]:
    return [result(f"{root} [{n}.tfvars]", 100 * n, counts=n == number) for n in range(1, number + 1)]


def of(*results: StackResult, **changed: object) -> Report:
    return report(finding(), stacks=tuple(results), **changed)


def test_a_few_alternatives_of_one_root_are_the_headline() -> None:
    assert side_by_side(of(*alternatives())) == (
        "infra costs $300/month with 3.tfvars, $200 with 2.tfvars or $100 with 1.tfvars"
    )
    assert "of the first can be saved" in render(of(*alternatives()), width=200)


@pytest.mark.parametrize(
    "results",
    [alternatives(number=5), [*alternatives(), result("other", 1, alternative=False)], [result("infra", 1)]],
    ids=["many", "another root", "no alternative"],
)
def test_otherwise_the_headline_is_the_total(results: list[StackResult]) -> None:
    assert side_by_side(of(*results)) == ""


def test_the_headline_says_which_alternative_counts() -> None:
    assert which_line(of(*alternatives(number=5))) == "counting 5.tfvars of the 5 alternatives of infra"
    two = of(*alternatives(), *alternatives("other"))
    assert which_line(two) == "counting one of the alternatives of each of 2 roots"
    assert render(two, width=200).startswith(
        "$1,000/month as written, counting one of the alternatives of each of 2 roots;"
    )


def test_findings_about_alternatives_that_do_not_count_are_not_said_to_save_nothing() -> None:
    nothing = Totals(current=Money.exactly(300))
    beside = render(of(*alternatives(number=5), totals=nothing), width=200)
    assert beside.splitlines()[0].endswith("; 1 finding about what the total does not count.")
    alone = report(finding(saving=None), stacks=(result("infra", 300, alternative=False),), totals=nothing)
    assert render(alone, width=200).splitlines()[0].endswith("; 1 finding, none with a saving of its own.")


def test_a_library_beside_alternatives_does_not_matter() -> None:
    library = result("modules/x", 1, counts=False, alternative=False)
    library.stack.library = True
    assert side_by_side(of(*alternatives(), library)).startswith("infra costs")
    assert stack_line(of(*alternatives(), library)) == "infra [3.tfvars] $300"


def test_what_is_not_added_is_named_with_its_bill() -> None:
    assert beside_line(of(*alternatives())) == (
        "not added (alternatives: all would): infra [2.tfvars] $200 · infra [1.tfvars] $100"
    )
    assert beside_line(of(result("a", 1, alternative=False))) == ""


@pytest.mark.parametrize(
    ("directory", "words"),
    [
        ("live/eu", "add `environments: {live/eu: prod}` (or nonprod) to .costlint.yaml"),
        (".", "pass --environment prod (or nonprod), or run costlint init"),
        ("../live", "pass --environment prod (or nonprod), or run costlint init"),
    ],
)
def test_what_waits_says_what_to_add(directory: str, words: str) -> None:
    waiting = of(result(directory, 1, awaiting=3, alternative=False), coverage=Coverage(awaiting_environment=3))
    assert waiting_line(waiting) == f"3 checks await an environment: {words}"


def test_where_several_wait_init_proposes_them_all() -> None:
    results = [result(name, 1, awaiting=n, alternative=False) for n, name in enumerate(("a", "b", "c"))]
    line = waiting_line(of(*results, coverage=Coverage(awaiting_environment=3)))
    assert line.startswith("3 checks await an environment: add `environments: {c: prod}`")
    assert line.endswith("; costlint init proposes all 2")
    assert waiting_line(of(*results)) == ""


def occurrence(stack: str, counts: bool = True) -> Occurrence:
    return Occurrence(stack, Environment(), ("a.b",), "f", Money.exactly(5), counted=counts)


@pytest.mark.parametrize(
    ("stacks", "among", "words"),
    [
        (("infra [a]",), 1, ""),
        (("infra [a]", "infra [b]"), 3, "in 2 of 3 environments"),
        (("infra [a]", "infra [b]"), 2, "in all 2 environments"),
        (("infra", "other"), 2, "in 2 stacks"),
    ],
)
def test_a_finding_says_how_many_stacks_share_it(stacks: tuple[str, ...], among: int, words: str) -> None:
    assert occurring(finding(stacks=tuple(map(occurrence, stacks)), among=among)) == words


def test_a_finding_none_of_whose_stacks_counts_says_so() -> None:
    beside = tuple(occurrence(name, counts=False) for name in ("infra [a]", "infra [b]"))
    assert occurring(finding(stacks=beside, among=3)) == "in 2 of 3 environments, not in the total"


def test_an_explanation_lists_what_each_stack_saves() -> None:
    stacks = (occurrence("infra [a]"), occurrence("infra [b]", counts=False))
    text = explain_place(report(finding(stacks=stacks, among=2)), "main.tf", 3)
    assert "  infra [a]: $5.00/month\n  infra [b]: $5.00/month, not added\n" in text
