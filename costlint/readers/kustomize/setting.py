"""What each field of a kustomization sets on an object, and where that is written.

A rendered object notes which transformers have touched it, and of which kustomization. For each of them this says which
entries set the value at a path; whether they set the value it has is compared by who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from costlint.model import Span
from costlint.model.values import Path
from costlint.readers.kustomize.aligning import aligned, at, equal
from costlint.readers.kustomize.kustomization import Kustomization
from costlint.readers.kustomize.references import is_inline
from costlint.readers.kustomize.subjects import Subject
from costlint.readers.kustomize.tree import Tree
from costlint.readers.kustomize.written import Text, embedded, mappings

_NAMING = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))
_SCALED = frozenset(("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"))
_LABELLED = frozenset(("labels", "matchLabels", "selector"))


class Setting(NamedTuple):
    """A value that is written somewhere for a path of an object."""

    value: object
    span: Span
    what: str


class Question(NamedTuple):
    """The value at a path of a rendered object."""

    rendered: Mapping[str, object]
    path: Path
    subject: Subject

    @property
    def value(self) -> object:
        return at(self.rendered, self.path)


def settings(tree: Tree, kustomization: Kustomization, transformer: str, question: Question) -> Iterator[Setting]:
    """What one transformer of a kustomization sets at a path, its last entry first."""
    ask = _TRANSFORMERS.get(transformer)
    if ask is not None:
        yield from ask(tree, kustomization, question)


def patch_texts(tree: Tree, own: Kustomization) -> Iterator[tuple[Text, Mapping[str, object] | None]]:
    """The patches of a kustomization with their targets (None: what they name themselves), the last one first."""
    found: list[tuple[Text, Mapping[str, object] | None]] = []
    for index, entry in enumerate(own.list("patchesStrategicMerge")):
        if isinstance(entry, str):
            found += ((text, None) for text in _texts(tree, own, entry, ("patchesStrategicMerge", index)))
    for field in ("patches", "patchesJson6902"):
        for index, entry in mappings(own.list(field)):
            target = entry.get("target")
            for key in ("patch", "path"):
                name = entry.get(key)
                if isinstance(name, str):
                    texts = _texts(tree, own, name, (field, index, key), inline=key == "patch")
                    found += ((text, target if isinstance(target, dict) else None) for text in texts)
    return reversed(found)


def _texts(tree: Tree, own: Kustomization, name: str, where: Path, inline: bool | None = None) -> Iterator[Text]:
    if is_inline(name) if inline is None else inline:
        yield from embedded(own.document, where, name, own.shown)
        return
    path = tree.path(own.directory, name)
    for value, document in tree.parsed(path) if path is not None else ():
        yield Text(value, document, tree.source.shown(path or ""))


def _patched(tree: Tree, own: Kustomization, question: Question) -> Iterator[Setting]:
    for text, target in patch_texts(tree, own):
        what = f"patch {text.shown}"
        if isinstance(text.value, dict):
            chosen = question.subject.is_selected(target) if target else question.subject.is_named(text.value)
            if question.path in _NAMING:  # in a patch these say what is patched
                continue
            inner = aligned(question.rendered, question.path, text.value) if chosen else None
            if inner is not None:
                yield Setting(at(text.value, inner), text.span(inner)[0], what)
        elif isinstance(text.value, list) and target and question.subject.is_selected(target):
            for index in reversed(range(len(text.value))):
                inner = _operated(text.value[index], question)
                if inner is not None:
                    place = (index, "value", *inner)
                    yield Setting(at(text.value, place), text.span(place)[0], what)


def _operated(operation: object, question: Question) -> Path | None:
    """The path, within what an operation of a JSON patch puts somewhere, of the value asked for."""
    if not isinstance(operation, dict) or operation.get("op") not in ("add", "replace") or "value" not in operation:
        return None
    pointer = operation.get("path")
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        return None
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]
    if len(steps) > len(question.path):
        return None
    reached = question.path[: len(steps)]
    pairs = zip(reached, steps, strict=True)
    if not all(str(own) == step or (step == "-" and isinstance(own, int)) for own, step in pairs):
        return None
    return aligned(at(question.rendered, reached), question.path[len(steps) :], operation["value"])


def _scaled(tree: Tree, own: Kustomization, question: Question) -> Iterator[Setting]:
    if question.path != ("spec", "replicas") or question.subject.kind not in _SCALED:
        return
    for index, entry in reversed(list(mappings(own.list("replicas")))):
        if entry.get("name") in question.subject.names:
            yield Setting(entry.get("count"), own.span(("replicas", index, "count")), f"replicas of {own.shown}")


def _tagged(tree: Tree, own: Kustomization, question: Question) -> Iterator[Setting]:
    value = question.value
    if question.path[-1:] != ("image",) or not isinstance(value, str):
        return
    for index, entry in reversed(list(mappings(own.list("images")))):
        name = entry.get("newName") or entry.get("name")
        tag, digest = entry.get("newTag"), entry.get("digest")
        written = f"{name}{f':{tag}' if tag else ''}{f'@{digest}' if digest else ''}"
        kept = not tag and not digest and value.startswith((f"{name}:", f"{name}@"))
        key = next((key for key in ("newName", "newTag", "digest") if entry.get(key)), "")
        if key and (written == value or kept):
            yield Setting(value, own.span(("images", index, key)), f"images of {own.shown}")


def _placed(tree: Tree, own: Kustomization, question: Question) -> Iterator[Setting]:
    if question.path[-1:] == ("namespace",):
        yield Setting(own.value.get("namespace"), own.span(("namespace",)), f"namespace of {own.shown}")


def _labelled(tree: Tree, own: Kustomization, question: Question) -> Iterator[Setting]:
    if len(question.path) < 2 or question.path[-2] not in _LABELLED:
        return
    key = question.path[-1]
    for index, entry in reversed(list(mappings(own.list("labels")))):
        pairs = entry.get("pairs")
        if isinstance(pairs, dict) and key in pairs:
            yield Setting(pairs[key], own.span(("labels", index, "pairs", key)), f"labels of {own.shown}")
    common = own.value.get("commonLabels")
    if isinstance(common, dict) and key in common:
        yield Setting(common[key], own.span(("commonLabels", key)), f"commonLabels of {own.shown}")


def _annotated(tree: Tree, own: Kustomization, question: Question) -> Iterator[Setting]:
    common = own.value.get("commonAnnotations")
    if len(question.path) > 1 and question.path[-2] == "annotations" and isinstance(common, dict):
        key = question.path[-1]
        if key in common:
            yield Setting(common[key], own.span(("commonAnnotations", key)), f"commonAnnotations of {own.shown}")


_TRANSFORMERS: dict[str, Callable[[Tree, Kustomization, Question], Iterator[Setting]]] = {
    "PatchTransformer": _patched,
    "PatchStrategicMergeTransformer": _patched,
    "PatchJson6902Transformer": _patched,
    "ReplicaCountTransformer": _scaled,
    "ImageTagTransformer": _tagged,
    "NamespaceTransformer": _placed,
    "LabelTransformer": _labelled,
    "AnnotationsTransformer": _annotated,
}


def generated(tree: Tree, own: Kustomization, field: str, question: Question) -> Iterator[Setting]:
    """What a generator writes into the data of a ConfigMap or Secret."""
    if len(question.path) != 2 or question.path[0] not in ("data", "stringData", "binaryData"):
        return
    key, value = str(question.path[1]), question.value
    for index, entry in mappings(own.list(field)):
        if entry.get("name") not in question.subject.names:
            continue
        literals = entry.get("literals")
        for number, text in enumerate(literals if isinstance(literals, list) else ()):
            if isinstance(text, str) and equal(text, f"{key}={value}"):
                yield Setting(value, own.span((field, index, "literals", number)), f"{field} of {own.shown}")
        yield from _environment(tree, own, entry, key, value)
        files = entry.get("files")
        for text in files if isinstance(files, list) else ():
            name, _, file = str(text).rpartition("=")
            path = tree.path(own.directory, file)
            if path is not None and (name or file.rpartition("/")[2]) == key:
                shown = tree.source.shown(path)
                yield Setting(value, Span(shown, 1, 1, 1, 1), f"file {shown}")


def _environment(
    tree: Tree, own: Kustomization, entry: Mapping[str, object], key: str, value: object
) -> Iterator[Setting]:
    """The line of a file of variables (`KEY=value`) that sets a key, the last one first."""
    names = entry.get("envs")
    for name in reversed([*(names if isinstance(names, list) else ()), entry.get("env")]):
        path = tree.path(own.directory, name) if isinstance(name, str) else None
        if path is None:
            continue
        shown = tree.source.shown(path)
        lines = tree.source.read(path).decode(errors="replace").splitlines()
        for number, line in reversed(list(enumerate(lines, 1))):
            if line.strip() == f"{key}={value}":
                start = line.index("=") + 2
                yield Setting(value, Span(shown, number, start, number, len(line) + 1), shown)
