"""What somebody pipes in, as a tree of one file: a plan, manifests or Terraform."""

from __future__ import annotations

import re
import sys
from typing import IO

from costlint.sources.limits import LARGEST_FILE, too_large
from costlint.sources.memory import MemorySource
from costlint.sources.source import SourceError

STANDARD_INPUT = "-"
"""How the standard input is named where a path is asked for."""

_SHOWN = "the standard input"
_MARKS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
_BEGINS_YAML = re.compile(rb"(?:#[^\n]*\n|\s)*(?:---|%YAML|[\"']?[\w.-]+[\"']?[ \t]*:)")
"""How YAML begins and Terraform never does, however much YAML it has in it."""


def standard_input(stream: IO[bytes] | None = None) -> tuple[MemorySource, str]:
    """The tree with what the standard input holds, and the path of its one file. The name tells what it was taken for:
    `stdin.json`, `stdin.yaml` or `stdin.tf`. Raises SourceError if there is nothing, too much, or it cannot be read."""
    data = _read(sys.stdin.buffer if stream is None and sys.stdin is not None else stream)
    if len(data) > LARGEST_FILE:
        raise SourceError(too_large(_SHOWN, len(data)))
    if not data.strip(_MARKS):
        raise SourceError(f"{_SHOWN} is empty")
    name = f"stdin.{_kind(data)}"
    return _Piped({name: data}), name


class _Piped(MemorySource):
    """The root of what is piped in is shown as people named it."""

    def shown(self, path: str) -> str:
        return path or STANDARD_INPUT


def _read(stream: IO[bytes] | None) -> bytes:
    """At most a byte more than is taken. `stream` is None where Python was started without a standard input."""
    try:
        data = stream.read(LARGEST_FILE + 1) if stream is not None else None
    except OSError as error:
        raise SourceError(f"{_SHOWN} cannot be read: {error.strerror or error}") from None
    if data is None:
        raise SourceError(f"{_SHOWN} cannot be read: nothing is connected to it")
    return data


def _kind(data: bytes) -> str:
    text = data.lstrip(_MARKS)
    if text[:1] in (b"{", b"["):
        return "json"
    return "yaml" if b"apiVersion" in data and _BEGINS_YAML.match(text) else "tf"
