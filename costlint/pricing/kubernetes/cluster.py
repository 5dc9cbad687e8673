"""The cluster a bill is about: found once for each view, and the price of its nodes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, cast

from costlint.catalog import Price
from costlint.clusters.machines import labels_of
from costlint.clusters.matching import Node
from costlint.clusters.surroundings import Surroundings, surrounding_types, surroundings
from costlint.model import Provider, is_unknown
from costlint.pricing.aws.machines import SAVINGS_PLANS
from costlint.pricing.estimating import Bill
from costlint.pricing.gcp.machines import COMMITMENT

_GKE = "cloud.google.com/gke-accelerator"


class NodePrice(NamedTuple):
    """What one node costs an hour, and the assumptions that rests on; without a price, `reasons` say why."""

    price: Price | None
    assumptions: tuple[str, ...]
    reasons: tuple[str, ...]


class Here:
    """What is around the pods of one view, with the prices of nodes looked up so far."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self._prices: dict[object, NodePrice] = {}

    def node_price(self, node: Node, bill: Bill) -> NodePrice:
        """What a node costs an hour, as its pool is billed for it: on demand or spot, commitments of the stack
        included."""
        key = (node.provider, node.region, node.machine, str(node.spot))
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
        return NodePrice(None, (), ("whether its nodes are spot is not known before deployment",))
    spot = bool(node.spot)
    if node.provider == "aws":
        from costlint.pricing.aws.machines import bill_machine

        bill_machine(apart, node.machine.name, spot=spot)
    elif node.provider == "gcp":
        from costlint.pricing.counts import ONE
        from costlint.pricing.gcp.machines import Gpus, bill_machines

        attached = sorted(labels_of(node.machine.accelerator, _GKE)) if node.machine.accelerator else []
        gpus = [Gpus(attached[0], node.machine.accelerators)] if attached else []
        bill_machines(apart, node.machine.name, ONE, spot=spot, gpus=gpus)
    else:
        from costlint.pricing.azure import machines as azure
        from costlint.pricing.counts import ONE

        azure.bill_machines(apart, node.machine.name, ONE, spot=spot)
    estimate = apart.estimate()
    if estimate.unpriced or not estimate.components:
        return NodePrice(None, (), estimate.unpriced)
    first = max(estimate.components, key=lambda part: part.monthly.likely)
    hourly = estimate.monthly.likely / bill.hours
    price = Price(hourly, "hour", first.source, first.date, estimate.inferred)
    if first.terms is not None:
        listed = estimate.listed.likely / bill.hours
        contracted = sum(part.contracted.likely for part in estimate.components) / bill.hours
        price = price._replace(terms=first.terms._replace(listed=listed, contracted=contracted, capacity=None))
    return NodePrice(price, estimate.assumptions, ())


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
