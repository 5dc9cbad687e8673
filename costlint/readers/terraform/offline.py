"""Data sources whose answer follows from the configuration alone, so it is known without asking a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from costlint.model import lookup
from costlint.readers.terraform.evaluation.expand import Key

if TYPE_CHECKING:
    from costlint.readers.terraform.resources import ResourceBlock

_PROVIDER_REGION = {
    "aws_region": frozenset(("name", "region", "id")),
    "google_client_config": frozenset(("region",)),
}


def answer(block: ResourceBlock, key: Key, attribute: str) -> object:
    """The value of an attribute of a data source's instance, None if only the provider knows it."""
    if block.type == "kubectl_file_documents":
        return _documents(block, key, attribute)
    if block.type == "aws_vpc_endpoint_service":
        return _endpoint_service(block, key) if attribute == "service_name" else None
    if attribute not in _PROVIDER_REGION.get(block.type, ()):
        return None
    if block.type == "aws_region" and block.body.attributes.keys() & {"name", "region", "endpoint"}:
        return None
    return _region(block)


def _documents(block: ResourceBlock, key: Key, attribute: str) -> object:
    """The documents of a text of manifests, in a list or by where the API has them.

    Source: registry.terraform.io/providers/alekc/kubectl/latest/docs/data-sources/kubectl_file_documents."""
    if attribute not in ("documents", "manifests"):
        return None
    content = block.attribute(key, "content")
    if not isinstance(content, str):
        return None
    from costlint.readers.kubernetes.documents import Document, documents, read
    from costlint.readers.kubernetes.syntax import YamlMistake

    found = [document.data.decode(errors="replace") for document in documents(content.encode())]
    if attribute == "documents":
        return found
    try:
        links = [_link(read(Document(text.encode(), 1, 0))) for text in found]
    except YamlMistake:
        return None
    return dict(zip(links, found, strict=True)) if all(links) else None


def _link(manifest: object) -> str:
    """Where the API has an object, as the provider writes it: `/apis/apps/v1/namespaces/ml/deployments/vllm`."""
    from costlint.readers.kubernetes.objects import is_object

    if not isinstance(manifest, dict) or not is_object(manifest):
        return ""
    version, kind = str(manifest["apiVersion"]), str(manifest["kind"]).lower()
    namespace, name = (lookup(manifest, ("metadata", part)) for part in ("namespace", "name"))
    inside = f"/namespaces/{namespace}" if namespace else ""
    return f"/{'apis' if '/' in version else 'api'}/{version}{inside}/{kind}s/{name}" if name else ""


def _region(block: ResourceBlock) -> str | None:
    provider = block.module.provider(*block.provider)
    return provider.region.name or None if provider is not None else None


def _endpoint_service(block: ResourceBlock, key: Key) -> str | None:
    """The AWS provider puts the common name ("s3") behind the reversed domain and the region."""
    service, region = block.attribute(key, "service"), _region(block)
    if not isinstance(service, str) or region is None:
        return None
    return f"{'cn.' if region.startswith('cn-') else ''}com.amazonaws.{region}.{service}"
