"""What one pod asks its node for: CPU, memory and devices, as the scheduler counts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from costlint.catalog.tables import DATA, number, records
from costlint.clusters.quantities import NotAQuantity, quantity
from costlint.clusters.workloads import PodGroup
from costlint.model import Unknown, UnknownValue
from costlint.numerals import whole_number

_GIB = float(1 << 30)
_NOTHING: Mapping[str, object] = {}
_NO_SHARES: Mapping[str, float] = {}

GKE_PARTITION = "cloud.google.com/gke-gpu-partition-size"
GKE_CLIENTS = "cloud.google.com/gke-max-shared-clients-per-gpu"
"""Labels of GKE nodes whose GPUs are cut into slices, and of those whose GPUs several pods share."""


class Device(NamedTuple):
    """A resource name that asks for accelerators: whose, and how much of one a unit is (None: the node decides)."""

    vendor: str
    share: float | None


class Needs(NamedTuple):
    """CPU in cores, memory in GiB (None where nothing is requested), and accelerators of a vendor, asked for as
    `device` ("" if none are). `accelerators` is a fraction for slices, None where the node decides how many share one.
    """

    cpu: float | None
    memory_gib: float | None
    accelerators: float | None = 0.0
    vendor: str = ""
    device: str = ""


def needs_of(
    group: PodGroup, defaults: Mapping[str, object] = _NOTHING, shared: Mapping[str, float] = _NO_SHARES
) -> Needs:
    """What each pod of a group asks for. `defaults` are the requests a LimitRange gives to containers without; `shared`
    how many pods share an accelerator asked for by a resource name, where a configuration says.

    As the scheduler has it: the sum over the containers, or what an init container needs before they start if that is
    more; limits stand in for requests that are not written; a request of the pod as a whole goes before both.
    Source: kubernetes.io/docs/concepts/workloads/pods/init-containers, …/pods/pod-level-resources.
    Raises UnknownValue where a request is not known before deployment.
    """
    running: dict[str, float] = {}
    for _, container in group.containers:
        for name, amount in _requests(container, defaults):
            running[name] = running.get(name, 0.0) + amount
    starting = group.spec.get("initContainers")
    for container in starting if isinstance(starting, list) else ():
        if isinstance(container, dict) and container.get("restartPolicy") != "Always":
            for name, amount in _requests(container, _NOTHING):
                running[name] = max(running.get(name, 0.0), amount)
    whole = group.spec.get("resources")
    if "containers" in group.spec and isinstance(whole, dict):
        running.update(_amounts(whole))
    return _sliced(_summed(running, shared), group.spec)


def container_needs(container: Mapping[str, object]) -> Needs:
    """What one container asks for. Raises UnknownValue."""
    return _summed(dict(_requests(container, _NOTHING)))


def device_named(name: str) -> Device | None:
    """The accelerator a resource name asks for, None for any other resource."""
    if name.startswith("nvidia.com/mig-"):  # nvidia.com/mig-1g.10gb, nvidia.com/mig-1g.10gb.me
        name = ".".join(name.split(".")[:2])
    return _devices().get(name)


def _summed(amounts: Mapping[str, float], shared: Mapping[str, float] = _NO_SHARES) -> Needs:
    cpu, memory = amounts.get("cpu"), amounts.get("memory")
    for name, count in amounts.items():
        device = device_named(name) if "/" in name and count else None
        if device is not None:
            share = 1 / shared[name] if device.share is None and name in shared else device.share
            return Needs(cpu, memory, None if share is None else count * share, device.vendor, name)
    return Needs(cpu, memory)


def _sliced(needs: Needs, spec: Mapping[str, object]) -> Needs:
    """What a pod asks for on GKE nodes whose GPUs are cut up or shared, as it selects them by their labels.

    Source: cloud.google.com/kubernetes-engine/docs/how-to/gpus-multi, …/docs/concepts/timesharing-gpus.
    """
    selector = spec.get("nodeSelector")
    if needs.accelerators is None or not needs.device or not isinstance(selector, dict):
        return needs
    share: float | None = 1.0
    if (size := selector.get(GKE_PARTITION)) is not None:
        device = device_named(f"nvidia.com/mig-{size}") if isinstance(size, str) else None
        share = device.share if device is not None else None
    if (clients := selector.get(GKE_CLIENTS)) is not None:
        number = whole_number(str(clients)) if isinstance(clients, (str, int)) else None
        share = share / number if number and share is not None else None
    return needs._replace(accelerators=None if share is None else needs.accelerators * share)


def _requests(container: Mapping[str, object], defaults: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    resources = container.get("resources")
    if resources is None:
        resources = container.get("resourcesPerNode", _NOTHING)  # TrainJob
    if isinstance(resources, Unknown):
        raise UnknownValue("what a container requests")
    found = dict(_amounts(resources)) if isinstance(resources, dict) else {}
    for name in defaults:
        if name not in found:
            found |= _amount(name, defaults[name])
    yield from found.items()


def _amounts(resources: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    written: dict[str, object] = {}
    for part in ("limits", "requests"):
        values = resources.get(part)
        if isinstance(values, Unknown):
            raise UnknownValue(f"the {part} of a container")
        if isinstance(values, dict):
            written.update((name, value) for name, value in values.items() if value is not None)
    for name, value in written.items():
        yield from _amount(str(name), value).items()


def _amount(name: str, value: object) -> dict[str, float]:
    try:
        amount = float(quantity(value))
    except NotAQuantity:
        raise UnknownValue(f"{name}, which is no quantity,") from None
    except UnknownValue:
        raise UnknownValue(f"the request for {name}") from None
    return {name: amount / _GIB if name == "memory" else amount}


@cache
def _devices() -> Mapping[str, Device]:
    rows: Iterable[dict[str, str]] = records(DATA / "kubernetes" / "devices.csv")
    return {row["resource"]: Device(row["vendor"], number(row["share"])) for row in rows}
