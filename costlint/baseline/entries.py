"""The file of a baseline: its findings sorted, each on its own lines, so that branches merge and people can read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from costlint.config import ConfigError
from costlint.config.writing import replace_file

VERSION = 1
_LARGEST = 64 << 20


class Entry(Struct, frozen=True, order=True):
    """One finding of one stack: `place` (the file) and `address` are for people, and find it again after a file or a
    directory was renamed. `saving` is USD a month, `since` the day it was put here (ISO). Paths are relative to the
    directory the baseline is for. `lesser`: a better one for the same edit is here as well, so that this saving is not
    to be added to that."""

    place: str
    rule: str
    address: str
    stack: str
    fingerprint: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
    saving: float | None = None
    since: str = ""
    lesser: bool = False


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    findings: list[Entry]


def read_baseline(path: Path, shown: str) -> tuple[Entry, ...]:
    """The entries of a baseline. Raises ConfigError for a file that is none."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigError(f"the baseline is larger than {_LARGEST >> 20} MiB", shown)
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot read the baseline: {error.strerror}", shown) from None
    try:
        found: Any = msgspec.json.decode(data)
        version = found.get("version") if isinstance(found, dict) else None
        if isinstance(version, int) and version > VERSION:
            raise ConfigError(f"the baseline was written by a newer costlint (format {version})", shown)
        return tuple(msgspec.convert(found, _File).findings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"not a baseline: {error}", shown) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        where = "; it holds the marks of a merge that was not finished" if b"<<<<<<<" in data else f": {error}"
        raise ConfigError(f"the baseline is not JSON{where}", shown) from None


def write_baseline(path: Path, entries: Iterable[Entry]) -> None:
    """Write a baseline, whole or not at all. Raises ConfigError if the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, rendered(sorted(entries)).encode())
    except OSError as error:
        raise ConfigError(f"cannot write the baseline: {error.strerror}", str(path)) from None


def rendered(entries: Sequence[Entry]) -> str:
    """The text of a baseline."""
    found = msgspec.to_builtins(_File(VERSION, list(entries)))
    for entry in found["findings"]:
        if not entry["lesser"]:
            del entry["lesser"]
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def worth_of(entries: Iterable[Entry]) -> float:
    """What entries save together, USD a month: of several choices for one edit the best."""
    return sum(entry.saving or 0.0 for entry in entries if not entry.lesser)
