"""The dependencies of the charts of a tree that come from elsewhere, and what to do about those that are not here."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from costlint.model import Span
from costlint.readers.helm.bundles import Missing
from costlint.readers.helm.cached import CachedCharts
from costlint.readers.helm.charts import Chart, Dependency, find_charts
from costlint.readers.helm.gathering import bundle
from costlint.readers.kubernetes.documents import Document, place
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.sources import Source, SourceError, tree_of


class Wanted(NamedTuple):
    """A chart from elsewhere that something asks for, and where it does."""

    repository: str
    chart: str
    version: str
    span: Span


def wanted(source: Source, paths: Iterable[str], cached: CachedCharts) -> Iterator[Wanted]:
    """What the charts whose Chart.yaml is among `paths` need from elsewhere, whether it was fetched or not."""
    for chart in find_charts(source, paths, []).deployed():
        try:
            found = bundle(source, chart, cached)
        except SourceError:
            continue
        for one in (*found.fetched, *found.missing):
            if one.dependency.elsewhere:
                asking = chart if tree_of(one.chart.path) else one.chart
                span = _span(source, asking, one.dependency)
                yield Wanted(one.dependency.repository, one.dependency.name, one.dependency.wanted, span)


def explained(lacking: Sequence[Missing]) -> str:
    """The dependencies that are not here, and what brings them in."""
    names = ", ".join(sorted({_described(one.dependency) for one in lacking}))
    fetched = any(one.dependency.elsewhere for one in lacking)
    return f"{names} (costlint charts fetch brings them in)" if fetched else names


def _described(dependency: Dependency) -> str:
    if not dependency.repository:
        return f"{dependency.name} (not in charts/)"
    where = "" if dependency.elsewhere else ", not in this tree"
    return f"{dependency.name} ({dependency.repository}{where})"


def _span(source: Source, chart: Chart, dependency: Dependency) -> Span:
    path = posixpath.join(chart.path, chart.declares)
    shown = source.shown(path)
    try:
        return place(Document(source.read(path), 1, 0), ("dependencies", dependency.number), shown)[0]
    except (SourceError, YamlMistake):
        return Span(shown, 1, 1, 1, 1)
