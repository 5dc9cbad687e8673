"""The labels that nodes of a pool have, as far as they are known: those it declares, and those clouds put on."""

from __future__ import annotations

from costlint.catalog import Shape
from costlint.clusters.constraints import Constraints, holds
from costlint.clusters.machines import (
    INSTANCE_TYPE,
    Capacity,
    Machine,
    accelerator_keys,
    accelerators_named,
    machine_labels,
)
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


class NodeLabels:
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
        """Whether they are what a pod asks for."""
        return any_of(all_of(map(self.test, term)) for term in constraints.terms)

    def test(self, requirement: Requirement) -> Verdict:
        """Whether they meet one requirement."""
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


def _capacity_allowed(pool: Pool, requirement: Requirement) -> Verdict:
    kinds = next((one.values for one in pool.requirements if one.key == CAPACITY_TYPE), ["on-demand"])
    if not isinstance(kinds, list):
        return None
    return any_of(holds(requirement, kind) for kind in kinds)
