"""Manifests that are deployed together → a stack, one resource for each object."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from costlint.clusters.workloads import is_workload
from costlint.model import UNKNOWN, Diagnostic, Region, Resource, Span, Stack, Suppression
from costlint.readers.kubernetes.documents import Document, place
from costlint.readers.kubernetes.grouping import alternatives, directory_of, shown_as, together, within
from costlint.readers.kubernetes.locate import ManifestLocator
from costlint.readers.kubernetes.manifests import Manifest, manifests
from costlint.readers.kubernetes.objects import Object, address_of, name_of, type_of
from costlint.readers.samples import collections_among
from costlint.readers.suppressions import annotated
from costlint.sources import Source

IGNORE = "costlint.io/ignore"
"""The annotation that accepts findings: `costlint.io/ignore: "K8S001 reason"`."""

_SUBSTITUTED = re.compile(r"\$\{[^{}]*\}|\{\{.*\}\}", re.DOTALL)
_MOST_RESOURCES = 200_000
_ANYWHERE = Region("", True, "manifests name no region")


def read_stacks(
    source: Source, paths: Iterable[str], selected: Sequence[str], problems: list[Diagnostic]
) -> list[Stack]:
    """The stacks the manifests among `paths` make. Examples are libraries, unless what is `selected` lies in them."""
    found = manifests(source, paths, problems)
    collections = collections_among(source, selected)
    stacks = []
    for group in together((manifest for manifest in found if manifest.objects), collections):
        directory = directory_of(group)
        stack = stack_of(group, directory, source.shown(directory))
        kind, name = shown_as(directory, selected)
        if kind and any(other.path not in {one.path for one in group} for other in found):
            stack.library, stack.why = True, f"it is {kind} ({name}/) of how the rest is used"
        stack.unread = tuple(_unread(source, found, directory, selected))
        stacks.append(stack)
    deployed = [stack for stack in stacks if not stack.library]
    _choose_sample([stack for stack in deployed if within(stack.path, collections)], source, collections)
    _choose([stack for stack in deployed if not stack.alternative])
    templates = sum(manifest.templates for manifest in found)
    if templates:
        first = next(manifest.shown for manifest in found if manifest.templates)
        what = "1 document is a template and is" if templates == 1 else f"{templates} documents are templates and are"
        problems.append(Diagnostic("note", f"{what} read only once rendered", first))
    return stacks


def _choose(stacks: Sequence[Stack]) -> None:
    """Mark the stacks of which one or the other is deployed."""
    by_path = {stack.path: stack for stack in stacks}
    declared = {stack.path: {one.address for one in stack.resources if is_workload(one.type)} for stack in stacks}
    for group in alternatives(declared):
        for path in group:
            stack = by_path[path]
            stack.alternative, stack.choice = True, f"{by_path[group[0]].directory} (one of {len(group)})"
            stack.why = f"one of {len(group)} directories that declare the same workloads"


def _choose_sample(stacks: Sequence[Stack], source: Source, collections: Sequence[str]) -> None:
    """Mark the directories of a collection of samples: somebody tries one or the other."""
    for collection in collections:
        samples = [one for one in stacks if within(one.path, [collection]) and _runs(one) and not one.alternative]
        for stack in samples if len(samples) > 1 else ():
            stack.alternative, stack.choice = True, f"{source.shown(collection)} (one of {len(samples)} samples)"
            stack.why = f"one of {len(samples)} samples"


def _runs(stack: Stack) -> bool:
    return any(is_workload(one.type) for one in stack.resources)


def _unread(source: Source, found: Iterable[Manifest], directory: str, selected: Sequence[str]) -> Iterator[str]:
    """What may be deployed along with the manifests of a directory, and is not read: documents that are templates or
    broken, there or in the directories around, and the files beside one that was named alone."""
    for manifest in found:
        if manifest.templates or manifest.diagnostics:
            where = posixpath.dirname(manifest.path)
            if f"{where}/".startswith(f"{directory}/") or f"{directory}/".startswith(f"{where}/") or not where:
                yield manifest.shown
    for path in selected:
        if posixpath.dirname(path) == directory and source.is_file(path):
            yield source.shown(directory)


def stack_of(group: Sequence[Manifest], directory: str, shown: str) -> Stack:
    """A stack of these manifests. Of an object declared twice, the first counts."""
    stack = Stack(shown, "kubernetes", directory, directory=shown, region=_ANYWHERE)
    seen: dict[str, str] = {}
    again: list[tuple[Resource, str]] = []
    for manifest in group:
        for found, document in manifest.objects:
            if len(stack.resources) >= _MOST_RESOURCES:
                message = f"the stack has more than {_MOST_RESOURCES:,} objects; the rest is not read"
                stack.diagnostics.append(Diagnostic("error", message, manifest.shown))
                return stack
            resource = resource_of(found, document, manifest.shown)
            before = seen.get(resource.address)
            if before is not None:
                again.append((resource, before))
                continue
            seen[resource.address] = f"{manifest.shown}:{resource.span.line}"
            stack.resources.append(resource)
            stack.suppressions += _accepted(resource, document, found)
        stack.suppressions += manifest.suppressions
    if again:
        resource, before = again[0]
        others = f", and {len(again) - 1} more objects here are read where they stand first, too" if again[1:] else ""
        message = f"{resource.address} is declared in {before} as well; that one is read{others}"
        stack.diagnostics.append(Diagnostic("note", message, *resource.span[:3]))
    stack.files = tuple(manifest.shown for manifest in group)
    return stack


def resource_of(found: Object, document: Document, shown: str) -> Resource:
    """The resource of one object. Values somebody substitutes before applying it (`${REPLICAS}`) are unknown."""
    value = found.value
    address = address_of(value)
    attributes = known(value) if b"${" in document.data or b"{{" in document.data else value
    return Resource(
        address=address,
        type=type_of(value),
        provider="kubernetes",
        attributes=attributes,
        span=_header(found, document, shown),
        region=_ANYWHERE,
        tags=_labels(value),
        name=name_of(value),
        locator=ManifestLocator(address, document, found.path, shown),
    )


def known(value: Mapping[str, object]) -> Mapping[str, object]:
    """The attributes of an object with UNKNOWN for what is a placeholder as a whole. An ApplicationSet fills in its
    placeholders itself."""
    if value.get("kind") == "ApplicationSet":
        return value
    return {name: item if name in _NAMING else _settled(item) for name, item in value.items()}


_NAMING = frozenset(("apiVersion", "kind", "metadata", "data", "stringData"))


def _settled(value: object) -> object:
    if isinstance(value, dict):
        return {name: _settled(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_settled(item) for item in value]
    return UNKNOWN if isinstance(value, str) and _SUBSTITUTED.fullmatch(value.strip()) else value


def _labels(value: Mapping[str, object]) -> dict[str, object]:
    metadata = value.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    return labels if isinstance(labels, dict) else {}


def _header(found: Object, document: Document, shown: str) -> Span:
    """Where an object begins: its first line that is no comment."""
    if found.path:
        return place(document, found.path, shown)[0]
    for number, line in enumerate(document.data.split(b"\n"), document.line):
        text = line.lstrip()
        if text and not text.startswith((b"#", b"%")):
            column = len(line) - len(text) + 1
            return Span(shown, number, column, number, column + len(text.rstrip().decode(errors="replace")))
    return Span(shown, document.line, 1, document.line, 1)


def _accepted(resource: Resource, document: Document, found: Object) -> list[Suppression]:
    metadata = found.value.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    text = annotations.get(IGNORE) if isinstance(annotations, dict) else None
    if not isinstance(text, str):
        return []
    span = resource.span
    written = place(document, (*found.path, "metadata", "annotations", IGNORE), span.file)[0]
    last = document.line + document.data.rstrip().count(b"\n")
    suppression = annotated(text, span.file, (span.line, last), written.line)
    return [suppression] if suppression is not None else []
