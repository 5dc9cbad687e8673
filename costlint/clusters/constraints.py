"""Where a pod may run: node selector, required node affinity and tolerations, tested against labels and taints.

Semantics: kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node and …/taint-and-toleration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from costlint.clusters.pools import Requirement, Taint, Value, at, items
from costlint.model import UNKNOWN, PartialList, Unknown, is_unknown
from costlint.model.verdicts import Verdict, all_of, any_of

_KEPT_OFF = ("NoSchedule", "NoExecute")


class Toleration(NamedTuple):
    key: Value
    operator: Value
    value: Value
    effect: Value


class Constraints(NamedTuple):
    """`terms` are alternatives: in one of them every requirement must hold. `tolerations` None: not known."""

    terms: tuple[tuple[Requirement, ...], ...]
    tolerations: tuple[Toleration, ...] | None

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every requirement in any of the terms."""
        return tuple(one for term in self.terms for one in term)

    @property
    def targeted(self) -> bool:
        """True if something says on which nodes the pod is to run."""
        return any(self.terms)


def constraints_of(spec: Mapping[str, object]) -> Constraints:
    """What a pod spec says about the nodes it may run on."""
    selector = spec.get("nodeSelector")
    wanted: tuple[Requirement, ...] = ()
    if isinstance(selector, Unknown):
        wanted = (Requirement("", "In", UNKNOWN),)
    elif isinstance(selector, dict):
        wanted = tuple(Requirement(str(key), "In", [value]) for key, value in selector.items())
    path = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
    required = at(spec, path)
    alternatives = at(required, "nodeSelectorTerms") if required is not None else None
    if is_unknown(required) or is_unknown(alternatives):
        terms: tuple[tuple[Requirement, ...], ...] = ((*wanted, Requirement("", "In", UNKNOWN)),)
    else:
        terms = tuple((*wanted, *_requirements(term.get("matchExpressions"))) for term in items(alternatives))
    written = spec.get("tolerations")
    tolerations = None
    if not is_unknown(written) and not isinstance(written, PartialList):
        tolerations = tuple(
            Toleration(one.get("key"), one.get("operator"), one.get("value"), one.get("effect"))
            for one in items(written)
        )
    return Constraints(terms or (wanted,), tolerations)


def _requirements(expressions: object) -> tuple[Requirement, ...]:
    if is_unknown(expressions):
        return (Requirement("", "In", UNKNOWN),)
    return tuple(
        Requirement(str(one.get("key")), str(one.get("operator")), one.get("values")) for one in items(expressions)
    )


def holds(requirement: Requirement, value: Value) -> Verdict:
    """Whether a label with this value (None: there is no such label) meets a requirement."""
    operator, wanted = requirement.operator, requirement.values
    if isinstance(value, Unknown) or not requirement.key:
        return None
    if operator in ("Exists", "DoesNotExist"):
        return (value is not None) is (operator == "Exists")
    if isinstance(wanted, (Unknown, PartialList)):
        return False if value is None and operator != "NotIn" else None
    values = wanted if isinstance(wanted, list) else [wanted]
    if operator in ("Gt", "Lt"):
        return _ordered(operator, value, values)
    found = value is not None and str(value) in [str(one) for one in values if not is_unknown(one)]
    unsure = value is not None and not found and any(map(is_unknown, values))
    if unsure:
        return None
    return found if operator == "In" else not found if operator == "NotIn" else None


def _ordered(operator: str, value: Value, values: list[object]) -> Verdict:
    try:
        own, other = float(str(value)), float(str(values[0]))
    except (ValueError, IndexError):
        return False if value is None else None
    return own > other if operator == "Gt" else own < other


def tolerated(taints: tuple[Taint, ...] | None, tolerations: tuple[Toleration, ...] | None) -> Verdict:
    """Whether nothing keeps the pod off: every taint that does is tolerated."""
    if taints is None:
        return None
    keeping = [taint for taint in taints if is_unknown(taint.effect) or taint.effect in _KEPT_OFF]
    if not keeping:
        return True
    if tolerations is None:
        return None
    return all_of(any_of(_tolerates(one, taint) for one in tolerations) for taint in keeping)


def _tolerates(toleration: Toleration, taint: Taint) -> Verdict:
    key, operator, value, effect = toleration
    parts = (*toleration, *taint)
    if key is None and operator == "Exists" and effect is None:
        return True
    if any(map(is_unknown, parts)):
        return None
    if effect is not None and effect != taint.effect:
        return False
    if key is None:
        return operator == "Exists"
    if str(key) != str(taint.key):
        return False
    return operator == "Exists" or _text(value) == _text(taint.value)


def _text(value: Value) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
