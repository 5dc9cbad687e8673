"""Rules read once and kept until a file changes, as Python keeps the bytecode of a module: reading hundreds of YAML
files would cost every run of a checkout. (A built package has its index instead.)"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from costlint.policy.ruleset import Source

_READERS = ("documents.py", "kept.py", "ruleset.py", "schema.py", "shorthand.py", "../model/findings.py")


class _Kept(Struct, frozen=True):
    """What was read, and the stamp of what it was read from."""

    stamp: str
    sources: tuple[Source, ...]


def kept(
    files: Sequence[Path], store: Path, read: Callable[[Sequence[Path]], tuple[Source, ...]]
) -> tuple[Source, ...]:
    """What `read` makes of the files; from `store` if they, and the code that reads them, are those it was made from.
    Like bytecode, nothing is stored where Python is told not to write any."""
    stamp = _stamp((*files, *(Path(__file__).parent / name for name in _READERS)))
    try:
        found = msgspec.msgpack.decode(store.read_bytes(), type=_Kept)
    except (OSError, msgspec.DecodeError):
        found = None
    if found is not None and found.stamp == stamp:
        return found.sources
    sources = read(files)
    if not sys.dont_write_bytecode:
        _write(store, msgspec.msgpack.encode(_Kept(stamp, sources)))
    return sources


def _stamp(files: Iterable[Path]) -> str:
    """Equal for the same files with the same times of change and sizes."""
    lines = []
    for path in files:
        status = path.stat()
        lines.append(f"{path} {status.st_mtime_ns} {status.st_size}")
    return "\n".join(lines)


def _write(store: Path, data: bytes) -> None:
    """All of it or nothing; a place that cannot be written to is no loss."""
    draft = store.with_name(f"{store.name}.{os.getpid()}")
    try:
        store.parent.mkdir(exist_ok=True)
        draft.write_bytes(data)
        draft.replace(store)
    except OSError:
        with suppress(OSError):
            draft.unlink()
