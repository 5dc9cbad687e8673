"""The report as JUnit XML: a test that fails for each finding, an error for each file that could not be read.

Only what the strictest schema in use knows (junit-10.xsd of Jenkins' xUnit plugin): places are part of names and texts.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from costlint.model import Diagnostic, Finding, Report
from costlint.reports import summary
from costlint.reports.amounts import in_its_currency, money, worth
from costlint.reports.changes import diff
from costlint.reports.escaping import printable
from costlint.reports.findings import acceptance
from costlint.reports.ranking import ranked

_NO_XML = re.compile("[\ufffe\uffff]")
_MOST_EDITS = 10


@in_its_currency
def render(report: Report) -> str:
    """One suite. Accepted findings are skipped tests; where there is nothing else, one test passes, as an empty suite
    counts as a mistake in some places."""
    failures, skipped = ranked(report.findings), ranked(report.suppressed)
    errors = [one for one in report.diagnostics if one.severity == "error"]
    root = Element("testsuites", name="costlint")
    suite = SubElement(root, "testsuite", name="costlint")
    for finding in failures:
        _failure(suite, finding)
    for finding in skipped:
        SubElement(_case(suite, finding), "skipped", message=_clean(acceptance(finding)))
    for diagnostic in errors:
        _error(suite, diagnostic)
    if not len(suite):
        SubElement(suite, "testcase", classname="costlint", name=_clean(summary.nothing_found(report)), time="0")
    counts = {"tests": len(suite), "failures": len(failures), "errors": len(errors)}
    for element in (root, suite):
        element.attrib.update({name: str(number) for name, number in counts.items()} | {"time": "0"})
    suite.set("skipped", str(len(skipped)))
    told = [str(one) for one in report.diagnostics if one.severity == "warning"]
    if told:
        SubElement(suite, "system-err").text = "\n".join(map(_clean, told))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _case(suite: Element, finding: Finding) -> Element:
    span, rule = finding.span, finding.rule
    return SubElement(
        suite,
        "testcase",
        classname=_clean(f"{rule.id}.{rule.name}"),
        name=_clean(f"{span.file}:{span.line} {finding.message or rule.title}"),
        time="0",
    )


def _failure(suite: Element, finding: Finding) -> None:
    told = _clean(f"{worth(finding)}: {finding.message or finding.rule.title}")
    failure = SubElement(_case(suite, finding), "failure", message=told, type=_clean(finding.rule.id))
    lines = [f"{finding.span}  severity {finding.severity}, confidence {finding.confidence}"]
    if finding.saving is not None:
        lines.append(f"saves {money(finding.saving)}/month")
    lines += [text for change in finding.changes[:_MOST_EDITS] for text, _ in diff(change)]
    lines += [f"from {origin.span}  {origin.what}" for origin in finding.chain]
    lines.append(f"fingerprint {finding.fingerprint}")
    failure.text = "\n".join(map(_clean, lines))


def _error(suite: Element, diagnostic: Diagnostic) -> None:
    where = diagnostic.file or "input"
    case = SubElement(suite, "testcase", classname="costlint.unreadable", name=_clean(where), time="0")
    SubElement(case, "error", message=_clean(diagnostic.message), type="unreadable").text = _clean(str(diagnostic))


def _clean(text: str) -> str:
    """One line XML can hold: it knows no control characters, not even escaped."""
    return _NO_XML.sub("\ufffd", printable(text))
