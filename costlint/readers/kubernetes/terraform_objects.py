"""Objects of Kubernetes that Terraform declares, in the words of Kubernetes: `kubernetes_deployment` with its blocks,
`kubernetes_manifest`, and the YAML of `kubectl_manifest`. Places lead back to the Terraform line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from msgspec.structs import replace

from costlint.catalog.tables import DATA, records
from costlint.model import Location, Locator, Path, Resource, Sketch, lookup, opened
from costlint.readers.kubernetes.documents import documents, read
from costlint.readers.kubernetes.objects import is_object, type_of
from costlint.readers.kubernetes.syntax import YamlMistake

_PREFIX = "kubernetes_"
_VERSION = re.compile(r"_v\d+(?:(?:alpha|beta)\d+)?$")
_KINDS = {"daemonset": "DaemonSet", "stateful_set": "StatefulSet"}
_ACRONYMS = re.compile(r"_(?:ip|ips|pid|ipc|uid|id|url|tls)(?=_|$)")
_RENAMED = {"storage_provisioner": "provisioner"}
_NO_OBJECTS = ("kubernetes_manifest", "kubernetes_labels", "kubernetes_annotations", "kubernetes_env")


def normalise(resources: list[Resource]) -> None:
    """Replace each object of Kubernetes among the resources of Terraform by the same in Kubernetes' words, in place.
    What cannot be read (YAML that is not known yet) stays as it is."""
    for position, resource in enumerate(resources):
        if "_" in resource.type and not resource.data:
            found = _normal(resource)
            if found is not None:
                resources[position] = found


def _normal(resource: Resource) -> Resource | None:
    if resource.type == "kubernetes_manifest":
        return _of_manifest(resource, resource.attributes.get("manifest"), ("manifest",))
    if resource.type == "kubectl_manifest":
        return _of_manifest(resource, _parsed(resource.attributes.get("yaml_body")), ("yaml_body",))
    if not resource.type.startswith(_PREFIX) or resource.type in _NO_OBJECTS:
        return None
    words = _VERSION.sub("", resource.type.removeprefix(_PREFIX))
    kind = _KINDS.get(words) or "".join(word.capitalize() for word in words.split("_"))
    attributes = _converted(resource.attributes)
    return replace(
        resource,
        type=kind,
        attributes=attributes,
        tags=_labels(attributes),
        locator=BlocksLocator(resource.locator, resource.attributes),
    )


def _of_manifest(resource: Resource, manifest: object, path: Path) -> Resource | None:
    if not isinstance(manifest, dict) or not is_object(manifest):
        return None
    return replace(
        resource,
        type=type_of(manifest),
        attributes=manifest,
        tags=_labels(manifest),
        locator=ManifestArgumentLocator(resource.locator, path),
    )


def _parsed(given: object) -> object:
    """The only document of a text, with an Unknown for what is not known of it."""
    text = given.text if isinstance(given, Sketch) else given
    if not isinstance(text, str):
        return None
    try:
        values = [read(document) for document in documents(text.encode())]
    except (YamlMistake, UnicodeEncodeError):
        return None
    if len(values) != 1:
        return None
    return opened(values[0]) if isinstance(given, Sketch) else values[0]


def _labels(attributes: Mapping[str, object]) -> Mapping[str, object]:
    labels = lookup(attributes, ("metadata", "labels"))
    return labels if isinstance(labels, dict) else {}


def _converted(blocks: Mapping[str, object]) -> dict[str, object]:
    """Blocks (lists of maps) become maps, or lists where Kubernetes has a list; maps that are attributes hold the names
    of their users and stay as they are. What is absent or null is left out."""
    kind = type(blocks) if isinstance(blocks, dict) else dict
    found = kind()
    for key, value in blocks.items():
        if value is None:
            continue
        name, is_list = _name_of(key)
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            items = [_converted(item) if isinstance(item, dict) else item for item in value]
            found[name] = type(value)(items) if is_list or len(items) != 1 else items[0]
        elif isinstance(value, list) and not value and is_list:
            continue
        else:
            found[_camel(key)] = value
    return found


def _name_of(key: str) -> tuple[str, bool]:
    """What a block is called in Kubernetes, and whether it is one of a list there."""
    listed = _lists().get(key)
    return (listed, True) if listed is not None else (_camel(key), False)


def _camel(key: str) -> str:
    if key in _RENAMED:
        return _RENAMED[key]
    shouted = _ACRONYMS.sub(lambda match: "_" + match[0][1:].upper(), key) if key != "id" else key
    first, *others = shouted.split("_")
    return first + "".join(word if word.isupper() else word.capitalize() for word in others)


class ManifestArgumentLocator:
    """Finds values of an object that is one argument of a Terraform resource."""

    __slots__ = ("_locator", "_path")

    def __init__(self, locator: Locator, path: Path) -> None:
        self._locator = locator
        self._path = path

    def locate(self, path: Path) -> Location | None:
        """The place of a value, also inside YAML in a string."""
        return self._locator.locate((*self._path, *path) if path else ())


class BlocksLocator:
    """Finds values of an object in the blocks of a Terraform resource."""

    __slots__ = ("_attributes", "_locator")

    def __init__(self, locator: Locator, attributes: Mapping[str, object]) -> None:
        self._locator = locator
        self._attributes = attributes

    def locate(self, path: Path) -> Location | None:
        """The place of the value at a path of Kubernetes."""
        return self._locator.locate(tuple(_steps(path, self._attributes)))


def _steps(path: Path, value: object) -> Iterator[str | int]:
    """A path of Kubernetes as Terraform has it: `spec.template.spec.containers.0` is
    `spec.0.template.0.spec.0.container.0`."""
    for number, step in enumerate(path):
        if isinstance(value, dict) and isinstance(step, str):
            key = _key_of(step, value)
            yield key
            value = value.get(key)
            following = path[number + 1] if number + 1 < len(path) else None
            if isinstance(value, list) and isinstance(following, str) and value and isinstance(value[0], dict):
                yield 0
                value = value[0]
        else:
            yield step
            value = lookup(value, (step,))


def _key_of(name: str, blocks: Mapping[str, object]) -> str:
    if name in blocks:
        return name
    for key in blocks:
        if name in (_camel(key), _name_of(key)[0]):
            return key
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@cache
def _lists() -> Mapping[str, str]:
    return {row["block"]: row["name"] for row in records(DATA / "kubernetes" / "terraform_lists.csv")}
