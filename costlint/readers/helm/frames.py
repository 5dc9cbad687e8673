"""What is said between costlint and the process that renders."""

from __future__ import annotations

from typing import IO

from msgspec import Struct, field

_LENGTH = 8


class Request(Struct):
    """Render a chart with values (JSON) and options of Helm. The first request for a chart brings its archive. `only`:
    the template whose text is wanted. `once`: rendering changes the loaded chart, so it is not to be used again."""

    chart: int
    values: bytes
    options: dict[str, str | list[str]]
    archive: bytes = b""
    only: str = ""
    once: bool = False
    forget: list[int] = field(default_factory=list)


class Answer(Struct):
    """The text of each template, or what went wrong: `kind` is the engine's name for it."""

    rendered: dict[str, str] = field(default_factory=dict)
    error: str = ""
    kind: str = ""


def write_frame(sink: IO[bytes], data: bytes) -> None:
    """Send one message."""
    sink.write(len(data).to_bytes(_LENGTH, "big") + data)
    sink.flush()


def read_frame(source: IO[bytes]) -> bytes | None:
    """The next message, None if there is none any more."""
    length = source.read(_LENGTH)
    if len(length) < _LENGTH:
        return None
    size = int.from_bytes(length, "big")
    data = source.read(size)
    return data if len(data) == size else None
