"""From a value of a rendered object back to the file and line that set it.

kustomize notes on each object where it comes from and what has touched it, in order. The last of these that sets a
value to what it is in the end is what a person edits; no line is named that says something else.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from costlint.model import Location, Origin, Span
from costlint.model.values import Path, path_text
from costlint.readers.kubernetes.documents import Document
from costlint.readers.kubernetes.objects import Object, name_of, namespace_of, objects_in, type_of
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.readers.kustomize.aligning import aligned, at, equal
from costlint.readers.kustomize.kustomization import Kustomization
from costlint.readers.kustomize.replacing import replaced
from costlint.readers.kustomize.setting import Question, Setting, generated, settings
from costlint.readers.kustomize.subjects import Subject, subject
from costlint.readers.kustomize.tree import Closure, Tree
from costlint.readers.kustomize.written import Text

_GENERATORS = {"ConfigMapGenerator": "configMapGenerator", "SecretGenerator": "secretGenerator"}
_DEEPEST = 5


class Step(NamedTuple):
    """A transformer that has touched an object, and the kustomization that asked for it."""

    kustomization: Kustomization
    transformer: str


class Rendered(Struct, eq=False):
    """An object as rendered, without kustomize's notes. `origin` is the document it comes from (None if it was
    generated) and `inside` its place in that; `source` the kustomization that lists or generates it."""

    value: Mapping[str, object]
    steps: tuple[Step, ...] = ()
    origin: Text | None = None
    inside: Path = ()
    source: Kustomization | None = None
    generator: str = ""
    subject: Subject = field(default_factory=lambda: subject({}, set(), set()))


class Tracer:
    """Answers for the objects of one overlay."""

    def __init__(self, tree: Tree, closure: Closure) -> None:
        self._tree = tree
        self._closure = closure
        self.objects: list[Rendered] = []

    def add(self, value: Mapping[str, object], origin: Mapping[str, object], steps: list[object]) -> Rendered:
        """Take in an object with what kustomize noted on it."""
        known = tuple(filter(None, map(self._step, steps)))
        rendered = Rendered(value, known)
        path = origin.get("path")
        if isinstance(path, str):
            self._from_file(rendered, path)
        else:
            configured = origin.get("configuredBy")
            kind = configured.get("kind") if isinstance(configured, dict) else ""
            rendered.source = self._kustomization(origin.get("configuredIn"))
            rendered.generator = _GENERATORS.get(str(kind), "")
        rendered.subject = _subject(rendered)
        self.objects.append(rendered)
        return rendered

    def header(self, one: Rendered) -> Span:
        """Where an object begins: in its own document, or where its generator is written."""
        if one.origin is not None:
            return one.origin.span(one.inside)[0] if one.inside else one.origin.header()
        own = one.source or self._closure.root
        for index, entry in enumerate(own.list(one.generator)):
            if isinstance(entry, dict) and entry.get("name") in one.subject.names:
                return own.span((one.generator, index))
        return own.span()

    def locate(self, one: Rendered, address: str, path: Path, depth: int = 0) -> Location | None:
        """Where the value at a path was written; where it is not known exactly, what is nearest around it in the
        document the object comes from."""
        try:
            header = self.header(one)
            found = self._found(one, path, depth)
            chain = (Origin(header, address),)
            base = self._base(one, path)
            if found is not None:
                inner = (Origin(base.span, base.what),) if base is not None and base.span != found.span else ()
                named = _named(one, path, found.span)
                return Location(found.span, (*chain, *inner, Origin(found.span, found.what)), name=named)
            span = self._nearest(one, path) or header
            return Location(span, (*chain, Origin(span, span.file)), False, _named(one, path, span))
        except YamlMistake:
            return None

    def _found(self, one: Rendered, path: Path, depth: int) -> Setting | None:
        question = Question(one.value, path, one.subject)
        try:
            value = question.value
        except (KeyError, IndexError, TypeError, AssertionError):
            return None
        return next((each for each in self._settings(one, question, depth) if equal(each.value, value)), None)

    def _settings(self, one: Rendered, question: Question, depth: int) -> Iterator[Setting]:
        seen: set[tuple[str, str]] = set()
        for step in reversed(one.steps):
            key = (step.kustomization.directory, step.transformer)
            if key in seen:
                continue
            seen.add(key)
            yield from settings(self._tree, step.kustomization, step.transformer, question)
            if step.transformer == "ReplacementTransformer" and depth < _DEEPEST:
                for other, path in replaced(self._tree, step.kustomization, question, self.objects):
                    there = self.locate(other, question.subject.kind, path, depth + 1)
                    if there is not None and there.exact:
                        yield Setting(at(other.value, path), there.span, f"replacements of {step.kustomization.shown}")
        if one.source is not None and one.generator:
            yield from generated(self._tree, one.source, one.generator, question)
        base = self._base(one, question.path)
        if base is not None:
            yield base

    def _base(self, one: Rendered, path: Path) -> Setting | None:
        """The value in the document the object comes from."""
        if one.origin is None:
            return None
        written = at(one.origin.value, one.inside)
        inner = aligned(one.value, path, written)
        if inner is None:
            return None
        return Setting(at(written, inner), one.origin.span((*one.inside, *inner))[0], one.origin.shown)

    def _nearest(self, one: Rendered, path: Path) -> Span | None:
        while path:
            path = path[:-1]
            base = self._base(one, path)
            if base is not None and path:
                return base.span
        return None

    def _from_file(self, rendered: Rendered, path: str) -> None:
        staged = posixpath.normpath(posixpath.join(self._closure.root.directory, path))
        place = self._closure.files.get(staged)
        if place is None:
            return
        found = _document_of(rendered.value, self._tree.parsed(place))
        if found is not None:
            one, value, document = found
            rendered.origin = Text(value, document, self._tree.source.shown(place))
            rendered.inside = one.path

    def _step(self, noted: object) -> Step | None:
        if not isinstance(noted, dict):
            return None
        configured = noted.get("configuredBy")
        kustomization = self._kustomization(noted.get("configuredIn"))
        if kustomization is None or not isinstance(configured, dict):
            return None
        return Step(kustomization, str(configured.get("kind")))

    def _kustomization(self, path: object) -> Kustomization | None:
        if not isinstance(path, str):
            return None
        place = posixpath.normpath(posixpath.join(self._closure.root.directory, path))
        return self._closure.kustomizations.get(posixpath.dirname(place))


class OverlayLocator:
    """Finds values of one object of an overlay."""

    __slots__ = ("_address", "_one", "_tracer")

    def __init__(self, tracer: Tracer, one: Rendered, address: str) -> None:
        self._tracer = tracer
        self._one = one
        self._address = address

    def locate(self, path: Path) -> Location | None:
        """Where the value at a path was written."""
        return self._tracer.locate(self._one, self._address, path)


def _document_of(
    rendered: Mapping[str, object], parsed: tuple[tuple[object, Document], ...]
) -> tuple[Object, object, Document] | None:
    """The object a rendered one was before it was renamed: of the same type, with the longest name found in its own."""
    name = name_of(rendered)
    kind = type_of(rendered)
    alike = [
        (one, value, document)
        for value, document in parsed
        for one in objects_in(value)
        if type_of(one.value) == kind and name_of(one.value) in name
    ]
    own = namespace_of(rendered)
    return max(
        alike,
        key=lambda each: (len(name_of(each[0].value)), namespace_of(each[0].value) == own),
        default=None,
    )


def _named(one: Rendered, path: Path, span: Span) -> str:
    """What is written in a file, in names that are the same in every overlay that is made of it."""
    value = at(one.origin.value, one.inside) if one.origin is not None else None
    called = name_of(value) if isinstance(value, dict) else min(one.subject.names, key=len, default="")
    return f"{span.file}: {type_of(one.value)}/{called} {path_text(path)}".rstrip()


def _subject(one: Rendered) -> Subject:
    """What an object was called on its way: prefixes and suffixes come one after the other."""
    names: set[str] = set()
    namespaces: set[str] = set()
    name = ""
    if one.origin is not None:
        before = at(one.origin.value, one.inside)
        assert isinstance(before, dict)
        name = name_of(before)
        namespaces.add(namespace_of(before))
    elif one.source is not None:
        entries = (entry.get("name") for entry in one.source.list(one.generator) if isinstance(entry, dict))
        own = name_of(one.value)
        name = max((each for each in entries if isinstance(each, str) and each in own), key=len, default="")
    names.add(name)
    for step in one.steps:
        if step.transformer in ("PrefixTransformer", "PrefixSuffixTransformer"):
            name = step.kustomization.text("namePrefix") + name
        if step.transformer in ("SuffixTransformer", "PrefixSuffixTransformer"):
            name += step.kustomization.text("nameSuffix")
        if step.transformer == "NamespaceTransformer":
            namespaces.add(step.kustomization.text("namespace"))
        names.add(name)
    return subject(one.value, names - {""}, namespaces)
