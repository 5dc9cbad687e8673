"""What makes a value a Kubernetes object, what it is called, and the objects lists hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from costlint.model.values import Path

_MOST_OBJECTS = 100_000
_BUILT_IN = frozenset(
    (
        "",
        "apps",
        "autoscaling",
        "batch",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "extensions",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    )
)


class Object(NamedTuple):
    """A Kubernetes object and the path at which it stands in its document (`("items", 2)` in a list)."""

    value: Mapping[str, object]
    path: Path


def objects_in(value: object, path: Path = ()) -> Iterator[Object]:
    """The objects of a document: itself, or the items of a `List` kind. Anything else holds none."""
    if not is_object(value):
        return
    assert isinstance(value, dict)
    items = value.get("items")
    if str(value["kind"]).endswith("List") and isinstance(items, list):
        for index, item in enumerate(items[:_MOST_OBJECTS]):
            if isinstance(item, dict) and "kind" not in item and value["kind"] != "List":
                item = {"apiVersion": value["apiVersion"], "kind": str(value["kind"])[: -len("List")], **item}
            yield from objects_in(item, (*path, "items", index))
    else:
        yield Object(value, path)


def is_object(value: object) -> bool:
    """True for a mapping with an API version and a kind."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("apiVersion"), str)
        and isinstance(value.get("kind"), str)
        and bool(value["apiVersion"])
        and bool(value["kind"])
    )


def type_of(value: Mapping[str, object]) -> str:
    """The resource type: the kind for what Kubernetes itself has (`Deployment`), else kind and group as kubectl
    writes them (`ScaledObject.keda.sh`). Versions do not matter."""
    group, slash, _ = str(value["apiVersion"]).partition("/")
    if not slash:
        group = ""
    kind = str(value["kind"])
    return kind if group in _BUILT_IN else f"{kind}.{group}"


def name_of(value: Mapping[str, object]) -> str:
    """`metadata.name`, "" if it has none (a `generateName` ends in "*")."""
    metadata = value.get("metadata")
    if not isinstance(metadata, dict):
        return ""
    name, prefix = metadata.get("name"), metadata.get("generateName")
    return str(name) if name is not None else f"{prefix}*" if isinstance(prefix, str) else ""


def namespace_of(value: Mapping[str, object]) -> str:
    """`metadata.namespace`, "" where it is left to whoever applies the manifest."""
    metadata = value.get("metadata")
    found = metadata.get("namespace") if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else ""


def address_of(value: Mapping[str, object]) -> str:
    """`Deployment/ml/vllm`: type, namespace if it is written, and name."""
    parts = (type_of(value), namespace_of(value), name_of(value))
    return "/".join(part for part in parts if part)
