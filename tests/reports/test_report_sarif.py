from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hostile import TEXTS, everywhere
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sample_reports import GP2, finding, report, span
from sarif_subset import LOG

from costlint.model import Acceptance, Change, Diagnostic, Finding, Money, Origin, Report
from costlint.reports import limits, sarif
from costlint.reports.sarif_results import physical, said

_OFFICIAL = os.environ.get("COSTLINT_SARIF_SCHEMA")
_CHECKED = jsonschema.FormatChecker()


def log(source: Report, render: Any = sarif.render) -> dict[str, Any]:
    """The run of a report, which follows the transcribed schema, and the standard's own where there is a copy."""
    parsed = json.loads(render(source))
    jsonschema.Draft202012Validator(LOG, format_checker=_CHECKED).validate(parsed)
    if _OFFICIAL:
        official = json.loads(Path(_OFFICIAL).read_text(encoding="utf-8"))
        jsonschema.Draft4Validator(official, format_checker=_CHECKED).validate(parsed)
    (run,) = parsed["runs"]
    return dict(run)


def edited(line: str = '  type = "gp2"', **changed: Any) -> Finding:
    """A finding whose change is known to be the edit of a literal."""
    place = span(column=10)
    return finding(changes=(Change("aws_ebs_volume.models", "type", "gp2", "gp3", place, line=line),), **changed)


@pytest.mark.skipif(not _OFFICIAL, reason="COSTLINT_SARIF_SCHEMA names no copy of the standard's schema")
def test_the_transcribed_schema_allows_nothing_the_standard_refuses() -> None:
    official = json.loads(Path(str(_OFFICIAL)).read_text(encoding="utf-8"))
    whole = log(report(edited(suppressed="known"), edited()))
    whole["unheard"] = True
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(official).validate({"version": "2.1.0", "runs": [whole]})
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(LOG).validate({"version": "2.1.0", "runs": [whole]})


def test_a_result_has_place_level_saving_and_fingerprint() -> None:
    (result,) = log(report(finding()))["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("STO001", 0, "warning")
    (place,) = result["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "main.tf", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 3, "startColumn": 10, "endLine": 3, "endColumn": 15},
    }
    assert result["properties"]["savingMonthly"] == {"low": 20, "likely": 20, "high": 20, "currency": "USD"}
    assert result["properties"]["confidence"] == "high"
    assert result["partialFingerprints"]["costlint/v1"] == finding().fingerprint
    assert (
        "gp3 has the same baseline for less. Saves $20.00/month: $100 as written, $80.00" in result["message"]["text"]
    )


def test_a_rule_comes_with_its_page_level_and_tags() -> None:
    (rule,) = log(report(finding(), finding(address="aws_ebs_volume.b")))["tool"]["driver"]["rules"]
    assert rule["help"]["markdown"].startswith("## What it does\nFinds gp2 volumes.")
    assert rule["helpUri"] == GP2.references[0]
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert rule["properties"]["tags"] == ["cost", "storage", "storage.tiered", "quick-win"]
    assert rule["fullDescription"]["text"] == "Finds gp2 volumes."


def test_the_way_to_the_literal_is_related() -> None:
    tfvars = span("envs/prod.tfvars", line=7)
    steps = (Origin(span(line=1), "aws_ebs_volume.models.type"), Origin(tfvars, "prod.tfvars"))
    (result,) = log(report(finding(span=tfvars, chain=steps)))["results"]
    assert [place["message"]["text"] for place in result["relatedLocations"][:2]] == [step.what for step in steps]
    assert result["relatedLocations"][1]["physicalLocation"]["artifactLocation"]["uri"] == "envs/prod.tfvars"
    assert [place["id"] for place in result["relatedLocations"]] == [0, 1, 2][: len(result["relatedLocations"])]


def test_an_edit_of_a_literal_is_a_fix() -> None:
    (result,) = log(report(edited()))["results"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    assert change["artifactLocation"]["uri"] == "main.tf"
    assert replacement["deletedRegion"] == {"startLine": 3, "startColumn": 10, "endLine": 3, "endColumn": 15}
    assert replacement["insertedContent"] == {"text": '"gp3"'}


@pytest.mark.parametrize(
    "not_one",
    [
        edited(line="  type = var.x"),
        edited(line=""),
        edited(rule=replace(GP2, fix="manual")),
        finding(changes=(*edited().changes, Change("aws_ebs_volume.models", "throughput", None, 250, span(line=1)))),
    ],
    ids=["an expression", "not read", "a rule for people", "with something to add"],
)
def test_what_is_more_than_edits_has_no_fix(not_one: Finding) -> None:
    (result,) = log(report(not_one))["results"]
    assert "fixes" not in result


@pytest.mark.parametrize(
    ("place", "kind"), [("main.tf:2", "inSource"), (".costlint.yaml", "external"), ("", "external")]
)
def test_accepted_findings_are_suppressed_results_with_their_reason(place: str, kind: str) -> None:
    accepted = finding(suppressed="the vendor", acceptance=Acceptance("the vendor", place, "2027-01-31"))
    (result,) = log(report(suppressed=(accepted,)))["results"]
    (suppression,) = result["suppressions"]
    assert suppression["kind"] == kind
    assert suppression["justification"] == "the vendor (until 2027-01-31)"
    assert ("location" in suppression) is bool(place)


def test_github_gets_no_suppressed_results_as_it_would_open_alerts_for_them() -> None:
    source = report(finding(), suppressed=(finding(address="aws_ebs_volume.b", suppressed="known"),))
    assert len(log(source)["results"]) == 2
    assert len(log(source, sarif.render_for_github)["results"]) == 1


def test_what_could_not_be_read_is_a_notification() -> None:
    problems = (Diagnostic("error", "expected }", "broken.tf", 7, 2), Diagnostic("note", "not fetched", ""))
    (invocation,) = log(report(diagnostics=problems))["invocations"]
    first, second = invocation["toolExecutionNotifications"]
    assert (first["level"], first["message"]["text"]) == ("error", "expected }}")
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 7, "startColumn": 2}
    assert "locations" not in second
    assert invocation["executionSuccessful"] is False


def test_findings_of_one_fingerprint_are_told_apart() -> None:
    same = [finding(address=f"aws_ebs_volume.v{n}", fingerprint="aa") for n in range(2)]
    hashes = [r["partialFingerprints"]["primaryLocationLineHash"] for r in log(report(*same))["results"]]
    assert sorted(hashes) == ["aa:1", "aa:2"]


def test_no_more_results_than_are_taken_and_the_rest_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "SARIF_RESULTS", 3)
    many = [finding(address=f"aws_ebs_volume.v{n}", saving=Money.exactly(n)) for n in range(5)]
    run = log(report(*many))
    assert [r["properties"]["savingMonthly"]["likely"] for r in run["results"]] == [4, 3, 2]
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("2 more findings are left out")


