"""Overlays → stacks: each is rendered by kustomize, one resource for each object it comes to."""

from __future__ import annotations

import posixpath
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct, field

from costlint.model import Diagnostic, Region, Resource, Stack, Suppression
from costlint.model.diagnostics import Severity
from costlint.readers.kubernetes.documents import MOST_DOCUMENTS, documents, read
from costlint.readers.kubernetes.grouping import shown_as
from costlint.readers.kubernetes.manifests import SUFFIXES, manifests, parsed
from costlint.readers.kubernetes.objects import address_of, is_object, name_of, objects_in, type_of
from costlint.readers.kubernetes.read import IGNORE, known, stack_of
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.readers.kustomize.kustomization import Kustomization
from costlint.readers.kustomize.limits import AT_ONCE
from costlint.readers.kustomize.overlays import alternatives, overlays
from costlint.readers.kustomize.rendering import RenderError, TooMuch, render, renderer
from costlint.readers.kustomize.staging import has_schemas, stage
from costlint.readers.kustomize.tracing import OverlayLocator, Rendered, Tracer
from costlint.readers.kustomize.tree import Closure, Tree
from costlint.readers.suppressions import annotated
from costlint.sources import Source, SourceError

_ORIGIN = "config.kubernetes.io/origin"
_STEPS = "alpha.config.kubernetes.io/transformations"
_ANYWHERE = Region("", True, "manifests name no region")


class Overlays(Struct):
    """What kustomize deploys. `read` are the paths that belong to kustomizations, used or not: whoever reads manifests
    leaves those alone."""

    stacks: list[Stack] = field(default_factory=list)
    read: set[str] = field(default_factory=set)


def read_overlays(
    source: Source,
    paths: Iterable[str],
    selected: Sequence[str],
    problems: list[Diagnostic],
    named: Collection[str] = (),
    command: tuple[str, ...] | None = None,
) -> Overlays:
    """The stacks the kustomizations among `paths` make. `named` are directories something else says are deployed;
    `command` is what renders them (default: kustomize or kubectl, if one is on the PATH)."""
    every = list(paths)
    tree = Tree(source, problems)
    found = tree.find(every)
    result = Overlays()
    if not found:
        return result
    directories = {one.directory for one in found}
    result.read = {path for path in every if path.endswith(SUFFIXES) and posixpath.dirname(path) in directories}
    result.read |= {one.path for one in found}
    closures = _closures(tree, overlays(tree, found, named), problems)
    for closure in closures:
        result.read.update(closure.files.values())
    problems += dict.fromkeys(one.diagnostic() for closure in closures for one in closure.left_out)
    command = renderer() if command is None else command
    if not command and closures:
        many = "1 overlay is" if len(closures) == 1 else f"{len(closures)} overlays are"
        message = f"neither kustomize nor kubectl is on the PATH: {many} read without patches"
        problems.append(Diagnostic("warning", message, closures[0].root.shown))
    reading = [_Overlay(tree, closure) for closure in closures]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outputs = list(pool.map(lambda one: one.output(command), reading))
    result.stacks = [one.stack(output) for one, output in zip(reading, outputs, strict=True)]
    _judge(result.stacks, closures, selected)
    return result


