"""Spanner, Bigtable and Firestore: nodes by the hour, data by what is stored."""

from __future__ import annotations

from costlint.catalog.regions import region_of
from costlint.model import Resource
from costlint.pricing.counts import Count, autoscaled, fixed, last_segment
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import section, sections

_REGIONAL = "regional-"


@estimates("google_spanner_instance")
def spanner(resource: Resource, bill: Bill) -> None:
    """Nodes or processing units, a thousand to a node, of a regional configuration: its three replicas are in the
    price of a node."""
    config = last_segment(resource.text("config"))
    if not config.startswith(_REGIONAL):
        bill.unpriced(
            f"the configuration {config or 'of the instance'} spans regions, which has no price in the catalog"
        )
        return
    bill.region = config.removeprefix(_REGIONAL)
    if resource.text("instance_type").upper() == "FREE_INSTANCE":
        bill.free()
        return
    nodes = _spanner_nodes(resource, bill)
    if nodes is None:
        bill.unpriced("its nodes or processing units are not stated")
        return
    edition = resource.text("edition").lower().replace("_", "-")
    sku, hours = f"spanner.node-{edition}", nodes.number.times(bill.hours)
    bill.add(f"{edition} nodes", sku, "node-hour", hours, assumptions=nodes.assumptions)
    bill.usage("storage", "spanner.storage", "gb-month", "gcp.spanner.stored-gb")


@estimates("google_bigtable_instance")
def bigtable(resource: Resource, bill: Bill) -> None:
    """Every cluster has nodes and a copy of the data of its own, in its own region."""
    clusters = sections(resource, "cluster")
    if not clusters:
        bill.unpriced("its clusters are not stated")
    for cluster in clusters:
        region = region_of("gcp", cluster.text("zone")) or bill.region
        scaling = section(cluster, "autoscaling_config")
        if scaling is not None:
            nodes = autoscaled(bill, scaling.number("min_nodes"), None, scaling.number("max_nodes"))
        else:
            nodes = fixed(cluster.number("num_nodes", 1))
        hours = nodes.number.times(bill.hours)
        bill.add("nodes", "bigtable.node", "node-hour", hours, assumptions=nodes.assumptions, region=region)
        kind = cluster.text("storage_type").lower()
        stored = bill.assume("gcp.bigtable.stored-gb")
        sku, why = f"bigtable.storage-{kind}", (str(stored),)
        quantity = stored.quantity
        bill.add(f"{kind} storage", sku, "gb-month", quantity, assumptions=why, usage=True, region=region)


@estimates("google_firestore_database")
def firestore(resource: Resource, bill: Bill) -> None:
    location = resource.text("location_id").lower()
    if "-" in location:
        bill.region = location
    bill.usage("storage", "firestore.storage", "gib-month", "gcp.firestore.stored-gib")
    bill.usage("reads", "firestore.reads", "read", "gcp.firestore.reads")
    bill.usage("writes", "firestore.writes", "write", "gcp.firestore.writes")


def _spanner_nodes(resource: Resource, bill: Bill) -> Count | None:
    per_node = bill.constant("gcp.spanner.units-per-node")
    limits = section(resource, "autoscaling_config.autoscaling_limits")
    if limits is not None:
        least = limits.number("min_nodes") or limits.number("min_processing_units") / per_node
        return autoscaled(
            bill, least, None, limits.number("max_nodes") or limits.number("max_processing_units") / per_node
        )
    nodes = resource.number("num_nodes") or resource.number("processing_units") / per_node
    return fixed(nodes) if nodes else None
