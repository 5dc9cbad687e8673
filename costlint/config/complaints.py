"""msgspec's validation errors as sentences for people: which key, what is wrong with it, what to write."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from costlint.model import Path
from costlint.spelling import did_you_mean

_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(.*)`$", re.DOTALL)
_MISSING_FIELD = re.compile(r"Object missing required field `(.*)`$", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(.*?)`(?:, got `(.*?)`)?$", re.DOTALL)
_BOUND = re.compile(r"Expected `(?:int|float)` (>=|<=|>|<) (\S+)$")
_BOUNDS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
_FINGERPRINT = "matching regex '^[0-9a-f]{16}$'"
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|(\[\.\.\.\])")
_WORDS = {
    "str": "text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "object": "a map",
    "array": "a list",
    "null": "nothing",
    "date": "a date such as 2026-11-30",
}


def complaint(error: msgspec.ValidationError, value: object, kind: type[msgspec.Struct]) -> tuple[str, Path]:
    """The sentence for a validation error of `value`, and the path of the key it is about."""
    text, _, where = str(error).partition(" - at ")
    path = _path(where.strip("`"), value, kind, str(error))
    schema = _schema_at(msgspec.json.schema(kind), path)
    name = ".".join(map(str, path))
    prefix = f"{name}: " if name else ""
    if unknown := _UNKNOWN_FIELD.match(text):
        known = sorted(schema.get("properties", ()))
        advice = did_you_mean(unknown[1], known, f"; known keys are {', '.join(known)}")
        return f'{prefix}unknown key "{unknown[1]}"{advice}', (*path, unknown[1])
    if missing := _MISSING_FIELD.match(text):
        return f'{prefix}the key "{missing[1]}" is missing', path
    if text.startswith("Invalid enum value"):
        given = text.removeprefix("Invalid enum value ").strip("'")
        allowed = [str(option) for option in schema.get("enum", ()) if option is not None]
        return f'{prefix}"{given}" is not one of {", ".join(allowed)}{did_you_mean(given, allowed)}', path
    if expected := _EXPECTED.match(text):
        wanted = " or ".join(dict.fromkeys(_WORDS.get(word, word) for word in expected[1].split(" | ")))
        got = f", not {_WORDS.get(expected[2], expected[2])}" if expected[2] else ""
        return f"{prefix}expected {wanted}{got}", path
    if bound := _BOUND.match(text):
        return f"{prefix}expected a number of {_BOUNDS[bound[1]]} {float(bound[2]):g}", path
    if _FINGERPRINT in text:
        return f"{prefix}expected the 16 digits and letters (0-9, a-f) costlint explain shows, in quotes", path
    if "date" in text:
        return f"{prefix}expected {_WORDS['date']}", path
    return f"{prefix}{text[:1].lower()}{text[1:]}", path


def _path(where: str, value: object, kind: type[msgspec.Struct], message: str) -> Path:
    steps: list[str | int] = []
    here: Any = value
    for name, index, some_key in _STEP.findall(where.removeprefix("$")):
        step: str | int | None = name or (int(index) if index else None)
        if some_key and isinstance(here, dict):
            step = next((k for k in here if _still_fails(value, tuple(steps), k, kind, message)), None)
        if step is None:
            break
        steps.append(step)
        here = here.get(step) if isinstance(here, dict) else here[step] if isinstance(step, int) else None
    return tuple(steps)


def _still_fails(value: object, path: Path, key: str, kind: type[msgspec.Struct], message: str) -> bool:
    """msgspec names no map keys: try the map with this key alone."""
    try:
        msgspec.convert(_only(value, path, key), kind)
    except msgspec.ValidationError as error:
        return str(error) == message
    return False


def _only(value: Any, path: Path, key: str) -> object:
    if not path:
        return {key: value[key]}
    if isinstance(value, dict):
        return {**value, path[0]: _only(value[path[0]], path[1:], key)}
    return [_only(item, path[1:], key) if i == path[0] else item for i, item in enumerate(value)]


def _schema_at(schema: dict[str, Any], path: Path) -> dict[str, Any]:
    definitions = schema.get("$defs", {})

    def resolve(node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            node = definitions[node["$ref"].rpartition("/")[2]]
        for option in node.get("anyOf", ()):
            resolved = resolve(option)
            if "properties" in resolved or "enum" in resolved:
                return resolved
        return node

    node = resolve(schema)
    for step in path:
        if isinstance(step, int):
            node = resolve(node.get("items", {}))
        else:
            node = resolve(node.get("properties", {}).get(step) or node.get("additionalProperties") or {})
    return node
