from __future__ import annotations

import json
import random
from pathlib import Path

import jsonschema
import pytest
from sample_reports import finding, report

from costlint.model import UNKNOWN, Change, Diagnostic, Money, Report
from costlint.reports import json as json_report
from costlint.reports.json_schema import report_schema

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "report.json"


def _parsed(of: Report) -> dict[str, object]:
    parsed = json.loads(json_report.render(of))
    jsonschema.validate(parsed, json.loads(PUBLISHED.read_text()))
    return parsed


def test_the_published_schema_is_current() -> None:
    assert json.loads(PUBLISHED.read_text()) == report_schema(), "run make schema"


def test_the_schema_refuses_a_report_without_findings() -> None:
    broken = {key: value for key, value in _parsed(report()).items() if key != "findings"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, report_schema())


def test_a_finding_has_everything_a_program_needs() -> None:
    (written,) = _parsed(report(finding()))["findings"]
    assert written["rule"] == "STO001"
    assert written["saving"] == {"low": 20.0, "likely": 20.0, "high": 20.0, "currency": "USD"}
    assert (written["current_monthly"], written["proposed_monthly"]) == (100.0, 80.0)
    assert written["origin"][-1] == {"file": "main.tf", "line": 3, "column": 10, "what": "attribute type"}
    assert written["change"][0]["after"] == "gp3"


@pytest.mark.parametrize(
    ("changed", "diagnostics"),
    [
        ({"saving": None, "exposure": Money.exactly(3)}, ()),
        ({"saving": None, "current": None, "proposed": None, "unpriced": ("no price",)}, ()),
        ({"changes": (Change("a.b", "x", UNKNOWN, {"y": [UNKNOWN, 1.5, None, 2**70]}),)}, ()),
        ({"message": "lone \ud800 surrogate"}, ()),
        ({}, (Diagnostic("error", "broken", "a.tf", 1, 2), Diagnostic("note", "whole file", "b.tf"))),
    ],
)
def test_unusual_reports_still_follow_the_schema(changed: dict[str, object], diagnostics: tuple[Diagnostic]) -> None:
    assert _parsed(report(finding(**changed), diagnostics=diagnostics))["version"] == 1


def test_equal_reports_give_equal_text_whatever_the_order_and_the_time() -> None:
    findings = [finding(address=f"aws_ebs_volume.v{i}") for i in range(9)]
    shuffled = random.Random(3).sample(findings, len(findings))
    one = report(*findings, seconds=1.0)
    other = report(*shuffled, seconds=2.0, stacks=one.stacks)
    assert json_report.render(one) == json_report.render(other)


def test_unpriced_reasons_are_listed_most_frequent_first() -> None:
    from costlint.model import Coverage

    coverage = Coverage(resources=6, unpriced={"b": 1, "a": 1, "c": 4})
    reasons = [row["reason"] for row in _parsed(report(coverage=coverage))["coverage"]["unpriced"]]
    assert reasons == ["c", "a", "b"]
