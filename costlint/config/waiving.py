"""Writes waivers into a configuration file as text: what else is in it, comments and layout, stays as it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from costlint.config import waiving_toml, waiving_yaml
from costlint.config.documents import UnreadableDocument, toml_document, yaml_document
from costlint.config.reading import ConfigError
from costlint.config.sections import Waiver
from costlint.config.writing import replace_file

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NewWaiver(NamedTuple):
    """A waiver to write, with the words that tell people what it is about."""

    waiver: Waiver
    about: str = ""


def write_waivers(path: Path, new: Iterable[NewWaiver]) -> None:
    """Add waivers to a configuration file, or create it; one whose fingerprint is there already takes its place.

    Raises ConfigError, with what to write by hand, if the file cannot be changed safely.
    """
    try:
        before = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise ConfigError(f"cannot read the configuration: {error.strerror}", _shown(path)) from None
    mark = _BYTE_ORDER_MARK if before.startswith(_BYTE_ORDER_MARK) else b""
    text = before.removeprefix(mark).decode("utf-8")
    for one in new:
        text = _with(path, text, one)
    try:
        replace_file(path, mark + text.encode())
    except OSError as error:
        raise ConfigError(f"cannot write the configuration: {error.strerror}", _shown(path)) from None


def _with(path: Path, text: str, new: NewWaiver) -> str:
    """The text with one more waiver, read again to be sure that it says just that."""
    form: Any = waiving_toml if path.suffix == ".toml" else waiving_yaml
    known = _waivers(path, text)
    place = next((at for at, one in enumerate(known) if one.get("fingerprint") == new.waiver.fingerprint), None)
    entry = _entry(new.waiver)
    made: str | None = form.added(text, entry, new.about) if place is None else form.updated(text, place, entry)
    if made is not None and _says(path, made, text, place, entry):
        return made
    what = "added to" if place is None else "changed"
    raise ConfigError(
        f"the waivers in this file cannot be {what} without touching more than them; write yourself:\n\n"
        + form.block(entry, new.about),
        _shown(path),
    )


def _says(path: Path, made: str, before: str, place: int | None, entry: Mapping[str, Any]) -> bool:
    """Whether the new text means what the old one did, with the entry at its place."""
    try:
        old, new = _document(path, before), _document(path, made)
    except UnreadableDocument:
        return False
    expected = list(old.pop("waivers", None) or [])
    if place is None:
        expected.append(dict(entry))
    else:
        kept = {key: value for key, value in expected[place].items() if key not in ("reason", "until")}
        expected[place] = {**entry, **kept}
        if "rule" not in kept:
            expected[place].pop("rule", None)
    return new.pop("waivers", None) == expected and new == old


def _waivers(path: Path, text: str) -> list[dict[str, Any]]:
    try:
        return list(_document(path, text).get("waivers") or [])
    except UnreadableDocument as error:
        raise ConfigError(str(error), _shown(path), error.line, error.column) from None


def _document(path: Path, text: str) -> dict[str, Any]:
    value = (toml_document if path.suffix == ".toml" else yaml_document)(text).value
    return dict(value) if isinstance(value, dict) else {}


def _entry(waiver: Waiver) -> dict[str, Any]:
    fields = {"fingerprint": waiver.fingerprint, "rule": waiver.rule, "reason": waiver.reason, "until": waiver.until}
    return {name: value for name, value in fields.items() if value}


def _shown(path: Path) -> str:
    return os.path.relpath(path)
