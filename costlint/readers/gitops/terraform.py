"""Terraform: what a `helm_release` deploys.

https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from costlint.model import UNKNOWN, Resource, Sketch, Stack, is_unknown
from costlint.readers.gitops.deployments import Deployment
from costlint.readers.gitops.values import of_parameter, of_text, source_path
from costlint.readers.helm.layers import Layer
from costlint.sources import Source

_SET = ("set", "set_list", "set_sensitive")


def released(source: Source, resource: Resource, stack: Stack) -> Iterator[Deployment]:
    """What a helm_release deploys."""
    chart = _text(resource, "chart")
    if not chart:
        return
    repository = _text(resource, "repository")
    if chart.startswith("oci://"):
        repository, chart = chart, chart.rstrip("/").rpartition("/")[2]
    layers, unread, unsettled = _layers(source, resource)
    yield Deployment(
        resource,
        stack,
        _text(resource, "name") or resource.name,
        _text(resource, "namespace"),
        _local(source, resource, stack, chart),
        chart,
        repository,
        _text(resource, "version"),
        layers,
        (),
        unread,
        unsettled,
    )


def _local(source: Source, resource: Resource, stack: Stack, chart: str) -> str | None:
    """The chart's directory in the source if the release names one: relative to the root, or by `path.module`."""
    written = source_path(source, resource.span.file)
    for base in filter(None, (stack.path, posixpath.dirname(written) if written else "")):
        path = posixpath.normpath(posixpath.join(base, chart))
        if not path.startswith("../") and source.is_file(posixpath.join(path, "Chart.yaml")):
            return path
    path = posixpath.normpath(chart)
    local = not path.startswith(("../", "/")) and "/" in chart
    return path if local and source.is_file(posixpath.join(path, "Chart.yaml")) else None


def _layers(source: Source, resource: Resource) -> tuple[tuple[Layer, ...], tuple[str, ...], bool]:
    """`values` in their order, then what is set; what cannot be read, and whether that may be any of the values."""
    layers: list[Layer] = []
    unread: list[str] = []
    values = resource.get("values")
    if is_unknown(values):
        unread.append("values")
    for index, text in enumerate(values if isinstance(values, list) else ()):
        found = of_text(source, resource, ("values", index), text) if isinstance(text, (str, Sketch)) else None
        if found is None and text not in (None, ""):
            unread.append(f"values[{index}]")
        elif found is not None:
            layers.append(found)
    unsettled = bool(unread)
    for field in _SET:
        blocks = resource.get(field)
        if is_unknown(blocks):
            unread.append(field)
        unsettled |= is_unknown(blocks)
        for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
            if isinstance(block, Mapping) and isinstance(block.get("name"), str):
                value, typed = block.get("value"), block.get("type") != "string"
                if value is None or is_unknown(value):
                    unread.append(str(block["name"]))
                    value = UNKNOWN
                given = of_parameter(resource, (field, index, "value"), str(block["name"]), value, typed)
                layers += [given] if given is not None else []
    return tuple(layers), tuple(unread), unsettled


def _text(resource: Resource, path: str) -> str:
    found = resource.get(path)
    return str(found) if isinstance(found, str) else ""
