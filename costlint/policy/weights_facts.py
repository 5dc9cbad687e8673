"""Facts about the weights of models: how much a server downloads when it starts, what it costs that its accelerators
wait for that, and how much of it a claim has to hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import TYPE_CHECKING

from costlint.catalog import Assumption
from costlint.clusters.quantities import NotAQuantity, gib
from costlint.clusters.workloads import is_workload
from costlint.model import UNKNOWN, Resource, Unknown, UnknownValue, lookup, parse_path
from costlint.policy.facts import Fact
from costlint.policy.serving import known, model_of, replica_hourly, server_of
from costlint.policy.subject import Subject

if TYPE_CHECKING:  # a scan without model servers loads nothing of sizing
    from costlint.sizing.server import Server

_CLAIM = "PersistentVolumeClaim"
_TEMPLATES = ("spec", "volumeClaimTemplates")
_MINUTES = 60


def _gib(subject: Subject) -> object:
    """GiB of weights: of the model a server loads, or of all models whose servers mount a claim. UNKNOWN where a model
    is not recognised, or something else mounts the claim."""
    try:
        if subject.resource.type == _CLAIM:
            return _claimed(subject)
        server = server_of(_whole(subject) if _is_template(subject) else subject)
        return server if server is None or isinstance(server, Unknown) else _weights(server, subject)
    except UnknownValue:
        return UNKNOWN


def _is_template(subject: Subject) -> bool:
    return subject.prefix[:2] == _TEMPLATES and len(subject.resource.blocks("spec.volumeClaimTemplates")) == 1


def _whole(subject: Subject) -> Subject:
    return Subject(subject.resource, subject.context)


def _weights(server: Server, subject: Subject) -> float:
    from costlint.sizing.formats import weights_gib
    from costlint.sizing.names import quantised

    named = model_of(server, subject)
    if named.how == "size":
        raise UnknownValue("the size of the model")
    return weights_gib(quantised(named))


def _claimed(subject: Subject) -> object:
    """A model that several servers share is held once."""
    models: dict[str, float] = {}
    users = list(_users(subject))
    for user in users:
        server = server_of(Subject(user, subject.context))
        if server is None or isinstance(server, Unknown):
            return UNKNOWN
        models[known(server.model, "")] = _weights(server, subject)
    return sum(models.values()) if models else UNKNOWN


def _users(subject: Subject) -> Iterator[Resource]:
    view = subject.context.view
    for address in dict.fromkeys(edge.source for edge in view.incoming(subject.resource.address)):
        resource = view.resources[address]
        if is_workload(resource.type):
            yield resource


def _of_claim(subject: Subject) -> object:
    """GiB a claim asks for, or the only template of claims of a workload; None for anything else."""
    if _is_template(subject):
        written = lookup(subject.element, parse_path("spec.resources.requests.storage"))
    elif subject.resource.type == _CLAIM:
        written = subject.resource.get("spec.resources.requests.storage")
    else:
        return None
    try:
        return UNKNOWN if isinstance(written, Unknown) else None if written is None else float(gib(written))
    except NotAQuantity:
        return UNKNOWN


def _enough(subject: Subject) -> object:
    """GiB of a claim that hold the weights with as much again for the next version, in tens."""
    weights = _gib(subject)
    if not isinstance(weights, (int, float)):
        return weights
    step = subject.context.catalog.constant("kubernetes.claim.step-gib")
    return int(ceil(weights * subject.context.catalog.constant("kubernetes.claim.copies") / step) * step)


def _assumed(subject: Subject, key: str) -> Assumption:
    assumption = subject.context.catalog.assumption(key)
    usage = subject.resource.usage
    given = usage.get(key) if usage else None
    return assumption if given is None else assumption.stated(given)


def _download_minutes(subject: Subject) -> object:
    """Minutes one start of a server downloads its weights, at the assumed speed."""
    weights = _gib(subject) if is_workload(subject.resource.type) else None
    if not isinstance(weights, (int, float)):
        return weights
    return weights / _assumed(subject, "kubernetes.model.download").quantity.likely / _MINUTES


def _download_monthly(subject: Subject) -> object:
    """USD a month of all replicas for the time they download, at the assumed number of starts."""
    minutes, server = _download_minutes(subject), server_of(subject)
    if not isinstance(minutes, (int, float)) or server is None or isinstance(server, Unknown):
        return minutes
    try:
        asked = known(server.gpus, 0.0) * known(server.pods, 1)
        hourly, replicas = replica_hourly(subject, asked), known(server.replicas, 1)
    except UnknownValue:
        return UNKNOWN
    starts = _assumed(subject, "kubernetes.model.starts").quantity.likely
    return minutes / _MINUTES * hourly * starts * max(replicas, 1)


WEIGHTS_FACTS: Mapping[str, Fact] = {
    "weights.gib": _gib,
    "weights.claimed_gib": _of_claim,
    "weights.enough_gib": _enough,
    "weights.download_minutes": _download_minutes,
    "weights.download_monthly": _download_monthly,
}
"""Every fact about weights."""
