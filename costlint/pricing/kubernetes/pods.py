"""Pods of every kind of workload: the share of a node they take up, or what a serverless cluster bills for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, cast

from costlint.clusters.constraints import Constraints, constraints_of
from costlint.clusters.matching import Landing, Node
from costlint.clusters.mistaken import mistaken_label
from costlint.clusters.needs import Needs, needs_of
from costlint.clusters.selected import accelerators_selected, wants_spot
from costlint.clusters.surroundings import Surroundings
from costlint.clusters.workloads import PodGroup, pod_groups, workload_types
from costlint.model import ZERO, Resource, UnknownValue
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.kubernetes.cluster import Here, here
from costlint.pricing.kubernetes.left_over import LeftOver, left_over
from costlint.pricing.kubernetes.replicas import on_every_node, pods
from costlint.pricing.kubernetes.serverless import bill_autopilot, bill_fargate
from costlint.pricing.kubernetes.shares import Part, default_parts, parts_of
from costlint.pricing.kubernetes.times import Running, running
from costlint.pricing.kubernetes.tpus import bill_chips, chips_selected
from costlint.pricing.kubernetes.volumes import bill_templates, claims_volumes

_NOTHING: Mapping[str, object] = {}
_NOTHING_LEFT = LeftOver()
_NO_REQUESTS = "its containers request neither CPU nor memory, so its share of a node is not known"

_NOT_HERE = "the chart is not here, and the values alone say nothing certain of its pods: costlint charts fetch"


class Pods(NamedTuple):
    """Pods of one sort, read once for all views: what each needs (or why that is not known), and where it may run."""

    group: PodGroup
    needs: Needs | UnknownValue
    constraints: Constraints
    key: str


@estimates(*sorted(workload_types()))
def workload(resource: Resource, bill: Bill) -> None:
    around = here(bill)
    namespace = resource.get("metadata.namespace")
    sorts = _read(resource, around.around, namespace, bill)
    if not sorts:
        no_pods = f"this {resource.type.partition('.')[0]} describes no pods costlint can read"
        bill.unpriced(_NOT_HERE if resource.adapted else no_pods)
    for sort in sorts:
        bill_pods(resource, sort, around, bill)
    if sorts and claims_volumes(resource):
        with bill.part("volumes"):
            bill_templates(resource, pods(sorts[0].group, bill), bill)


def bill_pods(resource: Resource, sort: Pods, around: Here, bill: Bill, said: tuple[str, ...] = ()) -> None:
    """Bill the pods of one sort, `said` being what is assumed of them."""
    with bill.part(sort.group.role):
        if isinstance(sort.needs, UnknownValue):
            raise sort.needs
        group, landing = sort.group, around.around.matcher.landing_of(sort.constraints, sort.key, sort.needs)
        if group.nature == "node":
            _on_every_node(group, sort.needs, landing, around, bill)
        else:
            times = running(resource, group, pods(group, bill), bill)
            times = times._replace(assumptions=(*said, *times.assumptions)) if said else times
            _bill(group, sort.needs, landing, times, resource.get("metadata.namespace"), around, bill)


def _read(resource: Resource, around: Surroundings, namespace: object, bill: Bill) -> list[Pods]:
    """The pods of a workload; kept with what they were read from, so that its identity stays taken."""
    defaults = around.limits.get(str(namespace), _NOTHING)
    spec = resource.attributes.get("spec")  # every path of the table of workloads begins with it
    key = (id(spec), resource.type, id(defaults), *around.shared.items())
    kept = bill.lasting.get(key)
    if kept is None:
        found = [pods_of(group, defaults, around.shared) for group in pod_groups(resource)]
        kept = bill.lasting[key] = (spec, defaults, found)
    return cast("tuple[object, object, list[Pods]]", kept)[2]


def pods_of(group: PodGroup, defaults: Mapping[str, object], shared: Mapping[str, float]) -> Pods:
    """The pods of a group, with the requests a LimitRange gives (`defaults`), and how many share an accelerator."""
    needs: Needs | UnknownValue
    try:
        needs = needs_of(group, defaults, shared)
    except UnknownValue as unknown:
        needs = unknown
    constraints = constraints_of(group.spec)
    return Pods(group, needs, constraints, repr(constraints))


def _bill(
    group: PodGroup, needs: Needs, landing: Landing, times: Running, namespace: object, around: Here, bill: Bill
) -> None:
    surroundings = around.around
    if needs.device and needs.accelerators is None:
        bill.unpriced(f"how many pods share one accelerator ({needs.device}) is set on the node")
        return
    if surroundings.profile_for(group, namespace) is not None:
        bill_fargate(needs, times, bill.apart("aws", surroundings.region), bill)
        return
    if landing.nodes:
        _bill_cheapest(group, needs, landing, times, around, bill)
        return
    if surroundings.serverless and not needs.device and not surroundings.pools:
        bill_autopilot(len(group.containers), needs, times, bill.apart("gcp", surroundings.region), bill)
        return
    if landing.unsure:
        names = ", ".join(str(pool.name) for pool in landing.unsure)
        bill.unknown(f"whether it runs on {names} cannot be told before deployment")
        return
    if (chips := chips_selected(group.spec, needs)) and needs.accelerators:
        place = bill.apart("gcp", surroundings.matcher.region_of("gcp"))
        spot = wants_spot(group.spec)
        bill_chips(chips, needs.accelerators, times, _role(group), place, bill, spot=spot)
        return
    named = surroundings.elsewhere(group, needs)
    if named is not None:
        _bill_on(group, needs, named, times, around, bill, ())
    elif needs.device:
        bill.unpriced(_which_accelerator(group, needs, landing) + _mistaken(group, landing, surroundings))
    elif landing.refused:
        bill.unpriced(f"no node pool here takes it: {_refusals(landing)}{_mistaken(group, landing, surroundings)}")
    elif needs.cpu is None and needs.memory_gib is None:
        bill.unpriced(_NO_REQUESTS)
    else:
        said = "nothing says which nodes it runs on: OpenCost's default prices of a core and a GiB"
        _add(default_parts(bill, needs), times, "", "", (said,), _role(group), bill)


def _bill_cheapest(group: PodGroup, needs: Needs, landing: Landing, times: Running, around: Here, bill: Bill) -> None:
    """Bill a pod on the pool it may land on where it takes up least money; one that asks for no accelerator, on nodes
    without if there are any."""
    plain = [node for node in landing.nodes if not node.holds.accelerators]
    nodes = plain if plain and not needs.device else list(landing.nodes)
    chosen = nodes[0]
    if len(nodes) > 1:
        costs = [(cost, number) for number, node in enumerate(nodes) if (cost := _cost(node, needs, around, bill))]
        chosen = nodes[min(costs)[1]] if costs else chosen
    several = len(nodes) + len(landing.unsure)
    said = (
        (f"it may run on {several} node pools; priced on the one where its share costs least",) if several > 1 else ()
    )
    _bill_on(group, needs, chosen, times, around, bill, said)


def _cost(node: Node, needs: Needs, around: Here, bill: Bill) -> float:
    rates = around.node_price(node, bill).rates
    return sum(one.amount * one.price.amount for one in parts_of(needs, rates))


def _bill_on(
    group: PodGroup, needs: Needs, node: Node, times: Running, around: Here, bill: Bill, said: tuple[str, ...]
) -> None:
    found = around.node_price(node, bill)
    for reason in found.reasons:
        bill.unpriced(reason)
    if not found.rates:
        return
    parts = parts_of(needs, found.rates)
    if not parts:
        bill.unpriced(_NO_REQUESTS)
        return
    owner = node.pool.address if node.pool is not None and node.pool.billed else ""
    machine = f"{node.machine.name}{', spot' if node.spot else ''}"
    left = left_over(needs, node.holds, parts, found)
    _add(parts, times, machine, owner, (*found.assumptions, *said), _role(group), bill, left)


def _add(
    parts: list[Part],
    times: Running,
    machine: str,
    owner: str,
    assumptions: tuple[str, ...],
    role: str,
    bill: Bill,
    left: LeftOver = _NOTHING_LEFT,
) -> None:
    for part in parts:
        first = part is parts[0]
        name = f"{role}{part.name}{f' of {machine}' if machine else ''}"
        bill.add_priced(
            name,
            part.price,
            times.hours.times(part.amount),
            sku=machine.removesuffix(", spot"),
            assumptions=(*assumptions, *times.assumptions, left.said if first else ""),
            usage=times.usage,
            allocated=owner,
            left_over=times.hours.times(left.hourly) if first else ZERO,
        )


def _on_every_node(group: PodGroup, needs: Needs, landing: Landing, around: Here, bill: Bill) -> None:
    """A pod on every node it may run on, node pool by node pool."""
    surroundings = around.around
    if surroundings.serverless and not surroundings.pools:
        raise UnknownValue("how many nodes there are")
    if not landing.nodes and not landing.unsure:
        raise UnknownValue("how many nodes it runs on")
    for node in landing.nodes:
        pool = node.pool
        if pool is None or not pool.billed:
            bill.unknown("how many nodes are started as pods ask for them is not known before deployment")
            continue
        nodes = on_every_node([(pool.least, pool.now, pool.most)])
        _bill_on(group, needs, node, Running(nodes.times(bill.hours)), around, bill, ())
    for pool in landing.unsure:
        bill.unknown(f"whether it runs on {pool.name} cannot be told before deployment")


def _which_accelerator(group: PodGroup, needs: Needs, landing: Landing) -> str:
    models = sorted(accelerators_selected(group.spec))
    if models:
        return f"its labels ask for {' or '.join(models)}, and no machine with them that holds it has a price here"
    asked = f"which accelerator it runs on: it asks for {needs.device}, and no node pool or label here says more"
    return f"{asked} ({_refusals(landing)})" if landing.refused else asked


def _refusals(landing: Landing) -> str:
    return "; ".join(f"{name} has {reason}" for name, reason in landing.refused.items())


def _mistaken(group: PodGroup, landing: Landing, around: Surroundings) -> str:
    return mistaken_label(constraints_of(group.spec), around.pools) if landing.refused else ""


def _role(group: PodGroup) -> str:
    return f"{group.role}: " if group.role else ""
