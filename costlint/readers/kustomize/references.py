"""The fields of a kustomization that name files and directories.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from costlint.model.values import Path

Role: TypeAlias = Literal["resource", "component", "file", "plugin"]
Visit: TypeAlias = Callable[[str, Role, Path], "str | None"]
"""Given what is named, as what, and where: what to name instead, None to leave it out."""

_LISTS: dict[str, Role] = {
    "resources": "resource",
    "bases": "resource",
    "components": "component",
    "crds": "file",
    "configurations": "file",
    "generators": "plugin",
    "transformers": "plugin",
    "validators": "plugin",
}
_PATCHES = ("patches", "patchesJson6902")
GENERATORS = ("configMapGenerator", "secretGenerator")
"""The fields that make objects of files."""

HELM = ("helmCharts", "helmGlobals", "helmChartInflationGenerator")
"""The fields that make kustomize run Helm."""

_REMOTE = re.compile(
    r"[a-z][a-z0-9+.-]*://|git::|git@|[\w.-]+@[\w.-]+:|(?:github|gitlab|bitbucket)\.|gh:|"
    r"[\w-]+(?:\.[\w-]+)+/[\w.-]+/[\w.-]+|.*[?&](?:ref|version)=",
    re.IGNORECASE,
)


def is_remote(text: str) -> bool:
    """Whether a text that is the name of nothing here is an address kustomize would fetch from."""
    return _REMOTE.match(text) is not None


def is_inline(text: str) -> bool:
    """Whether an entry is YAML itself, not the name of a file."""
    return "\n" in text or ": " in text or text.lstrip().startswith(("{", "["))


def rewritten(value: Mapping[str, object], visit: Visit) -> dict[str, object]:
    """A kustomization with what it names as `visit` wants it, and without what would run Helm."""
    found = {field: inner for field, inner in value.items() if field not in HELM}
    for field, role in _LISTS.items():
        if isinstance(entries := value.get(field), list):
            found[field] = _names(entries, role, (field,), visit)
    if isinstance(entries := value.get("patchesStrategicMerge"), list):
        found["patchesStrategicMerge"] = _names(entries, "file", ("patchesStrategicMerge",), visit)
    for field in (*_PATCHES, "replacements"):
        if isinstance(entries := value.get(field), list):
            found[field] = _with_paths(entries, (field,), visit)
    for field in GENERATORS:
        if isinstance(entries := value.get(field), list):
            found[field] = [_generator(entry, (field, index), visit) for index, entry in enumerate(entries)]
    schema = value.get("openapi")
    if isinstance(schema, dict) and isinstance(schema.get("path"), str):
        path = visit(schema["path"], "file", ("openapi", "path"))
        found["openapi"] = {**schema, "path": path}
        if path is None:
            del found["openapi"]
    return found


def _names(entries: list[object], role: Role, at: Path, visit: Visit) -> list[object]:
    kept: list[object] = []
    for index, entry in enumerate(entries):
        if isinstance(entry, str) and not is_inline(entry):
            name = visit(entry, role, (*at, index))
            if name is not None:
                kept.append(name)
        elif role != "plugin" or _is_builtin(entry):
            kept.append(entry)
    return kept


def _is_builtin(entry: object) -> bool:
    return isinstance(entry, str) and bool(re.search(r"^[ \t]*apiVersion:[ \t]*builtin\b", entry, re.MULTILINE))


def _with_paths(entries: list[object], at: Path, visit: Visit) -> list[object]:
    kept: list[object] = []
    for index, entry in enumerate(entries):
        if isinstance(entry, dict) and isinstance(entry.get("path"), str):
            name = visit(entry["path"], "file", (*at, index, "path"))
            if name is None:
                continue
            entry = {**entry, "path": name}
        kept.append(entry)
    return kept


def _generator(entry: object, at: Path, visit: Visit) -> object:
    """A generator without the files that are not here: what it generates is named the same without them."""
    if not isinstance(entry, dict):
        return entry
    found = dict(entry)
    for field in ("files", "envs"):
        if isinstance(names := entry.get(field), list):
            kept = []
            for index, name in enumerate(names):
                if not isinstance(name, str):
                    continue
                key, equals, path = name.rpartition("=") if field == "files" else ("", "", name)
                new = visit(path, "file", (*at, field, index))
                if new is not None:
                    kept.append(f"{key}{equals}{new}")
            found[field] = kept
    if isinstance(entry.get("env"), str):
        new = visit(entry["env"], "file", (*at, "env"))
        found.pop("env")
        if new is not None:
            found["env"] = new
    return found
