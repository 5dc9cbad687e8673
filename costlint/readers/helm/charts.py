"""The charts of a tree: what each declares, and which of them are parts of another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct, field

from costlint.model import Diagnostic
from costlint.readers.helm.constraints import fits
from costlint.readers.kubernetes.documents import Document, read
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.sources import Source, SourceError, follow

CHART = "Chart.yaml"
REQUIREMENTS = "requirements.yaml"
_LOCKS = {CHART: "Chart.lock", REQUIREMENTS: "requirements.lock"}


class Dependency(NamedTuple):
    """A chart another one asks for. Its values stand under `key` in those of the one that asks. `locked` is the version
    the chart's lock file chose, "" if it has none that fits; `number` counts the dependencies of a chart."""

    name: str
    alias: str = ""
    version: str = ""
    repository: str = ""
    condition: str = ""
    tags: tuple[str, ...] = ()
    locked: str = ""
    number: int = 0

    @property
    def wanted(self) -> str:
        """The version to bring in: the locked one, else the constraint."""
        return self.locked or self.version

    @property
    def elsewhere(self) -> bool:
        """Whether a repository is named it could come from (perhaps by a name only `helm repo add` knows)."""
        return bool(self.repository) and not self.repository.startswith("file://")

    @property
    def key(self) -> str:
        return self.alias or self.name


class Chart(Struct):
    """A directory with a Chart.yaml. `path` is that of the directory; a `library` only has templates for others.
    `declares` is the file its dependencies stand in."""

    path: str
    name: str
    version: str = ""
    library: bool = False
    dependencies: tuple[Dependency, ...] = ()
    kube_version: str = ""
    declares: str = CHART


class Charts(Struct):
    """The charts of a tree by directory. `inside` are those another one brings along."""

    by_path: dict[str, Chart] = field(default_factory=dict)
    inside: set[str] = field(default_factory=set)

    def deployed(self) -> list[Chart]:
        """The charts that are deployed on their own, in the order of their paths."""
        return [chart for path, chart in sorted(self.by_path.items()) if path not in self.inside and not chart.library]


def find_charts(source: Source, paths: Iterable[str], problems: list[Diagnostic]) -> Charts:
    """The charts whose Chart.yaml is among `paths`. One that cannot be read is told in `problems`."""
    charts = Charts()
    for path in paths:
        if posixpath.basename(path) == CHART:
            try:
                chart = chart_at(source, posixpath.dirname(path))
            except ChartMistake as mistake:
                problems.append(mistake.diagnostic)
                continue
            charts.by_path[chart.path] = chart
    for path, chart in charts.by_path.items():
        above = posixpath.dirname(posixpath.dirname(path))
        if posixpath.basename(posixpath.dirname(path)) == "charts" and above in charts.by_path and above != path:
            charts.inside.add(path)
        for dependency in chart.dependencies:
            local = local_path(chart, dependency)
            if local is not None and local != path:
                charts.inside.add(local)
    return charts


class ChartMistake(Exception):
    """A chart that cannot be read, as a diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def chart_at(source: Source, directory: str) -> Chart:
    """The chart in a directory. Raises ChartMistake."""
    file = posixpath.join(directory, CHART)
    shown = source.shown(file)
    try:
        data = source.read(file)
        requirements = posixpath.join(directory, REQUIREMENTS)
        older = source.read(requirements) if source.is_file(requirements) else b""
    except SourceError as error:
        raise ChartMistake(Diagnostic("error", error.about(shown), shown)) from None
    chart = declared(data, directory, shown, older)
    if chart.dependencies:
        chart.dependencies = tuple(_locked(source, chart))
    return chart


def declared(data: bytes, directory: str, shown: str, requirements: bytes = b"") -> Chart:
    """What the text of a Chart.yaml (and of the requirements.yaml of older charts) declares. Raises ChartMistake."""
    try:
        value = read(Document(data, 1, 0))
        older = read(Document(requirements, 1, 0)) if requirements.strip() else None
    except YamlMistake as mistake:
        raise ChartMistake(Diagnostic("error", mistake.message, shown, mistake.line, mistake.column)) from None
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str) or not name or "/" in name or name in (".", ".."):
        raise ChartMistake(Diagnostic("error", "the chart has no name that can be used", shown, 1, 1))
    listed, file = value.get("dependencies"), CHART
    if not listed and isinstance(older, dict):
        listed, file = older.get("dependencies"), REQUIREMENTS
    return Chart(
        directory,
        name,
        _text(value.get("version")),
        value.get("type") == "library",
        tuple(_dependencies(listed)),
        _text(value.get("kubeVersion")),
        file,
    )


def local_path(chart: Chart, dependency: Dependency) -> str | None:
    """The directory a `file://` dependency names, None if it is no such one or leads out of the tree."""
    if not dependency.repository.startswith("file://"):
        return None
    return follow(chart.path, dependency.repository.removeprefix("file://"))


def _locked(source: Source, chart: Chart) -> Iterator[Dependency]:
    """The dependencies with the versions the lock file beside their declaration chose, where those still fit."""
    path = posixpath.join(chart.path, _LOCKS[chart.declares])
    try:
        value = read(Document(source.read(path), 1, 0)) if source.is_file(path) else None
    except (SourceError, YamlMistake):
        value = None
    listed = value.get("dependencies") if isinstance(value, dict) else None
    chosen = list(_dependencies(listed))
    for one in chart.dependencies:
        alike = (lock.version for lock in chosen if (lock.name, lock.repository) == (one.name, one.repository))
        yield one._replace(locked=next((version for version in alike if fits(version, one.version)), ""))


def _dependencies(listed: object) -> Iterator[Dependency]:
    for number, each in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            tags = each.get("tags")
            yield Dependency(
                each["name"],
                _text(each.get("alias")),
                _text(each.get("version")),
                _text(each.get("repository")),
                _text(each.get("condition")),
                tuple(map(str, tags)) if isinstance(tags, list) else (),
                number=number,
            )


def _text(value: object) -> str:
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
