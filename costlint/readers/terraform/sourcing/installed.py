"""The record `terraform init` keeps of the modules it has fetched: `modules/modules.json` in its data directory."""

from __future__ import annotations

import json
import posixpath
from typing import NamedTuple

from costlint.sources import MountedSource, SourceError, follow

_DATA = ".terraform"
_RECORD = "modules/modules.json"


class Installed(NamedTuple):
    """A module terraform has fetched: its directory, and the source and version it recorded ("" if it did not)."""

    directory: str
    source: str = ""
    version: str = ""


def installed_modules(source: MountedSource, root: str, data_directory: str = "") -> dict[str, Installed]:
    """What was installed for the root in `root`, by the dotted path of module names; empty if nothing was.

    `data_directory` is TF_DATA_DIR: relative to the root, or anywhere.
    """
    data = posixpath.normpath(data_directory or _DATA)
    base = follow(root, data) or source.place(data, whole=False)
    path = posixpath.join(base, _RECORD) if base else ""
    if not source.is_file(path):
        return {}
    try:
        record = json.loads(source.read(path))
    except (SourceError, ValueError, RecursionError):
        return {}
    entries = record.get("Modules") if isinstance(record, dict) else None
    found: dict[str, Installed] = {}
    for entry in entries if isinstance(entries, list) else ():
        key, directory = (entry.get("Key"), entry.get("Dir")) if isinstance(entry, dict) else (None, None)
        if not isinstance(key, str) or not isinstance(directory, str) or not key:
            continue
        directory = posixpath.normpath(directory)
        inside = directory.removeprefix(f"{data}/")
        place = follow(base or "", inside) if inside != directory else follow(root, directory)
        if place is not None and source.is_dir(place):
            found[key] = Installed(place, _text(entry.get("Source")), _text(entry.get("Version")))
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
