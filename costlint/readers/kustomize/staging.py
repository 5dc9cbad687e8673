"""Puts an overlay and all it is made of, and nothing else, into a directory of its own to be rendered there."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path as FilePath

from costlint.readers.kubernetes.objects import is_object, name_of
from costlint.readers.kustomize.definitions import without_schemas
from costlint.readers.kustomize.kustomization import NAMES
from costlint.readers.kustomize.references import GENERATORS, is_inline
from costlint.readers.kustomize.tree import Closure, Tree
from costlint.sources import SourceError

METADATA = ("originAnnotations", "transformerAnnotations")
"""What kustomize is asked to note on each object: where it comes from, and what has touched it."""


def stage(tree: Tree, closure: Closure, where: FilePath, forgiving: int = 0, whole: bool = False) -> FilePath:
    """Write everything below `where`; the directory to render. With `forgiving` (1), patches of objects that are not
    there, generators that add to such, and replacements from files that are not, do no harm; with 2, replacements are
    left out altogether. Schemas of custom resources are there only with `whole`. Raises OSError and SourceError."""
    for staged, path in closure.files.items():
        data = tree.source.read(path)
        _write(where / staged, data if whole or path not in closure.resources else without_schemas(data))
    for directory, value in closure.values.items():
        if forgiving:
            value = _forgiving(tree, closure, directory, value, replacing=forgiving == 1)
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


def _forgiving(
    tree: Tree, closure: Closure, directory: str, value: Mapping[str, object], replacing: bool
) -> dict[str, object]:
    """The same with a target for each patch, which may match nothing, and without replacements from objects that lack
    some of their files (without any, unless `replacing`)."""
    found = {field: inner for field, inner in value.items() if field not in ("replacements", "vars", *_PATCHES)}
    entries = value.get("replacements")
    if replacing and isinstance(entries, list):
        lacking = _lacking(closure)
        found["replacements"] = [one for one in entries if not _sources(tree, closure, directory, one) & lacking]
    patches: list[object] = []
    for field in _PATCHES:
        entries = value.get(field)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("target"):
                patches.append(entry)
            else:
                patches += _targeted(tree, closure, directory, entry)
    if any(value.get(field) for field in _PATCHES):
        found["patches"] = patches  # also where none is left: kustomize refuses a file that says nothing
    declared: set[tuple[str, str]] | None = None
    for field, kind in _GENERATED.items():
        entries = value.get(field)
        if isinstance(entries, list) and any(_changes(entry) for entry in entries):
            declared = _declared(tree, closure, directory) if declared is None else declared
            found[field] = [_standing_alone(entry, kind, declared) for entry in entries]
    return found


_PATCHES = ("patchesStrategicMerge", "patches", "patchesJson6902")
_GENERATED = dict(zip(GENERATORS, ("ConfigMap", "Secret"), strict=True))


def _changes(entry: object) -> bool:
    """Whether an entry of a generator adds to an object that is there, instead of making one."""
    return isinstance(entry, dict) and entry.get("behavior") in ("merge", "replace")


def _standing_alone(entry: object, kind: str, declared: Collection[tuple[str, str]]) -> object:
    """The same as an object of its own where the one it adds to is not here."""
    if not isinstance(entry, dict) or not _changes(entry) or (kind, str(entry.get("name"))) in declared:
        return entry
    return {field: inner for field, inner in entry.items() if field != "behavior"}


def _declared(tree: Tree, closure: Closure, directory: str) -> set[tuple[str, str]]:
    """Kind and name of the objects an overlay is made of, as far as they are here. What a kustomization further in than
    the one of `directory` adds to is there as well: it stands alone then, if it has to."""
    found = {
        (str(value["kind"]), name_of(value))
        for path in closure.resources
        for value, _ in tree.parsed(path)
        if isinstance(value, dict) and is_object(value)
    }
    further_in = False
    for place, one in closure.kustomizations.items():
        for field, kind in _GENERATED.items():
            entries = (entry for entry in one.list(field) if isinstance(entry, dict))
            found |= {(kind, str(entry.get("name"))) for entry in entries if further_in or not _changes(entry)}
        further_in = further_in or place == directory
    return found


def _lacking(closure: Closure) -> set[str]:
    """The names of generated objects some of whose files are not here."""
    found: set[str] = set()
    for one in closure.left_out:
        field, *index = one.at[:2]
        entry = one.kustomization.list(str(field))[int(index[0])] if field in GENERATORS and index else None
        if isinstance(entry, dict):
            found.add(str(entry.get("name")))
    return found


def _sources(tree: Tree, closure: Closure, directory: str, entry: object) -> set[str]:
    """The names of the objects an entry of `replacements` copies from."""
    path = entry.get("path") if isinstance(entry, dict) else None
    values: list[object] = [entry]
    if isinstance(path, str):
        staged = posixpath.normpath(posixpath.join(directory, path))
        parsed = [value for value, _ in tree.parsed(closure.files.get(staged, ""))]
        values = [one for value in parsed for one in (value if isinstance(value, list) else [value])]
    sources = (one.get("source") for one in values if isinstance(one, dict))
    return {str(source.get("name")) for source in sources if isinstance(source, dict)}


def _targeted(tree: Tree, closure: Closure, directory: str, entry: object) -> Iterator[object]:
    text, path = (entry.get("patch"), entry.get("path")) if isinstance(entry, dict) else (entry, entry)
    if isinstance(text, str) and is_inline(text):
        values: list[object] = _inline(text)
    elif isinstance(path, str):
        staged = posixpath.normpath(posixpath.join(directory, path))
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
