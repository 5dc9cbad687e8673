"""A chart with values, rendered: what comes out, which template line wrote it, and what would come out with others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from costlint.model import Span
from costlint.model.values import Path
from costlint.readers.helm.bundles import SCHEMA, Bundle, packed
from costlint.readers.helm.engines import Engine, NativeEngine, Package, RenderFailure
from costlint.readers.helm.layers import Layer, merged, overriding
from costlint.readers.helm.markers import TemplateLine, line_map, marked

NOTES = "NOTES.txt"
_DEFINES = re.compile(rb"\{\{-?\s*(?:define|block)\b")
_ASKS = re.compile(rb"""\.Capabilities\.APIVersions\.Has\s+["`]([\w./-]+)["`]""")
_DEFINED = re.compile(rb"(?m)^kind: CustomResourceDefinition")
_BETWEEN = re.compile(r"(?m)(^---[^\n]*\n)")
_DEFINITION = re.compile(r"(?m)^kind: CustomResourceDefinition[ \t]*$")
_DECLARING = ("/Chart.yaml", "/values.yaml", "/requirements.yaml", ".tgz", ".tar.gz")


class Written(NamedTuple):
    """A line of a template: its path in the source, the file as shown to people, the line, and its text."""

    path: str
    file: str
    line: int
    text: str

    @property
    def span(self) -> Span:
        start = len(self.text) - len(self.text.lstrip()) + 1
        return Span(self.file, self.line, start, self.line, max(len(self.text.rstrip()) + 1, start + 1))


class Release:
    """A chart × values files. `given` are the layers over the chart's own. Raises RenderFailure where it renders."""

    def __init__(self, engine: Engine, charts: Charts, given: Sequence[Layer] = ()) -> None:
        self.bundle = charts.bundle
        self.layers = (*self.bundle.layers, *given)
        self.given = merged(given)
        self.values = merged(self.layers)
        self._engine = engine
        self._charts = charts
        self._rendered: dict[str, str] | None = None
        self._marked: list[dict[str, str]] = []
        self._lines: dict[str, list[TemplateLine | None] | None] = {}
        self._probed: dict[tuple[str, str], str | None] = {}

    @property
    def rendered(self) -> Mapping[str, str]:
        """The text of every template that renders to something, by its name, without the notes."""
        if self._rendered is None:
            found = self._engine.render(self._charts.whole, self.given)
            self._rendered = {
                name: without_definitions(text) for name, text in found.items() if not name.endswith(f"/{NOTES}")
            }
        return self._rendered

    def written(self, template: str, line: int) -> Written | None:
        """The line of a template behind a line (from 1) of what it renders to, as far as that can be told."""
        lines = self._line_map(template)
        found = lines[line - 1] if lines is not None and 0 < line <= len(lines) else None
        return self._charts.line(found) if found is not None else None

    def file_of(self, template: str) -> str:
        """The file of a template as shown to people, or the file its chart is packed in."""
        return self._charts.shown(template)

    def with_changes(self, template: str, changes: Mapping[Path, object]) -> str | None:
        """What a template would render to if some values were others, None if it would not."""
        import json

        given = overriding(self.given, self.values, changes)
        assert isinstance(given, dict)
        try:
            key = (template, json.dumps(given))
        except (ValueError, TypeError):
            return None
        if key not in self._probed:
            if len(self._probed) > _MOST_KEPT:
                self._probed.clear()
            try:
                package = self._charts.of_template(template, self)
                self._probed[key] = self._engine.render(package, given, template).get(template)
            except RenderFailure as failure:
                self._probed[key] = None
                if failure.limit:
                    raise
        return self._probed[key]

    def render_with(self, package: Package, only: str) -> str | None:
        """What a template renders to in another package of the same chart, None if it does not."""
        try:
            return self._engine.render(package, self.given, only).get(only)
        except RenderFailure:
            return None

    def _line_map(self, template: str) -> list[TemplateLine | None] | None:
        if template not in self._lines:
            self._lines[template] = None
            if isinstance(self._engine, NativeEngine):  # helm itself would read what is marked as YAML
                for depth in range(2):
                    found = line_map(self.rendered[template], self._with_marks(depth).get(template, ""))
                    if found is not None:
                        self._lines[template] = found
                        break
        return self._lines[template]

    def _with_marks(self, depth: int) -> Mapping[str, str]:
        while len(self._marked) <= depth:
            try:
                package = self._charts.marked(len(self._marked) == 0)
                self._marked.append(self._engine.render(package, self.given))
            except RenderFailure:
                self._marked.append({})
        return self._marked[depth]


_MOST_KEPT = 2_000


def _is_template(name: str) -> bool:
    return "/templates/" in name


def without_definitions(text: str) -> str:
    """What was rendered without the definitions of resource types: long, and free. Lines stay where they are."""
    if "CustomResourceDefinition" not in text:
        return text
    parts = _BETWEEN.split(text)
    return "".join("\n" * part.count("\n") if _DEFINITION.search(part) else part for part in parts)


class Charts:
    """What the releases of one chart share: its packages, as they are, marked, and cut down to one template.
    `api_versions` are those it is told the cluster has."""

    def __init__(self, bundle: Bundle, api_versions: tuple[str, ...] = ()) -> None:
        self.bundle = bundle
        self._api_versions = api_versions
        self.whole = self._package(bundle.members)
        self._marked: dict[bool, Package] = {}
        self._single: dict[str, Package] = {}
        self._templates = [name for name in bundle.members if _is_template(name)]
        self._texts: dict[int, list[str]] = {}

    def marked(self, inside_definitions: bool) -> Package:
        """The chart with marks in its templates."""
        if inside_definitions not in self._marked:
            members = dict(self.bundle.members)
            for number, name in enumerate(self._templates):
                if _DEFINED.search(members[name]) is not None:
                    continue
                text = members[name].decode(errors="replace")
                members[name] = marked(text, number, inside_definitions).encode()
            self._marked[inside_definitions] = self._package(members)
        return self._marked[inside_definitions]

    def of_template(self, template: str, release: Release) -> Package:
        """The chart without what a template does not need, if it renders the same without; never with a schema."""
        if template not in self._single:
            member = self.member(template)
            kept = {
                name: data
                for name, data in self.bundle.members.items()
                if name == member or name.endswith(_DECLARING) or (_is_template(name) and _DEFINES.search(data))
            }
            package = self._package(kept)
            if release.render_with(package, template) != release.rendered.get(template):
                members = self.bundle.members.items()
                package = self._package({name: data for name, data in members if not name.endswith(f"/{SCHEMA}")})
            self._single[template] = package
        return self._single[template]

    def member(self, template: str) -> str:
        """The path of a template in the archive: its chart may have an alias, or another name than its directory."""
        origin = self.bundle.origins.get(template)
        return next((name for name in self._templates if self.bundle.sources.get(name) == origin), template)

    def line(self, found: TemplateLine) -> Written | None:
        """A line of one of the marked templates."""
        name = self._templates[found.file]
        if found.file not in self._texts:
            self._texts[found.file] = self.bundle.members[name].decode(errors="replace").split("\n")
        texts = self._texts[found.file]
        return Written(
            self.bundle.sources[name], self.bundle.shown_member(name), found.line, texts[found.line - 1].rstrip("\r")
        )

    def asked_for(self) -> tuple[str, ...]:
        """The API versions its templates ask the cluster for, without those of OpenShift, which change what they do."""
        found: dict[str, None] = {}
        for name in self._templates:
            for match in _ASKS.finditer(self.bundle.members[name]):
                found[match[1].decode(errors="replace")] = None
        return tuple(version for version in found if ".openshift.io" not in version)

    def shown(self, template: str) -> str:
        return self.bundle.shown_template(template)

    def _package(self, members: Mapping[str, bytes]) -> Package:
        held = dict(members)
        return Package(self.bundle.chart.name, lambda: packed(held), self.bundle.nested, self._api_versions)
