"""From a rendered value back to the values line to edit, or to the line of the template it is written in."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from costlint.model import Location, Origin, Span
from costlint.model.values import Path, path_text
from costlint.readers.helm.charts import CHART
from costlint.readers.helm.layers import Layer, setting
from costlint.readers.helm.releases import Release, Written
from costlint.readers.helm.tracing import Target, Tracer, value_at
from costlint.readers.kubernetes.documents import Document, place
from costlint.readers.kubernetes.syntax import YamlMistake


class ChartLocator:
    """Finds values of one rendered object. `document` is what its template rendered to, `inside` where the object
    stands in that, `header` the template line it begins on."""

    __slots__ = ("_address", "_document", "_header", "_inside", "_release", "_target", "_tracer")

    def __init__(
        self,
        address: str,
        target: Target,
        document: Document,
        inside: Path,
        header: Span,
        release: Release,
        tracer: Callable[[], Tracer],
    ) -> None:
        self._address = address
        self._target = target
        self._document = document
        self._inside = inside
        self._header = header
        self._release = release
        self._tracer = tracer

    def locate(self, path: Path) -> Location | None:
        """The values line behind the value at a path, else the template line; of what is not there, where it would be
        written (then it is not `exact`)."""
        try:
            rendered, exact = place(self._document, (*self._inside, *path), self._header.file)
        except YamlMistake:
            return None
        written = self._release.written(self._target.template, rendered.line)
        steps = [Origin(self._header, self._address)]
        if written is not None and path:
            steps.append(Origin(written.span, f"template {posixpath.basename(written.file)}"))
        source = self._tracer().source_of(self._target, path) if path else None
        if source is None:
            return self._in_template(path, written, steps, exact)
        layer = setting(self._release.layers, source)
        if layer is not None and not layer.packed:
            span, found = layer.span(source)
            steps.append(Origin(span, f"values {path_text(source)}"))
            return Location(span, tuple(steps), exact and found, f"{layer.path}: {path_text(source)}")
        return self._of_packed(source, layer, steps)

    def _in_template(self, path: Path, written: Written | None, steps: list[Origin], exact: bool) -> Location:
        name = f"{self._target.template}: {self._target.type}.{self._target.ordinal}.{path_text(path)}"
        if written is None:
            return Location(self._header, tuple(steps), False, name)
        value = value_at(self._release.rendered[self._target.template], self._target, path)
        literal = not isinstance(value, (dict, list)) and _is_written(value, written.text)
        return Location(written.span, tuple(steps), exact and literal, name)

    def _of_packed(self, source: Path, layer: Layer | None, steps: list[Origin]) -> Location:
        """A value only a packed subchart sets is set anew in the values of the chart around it."""
        where = f" of {layer.file}" if layer is not None else ""
        own = [each for each in self._release.layers if not each.keys]
        name = path_text(source)
        if own:
            span, _ = own[-1].span(source)
            path = own[-1].path
        else:
            path = self._release.bundle.sources[f"{self._release.bundle.chart.name}/{CHART}"]
            span = Span(self._release.bundle.shown(path), 1, 1, 1, 1)
        steps.append(Origin(span, f"values {name}{where}"))
        return Location(span, tuple(steps), False, f"{path}: {name}")


def _is_written(value: object, line: str) -> bool:
    text = ("true" if value else "false") if isinstance(value, bool) else "" if value is None else str(value)
    return not text or text in line
