"""Pods on clusters that bill pods: EKS Fargate, which rounds requests up to its sizes, and GKE Autopilot.

Sources: docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html and
cloud.google.com/kubernetes-engine/pricing.
"""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import NamedTuple

from costlint.catalog.tables import DATA, records
from costlint.clusters.needs import Needs
from costlint.model import Money
from costlint.pricing.estimating import Bill
from costlint.pricing.kubernetes.times import Running


class Size(NamedTuple):
    """A size Fargate offers: vCPU and GB."""

    vcpu: float
    gb: float


def fargate_size(cpu: float, gb: float) -> Size | None:
    """The smallest size that holds so much (`gb` with what Fargate reserves for itself), None beyond the largest."""
    for vcpu, least, most, step in _sizes():
        if cpu <= vcpu and gb <= most:
            return Size(vcpu, max(least, least + ceil((gb - least) / step) * step))
    return None


def bill_fargate(needs: Needs, times: Running, place: Bill, bill: Bill) -> None:
    """Bill pods on Fargate; one that requests nothing gets the smallest size."""
    reserved = bill.constant("aws.eks.fargate-overhead-gb")
    size = fargate_size(needs.cpu or 0.0, (needs.memory_gib or 0.0) + reserved)
    if size is None or needs.device:
        bill.unpriced("Fargate offers no size that holds it")
        return
    said = f"Fargate gives it {size.vcpu:g} vCPU and {size.gb:g} GB, the smallest size that holds its requests"
    lines = (
        ("vCPU on Fargate", "fargate.vcpu", "vcpu-hour", size.vcpu),
        ("memory on Fargate", "fargate.memory", "gb-hour", size.gb),
    )
    _bill(lines, times, (said, *times.assumptions), place, bill)


def bill_autopilot(containers: int, needs: Needs, times: Running, place: Bill, bill: Bill) -> None:
    """Bill pods of a GKE Autopilot cluster in its general-purpose class by what they request."""
    cpu, memory = needs.cpu, needs.memory_gib
    said = () if cpu is not None and memory is not None else ("requests that are not written are Autopilot's defaults",)
    cpu = containers * bill.constant("kubernetes.autopilot.default-vcpu") if cpu is None else cpu
    memory = containers * bill.constant("kubernetes.autopilot.default-gib") if memory is None else memory
    lines = (
        ("vCPU on Autopilot", "gke.autopilot-vcpu", "vcpu-hour", cpu),
        ("memory on Autopilot", "gke.autopilot-memory", "gb-hour", memory),
    )
    _bill(lines, times, (*said, *times.assumptions), place, bill)


def _bill(
    lines: tuple[tuple[str, str, str, float], ...], times: Running, said: tuple[str, ...], place: Bill, bill: Bill
) -> None:
    for name, sku, unit, amount in lines:
        price = place.price(sku, unit)
        if price is None:
            bill.unpriced(f"{name}: no price for {sku} per {unit} in {place.region}")
        else:
            hours: Money = times.hours.times(amount)
            bill.add_priced(name, price, hours, sku=sku, assumptions=said, usage=times.usage)


@cache
def _sizes() -> tuple[tuple[float, float, float, float], ...]:
    rows = records(DATA / "kubernetes" / "fargate_sizes.csv")
    return tuple(
        (float(row["vcpu"]), float(row["least_gb"]), float(row["most_gb"]), float(row["step_gb"])) for row in rows
    )
