"""The record `terraform init` keeps of the modules it has fetched: `.terraform/modules/modules.json`."""

from __future__ import annotations

import json
import posixpath

from costlint.sources import Source, SourceError

_RECORD = ".terraform/modules/modules.json"


def installed_modules(source: Source, root: str) -> dict[str, str]:
    """Directories (within the source) by the dotted path of module names; empty if nothing was fetched."""
    path = posixpath.join(root, _RECORD)
    if not source.is_file(path):
        return {}
    try:
        record = json.loads(source.read(path))
    except (SourceError, ValueError, RecursionError):
        return {}
    entries = record.get("Modules") if isinstance(record, dict) else None
    found: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else ():
        key, directory = (entry.get("Key"), entry.get("Dir")) if isinstance(entry, dict) else (None, None)
        if isinstance(key, str) and isinstance(directory, str) and key:
            place = posixpath.normpath(posixpath.join(root, directory))
            if not place.startswith(("/", "..")) and source.is_dir(place):
                found[key] = "" if place == "." else place
    return found
