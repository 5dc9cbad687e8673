"""Data sources whose answer follows from the configuration alone, so it is known without asking a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from costlint.readers.terraform.resources import ResourceBlock

_PROVIDER_REGION = {
    "aws_region": frozenset(("name", "region", "id")),
    "google_client_config": frozenset(("region",)),
}


def answer(block: ResourceBlock, attribute: str) -> str | None:
    """The value of a data source's attribute, None if only the provider knows it."""
    if attribute not in _PROVIDER_REGION.get(block.type, ()):
        return None
    if block.type == "aws_region" and block.body.attributes.keys() & {"name", "region", "endpoint"}:
        return None
    provider = block.module.provider(*block.provider)
    return provider.region.name or None if provider is not None else None
