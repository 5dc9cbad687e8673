"""Smaller machines for a node pool whose accelerators one model server alone uses: the pool's machine, the pods' GPUs
and parallelism, and the labels that name the machine change together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from costlint.catalog import Shape
from costlint.clusters.machines import INSTANCE_TYPE, Machine, accelerator_keys, labels_of
from costlint.clusters.matching import Node
from costlint.clusters.pools import Pool
from costlint.clusters.workloads import is_workload, pod_groups
from costlint.model import Edit, Path, Resource, SetValue, Unknown, UnknownValue, lookup, parse_path
from costlint.policy.placing import Placed, placed_of, surroundings_of
from costlint.policy.proposals.machines import hourly_price, machines_for
from costlint.policy.proposals.rightsizing import edits_for
from costlint.policy.proposals.server_edits import relabelled
from costlint.policy.proposals.ways import Sought, Way, compares
from costlint.policy.serving import assessment_of, billed_replicas, known, names_of, server_of
from costlint.policy.subject import Subject
from costlint.sizing.devices import device

_MOST_ALTERNATIVES = 8
_GKE = "cloud.google.com/gke-accelerator"
_ATTACHED: Path = ("node_config", 0, "guest_accelerator", 0)


def rightsized_pool(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """Other machines for the node pool the server's pods land on, where no other pods with accelerators may land there;
    each with as many accelerators as a pod then asks for, at `rate` × the present tokens a second (1 unless given), at
    no higher price for a token, and on no more nodes than the pool has."""
    server, placed = server_of(subject), placed_of(subject)
    if server is None or isinstance(server, Unknown) or not isinstance(placed, Placed):
        return
    node = placed.node
    if not isinstance(node, Node) or node.pool is None or placed.needs is None or known(server.pods, 1) != 1:
        return
    owner = subject.context.view.get(node.pool.address)
    at = None if owner is None else _machine_at(owner, node, subject)
    now = assessment_of(server, subject)
    if owner is None or at is None or not now.fit.fits or now.given is None or now.fit.close:
        return
    if not _is_alone(subject, node.pool):
        return
    sought = Sought(now, server, None, options, names_of(subject))
    replicas = math.ceil(billed_replicas(subject, now.asked))
    found = 0
    for way, shape in _ways(sought, subject, placed, node):
        if not isinstance(node.pool.now, (int, float)) or replicas > node.pool.now:
            return
        edits = edits_for(subject, sought, way, placed)
        moved = _moved(owner, at, shape)
        if edits is None or moved is None:
            continue
        yield [*edits, *_labels(subject, placed, shape), *moved]
        found += 1
        if found >= _MOST_ALTERNATIVES:
            return


def _machine_at(owner: Resource, node: Node, subject: Subject) -> Path | None:
    """Where a pool's resource keeps its machine; None where it is not written there as the only one."""
    attribute = subject.context.catalog.shape_attribute(owner.type)
    if attribute is None or not isinstance(node.machine, Machine):
        return None
    path = parse_path(attribute[0])
    several = lookup(owner.attributes, path[:-1]) if isinstance(path[-1], int) else None
    if isinstance(several, list) and len(several) != 1:
        return None
    return path if lookup(owner.attributes, path) == node.machine.name else None


def _is_alone(subject: Subject, pool: Pool) -> bool:
    """Whether no other pods that ask for accelerators certainly or perhaps land on a pool."""
    around = surroundings_of(subject)
    for resource in subject.context.view.resources.values():
        for group in pod_groups(resource) if is_workload(resource.type) else ():
            try:
                needs = around.needs(group, resource.get("metadata.namespace"))
            except UnknownValue:
                return False
            if not needs.device or resource.address == subject.resource.address:
                continue
            landing = around.landing(group, needs)
            pools = (*(node.pool for node in landing.nodes if node.pool is not None), *landing.unsure)
            if any(one.address == pool.address for one in pools):
                return False
    return True


def _ways(sought: Sought, subject: Subject, placed: Placed, node: Node) -> Iterator[tuple[Way, Shape]]:
    catalog, given = subject.context.catalog, sought.now.given
    present = catalog.shape(node.provider, node.region, node.machine.name)
    before = None if present is None else hourly_price(present, node)
    if placed.needs is None or present is None or not present.gpu_count or before is None or given is None:
        return
    machine = before * sought.now.asked / present.gpu_count
    for model, shapes in machines_for(subject, node, placed.needs).items():
        accelerator = catalog.accelerator(model)
        if accelerator is None or not compares(accelerator, sought.now):
            continue
        for tensor in (1, 2, 4, 8):
            shape = next((one for one in shapes if one.gpu_count == tensor * sought.now.copies), None)
            way = None if shape is None else sought.way(device(accelerator), tensor, None)
            price = None if shape is None else hourly_price(shape, node)
            if way is None or shape is None or price is None or shape.name == present.name:
                continue
            if price < before and price / way.answer <= machine / given.answer:
                yield way, shape
            break


def _moved(owner: Resource, at: Path, shape: Shape) -> list[Edit] | None:
    """The pool's machine, and the accelerator attached to it where the pool says so."""
    edits: list[Edit] = [SetValue(owner.address, at, shape.name)]
    attached = lookup(owner.attributes, _ATTACHED)
    if isinstance(attached, dict):
        name = min(labels_of(shape.gpu_model, _GKE), default=None)
        if name is None:
            return None
        edits.append(SetValue(owner.address, (*_ATTACHED, "type"), name))
        edits.append(SetValue(owner.address, (*_ATTACHED, "count"), int(shape.gpu_count or 1)))
    return edits


def _labels(subject: Subject, placed: Placed, shape: Shape) -> list[Edit]:
    """The labels of the pods' own selector that name the machine or its accelerator."""
    selector = placed.group.spec.get("nodeSelector")
    wanted: dict[str, str | None] = {}
    for key in selector if isinstance(selector, dict) else ():
        if key == INSTANCE_TYPE:
            wanted[key] = shape.name
        elif key in accelerator_keys():
            wanted[key] = min(labels_of(shape.gpu_model, key), default=None)
    return relabelled(subject.resource, (*placed.group.path, "nodeSelector"), wanted)
