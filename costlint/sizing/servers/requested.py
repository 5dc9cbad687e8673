"""What a container asks for, whatever it runs: its image, accelerators by name, and the one its labels name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from costlint.clusters.constraints import constraints_of
from costlint.clusters.machines import accelerator_keys, accelerator_named
from costlint.clusters.needs import container_needs, device_named
from costlint.model import UNKNOWN, Path, Unknown, UnknownValue, lookup
from costlint.sizing.servers.options import Value
from costlint.sizing.servers.words import HOLE, settled, written_text

_IMAGE = re.compile(r"(?P<repository>[^@]+?)(?::(?P<tag>[\w][\w.-]*))?(?:@(?P<digest>[\w:]+))?")
_NETWORK = re.compile(r"rdma|roce|efa|nic|hugepages|networking|/ib")


class Image(NamedTuple):
    """An image: where it comes from and its tag, "" where it has none, Unknown where that cannot be told."""

    repository: str | Unknown
    tag: str | Unknown


def image_of(value: object) -> Image:
    """The parts of an image's name; nothing for what is no name."""
    text = settled(written_text(value)) if value is not None else ""
    if isinstance(text, Unknown):
        raw = written_text(value)
        head, _, _ = (
            raw.rpartition(":") if "/" in raw and HOLE not in raw.rpartition("/")[2].partition(":")[0] else ("", "", "")
        )
        known = settled(head) if head else UNKNOWN
        return Image(known, UNKNOWN)
    match = _IMAGE.fullmatch(text)
    return Image(match["repository"], match["tag"] or "") if match is not None else Image(text, "")


def devices_of(container: Mapping[str, object], path: Path) -> dict[str, Value]:
    """The accelerators a container asks for, and by which resource name."""
    try:
        needs = container_needs(container)
    except UnknownValue:
        return {"gpus": Value(UNKNOWN, (*path, "resources")), "device": Value(UNKNOWN, (*path, "resources"))}
    if isinstance(lookup(container, ("resources", "claims")), list):
        return {"gpus": Value(UNKNOWN, (*path, "resources", "claims"))}
    if not needs.device:
        other = _other_devices(container)
        return {"gpus": Value(UNKNOWN, (*path, *other)) if other else Value(0.0, ())}
    for part in ("limits", "requests"):
        at = ("resources", part, needs.device)
        if lookup(container, at) is not None:
            count = UNKNOWN if needs.accelerators is None else needs.accelerators
            return {"gpus": Value(count, (*path, *at)), "device": Value(needs.device, (*path, *at))}
    return {}


def _other_devices(container: Mapping[str, object]) -> Path:
    """Where a container asks for a device costlint does not know, () if it does not; network devices are none."""
    for part in ("limits", "requests"):
        asked = lookup(container, ("resources", part))
        for name in asked if isinstance(asked, dict) else ():
            if "/" in str(name) and not _NETWORK.search(str(name)) and device_named(str(name)) is None:
                return ("resources", part, str(name))
    return ()


def accelerator_of(spec: Mapping[str, object], path: Path) -> dict[str, Value]:
    """The accelerator that the node labels of a pod spec name, if they name one."""
    selector = spec.get("nodeSelector")
    for key in accelerator_keys():
        value = selector.get(key) if isinstance(selector, dict) else None
        model = accelerator_named(key, value) if isinstance(value, str) else ""
        if model:
            return {"accelerator": Value(model, (*path, "nodeSelector", key))}
    terms = constraints_of(spec).terms if "affinity" in spec else ()
    named = {
        tuple(sorted(accelerator_named(one.key, str(value)) for value in one.values))
        for term in terms
        for one in term
        if one.key in accelerator_keys() and one.operator == "In" and isinstance(one.values, list)
    }
    models = next(iter(named)) if len(named) == 1 else ()
    return {"accelerator": Value(models[0], (*path, "affinity"))} if len(set(models)) == 1 and models[0] else {}


def image_fields(image: Image, path: Path) -> dict[str, Value]:
    """Image and tag as fields."""
    found = {}
    if isinstance(image.repository, Unknown) or image.repository:
        found["image"] = Value(image.repository, path)
    if isinstance(image.tag, Unknown) or image.tag:
        found["tag"] = Value(image.tag, path)
    return found
