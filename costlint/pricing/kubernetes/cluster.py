"""The cluster a bill is about: found once for each view, and the price of its nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, cast

from costlint.catalog import Price
from costlint.clusters.machines import labels_of
from costlint.clusters.matching import Node
from costlint.clusters.surroundings import Surroundings, surrounding_types, surroundings
from costlint.model import Provider, is_unknown
from costlint.model.currency import shown_currency
from costlint.pricing.aws.machines import SAVINGS_PLANS
from costlint.pricing.estimating import Bill
from costlint.pricing.gcp.machines import COMMITMENT
from costlint.pricing.kubernetes.shares import Rate, rates_of

_GKE = "cloud.google.com/gke-accelerator"


class NodePrice(NamedTuple):
    """What a node costs an hour (USD), split into `rates`, and what that rests on; without any, `reasons` say why."""

    rates: Mapping[str, Rate]
    assumptions: tuple[str, ...]
    reasons: tuple[str, ...]
    hourly: float = 0.0


class Here:
    """What is around the pods of one view, with the prices of nodes looked up so far."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self._prices: dict[object, NodePrice] = {}

    def node_price(self, node: Node, bill: Bill) -> NodePrice:
        """What a node costs an hour, as its pool is billed for it: on demand or spot, commitments of the stack
        included."""
        key = (node.provider, node.region, node.machine, node.spot)
        found = self._prices.get(key)
        if found is None:
            found = self._prices[key] = _node_price(node, bill)
        return found


def here(bill: Bill) -> Here:
    """The cluster around the resource being estimated."""
    types = (*surrounding_types(), *SAVINGS_PLANS, COMMITMENT)
    catalog, configured = bill.catalog, bill.stack.cluster
    return bill.remember("cluster", types, lambda view: Here(surroundings(view, configured, catalog)))


def _node_price(node: Node, bill: Bill) -> NodePrice:
    apart = bill.apart(cast("Provider", node.provider), node.region)
    if is_unknown(node.spot):
        return NodePrice({}, (), ("whether its nodes are spot is not known before deployment",))
    spot = bool(node.spot)
    if node.provider == "aws":
        from costlint.pricing.aws.machines import bill_machine

        bill_machine(apart, node.machine.name, spot=spot)
    elif node.provider == "gcp":
        from costlint.pricing.counts import ONE
        from costlint.pricing.gcp.machines import Gpus, bill_machines

        attached = sorted(labels_of(node.machine.accelerator, _GKE)) if node.machine.accelerator else []
        gpus = [Gpus(attached[0], node.machine.accelerators)] if attached else []
        bill_machines(apart, node.machine.name, ONE, purchase="spot" if spot else "on-demand", gpus=gpus)
    else:
        from costlint.pricing.azure import machines as azure
        from costlint.pricing.counts import ONE

        azure.bill_machines(apart, node.machine.name, ONE, spot=spot)
    estimate = apart.estimate()
    if estimate.unpriced or not estimate.components:
        return NodePrice({}, (), estimate.unpriced)
    first = max(estimate.components, key=lambda part: part.monthly.likely)
    hourly = estimate.monthly.likely / bill.hours
    price = Price(hourly, "hour", first.source, first.date, estimate.inferred)
    if first.terms is not None:
        listed = estimate.listed.likely / bill.hours
        contracted = sum(part.contracted.likely for part in estimate.components) / bill.hours
        price = price._replace(terms=first.terms._replace(listed=listed, contracted=contracted, capacity=None))
    rates = rates_of(bill, node.holds, price)
    if not rates:
        return NodePrice({}, (), (f"what {node.machine.name} holds is not known",))
    machine = f"{node.machine.name}{', spot' if spot else ''}"
    share = f"its share of {machine} at {hourly_text(hourly)}, split by OpenCost's weights"
    return NodePrice(rates, (share, *estimate.assumptions), (), hourly)


def hourly_text(amount: float) -> str:
    """ "$21.96 an hour" in the currency that is shown."""
    currency = shown_currency()
    return f"{currency.symbol}{amount * currency.rate:.4g} an hour"


@contextmanager
def elsewhere(bill: Bill, provider: str) -> Iterator[None]:
    """Inside, the bill is at prices of the cluster's region of this cloud."""
    before = (bill.provider, bill.region)
    bill.region = here(bill).around.matcher.region_of(provider)
    bill.provider = cast("Provider", provider)
    try:
        yield
    finally:
        bill.provider, bill.region = before
