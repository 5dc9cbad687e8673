"""Where the pods of a workload land: what facts about pods and proposals for them share, worked out once for a view.

It is about the pods a rule stands on (`each: pods`, `each: containers`), else about the only ones the workload has.
"""

from __future__ import annotations

from typing import NamedTuple

from costlint.clusters.matching import Node
from costlint.clusters.needs import Needs
from costlint.clusters.surroundings import Surroundings, surroundings
from costlint.clusters.workloads import PodGroup, is_workload, pod_groups
from costlint.model import UNKNOWN, Component, Unknown, UnknownValue
from costlint.policy.subject import Subject


class Placed(NamedTuple):
    """Pods with what each needs (None if that is not known) and where they land."""

    group: PodGroup
    needs: Needs | None
    node: Node | Unknown | None


def surroundings_of(subject: Subject) -> Surroundings:
    """The cluster around a subject, found once for each view."""
    answers = subject.context.answers
    if "surroundings" not in answers:
        view = subject.context.view
        answers["surroundings"] = surroundings(view, view.stack.cluster, subject.context.catalog)
    found: Surroundings = answers["surroundings"]
    return found


def placed_of(subject: Subject) -> Placed | Unknown | None:
    """The pods a subject is about: None for what makes none, an Unknown where there are several."""
    resource = subject.resource
    if not is_workload(resource.type):
        return None
    groups = pod_groups(resource)
    here = subject.prefix
    chosen = [one for one in groups if here[: len(one.path)] == one.path or one.path[: len(here)] == here] or groups
    if len(chosen) != 1:
        return UNKNOWN if chosen else None
    group = chosen[0]
    key = ("placed", resource.address, group.path)
    answers = subject.context.answers
    if key not in answers:
        answers[key] = _place(subject, group)
    found: Placed = answers[key]
    return found


def _place(subject: Subject, group: PodGroup) -> Placed:
    around = surroundings_of(subject)
    try:
        needs = around.needs(group, subject.resource.get("metadata.namespace"))
    except UnknownValue:
        return Placed(group, None, UNKNOWN)
    landing = around.landing(group, needs)
    if landing.nodes:
        machines = {part.sku for part in components_of_workload(subject)}
        priced = [node for node in landing.nodes if node.machine.name in machines]
        nodes = priced or list(landing.nodes)
        alike = len({(node.machine, str(node.spot)) for node in nodes}) == 1
        return Placed(group, needs, nodes[0] if alike else UNKNOWN)
    if landing.unsure:
        return Placed(group, needs, UNKNOWN)
    return Placed(group, needs, around.elsewhere(group, needs) or UNKNOWN)


def components_of_workload(subject: Subject) -> tuple[Component, ...]:
    """The components of the whole workload."""
    estimate = subject.context.estimates.get(subject.resource.address)
    return estimate.components if estimate is not None else ()


def components_of(subject: Subject) -> tuple[Component, ...]:
    """The components of the pods a rule stands on, where a workload has pods of several roles; else all it has."""
    every = components_of_workload(subject)
    if not subject.prefix or not is_workload(subject.resource.type) or len(pod_groups(subject.resource)) < 2:
        return every
    placed = placed_of(subject)
    role = placed.group.role if isinstance(placed, Placed) else ""
    return tuple(part for part in every if part.name.startswith(f"{role}: ")) if role else every
