"""The report as GitLab's Code Quality report (docs.gitlab.com, "Code Quality report format")."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from costlint.model import Diagnostic, Finding, Level, Report
from costlint.reports.amounts import in_its_currency, worth
from costlint.reports.escaping import printable
from costlint.reports.ranking import ranked

_SEVERITIES: Mapping[Level, str] = {"critical": "blocker", "high": "critical", "medium": "major", "low": "minor"}


@in_its_currency
def render(report: Report) -> str:
    """A list with an entry for each finding, dearest first, and each file that could not be read. Fingerprints are
    unique, as GitLab drops all but one of those that are alike."""
    seen: Counter[str] = Counter()
    entries = [_finding(finding, seen) for finding in ranked(report.findings)]
    entries += [_problem(one, seen) for one in report.diagnostics if one.severity == "error" and one.file]
    return json.dumps(entries, indent=1, ensure_ascii=False) + "\n"


def _finding(finding: Finding, seen: Counter[str]) -> dict[str, Any]:
    text = f"{finding.message or finding.rule.title} ({worth(finding)})"
    span = finding.span
    last = span.end_line if span.end_line > span.line else span.line
    return _entry(text, finding.rule.id, _SEVERITIES[finding.severity], span.file, span.line, last) | {
        "fingerprint": _unique(finding.fingerprint, seen)
    }


def _problem(diagnostic: Diagnostic, seen: Counter[str]) -> dict[str, Any]:
    known = hashlib.sha256(f"{diagnostic.file}\0{diagnostic.message}".encode("utf-8", "replace")).hexdigest()[:16]
    line = diagnostic.line
    return _entry(diagnostic.message, "unreadable", "info", diagnostic.file, line, line) | {
        "fingerprint": _unique(known, seen)
    }


def _entry(text: str, check: str, severity: str, file: str, first: int, last: int) -> dict[str, Any]:
    return {
        "description": printable(text),
        "check_name": printable(check),
        "severity": severity,
        "location": {
            "path": printable(file.removeprefix("./")),
            "lines": {"begin": max(first, 1), "end": max(last, 1)},
        },
    }


def _unique(fingerprint: str, seen: Counter[str]) -> str:
    seen[fingerprint] += 1
    return fingerprint if seen[fingerprint] == 1 else f"{fingerprint}-{seen[fingerprint]}"
