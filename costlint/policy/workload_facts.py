"""Facts about the pods of a workload, their containers, and the nodes they land on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor

from costlint.clusters.constraints import constraints_of
from costlint.clusters.machines import Machine
from costlint.clusters.matching import Node
from costlint.clusters.needs import Needs, container_needs
from costlint.clusters.quantities import NotAQuantity, quantity
from costlint.clusters.workloads import is_workload
from costlint.model import UNKNOWN, Unknown, UnknownValue
from costlint.policy.facts import Fact
from costlint.policy.placing import Placed, components_of_workload, placed_of, surroundings_of
from costlint.policy.subject import Subject

_QUEUE = "LocalQueue.kueue.x-k8s.io"


def _of_pods(fact: Callable[[Placed, Subject], object]) -> Fact:
    def read(subject: Subject) -> object:
        placed = placed_of(subject)
        return fact(placed, subject) if isinstance(placed, Placed) else placed

    return read


def _as_told(fact: Fact) -> Fact:
    """The fact; what the values of a chart that is not here do not say, the chart may."""

    def read(subject: Subject) -> object:
        found = fact(subject)
        return UNKNOWN if subject.resource.adapted and (found is None or found is False) else found

    return read


def _of_needs(fact: Callable[[Needs], object]) -> Fact:
    return _of_pods(lambda placed, _: UNKNOWN if placed.needs is None else fact(placed.needs))


def _of_node(fact: Callable[[Node, Placed, Subject], object]) -> Fact:
    def read(placed: Placed, subject: Subject) -> object:
        return fact(placed.node, placed, subject) if isinstance(placed.node, Node) else placed.node

    return _of_pods(read)


def _of_container(fact: Callable[[Needs], object]) -> Fact:
    def read(subject: Subject) -> object:
        if not subject.prefix or not is_workload(subject.resource.type):
            return None
        try:
            return fact(container_needs(subject.element))
        except UnknownValue:
            return UNKNOWN

    return read


def _accelerators(needs: Needs) -> object:
    if not needs.device:
        return None
    return UNKNOWN if needs.accelerators is None else needs.accelerators


def _number(value: object) -> object:
    if value is None or isinstance(value, Unknown):
        return value
    try:
        return float(quantity(value))
    except NotAQuantity:
        return UNKNOWN


def _per_node(needs: Needs, node: Node) -> int | None:
    """How many such pods one node has room for; None if that cannot be told."""
    pairs = (
        (needs.accelerators if needs.device else 0.0, node.holds.accelerators),
        (needs.cpu, node.holds.vcpu),
        (needs.memory_gib, node.holds.memory_gib),
    )
    if needs.device and needs.accelerators is None:
        return None
    fits = [floor(held / asked) for asked, held in pairs if asked and held is not None]
    return min(fits) if fits else None


def _stranded(node: Node, placed: Placed, subject: Subject) -> object:
    """Accelerators of a node that pods like these leave over, full as it may be; None without any."""
    needs = placed.needs
    if needs is None or not needs.device:
        return None
    fits = _per_node(needs, node)
    if fits is None or needs.accelerators is None or node.holds.accelerators is None:
        return UNKNOWN
    return max(0.0, node.holds.accelerators - fits * needs.accelerators)


def _stranded_monthly(node: Node, placed: Placed, subject: Subject) -> object:
    """USD a month of the accelerators pods like these leave over on the nodes they need."""
    left, needs = _stranded(node, placed, subject), placed.needs
    if left is None or isinstance(left, Unknown) or needs is None:
        return left
    fits = _per_node(needs, node)
    lines = [
        part for part in components_of_workload(subject) if part.unit == "gpu-hour" and part.sku == node.machine.name
    ]
    if not fits or not isinstance(left, float) or not lines or not needs.accelerators:
        return UNKNOWN
    hours = sum(part.quantity.likely for part in lines) / needs.accelerators
    return left * hours / fits * lines[0].unit_price


def _pool(node: Node, placed: Placed, subject: Subject) -> object:
    return node.pool.address if node.pool is not None else None


def _least(node: Node, placed: Placed, subject: Subject) -> Node | Unknown:
    """The node the pods would get if they asked for their accelerators alone: the same one where the machine is fixed;
    an Unknown if it has other accelerators."""
    needs, group, cluster = placed.needs, placed.group, surroundings_of(subject)
    if needs is None or (node.pool is not None and isinstance(node.pool.machine, Machine)):
        return node
    fewer = needs._replace(cpu=None, memory_gib=None)
    if node.pool is None:
        found = cluster.elsewhere(group, fewer)
    else:
        landing = cluster.landing(group, fewer)
        found = next((one for one in landing.nodes if one.pool == node.pool), None)
    alike = found is not None and found.holds[2:] == node.holds[2:] and found.provider == node.provider
    return found if found is not None and alike else UNKNOWN


def _of_least(fact: Callable[[Node, Subject], object]) -> Fact:
    def read(node: Node, placed: Placed, subject: Subject) -> object:
        least = _least(node, placed, subject)
        return fact(least, subject) if isinstance(least, Node) else least

    return _of_node(read)


def _queues(placed: Placed, subject: Subject) -> object:
    """The names of Kueue's queues in the namespace of a workload; None without any. What names no namespace is put
    into one when it is applied."""
    own = subject.resource.get("metadata.namespace")
    queues = [(one.name, one.get("metadata.namespace")) for one in subject.context.view.of_type(_QUEUE)]
    if own is None or isinstance(own, Unknown):
        return UNKNOWN if queues else None
    unsure = any(space is None or isinstance(space, Unknown) for _, space in queues)
    return [name for name, space in queues if space == own] or (UNKNOWN if unsure else None)


def _hourly(node: Node, subject: Subject) -> object:
    shape = subject.context.catalog.shape(node.provider, node.region, node.machine.name)
    price = None if shape is None or node.machine.accelerator else shape.spot if node.spot is True else shape.on_demand
    return UNKNOWN if price is None or isinstance(node.spot, Unknown) else price.amount


def _monthly(node: Node, subject: Subject) -> object:
    hourly = _hourly(node, subject)
    return hourly * subject.context.catalog.hours_per_month if isinstance(hourly, float) else hourly


WORKLOAD_FACTS: Mapping[str, Fact] = {
    "pod.role": _of_pods(lambda placed, _: placed.group.role or None),
    "pod.nature": _of_pods(lambda placed, _: placed.group.nature),
    "pod.replicas": _of_pods(lambda placed, _: _number(placed.group.replicas.value)),
    "pod.targeted": _as_told(_of_pods(lambda placed, _: constraints_of(placed.group.spec).targeted)),
    "pod.queues": _as_told(_of_pods(_queues)),
    "pod.cpu": _as_told(_of_needs(lambda needs: needs.cpu)),
    "pod.memory_gib": _as_told(_of_needs(lambda needs: needs.memory_gib)),
    "pod.gpus": _as_told(_of_needs(_accelerators)),
    "pod.device": _as_told(_of_needs(lambda needs: needs.device or None)),
    "container.cpu": _as_told(_of_container(lambda needs: needs.cpu)),
    "container.memory_gib": _as_told(_of_container(lambda needs: needs.memory_gib)),
    "container.gpus": _as_told(_of_container(_accelerators)),
    "container.device": _as_told(_of_container(lambda needs: needs.device or None)),
    "node.region": _of_node(lambda node, placed, subject: node.region or UNKNOWN),
    "node.type": _of_node(lambda node, placed, subject: node.machine.name),
    "node.accelerator": _of_node(lambda node, placed, subject: node.holds.accelerator or None),
    "node.gpus": _of_node(lambda node, placed, subject: node.holds.accelerators),
    "node.vcpu": _of_node(lambda node, placed, subject: node.holds.vcpu),
    "node.memory_gib": _of_node(lambda node, placed, subject: node.holds.memory_gib),
    "node.spot": _of_node(lambda node, placed, subject: node.spot),
    "node.provider": _of_node(lambda node, placed, subject: node.provider),
    "node.monthly": _of_node(lambda node, placed, subject: _monthly(node, subject)),
    "node.least_type": _of_least(lambda node, subject: node.machine.name),
    "node.least_vcpu": _of_least(lambda node, subject: node.holds.vcpu),
    "node.least_memory_gib": _of_least(lambda node, subject: node.holds.memory_gib),
    "node.least_monthly": _of_least(_monthly),
    "node.pool": _of_node(_pool),
    "node.pods": _of_node(
        lambda node, placed, subject: None if placed.needs is None else _per_node(placed.needs, node)
    ),
    "node.stranded_gpus": _of_node(_stranded),
    "pod.stranded": _of_node(_stranded_monthly),
}
"""Every fact about pods, containers and nodes; none of them is the same for all resources with the same attributes."""
