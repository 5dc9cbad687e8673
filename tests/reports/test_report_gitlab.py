from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hostile import TEXTS, everywhere
from sample_reports import finding, report, span

from costlint.model import Diagnostic, Report
from costlint.reports.gitlab import render

# docs.gitlab.com, "Code Quality report format" (read 2026-11-22), and nothing beyond it.
_LINES = {
    "type": "object",
    "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer", "minimum": 1}},
    "required": ["begin"],
    "additionalProperties": False,
}
_ENTRY = {
    "type": "object",
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "minLength": 1},
        "fingerprint": {"type": "string", "minLength": 1},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "properties": {"path": {"type": "string", "pattern": r"^(?!\./)"}, "lines": _LINES},
            "required": ["path", "lines"],
            "additionalProperties": False,
        },
    },
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "additionalProperties": False,
}


def entries(source: Report) -> list[dict[str, Any]]:
    text = render(source)
    assert text[0] == "[", "GitLab refuses anything before the list"
    parsed: list[dict[str, Any]] = json.loads(text)
    jsonschema.validate(parsed, {"type": "array", "items": _ENTRY})
    known = [entry["fingerprint"] for entry in parsed]
    assert len(known) == len(set(known))
    return parsed


def test_a_finding_is_an_entry() -> None:
    (entry,) = entries(report(finding()))
    assert entry == {
        "description": "aws_ebs_volume.models uses gp2; gp3 has the same baseline for less ($20.00/mo)",
        "check_name": "STO001",
        "severity": "major",
        "location": {"path": "main.tf", "lines": {"begin": 3, "end": 3}},
        "fingerprint": finding().fingerprint,
    }


@pytest.mark.parametrize(
    ("ours", "theirs"), [("critical", "blocker"), ("high", "critical"), ("medium", "major"), ("low", "minor")]
)
def test_severities_are_gitlabs(ours: Any, theirs: str) -> None:
    assert entries(report(finding(severity=ours)))[0]["severity"] == theirs


def test_entries_of_one_fingerprint_are_told_apart() -> None:
    same = [finding(address=f"aws_ebs_volume.v{n}", fingerprint="aa") for n in range(3)]
    assert [entry["fingerprint"] for entry in entries(report(*same))] == ["aa", "aa-2", "aa-3"]


def test_paths_have_no_dot_in_front_and_lines_begin_with_one() -> None:
    (entry,) = entries(report(finding(span=span("./a/main.tf", line=0))))
    assert entry["location"] == {"path": "a/main.tf", "lines": {"begin": 1, "end": 1}}


def test_files_that_could_not_be_read_are_entries_and_accepted_findings_are_not() -> None:
    problems = (Diagnostic("error", "expected }", "a.tf", 7, 2), Diagnostic("warning", "odd", "b.tf"))
    source = report(diagnostics=problems, suppressed=(finding(suppressed="known"),))
    assert [entry["check_name"] for entry in entries(source)] == ["unreadable"]


def test_nothing_found_is_an_empty_list() -> None:
    assert entries(report()) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_names_stay_text(text: str) -> None:
    assert len(entries(everywhere(text))) == 2