def test_no_more_places_than_are_taken() -> None:
    way = tuple(Origin(span(line=n + 1), f"step {n}") for n in range(300))
    (result,) = log(report(finding(chain=way)))["results"]
    assert len(result["locations"]) + len(result["relatedLocations"]) == limits.SARIF_LOCATIONS


@pytest.mark.parametrize(
    ("file", "uri", "based"),
    [
        ("a b/ü#1?.tf", "a%20b/%C3%BC%231%3F.tf", True),
        ("../other/main.tf", "../other/main.tf", False),
        ("/srv/main.tf", "file:///srv/main.tf", False),
        ("bad\udcff.tf", "bad%FF.tf", True),
        ("a:b.tf", "a%3Ab.tf", True),
    ],
)
def test_paths_are_uris(file: str, uri: str, based: bool) -> None:
    told = physical(file, 1)["artifactLocation"]
    assert (told["uri"], "uriBaseId" in told) == (uri, based)


@pytest.mark.parametrize("line", [0, -1])
def test_a_file_as_a_whole_has_no_region(line: int) -> None:
    assert "region" not in physical("main.tf", line, 3)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_names_are_neither_links_nor_placeholders_nor_markup(text: str) -> None:
    run = log(everywhere(text))
    messages = [result["message"] for result in run["results"]]
    messages += [place["message"] for result in run["results"] for place in result["relatedLocations"]]
    messages += [note["message"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    for message in messages:
        assert "](" not in message["text"]
        assert not any(character in message["text"] for character in "\x1b\x00\u202e")
        assert "<script" not in message.get("markdown", "").replace("\\<", "").split("```")[0]


def test_a_placeholder_of_the_input_stays_text() -> None:
    assert said("costs {0}", "**{x}**") == {"text": "costs {{0}}", "markdown": "**{{x}}**"}


def test_blocks_to_add_are_in_the_markdown_alone() -> None:
    added = Change("aws_ebs_volume.models", "timeouts", None, {"create": "5m"}, span())
    (result,) = log(report(finding(changes=(added,))))["results"]
    assert "{" not in result["message"]["text"]
    assert '+ timeouts {{ create = "5m" }}' in result["message"]["markdown"]


@given(st.text(min_size=1), st.text())
def test_any_name_gives_a_log_that_follows_the_schema(name: str, message: str) -> None:
    log(report(finding(address=name, message=message, span=span(file=name))))


def test_equal_reports_give_equal_logs_whatever_the_order() -> None:
    many = [finding(address=f"aws_ebs_volume.v{n}") for n in range(9)]
    shuffled = random.Random(3).sample(many, len(many))
    one = report(*many, seconds=1.0)
    assert sarif.render(one) == sarif.render(report(*shuffled, seconds=2.0, stacks=one.stacks))


def test_nothing_found_is_a_log_without_results() -> None:
    run = log(report())
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
