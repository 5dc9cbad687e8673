"""The files somebody names (configuration, prices, usage) as documents, or the sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from costlint.config.documents import Document, UnreadableDocument, yaml_document


class ConfigError(Exception):
    """The configuration cannot be used; the message names the place and what to write instead."""

    def __init__(self, message: str, file: str = "", line: int = 0, column: int = 0) -> None:
        place = f"{file}:{line}:{column}" if line else file
        super().__init__(f"{place}: {message}" if place else message)


def read_document(
    file: str, what: str, most: int, parse: Callable[[str], Document] = yaml_document, path: Path | None = None
) -> Document:
    """The document in a file of at most `most` bytes; `what` names it in messages ("the price file"), `path` says where
    it is if `file` is only how it is shown. Raises ConfigError."""
    data = first_bytes(path or Path(file), file, what, most + 1)
    if len(data) > most:
        raise ConfigError(f"{what} is larger than {_size(most)}", file)
    try:
        return parse(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigError(f"{what} is not UTF-8 text", file) from None
    except UnreadableDocument as error:
        raise ConfigError(str(error), file, error.line, error.column) from None


def first_bytes(path: Path, shown: str, what: str, most: int) -> bytes:
    """The beginning of a file. Raises ConfigError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise ConfigError(f"cannot read {what}: {error.strerror}", shown) from None


def _size(most: int) -> str:
    return f"{most >> 20} MiB" if most >= 1 << 20 else f"{most >> 10} KiB"
