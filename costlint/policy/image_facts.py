"""Facts about where a container's image is pulled from: another region than the one it runs in, and what that costs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from costlint.clusters.workloads import is_workload
from costlint.model import UNKNOWN, Unknown
from costlint.policy.facts import Fact
from costlint.policy.subject import Subject

_ECR = re.compile(r"^\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/")
_ARTIFACTS = re.compile(r"^([a-z]+-[a-z]+\d+)-docker\.pkg\.dev/")
_TRANSFER = {"aws": "data-transfer.inter-region"}
"""What carries an image from one region to another, by cloud, where the price does not depend on the pair of them."""


def _provider_and_region(subject: Subject) -> tuple[str, str] | Unknown | None:
    """The cloud and region of the registry, None for one that is in no region (Docker Hub, a multi-region)."""
    image = subject.element.get("image") if subject.prefix else None
    if isinstance(image, Unknown):
        return UNKNOWN
    for provider, pattern in (("aws", _ECR), ("gcp", _ARTIFACTS)):
        found = pattern.match(image) if isinstance(image, str) else None
        if found:
            return provider, found[1]
    return None


def _other_region(subject: Subject) -> object:
    """The region an image comes from if the pods certainly run in another; None if they do not."""
    if not is_workload(subject.resource.type):
        return None
    found = _provider_and_region(subject)
    if found is None or isinstance(found, Unknown):
        return found
    region = subject.resource.region
    if region.assumed or not region.name:
        return UNKNOWN
    provider, there = found
    here = region.name
    if not subject.context.catalog.shapes(provider, here):
        return None  # a cluster of another cloud
    if provider == "gcp" and re.fullmatch(r".*\d-[a-f]", here):
        here = here.rpartition("-")[0]
    return None if there == here else there


def _monthly(subject: Subject) -> object:
    """USD a month that pulling the image costs in transfer, at the assumed size and number of new nodes."""
    there = _other_region(subject)
    found = _provider_and_region(subject)
    if not isinstance(there, str) or not isinstance(found, tuple):
        return there
    catalog = subject.context.catalog
    sku = _TRANSFER.get(found[0])
    price = catalog.price(found[0], there, sku, "gb") if sku else None
    if price is None:
        return UNKNOWN
    size, pulls = (catalog.assumption(f"kubernetes.image.{name}").quantity.likely for name in ("gb", "pulls"))
    return size * pulls * price.amount


IMAGE_FACTS: Mapping[str, Fact] = {"pulled.region": _other_region, "pulled.monthly": _monthly}
"""Every fact about where images come from."""
