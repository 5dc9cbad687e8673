"""CustomResourceDefinitions without their schemas: megabytes that cost kustomize seconds and nobody any money."""

from __future__ import annotations

import re

_KIND = re.compile(rb"^kind:[ \t]*[\"']?CustomResourceDefinition\b", re.MULTILINE)
_SCHEMA = re.compile(rb"^( +)schema:[ \t]*\r?\n(?:\1 [^\n]*\n|[ \t]*\r?\n)+(?=\1?[^\s]| )", re.MULTILINE)
_SMALL = 64 << 10


def without_schemas(data: bytes) -> bytes:
    """A file or document as it is, but for the schemas of large definitions."""
    if len(data) < _SMALL or not _KIND.search(data):
        return data
    return _SCHEMA.sub(b"", data)
