"""Pods KubeAI starts for a `Model`: so many times what its resource profile asks for, as the configuration of the
cluster has it, else as KubeAI's chart does.

Source: www.kubeai.org/concepts/resource-profiles; substratusai/kubeai internal/modelcontroller @2f32ef4.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from costlint.catalog.tables import DATA, records
from costlint.clusters.embedded import settings_in
from costlint.clusters.machines import accelerators_named, labels_of
from costlint.clusters.quantities import NotAQuantity, quantity
from costlint.clusters.workloads import Count, PodGroup
from costlint.model import Resource, Unknown, UnknownValue, lookup
from costlint.model.values import laid_over
from costlint.numerals import whole_number
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.kubernetes.cluster import here
from costlint.pricing.kubernetes.pods import bill_pods, pods_of

_MODEL = "ray.io/accelerator-type"
"""A label whose values name models of accelerators of every vendor."""

_CHART = "kubeai"
_PROFILES = "resourceProfiles"
_NOTHING: Mapping[str, object] = {}


@estimates("Model.kubeai.org")
def model(resource: Resource, bill: Bill) -> None:
    """The replicas of a model, each so many times its resource profile."""
    written = resource.get("spec.resourceProfile")
    name, _, times = str(written or "").partition(":")
    number = whole_number(times)
    if not number:
        bill.unpriced("it names no resource profile with a number (nvidia-gpu-l4:1), so what its pods ask for is open")
        return
    found, whence = _profile(name, bill)
    if found is None:
        bill.unpriced(
            f"the resource profile {name} is none of KubeAI's chart, and no configuration here says what it is"
        )
        return
    around = here(bill)
    group = _group(resource, found, number)
    limits = around.around.limits.get(str(resource.get("metadata.namespace")), _NOTHING)
    bill_pods(resource, pods_of(group, limits, around.around.shared), around, bill, (f"{written} {whence}",))


def _profile(name: str, bill: Bill) -> tuple[Mapping[str, object] | None, str]:
    """A profile as the configuration in the stack has it, else as the chart does with the values it is given."""
    for config in bill.of_type("ConfigMap"):
        data = config.attributes.get("data")
        for text in data.values() if isinstance(data, dict) else ():
            if isinstance(text, str) and f"{_PROFILES}:" in text:
                profiles = lookup(settings_in(text), (_PROFILES,))
                if isinstance(profiles, dict):
                    return _mapping(profiles.get(name)), f"as {config.address} says"
    chart = _of_chart().get(name)
    for given in bill.of_type("HelmValues"):
        if str(given.attributes.get("chart")).rpartition("/")[2] == _CHART:
            values = lookup(given.attributes, ("values", _PROFILES))
            if isinstance(values, Unknown):
                raise UnknownValue("the resource profiles the chart is given")
            said = lookup(values, (name,))
            if isinstance(said, Unknown):
                raise UnknownValue(f"the resource profile {name} of the chart's values")
            if isinstance(said, dict):
                return laid_over(chart[0] if chart else _NOTHING, said), f"as the values of {given.address} say"
    return chart or (None, "")


def _group(resource: Resource, profile: Mapping[str, object], times: int) -> PodGroup:
    asked = {part: _multiplied(profile.get(part), times) for part in ("requests", "limits")}
    spec: dict[str, object] = {"containers": [{"name": "server", "resources": asked}]}
    spec |= {key: profile[key] for key in ("nodeSelector", "affinity", "tolerations") if profile.get(key) is not None}
    least, most = resource.get("spec.minReplicas"), resource.get("spec.maxReplicas")
    replicas = resource.get("spec.replicas")
    if most is None and replicas is None and not least:
        raise UnknownValue("the number of replicas (from none, without an upper bound)")
    return PodGroup(
        role="",
        spec=spec,
        path=("spec", "resourceProfile"),
        labels=_NOTHING,
        replicas=Count(replicas, ("spec", "replicas")),
        minimum=Count(least or 0, ("spec", "minReplicas")) if most is not None or least else Count(None, ()),
        maximum=Count(most, ("spec", "maxReplicas")),
        times=1,
        nature="service",
        scales=resource.get("spec.autoscalingDisabled") is not True,
    )


def _multiplied(amounts: object, times: int) -> dict[str, object]:
    """Requests or limits, so many times. Raises UnknownValue for what is no quantity, or not known."""
    if isinstance(amounts, Unknown):
        raise UnknownValue("what its resource profile asks for")
    try:
        return (
            {name: float(quantity(one) * times) for name, one in amounts.items()} if isinstance(amounts, dict) else {}
        )
    except NotAQuantity:
        raise UnknownValue("what its resource profile asks for") from None


def _mapping(value: object) -> Mapping[str, object] | None:
    return value if isinstance(value, dict) else None


@cache
def _of_chart() -> Mapping[str, tuple[Mapping[str, object], str]]:
    """The chart's own profiles, on nodes with the accelerator they are called after, and where that is from."""
    rows = records(DATA / "servers" / "kubeai_profiles.csv")
    said = "as KubeAI's chart has it, on nodes with the accelerator of its name: {source}"
    return {row["profile"]: (_row(row), said.format(**row)) for row in rows}


def _row(row: Mapping[str, str]) -> Mapping[str, object]:
    requests: dict[str, object] = {key: row[key] for key in ("cpu", "memory") if row[key]}
    found: dict[str, object] = {"requests": requests}
    if row["device"]:
        found["limits"] = {row["device"]: row["count"]}
        found["tolerations"] = [{"key": row["device"], "operator": "Equal", "value": "present", "effect": "NoSchedule"}]
    if row["selector"]:
        found["nodeSelector"] = dict(label.split("=") for label in row["selector"].split())
    names = sorted(one for one in labels_of(row["accelerator"], _MODEL) if len(accelerators_named(_MODEL, one)) == 1)
    if names and not row["selector"]:
        expression = {"key": _MODEL, "operator": "In", "values": names}
        terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
        found["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    return found
