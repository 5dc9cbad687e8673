"""ElastiCache clusters, replication groups and serverless caches. Prices: aws.amazon.com/elasticache/pricing."""

from __future__ import annotations

from costlint.model import Money, Resource
from costlint.pricing.aws.scaling import Count, autoscaled, fixed
from costlint.pricing.aws.support import support_rate
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates


@estimates("aws_elasticache_cluster")
def cluster(resource: Resource, bill: Bill) -> None:
    group = bill.follow(resource.get("replication_group_id"), "aws_elasticache_replication_group")
    node = resource.text("node_type") or (group.text("node_type") if group else "")
    engine = resource.text("engine") or (group.text("engine", "redis") if group else "redis")
    _bill_nodes(bill, engine, resource.text("engine_version"), node, fixed(resource.number("num_cache_nodes", 1)))
    _bill_snapshots(resource, bill)


@estimates("aws_elasticache_replication_group")
def replication_group(resource: Resource, bill: Bill) -> None:
    with bill.part("nodes"):
        whole = bill.follow(resource.get("global_replication_group_id"), "aws_elasticache_global_replication_group")
        primary = bill.follow(whole.get("primary_replication_group_id")) if whole else None
        node = resource.text("node_type") or (primary.text("node_type") if primary else "")
        engine, version = resource.text("engine", "redis"), resource.text("engine_version")
        _bill_nodes(bill, engine, version, node, _nodes(resource, bill))
    _bill_snapshots(resource, bill)


@estimates("aws_elasticache_serverless_cache")
def serverless_cache(resource: Resource, bill: Bill) -> None:
    engine = resource.text("engine")
    suffix = "-valkey" if engine == "valkey" else ""
    floor = bill.constant(f"aws.elasticache.serverless-minimum-gb{suffix}")
    stored = bill.assume("aws.elasticache.serverless-gb")
    held = Money(*(max(floor, gb) for gb in stored.quantity)).times(bill.hours)
    bill.assumed("data stored", f"elasticache-serverless.storage{suffix}", "gb-hour", held, stored)
    bill.usage("processing units", f"elasticache-serverless.ecpu{suffix}", "ecpu", "aws.elasticache.serverless-ecpus")


def _bill_nodes(bill: Bill, engine: str, version: str, node: str, count: Count) -> None:
    if not node:
        bill.unpriced("the node type is not written")
        return
    managed = bill.catalog.managed("aws", bill.region, "elasticache", engine, "", node)
    if managed is None:
        bill.unpriced(f"no price for {engine} on {node} in {bill.region}")
        return
    hours = count.number.times(bill.hours)
    bill.add_priced(f"{engine} {node}", managed.price, hours, sku=node, assumptions=count.assumptions)
    rate = support_rate(bill, f"elasticache-{engine}", version, version.partition(".")[0])
    if rate:
        key = "aws.elasticache.extended-support-premium" + ("-year-3" if rate == "year-3" else "")
        surcharge = managed.price.times(bill.constant(key)).not_committed()
        bill.add_priced(f"extended support, version {version}", surcharge, hours, sku=node)


def _nodes(resource: Resource, bill: Bill) -> Count:
    """Shards × (1 + replicas), or the flat number of cache clusters. Raises UnknownValue."""
    mode = "cluster_mode.0." if isinstance(resource.get("cluster_mode"), list) else ""
    flat = resource.get("num_cache_clusters")
    if flat is None and resource.get("number_cache_clusters") is not None:
        return fixed(resource.number("number_cache_clusters"))
    if flat is not None and resource.get(f"{mode}num_node_groups") is None:
        return fixed(resource.number("num_cache_clusters"))
    shards = Count(Money.exactly(resource.number(f"{mode}num_node_groups", 1)))
    copies = Count(Money.exactly(1 + resource.number(f"{mode}replicas_per_node_group")))
    for target in bill.referring("aws_appautoscaling_target"):
        least, most = target.number("min_capacity"), target.number("max_capacity")
        if target.text("scalable_dimension").endswith("NodeGroups"):
            shards = autoscaled(bill, least, shards.number.likely, most)
        else:
            replicas = autoscaled(bill, least, copies.number.likely - 1, most)
            copies = replicas._replace(number=Money(*(1 + n for n in replicas.number)))
    number = Money(*(s * c for s, c in zip(shards.number, copies.number, strict=True)))
    return Count(number, (*shards.assumptions, *copies.assumptions))


def _bill_snapshots(resource: Resource, bill: Bill) -> None:
    """One snapshot is free; the others hold an assumed amount each."""
    with bill.part("snapshots"):
        kept = resource.number("snapshot_retention_limit")
        if kept > 1:
            sku = "elasticache-replication-group.backup-storage"
            bill.usage("snapshots beyond the free one", sku, "gb-month", "aws.elasticache.snapshot-gb", kept - 1)
