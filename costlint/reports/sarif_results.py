"""One finding as a SARIF result: where it stands and comes from, what it saves, what to write instead."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from costlint.model import Finding, Level, Money, Span
from costlint.model.currency import shown_currency
from costlint.reports.amounts import converted, dollars, money, worth
from costlint.reports.changes import diff
from costlint.reports.edits import TextEdit, text_edits
from costlint.reports.escaping import printable
from costlint.reports.findings import occurring, spanning
from costlint.reports.limits import SARIF_LOCATIONS
from costlint.reports.markdown_text import code_block, prose

ROOT = "SRCROOT"
LEVELS: Mapping[Level, str] = {"critical": "error", "high": "warning", "medium": "warning", "low": "note"}
_MOST_EDITS = 10
_MOST_ADDRESSES = 50
_IN_SOURCE = re.compile(r"(.+):(\d+)$")


def result(finding: Finding, rule_index: int, number: int) -> dict[str, Any]:
    """The result; `number` counts findings with the same fingerprint, from 1."""
    found: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "message": said(_text(finding), _markdown(finding)),
        "locations": [_location(finding.span, finding.addresses)],
        "partialFingerprints": {
            "costlint/v1": finding.fingerprint,
            "primaryLocationLineHash": f"{finding.fingerprint}:{number}",
        },
        "properties": _properties(finding),
    }
    if related := _related(finding):
        found["relatedLocations"] = related
    if finding.suppressed or finding.acceptance:
        found["suppressions"] = [_suppression(finding)]
    if finding.rule.fix != "manual" and (edits := text_edits(finding)):
        found["fixes"] = [_fix(finding, edits)]
    return found


def said(text: str, markdown: str = "") -> dict[str, str]:
    """A message that means what it says: nothing in it is taken for a link or, as braces stand doubled (§3.11.5 of the
    standard), for a placeholder."""
    found = {"text": _braces_doubled(text.replace("](", "] ("))}
    return found | {"markdown": _braces_doubled(markdown)} if markdown else found


def physical(file: str, line: int, column: int = 0, end_line: int = 0, end_column: int = 0) -> dict[str, Any]:
    """A place. `line` 0 is the file as a whole, `column` 0 the line as a whole."""
    found: dict[str, Any] = {"artifactLocation": _artifact(file)}
    if line > 0:
        region = {"startLine": line}
        if column > 0:
            region["startColumn"] = column
        if end_line >= line and end_column > 0 and (end_line, end_column) > (line, column):
            region |= {"endLine": end_line, "endColumn": end_column}
        found["region"] = region
    return found


def amount(money: Money) -> dict[str, Any]:
    """A range of money a month in the currency that is shown."""
    low, likely, high = (round(converted(part), 2) for part in money)
    return {"low": low, "likely": likely, "high": high, "currency": shown_currency().code}


def _artifact(file: str) -> dict[str, str]:
    uri = quote(file.encode("utf-8", "surrogateescape" if _is_raw(file) else "replace"), safe="/~+@,=-._")
    if file.startswith("/"):
        return {"uri": f"file://{uri}"}
    return {"uri": uri} if file.startswith("../") else {"uri": uri, "uriBaseId": ROOT}


def _is_raw(file: str) -> bool:
    """Whether the name has bytes that are no UTF-8, the way Python keeps them."""
    return any("\udc80" <= letter <= "\udcff" for letter in file) and not any("\ud800" <= x < "\udc80" for x in file)


def _location(span: Span, addresses: tuple[str, ...] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {"physicalLocation": physical(*span)}
    if addresses:
        names = map(printable, addresses[:1])
        found["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "resource"} for name in names]
    return found


def _related(finding: Finding) -> list[dict[str, Any]]:
    """The way from the resource to the literal, then every further place to edit."""
    steps = [(origin.span, origin.what) for origin in finding.chain]
    steps += [
        (change.span, f"to edit for {change.address}")
        for change in finding.changes
        if change.span is not None and change.span != finding.span
    ]
    told = list(dict.fromkeys(steps))[: SARIF_LOCATIONS - 1]
    return [
        {"id": index, "physicalLocation": physical(*span), "message": said(printable(what))}
        for index, (span, what) in enumerate(told)
    ]


def _suppression(finding: Finding) -> dict[str, Any]:
    found = finding.acceptance
    until = f" (until {found.until})" if found and found.until else ""
    written = _IN_SOURCE.fullmatch(found.place) if found else None
    told: dict[str, Any] = {
        "kind": "inSource" if written else "external",
        "status": "accepted",
        "justification": printable(f"{finding.suppressed or (found.reason if found else '')}{until}"),
    }
    if written:
        told["location"] = {"physicalLocation": physical(written[1], int(written[2]))}
    elif found and found.place:
        told["location"] = {"physicalLocation": physical(found.place, 0)}
    return told


def _fix(finding: Finding, edits: tuple[TextEdit, ...]) -> dict[str, Any]:
    by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for edit in edits:
        span = edit.span
        region = {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        }
        by_file[span.file].append({"deletedRegion": region, "insertedContent": {"text": edit.after}})
    parts = [f"{edit.before} → {edit.after}" for edit in edits]
    care = "" if finding.rule.fix == "safe" else ": read the rule first, it may need care"
    return {
        "description": said(printable("; ".join(parts) + care)),
        "artifactChanges": [
            {"artifactLocation": _artifact(file), "replacements": replacements}
            for file, replacements in by_file.items()
        ],
    }


def _text(finding: Finding) -> str:
    """Without blocks: where nobody undoubles braces they read badly."""
    edits = _edits(finding)
    shown = "\n".join(["", *edits]) if "{" not in "".join(edits) else ""
    return f"{_message(finding)}. {_saving(finding)}.{shown}"


def _markdown(finding: Finding) -> str:
    edits = _edits(finding)
    block = "\n\n" + code_block(edits, "diff") if edits else ""
    return f"{prose(_message(finding))}.\n\n**{prose(_saving(finding))}**{block}"


def _braces_doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _message(finding: Finding) -> str:
    return printable(finding.message or finding.rule.title).rstrip(".")


def _edits(finding: Finding) -> list[str]:
    return [text for change in finding.changes[:_MOST_EDITS] for text, _ in diff(change)]


def _saving(finding: Finding) -> str:
    """What the finding is worth, as a sentence without its full stop."""
    notes = [note for note in (spanning(finding), occurring(finding), "assumed" if finding.usage_based else "") if note]
    tail = f" ({', '.join(notes)})" if notes else ""
    if finding.saving is not None:
        told = f"Saves {worth(finding).removesuffix('/mo')}/month"
        if finding.current is not None and finding.proposed is not None and not finding.stacks[1:]:
            told += (
                f": {dollars(finding.current.likely)} as written, {dollars(finding.proposed.likely)} with the change"
            )
        return told + tail
    if finding.exposure is not None:
        return f"{money(finding.exposure)}/month at stake{tail}"
    return f"No price: {printable(finding.unpriced[0])}{tail}" if finding.unpriced else f"Not priced{tail}"


def _properties(finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {
        "severity": finding.severity,
        "confidence": finding.confidence,
        "resourceType": printable(finding.resource_type),
        "addresses": [printable(address) for address in finding.addresses[:_MOST_ADDRESSES]],
        "instances": len(finding.addresses),
        "stack": printable(finding.stack),
        "environment": finding.environment.kind or "unknown",
        "usageBased": finding.usage_based,
        "inferred": finding.inferred,
    }
    for name, value in (
        ("savingMonthly", finding.saving),
        ("exposureMonthly", finding.exposure),
        ("currentMonthly", finding.current),
        ("proposedMonthly", finding.proposed),
        ("cashSavingMonthly", finding.cash_saving),
    ):
        if value is not None:
            found[name] = amount(value)
    if finding.assumptions:
        found["assumptions"] = [printable(text) for text in finding.assumptions]
    if finding.unpriced:
        found["unpriced"] = [printable(text) for text in finding.unpriced]
    return found
