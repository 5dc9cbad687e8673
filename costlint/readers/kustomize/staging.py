"""Puts an overlay and all it is made of, and nothing else, into a directory of its own to be rendered there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path as FilePath

from costlint.readers.kubernetes.objects import is_object, name_of
from costlint.readers.kustomize.definitions import without_schemas
from costlint.readers.kustomize.kustomization import NAMES
from costlint.readers.kustomize.references import is_inline
from costlint.readers.kustomize.tree import Closure, Tree
from costlint.sources import SourceError

METADATA = ("originAnnotations", "transformerAnnotations")
"""What kustomize is asked to note on each object: where it comes from, and what has touched it."""


def stage(tree: Tree, closure: Closure, where: FilePath, forgiving: bool = False, whole: bool = False) -> FilePath:
    """Write everything below `where`; the directory to render. With `forgiving`, patches of objects that are not there
    do no harm: some of what they patch was left out. Schemas of custom resources are there only with `whole`.
    Raises OSError and SourceError."""
    for staged, path in closure.files.items():
        data = tree.source.read(path)
        _write(where / staged, data if whole or path not in closure.resources else without_schemas(data))
    for directory, value in closure.values.items():
        if forgiving:
            value = _forgiving(tree, closure, directory, value)
        if directory == closure.root.directory:
            own = value.get("buildMetadata")
            asked = own if isinstance(own, list) else []
            value = {**value, "buildMetadata": [*dict.fromkeys([*asked, *METADATA])]}
        _write(where / directory / NAMES[0], json.dumps(value).encode())
    return where / closure.root.directory


def has_schemas(tree: Tree, closure: Closure) -> bool:
    """Whether anything would be left out of the resources. Raises nothing: what cannot be read is not there."""
    return any(len(without_schemas(data)) < len(data) for data in _contents(tree, closure))


def _contents(tree: Tree, closure: Closure) -> Iterator[bytes]:
    for path in closure.resources:
        with suppress(SourceError):
            yield tree.source.read(path)


def _write(place: FilePath, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def _forgiving(tree: Tree, closure: Closure, directory: str, value: Mapping[str, object]) -> dict[str, object]:
    """The same with a target for each patch, which may match nothing, and without what looks for other objects."""
    found = {field: inner for field, inner in value.items() if field not in ("replacements", "vars", *_PATCHES)}
    patches: list[object] = []
    for field in _PATCHES:
        entries = value.get(field)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("target"):
                patches.append(entry)
            else:
                patches += _targeted(tree, closure, directory, entry)
    if patches:
        found["patches"] = patches
    return found


_PATCHES = ("patchesStrategicMerge", "patches", "patchesJson6902")


def _targeted(tree: Tree, closure: Closure, directory: str, entry: object) -> Iterator[object]:
    text, path = (entry.get("patch"), entry.get("path")) if isinstance(entry, dict) else (entry, entry)
    if isinstance(text, str) and is_inline(text):
        values: list[object] = _inline(text)
    elif isinstance(path, str):
        staged = f"{directory}/{path}" if directory else path
        values = [one for one, _ in tree.parsed(closure.files.get(staged, ""))]
    else:
        return
    for one in values:
        if is_object(one):
            assert isinstance(one, dict)
            group, slash, _ = str(one["apiVersion"]).partition("/")
            target = {"kind": one["kind"], "name": name_of(one), **({"group": group} if slash else {})}
            yield {"patch": json.dumps(one), "target": target}


def _inline(text: str) -> list[object]:
    from costlint.readers.kubernetes.documents import documents, read
    from costlint.readers.kubernetes.syntax import YamlMistake

    try:
        return [read(one) for one in documents(text.encode())]
    except YamlMistake:
        return []
