"""Data sources whose answer follows from the configuration alone, so it is known without asking a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from costlint.readers.terraform.evaluation.expand import Key

if TYPE_CHECKING:
    from costlint.readers.terraform.resources import ResourceBlock

_PROVIDER_REGION = {
    "aws_region": frozenset(("name", "region", "id")),
    "google_client_config": frozenset(("region",)),
}


def answer(block: ResourceBlock, key: Key, attribute: str) -> str | None:
    """The value of an attribute of a data source's instance, None if only the provider knows it."""
    if block.type == "aws_vpc_endpoint_service":
        return _endpoint_service(block, key) if attribute == "service_name" else None
    if attribute not in _PROVIDER_REGION.get(block.type, ()):
        return None
    if block.type == "aws_region" and block.body.attributes.keys() & {"name", "region", "endpoint"}:
        return None
    return _region(block)


def _region(block: ResourceBlock) -> str | None:
    provider = block.module.provider(*block.provider)
    return provider.region.name or None if provider is not None else None


def _endpoint_service(block: ResourceBlock, key: Key) -> str | None:
    """The AWS provider puts the common name ("s3") behind the reversed domain and the region."""
    service, region = block.attribute(key, "service"), _region(block)
    if not isinstance(service, str) or region is None:
        return None
    return f"{'cn.' if region.startswith('cn-') else ''}com.amazonaws.{region}.{service}"
