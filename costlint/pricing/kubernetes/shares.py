"""The share of a node a pod takes up: the price of the node split by what it holds, as OpenCost splits it.

Each core, GiB and accelerator has a weight (a base price); the weights of all a node holds, scaled so that they add up
to the price of the node, are the price of each. A pod pays for what it requests.
Source: docs.kubecost.com/architecture/node-pricing, opencost/opencost configs/default.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from costlint.catalog import Price
from costlint.clusters.machines import Capacity
from costlint.clusters.needs import Needs
from costlint.pricing.estimating import Bill


class Rate(NamedTuple):
    """What one accelerator, core or GiB of a node costs an hour, and what it is called."""

    name: str
    price: Price


class Part(NamedTuple):
    """Something of a node a pod requests: how much of it, and its price an hour."""

    name: str
    amount: float
    price: Price


def parts_of(needs: Needs, rates: Mapping[str, Rate]) -> list[Part]:
    """What one pod takes up of a node with these rates."""
    asked = (("accelerators", needs.accelerators), ("CPU", needs.cpu), ("memory", needs.memory_gib))
    return [Part(rates[name].name, amount, rates[name].price) for name, amount in asked if amount and name in rates]


def default_parts(bill: Bill, needs: Needs) -> list[Part]:
    """What one pod takes up of a node nobody names, at OpenCost's default prices."""
    source, date = "opencost/opencost configs/default.json @0d1f69cc", "2026-11-22"
    asked = (("CPU", needs.cpu, "vcpu-hour", "cpu"), ("memory", needs.memory_gib, "gib-hour", "memory"))
    return [
        Part(name, amount, Price(bill.constant(f"kubernetes.share.{key}"), unit, source, date, True))
        for name, amount, unit, key in asked
        if amount
    ]


def rates_of(bill: Bill, held: Capacity, node: Price) -> dict[str, Rate]:
    """What each accelerator, core and GiB costs an hour of a node that holds `held` and costs `node` an hour; nothing
    if what it holds is not known."""
    if not held.vcpu or not held.memory_gib or held.accelerators is None:
        return {}
    weights = {
        "accelerators": (held.accelerators, bill.constant("kubernetes.share.gpu")),
        "CPU": (held.vcpu, bill.constant("kubernetes.share.cpu")),
        "memory": (held.memory_gib, bill.constant("kubernetes.share.memory")),
    }
    whole = sum(number * weight for number, weight in weights.values())
    units = {"accelerators": "gpu-hour", "CPU": "vcpu-hour", "memory": "gib-hour"}
    names = {"accelerators": held.accelerator or "accelerators"}
    return {
        name: Rate(names.get(name, name), node.times(weight / whole)._replace(unit=units[name]))
        for name, (number, weight) in weights.items()
        if number
    }
