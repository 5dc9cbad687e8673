"""The report as SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0): rules with their pages, results, notifications.

URIs are relative to SRCROOT, the directory costlint was started in; nothing in the log depends on the machine.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from costlint.model import Diagnostic, Finding, Money, Report, Rule
from costlint.reports.amounts import converted, in_its_currency
from costlint.reports.escaping import printable
from costlint.reports.limits import SARIF_RESULTS, SARIF_TAGS
from costlint.reports.ranking import ranked
from costlint.reports.sarif_results import LEVELS, ROOT, amount, physical, result, said

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@in_its_currency
def render(report: Report) -> str:
    """The whole report: findings, and accepted ones as suppressed results."""
    return _log(report, [*ranked(report.findings), *ranked(report.suppressed)])


@in_its_currency
def render_for_github(report: Report) -> str:
    """Without what is accepted: GitHub code scanning opens an alert for suppressed results, too."""
    return _log(report, ranked(report.findings))


def _log(report: Report, findings: list[Finding]) -> str:
    shown, rest = findings[:SARIF_RESULTS], len(findings) - SARIF_RESULTS
    rules = {finding.rule.id: finding.rule for finding in shown}
    ordered = sorted(rules)
    seen: Counter[str] = Counter()
    results = []
    for finding in shown:
        seen[finding.fingerprint] += 1
        results.append(result(finding, ordered.index(finding.rule.id), seen[finding.fingerprint]))
    notes = [_notification(one) for one in report.diagnostics]
    if rest > 0:
        notes.append(
            _notification(Diagnostic("warning", f"{rest:,} more findings are left out: SARIF viewers take no more"))
        )
    run = {
        "tool": {
            "driver": {
                "name": "costlint",
                "version": report.version,
                "rules": [_rule(rules[name]) for name in ordered],
            }
        },
        "originalUriBaseIds": {ROOT: {"description": said("The directory costlint was started in.")}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not any(one.severity == "error" for one in report.diagnostics),
                "toolExecutionNotifications": notes,
            }
        ],
        "results": results,
        "properties": _totals(report),
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    """A reporting descriptor. The page is Markdown its author wrote; it is help for people, not text of the input."""
    page = rule.why.strip() or rule.title
    links = [link for link in rule.references if link.startswith(("https://", "http://"))]
    listed = "".join(f"\n- <{link}>" for link in links)
    found: dict[str, Any] = {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": said(rule.title),
        "fullDescription": said(_first_paragraph(page) or rule.title),
        "help": {
            "text": page,
            "markdown": page + (f"\n\n## References\n{listed}" if links else ""),
        },
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {
            "tags": ["cost", *dict.fromkeys(filter(None, (rule.category, rule.practice, rule.phase)))][:SARIF_TAGS],
            "precision": rule.confidence,
            "problem.severity": {"error": "error", "warning": "warning", "note": "recommendation"}[
                LEVELS[rule.severity]
            ],
            "confidence": rule.confidence,
            "severity": rule.severity,
            "practice": rule.practice,
            "phase": rule.phase,
            "fix": rule.fix,
        },
    }
    if rule.aliases:
        found["deprecatedIds"] = list(dict.fromkeys(rule.aliases))
    if links:
        found["helpUri"] = links[0]
    return found


def _first_paragraph(page: str) -> str:
    """The first prose of a page, on one line."""
    lines: list[str] = []
    for line in page.splitlines():
        if line.strip() and not line.startswith("#"):
            lines.append(line.strip())
        elif lines:
            break
    return " ".join(lines)


def _notification(diagnostic: Diagnostic) -> dict[str, Any]:
    found: dict[str, Any] = {"level": diagnostic.severity, "message": said(printable(diagnostic.message))}
    if diagnostic.file:
        found["locations"] = [
            {"physicalLocation": physical(diagnostic.file, diagnostic.line, diagnostic.column)},
        ]
    return found


def _totals(report: Report) -> dict[str, Any]:
    totals, coverage = report.totals, report.coverage
    return {
        "currentMonthly": amount(totals.current),
        "proposedMonthly": amount(totals.proposed),
        "savingMonthly": amount(totals.saving),
        "partial": totals.partial or bool(coverage.unresolved_modules),
        "assumedMonthly": amount(Money.exactly(totals.assumed))["likely"],
        "leftOut": {"smaller": report.left_out.smaller, "worth": round(converted(report.left_out.worth), 2)},
        "resources": {
            "read": coverage.resources,
            "priced": coverage.priced,
            "free": coverage.free,
            "unpriced": coverage.unpriced_resources,
            "unknown": coverage.unknown,
        },
        "priceDates": report.price_dates,
    }
