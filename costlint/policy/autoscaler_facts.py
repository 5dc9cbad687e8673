"""Facts about autoscalers: `scaler.*` is what scales the workload a rule stands on, `scaled.*` is the workload the
autoscaler a rule stands on scales, `scaled_nodes.*` are the node pools something scales."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from costlint.clusters.scalers import SCALERS, bounds_of
from costlint.clusters.workloads import is_workload
from costlint.model import UNKNOWN, Estimate, Resource, Unknown, UnknownValue
from costlint.policy.facts import Fact
from costlint.policy.placing import surroundings_of
from costlint.policy.subject import Subject
from costlint.policy.workload_facts import WORKLOAD_FACTS

_TARGET = "scaleTargetRef"


def _scaler(subject: Subject) -> Resource | Unknown | None:
    """The autoscaler of a workload: None without one, an Unknown if there are several."""
    view, address = subject.context.view, subject.resource.address
    if not is_workload(subject.resource.type):
        return None
    sources = dict.fromkeys(edge.source for edge in view.incoming(address) if _TARGET in edge.path)
    found = [view.resources[one] for one in sources if view.resources[one].type in SCALERS]
    return found[0] if len(found) == 1 else UNKNOWN if found else None


def _bound(which: int) -> Fact:
    def read(subject: Subject) -> object:
        scaler = _scaler(subject)
        if not isinstance(scaler, Resource):
            return scaler
        try:
            return bounds_of(scaler, subject.context.catalog)[which]
        except UnknownValue:
            return UNKNOWN

    return read


def _kind(subject: Subject) -> object:
    scaler = _scaler(subject)
    return scaler.type if isinstance(scaler, Resource) else scaler


def _target(subject: Subject) -> Subject | Unknown | None:
    """The workload an autoscaler scales; an Unknown if it is not here."""
    view, resource = subject.context.view, subject.resource
    if resource.type not in SCALERS:
        return None
    for edge in view.outgoing(resource.address):
        if _TARGET in edge.path and is_workload(view.resources[edge.target].type):
            return subject.other(view.resources[edge.target])
    return UNKNOWN


def _of_target(fact: Fact) -> Fact:
    def read(subject: Subject) -> object:
        target = _target(subject)
        return fact(target) if isinstance(target, Subject) else target

    return read


def _costs(amount: Callable[[Estimate], float]) -> Fact:
    def read(subject: Subject) -> object:
        estimate = subject.context.estimates.get(subject.resource.address)
        return UNKNOWN if estimate is None or estimate.unpriced else amount(estimate)

    return _of_target(read)


def _nodes(amount: Callable[[Estimate], float]) -> Fact:
    """USD a month of the node pools of the stack an autoscaler moves; UNKNOWN where there are none to be seen."""

    def read(subject: Subject) -> object:
        estimates = subject.context.estimates
        moved = {pool.address for pool in surroundings_of(subject).pools if pool.billed and pool.scales}
        known = [estimates[address] for address in sorted(moved & estimates.keys())]
        return sum(map(amount, known)) if known else UNKNOWN

    return read


AUTOSCALER_FACTS: Mapping[str, Fact] = {
    "scaler.type": _kind,
    "scaler.least": _bound(0),
    "scaler.most": _bound(1),
    "scaled.type": _of_target(lambda target: target.resource.type),
    "scaled.replicas": _of_target(lambda target: target.resource.get("spec.replicas")),
    "scaled.device": _of_target(WORKLOAD_FACTS["pod.device"]),
    "scaled.gpus": _of_target(WORKLOAD_FACTS["pod.gpus"]),
    "scaled.cpu": _of_target(WORKLOAD_FACTS["pod.cpu"]),
    "scaled.memory_gib": _of_target(WORKLOAD_FACTS["pod.memory_gib"]),
    "scaled.monthly": _costs(lambda estimate: estimate.monthly.likely + estimate.allocated.likely),
    "scaled.peak": _costs(lambda estimate: estimate.monthly.high + estimate.allocated.high),
    "scaled_nodes.monthly": _nodes(lambda estimate: estimate.monthly.likely),
    "scaled_nodes.peak": _nodes(lambda estimate: estimate.monthly.high),
}
"""Every fact about autoscalers; `monthly` and `peak` (at the upper bound) in USD a month."""
