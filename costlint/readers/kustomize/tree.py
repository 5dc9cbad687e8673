"""The kustomizations of a source, and everything one of them is made of."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from costlint.model import Diagnostic
from costlint.model.values import Path
from costlint.readers.kubernetes.documents import Document, documents, is_template, read
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.readers.kustomize.definitions import without_schemas
from costlint.readers.kustomize.kustomization import NAMES, Kustomization, read_kustomization
from costlint.readers.kustomize.limits import LARGEST_STAGE, MOST_KUSTOMIZATIONS
from costlint.readers.kustomize.references import GENERATORS, HELM, Role, is_remote, rewritten
from costlint.sources import Source, SourceError
from costlint.sources.source import contained

_ALIAS = re.compile(rb"[:,\[{-][ \t]*\*[\w-]")
_BUILTIN = re.compile(rb"^apiVersion:[ \t]*[\"']?builtin\b", re.MULTILINE)
_RUNS_HELM = re.compile(rb"^kind:[ \t]*[\"']?HelmChartInflationGenerator\b", re.MULTILINE)
_ELSEWHERE = ".elsewhere"


class LeftOut(NamedTuple):
    """Something a kustomization names that is not read: where it is named, and why it is not."""

    kustomization: Kustomization
    at: Path
    what: str
    why: str
    remote: bool = False

    def diagnostic(self) -> Diagnostic:
        span = self.kustomization.span(self.at)
        message = f"{self.what} {self.why}; the rest is read"
        quiet = self.remote or self.at[0] in GENERATORS  # their files often hold secrets, and are kept elsewhere
        return Diagnostic("note" if quiet else "warning", message, *span[:3])


class Closure(Struct, eq=False):
    """An overlay with all it is made of. `files` maps where each file is put for rendering to where it is in the
    source, `values` each directory to what its kustomization says once what is left out is taken away."""

    root: Kustomization
    kustomizations: dict[str, Kustomization] = field(default_factory=dict)
    values: dict[str, dict[str, object]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    resources: dict[str, None] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def lacks_resources(self) -> bool:
        return any(one.at[0] in ("resources", "bases", "components", *HELM) for one in self.left_out)


class Tree:
    """Reads each kustomization and each file of a source once. What cannot be read is told in `problems`."""

    def __init__(self, source: Source, problems: list[Diagnostic]) -> None:
        self.source = source
        self._problems = problems
        self._known: dict[str, Kustomization | None] = {}
        self._parsed: dict[str, tuple[tuple[object, Document], ...]] = {}

    def find(self, paths: Iterable[str]) -> list[Kustomization]:
        """Those among the files of `paths`, each directory once."""
        directories = dict.fromkeys(posixpath.dirname(path) for path in paths if posixpath.basename(path) in NAMES)
        found = (self.at(directory) for directory in directories)
        return [one for one in found if one is not None]

    def at(self, directory: str) -> Kustomization | None:
        """The kustomization of a directory, None if it has none that can be read."""
        if directory not in self._known:
            self._known[directory] = self._read(directory)
        return self._known[directory]

    def parsed(self, path: str) -> tuple[tuple[object, Document], ...]:
        """The documents of a file with their values; those that cannot be read are left out."""
        if path not in self._parsed:
            found = []
            try:
                for document in documents(self.source.read(path)):
                    try:
                        bare = document._replace(data=without_schemas(document.data))
                        found.append((read(bare), document))
                    except YamlMistake:
                        continue
            except SourceError:
                pass
            self._parsed[path] = tuple(found)
        return self._parsed[path]

    def path(self, directory: str, text: str) -> str | None:
        """Where a file named in a directory is, None if it is not in the source."""
        place = _within(directory, text)
        return place if place is not None and self.source.is_file(place) else None

    def named_by(self, kustomization: Kustomization) -> set[str]:
        """The directories of kustomizations it is directly made of."""
        found: set[str] = set()

        def visit(text: str, role: Role, at: Path) -> str | None:
            place = _within(kustomization.directory, text)
            if role != "file" and place is not None and self.source.is_dir(place):
                found.add(place)
            return text

        rewritten(kustomization.value, visit)
        return found

    def closure(self, root: Kustomization) -> Closure:
        """Everything an overlay is made of. Raises SourceError if that is too much."""
        closure = Closure(root)
        pending = [root]
        size = 0
        while pending:
            one = pending.pop(0)
            if one.directory in closure.kustomizations:
                continue
            closure.kustomizations[one.directory] = one
            if len(closure.kustomizations) > MOST_KUSTOMIZATIONS:
                raise SourceError(f"{root.shown} is made of more than {MOST_KUSTOMIZATIONS} kustomizations")
            visitor = _Visitor(self, closure, one)
            closure.values[one.directory] = rewritten(one.value, visitor.visit)
            for name in HELM:
                if one.value.get(name):
                    why = "makes kustomize run Helm, which is not done"
                    closure.left_out.append(LeftOut(one, (name,), name, why))
            size += visitor.size
            if size > LARGEST_STAGE:
                raise SourceError(f"{root.shown} is made of more than {LARGEST_STAGE >> 20} MB")
            pending += visitor.kustomizations
        return closure

    def _read(self, directory: str) -> Kustomization | None:
        names = self.source.names(directory)
        path = next((posixpath.join(directory, name) for name in NAMES if name in names), "")
        if not path:
            return None
        shown = self.source.shown(path)
        try:
            return read_kustomization(self.source, path)
        except SourceError as error:
            self._problems.append(Diagnostic("error", error.about(shown), shown))
        except YamlMistake as mistake:
            if is_template(self.source.read(path)):
                message = "this kustomization is a template and is read only once rendered"
                self._problems.append(Diagnostic("note", message, shown))
            else:
                self._problems.append(Diagnostic("error", mistake.message, shown, mistake.line, mistake.column))
        return None


class _Visitor:
    """Looks up what one kustomization names."""

    def __init__(self, tree: Tree, closure: Closure, kustomization: Kustomization) -> None:
        self._tree = tree
        self._closure = closure
        self._own = kustomization
        self.kustomizations: list[Kustomization] = []
        self.size = 0

    def visit(self, text: str, role: Role, at: Path) -> str | None:
        source = self._tree.source
        place = _within(self._own.directory, text)
        if place is not None and source.is_dir(place):
            return self._directory(text, place, role, at)
        if place is not None and source.is_file(place):
            return self._file(text, place, role, at)
        if is_remote(text):
            return self._leave(text, at, "is fetched from elsewhere, which a scan does not do", remote=True)
        if place is None:
            return self._leave(text, at, "is outside the scanned tree and is not read")
        return self._leave(text, at, "is not here")

    def _directory(self, text: str, place: str, role: Role, at: Path) -> str | None:
        inner = self._tree.at(place)
        if inner is None or role == "file":
            return self._leave(text, at, "has no kustomization that can be read")
        self.kustomizations.append(inner)
        return text

    def _file(self, text: str, place: str, role: Role, at: Path) -> str | None:
        try:
            data = self._tree.source.read(place)
            if role != "file" or place.endswith((".yaml", ".yml")):
                _refuse_bombs(data)
        except SourceError as error:
            return self._leave(text, at, f"cannot be read ({error.message})")
        except YamlMistake as mistake:
            return self._leave(text, at, f"cannot be read (line {mistake.line}: {mistake.message})")
        if role == "plugin" and (_BUILTIN.search(data) is None or _RUNS_HELM.search(data)):
            return self._leave(text, at, "is a plugin, which is not run")
        self.size += len(data)
        if role == "resource":
            self._closure.resources[place] = None
        directory = self._own.directory
        if not directory or place.startswith(f"{directory}/"):
            self._closure.files[place] = place
            return text
        # kustomize reads files below the kustomization only: one from elsewhere in the tree is put there.
        name = posixpath.join(_ELSEWHERE, *place.split("/"))
        self._closure.files[posixpath.join(directory, name)] = place
        return name

    def _leave(self, text: str, at: Path, why: str, remote: bool = False) -> str | None:
        shown = text if len(text) <= 200 else f"{text[:200]}…"
        self._closure.left_out.append(LeftOut(self._own, at, shown, why, remote))
        return None


def _within(directory: str, text: str) -> str | None:
    """The path something named in a directory has in the source, None if it leads out."""
    if text.startswith("/") or "\0" in text:
        return None
    try:
        return contained(posixpath.join(directory, text)) if "://" not in text else None
    except SourceError:
        return None


def _refuse_bombs(data: bytes) -> None:
    """Raises YamlMistake for aliases that expand without measure; text without aliases is not even parsed."""
    if _ALIAS.search(data):
        for document in documents(data):
            read(document)


def referenced(tree: Tree, kustomizations: Iterable[Kustomization]) -> Mapping[str, set[str]]:
    """For each directory of a kustomization those it is directly made of."""
    return {one.directory: tree.named_by(one) for one in kustomizations}
