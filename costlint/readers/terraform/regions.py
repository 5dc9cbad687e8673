"""Which region a resource runs in: what it says itself, its provider, or the resource it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from costlint.model import Provider, Region, Resource, Unknown, references_in

_AWS_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d+")
_GCP_ZONE = re.compile(r"([a-z]+-[a-z]+\d+)-[a-z]")
_ARGUMENTS: dict[Provider, tuple[str, ...]] = {
    "aws": ("region", "availability_zone", "availability_zones"),
    "gcp": ("region", "zone", "location"),
    "azure": ("location",),
}
_MOST_STEPS = 4
_OWN = "its "
_FROM = "the region of "


def region_from(cloud: Provider, place: str) -> str:
    """The region a region or zone name means: "us-east-1a" → "us-east-1", "East US" → "eastus"."""
    if cloud == "azure":
        return place.replace(" ", "").lower()
    if cloud == "aws":
        region = _AWS_REGION.match(place)
        return region[0] if region else place
    zone = _GCP_ZONE.fullmatch(place)
    return zone[1] if zone else place.lower()


def region_of(cloud: Provider, attributes: Mapping[str, object], provider: Region) -> Region:
    """The region a resource names, else its provider's; a zone in that says nothing new."""
    for argument in _ARGUMENTS.get(cloud, ()):
        value = attributes.get(argument)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, str) and value:
            named = region_from(cloud, value)
            return provider if argument != "region" and named == provider.name else Region(named, False, argument)
        if isinstance(value, Unknown) and argument in ("region", "location"):
            return Region("", True, f"{_OWN}{argument} is not known before deployment")
    return provider


def inherit_regions(resources: Iterable[Resource]) -> None:
    """Give resources without a region of their own (a node pool, a database on a server) that of the resource they
    refer to, if those agree. Azure and Google Cloud only: on AWS the provider decides."""
    by_address: dict[str, Resource] = {}
    waiting: list[Resource] = []
    for resource in resources:
        if resource.provider in ("azure", "gcp"):
            by_address[resource.address] = resource
            if resource.region.evidence.startswith(_OWN):
                continue
            if resource.region.assumed or resource.region.evidence not in _ARGUMENTS[resource.provider]:
                waiting.append(resource)
    for _ in range(_MOST_STEPS):
        found = {resource.address: region for resource in waiting if (region := _inherited(resource, by_address))}
        if not found:
            return
        for address, region in found.items():
            by_address[address].region = region
        waiting = [resource for resource in waiting if resource.address not in found]


def _inherited(resource: Resource, by_address: Mapping[str, Resource]) -> Region | None:
    candidates: dict[str, str] = {}
    for _, reference in references_in(dict(resource.attributes)):
        other = by_address.get(reference.address)
        if other is None or other is resource or other.provider != resource.provider or other.region.assumed:
            continue
        if other.region.evidence.startswith(_FROM) or other.region.evidence in _ARGUMENTS[other.provider]:
            candidates.setdefault(other.region.name, other.address)
    if len(candidates) != 1:
        return None
    name, address = next(iter(candidates.items()))
    return Region(name, False, f"{_FROM}{address}")
