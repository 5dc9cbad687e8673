"""Nested blocks read with the accessors of a resource, so that unknown members raise and defaults apply."""

from __future__ import annotations

from costlint.model import Resource


def sections(resource: Resource, path: str) -> list[Resource]:
    """Each block at a path as a resource of its own (same type, region and environment; address extended by the
    path). Raises UnknownValue if the number of blocks is not known."""
    blocks = resource.blocks(path)
    if not blocks:
        return []
    prefix = f"{path}."
    defaults = {key[len(prefix) :]: value for key, value in resource.defaults.items() if key.startswith(prefix)}
    return [
        Resource(
            address=f"{resource.address}.{path}",
            type=resource.type,
            provider=resource.provider,
            attributes=block,
            span=resource.span,
            region=resource.region,
            environment=resource.environment,
            defaults=defaults,
        )
        for block in blocks
    ]


def section(resource: Resource, path: str) -> Resource | None:
    """The first block at a path, None if there is none."""
    found = sections(resource, path)
    return found[0] if found else None
