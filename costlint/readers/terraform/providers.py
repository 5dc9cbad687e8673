"""Provider configurations: region, default tags and labels, aliases, and how modules hand them on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from costlint.model import PartialList, PartialMap, Provider, Region, Unknown
from costlint.readers.terraform.configuration import Declared
from costlint.readers.terraform.evaluation import blocks
from costlint.readers.terraform.evaluation.cells import Memo
from costlint.readers.terraform.evaluation.scope import Scope
from costlint.readers.terraform.regions import region_from

if TYPE_CHECKING:
    from costlint.readers.terraform.modules import ModuleInstance

_PREFIXES: dict[str, Provider] = {
    "aws": "aws",
    "awscc": "aws",
    "google": "gcp",
    "azurerm": "azure",
    "azapi": "azure",
    "azuread": "azure",
    "kubernetes": "kubernetes",
    "helm": "kubernetes",
    "kubectl": "kubernetes",
}
_REGION_VARIABLES: dict[Provider, tuple[str, ...]] = {
    "aws": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "gcp": ("GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"),
}
_LABELLED_INSIDE = {
    "google_sql_database_instance": ("settings", "user_labels"),
    "google_container_node_pool": ("node_config", "resource_labels"),
}
_REGION_ARGUMENTS: dict[Provider, tuple[str, ...]] = {"aws": ("region",), "gcp": ("region", "zone")}


def cloud_of(type_: str) -> Provider:
    """Whose resource a type is: aws_instance → aws, google_storage_bucket → gcp."""
    return _PREFIXES.get(type_.partition("_")[0], "other")


class ProviderConfiguration:
    """A `provider` block, evaluated in the module it stands in."""

    def __init__(self, module: ModuleInstance, name: str, declared: Declared | None) -> None:
        self.module = module
        self.name = name
        self.declared = declared
        self.cloud = cloud_of(name.removesuffix("-beta"))
        self._memo: Memo = {}

    @property
    def region(self) -> Region:
        """The region resources get that name none; assumed if the configuration names none either."""
        label = f'region of provider "{self.name}"'
        region = self.module.reading.force(self._memo, "region", self._region, label)
        assert isinstance(region, Region)
        return region

    def _region(self) -> Region:
        for argument in _REGION_ARGUMENTS.get(self.cloud, ()):
            value = self.value(argument)
            if isinstance(value, Unknown):
                return Region("", True, f'{argument} of provider "{self.name}" is not known before deployment')
            if isinstance(value, str) and value:
                return Region(region_from(self.cloud, value), False, f'{argument} of provider "{self.name}"')
        environment = self.module.reading.options.environment
        for variable in _REGION_VARIABLES.get(self.cloud, ()):
            if environment.get(variable):
                return Region(environment[variable], False, f"environment variable {variable}")
        return Region("", True, f'no provider "{self.name}" names a region')

    @cached_property
    def default_tags(self) -> Mapping[str, object]:
        """What every resource of the provider is tagged (or labelled) with."""
        if self.cloud == "aws":
            found = self.value("default_tags")
            if isinstance(found, list) and found and isinstance(found[0], dict):
                return as_tags(found[0].get("tags"))
            return PartialMap() if isinstance(found, Unknown) else {}
        return as_tags(self.value("default_labels")) if self.cloud == "gcp" else {}

    def value(self, name: str) -> object:
        """The value of an argument, None if it is absent."""
        if self.declared is None:
            return None
        scope = Scope(self.module, self.declared.file, {})
        return blocks.value_of(self.declared.block.body, name, scope, self.module.reading)


def as_tags(value: object) -> Mapping[str, object]:
    """A tags argument as a map; a partial one if it is not known."""
    if isinstance(value, dict):
        return value
    return PartialMap() if isinstance(value, Unknown) else {}


_NO_TAGS: Mapping[str, object] = {}


def effective_tags(
    type_: str, attributes: Mapping[str, object], defaults: Mapping[str, object]
) -> Mapping[str, object]:
    """The tags or labels a resource ends up with: the provider's default ones and its own, which win."""
    own = _own_tags(type_, attributes)
    if type_ == "aws_autoscaling_group":
        return _tag_blocks(attributes, own)
    if not defaults:
        return own
    if not own and not isinstance(own, PartialMap):
        return defaults
    merged = {**defaults, **own}
    return PartialMap(merged) if isinstance(own, PartialMap) or isinstance(defaults, PartialMap) else merged


def _own_tags(type_: str, attributes: Mapping[str, object]) -> Mapping[str, object]:
    for name in ("labels", "user_labels", "resource_labels") if type_.startswith("google") else ("tags",):
        if name in attributes:
            return as_tags(attributes[name])
    block, name = _LABELLED_INSIDE.get(type_, ("", ""))
    inside = attributes.get(block)
    if isinstance(inside, Unknown):
        return PartialMap()
    held = inside[0] if isinstance(inside, list) and inside else None
    return as_tags(held.get(name)) if isinstance(held, dict) else _NO_TAGS


def _tag_blocks(attributes: Mapping[str, object], own: Mapping[str, object]) -> Mapping[str, object]:
    """An Auto Scaling group has a block per tag and does not get the provider's default tags."""
    found = attributes.get("tag")
    items = found if isinstance(found, list) else []
    tags = dict(own)
    partial = isinstance(found, Unknown) or not all(isinstance(item, dict) for item in items)
    for item in items:
        if isinstance(item, dict):
            key = item.get("key")
            if isinstance(key, str):
                tags[key] = item.get("value")
            else:
                partial = True
    return PartialMap(tags) if partial or isinstance(found, PartialList) else tags
