"""The model servers in what `costlint size --from` names: manifests, a directory, values of a chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from costlint.catalog import Catalog
    from costlint.config import Config
    from costlint.sizing.names import Names
    from costlint.sizing.sized import Present
    from costlint.sizing.throughput import Traffic


def servers_from(
    path: str,
    config: Config,
    catalog: Catalog,
    names: Names,
    traffic: Traffic,
    picked: str | None,
    container: str | None,
) -> list[Present]:
    """Every model server at a path, of the picked resource and container if some are named; [] where none is
    recognised. Raises UsageError where none is so called, SourceError where nothing can be read."""
    found = list(_of_chart_values(path, names, traffic) or _of_stacks(path, config, catalog, names, traffic))
    if not found:
        click.echo(f"costlint: no model server is recognised in {path}; docs/servers.md lists which are", err=True)
        return []
    chosen = [
        one
        for one in found
        if (
            picked is None
            or picked in (one.server.address, one.server.address.rpartition("/")[2], _last(one.server.address))
        )
        and (container is None or container == one.container)
    ]
    if not chosen:
        there = ", ".join(dict.fromkeys(_called(one) for one in found))
        raise click.UsageError(f"--from: no server there is called so; there are {there}")
    return chosen


def _of_stacks(path: str, config: Config, catalog: Catalog, names: Names, traffic: Traffic) -> Iterator[Present]:
    from costlint.cli.running import estimate
    from costlint.graph import View
    from costlint.policy.present import present_servers
    from costlint.sources import SourceError

    chart = _own_chart(Path(path))
    report = estimate((str(chart) if chart else path,), config)
    for result in report.stacks:
        if chart and not any(Path(one).name == Path(path).name for one in result.stack.var_files):
            continue
        yield from present_servers(View(result.stack), result.estimates, catalog, names, traffic)
    broken = [one for one in report.diagnostics if one.severity == "error"]
    told = [
        f"{one.file}:{one.line}:{one.column}: {one.message}" if one.line else f"{one.file}: {one.message}"
        for one in broken
    ]
    if broken and not report.stacks:
        raise SourceError(told[0])
    for sentence in told:
        click.echo(f"costlint: {sentence}", err=True)


def _own_chart(path: Path) -> Path | None:
    """The chart whose values a file holds, None for anything else."""
    if path.suffix not in (".yaml", ".yml") or not path.is_file():
        return None
    chart = next((one for one in (path.parent, path.parent.parent) if (one / "Chart.yaml").is_file()), None)
    return chart if chart is not None and "templates" not in path.parts else None


def _of_chart_values(path: str, names: Names, traffic: Traffic) -> list[Present]:
    """The servers that a chart from elsewhere makes of the values in a file, by the keys it knows."""
    from costlint.clusters.embedded import settings_in
    from costlint.model import Region, Resource, Span
    from costlint.sizing.servers.charts import servers_of_values
    from costlint.sizing.sized import Present
    from costlint.sources import SourceError, open_directory

    file = Path(path)
    if file.suffix not in (".yaml", ".yml") or not file.is_file() or _own_chart(file):
        return []
    try:
        source, under = open_directory(file.parent)
        values = settings_in(source.read(f"{under}/{file.name}".lstrip("/")).decode("utf-8", "replace"))
    except SourceError:
        return []
    if values is None or "apiVersion" in values or "kind" in values:
        return []
    chart = _chart_of(values)
    if chart is None:
        return []
    span = Span(path, 1, 1, 1, 1)
    resource = Resource(f"values of {chart}", "helm_release", "kubernetes", values, span, Region("", True), name=chart)
    return [
        Present(
            server=server,
            stack=path,
            container="",
            span=span,
            assessment=None,
            why="values say nothing of nodes",
            machine=None,
            place=None,
            monthly=None,
            replicas=server.replicas if isinstance(server.replicas, int) and server.replicas > 0 else 1,
            replicas_known=server.replicas is None or isinstance(server.replicas, int),
        )
        for server in servers_of_values(resource, chart, values)
    ]


_CHARTS = (
    ("servingEngineSpec", "vllm-stack"),
    ("modelArtifacts", "llm-d-modelservice"),
    ("ollama", "ollama"),
)
"""A key of its values that no other of these charts has, and the chart."""


def _chart_of(values: Mapping[str, object]) -> str | None:
    image = values.get("image")
    repository = image.get("repository") if isinstance(image, dict) else None
    if isinstance(repository, str) and repository.startswith("nvcr.io/nim/"):
        return "nim-llm"
    return next((chart for key, chart in _CHARTS if key in values), None)


def _called(one: Present) -> str:
    return f"{_last(one.server.address)}/{one.container}" if one.container else _last(one.server.address)


def _last(address: str) -> str:
    """The name at the end of an address of Kubernetes or Terraform."""
    return address.rpartition("/")[2].rpartition(".")[2]
