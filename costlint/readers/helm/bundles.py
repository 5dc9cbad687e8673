"""A chart with everything it brings along: one archive in memory, and whose values are where."""

from __future__ import annotations

import io
import posixpath
import tarfile
from collections.abc import Callable, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from costlint.model import Diagnostic, lookup
from costlint.readers.helm.charts import CHART, Chart, Dependency
from costlint.readers.helm.layers import Layer
from costlint.sources import tree_of

SCHEMA = "values.schema.json"


class Missing(NamedTuple):
    """A dependency that is declared and not here: of which chart, and where that one's values stand."""

    chart: Chart
    dependency: Dependency
    keys: tuple[str, ...]


class Bundle(Struct):
    """A chart and its subcharts.

    `members` are the files of the archive by their path in it, `sources` the paths of those in the source, `origins`
    the same by the names Helm gives templates; `layers` the charts' own values, the outermost last. `missing`
    dependencies are not here, `fetched` ones come from the cache. `broken`: it cannot be rendered as it is, and
    `problems` say why."""

    chart: Chart
    members: dict[str, bytes] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    shown: Callable[[str], str] = str
    layers: list[Layer] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    fetched: list[Missing] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    broken: bool = False
    size: int = 0

    @property
    def nested(self) -> bool:
        """Whether rendering decides which charts take part. (Helm changes the loaded chart when it does.)"""
        return bool(self.chart.dependencies) or any("/charts/" in name for name in self.members)

    @property
    def outside(self) -> frozenset[str]:
        """Those of its files, as shown, that come from the cache: nobody edits them here."""
        return frozenset(self.shown(path) for path in self.sources.values() if tree_of(path))

    def shown_member(self, name: str) -> str:
        """A file of the archive as shown to people."""
        return self.shown(self.sources[name])

    def shown_template(self, template: str) -> str:
        """The file of a template as shown to people, or the one its chart is packed in."""
        if template in self.origins:
            return self.shown(self.origins[template])
        packages = [name for name in self.members if name.endswith((".tgz", ".tar.gz"))]
        parts = template.split("/charts/")[1:]
        for part in reversed(parts):
            called = part.partition("/")[0]
            for name in packages:
                if name.rpartition("/")[2].startswith(f"{called}-"):
                    return self.shown_member(name)
        return self.shown(posixpath.join(self.chart.path, CHART))

    def lacking(self, values: object) -> list[Missing]:
        """The missing dependencies that these values do not switch off."""
        return [one for one in self.missing if _is_on(one.dependency, lookup(values, one.keys), values)]


def packed(members: Mapping[str, bytes]) -> bytes:
    """An archive of these files, the same for the same files."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return written.getvalue()


def _is_on(dependency: Dependency, values: object, whole: object) -> bool:
    """Whether a chart's values leave a dependency switched on: the first condition that is set decides, then the tags
    of the whole release."""
    for condition in dependency.condition.split(","):
        said = lookup(values, tuple(condition.strip().split("."))) if condition.strip() else None
        if isinstance(said, bool):
            return said
    tagged = [lookup(whole, ("tags", tag)) for tag in dependency.tags]
    return not any(one is False for one in tagged) or any(one is True for one in tagged)
