"""Argo CD: what an Application deploys.

https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from costlint.model import Resource, Sign, Stack, lookup
from costlint.model.values import Path
from costlint.readers.gitops.deployments import Deployment
from costlint.readers.gitops.repositories import Repositories
from costlint.readers.gitops.values import of_file, of_mapping, of_parameter, of_text
from costlint.readers.helm.layers import Layer
from costlint.readers.kubernetes.syntax import YamlMistake
from costlint.sources import Source, SourceError

_NOT_APPLIED = ("kustomize",)


def applied(source: Source, repositories: Repositories, resource: Resource, stack: Stack) -> Iterator[Deployment]:
    """What an Application deploys: one deployment for each of its sources that holds a chart or manifests."""
    spec = resource.attributes.get("spec")
    if isinstance(spec, dict):
        yield from deployed(source, repositories, resource, stack, spec, ("spec",))


def deployed(
    source: Source,
    repositories: Repositories,
    resource: Resource,
    stack: Stack,
    spec: Mapping[str, object],
    at: Path,
) -> Iterator[Deployment]:
    """The same for a spec at a path of a resource."""
    listed = spec.get("sources")
    sources: list[tuple[Path, object]] = (
        [((*at, "sources", index), one) for index, one in enumerate(listed)]
        if isinstance(listed, list)
        else [((*at, "source"), spec.get("source"))]
    )
    named = {
        str(one["ref"]): _text(one.get("repoURL")) for _, one in sources if isinstance(one, dict) and one.get("ref")
    }
    destination = spec.get("destination")
    where = destination if isinstance(destination, dict) else {}
    signs = tuple(
        Sign("account", f"{resource.address} destination.{key}", _text(where[key]))
        for key in ("name", "namespace")
        if _text(where.get(key))
    )
    for place, one in sources:
        if not isinstance(one, dict) or not (one.get("path") or one.get("chart")):
            continue
        url, inside = _text(one.get("repoURL")), _text(one.get("path"))
        path = repositories.path(url, inside) if inside else None
        if one.get("chart") and url and "://" not in url:
            url = f"oci://{url}"
        found = Deployment(
            resource,
            stack,
            _release(one) or resource.name,
            _text(where.get("namespace")),
            path,
            _text(one.get("chart")) or posixpath.basename(inside),
            url,
            _text(one.get("targetRevision")),
            signs=(Sign("account", f"{resource.type.partition('.')[0]}", resource.name), *signs),
            overrides=tuple(key for key in _NOT_APPLIED if one.get(key)),
            packaged=bool(one.get("chart") or one.get("helm")),
        )
        layers, unread = _layers(source, repositories, resource, one, (*place, "helm"), path, named)
        yield replace(found, layers=layers, unread=unread, unsettled=bool(unread))


def _release(source: Mapping[str, object]) -> str:
    found = lookup(source, ("helm", "releaseName"))
    return found if isinstance(found, str) else ""


def _layers(
    source: Source,
    repositories: Repositories,
    resource: Resource,
    one: Mapping[str, object],
    at: Path,
    chart: str | None,
    named: Mapping[str, str],
) -> tuple[tuple[Layer, ...], tuple[str, ...]]:
    """What is given to a chart, in Argo CD's order: files, text, object, parameters."""
    helm = one.get("helm")
    if not isinstance(helm, dict):
        return (), ()
    layers: list[Layer] = []
    unread: list[str] = []
    files = helm.get("valueFiles")
    for name in files if isinstance(files, list) else ():
        path = _values_file(repositories, str(name), chart, _text(one.get("repoURL")), named)
        try:
            if path is None or not source.is_file(path):
                if helm.get("ignoreMissingValueFiles") is not True:
                    unread.append(str(name))
            else:
                layers.append(of_file(source, path))
        except (SourceError, YamlMistake):
            unread.append(str(name))
    text, whole = helm.get("values"), helm.get("valuesObject")
    if isinstance(text, str) and text.strip():
        given = of_text(source, resource, (*at, "values"), text)
        if given is None:
            unread.append("values")
        else:
            layers.append(given)
    elif text is not None and not isinstance(text, str):
        unread.append("values")
    if isinstance(whole, dict):
        layers.append(of_mapping(resource, (*at, "valuesObject"), whole))
    elif whole is not None:
        unread.append("valuesObject")
    parameters = helm.get("parameters")
    for index, each in enumerate(parameters if isinstance(parameters, list) else ()):
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            place = (*at, "parameters", index, "value")
            set_ = of_parameter(resource, place, each["name"], each.get("value"), each.get("forceString") is not True)
            layers += [set_] if set_ is not None else []
    return tuple(layers), tuple(unread)


def _values_file(
    repositories: Repositories, name: str, chart: str | None, url: str, named: Mapping[str, str]
) -> str | None:
    """A values file as a path of the source: `$ref/…` in another source, `/…` from the repository's root, else beside
    the chart."""
    if name.startswith("$"):
        ref, _, inside = name[1:].partition("/")
        return repositories.path(named.get(ref, ""), inside)
    if "://" in name or chart is None:
        return None
    if name.startswith("/"):
        return repositories.path(url, name)
    path = posixpath.normpath(posixpath.join(chart, name))
    return None if path.startswith("../") else path


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
