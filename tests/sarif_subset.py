"""The part of the SARIF 2.1.0 schema (errata 01, docs.oasis-open.org) that costlint writes, transcribed by hand.

Stricter than the standard: whatever is not listed here is refused. The tests also use the standard's own schema where
COSTLINT_SARIF_SCHEMA names a copy of it.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 1}
INDEX: Schema = {"type": "integer", "minimum": -1}
URI: Schema = {"type": "string", "format": "uri"}
RELATIVE: Schema = {"type": "string", "format": "uri-reference"}
TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}
BAG: Schema = {
    "type": "object",
    "properties": {"tags": {"type": "array", "items": TEXT, "uniqueItems": True}},
    "additionalProperties": True,
}
LEVEL: Schema = {"enum": ["none", "note", "warning", "error"]}


def item(needed: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}


def several(items: Schema, *, unique: bool = False, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "uniqueItems": unique, "minItems": least}


MESSAGE = item(("text",), text=TEXT, markdown=TEXT)
ARTIFACT = item(uri=RELATIVE, uriBaseId=TEXT, description=MESSAGE)
REGION = item(startLine=COUNT, startColumn=COUNT, endLine=COUNT, endColumn=COUNT)
PHYSICAL = item(("artifactLocation",), artifactLocation=ARTIFACT, region=REGION)
LOGICAL = item(fullyQualifiedName=TEXT, kind=TEXT)
LOCATION = item(id=INDEX, physicalLocation=PHYSICAL, logicalLocations=several(LOGICAL, unique=True), message=MESSAGE)
SUPPRESSION = item(
    ("kind",),
    kind={"enum": ["inSource", "external"]},
    status={"enum": ["accepted", "underReview", "rejected"]},
    justification=TEXT,
    location=LOCATION,
)
REPLACEMENT = item(("deletedRegion",), deletedRegion=REGION, insertedContent=item(text=TEXT))
ARTIFACT_CHANGE = item(
    ("artifactLocation", "replacements"), artifactLocation=ARTIFACT, replacements=several(REPLACEMENT, least=1)
)
FIX = item(("artifactChanges",), description=MESSAGE, artifactChanges=several(ARTIFACT_CHANGE, unique=True, least=1))
RESULT = item(
    ("message",),
    ruleId=TEXT,
    ruleIndex=INDEX,
    level=LEVEL,
    message=MESSAGE,
    locations=several(LOCATION),
    relatedLocations=several(LOCATION, unique=True),
    partialFingerprints=TEXTS,
    suppressions=several(SUPPRESSION, unique=True),
    fixes=several(FIX, unique=True),
    properties=BAG,
)
RULE = item(
    ("id",),
    id=TEXT,
    name=TEXT,
    deprecatedIds=several(TEXT, unique=True),
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    helpUri=URI,
    defaultConfiguration=item(level=LEVEL),
    properties=BAG,
)
NOTIFICATION = item(("message",), level=LEVEL, message=MESSAGE, locations=several(LOCATION, unique=True))
INVOCATION = item(
    ("executionSuccessful",),
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications=several(NOTIFICATION),
)
RUN = item(
    ("tool",),
    tool=item(("driver",), driver=item(("name",), name=TEXT, version=TEXT, rules=several(RULE, unique=True))),
    originalUriBaseIds={"type": "object", "additionalProperties": ARTIFACT},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations=several(INVOCATION),
    results=several(RESULT),
    properties=BAG,
)
LOG: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **item(("version", "runs"), **{"$schema": URI, "version": {"const": "2.1.0"}, "runs": several(RUN)}),
}
