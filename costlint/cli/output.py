"""Where reports go: colours, width, a file or the terminal."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click

from costlint.reports.layout import Paint, Role, plain, whole_lines

_COMFORTABLE = 120
_STYLES: dict[Role, dict[str, Any]] = {
    "strong": {"bold": True},
    "dim": {"dim": True},
    "amount": {"fg": "green", "bold": True},
    "place": {"fg": "cyan"},
    "before": {"fg": "red"},
    "after": {"fg": "green"},
    "low": {"fg": "blue"},
    "medium": {"fg": "yellow"},
    "high": {"fg": "magenta"},
    "critical": {"fg": "red", "bold": True},
}


def painter(color: bool | None, to_file: bool = False) -> Paint:
    """How to colour: the option decides, then NO_COLOR, then FORCE_COLOR, then whether a terminal reads."""
    return _styled if _coloured(color, to_file) else plain


def width() -> int:
    """Columns to write in: COLUMNS or the terminal's, a comfortable width in a pipe."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    try:  # shutil asks the same, and brings every kind of compression along
        return os.get_terminal_size().columns or _COMFORTABLE
    except (ValueError, OSError):  # closed, or no terminal
        return _COMFORTABLE


def page_width() -> int:
    """The same for prose, which nobody reads in very long lines."""
    return min(width(), _COMFORTABLE)


def table_width(to_file: bool = False) -> int:
    """The same for tables: 0, as wide as they are, in a file or a pipe nobody told a width of."""
    return 0 if _is_loose(to_file) else width()


def whole(to_file: bool = False) -> AbstractContextManager[None]:
    """Where reports are laid out: in a file or a pipe nobody told a width of, nothing is cut."""
    return whole_lines(_is_loose(to_file))


def _is_loose(to_file: bool) -> bool:
    return (to_file or not sys.stdout.isatty()) and not os.environ.get("COLUMNS", "").isdigit()


def write(text: str, output: str | None, *, added: bool = False) -> None:
    """Write to a file, or to standard output as it is. A file is there whole or as it was before, where its directory
    lets it be replaced; `added` puts the text behind what it holds. Raises ClickException if it cannot be written."""
    if output is None or output == "-":
        sys.stdout.write(text)
        return
    path = Path(os.path.realpath(output))
    in_place = path.exists() and not (path.is_file() and os.access(path.parent, os.W_OK))
    try:
        if added or in_place:
            with path.open("a" if added else "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
        else:
            from costlint.config.writing import replace_file

            replace_file(path, text.encode(errors="replace"))
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {_reason(error, output)}") from None


def write_new(text: str, output: str | None) -> None:
    """As `write`, but never over a file that is there. Raises ClickException."""
    if output is None or output == "-":
        write(text, None)
        return
    try:
        with Path(output).open("x", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except FileExistsError:
        raise click.ClickException(f"{output} is there already; nothing was written") from None
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {_reason(error, output)}") from None


def _reason(error: OSError, output: str) -> str:
    parent = Path(output).parent
    if isinstance(error, FileNotFoundError) and not parent.is_dir():
        return f"there is no directory {parent}; make it first"
    return error.strerror or str(error)


def _coloured(color: bool | None, to_file: bool) -> bool:
    if color is not None:
        return color
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR", "")
    if forced:
        return forced not in ("0", "false")
    return not to_file and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _styled(text: str, role: Role) -> str:
    style = _STYLES.get(role)
    return click.style(text, **style) if style and text.strip() else text
