"""Facts about what others put into an object of Kubernetes: pods into a namespace or onto a node pool, volumes into a
storage class. The object itself costs nothing; what is at stake with it is what is inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from costlint.clusters.pool_kinds import pool_types
from costlint.clusters.workloads import is_workload, pod_groups, workload_types
from costlint.model import UNKNOWN, Component, Unknown
from costlint.policy.facts import Fact
from costlint.policy.placing import components_of
from costlint.policy.subject import Context, Subject
from costlint.policy.workload_facts import WORKLOAD_FACTS

_VOLUME = "volume"
"""How the lines of a bill begin that are about volumes."""


def _monthly(subject: Subject) -> object:
    """USD a month of what is inside, as far as it has a price, shares of node pools included. UNKNOWN for a node pool
    nobody is seen to use and where nothing inside has a price; None for what holds nothing."""
    resource, context = subject.resource, subject.context
    if resource.type == "Namespace":
        found = [(context.estimates[one].components, context.estimates[one].unpriced) for one in _named_by(subject)]
        return _sum((parts for parts, _ in found), unsure=any(unpriced for _, unpriced in found))
    if resource.type == "StorageClass":
        parts = [one for address in _named_by(subject) for one in context.estimates[address].components]
        return _sum([[one for one in parts if one.name.startswith(_VOLUME)]], unsure=False)
    if resource.type in pool_types():
        guests = _guests(context).get(resource.address, [])
        return _sum(guests, unsure=True)
    return None


def _sum(bills: Iterable[Iterable[Component]], *, unsure: bool) -> object:
    amount = sum(part.monthly.likely for parts in bills for part in parts)
    return UNKNOWN if unsure and not amount else amount


def _named_by(subject: Subject) -> Iterator[str]:
    """Addresses of priced objects that name this one: as their namespace, or as the class of their volumes."""
    end = "namespace" if subject.resource.type == "Namespace" else "storageClassName"
    context = subject.context
    edges = context.view.incoming(subject.resource.address)
    yield from dict.fromkeys(e.source for e in edges if e.path[-1] == end and e.source in context.estimates)


def _devices(subject: Subject) -> object:
    """How many accelerators the workloads of a namespace ask for together; UNKNOWN if one of them cannot be told."""
    if subject.resource.type != "Namespace":
        return None
    counted = 0.0
    for address in _named_by(subject):
        for group in _pods_of(subject.context, address):
            asked, replicas = WORKLOAD_FACTS["pod.gpus"](group), WORKLOAD_FACTS["pod.replicas"](group)
            if isinstance(asked, Unknown) or isinstance(replicas, Unknown):
                return UNKNOWN
            if isinstance(asked, (int, float)) and isinstance(replicas, (int, float)):
                counted += asked * replicas
    return int(counted) if counted == int(counted) else counted


def _monthly_with_devices(subject: Subject) -> object:
    """What a namespace holds in USD a month; UNKNOWN where pods that ask for accelerators have no price: the rest would
    pass for all of it."""
    estimates = subject.context.estimates
    if subject.resource.type == "Namespace":
        for address in _named_by(subject):
            pods = _pods_of(subject.context, address) if estimates[address].unpriced else ()
            if any(WORKLOAD_FACTS["pod.device"](group) for group in pods):
                return UNKNOWN
    return _monthly(subject)


def _guests(context: Context) -> Mapping[str, list[tuple[Component, ...]]]:
    """The bills of pods by the node pool they certainly land on."""
    if "guests" not in context.answers:
        found: dict[str, list[tuple[Component, ...]]] = {}
        for resource in context.view.of_type(*sorted(workload_types())):
            for pods in _pods_of(context, resource.address):
                pool = WORKLOAD_FACTS["node.pool"](pods)
                if isinstance(pool, str):
                    found.setdefault(pool, []).append(components_of(pods))
        context.answers["guests"] = found
    guests: dict[str, list[tuple[Component, ...]]] = context.answers["guests"]
    return guests


def _pods_of(context: Context, address: str) -> Iterator[Subject]:
    resource = context.view.resources[address]
    if is_workload(resource.type):
        for group in pod_groups(resource):
            yield Subject(resource, context).at(group.spec, group.path)


INSIDE_FACTS: Mapping[str, Fact] = {
    "inside.monthly": _monthly,
    "inside.monthly_with_gpus": _monthly_with_devices,
    "inside.gpus": _devices,
}
"""Every fact about what is inside an object."""
