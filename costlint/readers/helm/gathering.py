"""Gathers what a chart brings along from the source.

Nothing of the file system is seen by what renders the chart: links that lead out of the tree, files that are too large
and charts that bring themselves along end here, in a sentence.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from costlint.model import Diagnostic
from costlint.readers.helm.bundles import SCHEMA, Bundle, Missing
from costlint.readers.helm.cached import NOTHING_CACHED, CachedCharts
from costlint.readers.helm.charts import CHART, Chart, ChartMistake, Dependency, chart_at, local_path
from costlint.readers.helm.layers import layer
from costlint.readers.helm.limits import LARGEST_CHART, LARGEST_MEMBER, MOST_NESTING
from costlint.readers.helm.packages import packed_layers
from costlint.readers.helm.schemas import elsewhere
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.sources import MountedSource, Source, SourceError, tree_of
from costlint.sources.ignoring import IgnoreFile, Rules, ignored

_NOT_NEEDED = ("README.md", "CHANGELOG.md", "LICENSE", "README.md.gotmpl")


def bundle(source: Source, chart: Chart, cached: CachedCharts = NOTHING_CACHED) -> Bundle:
    """Everything a chart brings along, in its tree or from the cache. What cannot be read is told in its `problems`."""
    mounted = source if isinstance(source, MountedSource) else MountedSource(source)
    found = Bundle(chart, shown=mounted.shown)
    _Gathering(mounted, found, cached).add(chart, _Place(chart.name, chart.name), (chart.path,))
    found.layers.reverse()
    return found


class _Place(NamedTuple):
    """Where a chart of a release is: its directory in the archive, the name its templates begin with, and where its
    values stand in those of the release."""

    archive: str
    template: str
    keys: tuple[str, ...] = ()

    def inner(self, name: str, key: str) -> _Place:
        return _Place(f"{self.archive}/charts/{name}", f"{self.template}/charts/{key}", (*self.keys, key))


class _Gathering:
    def __init__(self, source: MountedSource, found: Bundle, cached: CachedCharts) -> None:
        self._source = source
        self._found = found
        self._cached = cached

    def add(self, chart: Chart, place: _Place, above: tuple[str, ...]) -> None:
        """Add a chart's files, and those of the charts it brings along."""
        subcharts = {path: name for name, path in self._brought_along(chart)}
        for path in self._files(chart):
            if not any(path.startswith(f"{brought}/") for brought in subcharts):
                self._put(path, path[len(chart.path) :].lstrip("/"), chart, place)
        loaded: set[str] = set()
        for path, name in subcharts.items():
            inner = self._inner(path, above, chart)
            if inner is not None:
                loaded.add(inner.name)
                for key in _keys(chart, inner.name):
                    self.add(inner, place.inner(name, key), (*above, path))
        loaded |= self._packages(chart, place)
        for one in chart.dependencies:
            if one.name not in loaded:
                self._from_elsewhere(chart, one, place, above)

    def _inner(self, path: str, above: tuple[str, ...], chart: Chart) -> Chart | None:
        """The chart in a directory another one brings along, None if it cannot be."""
        if len(above) > MOST_NESTING or path in above:
            self._refuse(f"it brings itself along, or charts nest deeper than {MOST_NESTING}", chart)
            return None
        try:
            return chart_at(self._source, path)
        except ChartMistake as mistake:
            self._found.problems.append(mistake.diagnostic)
            self._found.broken = True
            return None

    def _from_elsewhere(self, chart: Chart, dependency: Dependency, place: _Place, above: tuple[str, ...]) -> None:
        """Add a dependency that is not in the tree from the cache; else it is missing."""
        asked = Missing(chart, dependency, place.keys)
        path = self._in_cache(chart, dependency) if dependency.elsewhere else None
        inner = self._inner(path, above, chart) if path is not None else None
        if path is None or inner is None:
            self._found.missing.append(asked)
            return
        self._found.fetched.append(asked)
        # Aliases of one version share its files; another version is another chart.
        self.add(inner, place.inner(posixpath.basename(tree_of(path)), dependency.key), (*above, path))

    def _in_cache(self, chart: Chart, dependency: Dependency) -> str | None:
        try:
            found = self._cached.chart(dependency.repository, dependency.name, dependency.wanted)
        except SourceError as error:
            shown = self._source.shown(posixpath.join(chart.path, chart.declares))
            self._found.problems.append(Diagnostic("note", f"{error.message}: costlint charts fetch", shown))
            return None
        return posixpath.join(self._source.mount(found[0]), found[1].directory) if found is not None else None

    def _brought_along(self, chart: Chart) -> Iterator[tuple[str, str]]:
        """The directories of the charts that come with one, with the name of each in its `charts/`."""
        base = posixpath.join(chart.path, "charts")
        seen = set()
        for path in self._source.files(base) if self._source.is_dir(base) else ():
            name, _, rest = path[len(base) + 1 :].partition("/")
            if rest == CHART and not name.startswith(("_", ".")):
                seen.add(name)
                yield name, posixpath.join(base, name)
        for dependency in chart.dependencies:
            vendored = posixpath.join(base, dependency.name)
            if dependency.name in seen or "/" in dependency.name or dependency.name in ("", ".", ".."):
                continue
            if self._source.is_file(posixpath.join(vendored, CHART)):  # a link to a directory, or one git ignores
                seen.add(dependency.name)
                yield dependency.name, vendored
                continue
            local = local_path(chart, dependency)
            if local is not None and self._source.is_file(posixpath.join(local, CHART)):
                seen.add(dependency.name)
                yield dependency.name, local

    def _packages(self, chart: Chart, place: _Place) -> set[str]:
        """Add the packed charts in `charts/`, which are often not committed but there. Gives their names."""
        base = posixpath.join(chart.path, "charts")
        loaded = set()
        for name in self._source.names(base):
            if not name.endswith((".tgz", ".tar.gz")) or name.startswith(("_", ".")):
                continue
            path = posixpath.join(base, name)
            data = self._read(path)
            if data is None:
                continue
            shown = self._source.shown(path)
            try:
                inner, layers = packed_layers(data, shown)
            except SourceError as error:
                self._found.problems.append(Diagnostic("error", error.about(shown), shown))
                self._found.broken = True
                continue
            loaded.add(inner)
            self._member(f"{place.archive}/charts/{name}", data, path, chart)
            for key in _keys(chart, inner):
                self._found.layers += [each._replace(keys=(*place.keys, key, *each.keys)) for each in layers]
        return loaded

    def _files(self, chart: Chart) -> Iterator[str]:
        rules: Rules = ()
        ignore = posixpath.join(chart.path, ".helmignore")
        if self._source.is_file(ignore):
            text = self._read(ignore) or b""
            rules = (("", IgnoreFile(text.decode(errors="replace"))),)
        files = self._source.files(chart.path)
        templates = posixpath.join(chart.path, "templates")
        if not any(path.startswith(f"{templates}/") for path in files) and self._source.is_dir(templates):
            files = [*files, *self._source.files(templates)]
        for path in files:
            inside = path[len(chart.path) :].lstrip("/")
            packed_chart = inside.startswith("charts/") and inside.count("/") == 1
            if packed_chart or inside in _NOT_NEEDED or inside.startswith("ci/"):
                continue
            if not rules or not _is_left_out(inside, rules):
                yield path

    def _put(self, path: str, inside: str, chart: Chart, place: _Place) -> None:
        """Add a file of a chart, unless it is there under another alias of that chart."""
        data = self._read(path)
        if data is None or (inside == SCHEMA and self._leads_out(data, path)):
            return
        self._found.origins[f"{place.template}/{inside}"] = path
        self._member(f"{place.archive}/{inside}", data, path, chart)
        if inside == "values.yaml":
            shown = self._source.shown(path)
            try:
                self._found.layers.append(layer(data, path, shown, place.keys, bool(tree_of(path))))
            except YamlMistake as mistake:
                where = (shown, mistake.line, mistake.column)
                self._found.problems.append(Diagnostic("error", mistake.message, *where))
                self._found.broken = True

    def _leads_out(self, schema: bytes, path: str) -> bool:
        """Whether a schema cannot be used without something that is not in it; that is told."""
        other = elsewhere(schema)
        if other:
            what = other if len(other) <= 200 else f"{other[:200]}…"
            message = f"this schema asks for {what}, which a scan does not fetch: values are not checked against it"
            shown = self._source.shown(path)
            self._found.problems.append(Diagnostic("note", message, shown))
        return bool(other)

    def _read(self, path: str) -> bytes | None:
        try:
            data = self._source.read(path)
        except SourceError as error:
            shown = self._source.shown(path)
            self._found.problems.append(Diagnostic("warning", f"{error.about(shown)}: left out of the chart", shown))
            return None
        if len(data) > LARGEST_MEMBER:
            limit = LARGEST_MEMBER // 1024**2
            shown = self._source.shown(path)
            message = f"this file is larger than {limit} MB, more than Helm takes: left out of the chart"
            self._found.problems.append(Diagnostic("warning", message, shown))
            return None
        return data

    def _member(self, name: str, data: bytes, path: str, chart: Chart) -> None:
        if self._found.broken or name in self._found.members:
            return
        self._found.size += len(data)
        if self._found.size > LARGEST_CHART:
            limit = LARGEST_CHART // 1024**2
            self._refuse(f"the chart and what it brings along are larger than {limit} MB", chart)
            return
        self._found.members[name] = data
        self._found.sources[name] = path

    def _refuse(self, message: str, chart: Chart) -> None:
        self._found.problems.append(Diagnostic("error", message, self._source.shown(posixpath.join(chart.path, CHART))))
        self._found.broken = True


def _keys(chart: Chart, name: str) -> list[str]:
    """Where the values of a subchart stand: under each alias it is asked for by, or its name."""
    return [each.key for each in chart.dependencies if each.name == name] or [name]


def _is_left_out(path: str, rules: Rules) -> bool:
    """Whether a .helmignore names a file or a directory it is in."""
    parts = path.split("/")
    above = ("/".join(parts[:count]) for count in range(1, len(parts)))
    return any(ignored(directory, True, rules) for directory in above) or ignored(path, False, rules)
