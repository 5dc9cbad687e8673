from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from hostile import TEXTS, everywhere
from hypothesis import given
from hypothesis import strategies as st
from sample_reports import finding, report, span

from costlint.model import Diagnostic, Money, Report
from costlint.reports import github
from costlint.reports.limits import GITHUB_ANNOTATIONS

_COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-zA-Z]+=[^,:\r\n]*,?)+)::(.*)")


class Annotation(NamedTuple):
    level: str
    properties: dict[str, str]
    message: str


def annotations(source: Report) -> list[Annotation]:
    """What the runner makes of the lines, as its own parser unescapes them."""
    found = []
    for line in github.render(source).split("\n")[:-1]:
        read = _COMMAND.fullmatch(line)
        assert read is not None, line
        told = dict(part.split("=", 1) for part in read[2].split(","))
        found.append(Annotation(read[1], {name: _plain(text) for name, text in told.items()}, _plain(read[3])))
    return found


def _plain(text: str) -> str:
    for written, read in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(written, read)
    return text


def test_a_finding_is_annotated_on_its_line() -> None:
    first, last = annotations(report(finding()))
    assert first.level == "warning"
    assert first.properties == {
        **{"file": "main.tf", "line": "3", "endLine": "3", "col": "10", "endColumn": "15"},
        "title": "STO001 $20.00/mo",
    }
    assert first.message.splitlines()[1] == '- type = "gp2"  + "gp3"'
    assert (last.level, last.properties) == ("notice", {"title": "costlint"})
    assert last.message.startswith("$1,000/month as written; $20.00/month")


def test_amounts_with_commas_stay_whole() -> None:
    first, _ = annotations(report(finding(saving=Money.exactly(12345))))
    assert first.properties["title"] == "STO001 $12,345/mo"


def test_lines_have_columns_only_where_they_are_one() -> None:
    first, _ = annotations(report(finding(span=span(line=3, end_line=5))))
    assert {"col", "endColumn"}.isdisjoint(first.properties)
    assert first.properties["endLine"] == "5"


@pytest.mark.parametrize(
    ("severity", "level"), [("critical", "error"), ("high", "warning"), ("medium", "warning"), ("low", "notice")]
)
def test_levels_follow_severities(severity: str, level: str) -> None:
    assert annotations(report(finding(severity=severity)))[0].level == level


def test_no_more_of_a_level_than_are_shown_and_the_rest_is_counted() -> None:
    many = [finding(address=f"aws_ebs_volume.v{n}", severity=level) for n in range(25) for level in ("medium", "low")]
    found = annotations(report(*many))
    levels = [one.level for one in found]
    assert levels.count("warning") == levels.count("notice") == GITHUB_ANNOTATIONS
    assert found[-1].message.endswith(
        f"{50 - GITHUB_ANNOTATIONS - (GITHUB_ANNOTATIONS - 1)} further annotations would not be shown."
    )


def test_what_could_not_be_read_comes_first_and_notes_are_left_out() -> None:
    problems = (Diagnostic("note", "n", "a.tf"), Diagnostic("error", "expected }", "a.tf", 7, 2))
    first, *_ = annotations(report(finding(), diagnostics=problems))
    assert (first.level, first.message, first.properties["line"]) == ("error", "expected }", "7")


def test_a_clean_run_says_so_in_one_line() -> None:
    (only,) = annotations(report())
    assert only.message.startswith("Nothing to save found")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_names_make_no_further_command(text: str) -> None:
    assert [one.level for one in annotations(everywhere(text))] == ["error", "warning", "warning", "notice"]


@given(st.text(min_size=1), st.text())
def test_any_name_gives_one_command_a_line(name: str, message: str) -> None:
    assert len(annotations(report(finding(message=message, span=span(file=name))))) == 2


def test_the_summary_fits_what_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [finding(address=f"aws_ebs_volume.v{n}", message=f"number {n} " + "x" * 500) for n in range(60)]
    whole = github.render_summary(report(*many))
    monkeypatch.setattr(github, "GITHUB_SUMMARY", 20_000)
    less = github.render_summary(report(*many))
    assert len(less.encode()) <= 20_000 < len(whole.encode())
    assert "number 0" in less
    assert re.search(r"\+\d+ more worth", less.replace("\\", ""))
