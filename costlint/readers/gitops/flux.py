"""Flux: what a HelmRelease deploys, and which directories a Kustomization applies.

https://fluxcd.io/flux/components/helm/helmreleases/ and https://fluxcd.io/flux/components/kustomize/kustomizations/
"""

from __future__ import annotations

from collections.abc import Iterator

from costlint.model import Resource, Sign, Stack, lookup
from costlint.readers.gitops.deployments import Deployment
from costlint.readers.gitops.repositories import Repositories
from costlint.readers.gitops.values import of_mapping, of_parameter, of_text
from costlint.readers.helm.layers import Layer
from costlint.sources import Source

_SOURCES = "source.toolkit.fluxcd.io"


def released(source: Source, repositories: Repositories, resource: Resource, stack: Stack) -> Iterator[Deployment]:
    """What a HelmRelease deploys."""
    chart = _text(resource, "spec.chart.spec.chart")
    version = _text(resource, "spec.chart.spec.version")
    reference = resource.get("spec.chart.spec.sourceRef")
    origin = _referred(stack, resource, reference)
    if not chart:
        origin = _referred(stack, resource, resource.get("spec.chartRef"))
        chart = (
            _text(origin, "spec.url").rpartition("/")[2]
            if origin is not None
            else _text(resource, "spec.chartRef.name")
        )
        version = _text(origin, "spec.ref.tag") if origin is not None else ""
    if not chart:
        return
    url = _text(origin, "spec.url") if origin is not None else ""
    in_git = origin is not None and origin.type == f"GitRepository.{_SOURCES}"
    path = repositories.path(url, chart) if in_git else None
    layers, unread = _layers(source, resource, stack)
    yield Deployment(
        resource,
        stack,
        _text(resource, "spec.releaseName") or resource.name,
        _text(resource, "spec.targetNamespace") or _namespace(resource),
        path,
        chart if path is None else chart.rstrip("/").rpartition("/")[2],
        url,
        version,
        layers,
        (Sign("account", "HelmRelease", resource.name),),
        unread,
        bool(unread),
    )


def reconciled(repositories: Repositories, resource: Resource, stack: Stack) -> Iterator[Deployment]:
    """The directory a Kustomization of Flux applies. Its source may be the repository itself under any name."""
    inside = _text(resource, "spec.path")
    origin = _referred(stack, resource, resource.get("spec.sourceRef"))
    url = _text(origin, "spec.url") if origin is not None else ""
    path = repositories.path(url, inside) if url else None
    yield Deployment(
        resource,
        stack,
        resource.name,
        _text(resource, "spec.targetNamespace"),
        path,
        inside,
        url,
        signs=(Sign("account", "Kustomization", resource.name),),
        packaged=False,
        overrides=tuple(key for key in ("patches", "images", "components", "postBuild") if resource.get(f"spec.{key}")),
    )


def _layers(source: Source, resource: Resource, stack: Stack) -> tuple[tuple[Layer, ...], tuple[str, ...]]:
    """`valuesFrom` in their order, then `values`, which win."""
    layers: list[Layer] = []
    unread: list[str] = []
    listed = resource.get("spec.valuesFrom")
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict):
            continue
        named = f"{one.get('kind')} {one.get('name')}"
        holder = _find(stack, str(one.get("kind")), str(one.get("name")), _namespace(resource))
        key = str(one.get("valuesKey") or "values.yaml")
        text = lookup(holder.attributes, ("data", key)) if holder is not None else None
        if holder is None or not isinstance(text, str):
            if one.get("optional") is not True:
                unread.append(named)
            continue
        target = one.get("targetPath")
        found = (
            of_parameter(holder, ("data", key), target, text, typed=True)
            if isinstance(target, str)
            else of_text(source, holder, ("data", key), text)
        )
        if found is None:
            unread.append(named)
        else:
            layers.append(found)
    values = resource.get("spec.values")
    if isinstance(values, dict):
        layers.append(of_mapping(resource, ("spec", "values"), values))
    return tuple(layers), tuple(unread)


def _referred(stack: Stack, resource: Resource, reference: object) -> Resource | None:
    """The object a reference names, looked for beside the one that refers to it."""
    if not isinstance(reference, dict):
        return None
    namespace = reference.get("namespace") or _namespace(resource)
    return _find(stack, f"{reference.get('kind')}.{_SOURCES}", str(reference.get("name")), str(namespace))


def _find(stack: Stack, type_: str, name: str, namespace: str) -> Resource | None:
    alike = [one for one in stack.resources if one.type == type_ and (one.name == name or _unhashed(one, name))]
    return next((one for one in alike if _namespace(one) == namespace), alike[0] if len(alike) == 1 else None)


def _unhashed(one: Resource, name: str) -> bool:
    """Whether an object is what kustomize generated under this name, and put a hash behind."""
    prefix, dash, rest = one.name.rpartition("-")
    return bool(dash) and prefix == name and len(rest) == 10


def _namespace(resource: Resource) -> str:
    return _text(resource, "metadata.namespace")


def _text(resource: Resource, path: str) -> str:
    found = resource.get(path)
    return found if isinstance(found, str) else ""
