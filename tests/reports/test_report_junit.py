from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hostile import TEXTS, everywhere
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite
from sample_reports import finding, report, span

from costlint.model import Acceptance, Diagnostic, Report
from costlint.reports.junit import render

# junit-10.xsd of Jenkins' xUnit plugin (read 2026-11-22): what each element may have, needs, and hold.
_COUNTS = {"tests", "failures", "errors"}
_MAY = {
    "testsuites": {"name", "time", *_COUNTS},
    "testsuite": {"name", "time", "skipped", "timestamp", "hostname", "id", "file", *_COUNTS},
    "testcase": {"name", "time", "classname", "group"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message", "type"},
    "system-err": set[str](),
}
_NEEDS = {"testsuite": {"name", *_COUNTS}, "testcase": {"name"}}
_HOLDS = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase", "system-err"},
    "testcase": {"skipped", "error", "failure"},
}


def suite(source: Report) -> TestSuite:
    """The suite as a reader of JUnit reports sees it, once no element holds anything unheard of."""
    text = render(source)
    for element in ElementTree.fromstring(text.encode("utf-8")).iter():
        assert _NEEDS.get(element.tag, set()) <= set(element.attrib) <= _MAY[element.tag]
        assert {child.tag for child in element} <= _HOLDS.get(element.tag, set())
    (found,) = JUnitXml.fromstring(text.encode("utf-8"))
    assert found.tests == len(list(found))
    return found


def test_a_finding_is_a_test_that_fails() -> None:
    (case,) = suite(report(finding()))
    (result,) = case.result
    assert isinstance(result, Failure)
    assert (result.type, case.classname) == ("STO001", "STO001.gp2-volume")
    assert case.name.startswith("main.tf:3 aws_ebs_volume.models uses gp2")
    assert result.message.startswith("$20.00/mo: ")
    for part in ('- type = "gp2"', '+ type = "gp3"', "saves $20.00/month", finding().fingerprint):
        assert part in result.text


def test_an_accepted_finding_is_skipped_with_its_reason() -> None:
    accepted = finding(suppressed="the vendor", acceptance=Acceptance("the vendor", "main.tf:2", "2027-01-31"))
    found = suite(report(suppressed=(accepted,)))
    ((result,),) = (case.result for case in found)
    assert isinstance(result, Skipped)
    assert result.message == "the vendor, until 2027-01-31 (main.tf:2)"
    assert (found.failures, found.skipped) == (0, 1)


def test_what_could_not_be_read_is_an_error_and_what_is_off_is_on_standard_error() -> None:
    problems = (Diagnostic("error", "expected }", "a.tf", 7, 2), Diagnostic("warning", "odd count", "b.tf", 1, 1))
    found = suite(report(diagnostics=problems))
    ((result,),) = (case.result for case in found)
    assert isinstance(result, Error)
    assert result.text == "a.tf:7:2: expected }"
    assert found.errors == 1
    assert "<system-err>b.tf:1:1: odd count</system-err>" in render(report(diagnostics=problems))


def test_a_clean_run_is_one_test_that_passes() -> None:
    (case,) = suite(report())
    assert case.result == []
    assert case.name.startswith("Nothing to save found")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_names_stay_text(text: str) -> None:
    found = suite(everywhere(text))
    assert (found.tests, found.failures, found.errors, found.skipped) == (3, 1, 1, 1)


@given(st.text(min_size=1), st.text())
def test_any_name_gives_xml_that_can_be_read(name: str, message: str) -> None:
    assert suite(report(finding(message=message, span=span(file=name)))).failures == 1
