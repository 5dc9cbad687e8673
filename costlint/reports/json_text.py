"""What is published as JSON: the text of a struct, and the schema of its type."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct


def json_text(out: Struct) -> str:
    """Indented JSON ending in a newline. Equal structs give equal text."""
    try:
        return msgspec.json.format(msgspec.json.encode(out), indent=2).decode() + "\n"
    except (UnicodeEncodeError, OverflowError):
        # Lone surrogates and integers beyond 64 bits: only the standard library escapes them.
        import json

        return json.dumps(msgspec.to_builtins(out), indent=2) + "\n"


def schema_of(kind: type[Struct], title: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a type."""
    schema: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(kind)))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}
