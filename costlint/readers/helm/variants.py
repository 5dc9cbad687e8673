"""The values files of a chart besides its own: which of them are environments, and which only show what it can do."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from costlint.environment import of_stack
from costlint.model import Diagnostic, Sign, Stack
from costlint.readers.helm.bundles import Bundle
from costlint.readers.helm.charts import Chart
from costlint.readers.helm.layers import Layer, layer
from costlint.readers.helm.limits import LARGEST_MEMBER, MOST_VARIANTS
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.sources import Source, SourceError

_NAMED = re.compile(r"(?:.*[-_.])?values(?:[-_.].*)?\.ya?ml", re.IGNORECASE)
_FOLDERS = frozenset(
    ("values", "env", "envs", "environment", "environments", "ci", "stages", "overlays", "deploy", "deployments")
)
_OTHERS = frozenset(("templates", "charts", "crds", "files", "tests"))
_TESTS = frozenset(("ci", "test", "tests"))


class Variant(NamedTuple):
    """A values file that is given over the chart's own. `environment`: its name, its path or the configuration says it
    is deployed to one."""

    layers: tuple[Layer, ...]
    label: str
    environment: bool
    signs: tuple[Sign, ...] = ()


def variants(
    source: Source, bundle: Bundle, named: Callable[[str, tuple[str, ...]], bool], problems: list[Diagnostic]
) -> list[Variant]:
    """The variants of a chart, environments first. `named`: whether the configuration says that a stack (its directory
    and variable files, as shown) belongs to an environment."""
    chart = bundle.chart
    directory = source.shown(chart.path)
    known = {key for each in bundle.layers if not each.keys for key in each.value} | {"global"}
    subcharts = [posixpath.dirname(path) for path in bundle.sources.values() if path.endswith("/Chart.yaml")]
    inner = tuple(f"{path}/" for path in subcharts if path != chart.path)
    found: list[Variant] = []
    for path, label in _candidates(chart, source.files(chart.path), inner):
        shown = source.shown(path)
        try:
            data = source.read(path)
            over = layer(data, path, shown) if len(data) <= LARGEST_MEMBER else None
        except SourceError as error:
            problems.append(Diagnostic("error", error.about(shown), shown))
            continue
        except YamlMistake as mistake:
            problems.append(Diagnostic("error", mistake.message, shown, mistake.line, mistake.column))
            continue
        if over is None or not over.value or "apiVersion" in over.value or not known & over.value.keys():
            continue
        said = of_stack(Stack(directory, "helm", "", var_files=(shown,), directory=directory))
        tested = _TESTS & set(posixpath.dirname(label).split("/"))
        own = said.kind is not None and said.evidence.startswith("var-file") and not tested
        found.append(Variant((over,), label, own or named(directory, (shown,))))
    found.sort(key=lambda variant: (not variant.environment, variant.label))
    if len(found) > MOST_VARIANTS:
        message = f"the first {MOST_VARIANTS} of {len(found)} values files of this chart are read"
        problems.append(Diagnostic("warning", message, directory))
    return found[:MOST_VARIANTS]


def _candidates(chart: Chart, files: Iterable[str], inner: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    """The files that may be values of a chart, with their path inside it."""
    for path in files:
        label = path[len(chart.path) :].lstrip("/")
        folders, name = label.split("/")[:-1], posixpath.basename(label)
        if label in ("values.yaml", "values.yml") or not name.endswith((".yaml", ".yml")):
            continue
        if path.startswith(inner) or any(folder in _OTHERS or folder.startswith(".") for folder in folders):
            continue
        if (not folders and _NAMED.fullmatch(name)) or (folders and folders[0].lower() in _FOLDERS):
            yield path, label
