"""`replacements`: values copied from one object into others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from costlint.model.values import Path
from costlint.readers.kustomize.kustomization import Kustomization
from costlint.readers.kustomize.setting import Question
from costlint.readers.kustomize.subjects import Subject
from costlint.readers.kustomize.tree import Tree
from costlint.readers.kustomize.written import mappings

if TYPE_CHECKING:
    from costlint.readers.kustomize.tracing import Rendered

_STEP = re.compile(r"\[([^\]]*)\]|((?:[^.\[\\]|\\.)+)")


def replaced(
    tree: Tree, own: Kustomization, question: Question, objects: list[Rendered]
) -> Iterator[tuple[Rendered, Path]]:
    """The objects, and the places in them, from which the value at a path is copied; the last copy first."""
    for entry in reversed(_entries(tree, own)):
        source = entry.get("source")
        if not isinstance(source, dict) or not _is_target(entry, question):
            continue
        for other in objects:
            if other.subject.is_selected({key: source.get(key) for key in ("group", "kind", "name", "namespace")}):
                written = source.get("fieldPath") or "metadata.name"
                for path in _paths(other.value, _steps(str(written))):
                    yield other, path


def _entries(tree: Tree, own: Kustomization) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = []
    for _, entry in mappings(own.list("replacements")):
        name = entry.get("path")
        path = tree.path(own.directory, name) if isinstance(name, str) else None
        if path is None:
            found.append(entry)
            continue
        for value, _ in tree.parsed(path):
            items = value if isinstance(value, list) else [value]
            found += [item for item in items if isinstance(item, dict)]
    return found


def _is_target(entry: Mapping[str, object], question: Question) -> bool:
    for _, target in mappings(entry.get("targets")):
        select, rejected = target.get("select"), target.get("reject")
        if not isinstance(select, dict) or not question.subject.is_selected(select):
            continue
        if any(_selects(question.subject, each) for _, each in mappings(rejected)):
            continue
        fields = target.get("fieldPaths")
        for field in fields if isinstance(fields, list) else ["metadata.name"]:
            if question.path in _paths(question.rendered, _steps(str(field))):
                return True
    return False


def _selects(subject: Subject, selector: Mapping[str, object]) -> bool:
    return bool(selector) and subject.is_selected(selector)


def _steps(text: str) -> list[str]:
    return [
        bracketed if bracketed else plain.replace("\\.", ".")
        for bracketed, plain in (match.groups(default="") for match in _STEP.finditer(text))
    ]


def _paths(value: object, steps: list[str], path: Path = ()) -> Iterator[Path]:
    """The places a field path (`spec.containers.[name=main].image`, `*` for every item) leads to."""
    if not steps:
        yield path
        return
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict):
        for key in list(value) if step == "*" else [step]:
            if key in value:
                yield from _paths(value[key], rest, (*path, key))
    elif isinstance(value, list):
        name, equals, wanted = step.partition("=")
        for index, item in enumerate(value):
            own = str(item.get(name)) == wanted if isinstance(item, dict) else False
            if own if equals else step in ("*", str(index)):
                yield from _paths(item, rest, (*path, index))
