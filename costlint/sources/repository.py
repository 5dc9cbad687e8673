"""The addresses a git repository is known under, read from its own configuration without running git."""

from __future__ import annotations

import re
from pathlib import Path

from costlint.sources.settings import settings_text

_SECTION = re.compile(r'\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]')
_URL = re.compile(r"\s*(?:push)?url\s*=\s*(.*)", re.IGNORECASE)


def remote_addresses(root: Path) -> tuple[str, ...]:
    """The URLs of the remotes of the work tree at `root`, in the order they are written; () if there are none."""
    directory = _git_directory(root)
    text = settings_text(directory / "config") if directory is not None else ""
    found: dict[str, None] = {}
    section = ""
    for line in text.splitlines():
        opened = _SECTION.match(line.lstrip())
        if opened is not None:
            section = opened[1].lower()
            line = line.lstrip()[opened.end() :]
        written = _URL.match(line) if section == "remote" else None
        if written is not None and (url := _value(written[1])):
            found[url] = None
    return tuple(found)


def _git_directory(root: Path) -> Path | None:
    """Where the repository's configuration lies: `.git`, or what it leads to in a submodule or a linked work tree."""
    place = root / ".git"
    if place.is_file():
        leads_to = settings_text(place).partition("gitdir:")[2].strip()
        if not leads_to:
            return None
        place = root / leads_to
        common = settings_text(place / "commondir").strip()
        if common:
            place = place / common
    return place if place.is_dir() else None


def _value(text: str) -> str:
    """A value as git reads it: comments and quotes taken away."""
    quoted = text.startswith('"')
    value = re.split(r'"' if quoted else r"\s+[#;]", text[1:] if quoted else text, maxsplit=1)[0]
    return value.replace("\\\\", "\\").strip()
