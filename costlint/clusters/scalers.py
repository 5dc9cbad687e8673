"""Autoscalers of workloads, and between how many replicas they move them."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.catalog import Catalog
from costlint.clusters.quantities import NotAQuantity, quantity
from costlint.model import Resource, Unknown, UnknownValue

_BOUNDS: Mapping[str, tuple[str, str, str]] = {
    "HorizontalPodAutoscaler": ("minReplicas", "maxReplicas", "hpa"),
    "PodAutoscaler.autoscaling.aibrix.ai": ("minReplicas", "maxReplicas", "hpa"),
    "ScaledObject.keda.sh": ("minReplicaCount", "maxReplicaCount", "keda"),
}
SCALERS = tuple(_BOUNDS)
"""Every type that scales a workload it names as `spec.scaleTargetRef`."""


def bounds_of(scaler: Resource, catalog: Catalog) -> tuple[float, float]:
    """The least and the largest number of replicas as written or by default; KEDA goes below its minimum while there is
    nothing to do. Raises UnknownValue.

    Source: keda.sh/docs/latest/reference/scaledobject-spec (idleReplicaCount), HorizontalPodAutoscalerSpec.
    """
    lower, upper, kind = _BOUNDS[scaler.type]
    floor, ceiling = (catalog.constant(f"kubernetes.{kind}.{bound}-replicas") for bound in ("least", "most"))
    least = _number(scaler, lower, floor)
    idle = _number(scaler, "idleReplicaCount", least) if kind == "keda" else least
    return min(least, idle), _number(scaler, upper, ceiling)


def _number(scaler: Resource, name: str, default: float) -> float:
    value = scaler.get(f"spec.{name}")
    if value is None:
        return default
    if isinstance(value, Unknown):
        raise UnknownValue(f"{scaler.address}.spec.{name}")
    try:
        return float(quantity(value))
    except NotAQuantity:
        raise UnknownValue(f"{scaler.address}.spec.{name}") from None