class _Overlay:
    """One overlay on its way to a stack."""

    def __init__(self, tree: Tree, closure: Closure) -> None:
        self._tree = tree
        self._closure = closure
        root = closure.root
        directory = tree.source.shown(root.directory)
        self._stack = Stack(directory, "kustomize", root.directory, directory=directory, region=_ANYWHERE)

    def output(self, command: tuple[str, ...]) -> bytes | str:
        """What the overlay comes to, or why it cannot be rendered ("": nothing renders)."""
        if not command:
            return ""
        why = ""
        lacking = bool(self._closure.left_out)
        attempts = [(int(lacking), False)]
        if has_schemas(self._tree, self._closure):
            attempts.append((int(lacking), True))
        if lacking:
            attempts.append((2, True))
        for forgiving, whole in attempts:
            try:
                return self._rendered(command, forgiving, whole)
            except TooMuch as error:
                return str(error)
            except RenderError as error:
                why = str(error)
        return why

    def stack(self, output: bytes | str) -> Stack:
        """The stack of what was rendered; of its resources as they are written if it could not be."""
        closure, stack = self._closure, self._stack
        stack.unread = tuple(dict.fromkeys(one.what for one in closure.left_out))
        if isinstance(output, bytes):
            self._take(output)
        else:
            if output:
                level: Severity = "warning" if closure.left_out else "error"
                message = f"this overlay cannot be rendered, so its resources are read without patches: {output}"
                stack.diagnostics.append(Diagnostic(level, message, closure.root.shown))
            stack.unread += tuple(one.shown for one in closure.kustomizations.values())
            plain = stack_of(manifests(self._tree.source, closure.resources, stack.diagnostics), stack.path, stack.name)
            stack.resources, stack.diagnostics = plain.resources, stack.diagnostics + plain.diagnostics
        stack.suppressions += self._suppressions()
        source = self._tree.source
        files = [*closure.files.values(), *(one.path for one in closure.kustomizations.values())]
        stack.files = tuple(sorted({source.shown(path) for path in files}))
        return stack

    def _rendered(self, command: tuple[str, ...], forgiving: int, whole: bool) -> bytes:
        try:
            with tempfile.TemporaryDirectory(prefix="costlint-kustomize-") as place:
                root = Path(place)
                return render(command, stage(self._tree, self._closure, root, forgiving, whole), root)
        except (OSError, SourceError) as error:
            raise RenderError(f"it could not be put aside ({error})") from error

    def _take(self, output: bytes) -> None:
        tracer = Tracer(self._tree, self._closure)
        stack = self._stack
        shown = self._closure.root.shown
        seen: set[str] = set()
        for document in documents(output):
            if document.number >= MOST_DOCUMENTS:
                message = f"the overlay has more than {MOST_DOCUMENTS:,} objects; the rest is not read"
                stack.diagnostics.append(Diagnostic("error", message, shown))
                break
            try:
                value = read(document)
            except YamlMistake as mistake:
                message = f"kustomize gives a document that cannot be read: {mistake.message}"
                stack.diagnostics.append(Diagnostic("error", message, shown))
                continue
            if not is_object(value):
                continue
            assert isinstance(value, dict)
            bare, origin, steps = _without_notes(value)
            for found in objects_in(bare):
                one = tracer.add(found.value, origin, steps)
                address = address_of(found.value)
                if address not in seen:
                    seen.add(address)
                    stack.resources.append(self._resource(tracer, one, address))

    def _resource(self, tracer: Tracer, one: Rendered, address: str) -> Resource:
        metadata = one.value.get("metadata")
        labels = metadata.get("labels") if isinstance(metadata, dict) else None
        resource = Resource(
            address=address,
            type=type_of(one.value),
            provider="kubernetes",
            attributes=known(one.value),
            span=tracer.header(one),
            region=_ANYWHERE,
            tags=labels if isinstance(labels, dict) else {},
            name=name_of(one.value),
            locator=OverlayLocator(tracer, one, address),
        )
        annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
        text = annotations.get(IGNORE) if isinstance(annotations, dict) else None
        if isinstance(text, str):
            where = resource.locator.locate(("metadata", "annotations", IGNORE))
            written = where.span.line if where is not None else resource.span.line
            lines = (resource.span.line, _last_line(one))
            found = annotated(text, resource.span.file, lines, written)
            self._stack.suppressions += [found] if found is not None else []
        return resource

    def _suppressions(self) -> list[Suppression]:
        found: list[Suppression] = []
        paths = [*self._closure.files.values(), *(one.path for one in self._closure.kustomizations.values())]
        for path in dict.fromkeys(paths):
            if path.endswith(SUFFIXES) or posixpath.basename(path) == "Kustomization":
                try:
                    data = self._tree.source.read(path)
                except SourceError:
                    continue
                if b"costlint:ignore" in data:
                    found += parsed(data, path, self._tree.source.shown(path)).suppressions
        return found


def _closures(tree: Tree, roots: Iterable[Kustomization], problems: list[Diagnostic]) -> list[Closure]:
    found = []
    for root in roots:
        try:
            found.append(tree.closure(root))
        except SourceError as error:
            problems.append(Diagnostic("error", error.about(root.shown), root.shown))
    return found


def _without_notes(value: dict[str, object]) -> tuple[dict[str, object], Mapping[str, object], list[object]]:
    """An object without what kustomize noted on it, and its notes: where it is from, and what has touched it."""
    metadata = value.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(annotations, dict):
        return value, {}, []
    assert isinstance(metadata, dict)
    rest = {name: text for name, text in annotations.items() if name not in (_ORIGIN, _STEPS)}
    bare = {name: inner for name, inner in metadata.items() if name != "annotations"}
    if rest:
        bare["annotations"] = rest
    origin, steps = _note(annotations.get(_ORIGIN)), _note(annotations.get(_STEPS))
    known_origin = origin if isinstance(origin, dict) else {}
    return {**value, "metadata": bare}, known_origin, steps if isinstance(steps, list) else []


def _note(text: object) -> object:
    if not isinstance(text, str):
        return None
    first = next(documents(text.encode()), None)
    try:
        return read(first) if first is not None else None
    except YamlMistake:
        return None


def _last_line(one: Rendered) -> int:
    if one.origin is None:
        return 0
    document = one.origin.document
    return document.line + document.data.rstrip().count(b"\n")


def _judge(stacks: Sequence[Stack], closures: Sequence[Closure], selected: Sequence[str]) -> None:
    """Say which overlays are only shown, and which stand for each other."""
    shown = [shown_as(stack.path, selected) for stack in stacks]
    if not all(kind for kind, _ in shown):
        for stack, (kind, name) in zip(stacks, shown, strict=True):
            if kind:
                stack.library, stack.why = True, f"it is {kind} ({name}/) of how the rest is used"
    pairs = [(stack, closure) for stack, closure in zip(stacks, closures, strict=True) if not stack.library]
    by_path = {stack.path: stack for stack, _ in pairs}
    declared = {stack.path: {resource.address for resource in stack.resources} for stack, _ in pairs}
    bases = {stack.path: {*closure.kustomizations, *closure.resources} - {stack.path} for stack, closure in pairs}
    for group in alternatives(declared, bases):
        common = posixpath.commonpath(group) if "" not in group else ""
        for path in group:
            stack = by_path[path]
            stack.alternative, stack.choice = True, f"{common or '.'} (kustomize)"
            stack.why = f"one of {len(group)} overlays of the same base, none named after an environment"
