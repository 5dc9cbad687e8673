"""How many pods share one GPU, as the configuration of NVIDIA's device plugin says.

Source: github.com/NVIDIA/k8s-device-plugin (shared access to GPUs: `sharing.timeSlicing`, `sharing.mps`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from costlint.clusters.embedded import settings_in
from costlint.model import Resource, lookup

_RENAMED = ".shared"


def shared_by(config_maps: Iterable[Resource]) -> Mapping[str, float]:
    """How many pods share an accelerator asked for as `nvidia.com/gpu.shared` and its like. Nothing where files differ:
    which nodes use which is not said there."""
    found: dict[str, set[float]] = {}
    for one in config_maps:
        data = one.attributes.get("data")
        for text in data.values() if isinstance(data, dict) else ():
            if isinstance(text, str) and "replicas" in text and "sharing" in text:
                for name, replicas in _resources(settings_in(text) or {}):
                    found.setdefault(name, set()).add(replicas)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def _resources(config: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    for kind in ("timeSlicing", "mps"):
        listed = lookup(config, ("sharing", kind, "resources"))
        for one in listed if isinstance(listed, list) else ():
            name, replicas = (lookup(one, (key,)) for key in ("name", "replicas"))
            if isinstance(name, str) and isinstance(replicas, int) and replicas > 0:
                yield f"{name}{_RENAMED}", float(replicas)
