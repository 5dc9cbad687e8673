"""What somebody pipes in, as a tree of one file: a plan, manifests or Terraform."""

from __future__ import annotations

import sys
from typing import IO

from costlint.sources.limits import LARGEST_FILE, too_large
from costlint.sources.memory import MemorySource
from costlint.sources.source import SourceError

STANDARD_INPUT = "-"
"""How the standard input is named where a path is asked for."""

_SHOWN = "the standard input"
_MARKS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


def standard_input(stream: IO[bytes] | None = None) -> tuple[MemorySource, str]:
    """The tree with what the standard input holds, and the path of its one file. The name tells what it was taken for:
    `stdin.json`, `stdin.yaml` or `stdin.tf`. Raises SourceError if there is nothing, or too much."""
    data = (sys.stdin.buffer if stream is None else stream).read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise SourceError(too_large(_SHOWN, len(data)))
    if not data.strip(_MARKS):
        raise SourceError(f"{_SHOWN} is empty")
    name = f"stdin.{_kind(data)}"
    return MemorySource({name: data}), name


def _kind(data: bytes) -> str:
    if data.lstrip(_MARKS)[:1] in (b"{", b"["):
        return "json"
    return "yaml" if b"apiVersion:" in data else "tf"
