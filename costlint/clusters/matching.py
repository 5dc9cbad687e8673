"""On which nodes a pod lands: the pools whose labels, taints and machines it fits, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from costlint.catalog import REFERENCES, Catalog, Shape
from costlint.clusters.attached import cheapest_with
from costlint.clusters.constraints import Constraints, Toleration, constraints_of, tolerated
from costlint.clusters.machines import Capacity, Machine, capacity
from costlint.clusters.needs import Needs
from costlint.clusters.node_labels import NodeLabels
from costlint.clusters.pools import Pool
from costlint.clusters.provisioned import CAPACITY_TYPE
from costlint.clusters.selected import (
    accelerators_selected,
    cloud_selected,
    machine_selected,
    selects_spot,
    wants_spot,
)
from costlint.model.verdicts import Verdict, all_of


class Node(NamedTuple):
    """A node a pod may land on: of which pool (None: only labels tell), which machine, what it holds, and whether it is
    spot (an Unknown if that cannot be told)."""

    pool: Pool | None
    provider: str
    region: str
    machine: Machine
    holds: Capacity
    spot: object


class Landing(NamedTuple):
    """The nodes a pod certainly may land on, and the pools that cannot be ruled out. `refused` says of the others what
    keeps the pod off."""

    nodes: tuple[Node, ...]
    unsure: tuple[Pool, ...]
    refused: Mapping[str, str]


class Matcher:
    """Matches pods with the pools of one cluster in a region of a cloud; both "" where nothing says."""

    def __init__(
        self,
        pools: Iterable[Pool],
        catalog: Catalog,
        provider: str = "",
        region: str = "",
        regions: Mapping[str, str] | None = None,
    ) -> None:
        self.pools = tuple(pools)
        self.provider = provider
        self.region = region
        self._regions = regions or {}
        self._catalog = catalog
        self._offers: dict[tuple[str, str], list[_Offer]] = {}
        self._landings: dict[tuple[str, Needs], Landing] = {}

    def landing(self, spec: Mapping[str, object], needs: Needs) -> Landing:
        """Where pods with this spec land."""
        constraints = constraints_of(spec)
        return self.landing_of(constraints, repr(constraints), needs)

    def landing_of(self, constraints: Constraints, key: str, needs: Needs) -> Landing:
        """Where pods with these constraints land; `key` stands for the constraints."""
        found = self._landings.get((key, needs))
        if found is None:
            found = self._landings[key, needs] = self._landing(constraints, needs)
        return found

    def _landing(self, constraints: Constraints, needs: Needs) -> Landing:
        nodes: list[Node] = []
        unsure: list[Pool] = []
        refused: dict[str, str] = {}
        for pool in self.pools:
            name = pool.name if isinstance(pool.name, str) else pool.address
            if tolerated(pool.taints, _tolerations(constraints, needs, pool)) is False:
                refused[name] = "a taint it does not tolerate"
            elif pool.requirements or pool.machine is None:
                self._choose(pool, constraints, needs, nodes, unsure, refused)
            else:
                verdict, node, why = self._fits(pool, constraints, needs)
                if verdict is True and node is not None:
                    nodes.append(node)
                elif verdict is False:
                    refused[name] = why
                else:
                    unsure.append(pool)
        return Landing(tuple(nodes), tuple(unsure), refused)

    def _fits(self, pool: Pool, constraints: Constraints, needs: Needs) -> tuple[Verdict, Node | None, str]:
        machine = pool.machine
        held = None
        shape = None
        if isinstance(machine, Machine):
            held = capacity(machine, pool.provider, pool.region, self._catalog)
            shape = self._catalog.shape(pool.provider, pool.region, machine.name)
        labels = NodeLabels(pool, machine if isinstance(machine, Machine) else None, shape, held)
        selected = labels.meets(constraints)
        if selected is False:
            return False, None, "labels it does not have"
        room = None if held is None else _room(held, needs, self._catalog)
        if room is False:
            return False, None, "too little on one node, or no such accelerator"
        certain = tolerated(pool.taints, _tolerations(constraints, needs, pool))
        if held is None or not isinstance(machine, Machine):
            return None, None, ""
        node = Node(pool, pool.provider, pool.region, machine, held, pool.spot)
        return all_of((selected, room, certain)), node, ""

    def _choose(
        self,
        pool: Pool,
        constraints: Constraints,
        needs: Needs,
        nodes: list[Node],
        unsure: list[Pool],
        refused: dict[str, str],
    ) -> None:
        """The cheapest machine a provisioner may start for the pod."""
        provider, region = pool.provider or self.provider, pool.region or self.region
        if NodeLabels(pool).meets(constraints) is False:
            refused[str(pool.name)] = "labels it does not have"
            return
        certain = tolerated(pool.taints, _tolerations(constraints, needs, pool))
        if certain is None or not provider or any(not one.key for one in pool.requirements):
            unsure.append(pool)
            return
        offered = self._cheapest(provider, region or self.region_of(provider), pool, constraints, needs)
        if offered is None:
            refused[str(pool.name)] = "no machine it may start that the pod fits"
        elif offered.sure:
            nodes.append(offered.node)
        else:
            unsure.append(pool)

    def _cheapest(
        self, provider: str, region: str, pool: Pool, constraints: Constraints, needs: Needs
    ) -> _Chosen | None:
        unsure: _Chosen | None = None
        for offer in self.offers(provider, region):
            if _room(offer.holds, needs, self._catalog) is not True:
                continue
            labels = NodeLabels(pool, offer.machine, offer.shape, offer.holds)
            verdict = all_of((labels.meets(constraints), *(labels.test(one) for one in pool.requirements)))
            if verdict is False:
                continue
            chosen = _Chosen(
                Node(pool, provider, region, offer.machine, offer.holds, _spot(pool, constraints)), verdict is True
            )
            if verdict is True:
                return chosen
            unsure = unsure or chosen
        return unsure

    def by_labels(self, spec: Mapping[str, object], needs: Needs) -> Node | None:
        """The node a pod's own labels name, where no pool does: an instance type, or the cheapest machine with the
        accelerator. None if they name none, or the cloud cannot be told."""
        name = machine_selected(spec)
        if name:
            return self._named(name, spec)
        models = accelerators_selected(spec)
        provider = self.provider or cloud_selected(spec)
        if not models or not provider:
            return None
        region = self.region_of(provider)
        for offer in self.offers(provider, region):
            if offer.holds.accelerator in models and _room(offer.holds, needs, self._catalog) is True:
                return Node(None, provider, region, offer.machine, offer.holds, wants_spot(spec))
        if provider != "gcp":
            return None
        found = cheapest_with(models, region, self._catalog, lambda held: _room(held, needs, self._catalog) is True)
        return None if found is None else Node(None, provider, region, *found, wants_spot(spec))

    def region_of(self, provider: str) -> str:
        """The region of the cluster, else the one configured for the provider, else its reference region."""
        if self.provider == provider and self.region:
            return self.region
        return self._regions.get(provider) or REFERENCES[provider][0]

    def _named(self, name: str, spec: Mapping[str, object]) -> Node | None:
        for provider in [self.provider] if self.provider else ["aws", "gcp", "azure"]:
            region = self.region_of(provider)
            held = capacity(Machine(name), provider, region, self._catalog)
            if held is not None:
                return Node(None, provider, region, Machine(name), held, wants_spot(spec))
        return None

    def offers(self, provider: str, region: str) -> list[_Offer]:
        """The machines on offer in a region, cheapest first."""
        key = (provider, region)
        if key not in self._offers:
            found = []
            for shape in self._catalog.shapes(provider, region).values():
                if shape.on_demand is None or shape.offered is False or not shape.vcpu or not shape.memory_gib:
                    continue
                held = Capacity(shape.vcpu, shape.memory_gib, shape.gpu_model, shape.gpu_count)
                found.append(_Offer(shape.on_demand.amount, Machine(shape.name), shape, held))
            self._offers[key] = sorted(found, key=lambda offer: (offer.hourly, offer.machine.name))
        return self._offers[key]


class _Offer(NamedTuple):
    hourly: float
    machine: Machine
    shape: Shape
    holds: Capacity


class _Chosen(NamedTuple):
    node: Node
    sure: bool


def _room(held: Capacity, needs: Needs, catalog: Catalog) -> Verdict:
    """Whether a pod fits on an empty node. What the system reserves is left out: it is small, and differs."""
    if needs.device:
        if held.accelerators is None:
            return None
        known = catalog.accelerator(held.accelerator) if held.accelerator else None
        if not held.accelerators or (known is not None and known.vendor != needs.vendor):
            return False
        if known is None:
            return None
        if needs.accelerators is not None and needs.accelerators > held.accelerators:
            return False
    for asked, there in ((needs.cpu, held.vcpu), (needs.memory_gib, held.memory_gib)):
        if asked is not None and there is not None and asked > there:
            return False
    return True


def _tolerations(constraints: Constraints, needs: Needs, pool: Pool) -> tuple[Toleration, ...] | None:
    """A pod's tolerations. GKE adds one for the device a pod asks for, and for the compute class it selects."""
    given = constraints.tolerations
    if given is None or pool.provider != "gcp":
        return given
    added = [Toleration(needs.device, "Exists", None, None)] if needs.device else []
    classes = (one.key for one in constraints.requirements if one.key == "cloud.google.com/compute-class")
    return (*given, *added, *(Toleration(key, "Exists", None, None) for key in classes))


def _spot(pool: Pool, constraints: Constraints) -> object:
    wanted = selects_spot(constraints)
    asked = [one for one in constraints.requirements if one.key == CAPACITY_TYPE]
    return wanted if asked else pool.spot
