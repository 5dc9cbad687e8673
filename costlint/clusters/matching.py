"""On which nodes a pod lands: the pools whose labels, taints and machines it fits, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from costlint.catalog import REFERENCES, Catalog, Shape
from costlint.clusters.attached import cheapest_with
from costlint.clusters.constraints import (
    Constraints,
    Toleration,
    constraints_of,
    holds,
    tolerated,
)
from costlint.clusters.machines import (
    INSTANCE_TYPE,
    Capacity,
    Machine,
    accelerator_keys,
    accelerators_named,
    capacity,
    machine_labels,
)
from costlint.clusters.needs import Needs
from costlint.clusters.pools import Pool, Requirement
from costlint.clusters.provisioned import CAPACITY_TYPE
from costlint.model import UNKNOWN, Unknown
from costlint.model.verdicts import Verdict, all_of, any_of

_PLACES = (
    "topology.kubernetes.io/",
    "failure-domain.beta.kubernetes.io/",
    "kubernetes.io/hostname",
    "kubernetes.io/os",
)
"""Labels that say where within a cluster: they do not tell pools apart."""

_SET_BY_OTHERS = (
    *("kubernetes.io/", "k8s.io/", "k8s.aws/", "karpenter.sh/", "eks.amazonaws.com/", "k8s.amazonaws.com/"),
    *("cloud.google.com/", "azure.com/", "nvidia.com/", "amd.com/", "gpu.intel.com/", "habana.ai/", "eksctl.io/"),
)
"""Domains of labels that clouds, drivers and operators put on nodes: one that is not known here may still be there."""

_AUTO_MODE, _KARPENTER = "eks.amazonaws.com/instance-", "karpenter.k8s.aws/instance-"


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
        labels = _Labels(pool, machine if isinstance(machine, Machine) else None, shape, held)
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
        if _Labels(pool).meets(constraints) is False:
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
            labels = _Labels(pool, offer.machine, offer.shape, offer.holds)
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
        terms = constraints_of(spec).terms
        named = {_instance(term) for term in terms}
        if len(named) == 1 and (name := named.pop()):
            return self._named(name, spec)
        models = accelerators_selected(spec)
        provider = self.provider or _provider_of(requirement.key for term in terms for requirement in term)
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


def accelerators_selected(spec: Mapping[str, object]) -> frozenset[str]:
    """The models of accelerators a pod's own labels ask for, none if they leave it open."""
    terms = constraints_of(spec).terms
    return frozenset[str]().union(*map(_models, terms)) if all(map(_models, terms)) else frozenset()


def wants_spot(spec: Mapping[str, object]) -> bool:
    """Whether a pod selects spot nodes by the labels clouds and Karpenter give them."""
    return _wants_spot(constraints_of(spec))


class _Offer(NamedTuple):
    hourly: float
    machine: Machine
    shape: Shape
    holds: Capacity


class _Chosen(NamedTuple):
    node: Node
    sure: bool


class _Labels:
    """The labels of the nodes of a pool, as far as they are known."""

    def __init__(
        self,
        pool: Pool,
        machine: Machine | None = None,
        shape: Shape | None = None,
        held: Capacity | None = None,
    ) -> None:
        self._pool = pool
        self._machine = machine
        self._held = held
        self._shaped = machine_labels(shape) if shape is not None else {}

    def meets(self, constraints: Constraints) -> Verdict:
        return any_of(all_of(map(self.test, term)) for term in constraints.terms)

    def test(self, requirement: Requirement) -> Verdict:
        key = requirement.key
        if key.startswith(_PLACES):
            return True
        if key == CAPACITY_TYPE and self._pool.requirements:
            return _capacity_allowed(self._pool, requirement)
        if key in accelerator_keys() and key not in self._pool.labels:
            return self._accelerator(requirement)
        return holds(requirement, self._value(key))

    def _value(self, key: str) -> object:
        pool = self._pool
        if key in pool.labels:
            return pool.labels[key]
        shaped = key.replace(_AUTO_MODE, _KARPENTER) if key.startswith(_AUTO_MODE) else key
        if shaped in self._shaped:
            return self._shaped[shaped]
        if key == INSTANCE_TYPE and self._machine is not None:
            return self._machine.name
        for one in pool.requirements:
            if one.key == key and one.operator == "In" and isinstance(one.values, list) and len(one.values) == 1:
                return one.values[0]
        by_others = any(domain in f"{key.partition('/')[0]}/" for domain in _SET_BY_OTHERS) and "/" in key
        if by_others and shaped.startswith(_KARPENTER) and self._shaped:
            return None if self._held is not None and "gpu" in key and not self._held.accelerators else UNKNOWN
        return None if pool.complete and not by_others else UNKNOWN

    def _accelerator(self, requirement: Requirement) -> Verdict:
        """Whether a label that names an accelerator says which one the node has."""
        if self._held is None or self._held.accelerators is None:
            return None
        own = self._held.accelerator if self._held.accelerators else ""
        if requirement.operator in ("Exists", "DoesNotExist"):
            return bool(own) is (requirement.operator == "Exists")
        wanted = requirement.values
        if not isinstance(wanted, list) or any(isinstance(one, Unknown) for one in wanted):
            return None
        models = [accelerators_named(requirement.key, str(one)) for one in wanted]
        if own and any(own in named for named in models):
            return requirement.operator == "In"
        return None if own and frozenset() in models else requirement.operator == "NotIn"


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


def _capacity_allowed(pool: Pool, requirement: Requirement) -> Verdict:
    kinds = next((one.values for one in pool.requirements if one.key == CAPACITY_TYPE), ["on-demand"])
    if not isinstance(kinds, list):
        return None
    return any_of(holds(requirement, kind) for kind in kinds)


def _spot(pool: Pool, constraints: Constraints) -> object:
    wanted = _wants_spot(constraints)
    asked = [one for one in constraints.requirements if one.key == CAPACITY_TYPE]
    return wanted if asked else pool.spot


def _wants_spot(constraints: Constraints) -> bool:
    spot = {CAPACITY_TYPE: "spot", "cloud.google.com/gke-spot": "true", "eks.amazonaws.com/capacityType": "SPOT"}
    spot["kubernetes.azure.com/scalesetpriority"] = "spot"
    return any(holds(one, spot[one.key]) is True for one in constraints.requirements if one.key in spot)


def _instance(term: tuple[Requirement, ...]) -> str:
    for one in term:
        if one.key in (INSTANCE_TYPE, "beta.kubernetes.io/instance-type") and one.operator == "In":
            values = one.values if isinstance(one.values, list) else []
            return str(values[0]) if len(values) == 1 and isinstance(values[0], str) else ""
    return ""


def _models(term: tuple[Requirement, ...]) -> frozenset[str]:
    """The accelerators the labels of a term name, none where a label is not known."""
    for one in term:
        if one.key in accelerator_keys() and one.operator == "In" and isinstance(one.values, list):
            named = [accelerators_named(one.key, str(value)) for value in one.values]
            return frozenset[str]().union(*named) if all(named) else frozenset()
    return frozenset()


def _provider_of(keys: Iterable[str]) -> str:
    """The cloud whose labels these are."""
    return next(_clouds(keys), "")


def _clouds(keys: Iterable[str]) -> Iterator[str]:
    clouds = {"cloud.google.com": "gcp", "karpenter.k8s.aws": "aws", "eks.amazonaws.com": "aws"}
    clouds |= {"alpha.eksctl.io": "aws", "kubernetes.azure.com": "azure"}
    for key in keys:
        if key.partition("/")[0] in clouds:
            yield clouds[key.partition("/")[0]]
