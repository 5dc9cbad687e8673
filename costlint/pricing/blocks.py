"""Nested blocks read like resources, and the arithmetic of counts that autoscaling moves."""

from __future__ import annotations

from costlint.model import Money, Resource


def nested(resource: Resource, path: str) -> list[Resource]:
    """The blocks at `path` as resources of their own, so that their attributes are read by the same rules
    (unknown values raise, provider defaults apply). Raises UnknownValue if their number is unknown."""
    prefix = f"{path}."
    defaults = {p[len(prefix) :]: value for p, value in resource.defaults.items() if p.startswith(prefix)}
    return [
        Resource(
            address=f"{resource.address}.{path}[{index}]",
            type=resource.type,
            provider=resource.provider,
            attributes=block,
            span=resource.span,
            region=resource.region,
            defaults=defaults,
        )
        for index, block in enumerate(resource.blocks(path))
    ]


def between(least: float, current: float | None, most: float) -> Money:
    """How many run where autoscaling declares bounds: likely is the declared current count (the least where none is
    declared) kept within the bounds."""
    most = max(least, most)
    return Money(least, min(max(least if current is None else current, least), most), most)


def last_segment(text: str) -> str:
    """The name at the end of a path or URL: `zones/a/machineTypes/n1-standard-1` → `n1-standard-1`."""
    return text.rstrip("/").rpartition("/")[2]
