"""Releases of charts, by Terraform (`helm_release`), Argo CD (`Application`) or Flux (`HelmRelease`): their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from costlint.clusters.embedded import settings_in
from costlint.model import PartialMap, Path, Resource, Unknown, lookup
from costlint.model.values import laid_over
from costlint.numerals import whole_number


def releases_of(resource: Resource) -> Iterator[tuple[str, Mapping[str, object], Path]]:
    """The charts a resource releases, with the values it gives them and where those stand: as text, if that ends in
    `values`."""
    if resource.type == "helm_release":
        chart, texts = resource.attributes.get("chart"), resource.attributes.get("values")
        if not isinstance(chart, str):
            return
        read = [settings_in(one) for one in texts] if isinstance(texts, list) else []
        values: dict[str, object] = PartialMap() if isinstance(texts, Unknown) or None in read else {}
        for one in read:
            values.update(laid_over(values, one or {}))
        given = resource.attributes.get("set")
        for one in given if isinstance(given, list) else ():
            if isinstance(one, dict) and isinstance(one.get("name"), str):
                _set(values, one["name"], one.get("value"))
        yield chart, values, ("values",)
        return
    if resource.type == "HelmRelease.helm.toolkit.fluxcd.io":
        chart = lookup(resource.attributes, ("spec", "chart", "spec", "chart"))
        given = lookup(resource.attributes, ("spec", "values"))
        if isinstance(chart, str) and isinstance(given, dict):
            yield chart, given, ("spec", "values")
        return
    sources = lookup(resource.attributes, ("spec", "sources"))
    each: list[tuple[Path, object]] = [(("spec", "source"), lookup(resource.attributes, ("spec", "source")))]
    each += [(("spec", "sources", i), one) for i, one in enumerate(sources if isinstance(sources, list) else ())]
    for path, source in each:
        chart, text, values_ = (lookup(source, at) for at in (("chart",), ("helm", "values"), ("helm", "valuesObject")))
        if isinstance(chart, str) and isinstance(values_, dict):
            yield chart, values_, (*path, "helm", "valuesObject")
        elif isinstance(chart, str) and (inside := settings_in(text)) is not None:
            yield chart, inside, (*path, "helm", "values")


def _set(values: dict[str, object], name: str, value: object) -> None:
    """`ollama.gpu.enabled`; what names an item of a list or escapes a dot is left out."""
    steps = name.split(".")
    if "[" in name or "\\" in name:
        return
    for step in steps[:-1]:
        inner = values.get(step)
        deeper: dict[str, object] = dict(inner) if isinstance(inner, dict) else {}
        values[step] = deeper
        values = deeper
    plain = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    number = whole_number(plain) if isinstance(plain, str) else None
    values[steps[-1]] = plain if number is None else number
