from __future__ import annotations

import re

import pytest
from hostile import TEXTS, everywhere
from sample_reports import finding, report, span

from costlint.model import Diagnostic, Money
from costlint.reports.compact import render

_LINE = re.compile(r"(.+?):(\d+):(\d+): (\S+) (.+)")


def test_a_finding_is_a_line_editors_can_jump_to() -> None:
    assert render(report(finding())) == (
        "main.tf:3:10: STO001 aws_ebs_volume.models uses gp2; gp3 has the same baseline for less ($20.00/mo)\n"
    )


def test_the_dearest_comes_first_and_what_is_assumed_is_marked() -> None:
    dear = finding(span=span(line=9), saving=Money.exactly(900))
    guess = finding(span=span(line=5), usage_based=True)
    lines = render(report(guess, finding(), dear)).splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["main.tf:9:10", "main.tf:3:10", "main.tf:5:10"]
    assert lines[2].endswith("(~$20.00/mo)")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, ["error", "warning"]),
        ({"everything": True}, ["error", "warning", "note"]),
        ({"quiet": True}, []),
    ],
)
def test_diagnostics_follow(options: dict[str, bool], told: list[str]) -> None:
    problems = tuple(Diagnostic(severity, "odd", "a.tf", 2, 1) for severity in ("error", "warning", "note"))
    lines = render(report(diagnostics=problems), **options).splitlines()
    assert lines == [f"a.tf:2:1: {severity}: odd" for severity in told]


def test_a_problem_with_a_file_as_a_whole_stands_on_its_first_line() -> None:
    assert render(report(diagnostics=(Diagnostic("error", "too large", "a.tf"),))) == "a.tf:1:1: error: too large\n"


def test_nothing_found_is_nothing() -> None:
    assert render(report()) == ""


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_names_stay_on_one_line_each(text: str) -> None:
    lines = render(everywhere(text), everything=True).split("\n")
    assert len(lines) == 5
    assert all(_LINE.fullmatch(line) for line in lines[:-1])
