"""Which YAML and JSON files are manifests somebody applies as they are: not the templates of charts, not the patches of
a kustomization, and of what lies beside one only what it lists."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from costlint.readers.kubernetes.documents import documents, read
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.sources import Source, SourceError

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
CHART = "Chart.yaml"


def plain(source: Source, files: Iterable[str]) -> list[str]:
    """Those of the files that are applied as they are, in order."""
    every = list(files)
    charts: dict[str, bool] = {}
    overlays = {posixpath.dirname(file): file for file in every if posixpath.basename(file) in KUSTOMIZATIONS}
    listed: set[str] = set()
    other: set[str] = set()
    for directory, file in overlays.items():
        for key, path in _mentioned(source, file):
            (listed if key == "resources" else other).add(posixpath.normpath(posixpath.join(directory, path)))
    return [
        file
        for file in every
        if not _in_chart(source, posixpath.dirname(file), charts)
        and posixpath.basename(file) not in KUSTOMIZATIONS
        and (file in listed or (file not in other and posixpath.dirname(file) not in overlays))
    ]


def _in_chart(source: Source, directory: str, known: dict[str, bool]) -> bool:
    """Whether a directory is that of a chart or lies in one."""
    found = known.get(directory)
    if found is None:
        above = posixpath.dirname(directory)
        found = source.is_file(posixpath.join(directory, CHART)) or (
            bool(directory) and _in_chart(source, above, known)
        )
        known[directory] = found
    return found


def _mentioned(source: Source, file: str) -> Iterator[tuple[str, str]]:
    """The files a kustomization mentions, with the key they stand under."""
    try:
        values = [read(document) for document in documents(source.read(file))]
    except (SourceError, YamlMistake):  # told by whoever renders it
        return
    for value in values:
        for key, items in value.items() if isinstance(value, dict) else ():
            for item in items if isinstance(items, list) else ():
                path = item.get("path") if isinstance(item, dict) else item
                if isinstance(path, str) and "\n" not in path:
                    yield key, path
