"""What a pod's own labels name, where no pool does: an instance type, accelerators, spot, a cloud."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.clusters.constraints import Constraints, constraints_of, holds
from costlint.clusters.machines import INSTANCE_TYPE, accelerator_keys, accelerators_named
from costlint.clusters.pools import Requirement
from costlint.clusters.provisioned import CAPACITY_TYPE

_INSTANCE_TYPES = (INSTANCE_TYPE, "beta.kubernetes.io/instance-type")
_SPOT = {
    CAPACITY_TYPE: "spot",
    "cloud.google.com/gke-spot": "true",
    "eks.amazonaws.com/capacityType": "SPOT",
    "kubernetes.azure.com/scalesetpriority": "spot",
}
_CLOUDS = {
    "cloud.google.com": "gcp",
    "karpenter.k8s.aws": "aws",
    "eks.amazonaws.com": "aws",
    "alpha.eksctl.io": "aws",
    "kubernetes.azure.com": "azure",
}


def machine_selected(spec: Mapping[str, object]) -> str:
    """The instance type a pod asks for, "" if it leaves that open."""
    named = {_machine(term) for term in constraints_of(spec).terms}
    return named.pop() if len(named) == 1 else ""


def accelerators_selected(spec: Mapping[str, object]) -> frozenset[str]:
    """The models of accelerators a pod asks for, none if it leaves that open."""
    models = [_models(term) for term in constraints_of(spec).terms]
    return frozenset[str]().union(*models) if all(models) else frozenset()


def cloud_selected(spec: Mapping[str, object]) -> str:
    """The cloud whose labels a pod selects, "" if it selects none's."""
    domains = (one.key.partition("/")[0] for one in constraints_of(spec).requirements)
    return next((_CLOUDS[domain] for domain in domains if domain in _CLOUDS), "")


def wants_spot(spec: Mapping[str, object]) -> bool:
    """Whether a pod selects spot nodes by the labels clouds and Karpenter give them."""
    return selects_spot(constraints_of(spec))


def selects_spot(constraints: Constraints) -> bool:
    """`wants_spot` of what is known already."""
    return any(holds(one, _SPOT[one.key]) is True for one in constraints.requirements if one.key in _SPOT)


def _machine(term: tuple[Requirement, ...]) -> str:
    for one in term:
        if one.key in _INSTANCE_TYPES and one.operator == "In":
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
